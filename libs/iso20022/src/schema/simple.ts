import { patternSentence } from './patterns.js';
import type { SimpleTable } from './table.js';

/** What a value breaks; undefined when it is valid. */
export interface Violation {
  readonly code: string;
  readonly detail: string;
}

export interface SimpleCheck {
  /** Which blanks around the value are dropped before it is checked and kept. */
  readonly blanks: Blanks;
  readonly check: (value: string) => Violation | undefined;
}

export type Blanks = 'keep' | 'drop' | 'drop_leading' | 'drop_after_zone';

type Check = SimpleCheck['check'];

/**
 * Strings keep their blanks. XML Schema drops them around everything else; dates without a pattern are held to what
 * libxml2, which most of our partners validate with, takes: a message must not be valid here and invalid there.
 */
const BLANKS: Readonly<Record<SimpleTable['base'], Blanks>> = {
  string: 'keep',
  decimal: 'drop',
  boolean: 'drop',
  base64Binary: 'drop',
  dateTime: 'drop_after_zone',
  time: 'drop_leading',
  date: 'keep',
  gYear: 'keep',
  gYearMonth: 'keep',
};

const ZONE = '(?:Z|[+-](?:0\\d|1[0-3]):[0-5]\\d|[+-]14:00)?';
const DATE = new RegExp(`^-?(\\d{4,})-(\\d\\d)-(\\d\\d)${ZONE}$`);
const DATE_TIME = new RegExp(`^-?(\\d{4,})-(\\d\\d)-(\\d\\d)T(\\d\\d):(\\d\\d):(\\d\\d(?:\\.\\d+)?)${ZONE}$`);
const TIME = new RegExp(`^(\\d\\d):(\\d\\d):(\\d\\d(?:\\.\\d+)?)${ZONE}$`);
const YEAR = new RegExp(`^-?(\\d{4,})${ZONE}$`);
const YEAR_MONTH = new RegExp(`^-?(\\d{4,})-(0[1-9]|1[0-2])${ZONE}$`);
const DECIMAL = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)$/;
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;
const MONTH_DAYS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

const violation = (code: string, detail: string): Violation => ({ code, detail });

/** The check of a simple type. */
export function simpleCheck(table: SimpleTable): SimpleCheck {
  const checks: Record<SimpleTable['base'], (table: SimpleTable) => Check> = {
    string: stringCheck,
    decimal: decimalCheck,
    boolean: () => (value) =>
      /^(?:true|false|[01])$/.test(value) ? undefined : violation('boolean', 'must be true or false'),
    date: () => dateCheck(DATE, 'date', 'must be a date such as 2026-11-14'),
    dateTime: () =>
      dateCheck(DATE_TIME, 'date_time', 'must be a date and time such as 2026-11-14T09:30:00+07:00'),
    time: () => timeCheck,
    gYear: () => yearCheck(YEAR, 'must be a year'),
    gYearMonth: () => yearCheck(YEAR_MONTH, 'must be a year and month'),
    base64Binary: base64Check,
  };
  const check = checks[table.base](table);
  if (table.base === 'string') return { blanks: 'keep', check };
  return {
    blanks: table.pattern === undefined ? BLANKS[table.base] : 'drop',
    check: withPattern(table, check),
  };
}

const anyText: Check = () => undefined;

function patternCheck({ pattern }: SimpleTable): Check {
  if (pattern === undefined) return anyText;
  const form = new RegExp(`^(?:${pattern})$`, 'u');
  const wrong = violation('pattern', patternSentence(pattern));
  return (value) => (form.test(value) ? undefined : wrong);
}

function withPattern(table: SimpleTable, check: Check): Check {
  const pattern = patternCheck(table);
  return pattern === anyText ? check : (value) => check(value) ?? pattern(value);
}

function stringCheck(table: SimpleTable): Check {
  if (table.values !== undefined) {
    const values = new Set(table.values);
    const detail = `must be one of ${table.values.slice(0, 12).join(', ')}${table.values.length > 12 ? ' ...' : ''}`;
    return (value) => (values.has(value) ? undefined : violation('enumeration', detail));
  }
  const { minLength = 0, maxLength = Infinity } = table;
  const pattern = patternCheck(table);
  return (value) => {
    // Lengths count characters, not UTF-16 units; counting is only needed near the limits.
    if (value.length > maxLength && codePoints(value) > maxLength) {
      return violation('max_length', `must have at most ${many(maxLength, 'character')}`);
    }
    if (value.length < minLength * 2 && codePoints(value) < minLength) {
      return violation(
        'min_length',
        value === '' ? 'must not be empty' : `must have at least ${many(minLength, 'character')}`,
      );
    }
    return pattern(value);
  };
}

const many = (count: number, one: string): string => `${count} ${one}${count === 1 ? '' : 's'}`;

function codePoints(value: string): number {
  let count = 0;
  for (let at = 0; at < value.length; at++) {
    const unit = value.charCodeAt(at);
    if (unit < 0xdc00 || unit > 0xdfff) count += 1;
  }
  return count;
}

function decimalCheck({
  totalDigits = Infinity,
  fractionDigits = Infinity,
  minInclusive,
}: SimpleTable): Check {
  return (value) => {
    if (!DECIMAL.test(value)) return violation('decimal', 'must be a decimal number without exponent');
    const negative = value.startsWith('-');
    const [whole = '', fraction = ''] = value.replace(/^[+-]/, '').split('.');
    const wholeDigits = whole.replace(/^0+/, '');
    const fractionPart = fraction.replace(/0+$/, '');
    if (fractionPart.length > fractionDigits) {
      return violation('fraction_digits', `must have at most ${many(fractionDigits, 'decimal')}`);
    }
    if (wholeDigits.length + fractionPart.length > totalDigits) {
      return violation('total_digits', `must have at most ${many(totalDigits, 'digit')}`);
    }
    // The schemas know the bounds 0 and 1 only: a value is below 1 when it has no digit before the point.
    const zero = wholeDigits === '' && fractionPart === '';
    const below =
      minInclusive === undefined ? false : (negative && !zero) || (minInclusive === 1 && wholeDigits === '');
    return below ? violation('min_inclusive', `must not be less than ${minInclusive}`) : undefined;
  };
}

/** XML Schema knows no year zero, and no leading zeros beyond four digits. */
function realYear(year: string): boolean {
  return year !== '0000' && (year.length === 4 || !year.startsWith('0'));
}

function realDate(year: string, month: string, day: string): boolean {
  const y = Number(year);
  const m = Number(month);
  const d = Number(day);
  if (!realYear(year)) return false;
  if (m < 1 || m > 12 || d < 1 || d > MONTH_DAYS[m - 1]!) return false;
  return m !== 2 || d < 29 || (y % 4 === 0 && y % 100 !== 0) || y % 400 === 0;
}

function realTime(hours: string, minutes: string, seconds: string): boolean {
  if (hours === '24') return minutes === '00' && /^00(?:\.0+)?$/.test(seconds);
  return hours < '24' && minutes < '60' && seconds < '60';
}

function dateCheck(form: RegExp, code: string, detail: string): Check {
  const wrong = violation(code, detail);
  return (value) => {
    const match = form.exec(value);
    if (match === null || !realDate(match[1]!, match[2]!, match[3]!)) return wrong;
    return match[4] === undefined || realTime(match[4], match[5]!, match[6]!) ? undefined : wrong;
  };
}

const timeCheck: Check = (value) => {
  const match = TIME.exec(value);
  if (match !== null && realTime(match[1]!, match[2]!, match[3]!)) return undefined;
  return violation('time', 'must be a time such as 09:30:00');
};

function yearCheck(form: RegExp, detail: string): Check {
  return (value) => {
    const match = form.exec(value);
    return match !== null && realYear(match[1]!) ? undefined : violation('date', detail);
  };
}

function base64Check({ minLength = 0, maxLength = Infinity }: SimpleTable): Check {
  return (value) => {
    const digits = value.replaceAll(' ', '');
    if (digits.length % 4 !== 0 || !BASE64.test(digits)) return violation('base64', 'must be base64');
    const padding = digits.endsWith('==') ? 2 : digits.endsWith('=') ? 1 : 0;
    const bytes = (digits.length / 4) * 3 - padding;
    if (bytes > maxLength) return violation('max_length', `must have at most ${many(maxLength, 'byte')}`);
    if (bytes < minLength) return violation('min_length', `must have at least ${many(minLength, 'byte')}`);
    return undefined;
  };
}
