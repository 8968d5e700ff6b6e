// Data objects: two digits of tag, two digits of length, value (EMVCo MPM 3.1). No separators, no escaping.

/** What a length counts. The standard counts characters; some encoders count UTF-8 bytes. */
export type LengthUnit = 'char' | 'byte';

/** One data object of a code. `objects` are there when its value is a template that balances. */
export interface DataObject {
  readonly tag: string;
  readonly value: string;
  /** Index of its tag in the text (UTF-16 units). */
  readonly at: number;
  readonly objects?: readonly DataObject[];
}

export type TlvOutcome = 'TLV_TRUNCATED' | 'TAG_NOT_NUMERIC' | 'LENGTH_NOT_NUMERIC';

export interface TlvProblem {
  readonly outcome: TlvOutcome;
  readonly at: number;
  readonly detail: string;
}

export type TlvResult = { readonly objects: DataObject[] } | { readonly problem: TlvProblem };

const HEADER = 4;

const PAIR = /[\ud800-\udbff][\udc00-\udfff]/;

/** Reads the data objects that fill `text` from `start` to `end` exactly. One level; templates stay text. */
export function readObjects(text: string, start: number, end: number, unit: LengthUnit): TlvResult {
  const objects: DataObject[] = [];
  // Without surrogate pairs a character is one unit and needs no counting.
  const units = unit === 'char' && !PAIR.test(text);
  let at = start;
  while (at < end) {
    if (end - at < HEADER) return problem('TLV_TRUNCATED', at, 'the text ends inside a tag or length');
    const tag = text.slice(at, at + 2);
    if (twoDigits(text, at) < 0) return problem('TAG_NOT_NUMERIC', at, `the tag "${tag}" is not two digits`);
    const length = twoDigits(text, at + 2);
    if (length < 0) {
      const written = text.slice(at + 2, at + HEADER);
      return problem('LENGTH_NOT_NUMERIC', at + 2, `the length "${written}" of tag ${tag} is not two digits`);
    }
    const next = units ? at + HEADER + length : after(text, at + HEADER, end, length, unit);
    if (next < 0 || next > end) {
      return problem('TLV_TRUNCATED', at, `tag ${tag} announces a length of ${length}, and less is there`);
    }
    objects.push({ tag, value: text.slice(at + HEADER, next), at });
    at = next;
  }
  return { objects };
}

/** A data object as it is written: lengths count characters. Throws RangeError above 99 characters. */
export function writeObject(tag: string, value: string): string {
  const length = countCharacters(value);
  if (!/^\d\d$/.test(tag) || length > 99) throw new RangeError(`tag ${tag} cannot hold ${length} characters`);
  return `${tag}${length.toString().padStart(2, '0')}${value}`;
}

/** Characters (code points) of a text. */
export function countCharacters(text: string): number {
  if (!PAIR.test(text)) return text.length;
  let count = 0;
  for (let index = 0; index < text.length; index += 1) {
    if (!startsPair(text, index)) count += 1;
  }
  return count;
}

function problem(outcome: TlvOutcome, at: number, detail: string): TlvResult {
  return { problem: { outcome, at, detail } };
}

function twoDigits(text: string, at: number): number {
  const high = text.charCodeAt(at) - 48;
  const low = text.charCodeAt(at + 1) - 48;
  return high >= 0 && high <= 9 && low >= 0 && low <= 9 ? high * 10 + low : -1;
}

/** The first half of a surrogate pair: one character of two UTF-16 units. */
function startsPair(text: string, index: number): boolean {
  const code = text.charCodeAt(index);
  if (code < 0xd800 || code > 0xdbff) return false;
  const next = text.charCodeAt(index + 1);
  return next >= 0xdc00 && next <= 0xdfff;
}

/** Index after `length` characters or bytes from `start`; -1 when `end` comes first or a character is cut. */
function after(text: string, start: number, end: number, length: number, unit: LengthUnit): number {
  let at = start;
  let left = length;
  while (left > 0) {
    if (at >= end) return -1;
    const pair = startsPair(text, at);
    left -= unit === 'char' ? 1 : bytesOf(text.charCodeAt(at), pair);
    at += pair ? 2 : 1;
  }
  return left < 0 || at > end ? -1 : at;
}

function bytesOf(code: number, pair: boolean): number {
  if (pair) return 4;
  if (code < 0x80) return 1;
  return code < 0x800 ? 2 : 3;
}
