import { describe, expect, it } from '@jest/globals';
import type { LegResult, PartnerTerms } from '@tonle/contracts';
import { discountedTo } from './partner-discount.decide.js';
import type { Payment } from './payment.js';

const usd = (minor: string) => ({ currency: 'USD', minor });
const cny = (minor: string) => ({ currency: 'CNY', minor });
const PAYMENT = {
  direction: 'outbound',
  target: { currency: 'USD', minor: 2_500n },
  partnerTerms: { orderAmount: cny('17700') },
} as unknown as Payment;

function settled(
  amount: LegResult['amount'],
  partnerTerms: PartnerTerms | undefined,
  more: Partial<Payment> = {},
  leg: 'credit' | 'debit' = 'credit',
) {
  return discountedTo({ ...PAYMENT, ...more }, leg, { amount, partnerTerms })?.minor;
}

describe('less than the target', () => {
  it('is what a discount in the currency of the target leaves, to the unit of rounding', () => {
    expect(settled(usd('2300'), { discountAmount: usd('200') })).toBe(2_300n);
    expect(settled(usd('2301'), { discountAmount: usd('200') })).toBe(2_301n);
    expect(settled(usd('2302'), { discountAmount: usd('200') })).toBeUndefined();
    expect(settled(usd('2298'), { discountAmount: usd('200') })).toBeUndefined();
  });

  it('is the share that a discount leaves of the order, in the currency of the payee', () => {
    expect(settled(usd('2250'), { discountAmount: cny('1770') })).toBe(2_250n);
    expect(settled(usd('2249'), { discountAmount: cny('1770') })).toBe(2_249n);
    expect(settled(usd('2240'), { discountAmount: cny('1770') })).toBeUndefined();
    expect(settled(usd('2250'), { discountAmount: cny('1770'), orderAmount: cny('8850') })).toBeUndefined();
  });

  it.each<[string, LegResult['amount'], PartnerTerms | undefined, Partial<Payment>, 'credit' | 'debit']>([
    ['no discount is named', usd('2300'), undefined, {}, 'credit'],
    ['nothing is said of an amount', undefined, { discountAmount: usd('200') }, {}, 'credit'],
    ['the amount is the target', usd('2500'), { discountAmount: usd('1') }, {}, 'credit'],
    ['nothing is left', usd('0'), { discountAmount: usd('2500') }, {}, 'credit'],
    ['the amount is in another currency', cny('2300'), { discountAmount: usd('200') }, {}, 'credit'],
    [
      'the discount is in a third currency',
      usd('2300'),
      { discountAmount: { currency: 'THB', minor: '200' } },
      {},
      'credit',
    ],
    [
      'the order is not known',
      usd('2250'),
      { discountAmount: cny('1770') },
      { partnerTerms: null },
      'credit',
    ],
    ['it is the payer who was debited less', usd('2300'), { discountAmount: usd('200') }, {}, 'debit'],
    [
      'our own rail credits less',
      usd('2300'),
      { discountAmount: usd('200') },
      { direction: 'inbound' },
      'credit',
    ],
  ])('is not explained where %s', (_what, amount, terms, more, leg) => {
    expect(settled(amount, terms, more, leg)).toBeUndefined();
  });
});
