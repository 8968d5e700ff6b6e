import { createHash } from 'node:crypto';
import { canonicalJson, type ApprovalWarning, type AuditFacts, type DirectoryEntry } from '@tonle/contracts';
import { Directory } from '@tonle/directory';
import type { EntryChange } from './entry-change.js';

/** So many fields are shown; all that is proposed is its payload. */
const SHOWN_MAX = 300;
/** Past so many keys they are acknowledged together. */
const KEYS_MAX = 50;

const KEY = /^keys\.(.+)\.publicKeyPem$/;

/** What those who decide see of changes, both ways: `participant KHMEKONG` -> `caps.USD` -> an amount. Pure. */
export function shownChanges(changes: readonly EntryChange[]): {
  readonly before: AuditFacts;
  readonly after: AuditFacts;
} {
  const [before, after]: Record<string, Record<string, string>>[] = [{}, {}];
  for (const { kind, id, path, ...side } of changes.slice(0, SHOWN_MAX)) {
    (before![`${kind} ${id}`] ??= {})[path] = side.before ?? 'none';
    (after![`${kind} ${id}`] ??= {})[path] = side.after ?? 'none';
  }
  const more = changes.length - SHOWN_MAX;
  return {
    before: before!,
    after: more > 0 ? { ...after, more: `${more} more fields: see what is proposed` } : after!,
  };
}

/** What has to be acknowledged one by one: keys that nothing but this file vouches for, and who becomes an operator. Pure. */
export function changeWarnings(changes: readonly EntryChange[]): ApprovalWarning[] {
  const keys = changes.flatMap(({ id, path, after }) => {
    const keyId = KEY.exec(path)?.[1];
    if (keyId === undefined || after === undefined) return [];
    const text = `${id} signs with key ${keyId}, ${after}: compare it with what ${id} told you by another way`;
    return [{ code: `key:${keyId}`, text }];
  });
  const operators = changes.flatMap(({ id, path, after }) =>
    path === 'scopes.ops' && after !== undefined
      ? [{ code: `operator:${id}`, text: `${id} becomes an operator: it proposes and approves` }]
      : [],
  );
  const many = `${keys.length} keys are trusted: compare each fingerprint with what its holder told you by another way`;
  return [...operators, ...(keys.length > KEYS_MAX ? [{ code: 'keys', text: many }] : keys)];
}

/** Participants who could decide about something now. Pure. */
export function operatorsOf(entries: readonly DirectoryEntry[], nowMs: number): string[] {
  return new Directory(entries)
    .participants()
    .filter(
      ({ state, pause, scopes, keys }) =>
        state === 'active' &&
        pause === undefined &&
        scopes.includes('ops') &&
        keys.some(({ validFrom, validTo }) => Date.parse(validFrom) <= nowMs && nowMs < Date.parse(validTo)),
    )
    .map(({ participantId }) => participantId);
}

/** What a change says, as one hash. Pure. */
export function contentHash(value: unknown): string {
  return createHash('sha256')
    .update(canonicalJson(JSON.parse(JSON.stringify(value))))
    .digest('hex');
}
