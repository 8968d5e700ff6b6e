import { describe, expect, it } from '@jest/globals';
import { showAmount } from './output.js';

describe('showAmount', () => {
  it.each([
    ['KHR', '100240.00', '100,240 KHR'],
    ['KHR', '-150000000223707.00', '-150,000,000,223,707 KHR'],
    ['KHR', '0.00', '0 KHR'],
    ['KHR', '-0.21', '-0.21 KHR'],
    ['KHR', '1182.21', '1,182.21 KHR'],
    ['THB', '-1303.40', '-1,303.40 THB'],
    ['JPY', '-92000000', '-92,000,000 JPY'],
    ['XXX', '-1000.5', '-1,000.5 XXX'],
  ])('writes %s %s as people do', (currency, amount, text) => {
    expect(showAmount({ currency, amount })).toBe(text);
  });
});
