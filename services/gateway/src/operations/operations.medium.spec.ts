import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { auditCall, breakCalls, routingCalls, settlementCalls, type AuditReport } from '@tonle/contracts';
import { Directory } from '@tonle/directory';
import type { Service } from '@tonle/platform';
import { createTestTelemetry } from '@tonle/telemetry';
import { directoryEntries } from '../testing/directory-entries.js';
import { GatewayWorld } from '../testing/gateway-world.js';
import { OperationsModule } from './operations.module.js';
import { SwitchAuditService } from './switch-audit.service.js';

let world: GatewayWorld;
const totals = new Map<string, Record<string, string>>();
/** What happens after a service has been asked for its totals. */
const whenAsked = new Map<string, () => void>();
const actions: unknown[] = [];
const ops = { participant: 'OPERATOR' };

beforeAll(async () => {
  world = await GatewayWorld.start('gateway_operations');
  const { calls, clock } = world.platform;
  for (const service of ['fx', 'routing', 'settlement', 'adapter-bakong', 'adapter-thailand']) {
    calls.serve(auditCall(service), async (): Promise<AuditReport> => {
      const told = totals.get(service) ?? {};
      whenAsked.get(service)?.();
      return {
        service,
        at: new Date(clock.now()).toISOString(),
        findings: [{ invariant: 'I1', ok: true, checked: 3, violations: [] }],
        totals: told,
      };
    });
  }
  calls.serve(routingCalls.holds, async () => ({ holds: [] }));
  calls.serve(routingCalls.decideHold, async (request) => {
    actions.push(request);
    return request.decision === 'clear'
      ? { kind: 'done' as const }
      : { kind: 'refused' as const, reason: 'not_on_hold' as const };
  });
  calls.serve(routingCalls.setCorridor, async (request) => {
    actions.push(request);
    return { kind: 'done' as const };
  });
  calls.serve(routingCalls.underWay, async () => ({ underWay: [] }));
  calls.serve(routingCalls.setSwitch, async (request) => {
    actions.push(request);
    return { kind: 'done' as const };
  });
  calls.serve(routingCalls.liquidity, async () => ({
    accounts: [
      {
        participant: 'FXNAGA',
        currency: 'THB',
        prefundMinor: '500000',
        capMinor: '100',
        positionMinor: '-82000',
        pendingDebitsMinor: '0',
        headroomMinor: '418100',
      },
    ],
  }));
  calls.serve(settlementCalls.breaks, async (filter) => {
    actions.push(filter);
    return { breaks: [] };
  });
  calls.serve(settlementCalls.decideBreak, async (request) => {
    actions.push(request);
    return request.decision === 'assign'
      ? { kind: 'done' as const }
      : { kind: 'refused' as const, reason: 'break_closed' as const };
  });
  calls.serve(settlementCalls.runJob, async (request) => {
    actions.push(request);
    return request.job === 'reconcile'
      ? { kind: 'started' as const, jobId: 'job-1' }
      : { kind: 'refused' as const, reason: 'job_running' as const };
  });
  calls.serve(settlementCalls.job, async ({ jobId }) => ({
    jobId,
    state: jobId === 'job-1' ? ('done' as const) : ('unknown' as const),
    progress: 'done',
    result: null,
  }));
});
afterAll(() => world.close());
beforeEach(() => {
  totals.clear();
  whenAsked.clear();
  actions.length = 0;
});

describe('the audit', () => {
  /** Seven payments were completed: one came in here, six at the other network's door. */
  function sevenCompleted(): void {
    totals.set('routing', { payments: '7', 'payments.completed': '7' });
    totals.set('settlement', { 'payments.COMPLETED': '7' });
    totals.set('fx', { 'quotes.used': '7' });
    totals.set('adapter-thailand', { requests: '6', 'payments.COMPLETED': '6' });
  }

  it('asks every service and holds when all totals agree', async () => {
    await world.pay(await world.payable(), 'audited-1', { headers: { prefer: 'wait=10' } });
    sevenCompleted();
    totals.set('routing', {
      ...totals.get('routing'),
      'legs.debit.KHR.count': '6',
      'legs.debit.KHR.minor': '500',
      'minor.obligation_source.KHR': '10024500',
    });
    totals.set('fx', { 'quotes.used': '7', 'used.source.KHR': '10024500' });
    totals.set('adapter-bakong', {
      'legs.debit.KHR.accepted.count': '6',
      'legs.debit.KHR.accepted.minor': '500',
      'legs.debit.KHR.rejected.count': '4',
      'minor.source.KHR': '500',
    });
    const answer = (await world.get('/v1/ops/audit', ops)).json;
    expect(answer.ok).toBe(true);
    expect(answer.services.map((report: AuditReport) => report.service).sort()).toEqual([
      'adapter-bakong',
      'adapter-thailand',
      'fx',
      'gateway',
      'routing',
      'settlement',
    ]);
    expect(answer.crossChecks).toHaveLength(12);
    const own = answer.services.find((report: AuditReport) => report.service === 'gateway') as AuditReport;
    expect(own.findings).toHaveLength(13);
    expect(own.findings.every(({ ok }) => ok)).toBe(true);
    expect(own.totals).toMatchObject({ requests: '1', 'payments.COMPLETED': '1', 'payments.open': '0' });
  });

  it('says which two services differ, when their totals stand still', async () => {
    sevenCompleted();
    totals.set('settlement', { 'payments.COMPLETED': '6' });
    const answer = (await world.get('/v1/ops/audit', ops)).json;
    expect(answer.ok).toBe(false);
    const broken = answer.crossChecks.filter((finding: { ok: boolean }) => !finding.ok);
    expect(broken).toMatchObject([{ violations: ['settlement has 6, routing has 7'] }]);
  });

  it('waits for messages that are under way', async () => {
    sevenCompleted();
    totals.set('settlement', { 'payments.COMPLETED': '6' });
    whenAsked.set('settlement', () => totals.set('settlement', { 'payments.COMPLETED': '7' }));
    expect((await world.get('/v1/ops/audit', ops)).json.ok).toBe(true);
  });

  it('compares the services every five minutes, and what it finds is a metric that alerts', async () => {
    const { clock, calls, telemetry } = world.platform;
    const failures = await telemetry.registry.getSingleMetricAsString('tonle_job_failures_total');
    expect(failures).toContain('job="cross-checks"');
    const jobs = new Map<string, { pauseMs: () => number; run: () => Promise<void> }>();
    const service = {
      job: (name: string, pauseMs: () => number, run: () => Promise<void>) =>
        jobs.set(name, { pauseMs, run }),
    } as unknown as Service;
    const audits = new SwitchAuditService(calls, new Directory(directoryEntries(clock.now()).entries));
    const own = createTestTelemetry('gateway');
    new OperationsModule(service, audits, own);
    const job = jobs.get('cross-checks')!;
    expect(job.pauseMs()).toBe(300_000);
    const violations = async () => {
      const { values } = await own.registry.getSingleMetric('tonle_audit_violations')!.get();
      return values.reduce((sum, { value }) => sum + value, 0);
    };
    sevenCompleted();
    totals.set('settlement', { 'payments.COMPLETED': '6' });
    await job.run();
    expect(await violations()).toBe(1);
    sevenCompleted();
    await job.run();
    expect(await violations()).toBe(0);
  });

  it('finds what is wrong in its own table', async () => {
    const { database } = world.test;
    await database.query(
      `UPDATE request SET event = jsonb_set(event, '{state}', '"REJECTED"') WHERE state = 'COMPLETED'`,
    );
    const answer = (await world.get('/v1/ops/audit', ops)).json;
    const own = answer.services.find((report: AuditReport) => report.service === 'gateway') as AuditReport;
    expect(answer.ok).toBe(false);
    expect(own.findings.find(({ ok }) => !ok)!.violations[0]).toMatch(/says COMPLETED, its event REJECTED/);
    await database.query(
      `UPDATE request SET event = jsonb_set(event, '{state}', to_jsonb(state)) WHERE state IS NOT NULL`,
    );
  });
});

describe('deeds of operators', () => {
  const id = '00000000-0000-7000-8000-000000000001';
  const by = { operator: 'OPERATOR-1', participant: 'OPERATOR' };
  it('carry their reason and the key that did them', async () => {
    expect(
      (
        await world.post(
          `/v1/ops/holds/${id}/decision`,
          { decision: 'clear', reason: 'same name, other person' },
          ops,
        )
      ).json,
    ).toEqual({ done: true });
    await world.post(
      '/v1/ops/corridors/KH-TH',
      { direction: 'outbound', open: false, reason: 'maintenance' },
      ops,
    );
    const started = await world.post(
      '/v1/ops/jobs',
      { job: 'reconcile', day: '2026-11-20', reason: 'by hand' },
      ops,
    );
    expect({ status: started.status, body: started.json }).toEqual({ status: 202, body: { jobId: 'job-1' } });
    expect((await world.get('/v1/ops/jobs/job-1', ops)).json).toMatchObject({ state: 'done' });
    expect((await world.get('/v1/ops/jobs/job-l', ops)).status).toBe(404);
    expect(actions).toEqual([
      { paymentId: id, decision: 'clear', ...by, reason: 'same name, other person' },
      {
        corridor: 'KH-TH',
        direction: 'outbound',
        open: false,
        ...by,
        reason: 'maintenance',
      },
      { job: 'reconcile', day: '2026-11-20', ...by, reason: 'by hand' },
    ]);
  });

  it('give breaks an owner, and look for them by what they can be', async () => {
    const assign = { decision: 'assign', owner: 'dara', reason: 'asking the bank' };
    expect((await world.post(`/v1/ops/breaks/${id}`, assign, ops)).json).toEqual({ done: true });
    expect((await world.get('/v1/ops/breaks?state=OPEN&type=AMOUNT', ops)).status).toBe(200);
    expect(actions).toEqual([
      { breakId: id, ...assign, ...by },
      { state: 'OPEN', type: 'AMOUNT', limit: 1001 },
    ]);
    const misspelt = await world.get('/v1/ops/breaks?state=open', ops);
    expect(misspelt).toMatchObject({ status: 400, json: { code: 'schema_invalid' } });
    expect(JSON.stringify(misspelt.json)).toContain('AUTO_RESOLVED');
    const window = await world.get('/v1/ops/windows?state=open', ops);
    expect(window).toMatchObject({ status: 400, json: { code: 'schema_invalid' } });
    expect(JSON.stringify(window.json)).toContain('DRAINING');
  });

  it.each([
    [
      'an open break',
      `/v1/ops/breaks/${id}`,
      { decision: 'resolve', reason: 'because' },
      409,
      'break_closed',
    ],
    [
      'parameters that the job has',
      '/v1/ops/jobs',
      { job: 'close-windows', day: '2026-11-20', reason: 'because' },
      400,
      'schema_invalid',
    ],
    ['a reason', `/v1/ops/holds/${id}/decision`, { decision: 'clear' }, 400, 'schema_invalid'],
    [
      'a known decision',
      `/v1/ops/holds/${id}/decision`,
      { decision: 'maybe', reason: 'because' },
      400,
      'schema_invalid',
    ],
    [
      'a hold',
      `/v1/ops/holds/${id}/decision`,
      { decision: 'confirm', reason: 'because' },
      409,
      'not_on_hold',
    ],
    [
      'a job that is not running',
      '/v1/ops/jobs',
      { job: 'close-windows', reason: 'because' },
      409,
      'job_running',
    ],
  ])('need %s', async (_what, path, body, status, code) => {
    expect(await world.post(path, body, ops)).toMatchObject({ status, json: { code } });
  });

  it('are told amounts as people write them', async () => {
    expect((await world.get('/v1/ops/liquidity', ops)).json.accounts[0]).toMatchObject({
      prefund: { currency: 'THB', amount: '5000.00' },
      position: { currency: 'THB', amount: '-820.00' },
    });
  });

  it('wait when the other service is away', async () => {
    expect(await world.get('/v1/ops/windows', ops)).toMatchObject({
      status: 503,
      json: { code: 'unavailable', retry: 'later' },
    });
  });

  it('read windows and results of days by pages', async () => {
    const { calls } = world.platform;
    const asked: object[] = [];
    const window = (windowId: string) => ({
      ...{ windowId, partner: 'THSWITCH', currency: 'THB', settlementMode: 'DEFERRED_NET' as const },
      ...{ day: windowId.slice(-10), state: 'NETTED' as const, cutOffAt: '2026-11-20T16:00:00.000Z' },
      ...{ payments: 1, grossMinor: '100', nets: [], bilateral: [], version: 1 },
    });
    const [first, second] = ['THSWITCH-THB-2026-11-21', 'THSWITCH-THB-2026-11-20'] as const;
    calls.serve(settlementCalls.windows, (request) => {
      asked.push(request);
      return Promise.resolve({ windows: [first, second].map(window) as never });
    });
    const run = (no: number) => ({
      ...{
        level: 'L-P',
        partner: 'THSWITCH',
        currency: 'THB',
        day: '2026-11-20',
        run: no,
        ruleSet: 1,
        times: 1,
      },
      ...{
        ranAt: '2026-11-21T01:00:00.000Z',
        confirmedAt: '2026-11-21T01:00:00.000Z',
        digest: 'd',
        counts: {},
      },
    });
    calls.serve(breakCalls.runs, (request) => {
      asked.push(request);
      return Promise.resolve({ runs: [run(2), run(1)] });
    });
    const windows = await world.get('/v1/ops/windows?limit=1', ops);
    expect([windows.json.windows.length, windows.json.next]).toEqual([1, first]);
    expect((await world.get(`/v1/ops/windows?cursor=${first}&limit=2`, ops)).json.next).toBeUndefined();
    const runs = await world.get('/v1/ops/reconciliation/runs?limit=1', ops);
    expect([runs.json.runs.length, runs.json.next]).toEqual([1, '2026-11-20 THSWITCH THB L-P 2']);
    await world.get(`/v1/ops/reconciliation/runs?cursor=${encodeURIComponent(runs.json.next)}`, ops);
    const place = { day: '2026-11-20', partner: 'THSWITCH', currency: 'THB', level: 'L-P', run: 2 };
    expect(asked).toMatchObject([
      { limit: 2 },
      { limit: 3, after: { day: '2026-11-21', windowId: first } },
      { limit: 2 },
      { limit: 51, after: place },
    ]);
    for (const cursor of ['2026-99-99 THSWITCH THB L-P 2', '2026-11-20'])
      expect(
        (await world.get(`/v1/ops/reconciliation/runs?cursor=${encodeURIComponent(cursor)}`, ops)).json
          .errors,
      ).toEqual([{ path: '/cursor', message: 'Must be `next` of the page before.' }]);
  });
});

describe('the reference', () => {
  const open = (path: string) => fetch(world.url + path);
  it('is served without a signature and without the internet', async () => {
    expect((await open('/')).url).toMatch(/\/docs$/);
    const docs = await open('/docs');
    const page = await docs.text();
    expect(docs.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(page).not.toMatch(/https?:\/\//);
    for (const [, path] of page.matchAll(/(?:src|href)="([^"]+)"/g))
      expect((await open(path!)).status).toBe(200);
    expect(await (await open('/openapi.json')).json()).toMatchObject({ openapi: '3.1.0' });
    expect(await (await open('/errors')).text()).toContain('quote_expired');
  });

  it('serves nothing else from its folder', async () => {
    for (const path of ['/docs/package.json', '/docs/..%2fpackage.json', '/docs/__proto__']) {
      expect((await open(path)).status).toBe(404);
    }
  });
});
