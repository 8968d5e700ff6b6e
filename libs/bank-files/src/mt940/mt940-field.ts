import { magnitude } from '@tonle/money';
import {
  isCurrency,
  isDay,
  readDecimal,
  shown,
  wrong,
  writeDecimal,
  type FieldResult,
} from '../field-value.js';

// The fields of MT940 (SWIFT user handbook, category 9): each way in and out.

/** 60a, 62a, 64: a balance. */
export interface SwiftBalance {
  readonly day: string;
  readonly currency: string;
  /** Negative for a debit balance. */
  readonly minor: bigint;
}

const BALANCE = /^([CD])(\d{6})([A-Z]{3})([\d,]{1,15})$/;

/** Reads 60a, 62a, 64 or 65. */
export function readBalance(text: string): FieldResult<SwiftBalance> {
  const match = BALANCE.exec(text);
  if (match === null) return wrong('malformed', `${shown(text)} is no balance such as C261129THB1910,00`);
  const [, mark, date, currency, digits] = match as unknown as [string, string, string, string, string];
  const day = readDate(date);
  if (day === undefined) return wrong('date_malformed', `${date} is no date YYMMDD`);
  const amount = readSwiftAmount(currency, digits);
  if (amount.kind === 'wrong') return amount;
  return { kind: 'ok', value: { day, currency, minor: mark === 'D' ? -amount.value : amount.value } };
}

/** Writes one of them. */
export function writeBalance({ day, currency, minor }: SwiftBalance): string {
  return `${minor < 0n ? 'D' : 'C'}${writeDate(day)}${currency}${writeSwiftAmount(currency, minor)}`;
}

/** 28C: number of the statement, and of the page within it (1 where none is said). */
export function readNumber(text: string): FieldResult<{ readonly number: number; readonly page: number }> {
  const match = /^(\d{1,5})(?:\/(\d{1,5}))?$/.exec(text);
  if (match === null) return wrong('malformed', `${shown(text)} is no statement number such as 237/1`);
  return { kind: 'ok', value: { number: parseInt(match[1]!, 10), page: parseInt(match[2] ?? '1', 10) } };
}

/** 61: what was booked. */
export interface SwiftLine {
  readonly valueDate: string;
  readonly entryDate?: string;
  readonly minor: bigint;
  readonly reversal: boolean;
  readonly type: string;
  /** Absent for NONREF. */
  readonly reference?: string;
  readonly bankReference?: string;
  readonly details?: string;
}

const LINE = /^(\d{6})(\d{4})?(R?[CD])([A-Z])?([\d,]{1,15})([NFS][A-Z0-9]{3})(.*)$/;
const REFERENCE_MAX = 16;
const NO_REFERENCE = 'NONREF';

/** Field 61, with its supplementary details on a line of their own. */
export function readLine(lines: readonly string[], currency: string): FieldResult<SwiftLine> {
  const [text = '', details, ...more] = lines;
  const match = LINE.exec(text);
  if (match === null || more.length > 0)
    return wrong('malformed', `${shown(text)} is no line such as 2611291129C1910,00NTRFNONREF//BANKREF`);
  const [, value, entry, mark, , digits, type, references] = match as unknown as string[];
  const valueDate = readDate(value!);
  if (valueDate === undefined) return wrong('date_malformed', `${value} is no date YYMMDD`);
  const entryDate = entry === undefined ? undefined : entryDateOf(entry, valueDate);
  if (entryDate === 'none') return wrong('date_malformed', `${entry} is no day MMDD`);
  const amount = readSwiftAmount(currency, digits!);
  if (amount.kind === 'wrong') return amount;
  // References may hold single slashes.
  const slashes = references!.indexOf('//');
  const reference = slashes === -1 ? references! : references!.slice(0, slashes);
  const bankReference = slashes === -1 ? undefined : references!.slice(slashes + 2);
  if (reference.length > REFERENCE_MAX || (bankReference?.length ?? 0) > REFERENCE_MAX)
    return wrong(
      'malformed',
      `${shown(references!)} has a reference of more than ${REFERENCE_MAX} characters`,
    );
  const isDebit = mark === 'D' || mark === 'RC';
  const line = {
    valueDate,
    ...(entryDate !== undefined && { entryDate }),
    minor: isDebit ? -amount.value : amount.value,
    reversal: mark!.startsWith('R'),
    type: type!,
    ...(isReference(reference) && { reference }),
    ...(isReference(bankReference) && { bankReference }),
    ...(details !== undefined && { details }),
  };
  return { kind: 'ok', value: line };
}

function isReference(text: string | undefined): text is string {
  return text !== undefined && text !== '' && text !== NO_REFERENCE;
}

/** Field 61. The caller has made sure that references fit. */
export function writeLine(line: SwiftLine, currency: string): string {
  const isDebit = line.minor < 0n;
  const mark = line.reversal ? (isDebit ? 'RC' : 'RD') : isDebit ? 'D' : 'C';
  const entry = line.entryDate === undefined ? '' : writeDate(line.entryDate).slice(2);
  const bank = line.bankReference === undefined ? '' : `//${line.bankReference}`;
  const first = `${writeDate(line.valueDate)}${entry}${mark}${writeSwiftAmount(currency, line.minor)}${line.type}`;
  return `${first}${line.reference ?? NO_REFERENCE}${bank}`;
}

/** Can it stand in field 61, whole? */
export function fitsReference(text: string): boolean {
  return (
    text.length <= REFERENCE_MAX &&
    !text.includes('//') &&
    !text.startsWith('/') &&
    !text.endsWith('/') &&
    text !== NO_REFERENCE &&
    isSwiftText(text)
  );
}

/** Character set X. */
export function isSwiftText(text: string): boolean {
  return /^[A-Za-z0-9/\-?:().,'+ ]*$/.test(text);
}

/** A text for people: what character set X does not have becomes a question mark. */
export function toSwiftText(text: string): string {
  return text.replace(/[^A-Za-z0-9/\-?:().,'+ ]/gu, '?');
}

/** YYMMDD; years from 80 on are of the last century, as SWIFT has it. */
function readDate(text: string): string | undefined {
  const century = text >= '80' ? '19' : '20';
  const day = `${century}${text.slice(0, 2)}-${text.slice(2, 4)}-${text.slice(4, 6)}`;
  return isDay(day) ? day : undefined;
}

const writeDate = (day: string): string => `${day.slice(2, 4)}${day.slice(5, 7)}${day.slice(8, 10)}`;

/** Of MMDD, that of the year in which it is nearest to the value date. */
function entryDateOf(text: string, valueDate: string): string | undefined {
  const year = parseInt(valueDate.slice(0, 4), 10);
  const at = Date.parse(valueDate);
  const days = [year, year - 1, year + 1]
    .map((each) => `${each}-${text.slice(0, 2)}-${text.slice(2, 4)}`)
    .filter(isDay)
    .map((day) => ({ day, away: Math.abs(Date.parse(day) - at) }))
    .sort((a, b) => a.away - b.away);
  return days[0]?.day ?? 'none';
}

/** 15d: a comma, which must be there, and at most 15 characters with it. */
function readSwiftAmount(currency: string, text: string): FieldResult<bigint> {
  if (!isCurrency(currency)) return wrong('currency_unknown', `${shown(currency)} is no currency`);
  const match = /^(\d{1,14}),(\d*)$/.exec(text);
  if (match === null) return wrong('amount_malformed', `${shown(text)} is no amount such as 1910,00`);
  return readDecimal(currency, match[2] === '' ? match[1]! : `${match[1]}.${match[2]}`);
}

/** Without its sign. */
function writeSwiftAmount(currency: string, minor: bigint): string {
  const text = writeDecimal(currency, magnitude(minor));
  return text.includes('.') ? text.replace('.', ',') : `${text},`;
}

/** Does the amount fit 15 characters? */
export function fitsSwiftAmount(currency: string, minor: bigint): boolean {
  return writeSwiftAmount(currency, minor).length <= 15;
}
