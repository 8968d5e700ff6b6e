import type { Platform } from '@tonle/platform';
import type { AuditStore } from './audit.store.js';

/** The auditor may take a fiftieth of the time. */
const SHARE = 50;
const EVERY_MS = 60_000;

/** The background auditor: what it finds broken is an error in the log and a metric that alerts. */
export class AuditJob {
  private readonly broken;
  private readonly seconds;
  private tookMs = 0;

  constructor(
    private readonly store: AuditStore,
    private readonly platform: Pick<Platform, 'service' | 'clock' | 'telemetry'>,
  ) {
    this.broken = platform.telemetry.gauge(
      'tonle_audit_violations',
      'Violations of an invariant found last',
      ['invariant'],
    );
    this.seconds = platform.telemetry.histogram(
      'tonle_audit_seconds',
      'How long an audit took',
      [],
      [0.01, 0.1, 0.5, 1, 5, 30],
    );
  }

  /** Milliseconds to the next round. */
  readonly pauseMs = (): number => Math.max(EVERY_MS, this.tookMs * SHARE);

  readonly run = async (): Promise<void> => {
    const began = performance.now();
    const report = await this.store.report(this.platform.service, this.platform.clock.now());
    this.tookMs = performance.now() - began;
    this.seconds.observe(this.tookMs / 1_000);
    for (const { invariant, violations } of report.findings) {
      this.broken.set({ invariant }, violations.length);
      if (violations.length > 0)
        this.platform.telemetry.log.error({ invariant, violations }, 'an invariant is broken');
    }
  };
}
