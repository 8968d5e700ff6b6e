import { describe, expect, it } from '@jest/globals';
import { simpleCheck } from './simple.js';
import type { SimpleTable } from './table.js';

const codeOf = (table: SimpleTable, value: string): string => simpleCheck(table).check(value)?.code ?? 'ok';

describe('facets', () => {
  it.each<[SimpleTable, string, string]>([
    [{ base: 'string', minLength: 1, maxLength: 3 }, 'abc', 'ok'],
    [{ base: 'string', minLength: 1, maxLength: 3 }, '', 'min_length'],
    [{ base: 'string', minLength: 1, maxLength: 3 }, 'abcd', 'max_length'],
    // Characters outside the first plane are one character each.
    [{ base: 'string', minLength: 1, maxLength: 3 }, '😀😀😀', 'ok'],
    [{ base: 'string', minLength: 2 }, '😀', 'min_length'],
    [{ base: 'string', values: ['DEBT', 'CRED'] }, 'DEBT', 'ok'],
    [{ base: 'string', values: ['DEBT', 'CRED'] }, ' DEBT', 'enumeration'],
    [{ base: 'string', pattern: '[A-Z]{3,3}' }, 'KHR', 'ok'],
    [{ base: 'string', pattern: '[A-Z]{3,3}' }, 'KHRX', 'pattern'],
    [{ base: 'decimal', fractionDigits: 5, totalDigits: 18 }, '0.30000', 'ok'],
    [{ base: 'decimal', fractionDigits: 5, totalDigits: 18 }, '.5', 'ok'],
    [{ base: 'decimal', fractionDigits: 5, totalDigits: 18 }, '1.0000010', 'fraction_digits'],
    [{ base: 'decimal', fractionDigits: 5, totalDigits: 18 }, '1e3', 'decimal'],
    [{ base: 'decimal', fractionDigits: 10, totalDigits: 11 }, '25.4512345678', 'total_digits'],
    [{ base: 'decimal', fractionDigits: 10, totalDigits: 11 }, '0025.451234567', 'ok'],
    [{ base: 'decimal', minInclusive: 0 }, '-0.00', 'ok'],
    [{ base: 'decimal', minInclusive: 0 }, '-0.01', 'min_inclusive'],
    [{ base: 'decimal', minInclusive: 1 }, '0.99', 'min_inclusive'],
    [{ base: 'decimal', minInclusive: 1 }, '1', 'ok'],
    [{ base: 'boolean' }, '1', 'ok'],
    [{ base: 'boolean' }, 'TRUE', 'boolean'],
    [{ base: 'date' }, '2028-02-29', 'ok'],
    [{ base: 'date' }, '2026-02-29', 'date'],
    [{ base: 'date' }, '2100-02-29', 'date'],
    [{ base: 'date' }, '0000-01-01', 'date'],
    [{ base: 'date' }, '02026-01-01', 'date'],
    [{ base: 'date' }, '2026-01-01+14:01', 'date'],
    [{ base: 'dateTime' }, '2026-11-14T24:00:00Z', 'ok'],
    [{ base: 'dateTime' }, '2026-11-14T24:00:01Z', 'date_time'],
    [{ base: 'dateTime' }, '2026-11-14T23:59:60Z', 'date_time'],
    [{ base: 'dateTime', pattern: '.*Z' }, '2026-11-14T09:30:00+07:00', 'pattern'],
    [{ base: 'time' }, '09:30:00.123', 'ok'],
    [{ base: 'gYear' }, '2026', 'ok'],
    [{ base: 'gYearMonth' }, '2026-13', 'date'],
    [{ base: 'base64Binary', maxLength: 2 }, 'YWI=', 'ok'],
    [{ base: 'base64Binary', maxLength: 2 }, 'YWJj', 'max_length'],
    [{ base: 'base64Binary' }, 'YWJ', 'base64'],
  ])('%j takes "%s" as %s', (table, value, code) => {
    expect(codeOf(table, value)).toBe(code);
  });
});

it.each<[SimpleTable, string, string]>([
  [{ base: 'string', maxLength: 1 }, 'ab', 'must have at most 1 character'],
  [{ base: 'string', maxLength: 2 }, 'abc', 'must have at most 2 characters'],
  [{ base: 'decimal', fractionDigits: 1 }, '0.05', 'must have at most 1 decimal'],
  [{ base: 'decimal', totalDigits: 1 }, '10', 'must have at most 1 digit'],
  [{ base: 'base64Binary', minLength: 1 }, '', 'must have at least 1 byte'],
])('%j says of "%s": %s', (table, value, detail) => {
  expect(simpleCheck(table).check(value)?.detail).toBe(detail);
});
