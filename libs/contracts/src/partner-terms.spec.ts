import { expect, it } from '@jest/globals';
import { carriedTerms, type PartnerTerms } from './partner-terms.js';

const orderAmount = { currency: 'CNY', minor: '17700' };

it('what no message can carry of a partner is left out, and the rest is kept', () => {
  const settlementRate = { unitCurrency: 'CNY', quotedCurrency: 'USD', rate: '0.1412' };
  expect(carriedTerms({ orderAmount, settlementRate })).toEqual({ orderAmount, settlementRate });
  const strange = {
    orderAmount,
    billingAmount: undefined,
    discountAmount: { currency: 'cny', minor: '1' },
    feeAmount: { currency: 'CNY', minor: '-1' },
    settlementRate: { ...settlementRate, rate: '0,1412' },
    quote: { ...settlementRate, quoteId: '' },
    more: 'than this version knows',
  } as PartnerTerms;
  expect(carriedTerms(strange)).toEqual({ orderAmount });
  expect(carriedTerms({ quote: strange.quote })).toBeUndefined();
  expect(carriedTerms(undefined)).toBeUndefined();
});
