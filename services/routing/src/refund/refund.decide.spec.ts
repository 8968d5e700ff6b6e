import { describe, expect, it } from '@jest/globals';
import type { Corridor } from '@tonle/directory';
import type { PaymentSubmit, Quote, RefundCause } from '@tonle/contracts';
import { seededRandom, TestClock } from '@tonle/platform';
import { directoryOf, sandboxDirectory, type DirectoryJson } from '../payment/directory.testing.js';
import { receivedPayment, type Payment } from '../payment/payment.js';
import { refusalOf, standingOf, timesOf, type SubmissionRefusal } from '../payment/submission.decide.js';
import { makeRefund, makeSubmit, type Maker } from '../payment/submission.testing.js';
import { refundRefusal } from './refund.decide.js';

const NOW_MS = Date.parse('2026-11-26T03:00:00Z');
const DAY_MS = 86_400_000;
const DIRECTORY = directoryOf(sandboxDirectory());
const CORRIDOR = DIRECTORY.corridor('KH-TH')!;

class Case {
  readonly maker: Maker = {
    platform: { clock: new TestClock(NOW_MS), random: seededRandom(1) },
    quotes: new Map<string, Quote>(),
  };
  readonly paid: PaymentSubmit;
  /** 820.00 THB were paid for 100,240 KHR. */
  original: Payment;
  submit: PaymentSubmit;
  corridor: Corridor = CORRIDOR;
  refundedMinor = 0n;
  isSwitchFault = false;
  isHeld = false;

  constructor(minor?: string) {
    this.paid = makeSubmit(this.maker);
    const times = { deadlineMs: NOW_MS, guardMs: NOW_MS, nowMs: NOW_MS };
    const quote = this.maker.quotes.get(this.paid.quoteId);
    const received = receivedPayment(this.paid, quote, times, 1n, 'lane');
    this.original = { ...received, state: 'COMPLETED', completedAtMs: NOW_MS };
    this.submit = makeRefund(this.maker, this.paid, minor === undefined ? {} : { minor });
  }

  said(more: Partial<PaymentSubmit>): this {
    this.submit = { ...this.submit, ...more };
    return this;
  }

  told(more: object): this {
    return this.said({ refundOf: { ...this.submit.refundOf!, ...more } });
  }

  was(more: Partial<Payment>): this {
    this.original = { ...this.original, ...more };
    return this;
  }

  after(refundedMinor: bigint): this {
    this.refundedMinor = refundedMinor;
    return this;
  }

  in(more: Partial<Corridor>): this {
    this.corridor = { ...this.corridor, ...more };
    return this;
  }

  get held(): this {
    this.isHeld = true;
    return this;
  }

  get refusal(): SubmissionRefusal | undefined {
    return refundRefusal(this);
  }
}

const thb = (minor: string) => ({ currency: 'THB', minor });

describe('a refund', () => {
  it('of the whole, of a part, and of what is left is let through', () => {
    expect(new Case().refusal).toBeUndefined();
    expect(new Case('100').refusal).toBeUndefined();
    expect(new Case('82000').after(0n).refusal).toBeUndefined();
    expect(new Case('1000').after(81_000n).refusal).toBeUndefined();
    expect(new Case().said({ refundOf: undefined }).refusal).toBeUndefined();
  });

  it.each<[string, string, (one: Case) => Case]>([
    ['another UETR', 'original_unknown', (one) => one.told({ uetr: one.submit.uetr })],
    ['another message id', 'original_unknown', (one) => one.told({ messageId: 'M-0' })],
    ['another quote', 'original_unknown', (one) => one.told({ quoteId: one.submit.quoteId })],
    ['another amount', 'original_unknown', (one) => one.told({ source: { currency: 'KHR', minor: '1' } })],
    ['another target', 'original_unknown', (one) => one.told({ target: thb('1') })],
    [
      'a payment that is open',
      'original_not_completed',
      (one) => one.was({ state: 'CREDIT_SENT', completedAtMs: null }),
    ],
    ['a payment that is frozen', 'original_not_paid', (one) => one.was({ state: 'BLOCKED' })],
    ['a corridor without refunds', 'refund_not_served', (one) => one.in({ refunds: undefined })],
    [
      'a refund',
      'refund_not_served',
      (one) => one.was({ instruction: { ...one.paid, refundOf: one.submit.refundOf } }),
    ],
    ['another corridor', 'original_unknown', (one) => one.said({ corridor: 'KH-LA' })],
    ['the same direction', 'original_unknown', (one) => one.said({ direction: 'outbound' })],
    ['another debtor agent', 'original_unknown', (one) => one.said({ debtorAgent: 'LAPNET' })],
    ['another creditor agent', 'original_unknown', (one) => one.said({ creditorAgent: 'KHANGKOR' })],
    [
      'another account',
      'original_unknown',
      (one) => one.said({ creditor: { ...one.submit.creditor, account: 'u2@mekong' } }),
    ],
    ['another currency', 'unknown_currency', (one) => one.said({ target: { currency: 'USD', minor: '1' } })],
    [
      'a currency that was not paid out',
      'unknown_currency',
      (one) => one.said({ source: { currency: 'USD', minor: '1' } }),
    ],
    [
      'an open payment in a corridor without refunds',
      'refund_not_served',
      (one) => one.was({ state: 'CREDIT_SENT', completedAtMs: null }).in({ refunds: undefined }),
    ],
    [
      'another account of a payment that is too old',
      'refund_too_late',
      (one) =>
        one.was({ completedAtMs: 0 }).said({ creditor: { ...one.submit.creditor, account: 'u2@mekong' } }),
    ],
    [
      'another currency of what was refunded',
      'unknown_currency',
      (one) => one.after(82_000n).said({ source: { currency: 'USD', minor: '1' } }),
    ],
    ['what was refunded', 'already_refunded', (one) => one.after(82_000n)],
    ['what settlement has a break about', 'refund_held', (one) => one.held],
    ['what was refunded, and is held', 'already_refunded', (one) => one.held.after(82_000n)],
    [
      'more than a discount left',
      'refund_exceeds',
      (one) => one.was({ creditBooked: { currency: 'THB', minor: 81_999n } }),
    ],
  ])('with %s is refused', (_what, reason, spoil) => {
    expect(spoil(new Case()).refusal?.reason).toBe(reason);
  });

  it('of nothing that we know is refused', () => {
    const { submit, corridor, refundedMinor, isSwitchFault, isHeld } = new Case();
    const refusal = refundRefusal({
      submit,
      corridor,
      refundedMinor,
      isSwitchFault,
      isHeld,
      original: undefined,
    });
    expect(refusal).toEqual({ reason: 'original_unknown' });
  });

  it('says what is left', () => {
    expect(new Case('2100').after(80_000n).refusal).toEqual({
      kind: 'refused',
      reason: 'refund_exceeds',
      detail: 'Of 820.00 THB, 20.00 THB is left to refund; this refund is of 21.00 THB.',
    });
  });

  it('is in time until the days of its corridor are over', () => {
    const late = (ms: number) => new Case().was({ completedAtMs: NOW_MS - ms }).refusal;
    expect(late(180 * DAY_MS)).toBeUndefined();
    expect(late(180 * DAY_MS + 1)).toEqual({
      kind: 'refused',
      reason: 'refund_too_late',
      detail: 'Payments of corridor KH-TH are refunded within 180 days.',
    });
  });
});

describe('the cause of a refund', () => {
  const conversion = { source: thb('83000'), rate: '121' };
  const today = { refunds: { days: 180, rate: 'today' } } as const;
  it.each<[string, RefundCause, Partial<Corridor>, string | undefined]>([
    ['a wish', { fault: 'payer_request', fxBearer: 'provider' }, {}, undefined],
    ['another bearer', { fault: 'payer_request', fxBearer: 'payer' }, {}, 'rate_differs'],
    ['a fault', { fault: 'receiving_side', fxBearer: 'receiving_side', conversion }, today, undefined],
    [
      'a fault without its price',
      { fault: 'receiving_side', fxBearer: 'receiving_side' },
      today,
      'rate_differs',
    ],
    ['a wish with a price', { fault: 'payer_request', fxBearer: 'payer', conversion }, today, 'rate_differs'],
    [
      'the scheme in place of the faulty',
      { fault: 'receiving_side', fxBearer: 'scheme', conversion },
      today,
      'rate_differs',
    ],
    [
      'what nobody found',
      { fault: 'switch', fxBearer: 'scheme', conversion },
      today,
      'refund_fault_not_found',
    ],
  ])('%s', (_what, refundCause, corridor, reason) => {
    expect(new Case().said({ refundCause }).in(corridor).refusal?.reason).toBe(reason);
  });

  it('is the switch once operators have found that', () => {
    const cause = { fault: 'switch', fxBearer: 'scheme', conversion } as const;
    const one = new Case().said({ refundCause: cause }).in(today);
    one.isSwitchFault = true;
    expect(one.refusal).toBeUndefined();
  });
});

describe('a refund, as it is submitted', () => {
  const strict = (directory: DirectoryJson) => {
    for (const { id, body } of directory.entries) {
      const limits = { perPayment: { THB: '1' }, perDebtorDay: { THB: '1' } };
      const requiredPurposes = { outbound: ['GDDS'], inbound: ['GDDS'] };
      if (id === 'KH-TH')
        Object.assign(body, { limits, requiredPurposes, open: { outbound: false, inbound: false } });
      if (id === 'thailand')
        Object.assign(body, { openingHours: { from: '01:00', to: '02:00', bankingDaysOnly: true } });
    }
  };
  const reasonOf = (one: Case, change: (directory: DirectoryJson) => void = strict) => {
    const { submit, original, refundedMinor, isSwitchFault, isHeld, maker } = one;
    const directory = directoryOf(sandboxDirectory(change));
    const quote = maker.quotes.get(submit.quoteId);
    const standing = standingOf({ submit, directory, quote, nowMs: NOW_MS, ...timesOf(submit, directory) });
    const free = { uetrUsed: false, keyUsed: false, quoteUsed: false, dayUsedMinor: 5n };
    return refusalOf(standing, { ...free, refund: { original, refundedMinor, isSwitchFault, isHeld } })
      ?.reason;
  };

  it('asks for no open corridor, hours, limits or purposes', () => {
    expect(reasonOf(new Case())).toBeUndefined();
  });

  it('waits for a network that is paused', () => {
    const paused = ({ entries }: DirectoryJson) => {
      for (const { id, body } of entries) if (id === 'thailand') Object.assign(body, { state: 'paused' });
    };
    expect(reasonOf(new Case(), paused)).toBe('corridor_closed');
  });

  it('needs a quote that was made for it, and a payment needs another', () => {
    const other = new Case();
    other.maker.quotes.set(other.submit.quoteId, {
      ...other.maker.quotes.get(other.submit.quoteId)!,
      refundOf: undefined,
    });
    expect(reasonOf(other)).toBe('quote_unknown');
    expect(reasonOf(new Case().said({ refundOf: undefined }), () => undefined)).toBe('quote_unknown');
  });

  it.each<[string, Partial<RefundCause>]>([
    ['another fault', { fault: 'merchant_request' }],
    ['another price', { conversion: { source: thb('83001'), rate: '121' } }],
    ['another rate', { conversion: { source: thb('83000'), rate: '122' } }],
    ['no price', { conversion: undefined }],
    ['a fee that is not given back', { feeReturned: { payer: 'KHMEKONG', amount: thb('1') } }],
  ])('says what its quote says, not %s', (_what, other) => {
    const quoted: RefundCause = {
      ...{ fault: 'receiving_side', fxBearer: 'receiving_side' },
      conversion: { source: thb('83000'), rate: '121' },
    };
    const one = new Case().said({ refundCause: quoted });
    const today = ({ entries }: DirectoryJson) => {
      for (const { id, body } of entries)
        if (id === 'KH-TH') Object.assign(body, { refunds: { days: 180, rate: 'today' } });
    };
    const { quotes } = one.maker;
    quotes.set(one.submit.quoteId, { ...quotes.get(one.submit.quoteId)!, refundCause: quoted });
    expect(reasonOf(one, today)).toBeUndefined();
    quotes.set(one.submit.quoteId, {
      ...quotes.get(one.submit.quoteId)!,
      refundCause: { ...quoted, ...other },
    });
    expect(reasonOf(one, today)).toBe('amount_mismatch');
  });

  it('is asked about its payment before its quote', () => {
    const spent = new Case().after(82_000n);
    spent.maker.quotes.clear();
    expect(reasonOf(spent)).toBe('already_refunded');
  });
});
