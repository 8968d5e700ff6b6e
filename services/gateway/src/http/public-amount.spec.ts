import { describe, expect, it } from '@jest/globals';
import { readAmount } from './public-amount.js';

describe('an amount that cannot be read', () => {
  it.each([
    ['KHR', '100.50', '/a/amount', '"100.50" cannot be paid: KHR is paid in steps of 1 KHR.'],
    ['THB', '8.123', '/a/amount', '"8.123" cannot be paid: THB is paid in steps of 0.01 THB.'],
    ['THB', '0', '/a/amount', '"0" is not more than zero.'],
    [
      'THB',
      '1e3',
      '/a/amount',
      '"1e3" is not a plain decimal number such as "820.00", or has too many digits.',
    ],
    ['THB', '1'.repeat(18), '/a/amount', `"${'1'.repeat(18)}" has more digits than an amount may have.`],
    ['thb', '1', '/a/currency', '"thb" is not a currency of ISO 4217; write three capital letters.'],
  ])('%s %s says why, and in what unit it could be paid', (currency, amount, path, message) => {
    expect(readAmount({ currency, amount }, '/a')).toMatchObject({ errors: [{ path, message }] });
  });
});
