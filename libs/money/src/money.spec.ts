import fc from 'fast-check';
import { describe, expect, it } from '@jest/globals';
import {
  amount,
  convert,
  conversionAgrees,
  currency,
  findCurrency,
  findCurrencyByNumeric,
  formatAmount,
  formatPayable,
  formatRate,
  improveRate,
  parseAmount,
  parseBookedAmount,
  parseRate,
  sameRate,
} from './index.js';

describe('currency table', () => {
  it('takes scales from ISO 4217 and pays riel and kip whole', () => {
    expect(currency('KHR')).toMatchObject({ scale: 2, payableStep: 100n, numeric: '116' });
    expect(currency('LAK')).toMatchObject({ scale: 2, payableStep: 100n });
    expect(currency('VND')).toMatchObject({ scale: 0, payableStep: 1n });
    expect(currency('THB')).toMatchObject({ scale: 2, payableStep: 1n });
    expect(findCurrencyByNumeric('764')?.code).toBe('THB');
  });

  it('knows no metals, test codes or inventions', () => {
    for (const code of ['XAU', 'XTS', 'XXX', 'ABC', 'khr', '']) expect(findCurrency(code)).toBeUndefined();
    expect(() => currency('XAU')).toThrow(RangeError);
  });
});

describe('amounts', () => {
  it.each([
    ['KHR', '100240', 10_024_000n],
    ['KHR', '100240.00', 10_024_000n],
    ['THB', '820', 82_000n],
    ['THB', '820.5', 82_050n],
    ['THB', '0.01', 1n],
    ['JPY', '1000', 1000n],
    ['KWD', '1.234', 1234n],
    ['THB', '820.00000', 82_000n],
  ])('reads %s %s', (code, text, minor) => {
    expect(parseAmount(code, text)).toEqual({ kind: 'ok', amount: amount(code, minor) });
  });

  it.each([
    ['ABC', '1', 'unknown_currency'],
    ['THB', '-1', 'malformed_amount'],
    ['THB', '1e3', 'malformed_amount'],
    ['THB', ' 1', 'malformed_amount'],
    ['THB', '1,000', 'malformed_amount'],
    ['THB', '.5', 'malformed_amount'],
    ['THB', '', 'malformed_amount'],
    ['THB', '0.001', 'too_many_decimals'],
    ['KHR', '100.50', 'too_many_decimals'],
    ['VND', '1.5', 'too_many_decimals'],
    ['THB', '0.00', 'amount_not_positive'],
    ['THB', '99999999999999999', 'amount_too_large'],
  ])('refuses %s "%s" as %s', (code, text, reason) => {
    expect(parseAmount(code, text)).toEqual({ kind: 'refused', reason });
  });

  it.each([
    ['KHR', '1234.56', 123_456n],
    ['LAK', '0.01', 1n],
    ['THB', '0.00', 0n],
    ['VND', '5', 5n],
  ])('reads %s %s on an account, whatever can be paid', (code, text, minor) => {
    expect(parseBookedAmount(code, text)).toEqual({ kind: 'ok', amount: amount(code, minor) });
  });

  it.each([
    ['VND', '1.5', 'too_many_decimals'],
    ['THB', '-1', 'malformed_amount'],
    ['ABC', '1', 'unknown_currency'],
  ])('refuses %s %s on an account as %s', (code, text, reason) => {
    expect(parseBookedAmount(code, text)).toEqual({ kind: 'refused', reason });
  });

  it('reads back what it writes, for every payable amount', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('KHR', 'THB', 'VND', 'KWD', 'USD', 'LAK'),
        fc.bigInt(1n, 10n ** 15n),
        (code, steps) => {
          const value = amount(code, steps * currency(code).payableStep);
          const written = parseAmount(code, formatAmount(value));
          expect(written).toEqual({ kind: 'ok', amount: value });
          expect(parseAmount(code, formatPayable(value))).toEqual(written);
        },
      ),
    );
  });

  it('writes riel whole and refuses to drop a fraction', () => {
    expect(formatPayable(amount('KHR', 10_024_000n))).toBe('100240');
    expect(formatAmount(amount('THB', -5n))).toBe('-0.05');
    expect(() => formatAmount(amount('THB', 5n), 1)).toThrow(RangeError);
  });
});

describe('rates', () => {
  const rate = (text: string) => parseRate('KHR', 'THB', text);

  it('holds what BaseOneRate holds', () => {
    expect(rate('25.451234567')).toBeDefined();
    expect(rate('25.4512345678')).toBeUndefined();
    expect(rate('0.0081804012')).toBeDefined();
    expect(rate('0')).toBeUndefined();
    expect(rate('-1')).toBeUndefined();
  });

  it('adds improvements and applies them once (domain 6.8)', () => {
    expect(formatRate(improveRate(rate('0.00816000')!, 25n))).toBe('0.00818040');
  });

  it('charges 100,240 riel for 820.00 baht at 0.00818040 (domain 6.8)', () => {
    const both = convert('target', amount('THB', 82_000n), rate('0.00818040')!);
    expect(both.source).toEqual(amount('KHR', 10_024_000n));
  });

  it('charges 337.45 baht for 41,000 riel at 121.50000000 (domain 6.8)', () => {
    const inbound = parseRate('THB', 'KHR', '121.50000000')!;
    expect(convert('target', amount('KHR', 4_100_000n), inbound).source).toEqual(amount('THB', 33_745n));
  });

  it('never favours the payer and is off by less than one step', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('source' as const, 'target' as const),
        fc.bigInt(1n, 10n ** 9n),
        fc.bigInt(1n, 10n ** 8n),
        (fixed, steps, unscaled) => {
          const quoted = { source: 'KHR', target: 'THB', unscaled, scale: 8 };
          const code = fixed === 'source' ? 'KHR' : 'THB';
          const given = amount(code, steps * currency(code).payableStep);
          const { source, target } = convert(fixed, given, quoted);
          // source * rate >= target, both in 10^-12 baht
          const exact = source.minor * unscaled;
          const received = target.minor * 10n ** 8n;
          expect(exact >= received).toBe(true);
          const step = fixed === 'source' ? 10n ** 8n : 100n * unscaled;
          expect(exact - received < step).toBe(true);
          expect(conversionAgrees(source, target, quoted)).toBe(true);
          const short = amount('THB', target.minor + 1n);
          if (fixed === 'source')
            expect(conversionAgrees(source, short, quoted)).toBe(exact >= received + 10n ** 8n);
        },
      ),
    );
  });
});

describe('rates that are the same', () => {
  it.each([
    ['0.0081604', '0.00816040', true],
    ['121.5', '121.5000000', true],
    ['0.0081604', '0.0081605', false],
  ])('%s and %s: %s', (a, b, same) => {
    const read = (text: string) => parseRate('KHR', 'THB', text)!;
    expect(sameRate(read(a), read(b))).toBe(same);
    expect(sameRate(read(a), parseRate('THB', 'KHR', a)!)).toBe(false);
  });
});
