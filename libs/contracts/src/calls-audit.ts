import { z } from 'zod';
import { contract, instant } from './calls-contract.js';

// What every service answers about itself.

export const auditFinding = z.object({
  invariant: z.string(),
  ok: z.boolean(),
  checked: z.number().int(),
  violations: z.array(z.string()),
});
export type AuditFinding = z.infer<typeof auditFinding>;
/** What cross-checks compare (decisions 17): named integers as text, and hashes. */
export const auditReport = z.object({
  service: z.string(),
  at: instant,
  findings: z.array(auditFinding),
  totals: z.record(z.string(), z.string()),
});
export type AuditReport = z.infer<typeof auditReport>;

/** Every service checks its own tables and serves this. */
export function auditCall(service: string) {
  return contract(service, 'audit', 60_000, z.object({}), auditReport);
}
