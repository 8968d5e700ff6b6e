import fc from 'fast-check';
import { describe, expect, it } from '@jest/globals';
import {
  amount,
  amountFromJson,
  amountText,
  amountToJson,
  convert,
  convertToSource,
  convertToTarget,
  conversionAgrees,
  currency,
  divideRounded,
  findCurrency,
  findCurrencyByNumeric,
  formatAmount,
  formatPayable,
  formatRate,
  improveRate,
  magnitude,
  minorText,
  parseAmount,
  parseBookedAmount,
  parseRate,
  plainDecimal,
  sameAmount,
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
    ['JPY', '999999999999999999', 999_999_999_999_999_999n],
    ['THB', '9999999999999999.99', 999_999_999_999_999_999n],
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
    ['THB', '10000000000000000', 'amount_too_large'],
    ['JPY', '1000000000000000000', 'malformed_amount'],
    ['THB', '1.0000000000000000000', 'malformed_amount'],
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

  it.each([
    ['KHR', 10_024_000n, '100240.00', '100240'],
    ['THB', -5n, '-0.05', '-0.05'],
    ['THB', 0n, '0.00', '0.00'],
    ['KWD', 1_000_234n, '1000.234', '1000.234'],
    ['VND', -1_500n, '-1500', '-1500'],
  ])('writes %s %s in full and as payers do', (code, minor, full, payable) => {
    expect(formatAmount(amount(code, minor))).toBe(full);
    expect(formatPayable(amount(code, minor))).toBe(payable);
  });

  it('stands in a sentence as it is paid, with decimals when it cannot be', () => {
    expect(amountText(amount('KHR', 10_024_000n))).toBe('100240 KHR');
    expect(amountText(amount('KHR', 10_024_001n))).toBe('100240.01 KHR');
    expect(minorText(-10_024_000n, 'KHR')).toBe('-100240 KHR');
    expect(minorText(5n, 'XQX')).toBe('5 minor units of XQX');
  });

  it('refuses to drop a fraction', () => {
    expect(() => formatPayable(amount('KHR', 10_024_001n))).toThrow(RangeError);
  });

  it('travels as text, and knows the same amount', () => {
    const value = amount('THB', 10n ** 17n + 1n);
    expect(amountToJson(value)).toEqual({ currency: 'THB', minor: '100000000000000001' });
    expect(amountFromJson(amountToJson(value))).toEqual(value);
    expect(() => amountFromJson({ currency: 'ABC', minor: '1' })).toThrow(RangeError);
    expect(sameAmount(value, { ...value })).toBe(true);
    expect(sameAmount(value, amount('KHR', value.minor))).toBe(false);
    expect(sameAmount(value, amount('THB', value.minor - 1n))).toBe(false);
    expect([-7n, 0n, 7n].map(magnitude)).toEqual([7n, 0n, 7n]);
  });

  it.each([
    ['+820.00', '820'],
    ['.50', '0.5'],
    ['5.', '5'],
    ['5.50', '5.5'],
    ['007', '7'],
    ['005.5', '5.5'],
    ['100', '100'],
    ['0.0', '0'],
  ])('reads the decimal %s as %s', (text, plain) => {
    expect(plainDecimal(text)).toBe(plain);
  });

  it.each(['', '.', '+', '+.', '-05', 'x05', '05x', '1.2.3', '1,5', '05e3'])(
    'leaves "%s" as it is',
    (text) => {
      expect(plainDecimal(text)).toBe(text);
    },
  );
});

describe('rates', () => {
  const rate = (text: string) => parseRate('KHR', 'THB', text);

  it('holds what BaseOneRate holds', () => {
    expect(rate('25.451234567')).toBeDefined();
    expect(rate('25.4512345678')).toBeUndefined();
    expect(rate('0.0081804012')).toBeDefined();
    expect(rate('0')).toBeUndefined();
    expect(rate('-1')).toBeUndefined();
    expect(rate('1.5x')).toBeUndefined();
    expect(rate('0.00000000001')).toBeUndefined();
    expect(rate('00025.451234567')?.unscaled).toBe(25_451_234_567n);
    expect(rate('1005.5')?.unscaled).toBe(10_055n);
    expect(rate('0100500.00000')).toBeDefined();
    expect(rate('100500.000000')).toBeUndefined();
    expect(rate('000000000001')).toBeUndefined();
  });

  it.each([
    ['121', 0n, '121.0000000'],
    ['0.01', 25n, '0.01002500'],
    ['0.0081804012', 25n, '0.0082008522'],
    ['0.00000001', 0n, '0.00000001'],
    ['1.9999999999', 0n, '1.999999999'],
    ['9.9999999999', 25n, '10.024999999'],
    ['10.123456789', 0n, '10.12345678'],
  ])('improves %s by %s basis points to %s, all that BaseOneRate holds', (base, basisPoints, improved) => {
    expect(formatRate(improveRate(rate(base)!, basisPoints))).toBe(improved);
  });

  it('never improves a rate away', () => {
    expect(() => improveRate(rate('1')!, -10_000n)).toThrow(RangeError);
  });

  it('is written as it was made, and converts its own currencies only', () => {
    expect(['121', '0.5', '0.00816000'].map((text) => formatRate(rate(text)!))).toEqual([
      '121',
      '0.5',
      '0.00816000',
    ]);
    expect(() => convertToTarget(amount('THB', 1n), rate('1')!, 'floor')).toThrow(RangeError);
    expect(() => convertToSource(amount('KHR', 1n), rate('1')!, 'floor')).toThrow(RangeError);
  });

  it.each([
    ['floor', [0n, 0n, 1n, 1n, 2n, 5n]],
    ['ceiling', [0n, 1n, 1n, 2n, 3n, 6n]],
    ['half_even', [0n, 0n, 1n, 2n, 2n, 6n]],
  ] as const)('rounds halves by %s', (rounding, rounded) => {
    const halves = [0n, 1n, 2n, 3n, 5n, 11n];
    expect(halves.map((half) => divideRounded(half, 2n, rounding))).toEqual(rounded);
  });

  it.each([
    [2n, 5n, 0n],
    [3n, 5n, 1n],
    [7n, 2n, 4n],
    [5n, 1n, 5n],
    [4n, 3n, 1n],
  ])('rounds %s / %s to the nearest, %s', (numerator, denominator, nearest) => {
    expect(divideRounded(numerator, denominator, 'half_even')).toBe(nearest);
  });

  it.each([
    [-1n, 2n],
    [1n, 0n],
    [1n, -1n],
  ])('does not round %s / %s', (numerator, denominator) => {
    expect(() => divideRounded(numerator, denominator, 'floor')).toThrow('non-negative');
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
    expect(sameRate(read(a), parseRate('KHR', 'USD', a)!)).toBe(false);
    expect(sameRate(read(a), parseRate('USD', 'THB', a)!)).toBe(false);
  });
});
