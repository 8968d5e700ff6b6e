import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { SPEED_EDGES_MS, type FactBody, type FactSourceName } from '@tonle/contracts';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { bandsOf, paymentHour, sealFacts, tellFacts } from './fact.testing.js';
import {
  DAY_END,
  NOON,
  paymentOf,
  reportWorld,
  THAI,
  type AskedRun,
  type ReportWorld,
} from './report.testing.js';

// Real: PostgreSQL, the folder. Facts of other services are told as the copying job tells them.

const HOUR_MS = 3_600_000;
const LATER = DAY_END + HOUR_MS;
const iso = (ms: number) => new Date(ms).toISOString();
const HOUR = iso(NOON);

let world: ReportWorld;
beforeAll(async () => {
  world = await reportWorld('fact_reports');
});
beforeEach(async () => {
  await world.test.database.query('TRUNCATE fact, fact_copy, report_run, report_file CASCADE');
  world.platform.clock.set(LATER);
});
afterAll(() => world.close());

const tell = <Name extends FactSourceName>(
  source: Name,
  facts: Record<string, FactBody<Name> | null>,
  times: Partial<{ atMs: number; sealedMs: number }> = {},
) => tellFacts(world.test.database, source, facts, { atMs: NOON, sealedMs: LATER, ...times });

/** Rows of a report of the day, as its CSV has them. */
async function rowsOf(report: string, more: Partial<AskedRun> = {}): Promise<Record<string, string>[]> {
  const made = await world.make({ report, parameters: { day: THAI.day }, basis: 'now', ...more });
  expect(made.run.state).toBe('done');
  return parse(await world.text(made.files[0]!), { columns: true }) as Record<string, string>[];
}

const unknown = (paymentId: string, sinceMs: number): FactBody<'routing.unknown'> => ({
  ...{
    paymentId,
    corridor: 'KH-TH',
    direction: 'outbound',
    partner: 'THSWITCH',
    leg: 'credit',
    state: 'CREDIT_UNKNOWN',
  },
  ...{ since: iso(sinceMs), currency: 'THB', minor: '82000', attempts: 1, lastAnswer: 'leg_unknown:credit' },
  ...{ lastAnswerAt: iso(sinceMs), nextAt: null, owner: null },
});

describe('R9', () => {
  it('has the outcomes that were not known at its instant, however that ended since', async () => {
    const [old, young] = [randomUUID(), randomUUID()];
    await tell('routing.unknown', { [old]: unknown(old, NOON), [young]: unknown(young, NOON + 2 * HOUR_MS) });
    const then = { basis: 'then' as const };
    const first = await rowsOf('R9', then);
    expect(first).toMatchObject([
      { paymentId: old, partner: 'THSWITCH', ageMinutes: '720', ageBand: '4 h-1 day', value: '820.00' },
      { paymentId: young, ageMinutes: '600', lastAnswer: 'leg_unknown:credit' },
    ]);
    // They end after the day: as of its end they are what they were.
    await tell('routing.unknown', { [old]: null, [young]: null }, { atMs: LATER });
    world.platform.clock.set(LATER + HOUR_MS);
    expect(await rowsOf('R9', then)).toEqual(first);
    expect(await rowsOf('R9', { parameters: { day: '2026-11-21' } })).toEqual([]);
  });

  it('waits until the facts of its day have been copied', async () => {
    await tell('routing.unknown', {}, { sealedMs: DAY_END - 1 });
    const { run } = await world.make({ report: 'R9', parameters: { day: THAI.day }, basis: 'then' });
    expect(run).toMatchObject({
      state: 'waiting',
      progress: expect.stringContaining('what routing tells of routing.unknown has come up to'),
    });
    await tell('routing.unknown', {}, { sealedMs: DAY_END });
    world.platform.clock.advance(10 * 60_000);
    await world.job().run();
    expect((await world.service.runs({ limit: 1 })).runs[0]).toMatchObject({ state: 'done' });
  });
});

describe('R17, R18 and R23', () => {
  const busy = paymentHour(HOUR, {
    ...{ received: 100, completed: 90, rejected: 8, expired: 2, unknown: 3 },
    stages: [
      { stage: 'total', bands: bandsOf({ 1_000: 45, 10_000: 36, 60_000: 8, [Infinity]: 1 }) },
      {
        stage: 'credit',
        asked: 95,
        answered: 92,
        doubtful: 3,
        silentMinutes: 6,
        bands: bandsOf({ 500: 92 }),
      },
    ],
    rejects: [
      {
        reason: 'account_unknown',
        isoReason: 'AC03',
        by: 'THSWITCH',
        currency: 'KHR',
        count: 5,
        minor: '5000',
      },
      { reason: 'limit_per_day', isoReason: 'AM02', by: 'switch', currency: 'KHR', count: 5, minor: '700' },
    ],
  });

  it('say how long each stage took, who was away, and what was refused', async () => {
    await tell('routing.payment-hour', { a: busy });
    expect(await rowsOf('R17')).toMatchObject([
      {
        ...{ stage: 'total', partner: '', requests: '100', successPercent: '90.00', unknownPercent: '3.00' },
        ...{ p50: '1000', p95: '60000', p99: '', downMinutes: '', availability: '' },
      },
      { stage: 'switch', p50: '', requests: '100' },
      {
        ...{ stage: 'credit', partner: 'THSWITCH', requests: '95', successPercent: '96.84', timeouts: '3' },
        ...{
          p50: '500',
          p99: '500',
          topRejects: 'account_unknown 5',
          downMinutes: '6',
          availability: '90.00',
        },
      },
    ]);
    expect(await rowsOf('R23')).toMatchObject([
      {
        completed: '90',
        within10s: '90.00',
        within60s: '98.89',
        within1h: '98.89',
        within1d: '98.89',
        open: '0',
      },
    ]);
  });

  it('hold refusals against the period before', async () => {
    const before = paymentHour(iso(NOON - 24 * HOUR_MS), {
      ...{ received: 10, rejected: 1 },
      rejects: [{ ...busy.rejects[0]!, count: 1, minor: '10' }],
    });
    await tell('routing.payment-hour', { a: busy, b: before });
    expect(await rowsOf('R18')).toMatchObject([
      {
        ...{ reason: 'account_unknown', isoReason: 'AC03', by: 'THSWITCH', count: '5', value: '50.00' },
        ...{ percent: '5.00', countBefore: '1', percentBefore: '10.00' },
      },
      { reason: 'limit_per_day', by: 'switch', countBefore: '0', percentBefore: '0.00', value: '7.00' },
    ]);
    expect(await rowsOf('R18', { parameters: { day: THAI.day, partner: 'THSWITCH' } })).toHaveLength(1);
  });

  it('have percentiles at which, and not before which, so many are done, whatever the bands', async () => {
    const bands = fc.array(fc.nat(20), {
      minLength: SPEED_EDGES_MS.length + 1,
      maxLength: SPEED_EDGES_MS.length + 1,
    });
    await fc.assert(
      fc.asyncProperty(bands, async (drawn) => {
        const whole = drawn.reduce((sum, n) => sum + n, 0);
        await world.test.database.query('TRUNCATE fact, fact_copy');
        await tell('routing.payment-hour', {
          a: paymentHour(HOUR, {
            received: whole,
            completed: whole,
            stages: [{ stage: 'total', bands: drawn }],
          }),
        });
        const [row] = await rowsOf('R17');
        if (whole === 0) return expect(row).toBeUndefined();
        for (const percent of [50, 95, 99]) {
          let below = 0;
          const band = drawn.findIndex((n) => (below += n) * 100 >= whole * percent);
          expect(row![`p${percent}`]).toBe(`${SPEED_EDGES_MS[band] ?? ''}`);
        }
        const [speed] = await rowsOf('R23');
        expect(Number(speed!['within1d'])).toBeGreaterThanOrEqual(Number(speed!['within10s']));
      }),
      { numRuns: 10 },
    );
  });
});

it('R11 adds hours up, and says nothing of averages of nothing', async () => {
  const hour = { hour: HOUR, corridor: 'KH-TH', direction: 'outbound' as const, provider: 'FXNAGA' };
  const naga = { ...hour, asked: 10, offered: 9, won: 4, used: 3, expired: 1, improvementPoints: '40' };
  const more = { compared: 9, distance: '45000', lost: [{ because: 'dearer', count: 5 }] };
  await tell('fx.quote-hour', {
    a: { ...naga, ...more },
    b: { ...naga, ...more, hour: iso(NOON + HOUR_MS), lost: [{ because: 'rate_stale', count: 1 }] },
    c: {
      ...{
        ...hour,
        provider: 'FXGARUDA',
        asked: 2,
        offered: 0,
        won: 0,
        used: 0,
        expired: 0,
        improvementPoints: '0',
      },
      ...{ compared: 0, distance: '0', lost: [{ because: 'rate_stale', count: 2 }] },
    },
  });
  expect(await rowsOf('R11', { parameters: { day: THAI.day, partner: 'FXGARUDA' } })).toMatchObject([
    { won: '0', wonPercent: '0.00', improvement: '', distance: '', lostBy: 'rate_stale 2' },
  ]);
  expect(await rowsOf('R11', { parameters: { day: THAI.day, partner: 'FXNAGA' } })).toMatchObject([
    { asked: '20', won: '8', wonPercent: '40.00', used: '6', improvement: '10.00', distance: '50.00' },
  ]);
});

it('R12 and R21 have what stood last, the most that was used, and who came near a limit', async () => {
  const hour = (at: number, used: string, percent: number | null) => ({
    ...{
      hour: iso(at),
      participant: 'FXNAGA',
      currency: 'THB',
      prefund: '1000',
      cap: '9000',
      position: '500',
    },
    ...{ pending: '0', headroom: '9500', usedMost: used, usedMostPercent: percent },
  });
  await tell('routing.liquidity-hour', { a: hour(NOON, '8500', 85), b: hour(NOON + HOUR_MS, '500', 5) });
  await tell('routing.limit-day', {
    a: {
      ...{ day: THAI.day, corridor: 'KH-TH', currency: 'KHR', perPayment: '2000000', perPayerDay: '5000000' },
      ...{ payers: 7, usedMost: '4500000', payersNear: 1, payersFull: 0 },
    },
  });
  const reject = {
    reason: 'limit_per_day',
    isoReason: null,
    by: 'switch',
    currency: 'KHR',
    count: 3,
    minor: '9',
  };
  await tell('routing.payment-hour', {
    a: paymentHour(HOUR, { received: 3, rejected: 3, rejects: [reject] }),
  });
  expect(await rowsOf('R12')).toMatchObject([
    {
      ...{
        participant: 'FXNAGA',
        at: iso(NOON + 2 * HOUR_MS),
        prefund: '10.00',
        cap: '90.00',
        headroom: '95.00',
      },
      ...{ usedMost: '85.00', usedMostPercent: '85', toppedUp: '0.00' },
    },
  ]);
  expect(await rowsOf('R21')).toMatchObject([
    { scope: 'a participant', of: 'FXNAGA', limit: '100.00', used: '85.00', remaining: '15.00', near: '1' },
    {
      scope: 'a payer on a day',
      of: 'KH-TH',
      limit: '50000.00',
      remaining: '5000.00',
      users: '7',
      refused: '3',
    },
    { scope: 'one payment', limit: '20000.00', used: '', refused: '0' },
  ]);
});

it('R20 has large payments, and those that were held with the decision, also before they end', async () => {
  const large = { currency: 'KHR', minor: '4000000000' };
  const [small, big, held] = [paymentOf('100'), paymentOf('100', { source: large }), paymentOf('100')];
  world.platform.clock.set(NOON);
  await world.take(small, big, held);
  world.platform.clock.set(LATER);
  const waiting = randomUUID();
  const hold = (paymentId: string, decision: string | null) => ({
    ...{ paymentId, party: 'debtor', listEntry: 'L1', since: HOUR, until: HOUR, decision },
    ...{ decidedAt: decision && HOUR, reviewer: decision && 'ops-1', reason: null },
  });
  await tell('routing.screening', { a: hold(held.paymentId, 'clear'), b: hold(waiting, null) });
  const rows = await rowsOf('R20');
  expect(rows.map(({ paymentId }) => paymentId).sort()).toEqual(
    [big.paymentId, held.paymentId, waiting].sort(),
  );
  const of = (id: string) => rows.find(({ paymentId }) => paymentId === id);
  expect(of(big.paymentId)).toMatchObject({
    rule: 'from KHR 40000000',
    listEntry: '',
    amount: '40000000.00',
  });
  expect(of(held.paymentId)).toMatchObject({
    rule: '',
    listEntry: 'L1',
    decision: 'clear',
    reviewer: 'ops-1',
  });
  expect(of(waiting)).toMatchObject({ state: 'SCREENING_HOLD', decision: '', amount: '' });
});

it('R22 splits what payments cost into rate and fees', async () => {
  const hour = { hour: HOUR, corridor: 'KH-TH', direction: 'outbound' as const, currency: 'KHR' };
  await tell('fx.cost-hour', {
    a: {
      ...hour,
      payments: 3,
      cost: '36000',
      margin: '30000',
      fees: '6000',
      above1: 2,
      above3: 0,
      notCompared: 1,
    },
    b: {
      ...{ ...hour, hour: iso(NOON + HOUR_MS), payments: 1, cost: '-4000', margin: '-6000', fees: '2000' },
      ...{ above1: 0, above3: 0, notCompared: 0 },
    },
  });
  expect(await rowsOf('R22')).toMatchObject([
    {
      ...{ payments: '4', cost: '0.8000', margin: '0.6000', fees: '0.2000', above1: '50.00', above3: '0.00' },
      notCompared: '1',
    },
  ]);
});

it.each(['R9', 'R11', 'R12', 'R17', 'R18', 'R20', 'R21', 'R22', 'R23'])(
  '%s of an empty day is empty',
  async (report) => {
    await sealFacts(world.test.database, LATER);
    expect(await rowsOf(report, { parameters: { day: '2026-11-18' } })).toEqual([]);
  },
);
