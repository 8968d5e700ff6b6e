import { describe, expect, it } from '@jest/globals';
import {
  PAYMENT_STATES,
  type HistoryStep,
  type PaymentEventMessage,
  type PaymentState,
} from '@tonle/contracts';
import { noticesOf } from './notice.decide.js';

const AT = '2026-11-29T04:00:00.000Z';
const step = (from: PaymentState, to: PaymentState): HistoryStep => ({ from, event: 'x', to, at: AT });
const RESERVED = [step('VALIDATED', 'RESERVED'), step('RESERVED', 'DEBIT_SENT')];

function event(state: PaymentState, more: Partial<PaymentEventMessage> = {}): PaymentEventMessage {
  return {
    paymentId: '019e0000-0000-7000-8000-000000000001',
    uetr: '00000000-0000-4000-8000-000000000001',
    version: 7,
    state,
    isoStatus: 'ACCC',
    reasonText: 'the account of Sok Dara is closed',
    direction: 'outbound',
    corridor: 'KH-TH',
    sender: 'KHMEKONG',
    messageId: 'm-1',
    endToEndId: 'e-1',
    debtorAgent: 'KHMEKONG',
    creditorAgent: 'THSWITCH',
    fxProvider: 'FXNAGA',
    quoteId: '00000000-0000-4000-8000-000000000002',
    rate: '0.00818040',
    source: { currency: 'KHR', minor: '10024000' },
    target: { currency: 'THB', minor: '82000' },
    fees: [],
    partnerRefs: {},
    acceptedAt: AT,
    at: AT,
    windows: [],
    obligations: [],
    lane: 'main',
    replyTo: { service: 'gateway', instance: 'gateway-1' },
    history: [...RESERVED, step('CREDIT_SENT', state)],
    ...more,
  };
}

const told = (of: PaymentEventMessage) =>
  noticesOf(of).map(({ participant, type }) => `${participant} ${type}`);

describe('what is told of a payment', () => {
  it('is what people need: the end to its bank and to the FX provider, and what keeps it from its end to the bank', () => {
    const byState = PAYMENT_STATES.map((state) => [state, told(event(state)).join(', ')]);
    expect(Object.fromEntries(byState.filter(([, text]) => text !== ''))).toEqual({
      SCREENING_HOLD: 'KHMEKONG payment.held, FXNAGA quote.used',
      DEBIT_UNKNOWN: 'KHMEKONG payment.unknown, FXNAGA quote.used',
      CREDIT_UNKNOWN: 'KHMEKONG payment.unknown, FXNAGA quote.used',
      MANUAL_REVIEW: 'KHMEKONG payment.review, FXNAGA quote.used',
      COMPLETED: 'KHMEKONG payment.completed, FXNAGA quote.used, FXNAGA quote.completed',
      REJECTED: 'KHMEKONG payment.failed, FXNAGA quote.used, FXNAGA quote.failed',
      EXPIRED: 'KHMEKONG payment.failed, FXNAGA quote.used, FXNAGA quote.failed',
      BLOCKED: 'KHMEKONG payment.blocked, FXNAGA quote.used, FXNAGA quote.completed',
    });
  });

  it('is that it waits for a network, and until when', () => {
    const waitsUntil = '2026-11-29T05:02:00.000Z';
    const history = [step('RECEIVED', 'VALIDATED'), step('VALIDATED', 'VALIDATED')];
    const [notice, ...others] = noticesOf(event('VALIDATED', { waitsUntil, history }));
    expect(notice).toMatchObject({ participant: 'KHMEKONG', type: 'payment.held', data: { waitsUntil } });
    expect(others).toEqual([]);
  });

  it("goes to the payee's bank when the payment comes in by an adapter", () => {
    const inbound = event('COMPLETED', {
      direction: 'inbound',
      sender: 'THSWITCH',
      debtorAgent: 'THSWITCH',
      creditorAgent: 'KHMEKONG',
      replyTo: { service: 'adapter-thailand', instance: 'a' },
    });
    expect(told(inbound)).toEqual([
      'KHMEKONG payment.completed',
      'FXNAGA quote.used',
      'FXNAGA quote.completed',
    ]);
  });

  it('does not tell a provider of a quote that was never used', () => {
    expect(told(event('REJECTED', { history: [step('RECEIVED', 'REJECTED')] }))).toEqual([
      'KHMEKONG payment.failed',
    ]);
  });

  it('tells a provider once that a quote is used, and when that was', () => {
    const waits = noticesOf(event('CREDIT_UNKNOWN', { at: '2026-11-29T05:00:00.000Z' }))[1]!;
    expect(waits).toMatchObject({
      type: 'quote.used',
      at: AT,
      payment: { version: 1 },
      data: { sequence: 1 },
    });
    expect(waits.data).not.toHaveProperty('state');
    const ends = noticesOf(event('COMPLETED', { version: 9 }));
    expect(ends.filter(({ noticeId }) => noticeId === waits.noticeId)).toHaveLength(1);
  });

  it('tells nobody of the quote of a payment in one currency', () => {
    const source = { currency: 'THB', minor: '82000' };
    expect(told(event('COMPLETED', { source }))).toEqual(['KHMEKONG payment.completed']);
  });

  it('calls a refund that has completed so', () => {
    const refund = event('COMPLETED', { refundOf: '019e0000-0000-7000-8000-000000000009' });
    const [notice] = noticesOf(refund);
    expect(notice).toMatchObject({ type: 'payment.refunded', data: { refundOf: refund.refundOf } });
  });

  it('has one id however often it is heard of, and another when the payment comes into the state once more', () => {
    const review = event('MANUAL_REVIEW');
    const [first] = noticesOf(review);
    const again = noticesOf({
      ...review,
      version: 9,
      history: [...review.history, step('MANUAL_REVIEW', 'MANUAL_REVIEW')],
    });
    expect(again[0]!.noticeId).toBe(first!.noticeId);
    const later = [step('MANUAL_REVIEW', 'UNWINDING'), step('UNWINDING', 'MANUAL_REVIEW')];
    const [second] = noticesOf({ ...review, history: [...review.history, ...later] });
    expect(second!.noticeId).not.toBe(first!.noticeId);
    const [end, use, ofQuote] = noticesOf(event('COMPLETED'));
    expect(new Set([first, second, end, use, ofQuote].map((each) => each!.noticeId)).size).toBe(5);
    expect(end!.noticeId).toMatch(/^019e0000-0000-8[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  it("is small, and has no word of the partner's nor anything of persons", () => {
    const [ofBank, , ofProvider] = noticesOf(
      event('REJECTED', { reason: 'partner_rejected', isoReason: 'AC04' }),
    );
    expect(JSON.stringify(ofBank)).not.toContain('Sok Dara');
    expect(ofBank!.data).toMatchObject({
      ...{ state: 'failed', code: 'partner_rejected', isoReason: 'AC04', sequence: 7 },
      target: { currency: 'THB', amount: '820.00' },
    });
    expect(Object.keys(ofProvider!.data).sort()).toEqual(
      ['code', 'corridor', 'isoReason', 'isoStatus', 'paymentId', 'quoteId', 'rate'].concat(
        ...['sequence', 'source', 'state', 'step', 'target'],
      ),
    );
  });
});
