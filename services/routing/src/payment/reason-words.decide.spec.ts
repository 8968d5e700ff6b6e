import { describe, expect, it } from '@jest/globals';
import type { MachineEvent } from '@tonle/payment';
import { REASON_TEXT_MAX, REASONS, type PaymentSubmit, type Reason, type TimeField } from '@tonle/contracts';
import { receivedPayment, type Payment } from './payment.js';
import { timeFieldOf, wordsOfReason } from './reason-words.decide.js';

const T0 = Date.parse('2026-11-26T03:00:00Z');
const iso = (atMs: number): string => new Date(atMs).toISOString();

function payment(more: Partial<PaymentSubmit> = {}, changed: Partial<Payment> = {}): Payment {
  const submit = {
    source: { currency: 'KHR', minor: '100' },
    target: { currency: 'THB', minor: '1' },
    acceptedAt: iso(T0),
    receivedAt: iso(T0 + 1_000),
    ...more,
  } as PaymentSubmit;
  const times = { nowMs: T0, deadlineMs: T0 + 60_000, guardMs: T0 + 55_000 };
  return { ...receivedPayment(submit, undefined, times, 1n, 'main'), ...changed };
}

describe('a payment that came too late', () => {
  const passed: MachineEvent = { type: 'deadline_passed' };
  const words = (late: Payment, reason: Reason, nowMs: number) =>
    wordsOfReason(late, passed, reason, undefined, nowMs);

  it('is told by how much, since when its time is counted, and when it ended', () => {
    expect(words(payment(), 'deadline_passed', T0 + 63_250)).toBe(
      'Late by 3.25 s: accepted at 2026-11-26T03:00:00.000Z, its time ended at 2026-11-26T03:01:00.000Z.',
    );
    expect(words(payment(), 'too_late_for_credit', T0 + 56_000)).toBe(
      'Late by 1 s: accepted at 2026-11-26T03:00:00.000Z, its credit had to start before 2026-11-26T03:00:55.000Z.',
    );
  });

  it.each<[string, Payment, RegExp, TimeField | undefined]>([
    [
      "the sender's own deadline",
      payment({ deadline: '2026-11-26T10:01:00+07:00' }),
      /: the sender's deadline was 2026-11-26T03:01:00\.000Z\.$/,
      'deadline',
    ],
    [
      'a deadline that is later than the corridor allows',
      payment({ deadline: iso(T0 + 90_000) }),
      /: accepted at/,
      'acceptedAt',
    ],
    [
      'its arrival, before the time that it names',
      payment({ receivedAt: iso(T0 - 5_000) }),
      /received at .*T02:59:55\.000Z/,
      undefined,
    ],
    [
      'the end of a hold',
      payment({}, { instructedAtMs: T0 + 7_000 }),
      /released at .*T03:00:07\.000Z/,
      undefined,
    ],
  ])('counts from %s', (_what, late, said, field) => {
    expect(words(late, 'deadline_passed', T0 + 61_000)).toMatch(said);
    for (const reason of ['deadline_passed', 'too_late_for_credit'] as const)
      expect(timeFieldOf({ ...late, reason })).toBe(field);
    expect(timeFieldOf({ ...late, reason: 'quote_expired' })).toBeUndefined();
    expect(timeFieldOf(late)).toBeUndefined();
  });
});

describe('a leg that its partner did not do', () => {
  const rejected = (leg: 'debit' | 'credit'): MachineEvent => ({ type: 'leg_rejected', leg, reason: 'AC01' });
  const words = (event: MachineEvent, said?: string, reason: Reason = 'partner_rejected') =>
    wordsOfReason(payment(), event, reason, said, T0);

  it('is told by its side, with the words of the partner', () => {
    expect(words(rejected('debit'), 'no such account')).toBe("Debtor's side: no such account");
    expect(words(rejected('credit'), 'no such account')).toBe("Creditor's side: no such account");
    expect(words(rejected('credit'))).toBe("Creditor's side: refused without saying why.");
    expect(words(rejected('debit'), '')).toBe("Debtor's side: refused without saying why.");
  });

  it('is told too when it was not reached', () => {
    const event: MachineEvent = { type: 'leg_not_sent', leg: 'debit' };
    expect(words(event, undefined, 'partner_unreachable')).toBe("Debtor's side: not reached.");
    expect(words(event, 'ECONNREFUSED', 'partner_unreachable')).toBe("Debtor's side: ECONNREFUSED");
  });

  it('says no more than an event carries', () => {
    expect(words(rejected('credit'), 'x'.repeat(300))).toBe(`Creditor's side: ${'x'.repeat(300)}`);
    const most = words(rejected('credit'), '\u{1f600}'.repeat(REASON_TEXT_MAX))!;
    expect(most).toMatch(/^Creditor's side: \u{1f600}+\.\.\.$/u);
    expect([...most]).toHaveLength(REASON_TEXT_MAX);
  });

  it('keeps what is said of other reasons as it is', () => {
    const others = (Object.keys(REASONS) as Reason[]).filter(
      (reason) => !/^(partner_(rejected|unreachable)|deadline_passed|too_late_for_credit)$/.test(reason),
    );
    for (const reason of others) {
      expect(words({ type: 'refused', reason }, 'why', reason)).toBe('why');
      expect(words({ type: 'refused', reason }, undefined, reason)).toBeNull();
    }
  });
});
