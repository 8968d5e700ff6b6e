import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PgBoss } from 'pg-boss';
import { TOPICS } from '@tonle/messaging';
import { createTestPlatform, type RunningService, type TestPlatform } from '@tonle/platform';
import {
  adapterCalls,
  auditCall,
  routingCalls,
  settlementCalls,
  type DirectoryEntry,
  type PaymentEventMessage,
  type StatementLine,
} from '@tonle/contracts';
import { createTestDatabase, type TestDatabase } from '@tonle/persistence';
import { until } from '../../../tests/world/until.js';
import { completed, DAY, HOME, NOON, THAI } from './payment/payment-event.testing.js';
import { MissingStatements } from './reconciliation/missing-statements.js';
import { startSettlement } from './settlement.service.js';

// Real: PostgreSQL, pg-boss, the in-process transport. Routing and the adapters answer from this file.
const DAY_MS = 86_400_000;
/** A gross window goes on by itself. */
const NETTED = expect.stringMatching(/^(NETTED|SETTLED)$/);
const SEED = new URL('../../../deploy/sandbox/directory.json', import.meta.url);
/** The same payment in the windows of another day. */
function completedIn(day: string): PaymentEventMessage {
  const event = completed();
  const moved = (windowId: string) => windowId.replace(DAY, day);
  return {
    ...event,
    windows: event.windows.map((window) => ({ ...window, windowId: moved(window.windowId), day })),
    obligations: event.obligations.map((line) => ({ ...line, windowId: moved(line.windowId) })),
  };
}

const whole = (lines: StatementLine[]) => {
  const sum = lines.reduce((total, { amount }) => total + BigInt(amount.minor), 0n);
  return { lines, totals: { count: lines.length, amountMinor: sum.toString() } };
};

describe('settlement', () => {
  let test: TestDatabase;
  let platform: TestPlatform;
  let running: RunningService;
  let thaiLines: StatementLine[] = [];
  let homeLines: StatementLine[] = [];
  let down = '';
  const asked: string[] = [];

  const publish = (events: PaymentEventMessage[]) =>
    platform.transport.publish(
      events.map((event) => ({
        topic: TOPICS.paymentEvent,
        key: event.paymentId,
        type: 'payment.event',
        messageId: `${event.paymentId}:${event.version}`,
        body: JSON.stringify(event),
      })),
    );
  // As routing says it: a record a window, all of one instant.
  const drained = (completedHere: number, windows = [HOME, THAI]) =>
    platform.transport.publish(
      windows.map(({ windowId }) => ({
        topic: TOPICS.settlement,
        key: windowId,
        type: 'window.drained',
        messageId: `lane-1:${windowId}`,
        body: JSON.stringify({
          lane: 'lane-1',
          lanes: ['lane-1'],
          windows: [{ windowId, completed: completedHere }],
          at: new Date(platform.clock.now()).toISOString(),
        }),
      })),
    );
  const windowOf = async (windowId: string) => {
    const { windows } = await platform.calls.call(settlementCalls.windows, {});
    return windows.find((window) => window.windowId === windowId)!;
  };
  const runJob = async (job: 'close-windows' | 'reconcile') => {
    const started = await platform.calls.call(settlementCalls.runJob, {
      job,
      day: DAY,
      operator: 'ops',
      reason: 'test',
    });
    if (started.kind !== 'started') throw new Error(started.reason);
    const run = await until(`the end of ${job}`, async () => {
      const seen = await platform.calls.call(settlementCalls.job, { jobId: started.jobId });
      return (seen.state === 'done' || seen.state === 'failed') && seen;
    });
    if (run.state === 'failed') throw new Error(run.progress);
    return run.result;
  };

  beforeAll(async () => {
    test = await createTestDatabase('settlement');
    platform = createTestPlatform('settlement', test.database, {
      settings: { TONLE_DATABASE_URL: test.url },
    });
    platform.clock.set(NOON);
    const { entries } = JSON.parse(readFileSync(SEED, 'utf8')) as { entries: DirectoryEntry[] };
    const isMeant = ({ kind, id }: DirectoryEntry) => kind !== 'corridor' || id === 'KH-TH';
    platform.calls.serve(routingCalls.directory, () => Promise.resolve({ entries: entries.filter(isMeant) }));
    const serve = (adapter: string, lines: (currency: string) => StatementLine[]) => {
      platform.calls.serve(adapterCalls(adapter).openLegs, () => Promise.resolve({ legs: [] }));
      platform.calls.serve(adapterCalls(adapter).statement, ({ currency }) => {
        asked.push(`${adapter} ${currency}`);
        if (down === adapter) return Promise.reject(new Error('no statement now'));
        return Promise.resolve(whole(lines(currency)));
      });
    };
    serve('adapter-thailand', () => thaiLines);
    serve('adapter-bakong', (currency) => (currency === 'KHR' ? homeLines : []));
    platform.calls.serve(routingCalls.breaks, () => Promise.resolve({ breaks: [] }));
    platform.calls.serve(routingCalls.known, () => Promise.resolve({ payments: [] }));
    running = await startSettlement(platform);
  });

  afterAll(async () => {
    await running.close();
    await test.drop();
  });

  it('fills the windows once, whatever comes twice, and nets them to zero after the cut-off', async () => {
    await runJob('close-windows');
    const first = completed();
    const second = completed({
      direction: 'inbound',
      debtorAgent: 'THSWITCH',
      creditorAgent: 'KHANGKOR',
      source: { currency: 'THB', minor: '33745' },
      target: { currency: 'KHR', minor: '4100000' },
      partnerRefs: { credit: randomUUID() },
      obligations: [
        {
          windowId: THAI.windowId,
          debtorParticipant: 'THSWITCH',
          creditorParticipant: 'FXNAGA',
          amount: { currency: 'THB', minor: '33745' },
        },
        {
          windowId: HOME.windowId,
          debtorParticipant: 'FXNAGA',
          creditorParticipant: 'KHANGKOR',
          amount: { currency: 'KHR', minor: '4100000' },
        },
      ],
    });
    const rejected = completed({
      state: 'REJECTED',
      isoStatus: 'RJCT',
      windows: [],
      obligations: [],
      partnerRefs: {},
    });
    await publish([first, second, first]);
    await publish([second, rejected]);
    expect(await windowOf(THAI.windowId)).toMatchObject({
      state: 'OPEN',
      payments: 2,
      grossMinor: '115745',
      nets: [],
    });

    platform.clock.set(Date.parse('2026-11-20T16:00:01Z'));
    await drained(3, [HOME]);
    expect(await windowOf(THAI.windowId)).toMatchObject({ state: 'DRAINING', nets: [] });
    await drained(3);
    expect(await windowOf(THAI.windowId)).toMatchObject({ state: 'DRAINING' });
    await publish([completed({ completedAt: new Date(NOON).toISOString() })]);
    await runJob('close-windows');
    expect(await windowOf(THAI.windowId)).toMatchObject({
      state: 'NETTED',
      payments: 3,
      nets: [
        { participant: 'FXNAGA', netMinor: '-130255' },
        { participant: 'THSWITCH', netMinor: '130255' },
      ],
      bilateral: [
        { debtor: 'FXNAGA', creditor: 'THSWITCH', amountMinor: '164000', payments: 2 },
        { debtor: 'THSWITCH', creditor: 'FXNAGA', amountMinor: '33745', payments: 1 },
      ],
    });
    expect(await windowOf(HOME.windowId)).toMatchObject({ state: 'NETTED', payments: 3, nets: [] });
  });

  it('closes windows without payments too', async () => {
    await drained(0, [{ ...HOME, windowId: `BAKONG-USD-${DAY}` }]);
    const usd = await windowOf(`BAKONG-USD-${DAY}`);
    expect(usd).toMatchObject({ state: NETTED, payments: 0, grossMinor: '0' });
  });

  it('types what differs from the statements, keeps it once, and resolves what is cured', async () => {
    const good = completedIn('2026-11-21');
    const short = completedIn('2026-11-21');
    await publish([good, short]);
    platform.clock.set(Date.parse('2026-11-20T17:30:00Z'));
    const records = await test.database.query<{
      uetr: string;
      credit_ref: string;
      debit_ref: string;
      direction: string;
      source_minor: bigint;
      target_minor: bigint;
    }>(`SELECT * FROM payment_record WHERE state = 'COMPLETED'`);
    const bookedAt = new Date(NOON).toISOString();
    const line = (lineId: string, uetr: string, minor: bigint): StatementLine => ({
      lineId,
      uetr,
      amount: { currency: 'THB', minor: minor.toString() },
      status: 'booked',
      bookedAt,
    });
    homeLines = records.map((record) => ({
      lineId: record.debit_ref ?? record.credit_ref,
      partnerRef: record.direction === 'outbound' ? record.debit_ref : record.credit_ref,
      amount: {
        currency: 'KHR',
        minor: (record.direction === 'outbound' ? record.source_minor : record.target_minor).toString(),
      },
      status: 'booked',
      bookedAt,
    }));
    thaiLines = records.map((record) =>
      line(
        record.uetr,
        record.uetr,
        (record.direction === 'outbound' ? record.target_minor : record.source_minor) -
          (record.uetr === short.uetr ? 1n : 0n),
      ),
    );
    thaiLines.push(line('stranger', randomUUID(), 500n));
    const twice = thaiLines.find(({ uetr }) => uetr === good.uetr)!;
    thaiLines.push(twice);
    await runJob('reconcile');
    await runJob('reconcile');
    const open = async () => {
      const { breaks } = await platform.calls.call(settlementCalls.breaks, { state: 'OPEN' });
      return breaks.sort((a, b) => (a.type < b.type ? -1 : 1));
    };
    expect(
      (await open()).map(({ type, partner, ourMinor, theirMinor }) => ({
        type,
        partner,
        ourMinor,
        theirMinor,
      })),
    ).toEqual([
      { type: 'AMOUNT', partner: 'THSWITCH', ourMinor: '82000', theirMinor: '81999' },
      { type: 'DUPLICATE', partner: 'THSWITCH', ourMinor: '82000', theirMinor: '164000' },
      { type: 'MISSING_AT_US', partner: 'THSWITCH', ourMinor: undefined, theirMinor: '500' },
    ]);
    thaiLines = thaiLines.map((each) =>
      each.uetr === short.uetr ? line(each.lineId, short.uetr, 82_000n) : each,
    );
    await runJob('reconcile');
    expect((await open()).map(({ type }) => type)).toEqual(['DUPLICATE', 'MISSING_AT_US']);
    const wrong = async (asked: { partner?: string; day?: string }) => {
      const request = { job: 'reconcile', operator: 'ops', reason: 'test', ...asked } as const;
      return platform.calls.call(settlementCalls.runJob, request);
    };
    expect(await wrong({ partner: 'THSWICH' })).toMatchObject({
      reason: 'schema_invalid',
      detail: expect.stringMatching(/THSWICH is not reconciled; known are .*THSWITCH/),
    });
    expect(await wrong({ day: '2099-01-01' })).toMatchObject({
      reason: 'schema_invalid',
      detail: expect.stringContaining('2099-01-01 is still to come'),
    });
    const unknown = await platform.calls.call(settlementCalls.job, { jobId: 'no id' });
    expect(unknown.state).toBe('unknown');
  });

  it('tries a job of the schedule again when a partner cannot be asked', async () => {
    const schema = `${platform.database.schema}_jobs`;
    const boss = new PgBoss({ connectionString: test.url, schema, supervise: false, schedule: false });
    await boss.start();
    down = 'adapter-thailand';
    platform.clock.set(Date.parse(`${DAY}T17:30:00Z`));
    await boss.send('reconcile', {}, { retryLimit: 5, retryDelay: 0 });
    const ended = async (state: string) => {
      const rows = await test.database.query(
        "SELECT 1 FROM job_run WHERE operator = 'schedule' AND state = $1",
        [state],
      );
      return rows.length > 0;
    };
    await until('the first try', () => ended('failed'));
    down = '';
    await until('the next try', () => ended('done'));
    await boss.stop({ graceful: false });
    expect(await ended('running')).toBe(false);
  });

  it('asks for a statement that did not come in its night for as long as it takes, and tells that it is missing', async () => {
    const schema = `${platform.database.schema}_jobs`;
    const boss = new PgBoss({ connectionString: test.url, schema, supervise: false, schedule: false });
    await boss.start();
    const statements = new MissingStatements(test.database, platform.clock, platform.telemetry);
    const missing = async () => {
      await statements.count();
      const metrics = await platform.telemetry.registry.getMetricsAsJSON();
      const values = metrics.find(({ name }) => name === 'tonle_statements_missing')?.values ?? [];
      return values.find(({ labels }) => labels['partner'] === 'THSWITCH')?.value;
    };
    down = 'adapter-thailand';
    // The day after: that one was asked for.
    platform.clock.set(Date.parse(`${DAY}T17:30:00Z`) + DAY_MS);
    await boss.send('reconcile', {}, { retryLimit: 0 });
    await until('that it is missing', async () => (await missing()) === 1);
    expect(await platform.calls.call(settlementCalls.missingStatements, {})).toMatchObject({
      missing: [{ partner: 'THSWITCH', currency: 'THB', cause: expect.stringMatching(/adapter-thailand/) }],
    });
    [down, asked.length] = ['', 0];
    platform.clock.set(Date.parse(`${DAY}T22:30:00Z`) + DAY_MS);
    await boss.send('reconcile', {}, { retryLimit: 0 });
    await until('that it is here', async () => (await missing()) === 0);
    expect(asked).toEqual(['adapter-thailand THB']);
    await boss.stop({ graceful: false });
  });

  it('asks for nothing twice, and later for what became due while nothing ran', async () => {
    const schema = `${platform.database.schema}_jobs`;
    const boss = new PgBoss({ connectionString: test.url, schema, supervise: false, schedule: false });
    await boss.start();
    const left = () =>
      test.database.query(
        `SELECT 1 FROM ${schema}.job WHERE name = 'reconcile' AND state IN ('created', 'active', 'retry')`,
      );
    const askedInRun = async () => {
      asked.length = 0;
      await boss.send('reconcile', {}, { retryLimit: 0 });
      await until('the end of the job', async () => (await left()).length === 0);
      return asked.length;
    };
    expect(await askedInRun()).toBe(0);
    platform.clock.advance(2 * DAY_MS);
    expect(await askedInRun()).toBe(6);
    platform.clock.set(NOON);
    await boss.stop({ graceful: false });
  });

  it.each(['adapter-thailand', 'adapter-bakong'])(
    'asks the others for their statements when %s has none',
    async (adapter) => {
      down = adapter;
      asked.length = 0;
      await expect(runJob('reconcile')).rejects.toThrow(/no statement now|did not answer/);
      expect([...asked].sort()).toEqual(['adapter-bakong KHR', 'adapter-bakong USD', 'adapter-thailand THB']);
      down = '';
    },
  );

  it('closes the other windows when one cannot be netted, and that one when it can', async () => {
    const next = (window: typeof HOME | typeof THAI) => ({
      ...window,
      windowId: window.windowId.replace(DAY, '2026-11-21'),
    });
    const [home, thai] = [next(HOME), next(THAI)];
    await test.database.query(
      "INSERT INTO window_bilateral (window_id, debtor, creditor, amount_minor, payments) VALUES ($1, 'FXNAGA', 'THSWITCH', 1, 1)",
      [thai.windowId],
    );
    platform.clock.set(Date.parse('2026-11-21T16:00:01Z'));
    await drained(2, [home, thai] as never);
    expect(await windowOf(home.windowId)).toMatchObject({ state: NETTED, payments: 2 });
    expect((await windowOf(thai.windowId)).state).not.toBe('NETTED');
    expect(await runJob('close-windows')).toMatchObject({
      waiting: { [thai.windowId]: expect.stringContaining('cannot be closed') },
    });
    await test.database.query('DELETE FROM window_bilateral WHERE window_id = $1', [thai.windowId]);
    await runJob('close-windows');
    expect(await windowOf(thai.windowId)).toMatchObject({ state: 'NETTED', payments: 2 });
  });

  it('audits its own tables and says what broke, where', async () => {
    const clean = await platform.calls.call(auditCall('settlement'), {});
    expect(clean.findings.filter((finding) => !finding.ok)).toEqual([]);
    expect(clean.totals['payments.COMPLETED']).toBe('5');
    await test.database.query(
      `UPDATE window_net SET net_minor = net_minor + 1 WHERE participant = 'FXNAGA' AND window_id = $1`,
      [THAI.windowId],
    );
    const broken = await platform.calls.call(auditCall('settlement'), {});
    expect(broken.findings.filter((finding) => !finding.ok).map((finding) => finding.violations)).toEqual([
      [`the nets of window ${THAI.windowId} sum to 1`],
      [`window ${THAI.windowId}: the net of FXNAGA is -130254, its pairs make -130255`],
    ]);
  });
});
