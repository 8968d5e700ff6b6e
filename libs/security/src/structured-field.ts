// Structured Fields (RFC 8941): dictionaries of inner lists and items with parameters, read to the letter and within
// bounds. Whatever is malformed or beyond the bounds makes the whole field undefined.

export type BareItem =
  | { readonly kind: 'integer'; readonly value: number }
  /** At most twelve digits, a point, one to three digits: as it is written canonically. */
  | { readonly kind: 'decimal'; readonly text: string }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'token'; readonly value: string }
  | { readonly kind: 'bytes'; readonly value: Buffer }
  | { readonly kind: 'boolean'; readonly value: boolean };

export type Parameters = ReadonlyMap<string, BareItem>;

export interface Item {
  readonly bare: BareItem;
  readonly parameters: Parameters;
}

export type Member =
  | { readonly kind: 'list'; readonly items: readonly Item[]; readonly parameters: Parameters }
  | { readonly kind: 'item'; readonly item: Item };

const FIELD_LENGTH_MAX = 4096;
const MEMBERS_MAX = 8;
const ITEMS_MAX = 32;

const KEY = /[a-z*][a-z0-9_\-.*]*/y;
const INTEGER = /-?\d{1,15}(?![\d.])/y;
const DECIMAL = /(-?)(\d{1,12})\.(\d{1,3})(?![\d.])/y;
const STRING = /"((?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\["\\])*)"/y;
const TOKEN = /[A-Za-z*][A-Za-z0-9:/!#$%&'*+\-.^_`|~]*/y;
const BYTES = /:((?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?):/y;
const BOOLEAN = /\?([01])/y;
const SPACES = / */y;
const BLANKS = /[ \t]*/y;

class Cursor {
  at = 0;
  constructor(readonly text: string) {}

  take(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.at;
    const match = pattern.exec(this.text);
    if (match === null) return undefined;
    this.at = pattern.lastIndex;
    return match;
  }

  eat(character: string): boolean {
    if (this.text[this.at] !== character) return false;
    this.at += 1;
    return true;
  }

  get ended(): boolean {
    return this.at >= this.text.length;
  }
}

/**
 * Reads a dictionary field (RFC 8941 4.2.2): of two members of one name the last counts, a name alone is true, an empty
 * field is an empty dictionary. Undefined when it is malformed or beyond the bounds.
 */
export function parseDictionary(text: string): Map<string, Member> | undefined {
  if (text.length > FIELD_LENGTH_MAX) return undefined;
  const cursor = new Cursor(text);
  const members = new Map<string, Member>();
  cursor.take(SPACES);
  while (!cursor.ended) {
    const key = cursor.take(KEY)?.[0];
    if (key === undefined || members.size >= MEMBERS_MAX) return undefined;
    const member = cursor.eat('=') ? readMember(cursor) : readTrue(cursor);
    if (member === undefined) return undefined;
    members.set(key, member);
    cursor.take(BLANKS);
    if (cursor.ended) return members;
    if (!cursor.eat(',')) return undefined;
    cursor.take(BLANKS);
    if (cursor.ended) return undefined;
  }
  return members;
}

function readTrue(cursor: Cursor): Member | undefined {
  const parameters = readParameters(cursor);
  if (parameters === undefined) return undefined;
  return { kind: 'item', item: { bare: { kind: 'boolean', value: true }, parameters } };
}

function readMember(cursor: Cursor): Member | undefined {
  if (cursor.eat('(')) return readInnerList(cursor);
  const item = readItem(cursor);
  return item === undefined ? undefined : { kind: 'item', item };
}

function readInnerList(cursor: Cursor): Member | undefined {
  const items: Item[] = [];
  for (;;) {
    const before = cursor.at;
    cursor.take(SPACES);
    if (cursor.eat(')')) break;
    if (items.length > 0 && cursor.at === before) return undefined;
    if (items.length >= ITEMS_MAX) return undefined;
    const item = readItem(cursor);
    if (item === undefined) return undefined;
    items.push(item);
  }
  const parameters = readParameters(cursor);
  return parameters === undefined ? undefined : { kind: 'list', items, parameters };
}

function readItem(cursor: Cursor): Item | undefined {
  const bare = readBareItem(cursor);
  if (bare === undefined) return undefined;
  const parameters = readParameters(cursor);
  return parameters === undefined ? undefined : { bare, parameters };
}

function readParameters(cursor: Cursor): Map<string, BareItem> | undefined {
  const parameters = new Map<string, BareItem>();
  while (cursor.eat(';')) {
    cursor.take(SPACES);
    const key = cursor.take(KEY)?.[0];
    if (key === undefined || parameters.size >= ITEMS_MAX) return undefined;
    const value = cursor.eat('=') ? readBareItem(cursor) : { kind: 'boolean' as const, value: true };
    if (value === undefined) return undefined;
    parameters.set(key, value);
  }
  return parameters;
}

function readBareItem(cursor: Cursor): BareItem | undefined {
  const first = cursor.text[cursor.at];
  if (first === '"') {
    const match = cursor.take(STRING);
    return match === undefined ? undefined : { kind: 'string', value: match[1]!.replace(/\\(.)/g, '$1') };
  }
  if (first === ':') {
    const match = cursor.take(BYTES);
    if (match === undefined) return undefined;
    const value = Buffer.from(match[1]!, 'base64');
    // Stray low bits in the last character would be a second spelling of the same bytes.
    return value.toString('base64') === match[1] ? { kind: 'bytes', value } : undefined;
  }
  if (first === '?') {
    const match = cursor.take(BOOLEAN);
    return match === undefined ? undefined : { kind: 'boolean', value: match[1] === '1' };
  }
  if (first !== undefined && /[-\d]/.test(first)) {
    const integer = cursor.take(INTEGER);
    if (integer !== undefined) return { kind: 'integer', value: Number.parseInt(integer[0], 10) + 0 };
    const decimal = cursor.take(DECIMAL);
    return decimal === undefined ? undefined : { kind: 'decimal', text: canonicalDecimal(decimal) };
  }
  const token = cursor.take(TOKEN);
  return token === undefined ? undefined : { kind: 'token', value: token[0] };
}

/** No leading zeros, no trailing ones but the first after the point, no minus before zero (RFC 8941 4.1.5). */
function canonicalDecimal([, sign = '', whole = '', fraction = '']: readonly string[]): string {
  const digits = `${whole.replace(/^0+(?=\d)/, '')}.${fraction.replace(/(?<=\d)0+$/, '')}`;
  return /[1-9]/.test(digits) ? `${sign}${digits}` : digits;
}

/** Writes an inner list in the one form that is signed (RFC 9421 2.5). */
export function serializeInnerList(items: readonly Item[], parameters: Parameters): string {
  return `(${items.map(serializeItem).join(' ')})${serializeParameters(parameters)}`;
}

function serializeItem(item: Item): string {
  return serializeBareItem(item.bare) + serializeParameters(item.parameters);
}

function serializeParameters(parameters: Parameters): string {
  let text = '';
  for (const [key, value] of parameters) {
    text += value.kind === 'boolean' && value.value ? `;${key}` : `;${key}=${serializeBareItem(value)}`;
  }
  return text;
}

function serializeBareItem(bare: BareItem): string {
  switch (bare.kind) {
    case 'integer':
      return bare.value.toString();
    case 'decimal':
      return bare.text;
    case 'string':
      return quoted(bare.value);
    case 'token':
      return bare.value;
    case 'bytes':
      return `:${bare.value.toString('base64')}:`;
    case 'boolean':
      return bare.value ? '?1' : '?0';
  }
}

/** A structured-field string. Throws RangeError for what is not printable ASCII. */
export function quoted(text: string): string {
  if (!/^[\x20-\x7e]*$/.test(text))
    throw new RangeError('only printable ASCII can be a structured-field string');
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}
