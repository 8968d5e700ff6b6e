import { describe, expect, it } from '@jest/globals';
import type { PartnerTerms } from '@tonle/contracts';
import { market, NOW, request } from '../testing/market.js';
import { decideQuote } from './quote.decide.js';

const ID = '11111111-1111-4111-8111-111111111111';
const sanityBands = [
  { sourceCurrency: 'THB', targetCurrency: 'CNY', rate: '0.2150', basisPoints: 500 },
  { sourceCurrency: 'USD', targetCurrency: 'CNY', rate: '7.08', basisPoints: 500 },
];

/** 820.00 baht for a payee who asks for yuan: what becomes of the quote with this word of the partner. */
function asked(partnerTerms: PartnerTerms, more: Parameters<typeof request>[0] = {}) {
  return decideQuote(
    { quoteId: ID, request: request({ partnerTerms, ...more }) },
    market({ terms: { sanityBands } }),
    NOW,
  );
}
const rate = (text: string, unitCurrency = 'THB', quotedCurrency = 'CNY', unit?: string) => ({
  unitCurrency,
  quotedCurrency,
  rate: text,
  ...(unit === undefined ? {} : { unit }),
});
const quote = (more: object = {}) => ({ quote: { quoteId: 'PQ-1', ...rate('0.2150'), ...more } });
const yuan = (minor: string) => ({ orderAmount: { currency: 'CNY', minor } });

describe('a rate that a partner tells', () => {
  it.each<[string, PartnerTerms]>([
    ['the least of its band', { settlementRate: rate('0.20425') }],
    ['the most of its band', { billingRate: rate('0.22575') }],
    ['the other way round', { settlementRate: rate('4.6512', 'CNY', 'THB') }],
    ['for a hundred units', { settlementRate: rate('21.50', 'THB', 'CNY', '100') }],
    ['of a pair without a band', { settlementRate: rate('1', 'MYR', 'SGD') }],
    ['in its quote', quote()],
    ['nowhere', {}],
  ])('is kept when it is %s', (_what, terms) => {
    expect(asked(terms)).toMatchObject({ kind: 'issued', issued: { quote: { partnerTerms: terms } } });
  });

  it.each<[string, PartnerTerms]>([
    ['below its band', { settlementRate: rate('0.20424') }],
    ['above its band', { billingRate: rate('0.22576') }],
    ['turned upside down', { settlementRate: rate('0.2150', 'CNY', 'THB') }],
    ['off by its unit', { settlementRate: rate('21.50') }],
    ['nothing', { settlementRate: rate('0.0') }],
    ['in its quote', quote({ rate: '2.150' })],
  ])('is refused when it is %s', (_what, terms) => {
    expect(asked(terms)).toMatchObject({ kind: 'refused', reason: 'rate_differs', candidates: [] });
  });
});

describe('what the payee asks for', () => {
  // 820.00 baht at 0.2150 are 176.30 yuan; the band is from 167.48 to 185.11.
  it.each(['17630', '16749', '18511'])('goes with what is settled, as %s', (minor) => {
    expect(asked(yuan(minor))).toMatchObject({ kind: 'issued' });
  });

  it.each(['1763', '176300', '16700', '18600'])('is refused where it does not, as %s', (minor) => {
    expect(asked(yuan(minor))).toMatchObject({ kind: 'refused', reason: 'rate_differs' });
  });

  it('is not measured by one minor unit, nor where our own quote makes the amount', () => {
    expect(asked(yuan('1'), { amount: { currency: 'THB', minor: '4' } })).not.toMatchObject({
      reason: 'rate_differs',
    });
    const fixed = { fixed: 'source' as const, amount: { currency: 'KHR', minor: '10024000' } };
    expect(asked(yuan('1'), fixed)).toMatchObject({ kind: 'issued' });
  });
});

describe("a partner's quote", () => {
  const at = (ms: number) => quote({ expiresAt: new Date(NOW + ms).toISOString() });

  it('ends ours with it', () => {
    expect(asked(at(30_000))).toMatchObject({ issued: { quote: { expiresAt: '2026-11-20T03:00:30.000Z' } } });
    expect(asked(at(3_600_000))).toMatchObject({
      issued: { quote: { expiresAt: '2026-11-20T03:10:00.000Z' } },
    });
  });

  it('is refused once it is over', () => {
    expect(asked(at(0))).toMatchObject({ kind: 'refused', reason: 'quote_expired' });
  });
});
