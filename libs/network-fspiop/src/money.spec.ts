import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { money, moneyOrZero, writeMoney } from './money.js';

const read = (currency: string, amount: string) => money.safeParse({ currency, amount });

describe('Money', () => {
  it.each([
    ['RWF', '1250', '1250'],
    ['RWF', '999999999999999999', '999999999999999999'],
    ['USD', '433.88', '43388'],
    ['USD', '433.8', '43380'],
    ['USD', '0.01', '1'],
    ['KHR', '4100', '410000'],
    ['BHD', '1.005', '1005'],
  ])('is read into minor units: %s %s', (currency, amount, minor) => {
    expect(read(currency, amount).data).toEqual({ currency, minor });
    expect(writeMoney({ currency, minor })).toEqual({ currency, amount });
  });

  it.each([
    ['a part of a franc', 'RWF', '12.5', 'too many decimals'],
    ['a part of a riel', 'KHR', '0.5', 'too many decimals'],
    ['a part of a cent', 'USD', '1.001', 'too many decimals'],
    ['a leading zero', 'RWF', '01', 'zeros'],
    ['a trailing zero', 'USD', '1.10', 'zeros'],
    ['decimals that are zero', 'RWF', '100.0', 'zeros'],
    ['an exponent', 'RWF', '1e3', 'digits'],
    ['a sign', 'RWF', '+5', 'digits'],
    ['less than nothing', 'RWF', '-5', 'digits'],
    ['a separator', 'RWF', '1,000', 'digits'],
    ['blanks', 'RWF', ' 5', 'digits'],
    ['a line after it', 'RWF', '5\n', 'digits'],
    ['other digits', 'RWF', '٥', 'digits'],
    ['nothing before the point', 'USD', '.5', 'digits'],
    ['more than 18 digits', 'RWF', '1000000000000000000', 'digits'],
    ['five decimals', 'USD', '1.00001', 'digits'],
    ['nothing', 'RWF', '0', 'more than 0'],
    ['a currency that is none', 'XXQ', '5', 'unknown currency'],
    ['a currency in small letters', 'rwf', '5', 'capital'],
  ])('is refused: %s', (_what, currency, amount, words) => {
    expect(read(currency, amount).error?.issues[0]?.message).toContain(words);
  });

  it('is text: a JSON number is none', () => {
    expect(money.safeParse({ currency: 'RWF', amount: 5 }).success).toBe(false);
  });

  it('may be nothing where it is a fee', () => {
    expect(moneyOrZero.parse({ currency: 'RWF', amount: '0' })).toEqual({ currency: 'RWF', minor: '0' });
    expect(writeMoney({ currency: 'USD', minor: '0' })).toEqual({ currency: 'USD', amount: '0' });
  });

  it('comes back as it was, whatever the amount', () => {
    const code = fc.constantFrom('RWF', 'USD', 'BHD', 'JPY', 'FJD');
    fc.assert(
      fc.property(code, fc.bigInt(1n, 10n ** 17n), (currency, minor) => {
        const value = { currency, minor: minor.toString() };
        expect(money.parse(writeMoney(value))).toEqual(value);
      }),
    );
  });

  it('cannot be written when it is less than nothing', () => {
    expect(() => writeMoney({ currency: 'RWF', minor: '-1' })).toThrow(RangeError);
  });
});
