import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { PAYMENT_STATES, TERMINAL_STATES, type RecallRequest } from '@tonle/contracts';
import type { Corridor } from '@tonle/directory';
import { seededRandom, TestClock } from '@tonle/platform';
import { directoryOf, sandboxDirectory } from '../payment/directory.testing.js';
import { receivedPayment, type Payment } from '../payment/payment.js';
import { makeSubmit, type Maker, type PaymentOptions } from '../payment/submission.testing.js';
import { answerRecall, endWait, expireRecall, takeRecall } from './recall.decide.js';
import { isOpen, type StoredRecall } from './recall.js';

const DAY_MS = 86_400_000;
/** A Thursday, 10:00 in Bangkok. */
const SENT_MS = Date.parse('2026-11-26T03:00:00Z');
const CORRIDOR = directoryOf(sandboxDirectory()).corridor('KH-TH')!;
const UNDER_WAY = PAYMENT_STATES.filter((state) => !TERMINAL_STATES.has(state));
const NOT_PAID = [...TERMINAL_STATES].filter((state) => state !== 'COMPLETED');

function sent(options: PaymentOptions = {}): Payment {
  const maker: Maker = {
    platform: { clock: new TestClock(SENT_MS), random: seededRandom(1) },
    quotes: new Map(),
  };
  const submit = makeSubmit(maker, options);
  const times = { deadlineMs: SENT_MS, guardMs: SENT_MS, nowMs: SENT_MS };
  return receivedPayment(submit, maker.quotes.get(submit.quoteId), times, 1n, 'lane');
}

function waiting(payment: Payment, reason: RecallRequest['reason'] = 'duplicate'): StoredRecall {
  const request: RecallRequest = {
    recallId: '00000000-0000-7000-8000-000000000001',
    paymentId: payment.id,
    asker: payment.instruction.sender,
    messageId: 'R-1',
    contentHash: '0'.repeat(64),
    reason,
    isoReason: 'DUPL',
  };
  const taken = takeRecall({ request, payment, corridor: CORRIDOR, refundedMinor: 0n, nowMs: SENT_MS });
  if (taken.kind === 'refused') throw new Error(taken.reason);
  return taken.recall;
}

const completed = (payment: Payment, completedAtMs: number, more: Partial<Payment> = {}): Payment => ({
  ...payment,
  state: 'COMPLETED',
  completedAtMs,
  ...more,
});

describe('a recall of a payment under way', () => {
  it.each(UNDER_WAY)('waits while that is %s, and no answer is taken', (state) => {
    const recall = waiting({ ...sent(), state });
    expect(recall).toMatchObject({ state: 'RECEIVED', waits: true, dueMs: recall.deadlineMs });
    for (const said of ['PENDING', 'ACCEPTED', 'REFUSED'] as const)
      expect(answerRecall(recall, { answer: { state: said }, by: 'THSWITCH', nowMs: SENT_MS })).toMatchObject(
        { kind: 'refused', reason: 'original_not_completed' },
      );
  });

  it('is asked once that has completed, for what is owed then, with the time counted from then', () => {
    const payment = sent();
    const nowMs = SENT_MS + 2 * DAY_MS + 500;
    const owed = { currency: 'THB', minor: 81_000n };
    const paid = completed(payment, SENT_MS + DAY_MS, { creditBooked: owed });
    const facts = { payment: paid, corridor: CORRIDOR, nowMs };
    expect(endWait(waiting(payment, 'customer_request'), facts)).toMatchObject({
      ...{ state: 'RECEIVED', waits: false, dueMs: nowMs, amount: owed, endedMs: null },
      deadlineMs: SENT_MS + DAY_MS + CORRIDOR.refunds!.days * DAY_MS,
    });
    // Ten banking days from Friday: Thursday's would end on the fourteenth.
    const duplicate = endWait(waiting(payment), facts);
    expect(new Date(duplicate.deadlineMs).toISOString()).toBe('2026-12-15T17:00:00.000Z');
  });

  it('of a network waits for the bank, which has until the deadline', () => {
    const payment = sent({ direction: 'inbound' });
    const corridor = directoryOf(sandboxDirectory()).corridor(payment.corridor)!;
    const facts = { payment: completed(payment, SENT_MS + DAY_MS), corridor, nowMs: SENT_MS + DAY_MS };
    const recall = endWait(waiting(payment), facts);
    expect(recall).toMatchObject({ waits: false, dueMs: recall.deadlineMs });
  });

  it('keeps its deadline where its corridor has no refunds by now', () => {
    const recall = waiting(sent());
    const payment = completed(sent(), SENT_MS + DAY_MS);
    for (const corridor of [undefined, { ...CORRIDOR, refunds: undefined } as Corridor])
      expect(endWait(recall, { payment, corridor, nowMs: SENT_MS + DAY_MS }).deadlineMs).toBe(
        recall.deadlineMs,
      );
  });

  it.each(NOT_PAID)('ends when that is %s: nothing was given', (state) => {
    const payment = { ...sent(), state };
    const recall = endWait(waiting(sent()), { payment, corridor: CORRIDOR, nowMs: SENT_MS + 1 });
    expect(recall).toMatchObject({
      ...{ state: 'REFUSED', answer: { refusal: 'no_original' }, endedMs: SENT_MS + 1, dueMs: null },
    });
  });

  it('always has an instant at which the clock ends it, whenever its payment ends, and no open one lacks it', () => {
    const end = fc.constantFrom(undefined, ...TERMINAL_STATES);
    fc.assert(
      fc.property(end, fc.integer({ min: 0, max: 400 * DAY_MS }), (state, afterMs) => {
        const payment = sent();
        let recall = waiting(payment);
        const nowMs = SENT_MS + afterMs;
        const completedAtMs = state === 'COMPLETED' ? nowMs : null;
        if (state !== undefined)
          recall = endWait(recall, {
            payment: { ...payment, state, completedAtMs },
            corridor: CORRIDOR,
            nowMs,
          });
        const { dueMs, deadlineMs } = recall;
        expect(isOpen(recall)).toBe(state === undefined || state === 'COMPLETED');
        if (!isOpen(recall)) return;
        expect(dueMs).not.toBeNull();
        expect(dueMs!).toBeLessThanOrEqual(deadlineMs);
        expect(isOpen(expireRecall(recall, deadlineMs))).toBe(false);
      }),
    );
  });
});
