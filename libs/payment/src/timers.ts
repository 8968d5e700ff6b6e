import type { MachineEvent, MachineView } from './machine.js';

/** The figures of a corridor that bound its payments in time (domain 6.5), milliseconds. */
export interface CorridorTimers {
  readonly paymentMs: number;
  readonly payerLegMs: number;
  readonly beneficiaryLegMs: number;
  readonly creditGuardMs: number;
  readonly screeningHoldMs: number;
  readonly reviewAfterMs: number;
}

/** What bounds a payment in time, epoch ms; an absent bound does not bound. */
export interface TimeBounds {
  readonly acceptedAtMs: number;
  /** The sender's own deadline. */
  readonly senderDeadlineMs?: number;
}

/**
 * Deadline and credit guard of a payment (domain 6.5): the corridor's time from acceptance, or the sender's
 * deadline, whichever is first. A quote or code must hold when it is reserved, not until the end.
 */
export function deadlinesOf(
  bounds: TimeBounds,
  timers: Pick<CorridorTimers, 'paymentMs' | 'creditGuardMs'>,
): { deadlineMs: number; creditGuardMs: number } {
  const own = bounds.acceptedAtMs + timers.paymentMs;
  const deadlineMs = Math.min(own, bounds.senderDeadlineMs ?? own);
  return { deadlineMs, creditGuardMs: deadlineMs - timers.creditGuardMs };
}

/** How long routing waits on top of an adapter's own timer before it takes the adapter for gone. */
const ADAPTER_GRACE_MS = 5_000;

/**
 * Routing's own timer for a state: when it is due and which event it then brings (decisions 7, 11).
 * Undefined for states that only an answer ends. `enteredAtMs` is when the payment came into the state.
 */
export function timerOf(
  view: MachineView,
  enteredAtMs: number,
  timers: CorridorTimers,
): { readonly dueMs: number; readonly event: MachineEvent } | undefined {
  const after = (waitMs: number, event: MachineEvent) => ({ dueMs: enteredAtMs + waitMs, event });
  switch (view.state) {
    case 'RECEIVED':
    case 'VALIDATED':
    case 'RESERVED':
      return { dueMs: view.deadlineMs, event: { type: 'deadline_passed' } };
    case 'SCREENING_HOLD':
      return after(timers.screeningHoldMs, { type: 'hold_limit_passed' });
    case 'DEBIT_SENT':
      return after(timers.payerLegMs + ADAPTER_GRACE_MS, { type: 'leg_unknown', leg: 'debit' });
    case 'CREDIT_SENT':
      return after(timers.beneficiaryLegMs + ADAPTER_GRACE_MS, { type: 'leg_unknown', leg: 'credit' });
    case 'DEBIT_SECURED':
      return { dueMs: enteredAtMs, event: { type: 'send_credit' } };
    case 'DEBIT_UNKNOWN':
      return after(timers.reviewAfterMs + ADAPTER_GRACE_MS, { type: 'leg_exhausted', leg: 'debit' });
    case 'CREDIT_UNKNOWN':
      return after(timers.reviewAfterMs + ADAPTER_GRACE_MS, { type: 'leg_exhausted', leg: 'credit' });
    case 'UNWINDING':
      return after(timers.reviewAfterMs, { type: 'leg_exhausted', leg: 'reversal' });
    default:
      return undefined;
  }
}
