import { findCurrencyByNumeric } from '@tonle/money';
import { chooseAccount, readAccounts, type MatchedAccount, type QrAccount } from './account.js';
import { checkCode } from './check.js';
import { decodeQr, findObject, type QrCode } from './decode.js';
import { codeExpiry } from './expiry.js';
import { QR_OUTCOMES, type QrFinding, type QrReason, type QrRefusal } from './outcome.js';
import type { SchemeId } from './scheme.js';
import { addressScheme, type AddressScheme } from './scheme-address.js';
import { ADDITIONAL_DATA, LANGUAGE_TEMPLATE, objectName } from './tag-names.js';
import { plainAmount, tipOf, type QrTip } from './amount.js';
import type { DataObject } from './tlv.js';

/** A code that can be paid, unless `expired`. */
export interface QrRead {
  readonly kind: 'read';
  /** Exactly what was scanned; Bakong's lookup key is made from it. */
  readonly text: string;
  /** The scheme of the account to pay. */
  readonly scheme: SchemeId;
  readonly country?: string;
  readonly initiation?: 'static' | 'dynamic';
  /** The account to pay: the one whose scheme has the highest priority, of those that the network pays which it is read for. */
  readonly account: QrAccount;
  /** All merchant accounts, in the order of the code. */
  readonly accounts: readonly QrAccount[];
  /** Alphabetic code. */
  readonly currency?: string;
  /** Decimal text in major units, as written. Absent: the payer enters it (an amount of zero counts as absent). */
  readonly amount?: string;
  readonly payeeName?: string;
  readonly payeeCity?: string;
  readonly merchantCategory?: string;
  readonly postalCode?: string;
  /** What is paid beside the amount (tags 55 to 57). */
  readonly tip?: QrTip;
  /** Milliseconds since 1970. */
  readonly expiresAtMs?: number;
  /** Past its expiry: well formed, but not to be paid. */
  readonly expired: boolean;
  /** Additional data (tag 62) by name; sub-tags without a name keep their number. */
  readonly additional: Readonly<Record<string, string>>;
  /** Names of additional data that the payer is asked for (`***` in the code): they have no value. */
  readonly asked: readonly string[];
  /** Payee in another language (tag 64): language, merchantName, merchantCity. */
  readonly alternate: Readonly<Record<string, string>>;
  /** Rules of the scheme that the code breaks without being unpayable. */
  readonly findings: readonly QrFinding[];
  /** The raw data objects. */
  readonly fields: readonly DataObject[];
}

export type QrReading = QrRead | QrRefusal;

/** A data object with its name; one line of what a code says. */
export interface NamedObject {
  /** `54`, `62/07`, `62/50/01`. */
  readonly path: string;
  readonly name: string;
  readonly value: string;
}

/** Every data object of a code by name, templates before what is in them: nothing that was scanned is hidden. */
export function nameObjects(objects: readonly DataObject[], above = ''): NamedObject[] {
  return objects.flatMap(({ tag, value, objects: inner }) => {
    const path = `${above}${tag}`;
    return [{ path, name: objectName(path), value }, ...nameObjects(inner ?? [], `${path}/`)];
  });
}

/**
 * Reads the text of a merchant-presented code, checks it and finds the account to pay. Lenient: refuses what
 * is not a code, was changed on its way, or cannot be paid by the rules of its scheme; the rest are findings.
 * An expired code is read and says so. `payable`: the schemes that a network pays, where it is read for one.
 */
export function readQr(text: string, nowMs: number, payable?: readonly string[]): QrReading {
  const scheme = addressScheme(text);
  if (scheme !== undefined) return readAddress(text, scheme);
  const code = decodeQr(text);
  return code.kind === 'refused' ? code : readCode(code, nowMs, payable);
}

/** Reads a code that was decoded before. */
export function readCode(code: QrCode, nowMs: number, payable?: readonly string[]): QrReading {
  const accounts = readAccounts(code);
  const chosen = chooseAccount(accounts, payable);
  const findings = checkCode(code, accounts, chosen, nowMs);
  const blocking = findings.find((finding) => finding.blocking);
  if (blocking !== undefined || chosen === undefined) return refusal(blocking!, chosen);
  return assemble(code, accounts, chosen, findings, nowMs);
}

/** A code that is not to be paid, and why. */
export interface QrUnpaid {
  readonly kind: 'unpaid';
  readonly reason: QrReason;
  /** What is wrong where, as a sentence a person can act on. */
  readonly detail: string;
}

/**
 * The code, if it may be paid; else why not, by the table of outcomes. What was read may still be unpaid: it has
 * expired, or no network settles its scheme.
 */
export function payable(reading: QrReading): QrRead | QrUnpaid {
  const told = reading.kind === 'refused' ? [reading] : reading.findings;
  for (const { outcome, at, detail } of told) {
    const { reason } = QR_OUTCOMES[outcome];
    if (reason !== undefined)
      return { kind: 'unpaid', reason, detail: `${outcome} at character ${at}: ${detail}` };
  }
  return reading.kind === 'read'
    ? reading
    : { kind: 'unpaid', reason: 'qr_unreadable', detail: reading.detail };
}

type Optional =
  | 'country'
  | 'initiation'
  | 'currency'
  | 'amount'
  | 'payeeName'
  | 'payeeCity'
  | 'merchantCategory'
  | 'postalCode'
  | 'tip';

function assemble(
  code: QrCode,
  accounts: readonly MatchedAccount[],
  chosen: MatchedAccount,
  findings: readonly QrFinding[],
  nowMs: number,
): QrRead {
  const value = (tag: string): string | undefined => findObject(code.objects, tag)?.value;
  const expiresAtMs = codeExpiry(code, accounts)?.atMs;
  const numeric = value('53');
  const amount = value('54');
  const read: QrRead = {
    kind: 'read',
    text: code.text,
    scheme: chosen.account.scheme,
    account: chosen.account,
    accounts: accounts.map(({ account }) => account),
    expired: expiresAtMs !== undefined && expiresAtMs <= nowMs,
    ...additionalData(code),
    alternate: named(code, '64', LANGUAGE_TEMPLATE),
    findings,
    fields: code.objects,
    ...(expiresAtMs !== undefined && { expiresAtMs }),
  };
  put(read, 'country', value('58'));
  put(read, 'initiation', INITIATION[value('01') ?? '']);
  put(read, 'currency', numeric === undefined ? onlyCurrency(chosen) : findCurrencyByNumeric(numeric)?.code);
  put(read, 'amount', amount !== undefined && /[1-9]/.test(amount) ? plainAmount(amount) : undefined);
  put(read, 'payeeName', value('59'));
  put(read, 'payeeCity', value('60'));
  put(read, 'merchantCategory', value('52'));
  put(read, 'postalCode', value('61'));
  put(read, 'tip', tipOf(value));
  return read;
}

/** Absent stays absent: no member holds undefined. */
function put<K extends Optional>(read: { [P in K]?: QrRead[P] }, key: K, value: QrRead[K]): void {
  if (value !== undefined) read[key] = value;
}

const INITIATION: Readonly<Record<string, 'static' | 'dynamic'>> = { '11': 'static', '12': 'dynamic' };

function onlyCurrency({ scheme }: MatchedAccount): string | undefined {
  return scheme?.currencies?.length === 1 ? scheme.currencies[0] : undefined;
}

function named(code: QrCode, tag: string, names: Readonly<Record<string, string>>): Record<string, string> {
  const values: Record<string, string> = {};
  for (const object of findObject(code.objects, tag)?.objects ?? [])
    values[names[object.tag] ?? object.tag] = object.value;
  return values;
}

const ASKED = '***';

/** What a value of `***` stands for the payer is asked; it is never a value. */
function additionalData(code: QrCode): Pick<QrRead, 'additional' | 'asked'> {
  const values = Object.entries(named(code, '62', ADDITIONAL_DATA));
  return {
    additional: Object.fromEntries(values.filter(([, value]) => value !== ASKED)),
    asked: values.filter(([, value]) => value === ASKED).map(([name]) => name),
  };
}

function refusal({ outcome, at, detail }: QrFinding, chosen: MatchedAccount | undefined): QrRefusal {
  return {
    kind: 'refused',
    outcome,
    ...(chosen !== undefined && { scheme: chosen.account.scheme }),
    at,
    detail,
  };
}

function readAddress(text: string, { id, country, accountType }: AddressScheme): QrRead {
  const account: QrAccount = {
    tag: '',
    scheme: id,
    accountType,
    account: text,
    fields: {},
    subTags: {},
    value: text,
  };
  return {
    kind: 'read',
    text,
    scheme: id,
    ...(country !== undefined && { country }),
    account,
    accounts: [account],
    expired: false,
    additional: {},
    asked: [],
    alternate: {},
    findings: [],
    fields: [],
  };
}
