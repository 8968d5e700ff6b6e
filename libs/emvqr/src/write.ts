import { findCurrency } from '@tonle/money';
import { crc16 } from './crc.js';
import type { QrOutcome, QrRefusal } from './outcome.js';
import { readQr } from './reading.js';
import type { Scheme, SchemeId } from './scheme.js';
import { schemeRows } from './scheme.table.js';
import { ADDITIONAL_DATA, LANGUAGE_TEMPLATE } from './tag-names.js';
import { writeObject, type DataObject } from './tlv.js';

/** What a code shall say. Amounts are decimal text in major units. */
export interface QrContent {
  readonly scheme: SchemeId;
  readonly variant?: string;
  /** The scheme's fields by name, without its globally unique id. */
  readonly fields: Readonly<Record<string, string>>;
  /** Tag of the account template, where a scheme has several; default its first. */
  readonly tag?: string;
  /** Further raw accounts by tag: a UnionPay account beside a KHQR one. */
  readonly rawAccounts?: Readonly<Record<string, string>>;
  /** Default: dynamic with an amount, static without. */
  readonly initiation?: 'static' | 'dynamic';
  /** Two letters; default the scheme's own. */
  readonly country?: string;
  readonly currency: string;
  readonly amount?: string;
  readonly payeeName?: string;
  readonly payeeCity?: string;
  readonly merchantCategory?: string;
  readonly postalCode?: string;
  /** Additional data (tag 62) by name: billNumber, terminalLabel ... */
  readonly additional?: Readonly<Record<string, string>>;
  /** Payee in another language (tag 64): language, merchantName, merchantCity. */
  readonly alternate?: Readonly<Record<string, string>>;
  /** Milliseconds since 1970, for schemes that keep times in 99. */
  readonly createdAtMs?: number;
  readonly expiresAtMs?: number;
}

export type QrWriting = { readonly kind: 'written'; readonly text: string } | QrRefusal;

/**
 * Writes a code by the table of schemes: tags in ascending order, lengths in characters, checksum in upper case.
 * Strict: what it wrote is read again, and any finding, blocking or not, is a refusal. Throws RangeError for a
 * scheme, variant or field name that the table does not have.
 */
export function writeQr(content: QrContent): QrWriting {
  const scheme = rowFor(content);
  const objects = new Map<string, string>(Object.entries(scheme.defaults ?? {}));
  const put = (tag: string, value: string | undefined): void => {
    if (value !== undefined) objects.set(tag, value);
  };
  put('00', scheme.formatIndicator ?? '01');
  put(
    '01',
    (content.initiation ?? (content.amount === undefined ? 'static' : 'dynamic')) === 'static' ? '11' : '12',
  );
  const tooLong = (tag: string): QrRefusal =>
    refuse(tag, `The content of tag ${tag} is longer than 99 characters`);
  const account = accountValue(scheme, content.fields);
  if (account === undefined) return tooLong(content.tag ?? scheme.tags[0]!);
  for (const [tag, value] of Object.entries(content.rawAccounts ?? {})) put(tag, value);
  put(content.tag ?? scheme.tags[0]!, account);
  put('52', content.merchantCategory);
  put('53', findCurrency(content.currency)?.numeric ?? content.currency);
  put('54', writtenAmount(scheme, content.amount));
  put('58', content.country ?? scheme.country);
  put('59', content.payeeName);
  put('60', content.payeeCity);
  put('61', content.postalCode);
  put('62', namedTemplate(content.additional, ADDITIONAL_DATA));
  put('64', namedTemplate(content.alternate, LANGUAGE_TEMPLATE));
  if (scheme.expiry?.in === 'code') put('99', timeTemplate(content));
  const long = [...objects].find(([, value]) => [...value].length > 99);
  if (long !== undefined) return tooLong(long[0]);
  return checked(seal(objects), content.createdAtMs ?? 0);
}

const LEFT_OUT_ABROAD: ReadonlySet<QrOutcome> = new Set([
  'MERCHANT_CATEGORY_TAG_REQUIRED',
  'COUNTRY_CODE_TAG_REQUIRED',
  'MERCHANT_NAME_REQUIRED',
  'MERCHANT_CITY_TAG_REQUIRED',
]);

/** The text of data objects in ascending order, with its checksum. */
function seal(objects: ReadonlyMap<string, string>): string {
  const body = [...objects]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([tag, value]) => writeObject(tag, value));
  return withCheckSum(body.join(''));
}

/** The text of data objects as they stand, the checksum computed anew: what was decoded is written again equal. */
export function writeObjects(objects: readonly DataObject[]): string {
  const body = objects
    .filter(({ tag }) => tag !== '63')
    .map((object) => writeObject(object.tag, innerText(object)));
  return withCheckSum(body.join(''));
}

function innerText({ value, objects }: DataObject): string {
  return objects === undefined
    ? value
    : objects.map((object) => writeObject(object.tag, innerText(object))).join('');
}

/** Appends tag 63 to the text of all other data objects. */
export function withCheckSum(body: string): string {
  const text = `${body}6304`;
  return text + crc16(text);
}

function checked(text: string, nowMs: number): QrWriting {
  const reading = readQr(text, nowMs);
  if (reading.kind === 'refused') return reading;
  // What EMVCo asks of every code a scheme's own guideline may leave out; KHQR's does not.
  const strict = reading.scheme === 'KHQR';
  const finding = reading.findings.find(({ outcome }) => strict || !LEFT_OUT_ABROAD.has(outcome));
  if (finding === undefined) return { kind: 'written', text };
  return { kind: 'refused', outcome: finding.outcome, at: finding.at, detail: finding.detail };
}

function rowFor(content: QrContent): Scheme {
  const rows = schemeRows(content.scheme);
  const row =
    content.variant === undefined ? rows[0] : rows.find(({ variant }) => variant === content.variant);
  if (row === undefined) throw new RangeError(`no scheme ${content.scheme} ${content.variant ?? ''}`);
  return row;
}

/** A template of sub-tags, or a raw account of parts that follow each other; undefined when it is too long. */
function accountValue(scheme: Scheme, given: Readonly<Record<string, string>>): string | undefined {
  if (scheme.slices === undefined) return template(accountFields(scheme, given));
  const parts = Object.entries(scheme.slices.parts);
  return parts.map(([name, [from, to]]) => (given[name] ?? '').padEnd(to - from)).join('');
}

/** Sub-tags of the account template; inner templates (`01/00`) are folded into their outer tag. */
function accountFields(
  scheme: Scheme,
  given: Readonly<Record<string, string>>,
): Map<string, string> | undefined {
  for (const name of Object.keys(given)) {
    if (scheme.fields[name] === undefined) throw new RangeError(`scheme ${scheme.id} has no field ${name}`);
  }
  const values = new Map<string, string>();
  const inner = new Map<string, Map<string, string>>();
  if (scheme.guids !== undefined) values.set('00', scheme.guids[0]!);
  for (const [name, { tag }] of Object.entries(scheme.fields)) {
    const value = given[name];
    if (value === undefined) continue;
    if (tag.length === 2) values.set(tag, value);
    else
      inner.set(
        tag.slice(0, 2),
        (inner.get(tag.slice(0, 2)) ?? new Map<string, string>()).set(tag.slice(3), value),
      );
  }
  for (const [outer, subTags] of inner) {
    const folded = template(subTags);
    if (folded === undefined) return undefined;
    values.set(outer, folded);
  }
  return values;
}

function template(subTags: ReadonlyMap<string, string> | undefined): string | undefined {
  if (subTags === undefined) return undefined;
  const objects = [...subTags].sort(([a], [b]) => (a < b ? -1 : 1));
  if (objects.some(([, value]) => [...value].length > 99)) return undefined;
  const text = objects.map(([tag, value]) => writeObject(tag, value)).join('');
  return [...text].length > 99 ? undefined : text;
}

function namedTemplate(
  values: Readonly<Record<string, string>> | undefined,
  names: Readonly<Record<string, string>>,
): string | undefined {
  if (values === undefined || Object.keys(values).length === 0) return undefined;
  const tags = new Map(Object.entries(names).map(([tag, name]) => [name, tag]));
  const subTags = Object.entries(values).map(([name, value]): [string, string] => [
    tags.get(name) ?? name,
    value,
  ]);
  const objects = subTags.sort(([a], [b]) => (a < b ? -1 : 1));
  // Too long a value is kept as it is, so that the caller hears of tag 62 or 64.
  if (objects.some(([, value]) => [...value].length > 99)) return objects.map(([, value]) => value).join('');
  return objects.map(([tag, value]) => writeObject(tag, value)).join('');
}

function timeTemplate({ createdAtMs, expiresAtMs }: QrContent): string | undefined {
  const times: string[] = [];
  if (createdAtMs !== undefined) times.push(writeObject('00', createdAtMs.toString()));
  if (expiresAtMs !== undefined) times.push(writeObject('01', expiresAtMs.toString()));
  return times.length === 0 ? undefined : times.join('');
}

function writtenAmount(scheme: Scheme, amount: string | undefined): string | undefined {
  if (amount === undefined || scheme.amountDecimals === undefined || !/^\d+(?:\.\d+)?$/.test(amount))
    return amount;
  const [whole, fraction = ''] = amount.split('.');
  return `${whole}.${fraction.padEnd(scheme.amountDecimals, '0')}`;
}

function refuse(tag: string, detail: string): QrRefusal {
  return { kind: 'refused', outcome: 'FIELD_INVALID', at: 0, detail: `${detail} (tag ${tag}).` };
}
