import {
  isStaleResult,
  isTerminal,
  legProven,
  legSent,
  machineEventOf,
  onlyBreaks,
  reasonOfMove,
  tableEventOf,
  timerOf,
  transit,
  type CorridorTimers,
  type MachineEffect,
  type MachineEvent,
} from '@tonle/payment';
import { legKeyOf, REASONS, type LegKind, type LegResult } from '@tonle/contracts';
import { discountedTo } from './partner-discount.decide.js';
import { withStep } from './payment-history.js';
import {
  legAmount,
  legInFlight,
  machineView,
  mergedTerms,
  type Payment,
  type ResendEvent,
} from './payment.js';
import { resendAtMs, sendBeforeMs } from './payment-timers.js';
import { wordsOfReason } from './reason-words.decide.js';

// Pure: where an event takes a payment and what is due in the same commit. States are decided by `transit` alone;
// here the payment's other columns follow it.

export type Step =
  | { readonly kind: 'moved'; readonly payment: Payment; readonly effects: readonly MachineEffect[] }
  /** The payment's columns change but not its state: nothing is told to anybody. */
  | { readonly kind: 'kept'; readonly payment: Payment }
  | { readonly kind: 'breaks'; readonly effects: readonly MachineEffect[] }
  | { readonly kind: 'ignored'; readonly because: string };

/** What the partner said with the event, if a partner spoke. */
export type PartnerAnswer = Pick<
  LegResult,
  'partnerRef' | 'reason' | 'reasonText' | 'amount' | 'partnerTerms'
>;

/** One event. */
export function advance(
  payment: Payment,
  event: MachineEvent,
  nowMs: number,
  evidence: PartnerAnswer = {},
): Step {
  const transition = transit(machineView(payment), event, nowMs);
  if (transition.kind === 'ignored') return transition;
  if (transition.kind === 'contradiction') return { kind: 'breaks', effects: transition.effects };
  const { to, reviewLeg, effects } = transition;
  const stays = to === payment.state && reviewLeg === payment.reviewLeg;
  if (stays && onlyBreaks(effects)) {
    return effects.length > 0 ? { kind: 'breaks', effects } : { kind: 'ignored', because: 'nothing changes' };
  }
  const at = new Date(nowMs).toISOString();
  const moved: Payment = {
    ...payment,
    ...reasonColumns(payment, event, to, evidence, nowMs),
    state: to,
    reviewLeg,
    version: payment.version + 1,
    history: withStep(payment.history, { from: payment.state, event: tableEventOf(event), to, at }),
    enteredAtMs: stays ? payment.enteredAtMs : nowMs,
    resend: null,
    waitsUntilMs: event.type === 'partner_down' ? payment.waitsUntilMs : null,
    partnerRefs: refsAfter(payment, effects, evidence),
    debitBooked: bookedAfter(payment, effects, evidence),
    creditBooked:
      legProven(effects) === 'credit'
        ? (discountedTo(payment, 'credit', evidence) ?? null)
        : payment.creditBooked,
    partnerTerms:
      legProven(effects) === undefined
        ? payment.partnerTerms
        : mergedTerms(payment.partnerTerms, evidence.partnerTerms),
  };
  const leg = legSent(effects);
  if (leg !== undefined) return { kind: 'moved', payment: sent(moved, leg, nowMs), effects };
  const ended = isTerminal(to) ? { dueMs: null, legSentMs: null, legSendBeforeMs: null } : {};
  return { kind: 'moved', payment: { ...moved, ...ended }, effects };
}

function sent(payment: Payment, leg: LegKind, nowMs: number): Payment {
  return {
    ...payment,
    attempts: { ...payment.attempts, [leg]: payment.attempts[leg] + 1 },
    legSentMs: nowMs,
    legSendBeforeMs: sendBeforeMs(payment, leg, nowMs),
    // The payer waits since the first try: what is tried again and again must come to people, too.
    enteredAtMs: leg === 'reversal' ? payment.enteredAtMs : nowMs,
  };
}

function reasonColumns(
  payment: Payment,
  event: MachineEvent,
  to: Payment['state'],
  evidence: PartnerAnswer,
  nowMs: number,
) {
  const reason = event.type === 'refused' ? event.reason : reasonOfMove(event, to);
  if (reason === undefined) return {};
  const isoReason =
    reason === 'partner_rejected' ? (evidence.reason ?? REASONS[reason].iso) : REASONS[reason].iso;
  return { reason, isoReason, reasonText: wordsOfReason(payment, event, reason, evidence.reasonText, nowMs) };
}

// The reference of a leg is kept when the leg is taken for accepted, never from evidence that only opens a break.
function refsAfter(payment: Payment, effects: readonly MachineEffect[], evidence: PartnerAnswer) {
  const leg = legProven(effects);
  return leg === undefined
    ? payment.partnerRefs
    : { ...payment.partnerRefs, [leg]: evidence.partnerRef ?? null };
}

// A payer may have been debited other figures than ours: those are what a reversal has to undo.
function bookedAfter(payment: Payment, effects: readonly MachineEffect[], evidence: PartnerAnswer) {
  if (legProven(effects) !== 'debit' || amountsAgree(payment, 'debit', evidence)) return payment.debitBooked;
  const { currency, minor } = evidence.amount!;
  return { currency, minor: BigInt(minor) };
}

/**
 * What an adapter reported. A leg that did not leave is asked for again, but not before its wait is over:
 * until then the answer is kept in the row (`resend`), and the clock brings it.
 */
export function decideResult(payment: Payment, result: LegResult, nowMs: number): Step {
  const { leg, attempt } = result;
  if (result.legKey !== legKeyOf(payment.id, leg))
    return { kind: 'ignored', because: 'the leg key is not of this leg' };
  const current = payment.attempts[leg];
  if (isStaleResult(result, current) || isStaleReversal(result, current)) {
    return { kind: 'ignored', because: `attempt ${attempt} was followed by another` };
  }
  const event = machineEventOf(result, amountsAgree(payment, leg, result));
  if (waitsToResend(payment, event, nowMs)) {
    return { kind: 'kept', payment: { ...payment, resend: event.type as ResendEvent } };
  }
  return advance(payment, event, nowMs, result);
}

// A refused reversal is sent again, so its refusals belong to their attempts.
function isStaleReversal(result: LegResult, current: number): boolean {
  return result.leg === 'reversal' && result.outcome === 'rejected' && result.attempt < current;
}

/** Does the partner say that it moved what was asked for, less a discount that it names, or nothing about it? */
export function amountsAgree(
  payment: Payment,
  leg: LegKind,
  answer: Pick<PartnerAnswer, 'amount' | 'partnerTerms'>,
): boolean {
  const { amount } = answer;
  if (amount === undefined || discountedTo(payment, leg, answer) !== undefined) return true;
  const ours = legAmount(payment, leg);
  return amount.currency === ours.currency && BigInt(amount.minor) === ours.minor;
}

function waitsToResend(payment: Payment, event: MachineEvent, nowMs: number): boolean {
  if (event.type !== 'leg_not_sent' && event.type !== 'leg_not_received' && event.type !== 'leg_rejected')
    return false;
  if (event.leg !== legInFlight(payment) || nowMs >= resendAtMs(payment, event.leg)) return false;
  const transition = transit(machineView(payment), event, nowMs);
  return transition.kind === 'moved' && legSent(transition.effects) === event.leg;
}

/** The clock's turn: a resend that waited, or routing's own timer (decisions 7, 11); undefined when nothing is due. */
export function decideDue(payment: Payment, timers: CorridorTimers, nowMs: number): Step | undefined {
  const leg = legInFlight(payment);
  if (payment.resend !== null && leg !== undefined && nowMs >= resendAtMs(payment, leg)) {
    const { resend } = payment;
    const event: MachineEvent =
      resend === 'leg_rejected' ? { type: resend, leg, reason: 'MS03' } : { type: resend, leg };
    return advance(payment, event, nowMs);
  }
  const timer = timerOf(machineView(payment), payment.enteredAtMs, timers);
  if (timer === undefined || timer.dueMs > nowMs) return undefined;
  if (payment.waitsUntilMs === null) return advance(payment, timer.event, nowMs);
  const until = new Date(payment.waitsUntilMs).toISOString();
  return advance(payment, { type: 'wait_passed' }, nowMs, { reasonText: `It waited until ${until}.` });
}
