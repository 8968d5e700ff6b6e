import { findObject, openTemplate, valueAt, type QrCode } from './decode.js';
import type { AccountRule, Scheme, SchemeId } from './scheme.js';
import { SCHEMES } from './scheme.table.js';
import type { DataObject } from './tlv.js';

/** A merchant account of a code, read by the table of schemes. */
export interface QrAccount {
  readonly tag: string;
  readonly scheme: SchemeId;
  /** Which kind of the scheme: individual, remittance, merchant; domestic, cross_border. */
  readonly variant?: string;
  /** Globally unique id (sub-tag 00). */
  readonly guid?: string;
  /** How `account` is to be read: `bakong`, `MBNO`, `NIDN`, `EWLT`, `BBAN`, `BIID` ... Empty when none was found. */
  readonly accountType: string;
  readonly account: string;
  /** The scheme's fields by name. */
  readonly fields: Readonly<Record<string, string>>;
  /** Every sub-tag as it stands, unknown ones too; empty when the value is no template. */
  readonly subTags: Readonly<Record<string, string>>;
  /** The value as it stands. */
  readonly value: string;
}

/** An account together with the row that it matched. */
export interface MatchedAccount {
  readonly account: QrAccount;
  readonly scheme: Scheme | undefined;
  readonly object: DataObject;
}

/** A row of the table with its ids in upper case. */
interface Row {
  readonly scheme: Scheme;
  readonly guids: ReadonlySet<string> | undefined;
}

const ROWS_BY_TAG = new Map<string, Row[]>();
for (const scheme of SCHEMES) {
  const row = { scheme, guids: scheme.guids && new Set(scheme.guids.map((guid) => guid.toUpperCase())) };
  for (const tag of scheme.tags) ROWS_BY_TAG.set(tag, [...(ROWS_BY_TAG.get(tag) ?? []), row]);
}

/** All merchant accounts of a code (tags 02-51), in the order in which they stand. */
export function readAccounts(code: QrCode): MatchedAccount[] {
  const country = findObject(code.objects, '58')?.value;
  const found: MatchedAccount[] = [];
  for (const object of code.objects) {
    if (object.tag < '02' || object.tag > '51') continue;
    const scheme = findScheme(object, country);
    found.push({ account: readAccount(code, object, scheme), scheme, object });
  }
  return found;
}

/** A tag number alone never decides: country and globally unique id do. */
function findScheme(object: DataObject, country: string | undefined): Scheme | undefined {
  const guid = findObject(object.objects, '00')?.value;
  const upper = guid?.toUpperCase();
  for (const { scheme, guids } of ROWS_BY_TAG.get(object.tag) ?? []) {
    if (scheme.country !== undefined && country !== undefined && country !== scheme.country) continue;
    if (guids !== undefined && (upper === undefined || !guids.has(upper))) continue;
    if (scheme.guidForm !== undefined && (guid === undefined || !scheme.guidForm.test(guid))) continue;
    if (scheme.with === undefined || findObject(object.objects, scheme.with) !== undefined) return scheme;
  }
  return undefined;
}

/**
 * The account to pay: of the scheme with the highest priority, of those that a network pays where `payable` names them.
 * It pays none of a code's: the highest of all, to say what the code is. Undefined when there is none.
 */
export function chooseAccount(
  accounts: readonly MatchedAccount[],
  payable?: readonly string[],
): MatchedAccount | undefined {
  const among =
    payable === undefined ? accounts : accounts.filter(({ account }) => payable.includes(account.scheme));
  let chosen: MatchedAccount | undefined;
  for (const candidate of among.length > 0 ? among : accounts) {
    if (chosen === undefined || priority(candidate) > priority(chosen)) chosen = candidate;
  }
  return chosen;
}

function priority(candidate: MatchedAccount): number {
  return candidate.scheme?.priority ?? 1;
}

function readAccount(code: QrCode, object: DataObject, scheme: Scheme | undefined): QrAccount {
  const subTags: Record<string, string> = {};
  for (const inner of object.objects ?? []) subTags[inner.tag] = inner.value;
  const fields = scheme === undefined ? {} : readFields(code, object, scheme);
  const rule = scheme?.account.find((candidate) => holds(candidate, fields, object));
  return {
    tag: object.tag,
    scheme: scheme?.id ?? 'OTHER',
    ...(scheme?.variant !== undefined && { variant: scheme.variant }),
    ...(subTags['00'] !== undefined && { guid: subTags['00'] }),
    accountType: rule?.type ?? '',
    account:
      rule === undefined
        ? ''
        : rule.fields.map((name) => (name === 'value' ? object.value : fields[name])).join(''),
    fields,
    subTags,
    value: object.value,
  };
}

function holds(rule: AccountRule, fields: Readonly<Record<string, string>>, object: DataObject): boolean {
  if (rule.when !== undefined && fields[rule.when.field] !== rule.when.is) return false;
  return rule.fields.every((name) => (name === 'value' ? object.value !== '' : fields[name] !== undefined));
}

function readFields(code: QrCode, object: DataObject, scheme: Scheme): Record<string, string> {
  const fields: Record<string, string> = {};
  if (scheme.slices !== undefined && scheme.slices.form.test(object.value)) {
    for (const [name, [from, to]] of Object.entries(scheme.slices.parts))
      fields[name] = object.value.slice(from, to);
  }
  let inner: { outer: string; objects: readonly DataObject[] } | undefined;
  for (const name in scheme.fields) {
    const path = scheme.fields[name]!.tag;
    if (path.length > 2) {
      // Much-copied VietQR examples do not balance inside 38/01: then its fields are absent, the rest stands.
      const outer = path.slice(0, 2);
      if (inner?.outer !== outer) inner = { outer, objects: openInner(code, object, outer) };
    }
    const value =
      path.length > 2 ? valueAt(inner!.objects, path.slice(3)) : findObject(object.objects, path)?.value;
    if (value !== undefined) fields[name] = value;
  }
  return fields;
}

function openInner(code: QrCode, object: DataObject, tag: string): readonly DataObject[] {
  const outer = findObject(object.objects, tag);
  return outer === undefined ? [] : (openTemplate(code.text, outer, code.lengthUnit) ?? []);
}
