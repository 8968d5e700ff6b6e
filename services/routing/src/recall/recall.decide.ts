import {
  refused,
  type RecallAnswer,
  type RecallReason,
  type RecallRequest,
  type RecallState,
  type RecallStep,
  type Refusal,
} from '@tonle/contracts';
import { endOfBankingDay, sidesOf, type Corridor, type RecallTime } from '@tonle/directory';
import { amountText } from '@tonle/money';
import { leftToRefund, whyNotRefunded } from '@tonle/payment';
import { refundableFrom } from '../refund/refund.decide.js';
import type { Payment } from '../payment/payment.js';
import { isOpen, type StoredRecall } from './recall.js';

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
/** Steps that are kept of the beginning, and as many of the end: whoever has much to say after the end erases neither. */
const STEPS_MAX = 25;

/** The usual times, as European instant payments have them; a corridor may say others (domain 6.11). */
const RECALL_TIMES: Readonly<Record<RecallReason, RecallTime>> = {
  duplicate: { bankingDays: 10 },
  technical_problem: { bankingDays: 10 },
  fraud: { months: 13 },
  customer_request: 'refunds',
  wrong_account: 'refunds',
  wrong_amount: 'refunds',
  other: 'refunds',
};

export interface RecallFacts {
  readonly request: RecallRequest;
  /** Undefined: there is none. */
  readonly payment: Payment | undefined;
  readonly refundedMinor: bigint;
  readonly corridor: Corridor | undefined;
  readonly nowMs: number;
}

/**
 * A new recall, or why there is none: `original_unknown` for what the asker has not sent, `recall_not_served` for a refund, what
 * `whyNotRefunded` says of the payment, `already_refunded`, `recall_too_late`. Pure (domain 6.11).
 */
export function takeRecall(
  facts: RecallFacts,
): { readonly kind: 'recall'; readonly recall: StoredRecall } | Refusal {
  const { request, payment, corridor, nowMs } = facts;
  if (payment === undefined || corridor === undefined || payment.instruction.sender !== request.asker)
    return refused('original_unknown');
  if (payment.instruction.refundOf !== undefined) return refused('recall_not_served');
  const refundable = refundableFrom(payment, facts.refundedMinor);
  const refusal = whyNotRefunded(refundable, corridor.refunds?.days, nowMs);
  if (refusal !== undefined) return refusal;
  const left = leftToRefund(refundable);
  if (left.minor <= 0n)
    return refused('already_refunded', `All of ${amountText(refundable.owed)} has been given back.`);
  const completedMs = payment.completedAtMs!;
  const time = corridor.recalls?.[request.reason] ?? RECALL_TIMES[request.reason];
  const until = (fromMs: number) => endOf(time, fromMs, { payment, corridor, completedMs });
  if (nowMs > until(completedMs)) return refused('recall_too_late');
  const recall: StoredRecall = {
    id: request.recallId,
    paymentId: payment.id,
    direction: payment.direction,
    asker: request.asker,
    messageId: request.messageId,
    contentHash: request.contentHash,
    caseId: request.caseId ?? null,
    cancellationId: request.cancellationId ?? null,
    answerer: payment.instruction.creditorAgent,
    reason: request.reason,
    isoReason: request.isoReason,
    text: request.text ?? null,
    amount: left,
    state: 'RECEIVED',
    answer: null,
    carrier: corridor.partner.adapter,
    receivedMs: nowMs,
    deadlineMs: until(nowMs),
    endedMs: null,
    moneyDueMs: null,
    // A network is asked at once; whoever answers here is waited for.
    dueMs: payment.direction === 'outbound' ? nowMs : until(nowMs),
    attempts: 0,
    version: 1,
    history: [stepAt(nowMs, 'received', request.asker, request.text)],
  };
  return { kind: 'recall', recall };
}

/** The end of a time; what comes after the corridor's last day of refunds could not be given back any more. */
function endOf(
  time: RecallTime,
  fromMs: number,
  { payment, corridor, completedMs }: { payment: Payment; corridor: Corridor; completedMs: number },
): number {
  const lastMs = completedMs + corridor.refunds!.days * DAY_MS;
  if (time === 'refunds') return lastMs;
  const { calendar } = sidesOf(corridor, payment.direction).target;
  const endMs =
    'bankingDays' in time
      ? endOfBankingDay(calendar, fromMs, time.bankingDays)
      : monthsAfter(fromMs, time.months, calendar.utcOffsetMinutes);
  return Math.min(endMs, lastMs);
}

/** The same local time of the same day of the month; of a month that is too short, its last day. */
function monthsAfter(fromMs: number, months: number, utcOffsetMinutes: number): number {
  const local = new Date(fromMs + utcOffsetMinutes * MINUTE_MS);
  const day = local.getUTCDate();
  local.setUTCDate(1);
  local.setUTCMonth(local.getUTCMonth() + months);
  const last = new Date(Date.UTC(local.getUTCFullYear(), local.getUTCMonth() + 1, 0)).getUTCDate();
  local.setUTCDate(Math.min(day, last));
  return local.getTime() - utcOffsetMinutes * MINUTE_MS;
}

/** Whose word it is, and what of. */
interface Said {
  readonly answer: RecallAnswer;
  readonly by: string;
  readonly nowMs: number;
  readonly detail?: string;
  /** Of the payment; absent where it is gone: then nobody waits for the money. */
  readonly corridor?: Corridor;
}

/** Banking days of the payee's side in which what it accepts comes back. */
const RETURN_BANKING_DAYS = 3;

/**
 * The recall after an answer. The first final one counts: the same again changes nothing, another one is `recall_ended`. What is
 * pending may be said again. Pure.
 */
export function answerRecall(
  recall: StoredRecall,
  { answer, by, nowMs, detail, corridor }: Said,
): { readonly kind: 'recall'; readonly recall: StoredRecall } | Refusal {
  if (!isOpen(recall))
    return recall.state === answer.state
      ? { kind: 'recall', recall }
      : refused('recall_ended', endText(recall));
  if (answer.state === 'PENDING' && recall.state === 'PENDING') return { kind: 'recall', recall };
  const words = [answer.refusal, answer.text, detail].filter((each) => each !== undefined).join(': ');
  const step = stepAt(nowMs, answer.state.toLowerCase(), by, words === '' ? undefined : words);
  // A bank here accepts by giving back; a network says so before it does.
  const isPromise = answer.state === 'ACCEPTED' && recall.direction === 'outbound' && corridor !== undefined;
  const moneyDueMs = isPromise
    ? endOfBankingDay(sidesOf(corridor, recall.direction).target.calendar, nowMs, RETURN_BANKING_DAYS)
    : null;
  return { kind: 'recall', recall: moved({ ...recall, answer, moneyDueMs }, answer.state, step, nowMs) };
}

/** Nobody has answered in time. */
export function expireRecall(recall: StoredRecall, nowMs: number): StoredRecall {
  return moved(recall, 'EXPIRED', stepAt(nowMs, 'expired', 'clock'), nowMs);
}

/** The money came back, whatever was or was not answered: that is the answer. */
export function returnedRecall(recall: StoredRecall, nowMs: number): StoredRecall {
  const step = stepAt(nowMs, 'accepted', recall.answerer, 'The money was given back.');
  return moved({ ...recall, answer: { state: 'ACCEPTED' } }, 'ACCEPTED', step, nowMs);
}

/** With one more step in its history, and its state where it was. */
export function noted(
  recall: StoredRecall,
  event: string,
  by: string,
  nowMs: number,
  detail?: string,
): StoredRecall {
  return { ...recall, history: withStep(recall, stepAt(nowMs, event, by, detail)) };
}

function moved(recall: StoredRecall, state: RecallState, step: RecallStep, nowMs: number): StoredRecall {
  const isEnd = state !== 'PENDING';
  const isTold = recall.direction === 'inbound' && recall.carrier !== null;
  return {
    ...recall,
    state,
    endedMs: isEnd ? nowMs : null,
    // A network that asked is told at once; a bank that did sees it here.
    dueMs: !isEnd ? recall.deadlineMs : isTold ? nowMs : null,
    attempts: 0,
    history: withStep(recall, step),
  };
}

function withStep({ history }: StoredRecall, step: RecallStep): RecallStep[] {
  return [...history.slice(0, STEPS_MAX), ...[...history.slice(STEPS_MAX), step].slice(-STEPS_MAX)];
}

const endText = ({ state, endedMs }: StoredRecall): string =>
  `It is ${state} since ${new Date(endedMs!).toISOString()}.`;

const stepAt = (atMs: number, event: string, by: string, detail?: string): RecallStep => ({
  at: new Date(atMs).toISOString(),
  event,
  by,
  ...(detail === undefined ? {} : { detail: detail.slice(0, 500) }),
});

const WAITS_MS = [5_000, 30_000, 120_000, 600_000, 3_600_000] as const;

/** When something that got no answer is tried again: later each time, at last every hour. */
export function tryAgainMs(attempts: number, nowMs: number): number {
  return nowMs + WAITS_MS[Math.min(Math.max(attempts, 1), WAITS_MS.length) - 1]!;
}
