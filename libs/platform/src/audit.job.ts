import { auditCall, type AuditFinding, type AuditReport } from '@tonle/contracts';
import type { Telemetry } from '@tonle/telemetry';
import { declareAuditLog } from './audit-log/audit-log.js';
import { ChainCheck } from './audit-log/chain-check.js';
import type { Platform } from './platform.js';
import type { Service } from './service.js';

/** The auditor may take a hundredth of the time. */
const SHARE = 100;
const EVERY_MS = 60_000;

/** Checks by the clock: what it finds broken is an error in the log and a metric that alerts. */
export class AuditJob {
  private readonly broken;
  private readonly seconds;
  private readonly told = new Set<string>();
  private tookMs = 0;

  constructor(
    private readonly check: () => Promise<readonly AuditFinding[]>,
    private readonly telemetry: Telemetry,
    private readonly everyMs = EVERY_MS,
  ) {
    this.broken = telemetry.gauge('tonle_audit_violations', 'Violations of an invariant found last', [
      'invariant',
    ]);
    this.seconds = telemetry.histogram(
      'tonle_audit_seconds',
      'How long an audit took',
      [],
      [0.01, 0.1, 0.5, 1, 5, 30],
    );
  }

  /** Milliseconds to the next round. */
  readonly pauseMs = (): number => Math.max(this.everyMs, this.tookMs * SHARE);

  readonly run = async (): Promise<void> => {
    const began = performance.now();
    const findings = await this.check();
    this.tookMs = performance.now() - began;
    this.seconds.observe(this.tookMs / 1_000);
    // What is not looked at any more is not broken any more.
    for (const invariant of this.told) this.broken.set({ invariant }, 0);
    for (const { invariant, violations } of findings) {
      this.told.add(invariant);
      this.broken.set({ invariant }, violations.length);
      if (violations.length > 0)
        this.telemetry.log.error({ invariant, violations }, 'an invariant is violated');
    }
  };
}

/** Answers for the audit of a service's own tables and of its audit log, and makes it by the clock; `found` is told of each round. */
export function declareAudit(
  service: Service,
  platform: Pick<Platform, 'service' | 'telemetry' | 'database' | 'clock'>,
  reportTables: () => Promise<AuditReport>,
  found: (findings: readonly AuditFinding[]) => Promise<void> = () => Promise.resolve(),
): void {
  const { service: name, telemetry, database } = platform;
  const chain = new ChainCheck(database, name);
  const report = async (): Promise<AuditReport> => {
    const { findings, ...tables } = await reportTables();
    return { ...tables, findings: [...findings, await chain.run()] };
  };
  service.call(auditCall(name), report);
  const round = async (): Promise<readonly AuditFinding[]> => {
    const { findings } = await report();
    await found(findings);
    return findings;
  };
  const job = new AuditJob(round, telemetry);
  service.job('audit', job.pauseMs, job.run);
  declareAuditLog(service, platform);
}
