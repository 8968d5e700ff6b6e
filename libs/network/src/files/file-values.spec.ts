import { describe, expect, it } from '@jest/globals';
import type { FileColumn } from './file-layout.js';
import { readValue } from './file-values.js';

const NEW_YEAR = { day: '2027-01-01', utcOffsetMinutes: 480 };
const value = (text: string, column: Omit<FileColumn, 'name' | 'optional'>, clock = NEW_YEAR) =>
  readValue(text, { name: 'cell', optional: false, ...column }, clock, 7);

describe('the value of a cell', () => {
  it.each([
    ['time', 'iso', '2026-11-28T23:30:00+08:00', '2026-11-28T15:30:00.000Z'],
    ['time', 'yyyyMMddHHmmss', '20270101003000', '2026-12-31T16:30:00.000Z'],
    // Without a year: on the first of January the last hours of December are of the year before.
    ['time', 'MMddHHmmss', '1231233000', '2026-12-31T15:30:00.000Z'],
    ['time', 'MMddHHmmss', '0101003000', '2026-12-31T16:30:00.000Z'],
    ['minor', undefined, '000', '0'],
    ['minor', undefined, '-0012', '-12'],
    ['credit_debit', undefined, 'C000000000123', '123'],
    ['credit_debit', undefined, 'D000000000123', '-123'],
    ['credit_debit', undefined, 'D000000000000', '0'],
    ['digits', undefined, '007', '007'],
    ['text', undefined, ' Mekong  Bank ', 'Mekong  Bank'],
  ] as const)('%s (%s) of %j is %s', (type, format, text, read) => {
    expect(value(text, { type, format })).toBe(read);
  });

  it.each([
    ['time', 'iso', '2026-11-28T23:30:00', 'no offset'],
    ['time', 'yyyyMMddHHmmss', '20270229000000', 'no such day'],
    ['time', 'MMddHHmmss', '1301000000', 'no such month'],
    ['time', 'MMddHHmmss', '101000000', 'a digit too few'],
    ['minor', undefined, '1.00', 'major units'],
    ['minor', undefined, '1234567890123456789', 'more than any balance'],
    ['credit_debit', undefined, '000000000123', 'no sign'],
    ['digits', undefined, '1e3', 'no number'],
    ['text', undefined, '  ', 'empty'],
  ] as const)('%s (%s) of %j is refused: %s', (type, format, text, _) => {
    expect(() => value(text, { type, format })).toThrow(/^value_wrong in line 7: cell is /);
  });

  it('may be empty where the layout says so', () => {
    expect(readValue(' ', { name: 'cell', type: 'minor', optional: true }, NEW_YEAR, 1)).toBeUndefined();
  });
});
