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
 * `whyNotRefunded` says of the payment, `already_refunded`, `recall_too_late`. Of a payment under way it waits. Pure (domain 6.11).
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
  const waits = refusal?.reason === 'original_not_completed';
  if (refusal !== undefined && !waits) return refusal;
  const left = leftToRefund(refundable);
  if (left.minor <= 0n)
    return refused('already_refunded', `All of ${amountText(refundable.owed)} has been given back.`);
  const completedMs = payment.completedAtMs ?? nowMs;
  const until = (fromMs: number) => endOf(request.reason, fromMs, { payment, corridor, completedMs });
  if (nowMs > until(completedMs)) return refused('recall_too_late');
  const deadlineMs = until(nowMs);
  const received = stepAt(nowMs, 'received', request.asker, request.text);
  const wait = stepAt(
    nowMs,
    'waiting',
    'routing',
    'The payment is under way: nobody is asked before it ends.',
  );
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
    waits,
    receivedMs: nowMs,
    deadlineMs,
    endedMs: null,
    moneyDueMs: null,
    // A network is asked at once; whoever answers here is waited for.
    dueMs: payment.direction === 'outbound' && !waits ? nowMs : deadlineMs,
    attempts: 0,
    version: 1,
    history: waits ? [received, wait] : [received],
  };
  return { kind: 'recall', recall };
}

/** What a recall waits for has ended. */
interface Ended {
  readonly payment: Payment;
  readonly corridor: Corridor | undefined;
  readonly nowMs: number;
}

/**
 * A recall that waited, once its payment has ended: whoever was paid is asked, and has as long as if it had come then; where nobody was,
 * nothing is to be given back, and it ends. Pure (domain 6.11).
 */
export function endWait(recall: StoredRecall, { payment, corridor, nowMs }: Ended): StoredRecall {
  const { state, completedAtMs, direction } = payment;
  if (state !== 'COMPLETED' || completedAtMs === null) {
    const text = 'The payment ended without its payee being paid.';
    const answer = { state: 'REFUSED', refusal: 'no_original', text } as const;
    const step = stepAt(nowMs, 'refused', 'routing', `${answer.refusal}: ${text}`);
    return moved({ ...recall, answer }, 'REFUSED', step, nowMs);
  }
  const fromMs = Math.max(recall.receivedMs, completedAtMs);
  // A corridor without refunds by now has no other deadline to give.
  const deadlineMs =
    corridor?.refunds === undefined
      ? recall.deadlineMs
      : endOf(recall.reason, fromMs, { payment, corridor, completedMs: completedAtMs });
  return {
    ...recall,
    waits: false,
    // Its refunds have all come after it, and count for it.
    amount: refundableFrom(payment, 0n).owed,
    deadlineMs,
    dueMs: direction === 'outbound' ? nowMs : deadlineMs,
    attempts: 0,
    history: withStep(recall, stepAt(nowMs, 'payment_completed', 'routing')),
  };
}

/** The end of the time of a reason; what comes after the corridor's last day of refunds could not be given back any more. */
function endOf(
  reason: RecallReason,
  fromMs: number,
  { payment, corridor, completedMs }: { payment: Payment; corridor: Corridor; completedMs: number },
): number {
  const time = corridor.recalls?.[reason] ?? RECALL_TIMES[reason];
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
 * pending may be said again. While it waits nobody was asked: `original_not_completed`. Pure.
 */
export function answerRecall(
  recall: StoredRecall,
  { answer, by, nowMs, detail, corridor }: Said,
): { readonly kind: 'recall'; readonly recall: StoredRecall } | Refusal {
  if (!isOpen(recall))
    return recall.state === answer.state
      ? { kind: 'recall', recall }
      : refused('recall_ended', endText(recall));
  if (recall.waits) return refused('original_not_completed', 'It is under way: nobody is asked yet.');
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
