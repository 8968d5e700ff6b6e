import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { corridorBody } from '@tonle/directory';
import {
  legKeyOf,
  type LegKind,
  type LegResult,
  type PaymentState,
  type PaymentSubmit,
} from '@tonle/contracts';
import { advance, decideDue, decideResult } from './payment.decide.js';
import { legAmount, receivedPayment, type Payment } from './payment.js';
import { LEG_REPUBLISH_MS, nextDueMs, RESEND_MS, resendAtMs } from './payment-timers.js';

const ID = '01938a5e-0000-7000-8000-000000000001';
const T0 = Date.parse('2026-11-26T03:00:00Z');
const sandbox = JSON.parse(
  readFileSync(new URL('../../../../deploy/sandbox/directory.json', import.meta.url), 'utf8'),
) as {
  entries: { kind: string; body: unknown }[];
};
const { timers } = corridorBody.parse(sandbox.entries.find(({ kind }) => kind === 'corridor')!.body);
const at = new Date(T0).toISOString();

function payment(state: PaymentState, more: Partial<Payment> = {}, secured = false): Payment {
  const submit = {
    paymentId: ID,
    source: { currency: 'KHR', minor: '10024000' },
    target: { currency: 'THB', minor: '82000' },
    payerSecured: secured,
    direction: 'outbound',
    corridor: 'KH-TH',
    acceptedAt: at,
    receivedAt: at,
  } as PaymentSubmit;
  const times = { nowMs: T0, deadlineMs: T0 + 60_000, guardMs: T0 + 55_000 };
  return { ...receivedPayment(submit, undefined, times, 1n, 'main'), state, legSentMs: T0, ...more };
}

const attempts = (debit: number, credit = 0, reversal = 0) => ({ debit, credit, reversal });
const result = (leg: LegKind, outcome: LegResult['outcome'], more: Partial<LegResult> = {}): LegResult => ({
  legKey: legKeyOf(ID, leg),
  paymentId: ID,
  leg,
  outcome,
  attempt: 1,
  at,
  ...more,
});

describe('advance', () => {
  it('counts a version and a step a move, and the attempt of the leg it sends', () => {
    const step = advance(payment('RESERVED'), { type: 'send_debit' }, T0 + 5);
    expect(step).toMatchObject({ kind: 'moved', effects: ['send_debit'] });
    const { payment: moved } = step as Extract<typeof step, { kind: 'moved' }>;
    expect(moved).toMatchObject({
      state: 'DEBIT_SENT',
      version: 2,
      attempts: attempts(1),
      legSentMs: T0 + 5,
      legSendBeforeMs: T0 + 55_000,
    });
    expect(moved.history.at(-1)).toEqual({
      from: 'RESERVED',
      event: 'send_debit',
      to: 'DEBIT_SENT',
      at: new Date(T0 + 5).toISOString(),
    });
  });

  it('keeps the reason of the unwinding to the end', () => {
    const sent = payment('CREDIT_SENT', { attempts: attempts(1, 1) });
    const first = advance(sent, { type: 'leg_rejected', leg: 'credit', reason: 'AC04' }, T0, {
      reason: 'AC04',
      reasonText: 'closed',
    });
    const unwinding = (first as { payment: Payment }).payment;
    const last = advance(unwinding, { type: 'leg_accepted', leg: 'reversal', amountsAgree: true }, T0, {
      partnerRef: 'r',
    });
    expect((last as { payment: Payment }).payment).toMatchObject({
      state: 'REJECTED',
      reason: 'partner_rejected',
      isoReason: 'AC04',
      reasonText: "Creditor's side: closed",
      partnerRefs: { reversal: 'r' },
      dueMs: null,
    });
  });

  it('opens a break without a move when evidence only contradicts', () => {
    expect(
      advance(payment('COMPLETED'), { type: 'leg_rejected', leg: 'credit', reason: 'MS03' }, T0),
    ).toMatchObject({ kind: 'breaks' });
    expect(
      advance(
        payment('DEBIT_SENT', { attempts: attempts(1) }),
        { type: 'leg_accepted', leg: 'credit', amountsAgree: true },
        T0,
      ),
    ).toMatchObject({ kind: 'breaks' });
  });
});

describe('a leg result', () => {
  it('of another leg key is no evidence', () => {
    expect(
      decideResult(
        payment('DEBIT_SENT', { attempts: attempts(1) }),
        result('debit', 'accepted', { legKey: 'x:D' }),
        T0,
      ).kind,
    ).toBe('ignored');
  });

  it('of an attempt that was followed by another says nothing, but an acceptance counts whenever it comes', () => {
    const again = payment('DEBIT_SENT', { attempts: attempts(2) });
    expect(decideResult(again, result('debit', 'unknown'), T0).kind).toBe('ignored');
    expect(decideResult(again, result('debit', 'accepted'), T0)).toMatchObject({
      kind: 'moved',
      payment: { state: 'DEBIT_SECURED' },
    });
  });

  it('with other figures than ours is taken, with a break', () => {
    const wrong = result('debit', 'accepted', { amount: { currency: 'KHR', minor: '1' } });
    expect(decideResult(payment('DEBIT_SENT', { attempts: attempts(1) }), wrong, T0)).toMatchObject({
      kind: 'moved',
      effects: expect.arrayContaining(['discharge_debit', 'open_break_amount']),
    });
  });

  it.each<[string, number, number, number]>([
    ['ever later', 2, 0, 2_000],
    ['once more shortly before its time is over', 7, 31_000, 50_000],
    ['then at its end', 8, 50_000, 55_000],
    ['and waits for no time after it', 9, 56_000, 56_000],
  ])('asks again for a leg that did not leave: %s', (_name, tries, sentAfter, due) => {
    const unsent = payment('DEBIT_SENT', { attempts: attempts(tries), legSentMs: T0 + sentAfter });
    expect(resendAtMs(unsent, 'debit') - T0).toBe(due);
  });

  it('"not sent" waits for its resend, doubling with each attempt, and fails the leg only when time is over', () => {
    const sent = payment('DEBIT_SENT', { attempts: attempts(3) });
    expect(resendAtMs(sent, 'debit')).toBe(T0 + 4 * RESEND_MS);
    const notSent = result('debit', 'not_sent', { attempt: 3 });
    expect(decideResult(sent, notSent, T0 + 1)).toEqual({
      kind: 'kept',
      payment: { ...sent, resend: 'leg_not_sent' },
    });
    expect(decideResult(sent, notSent, T0 + 4 * RESEND_MS)).toMatchObject({
      kind: 'moved',
      effects: ['send_debit'],
    });
    expect(decideResult(sent, notSent, T0 + 55_000)).toMatchObject({
      kind: 'moved',
      payment: { state: 'REJECTED' },
    });
  });

  it('of a reversal never ends anything but by acceptance', () => {
    const unwinding = payment('UNWINDING', { attempts: attempts(1, 1, 1) });
    const refused = decideResult(unwinding, result('reversal', 'rejected', { reason: 'MS03' }), T0);
    expect(refused).toMatchObject({ kind: 'kept', payment: { state: 'UNWINDING', resend: 'leg_rejected' } });
    const waiting = (refused as { payment: Payment }).payment;
    const due = decideDue(waiting, timers, T0 + RESEND_MS);
    expect(due).toMatchObject({
      kind: 'moved',
      effects: ['send_reversal'],
      payment: { attempts: attempts(1, 1, 2), resend: null },
    });
    expect(
      decideResult((due as { payment: Payment }).payment, result('reversal', 'rejected'), T0 + 2 * RESEND_MS)
        .kind,
    ).toBe('ignored');
  });
});

describe('a payer who was debited other figures than ours', () => {
  const booked = { currency: 'KHR', minor: '10034000' };
  const moved = (step: ReturnType<typeof advance>) =>
    (step as Extract<typeof step, { kind: 'moved' }>).payment;
  const secured = moved(
    decideResult(
      payment('DEBIT_SENT', { attempts: attempts(1) }),
      result('debit', 'accepted', { amount: booked, partnerRef: 'h' }),
      T0,
    ),
  );

  it('is paid back what the partner booked, by every attempt', () => {
    expect(secured.debitBooked).toEqual({ currency: 'KHR', minor: 10_034_000n });
    const sent = moved(advance(secured, { type: 'send_credit' }, T0));
    const unwinding = moved(decideResult(sent, result('credit', 'rejected', { reason: 'AC04' }), T0));
    expect(legAmount(unwinding, 'reversal')).toEqual(secured.debitBooked);
    expect([legAmount(unwinding, 'debit').minor, legAmount(unwinding, 'credit').minor]).toEqual([
      10_024_000n,
      82_000n,
    ]);
    // What goes back is what was asked for: no second break.
    expect(decideResult(unwinding, result('reversal', 'accepted', { amount: booked }), T0)).toMatchObject({
      kind: 'moved',
      effects: expect.not.arrayContaining(['open_break_amount']),
    });
  });

  it('is paid back in the currency that the partner booked', () => {
    const dollars = { currency: 'USD', minor: '2500' };
    const step = decideResult(
      payment('DEBIT_SENT', { attempts: attempts(1) }),
      result('debit', 'accepted', { amount: dollars }),
      T0,
    );
    expect(step).toMatchObject({ effects: expect.arrayContaining(['open_break_amount']) });
    expect(legAmount(moved(step), 'reversal')).toEqual({ currency: 'USD', minor: 2_500n });
    expect(legAmount(moved(step), 'debit').currency).toBe('KHR');
  });

  it('that are ours, or of which nothing is said, gets the source amount', () => {
    const said = [{}, { amount: { currency: 'KHR', minor: '10024000' } }];
    for (const more of said) {
      const step = decideResult(
        payment('DEBIT_SENT', { attempts: attempts(1) }),
        result('debit', 'accepted', more),
        T0,
      );
      expect(moved(step).debitBooked).toBeNull();
      expect(legAmount(moved(step), 'reversal').minor).toBe(10_024_000n);
    }
  });
});

describe('a reversal that is never accepted', () => {
  /** Refused as soon as it may be sent again, until nothing is sent any more; how often, and what came of it. */
  function refuse(from: Payment): { payment: Payment; refusals: number } {
    let now: Payment = from;
    for (let refusals = 1; refusals < 100; refusals += 1) {
      const attempt = now.attempts.reversal;
      const dueMs = resendAtMs(now, 'reversal');
      const step = decideResult(now, result('reversal', 'rejected', { attempt, reason: 'AM09' }), dueMs);
      now = (step as Extract<typeof step, { kind: 'moved' }>).payment;
      if (now.attempts.reversal === attempt) return { payment: now, refusals };
    }
    throw new Error('it is refused for ever');
  }

  it('comes to people after ten refusals, five minutes of them, and its history does not grow with them', () => {
    const { payment: ended, refusals } = refuse(payment('UNWINDING', { attempts: attempts(1, 1, 1) }));
    expect(refusals).toBe(10);
    expect(ended).toMatchObject({
      state: 'MANUAL_REVIEW',
      reviewLeg: 'reversal',
      attempts: attempts(1, 1, 10),
    });
    expect(ended.history.map(({ event, times }) => [event, times])).toEqual([
      ['received', undefined],
      ['leg_rejected:reversal', 9],
      ['leg_rejected:reversal', undefined],
    ]);
    expect(ended.enteredAtMs - T0).toBeLessThan(330_000);
    // The last attempt's refusal is told again when the leg is asked about: nothing new.
    const told = result('reversal', 'rejected', { attempt: 10 });
    expect(decideResult(ended, told, T0 + 900_000).kind).toBe('ignored');
    const again = advance(ended, { type: 'decided_reverse', leg: 'reversal' }, T0 + 900_000);
    expect(again).toMatchObject({ payment: { state: 'UNWINDING', attempts: attempts(1, 1, 11) } });
    expect(refuse((again as Extract<typeof again, { kind: 'moved' }>).payment).refusals).toBe(10);
  });

  it('is tried by itself for as long as the partner is away, ever more seldom', () => {
    const tried = (n: number) => payment('UNWINDING', { attempts: attempts(1, 1, n) });
    expect([1, 7, 100, 101, 5_000].map((n) => resendAtMs(tried(n), 'reversal') - T0)).toEqual([
      1_000, 60_000, 60_000, 900_000, 900_000,
    ]);
    const reviewed = payment('MANUAL_REVIEW', { reviewLeg: 'reversal', attempts: attempts(1, 1, 2) });
    expect(resendAtMs(reviewed, 'reversal') - T0).toBe(900_000);
  });

  it.each(['not_sent', 'not_received'] as const)(
    'comes to people after the limit of the corridor when it is %s, and is tried on behind them',
    (outcome) => {
      let now: Payment = payment('UNWINDING', { attempts: attempts(1, 1, 1) });
      let nowMs = T0;
      const until = (endMs: number) => {
        for (let answers = 0; nowMs < endMs && answers < 200; answers += 1) {
          const { reversal: attempt } = now.attempts;
          const answered = decideResult(now, result('reversal', outcome, { attempt }), nowMs);
          now = 'payment' in answered ? answered.payment : now;
          nowMs = Math.max(nowMs, nextDueMs(now, timers, nowMs)!);
          const due = decideDue(now, timers, nowMs);
          now = due !== undefined && 'payment' in due ? due.payment : now;
        }
      };
      until(T0 + timers.reviewAfterMs);
      expect(now).toMatchObject({ state: 'MANUAL_REVIEW', reviewLeg: 'reversal' });
      expect(now.enteredAtMs - T0 - timers.reviewAfterMs).toBeLessThan(1_000);
      const { reversal: tried } = now.attempts;
      const since = now.enteredAtMs;
      until(since + 4 * 3_600_000);
      expect(now).toMatchObject({ state: 'MANUAL_REVIEW', reviewLeg: 'reversal', enteredAtMs: since });
      expect(now.attempts.reversal - tried).toBeGreaterThanOrEqual(15);
      expect(now.attempts.reversal - tried).toBeLessThanOrEqual(17);
      const { reversal: attempt } = now.attempts;
      const back = decideResult(now, result('reversal', 'accepted', { attempt }), nowMs);
      expect(back).toMatchObject({ payment: { state: 'REJECTED' } });
    },
  );
});

describe('the clock', () => {
  it('expires what was never sent, and takes silence for unknown, never for failed', () => {
    expect(decideDue(payment('RESERVED'), timers, T0 + 59_999)).toBeUndefined();
    expect(decideDue(payment('RESERVED'), timers, T0 + 60_000)).toMatchObject({
      payment: { state: 'EXPIRED', reason: 'deadline_passed' },
    });
    const silent = payment('DEBIT_SENT', { attempts: attempts(1) });
    expect(decideDue(silent, timers, T0 + 15_000)).toMatchObject({ payment: { state: 'DEBIT_UNKNOWN' } });
    expect(
      decideDue(payment('CREDIT_SENT', { attempts: attempts(1, 1) }), timers, T0 + 25_000),
    ).toMatchObject({ payment: { state: 'CREDIT_UNKNOWN' } });
  });

  it('looks at a leg in flight when its command is to be published again, and not at what is final', () => {
    expect(nextDueMs(payment('DEBIT_SENT', { attempts: attempts(1) }), timers, T0)).toBe(
      T0 + LEG_REPUBLISH_MS,
    );
    expect(nextDueMs(payment('COMPLETED'), timers, T0)).toBeNull();
    expect(
      nextDueMs(payment('MANUAL_REVIEW', { reviewLeg: 'credit', attempts: attempts(1, 1) }), timers, T0),
    ).toBe(T0 + 900_000);
  });
});
