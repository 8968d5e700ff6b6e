import { describe, expect, it } from '@jest/globals';
import { amountOfWire, amountTrouble, wireAmount } from './amounts.js';

describe('amounts', () => {
  it.each([
    ['KHR', '400000', undefined],
    ['KHR', '400050', 'RULE_VIOLATION'],
    ['IDR', '1000', undefined],
    ['IDR', '1050', 'RULE_VIOLATION'],
    ['JPY', '498', undefined],
    ['USD', '0', 'AMOUNT_NOT_POSITIVE'],
    ['USD', '9999999999999999', undefined],
    ['USD', '10000000000000000', 'VALUE_TOO_LONG'],
  ])('%s %s', (currency, minor, trouble) => {
    expect(amountTrouble({ currency, minor })).toBe(trouble);
    if (trouble !== undefined) expect(() => wireAmount({ currency, minor })).toThrow(RangeError);
    else {
      expect(wireAmount({ currency, minor })).toEqual({ currency, value: minor });
      expect(amountOfWire.parse({ currency, value: minor })).toEqual({ currency, minor });
    }
  });

  it.each([
    { value: 100 },
    { value: '1.00' },
    { value: '-1' },
    { value: '01' },
    { value: '1e2' },
    { value: '' },
  ])('the wire has no %j', ({ value }) => {
    expect(amountOfWire.safeParse({ currency: 'USD', value }).success).toBe(false);
  });
  it.each(['usd', 'ZZZ', 'XAU', ''])('nor the currency %p', (currency) => {
    expect(amountOfWire.safeParse({ currency, value: '100' }).success).toBe(false);
  });
});
