import { describe, expect, it } from '@jest/globals';
import { parseRate } from '@tonle/money';
import { compareRates, decidePush } from './rate.decide.js';

const NOW = Date.parse('2026-11-20T03:00:00Z');
const last = parseRate('KHR', 'THB', '0.00800000')!;
const push = (rate: string, more = {}) =>
  decidePush({ sourceCurrency: 'KHR', targetCurrency: 'THB', rate, ...more }, last, NOW);

describe('a pushed rate', () => {
  it('is taken within ten per cent of the last', () => {
    for (const rate of ['0.0072', '0.0088', '0.00800001']) expect(push(rate).kind).toBe('accepted');
    expect(push('0.0081', { validUntil: '2026-11-20T03:00:01Z' })).toMatchObject({
      kind: 'accepted',
      validUntilMs: NOW + 1_000,
    });
  });

  it.each([
    ['too low', '0.00719999', {}, 'rate_refused'],
    ['too high', '0.00880001', {}, 'rate_refused'],
    ['zero', '0.00', {}, 'rate_refused'],
    ['negative', '-0.008', {}, 'rate_refused'],
    ['too long', '0.00800000001', {}, 'rate_refused'],
    ['no number', 'NaN', {}, 'rate_refused'],
    ['over already', '0.008', { validUntil: '2026-11-20T03:00:00Z' }, 'rate_refused'],
    ['of no currency', '0.008', { sourceCurrency: 'XXX' }, 'unknown_currency'],
    ['of one currency', '1', { targetCurrency: 'KHR' }, 'rate_refused'],
  ])('is refused: %s', (_name, rate, more, reason) =>
    expect(push(rate, more)).toMatchObject({ kind: 'refused', reason }),
  );

  it('without a last one is taken as it is', () => {
    expect(decidePush({ sourceCurrency: 'KHR', targetCurrency: 'THB', rate: '9' }, undefined, NOW).kind).toBe(
      'accepted',
    );
  });

  it('compares across scales', () => {
    expect(compareRates(parseRate('KHR', 'THB', '0.008')!, last)).toBe(0);
    expect(compareRates(parseRate('KHR', 'THB', '0.0081')!, last)).toBe(1);
    expect(compareRates(parseRate('KHR', 'THB', '0.0079')!, last)).toBe(-1);
  });
});
