import { describe, expect, it } from '@jest/globals';
import { auditCall, type AuditFinding } from '@tonle/contracts';
import { createTestTelemetry } from '@tonle/telemetry';
import { AuditJob, declareAudit } from './audit.job.js';

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
  let round: () => Promise<unknown> = () => Promise.resolve();
  const service = {
    call: ({ name }: { name: string }) => void declared.push(name),
    job: (name: string, _pause: unknown, run: () => Promise<unknown>) => {
      declared.push(name);
      round = run;
    },
  };
  const report = { service: 'test', at: '', totals: {}, findings: [finding('I1', 'a')] };
  declareAudit(service as never, { service: 'test', telemetry }, () => Promise.resolve(report));
  expect(declared).toEqual([auditCall('test').name, 'audit']);
  await round();
  expect(await gaugeOf(telemetry)).toEqual({ I1: 1 });
});
