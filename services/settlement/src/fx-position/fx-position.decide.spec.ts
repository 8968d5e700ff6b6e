import { describe, expect, it } from '@jest/globals';
import { moved, positionDay, valueAt } from './fx-position.decide.js';
import { NO_FLOWS, NO_POSITION, type ReferenceRate } from './fx-position.js';
import { resultOf } from './fx-position.testing.js';

const NAME = { provider: 'FXNAGA', corridor: 'KH-TH', base: 'THB', counter: 'KHR' };
const DAY = '2026-11-20';
const at = (rate: string): ReferenceRate => ({
  sourceCurrency: 'THB',
  targetCurrency: 'KHR',
  rate,
  source: 'mid',
  day: DAY,
});

describe('a value at a reference rate', () => {
  it('is the same whichever way the pair is quoted', () => {
    expect(valueAt(82_000n, 'THB', at('122'))).toBe(10_004_000n);
    const inverse = { ...at('0.008'), sourceCurrency: 'KHR', targetCurrency: 'THB' };
    expect(valueAt(82_000n, 'THB', inverse)).toBe(10_250_000n);
    expect(valueAt(-82_000n, 'THB', inverse)).toBe(-10_250_000n);
  });

  it('heeds the decimals of both currencies', () => {
    const yen = { ...at('0.0066'), sourceCurrency: 'JPY', targetCurrency: 'USD' };
    expect(valueAt(1_000n, 'JPY', yen)).toBe(660n);
    expect(valueAt(660n, 'USD', yen)).toBe(1_000n);
  });

  it('is refused for a currency that the rate does not name', () => {
    expect(() => valueAt(1n, 'LAK', at('122'))).toThrow('THB KHR is no rate for LAK');
  });
});

describe('what takes from a position', () => {
  const long = { quantityMinor: 100n, costMinor: 1_000n, realisedMinor: 0n };

  it('is realised against the average cost', () => {
    expect(moved(long, -40n, -480n)).toEqual({ quantityMinor: 60n, costMinor: 600n, realisedMinor: 80n });
  });

  it('opens the other side with what is left', () => {
    expect(moved(long, -150n, -1_650n)).toEqual({
      quantityMinor: -50n,
      costMinor: -550n,
      realisedMinor: 100n,
    });
  });

  it('leaves no cost behind when nothing is left', () => {
    const odd = { quantityMinor: 3n, costMinor: 10n, realisedMinor: 0n };
    const parts = moved(moved(odd, -1n, -4n), -2n, -8n);
    expect(parts).toEqual({ quantityMinor: 0n, costMinor: 0n, realisedMinor: 2n });
  });
});

describe('the day of a position', () => {
  // 820.00 baht sold for 100,240 riel at 0.00818040, when a baht is worth 122 riel.
  const sold = { ...NO_FLOWS, soldMinor: 82_000n, soldForMinor: 10_024_000n, residualMinor: 35n };

  it('tells spread and residual apart, and values what is open', () => {
    const day = positionDay(NAME, DAY, NO_POSITION, sold, at('122'));
    expect(day).toMatchObject({
      spreadMinor: 20_000n - 35n,
      residualMinor: 35n,
      realisedMinor: 0n,
      closing: { quantityMinor: -82_000n, costMinor: -10_004_000n, unrealisedMinor: 0n },
    });
  });

  it('realises on settlement what the rate has moved by since', () => {
    const first = positionDay(NAME, DAY, NO_POSITION, sold, at('122'));
    const settled = { ...NO_FLOWS, settledMinor: 82_000n };
    const next = positionDay(NAME, '2026-11-21', first.closing, settled, at('123'));
    expect(next.realisedMinor).toBe(-82_000n);
    expect(next.closing).toEqual({
      quantityMinor: 0n,
      costMinor: 0n,
      earnedMinor: 20_000n - 82_000n,
      unrealisedMinor: 0n,
    });
  });

  it('values nothing without a rate: trades stand at their price, and what settles leaves at cost', () => {
    const first = positionDay(NAME, DAY, NO_POSITION, sold, undefined);
    expect(resultOf(first.closing)).toBe(0n);
    const half = positionDay(NAME, DAY, first.closing, { ...NO_FLOWS, settledMinor: 41_000n }, undefined);
    expect(half).toMatchObject({ realisedMinor: 0n, closing: { costMinor: -5_012_000n } });
  });
});
