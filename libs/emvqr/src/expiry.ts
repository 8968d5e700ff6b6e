import type { MatchedAccount } from './account.js';
import { valueAt, type QrCode } from './decode.js';
import type { SchemeId } from './scheme.js';

const EPOCH_MS = /^\d{13}$/;
const LOCAL_TIME = /^(\d{4})(\d\d)(\d\d)(?:(\d\d)(\d\d)(\d\d))?$/;

export interface CodeExpiry {
  readonly scheme: SchemeId;
  readonly tag: string;
  /** Milliseconds since 1970. */
  readonly atMs: number;
}

/**
 * When a code stops being payable, by the scheme and tag that say so: the earliest of its accounts, whichever is paid. KHQR
 * keeps it in 99/01, but 99 may also hold an acquirer's private data: only 13 digits are a time.
 */
export function codeExpiry(code: QrCode, accounts: readonly MatchedAccount[]): CodeExpiry | undefined {
  const told = accounts.flatMap((each) => accountExpiry(code, each) ?? []);
  return told.sort((a, b) => a.atMs - b.atMs)[0];
}

function accountExpiry(code: QrCode, { account, scheme }: MatchedAccount): CodeExpiry | undefined {
  const rule = scheme?.expiry;
  if (rule === undefined) return undefined;
  const tag = rule.in === 'code' ? rule.tag : `${account.tag}/${rule.tag}`;
  const text = valueAt(code.objects, tag);
  if (text === undefined) return undefined;
  const atMs = rule.form === 'epoch-ms' ? epochMs(text) : localTime(text, rule.utcOffsetMinutes ?? 0);
  return atMs === undefined ? undefined : { scheme: scheme!.id, tag, atMs };
}

/** The creation and expiry times of a KHQR code, as far as they are times. */
export function khqrTimestamps(code: QrCode): { createdAtMs?: number; expiresAtMs?: number } {
  const created = epochMs(valueAt(code.objects, '99/00') ?? '');
  const expires = epochMs(valueAt(code.objects, '99/01') ?? '');
  return {
    ...(created !== undefined && { createdAtMs: created }),
    ...(expires !== undefined && { expiresAtMs: expires }),
  };
}

function epochMs(text: string): number | undefined {
  return EPOCH_MS.test(text) ? Number.parseInt(text, 10) : undefined;
}

/** `yyyyMMdd` holds to the end of that day, `yyyyMMddHHmmss` to the second. */
function localTime(text: string, utcOffsetMinutes: number): number | undefined {
  const match = LOCAL_TIME.exec(text);
  if (match === null) return undefined;
  const [, year, month, day, hour = '23', minute = '59', second = '59'] = match;
  const atMs = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}.000Z`);
  return Number.isNaN(atMs) ? undefined : atMs - utcOffsetMinutes * 60_000;
}
