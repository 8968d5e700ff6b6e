import { describe, expect, it } from '@jest/globals';
import type { PaymentState } from '@tonle/contracts';
import { deadlinesOf, timerOf, type MachineEvent } from './index.js';
import { view } from './machine.testing.js';

const TIMERS = {
  paymentMs: 60_000,
  payerLegMs: 10_000,
  beneficiaryLegMs: 20_000,
  creditGuardMs: 5_000,
  screeningHoldMs: 3_600_000,
  reviewAfterMs: 1_800_000,
};
const ENTERED = 1_000;
const DEADLINE = 61_000;

describe('the time of a payment (domain 6.5)', () => {
  it.each([
    ['the corridor', undefined, DEADLINE],
    ['the sender, when that is earlier', 41_000, 41_000],
    ['the corridor, when the sender gives more', 99_000, DEADLINE],
  ])('is bounded by %s', (_name, senderDeadlineMs, deadlineMs) => {
    const bounds = { acceptedAtMs: ENTERED, ...(senderDeadlineMs === undefined ? {} : { senderDeadlineMs }) };
    expect(deadlinesOf(bounds, TIMERS)).toEqual({ deadlineMs, creditGuardMs: deadlineMs - 5_000 });
  });

  it.each<[PaymentState, number, MachineEvent]>([
    ['RECEIVED', DEADLINE, { type: 'deadline_passed' }],
    ['VALIDATED', DEADLINE, { type: 'deadline_passed' }],
    ['RESERVED', DEADLINE, { type: 'deadline_passed' }],
    ['SCREENING_HOLD', ENTERED + 3_600_000, { type: 'hold_limit_passed' }],
    ['DEBIT_SENT', ENTERED + 15_000, { type: 'leg_unknown', leg: 'debit' }],
    ['CREDIT_SENT', ENTERED + 25_000, { type: 'leg_unknown', leg: 'credit' }],
    ['DEBIT_SECURED', ENTERED, { type: 'send_credit' }],
    ['DEBIT_UNKNOWN', ENTERED + 1_805_000, { type: 'leg_exhausted', leg: 'debit' }],
    ['CREDIT_UNKNOWN', ENTERED + 1_805_000, { type: 'leg_exhausted', leg: 'credit' }],
    ['UNWINDING', ENTERED + 1_800_000, { type: 'leg_exhausted', leg: 'reversal' }],
  ])('at %s is up after its figure', (state, dueMs, event) => {
    expect(timerOf(view(state, { deadlineMs: DEADLINE }), ENTERED, TIMERS)).toEqual({ dueMs, event });
  });

  it.each<PaymentState>(['MANUAL_REVIEW', 'COMPLETED', 'REJECTED', 'EXPIRED', 'BLOCKED'])(
    'at %s has no end of its own',
    (state) => {
      expect(timerOf(view(state), ENTERED, TIMERS)).toBeUndefined();
    },
  );
});
