import { describe, expect, it } from '@jest/globals';
import type { Quote, QuoteRequest, RefundCause } from '@tonle/contracts';
import { amount, amountFromJson, conversionAgrees, parseRate } from '@tonle/money';
import fc from 'fast-check';
import { market, NOW, request, roomy, sandboxEntries, standing } from '../testing/market.js';
import { decideQuote } from './quote.decide.js';
import { atOriginalRate } from './refund-quote.decide.js';

const OF = '22222222-2222-4222-8222-222222222222';
const khr = (minor: string) => ({ currency: 'KHR', minor });
const usd = (minor: string) => ({ currency: 'USD', minor });

/** 25 dollars for a wallet abroad, at 4100 riel each, and a fee of 100 riel. */
const PAID: Quote = {
  ...{ quoteId: OF, corridor: 'KH-AP', provider: 'FXNAGA', participant: 'KHMEKONG', direction: 'outbound' },
  ...{ fixed: 'target', rate: '0.0002439024', baseRate: '0.0002439024' },
  ...{ rateVersion: 7, improvementBasisPoints: 0 },
  source: khr('10250100'),
  target: usd('2500'),
  fees: [{ kind: 'scheme', payer: 'KHMEKONG', amount: khr('10000') }],
  ...{ issuedAt: '2026-06-01T03:00:00.000Z', expiresAt: '2026-06-01T03:10:00.000Z' },
};
const BY_SCHEME: RefundCause = { fault: 'switch', fxBearer: 'scheme' };
const BY_PAYEE: RefundCause = { fault: 'receiving_side', fxBearer: 'receiving_side' };
const ASKED: QuoteRequest = request({
  ...{ participant: 'APLUS', corridor: 'KH-AP', sourceCurrency: 'USD', targetCurrency: 'KHR' },
  ...{ direction: 'inbound', fixed: 'source', amount: usd('2500'), refundOf: OF },
});

interface Setting {
  readonly rate?: string;
  readonly refunds?: object;
  readonly original?: Quote;
}

function decide(more: Partial<QuoteRequest>, { rate = '3900', refunds, original = PAID }: Setting = {}) {
  const entry = sandboxEntries().find(({ id, kind }) => id === 'KH-AP' && kind === 'corridor')!;
  const body = { ...(entry.body as object), refunds: refunds ?? { days: 180, rate: 'today' } };
  const parts = {
    directory: [{ ...entry, version: 9, body }],
    terms: { relationships: [{ provider: 'FXNAGA', participant: 'APLUS' }] },
    rates: [standing('FXNAGA', 'USD>KHR', rate)],
    exposures: [roomy('FXNAGA', 'KHR')],
  };
  return decideQuote({ quoteId: OF, request: { ...ASKED, ...more }, original }, market(parts), NOW);
}

function quoted(more: Partial<QuoteRequest>, setting: Setting = {}): Quote {
  const decision = decide(more, setting);
  if (decision.kind !== 'issued') throw new Error(JSON.stringify(decision));
  return decision.issued.quote;
}

describe('a refund by a fault, at the rate of the day', () => {
  it.each([
    ['3900', '2629'],
    ['4200', '2441'],
  ])('gives exactly what was paid; at %s its provider gets %s cents for it', (rate, minor) => {
    expect(quoted({ refundCause: BY_PAYEE }, { rate })).toMatchObject({
      fixed: 'source',
      source: usd('2500'),
      target: PAID.source,
      rate: '4100.0400000',
      fees: [],
      refundCause: { ...BY_PAYEE, conversion: { source: usd(minor), rate } },
    });
  });

  it("is what the day gives where it is nobody's fault", () => {
    const refundCause: RefundCause = { fault: 'payer_request', fxBearer: 'payer' };
    const quote = quoted({ refundCause });
    expect([quote.target, quote.rate, quote.refundCause]).toEqual([khr('9750000'), '3900', refundCause]);
  });

  it('is not made where it comes to nothing', () => {
    const original = { ...PAID, source: khr('200000') };
    expect(decide({ refundCause: BY_PAYEE, amount: usd('1') }, { original })).toMatchObject({
      reason: 'amount_too_small',
    });
  });

  it('gives every part its exact share, and the provider its price, whatever has become of the rate', () => {
    fc.assert(
      fc.property(
        fc.bigInt(1n, 2_500n),
        fc.integer({ min: 100_000, max: 999_999 }),
        fc.constantFrom(BY_PAYEE, BY_SCHEME),
        (part, hundredths, refundCause) => {
          const rate = `${Math.floor(hundredths / 100)}.${String(hundredths % 100).padStart(2, '0')}`;
          const share = atOriginalRate(PAID, amount('USD', part))!;
          const quote = quoted({ refundCause, amount: usd(part.toString()) }, { rate });
          const { conversion } = quote.refundCause!;
          expect(quote.source).toEqual(usd(part.toString()));
          expect(quote.target).toEqual(khr(share.target.minor.toString()));
          expect(conversion!.source.currency).toBe('USD');
          const [given, target] = [conversion!.source, quote.target].map(amountFromJson);
          expect(conversionAgrees(given!, target!, parseRate('USD', 'KHR', conversion!.rate)!)).toBe(true);
          expect(conversionAgrees(amount('USD', part), target!, parseRate('USD', 'KHR', quote.rate)!)).toBe(
            true,
          );
        },
      ),
    );
  });
});

describe('the scheme fee of a payment', () => {
  const feeOf = (refundCause: RefundCause, schemeFee?: string, rate = 'today', amountOf = '2500') =>
    quoted(
      { refundCause, amount: usd(amountOf) },
      { refunds: { days: 180, rate, ...(schemeFee !== undefined && { schemeFee }) } },
    ).refundCause?.feeReturned?.amount.minor;
  const BY_WISH: RefundCause = { fault: 'merchant_request', fxBearer: 'payer' };

  it.each([
    [undefined, '10000', undefined],
    ['switch_fault', '10000', undefined],
    ['always', '10000', '10000'],
    ['never', undefined, undefined],
  ])('by the rule %s goes back with a fault of the switch: %s, with a wish: %s', (rule, fault, wish) => {
    for (const rate of ['today', 'original']) {
      expect(feeOf(BY_SCHEME, rule, rate)).toBe(fault);
      expect(feeOf(BY_WISH, rule, rate)).toBe(wish);
      expect(feeOf(BY_PAYEE, rule, rate)).toBe(wish);
    }
  });

  it('goes back in the parts in which the payment does, never more than the whole', () => {
    expect(feeOf(BY_SCHEME, undefined, 'today', '833')).toBe('3332');
    const parts = [833, 833, 834].map((part) => BigInt(feeOf(BY_SCHEME, undefined, 'today', `${part}`)!));
    expect(parts.reduce((sum, each) => sum + each, 0n)).toBeLessThanOrEqual(10_000n);
  });
});
