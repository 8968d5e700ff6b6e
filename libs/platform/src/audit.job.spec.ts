import { describe, expect, it } from '@jest/globals';
import { auditCall, auditLogCalls, type AuditFinding } from '@tonle/contracts';
import { createTestTelemetry } from '@tonle/telemetry';
import { AuditJob, declareAudit } from './audit.job.js';
import { TestClock } from './test-platform.js';

const finding = (invariant: string, ...violations: string[]): AuditFinding => ({
  invariant,
  ok: violations.length === 0,
  checked: 1,
  violations,
});

async function gaugeOf(telemetry: ReturnType<typeof createTestTelemetry>) {
  const metrics = await telemetry.registry.getMetricsAsJSON();
  const found = metrics.find(({ name }) => name === 'tonle_audit_violations');
  return Object.fromEntries((found?.values ?? []).map(({ labels, value }) => [labels['invariant'], value]));
}

describe(AuditJob.name, () => {
  it('counts what is broken, and takes it back when it is whole or no longer looked at', async () => {
    const telemetry = createTestTelemetry('test');
    let found = [finding('I1'), finding('I2', 'a', 'b'), finding('X', 'c')];
    const job = new AuditJob(() => Promise.resolve(found), telemetry);
    await job.run();
    expect(await gaugeOf(telemetry)).toEqual({ I1: 0, I2: 2, X: 1 });
    found = [finding('I1', 'd'), finding('I2')];
    await job.run();
    expect(await gaugeOf(telemetry)).toEqual({ I1: 1, I2: 0, X: 0 });
  });

  it('leaves out what another job tells', async () => {
    const telemetry = createTestTelemetry('test');
    await new AuditJob(() => Promise.resolve([finding('I1', 'a')]), telemetry).run();
    await new AuditJob(() => Promise.resolve([finding('cross', 'b')]), telemetry).run();
    expect(await gaugeOf(telemetry)).toEqual({ I1: 1, cross: 1 });
  });

  it('pauses a minute at least', () => {
    const job = new AuditJob(() => Promise.resolve([]), createTestTelemetry('test'));
    expect(job.pauseMs()).toBe(60_000);
  });
});

it('a service that declares its audit is asked for it, and asks itself', async () => {
  const telemetry = createTestTelemetry('test');
  const declared: string[] = [];
  const rounds = new Map<string, () => Promise<unknown>>();
  const service = {
    call: ({ name }: { name: string }) => void declared.push(name),
    job: (name: string, _pause: unknown, run: () => Promise<unknown>) => {
      declared.push(name);
      rounds.set(name, run);
    },
  };
  const report = { service: 'test', at: '', totals: {}, findings: [finding('I1', 'a')] };
  const nothing = { query: () => Promise.resolve([]) };
  const database = { transaction: (work: (empty: typeof nothing) => unknown) => work(nothing) };
  const host = { service: 'test', telemetry, database: database as never, clock: new TestClock(0) };
  declareAudit(service as never, host, () => Promise.resolve(report));
  const log = auditLogCalls('test');
  expect(declared).toEqual([
    auditCall('test').name,
    'audit',
    log.entries.name,
    log.heads.name,
    'end-audit-day',
  ]);
  await rounds.get('audit')!();
  expect(await gaugeOf(telemetry)).toEqual({ I1: 1, I22: 0 });
});
