import type { LinkedRefund, NetworkRecall, NetworkRecallEnd, RecallView } from '@tonle/contracts';
import { legKeyOf } from '@tonle/contracts';
import type { MoneyAmount, Payment } from '../payment/payment.js';
import type { StoredRecall } from './recall.js';

const json = ({ currency, minor }: MoneyAmount) => ({ currency, minor: minor.toString() });
const instant = (ms: number): string => new Date(ms).toISOString();

/** A recall with the payment that it calls back, and what came back of it. */
export function recallViewOf(
  recall: StoredRecall,
  payment: Payment,
  refunds: readonly LinkedRefund[],
  isMoneyMissing: boolean,
): RecallView {
  const { instruction, corridor } = payment;
  const { id: recallId, paymentId, direction, asker, messageId, answerer, reason, isoReason, state } = recall;
  return {
    ...{ recallId, paymentId, direction, asker, messageId, answerer, reason, isoReason, state, corridor },
    ...namesOf(recall),
    ...(recall.text === null ? {} : { text: recall.text }),
    uetr: instruction.uetr,
    originalMessageId: instruction.messageId,
    originalEndToEndId: instruction.endToEndId,
    byPeople: direction === 'outbound' && recall.carrier === null,
    amount: json(recall.amount),
    ...(recall.answer === null ? {} : { answer: recall.answer }),
    receivedAt: instant(recall.receivedMs),
    deadline: instant(recall.deadlineMs),
    ...(recall.endedMs === null ? {} : { endedAt: instant(recall.endedMs) }),
    ...(recall.moneyDueMs === null ? {} : { moneyDue: instant(recall.moneyDueMs) }),
    ...(isMoneyMissing ? { moneyMissing: true } : {}),
    refunds: [...refunds],
    history: [...recall.history],
  };
}

/** What its network's adapter asks for. */
export function networkRecallOf(recall: StoredRecall, { id, instruction, target }: Payment): NetworkRecall {
  return {
    recallId: recall.id,
    legKey: legKeyOf(id, 'credit'),
    uetr: instruction.uetr,
    endToEndId: instruction.endToEndId,
    amount: json(target),
    answerer: recall.answerer,
    isoReason: recall.isoReason,
    ...(recall.text === null ? {} : { text: recall.text }),
    askedAt: instant(recall.receivedMs),
  };
}

/** What its network is told of the end. */
export function networkRecallEndOf(recall: StoredRecall, { instruction }: Payment): NetworkRecallEnd {
  return {
    recallId: recall.id,
    asker: recall.asker,
    ...namesOf(recall),
    messageId: recall.messageId,
    originalMessageId: instruction.messageId,
    originalEndToEndId: instruction.endToEndId,
    uetr: instruction.uetr,
    state: recall.state,
    ...(recall.answer === null ? {} : { answer: recall.answer }),
    endedAt: instant(recall.endedMs!),
  };
}

function namesOf({ caseId, cancellationId }: StoredRecall): { caseId?: string; cancellationId?: string } {
  return {
    ...(caseId === null ? {} : { caseId }),
    ...(cancellationId === null ? {} : { cancellationId }),
  };
}
