import { z } from 'zod';
import { auditEntry, auditHead } from './audit-log.js';
import { contract, instant } from './calls-contract.js';

// What every service answers about itself.

export const auditFinding = z.object({
  invariant: z.string(),
  ok: z.boolean(),
  checked: z.number().int(),
  violations: z.array(z.string()),
  /** What each of them is about, for those that stop corridors: `payment:<id>` or `currency:<code>`. */
  about: z.array(z.string()).optional(),
  /** How many there are, of which `violations` names the first; 10,000 stands for more. */
  found: z.number().int().optional(),
  /** Those of them that an operator has acknowledged: they come last. */
  acknowledged: z.number().int().optional(),
});
export type AuditFinding = z.infer<typeof auditFinding>;
/** What cross-checks compare (decisions 17): named integers as text, and hashes. */
export const auditReport = z.object({
  service: z.string(),
  at: instant,
  findings: z.array(auditFinding),
  totals: z.record(z.string(), z.string()),
});
/** A corridor that the auditor has stopped, and what it found. */
export const corridorStop = z.object({
  stopId: z.string(),
  corridor: z.string(),
  /** Whose tables. */
  service: z.string(),
  invariant: z.string(),
  about: z.string(),
  what: z.string(),
  foundAt: instant,
  /** Since when it is not found any more. */
  goneAt: instant.optional(),
});
export type CorridorStop = z.infer<typeof corridorStop>;

export type AuditReport = z.infer<typeof auditReport>;

/** Every service checks its own tables and serves this. */
export function auditCall(service: string) {
  return contract(service, 'audit', 60_000, z.object({}), auditReport);
}

/** What every service answers about its audit log. */
export function auditLogCalls(service: string) {
  return {
    /** Entries behind `after` up to `until`, in their order. */
    entries: contract(
      service,
      'audit-log',
      10_000,
      z.object({
        after: z.number().int(),
        until: z.number().int(),
        limit: z.number().int().min(1).max(1000),
      }),
      z.object({ entries: z.array(auditEntry) }),
    ),
    /** Where it stood at the end of each of these days. */
    heads: contract(
      service,
      'audit-log-heads',
      10_000,
      z.object({ days: z.array(z.iso.date()).max(10) }),
      z.object({ heads: z.array(auditHead) }),
    ),
  };
}
