import { createHash } from 'node:crypto';
import { z } from 'zod';
import { instant } from './calls-contract.js';

// Deeds of people, keys and the auditor, each bound to the one before it (record 28).

/** `file` is whoever a file of the settings says that it is by, `system` the switch itself. */
export const auditActor = z.object({
  kind: z.enum(['operator', 'participant', 'file', 'system']),
  /** Id of the key that signed. */
  name: z.string(),
  /** Whose key it is. */
  participant: z.string().optional(),
});
export type AuditActor = z.infer<typeof auditActor>;

/** What a deed changed, as plain JSON: no amounts as numbers. */
const facts = z.record(z.string(), z.unknown());
export type AuditFacts = z.infer<typeof facts>;

/** One deed, before it has its place in the log. */
export interface Deed {
  readonly atMs: number;
  readonly actor: AuditActor;
  /** Such as `corridor.close.outbound`. */
  readonly action: string;
  /** What it was done to: a corridor, payment, key, break. */
  readonly object: string;
  readonly before?: AuditFacts;
  readonly after?: AuditFacts;
  readonly reason?: string;
  /** Where it can be seen that it was right. */
  readonly evidence?: string;
  /** Whose deed this one approves or rejects. */
  readonly decides?: { readonly proposal: string; readonly by: string };
}

const hash = z.string().regex(/^[0-9a-f]{64}$/);

/** An entry as it stands in the log; members that this version does not know are under its hash too. */
export const auditEntry = z.looseObject({
  service: z.string(),
  /** 1 for the first of a service, and never a gap. */
  number: z.number().int().min(1),
  /** The day that it is filed under, by the clock of Phnom Penh. */
  day: z.iso.date(),
  at: instant,
  actor: auditActor,
  action: z.string(),
  object: z.string(),
  before: facts.optional(),
  after: facts.optional(),
  reason: z.string().optional(),
  evidence: z.string().optional(),
  decides: z.object({ proposal: z.string(), by: z.string() }).optional(),
  /** Hash of the entry before it. */
  previous: hash,
  /** SHA-256 of all the others, as RFC 8785 writes them. */
  hash,
});
export type AuditEntry = z.infer<typeof auditEntry>;

/** Where a service's log stood at the end of a day; kept elsewhere it proves that nothing was cut off. */
export const auditHead = z.object({
  service: z.string(),
  day: z.iso.date(),
  number: z.number().int().min(0),
  hash,
});
export type AuditHead = z.infer<typeof auditHead>;

/** What the first entry of a service follows. */
export const GENESIS = '0'.repeat(64);

const DAY_OFFSET_MS = 7 * 3_600_000;

/** The day of an instant where operators are: UTC+07:00. */
export const auditDayOf = (atMs: number): string => new Date(atMs + DAY_OFFSET_MS).toISOString().slice(0, 10);

/** JSON as RFC 8785 writes it: members in the order of their names, no blanks. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonicalJson(member)}`).join(',')}}`;
}

/** The hash that an entry has to have. */
export function hashOfEntry(entry: object): string {
  const { hash: _own, ...content } = entry as { hash?: unknown };
  return createHash('sha256').update(canonicalJson(content)).digest('hex');
}

/** The deeds as the next entries of a log whose last is `head`; a day never goes back. */
export function chained(
  head: Omit<AuditHead, 'day'> & { readonly day: string | null },
  deeds: readonly Deed[],
): AuditEntry[] {
  let { number, hash: previous, day } = head;
  return deeds.map(({ atMs, ...deed }) => {
    const own = auditDayOf(atMs);
    day = day === null || own > day ? own : day;
    number += 1;
    const at = new Date(atMs).toISOString();
    const content = plain({ service: head.service, number, day, at, ...deed, previous });
    const entry = { ...content, hash: hashOfEntry(content) };
    previous = entry.hash;
    return entry;
  });
}

/** Without members that are not there, as JSON would have it. */
const plain = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;
