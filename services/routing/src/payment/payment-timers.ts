import { timerOf, type CorridorTimers } from '@tonle/payment';
import { type LegKind } from '@tonle/contracts';
import { legInFlight, machineView, type Payment } from './payment.js';

/** A leg command that nobody answered is published again under its own id after this (decisions 5). */
export const LEG_REPUBLISH_MS = 10_000;
/** The wait between publications doubles up to this. */
const LEG_REPUBLISH_MS_MAX = 60_000;
/** While people review a leg, its adapter is asked this often, and a reversal that does not leave is tried as often. */
const REVIEW_REPUBLISH_MS = 900_000;
/** Wait before a leg that did not leave is asked for again; doubles with every attempt. */
export const RESEND_MS = 1_000;
const RESEND_MS_MAX = 60_000;
/** The last try of a leg that did not leave: this long before it may no longer. */
const LAST_RESEND_MS = 5_000;
/** A leg that did not leave for so many attempts is asked for as seldom as one under review. */
const ATTEMPTS_SOON_MAX = 100;
/** A reversal has no deadline of its own: each attempt may be sent for this long. */
const REVERSAL_SEND_MS = 3_600_000;

/**
 * When a leg that did not leave may be asked for again: ever later, but once more shortly before its time is over, and
 * then at its end, which it waits for no longer.
 */
export function resendAtMs(payment: Payment, leg: LegKind): number {
  const attempts = payment.attempts[leg];
  const doublings = Math.max(Math.min(attempts - 1, 10), 0);
  const seldom = payment.state === 'MANUAL_REVIEW' || attempts > ATTEMPTS_SOON_MAX;
  const wait = seldom ? REVIEW_REPUBLISH_MS : Math.min(RESEND_MS * 2 ** doublings, RESEND_MS_MAX);
  const sentMs = payment.legSentMs ?? 0;
  const next = sentMs + wait;
  if (leg === 'reversal') return next;
  const last = payment.guardMs - LAST_RESEND_MS;
  return sentMs < last ? Math.min(next, last) : Math.min(next, Math.max(payment.guardMs, sentMs));
}

/** No first byte of a leg after this (decisions 12): both outward legs must leave before the credit guard. */
export function sendBeforeMs(payment: Payment, leg: LegKind, nowMs: number): number {
  return leg === 'reversal' ? nowMs + REVERSAL_SEND_MS : payment.guardMs;
}

/** Should the command of the leg in flight be published again? */
export function republishDue(payment: Payment, nowMs: number): boolean {
  if (payment.legSentMs === null || payment.resend !== null || legInFlight(payment) === undefined)
    return false;
  return nowMs - payment.legSentMs >= LEG_REPUBLISH_MS;
}

/** When the clock has to look at a payment next; null for a final one. */
export function nextDueMs(
  payment: Payment,
  timers: CorridorTimers | undefined,
  nowMs: number,
): number | null {
  const times: number[] = [];
  const timer = timers && timerOf(machineView(payment), payment.enteredAtMs, timers);
  if (timer !== undefined) times.push(timer.dueMs);
  const leg = legInFlight(payment);
  if (leg !== undefined && payment.resend !== null) times.push(resendAtMs(payment, leg));
  if (leg !== undefined && payment.resend === null) times.push(republishAtMs(payment, nowMs));
  return times.length === 0 ? null : Math.min(...times);
}

function republishAtMs(payment: Payment, nowMs: number): number {
  const sent = payment.legSentMs ?? nowMs;
  const wait = Math.min(Math.max(nowMs - sent, LEG_REPUBLISH_MS), LEG_REPUBLISH_MS_MAX);
  return nowMs + (payment.state === 'MANUAL_REVIEW' ? REVIEW_REPUBLISH_MS : wait);
}
