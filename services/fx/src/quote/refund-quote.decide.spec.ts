import { describe, expect, it } from '@jest/globals';
import type { DirectoryEntry, Quote, QuoteRequest } from '@tonle/contracts';
import {
  amount,
  amountFromJson,
  convert,
  conversionAgrees,
  currency,
  formatRate,
  parseRate,
} from '@tonle/money';
import fc from 'fast-check';
import { inState, market, NOW, request, roomy, sandboxEntries, standing } from '../testing/market.js';
import { decideQuote } from './quote.decide.js';
import { atOriginalRate } from './refund-quote.decide.js';

const ID = '11111111-1111-4111-8111-111111111111';
const OF = '22222222-2222-4222-8222-222222222222';
const LATER = { issuedAt: '2026-06-01T03:00:00.000Z', expiresAt: '2026-06-01T03:10:00.000Z' };

/** 25 dollars for a wallet abroad, at 4100 riel each; and what a merchant here got of one who pays in dollars. */
const PAID: Quote = {
  ...{ quoteId: OF, corridor: 'KH-AP', provider: 'FXNAGA', participant: 'KHMEKONG', direction: 'outbound' },
  ...{
    fixed: 'target',
    rate: '0.0002439024',
    baseRate: '0.0002439024',
    rateVersion: 7,
    improvementBasisPoints: 0,
  },
  source: { currency: 'KHR', minor: '10250100' },
  target: { currency: 'USD', minor: '2500' },
  fees: [],
  ...LATER,
};

const usd = (minor: string) => ({ currency: 'USD', minor });
const ASKED: QuoteRequest = request({
  ...{ participant: 'APLUS', corridor: 'KH-AP', sourceCurrency: 'USD', targetCurrency: 'KHR' },
  ...{ direction: 'inbound', fixed: 'source', amount: usd('2500'), refundOf: OF },
});

const changed = (id: string, more: object): DirectoryEntry => {
  const entry = sandboxEntries().find((each) => each.id === id && each.kind !== 'calendar')!;
  return { ...entry, version: 9, body: { ...(entry.body as object), ...more } };
};
const decide = (
  more: Partial<QuoteRequest> = {},
  directory: DirectoryEntry[] = [],
  original: Quote | undefined = PAID,
) =>
  decideQuote(
    { quoteId: ID, request: { ...ASKED, ...more }, original },
    market({ directory, rates: [standing('FXNAGA', 'USD>KHR', '3900')], exposures: [] }),
    NOW,
  );

describe('a quote for a refund, where the rate is that of the payment', () => {
  it('gives the whole for the whole, by its provider, without fee, limit or exposure', () => {
    const limits = { perPayment: { USD: '100' }, perDebtorDay: { USD: '100' } };
    const decision = decide({}, [changed('KH-AP', { limits, open: { outbound: false, inbound: false } })]);
    expect(decision).toMatchObject({
      kind: 'issued',
      issued: {
        candidates: [],
        quote: {
          ...{
            provider: 'FXNAGA',
            refundOf: OF,
            fixed: 'source',
            rate: '4100.0400000',
            rateVersion: 7,
            fees: [],
          },
          source: usd('2500'),
          target: { currency: 'KHR', minor: '10250100' },
        },
      },
    });
  });

  it('gives a part for a part, rounded down to what can be paid', () => {
    const { issued } = decide({ amount: usd('833') }) as Extract<
      ReturnType<typeof decide>,
      { kind: 'issued' }
    >;
    expect(issued.quote.target).toEqual({ currency: 'KHR', minor: '3415300' });
  });

  it.each<[string, Partial<QuoteRequest>, DirectoryEntry[], string, Quote?]>([
    ['of more than was paid', { amount: usd('2501') }, [], 'refund_exceeds'],
    ['of nothing', { amount: usd('0') }, [], 'amount_not_positive'],
    ['of a payment in another corridor', {}, [], 'original_unknown', { ...PAID, corridor: 'KH-UP' }],
    ['of a payment the same way', {}, [], 'original_unknown', { ...PAID, direction: 'inbound' }],
    ['of a refund', {}, [], 'refund_not_served', { ...PAID, refundOf: ID }],
    [
      'where the payee gets a fixed amount',
      { fixed: 'target', amount: { currency: 'KHR', minor: '100' } },
      [],
      'unknown_currency',
    ],
    ['in other currencies', { targetCurrency: 'USD' }, [], 'unknown_currency'],
    ['where the corridor has none', {}, [changed('KH-AP', { refunds: undefined })], 'refund_not_served'],
    ['while a network is paused', {}, [changed('alipay', { state: 'paused' })], 'corridor_closed'],
    ['while its provider is paused', {}, [inState('FXNAGA', 'paused')], 'no_provider'],
    [
      'that comes to nothing',
      { amount: usd('1') },
      [],
      'amount_too_small',
      { ...PAID, source: { currency: 'KHR', minor: '200000' } },
    ],
  ])('is refused %s', (_what, more, directory, reason, original = PAID) => {
    expect(decide(more, directory, original)).toMatchObject({ kind: 'refused', reason });
  });

  it('is refused without the payment', () => {
    const order = { quoteId: ID, request: ASKED };
    expect(decideQuote(order, market(), NOW)).toMatchObject({ kind: 'refused', reason: 'original_unknown' });
  });

  it('takes the word of the partner for the rates of then', () => {
    const strange = { unitCurrency: 'USD', quotedCurrency: 'CNY', rate: '99' };
    const terms = {
      sanityBands: [{ sourceCurrency: 'USD', targetCurrency: 'CNY', rate: '7', basisPoints: 500 }],
    };
    const partnerTerms = { settlementRate: strange };
    const order = { quoteId: ID, request: { ...ASKED, partnerTerms }, original: PAID };
    expect(decideQuote(order, market({ terms }), NOW)).toMatchObject({ kind: 'issued' });
    const directory = [changed('KH-AP', { refunds: { days: 1, rate: 'today' } })];
    expect(decideQuote(order, market({ terms, directory }), NOW)).toMatchObject({ reason: 'rate_differs' });
  });
});

describe('a quote for a refund, elsewhere', () => {
  it("is one of the day's, with its providers and their exposure, where the corridor says so", () => {
    const directory = [changed('KH-AP', { refunds: { days: 180, rate: 'today' } })];
    const terms = { relationships: [{ provider: 'FXNAGA', participant: 'APLUS' }] };
    const rates = [standing('FXNAGA', 'USD>KHR', '3900')];
    const order = { quoteId: ID, request: ASKED, original: PAID };
    const parts = { directory, terms, rates };
    expect(decideQuote(order, market({ ...parts, exposures: [roomy('FXNAGA', 'KHR')] }), NOW)).toMatchObject({
      issued: { quote: { rate: '3900', target: { minor: '9750000' }, refundOf: OF, fees: [] } },
    });
    expect(decideQuote(order, market({ ...parts, exposures: [] }), NOW)).toMatchObject({
      reason: 'liquidity_short',
    });
  });

  it('in one currency is what was paid, by the settlement bank', () => {
    const one = { ...PAID, provider: 'KHSETTLE', source: usd('2500'), target: usd('2500'), rate: '1' };
    expect(decide({ targetCurrency: 'USD', amount: usd('700') }, [], one)).toMatchObject({
      issued: {
        quote: {
          provider: 'KHSETTLE',
          rate: '1',
          source: usd('700'),
          target: usd('700'),
          fees: [],
          refundOf: OF,
        },
      },
    });
  });
});

// Currencies of every scale and step, at rates from 0.0000x to 10,000s, fixed on either side, up to 2,000 dollars.
const PAIRS = [
  ['KHR', 'USD', '0.0002439024'],
  ['USD', 'KHR', '4100'],
  ['KHR', 'THB', '0.00818040'],
  ['THB', 'KHR', '122.24350000'],
  ['VND', 'KHR', '0.1583'],
  ['USD', 'VND', '25412.37'],
  ['KHR', 'JPY', '0.0371'],
  ['JPY', 'KHR', '26.93'],
  ['LAK', 'KHR', '0.1862'],
] as const;
const payment = fc
  .record({
    pair: fc.constantFrom(...PAIRS),
    fixed: fc.constantFrom('source' as const, 'target' as const),
    steps: fc.bigInt(1_000n, 200_000n),
  })
  .map(({ pair: [from, to, text], fixed, steps }) => {
    const code = fixed === 'source' ? from : to;
    const { source, target } = convert(
      fixed,
      amount(code, steps * currency(code).payableStep),
      parseRate(from, to, text)!,
    );
    return { source, target };
  })
  .filter(({ source, target }) => source.minor > 0n && target.minor > 0n);
const json = ({ currency: code, minor }: { currency: string; minor: bigint }) => ({
  currency: code,
  minor: minor.toString(),
});

describe('parts of a payment at its rate', () => {
  it('give the whole for the whole, to the last unit, at a rate that agrees', () => {
    fc.assert(
      fc.property(payment, ({ source, target }) => {
        const whole = atOriginalRate({ source: json(source), target: json(target) }, target);
        expect(whole?.target).toEqual(source);
        expect(conversionAgrees(target, source, whole!.rate)).toBe(true);
        expect(parseRate(target.currency, source.currency, formatRate(whole!.rate))).toEqual(whole!.rate);
      }),
      { numRuns: 1_000 },
    );
  });

  it('never give more than the whole together, in whatever parts, and lose less than one unit each', () => {
    fc.assert(
      fc.property(
        payment,
        fc.array(fc.nat({ max: 999 }), { minLength: 1, maxLength: 6 }),
        ({ source, target }, cuts) => {
          const step = currency(target.currency).payableStep;
          let left = target.minor;
          let given = 0n;
          let parts = 0n;
          const take = (minor: bigint) => {
            if (minor === 0n) return;
            const part = amount(target.currency, minor);
            const back = atOriginalRate({ source: json(source), target: json(target) }, part);
            left -= minor;
            parts += 1n;
            if (back === undefined) return;
            expect(conversionAgrees(part, back.target, back.rate)).toBe(true);
            given += back.target.minor;
          };
          for (const cut of cuts) take(((left * BigInt(cut)) / 1_000n / step) * step);
          take(left);
          expect(given <= source.minor).toBe(true);
          expect(source.minor - given < (parts + 1n) * currency(source.currency).payableStep).toBe(true);
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it('so large that no rate of eleven digits says them exactly, give what the rate below gives', () => {
    const original = {
      source: { currency: 'USD', minor: '24390243902' },
      target: { currency: 'KHR', minor: '100000000000100' },
    };
    const back = atOriginalRate(original, amountFromJson(original.target))!;
    expect(back.target.minor).toBeLessThanOrEqual(24_390_243_902n);
    expect(back.target.minor).toBeGreaterThan(24_390_233_902n);
    expect(conversionAgrees(amountFromJson(original.target), back.target, back.rate)).toBe(true);
  });
});
