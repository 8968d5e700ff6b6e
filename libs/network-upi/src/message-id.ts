import { hash } from 'node:crypto';
import { legKeyOf } from '@tonle/contracts';

// Message ids: letter, institution, time, digits (UPI QRC 3; 17 to 49 characters, ours to choose). That of a payment is its
// payment id in other digits: two are never the same, and a notification tells which payment it is about.

const BEIJING_MS = 8 * 3_600_000;
const RANDOM_BITS = 74n;
const RANDOM_DIGITS = 23;
const ID = /^A(\d{8})(\d{17})(\d{23})$/;
/** As the samples have it: of questions, which may come twice. */
const SHORT_DIGITS = 6;

/** `yyyyMMddHHmmss` in Beijing, with more digits down to the millisecond: 17. Takes epoch ms. */
export function beijingTime(epochMs: number, digits = 14): string {
  return new Date(epochMs + BEIJING_MS).toISOString().replace(/\D/g, '').slice(0, digits);
}

/** Epoch ms of a time in Beijing; NaN for what is none. */
export function fromBeijingTime(text: string): number {
  const match = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d{3})?$/.exec(text);
  if (match === null) return Number.NaN;
  const [, year, month, day, hour, minute, second, ms = '000'] = match;
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}.${ms}+08:00`);
}

/** The id of what has a UUIDv7, such as a payment or a lookup: its time, and its random bits as digits. */
export function messageIdOf(institution: string, uuid: string): string {
  const bits = BigInt(`0x${uuid.replaceAll('-', '')}`);
  const random = (((bits >> 64n) & 0xfffn) << 62n) | (bits & ((1n << 62n) - 1n));
  return `A${institution}${beijingTime(Number(bits >> 80n), 17)}${random.toString().padStart(RANDOM_DIGITS, '0')}`;
}

/** The payee leg of a message id; undefined when it is none of ours. */
export function legKeyOfMessageId(institution: string, messageId: string): string | undefined {
  const match = ID.exec(messageId);
  if (match === null || match[1] !== institution) return undefined;
  const [at, random] = [fromBeijingTime(match[2]!), BigInt(match[3]!)];
  if (Number.isNaN(at) || random >= 1n << RANDOM_BITS) return undefined;
  const high = (BigInt(at) << 16n) | 0x7000n | (random >> 62n);
  const low = (2n << 62n) | (random & ((1n << 62n) - 1n));
  const hex = `${high.toString(16).padStart(16, '0')}${low.toString(16)}`;
  const uuid = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)];
  return legKeyOf(uuid.join('-'), 'credit');
}

/** The id of a question about something, at a time. */
export function questionIdOf(institution: string, about: string, epochMs: number): string {
  return `A${institution}${beijingTime(epochMs)}${digitsOf(`${about} ${epochMs}`, SHORT_DIGITS)}`;
}

/** Decimal digits that follow from a text and do not tell it. */
export function digitsOf(text: string, count: number): string {
  const number = BigInt(`0x${hash('sha256', text, 'hex')}`) % 10n ** BigInt(count);
  return number.toString().padStart(count, '0');
}
