import { createPublicKey } from 'node:crypto';
import type { DirectoryEntry } from '@tonle/contracts';
import { amount, amountText, findCurrency } from '@tonle/money';
import { keyFingerprint } from '@tonle/security';
import { onlyRestricts } from './restriction.table.js';

/** Where an entry and its next version differ, for people who decide about it. */
export interface EntryChange {
  readonly kind: DirectoryEntry['kind'];
  readonly id: string;
  /** `caps.USD`. */
  readonly path: string;
  /** In words; absent where there was nothing, or will be. */
  readonly before?: string;
  readonly after?: string;
  /** Whatever else is so, it lets less through than before, or is for people alone. */
  readonly restricts: boolean;
}

// What operators set is taken or left whole: an end that is added to a pause lets more through.
const WHOLE = /^(pause|switches\.(outbound|inbound)\.(hold|throttle))$/;
const AMOUNTS =
  /^(?:caps|limits\.perPayment|limits\.perDebtorDay|schemeFee\.outbound|schemeFee\.inbound)\.(\w+)$/;
const PUBLIC_KEY = /^keys\..+\.publicKeyPem$/;

type Leaves = ReadonlyMap<string, unknown>;

/** All that differs between an entry and its next version; without the one before, all that a new entry says. Pure. */
export function changesOf(before: DirectoryEntry | undefined, after: DirectoryEntry): EntryChange[] {
  const [was, becomes] = [leavesOf(before), leavesOf(after)];
  return [...new Set([...was.keys(), ...becomes.keys()])].sort().flatMap((path): EntryChange[] => {
    const [from, to] = [was.get(path), becomes.get(path)];
    if (JSON.stringify(from) === JSON.stringify(to)) return [];
    return [
      {
        ...{ kind: after.kind, id: after.id, path },
        ...(from !== undefined && { before: wordsOf(path, from) }),
        ...(to !== undefined && { after: wordsOf(path, to) }),
        restricts: before !== undefined && onlyRestricts(after.kind, path, from, to),
      },
    ];
  });
}

/** Each value of an entry by its path: keys by their ids and scopes by their names, since their order means nothing. */
function leavesOf(entry: DirectoryEntry | undefined): Leaves {
  if (entry === undefined) return new Map();
  const body = { ...(entry.body as Record<string, unknown>), ...(entry.ended === true && { ended: true }) };
  return new Map(leaves(byName(body), ''));
}

function byName({
  keys,
  scopes,
  ...body
}: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return {
    ...body,
    ...(Array.isArray(keys) && {
      keys: Object.fromEntries((keys as { keyId: string }[]).map(({ keyId, ...key }) => [keyId, key])),
    }),
    ...(Array.isArray(scopes) && { scopes: Object.fromEntries(scopes.map((scope) => [scope, true])) }),
  };
}

function* leaves(value: unknown, path: string): Generator<[string, unknown], void> {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || WHOLE.test(path)) {
    if (value !== undefined) yield [path, inOrder(value)];
    return;
  }
  for (const [field, each] of Object.entries(value))
    yield* leaves(each, path === '' ? field : `${path}.${field}`);
}

/** The database keeps no order of fields. */
function inOrder(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(inOrder);
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, each]) => each !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([field, each]) => [field, inOrder(each)]),
  );
}

function wordsOf(path: string, value: unknown): string {
  const currency = AMOUNTS.exec(path)?.[1];
  if (
    currency !== undefined &&
    findCurrency(currency) !== undefined &&
    typeof value === 'string' &&
    /^\d+$/.test(value)
  )
    return amountText(amount(currency, BigInt(value)));
  if (PUBLIC_KEY.test(path)) return `fingerprint ${keyFingerprint(createPublicKey(value as string))}`;
  return typeof value === 'string' ? value : JSON.stringify(value);
}
