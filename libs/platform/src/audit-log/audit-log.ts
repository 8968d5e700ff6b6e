import { auditDayOf, auditLogCalls } from '@tonle/contracts';
import type { Platform } from '../platform.js';
import type { Service } from '../service.js';
import { auditEntries, auditHeadOf } from './audit-log.store.js';

const DAY_MS = 86_400_000;
const LOOK_EVERY_MS = 60_000;

type Host = Pick<Platform, 'service' | 'telemetry' | 'database' | 'clock'>;

/** Answers for the audit log of a service, and tells in its own log where that stood at the end of each day. */
export function declareAuditLog(service: Service, host: Host): void {
  const { service: name, database, clock, telemetry } = host;
  const calls = auditLogCalls(name);
  service.call(calls.entries, async (asked) => ({ entries: await auditEntries(database, asked) }));
  service.call(calls.heads, async ({ days }) => ({
    heads: await Promise.all(days.map((day) => auditHeadOf(database, name, day))),
  }));
  const yesterday = (): string => auditDayOf(clock.now() - DAY_MS);
  let told: string | undefined;
  service.job('end-audit-day', LOOK_EVERY_MS, async () => {
    const day = yesterday();
    const isNew = told !== undefined && told < day;
    told = day;
    if (!isNew) return;
    const head = await auditHeadOf(database, name, day);
    // Whatever the level: kept with the logs, it proves that nothing was cut off.
    telemetry.log.warn(head, 'the audit log of a day has ended');
  });
}
