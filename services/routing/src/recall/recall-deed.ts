import type { Deed } from '@tonle/contracts';
import type { StoredRecall } from './recall.js';

/** A key of a bank here; what networks say are no deeds, their messages are kept. */
export interface BankKey {
  readonly keyId: string;
  readonly participant: string;
}

/** A bank asks for a payment back. No words of its own: they may name people. */
export function recallDeed(recall: StoredRecall, by: BankKey): Deed {
  const { paymentId, isoReason, amount } = recall;
  const after = { paymentId, reason: isoReason, amount: { ...amount, minor: amount.minor.toString() } };
  return { ...deedOn(recall, by, recall.receivedMs), action: 'recall.ask', after };
}

/** A bank answers. */
export function answerDeed(before: StoredRecall, after: StoredRecall, by: BankKey, atMs: number): Deed {
  return {
    ...deedOn(before, by, atMs),
    action: answerAction(after),
    before: { state: before.state },
    after: { state: after.state, paymentId: after.paymentId, refusal: after.answer?.refusal },
  };
}

/** Of a bank and of an operator alike. */
export const answerAction = ({ state }: Pick<StoredRecall, 'state'>): string =>
  `recall.answer.${state.toLowerCase()}`;

function deedOn({ id: object }: StoredRecall, { keyId: name, participant }: BankKey, atMs: number) {
  return { atMs, actor: { kind: 'participant', name, participant }, object } as const;
}
