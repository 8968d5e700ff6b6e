import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { RecallAnswer, RecallRequest } from '@tonle/contracts';
import type { Corridor } from '@tonle/directory';
import { seededRandom, TestClock } from '@tonle/platform';
import { directoryOf, sandboxDirectory } from '../payment/directory.testing.js';
import { receivedPayment, type Payment } from '../payment/payment.js';
import { makeSubmit, type Maker } from '../payment/submission.testing.js';
import {
  answerRecall,
  expireRecall,
  returnedRecall,
  takeRecall,
  type RecallFacts,
  noted,
} from './recall.decide.js';
import { isOpen, type StoredRecall } from './recall.js';

const DAY_MS = 86_400_000;
/** A Thursday, 10:00 in Bangkok. */
const PAID_MS = Date.parse('2026-11-26T03:00:00Z');
const CORRIDOR = directoryOf(sandboxDirectory()).corridor('KH-TH')!;
const maker: Maker = {
  platform: { clock: new TestClock(PAID_MS), random: seededRandom(1) },
  quotes: new Map(),
};

function paid(more: Partial<Payment> = {}): Payment {
  const submit = makeSubmit(maker);
  const times = { deadlineMs: PAID_MS, guardMs: PAID_MS, nowMs: PAID_MS };
  const received = receivedPayment(submit, maker.quotes.get(submit.quoteId), times, 1n, 'lane');
  return { ...received, state: 'COMPLETED', completedAtMs: PAID_MS, ...more };
}

function take(more: Partial<RecallFacts> = {}, asked: Partial<RecallRequest> = {}) {
  const payment = 'payment' in more ? more.payment : paid();
  const request: RecallRequest = {
    recallId: '00000000-0000-7000-8000-000000000001',
    paymentId: payment?.id ?? '00000000-0000-7000-8000-000000000002',
    asker: 'KHMEKONG',
    messageId: 'R-1',
    contentHash: '0'.repeat(64),
    reason: 'duplicate',
    isoReason: 'DUPL',
    ...asked,
  };
  return takeRecall({ request, corridor: CORRIDOR, refundedMinor: 0n, nowMs: PAID_MS, ...more, payment });
}

function taken(more: Partial<RecallFacts> = {}, asked: Partial<RecallRequest> = {}): StoredRecall {
  const answer = take(more, asked);
  if (answer.kind === 'refused') throw new Error(answer.reason);
  return answer.recall;
}

describe('a recall', () => {
  it('asks for what is left of a payment, of the side that was paid', () => {
    expect(taken({ refundedMinor: 2_000n })).toMatchObject({
      state: 'RECEIVED',
      answerer: 'THSWITCH',
      carrier: 'adapter-thailand',
      amount: { currency: 'THB', minor: 80_000n },
      dueMs: PAID_MS,
    });
  });

  it.each<[string, string, Partial<RecallFacts>, Partial<RecallRequest>?]>([
    ['there is no such payment', 'original_unknown', { payment: undefined }],
    ["it is not the asker's", 'original_unknown', {}, { asker: 'KHANGKOR' }],
    ['it was never paid', 'original_not_paid', { payment: paid({ state: 'REJECTED', completedAtMs: null }) }],
    [
      'the corridor has no refunds',
      'refund_not_served',
      { corridor: { ...CORRIDOR, refunds: undefined } as Corridor },
    ],
    ['all of it is back', 'already_refunded', { refundedMinor: 82_000n }],
    ['its days have passed', 'refund_too_late', { nowMs: PAID_MS + 181 * DAY_MS }],
    ['the time of its reason has passed', 'recall_too_late', { nowMs: PAID_MS + 20 * DAY_MS }],
  ])('is refused when %s', (_why, reason, facts, asked = {}) => {
    expect(take(facts, asked)).toMatchObject({ kind: 'refused', reason });
  });

  it('is none of a refund', () => {
    const payment = paid();
    const refundOf = { paymentId: payment.id } as never;
    const refund = { ...payment, instruction: { ...payment.instruction, refundOf } };
    expect(take({ payment: refund })).toMatchObject({ reason: 'recall_not_served' });
  });

  it.each<[RecallRequest['reason'], string]>([
    // Ten banking days of the Thai calendar: two weekends and what it has as holidays lie between.
    ['duplicate', '2026-12-14T17:00:00.000Z'],
    // Thirteen months would be later than the last day of refunds, as is what a customer wants.
    ['fraud', '2027-05-25T03:00:00.000Z'],
    ['customer_request', '2027-05-25T03:00:00.000Z'],
  ])('for %s ends without an answer at %s', (reason, deadline) => {
    expect(new Date(taken({}, { reason }).deadlineMs).toISOString()).toBe(deadline);
  });

  it('has thirteen months where refunds have longer', () => {
    const corridor: Corridor = { ...CORRIDOR, refunds: { days: 3_000, rate: 'original' } };
    const fraud = taken({ corridor, nowMs: PAID_MS + DAY_MS }, { reason: 'fraud' });
    expect(new Date(fraud.deadlineMs).toISOString()).toBe('2027-12-27T03:00:00.000Z');
    expect(take({ corridor, nowMs: PAID_MS + 400 * DAY_MS }, { reason: 'fraud' })).toMatchObject({
      reason: 'recall_too_late',
    });
  });

  it('has the time that its corridor gives', () => {
    const corridor: Corridor = { ...CORRIDOR, recalls: { duplicate: { bankingDays: 1 } } };
    expect(new Date(taken({ corridor }).deadlineMs).toISOString()).toBe('2026-11-27T17:00:00.000Z');
  });
});

describe('its end', () => {
  const answers: RecallAnswer[] = [
    { state: 'PENDING' },
    { state: 'ACCEPTED' },
    { state: 'REFUSED', refusal: 'customer_refuses' },
  ];
  const move = fc.oneof(
    fc.constantFrom(...answers).map((answer) => ({ kind: 'answer' as const, answer })),
    fc.constantFrom({ kind: 'expire' as const }, { kind: 'return' as const }),
  );

  it('comes once, and never changes, whatever is said after it', () => {
    fc.assert(
      fc.property(fc.array(move, { maxLength: 12 }), (moves) => {
        let recall = taken();
        let ended: StoredRecall | undefined;
        for (const [index, each] of moves.entries()) {
          const nowMs = PAID_MS + index;
          if (each.kind === 'answer') {
            const said = answerRecall(recall, { answer: each.answer, by: 'THSWITCH', nowMs });
            const isSame = ended === undefined || ended.state === each.answer.state;
            expect(said).toMatchObject(isSame ? { kind: 'recall' } : { reason: 'recall_ended' });
            if (said.kind === 'recall') recall = said.recall;
          } else if (isOpen(recall))
            recall = each.kind === 'expire' ? expireRecall(recall, nowMs) : returnedRecall(recall, nowMs);
          if (ended !== undefined) expect(recall).toBe(ended);
          else if (!isOpen(recall)) ended = recall;
          expect(recall.endedMs === null).toBe(isOpen(recall));
        }
      }),
    );
  });

  it('and what was before it stay in its history, however much is said later', () => {
    const said = answerRecall(taken(), { answer: answers[2]!, by: 'THSWITCH', nowMs: PAID_MS });
    if (said.kind === 'refused') throw new Error(said.reason);
    let { recall } = said;
    for (let times = 0; times < 200; times += 1)
      recall = noted(recall, 'late_answer', 'THSWITCH', PAID_MS + times);
    const events = recall.history.map(({ event }) => event);
    expect(events.slice(0, 2)).toEqual(['received', 'refused']);
    expect(events.length).toBeLessThanOrEqual(50);
    expect(recall.history.at(-1)!.at).toBe(new Date(PAID_MS + 199).toISOString());
  });
});
