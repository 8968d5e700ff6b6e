import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import {
  adapterCalls,
  BREAK_SEVERITY,
  BREAK_TERMS,
  BREAK_TYPES,
  legKeyOf,
  routingCalls,
  type BreakType,
  type DirectoryEntry,
} from '@tonle/contracts';
import { Directory } from '@tonle/directory';
import { createTestDatabase, type TestDatabase } from '@tonle/persistence';
import { createTestPlatform, type TestPlatform } from '@tonle/platform';
import { SETTLEMENT_DATABASE } from '../settlement.service.js';
import { BreakHandlingJob } from './break-handling.job.js';
import { findBreak } from './break.view.js';

// Real: PostgreSQL. Adapters and routing answer from this file, or do not.

const SEED = new URL('../../../../deploy/sandbox/directory.json', import.meta.url);
const { entries } = JSON.parse(readFileSync(SEED, 'utf8')) as { entries: DirectoryEntry[] };
const DAY = '2026-11-20';
const NOW_MS = Date.parse('2026-11-21T02:00:00Z');
type Holds = { readonly held: readonly { paymentId: string }[]; readonly released: readonly string[] };

let test: TestDatabase;
let platform: TestPlatform;
let asked: string[][] = [];
let told: Holds[] = [];
let away = new Set<string>();
beforeAll(async () => {
  test = await createTestDatabase('break_handling');
  await test.database.openOrm(SETTLEMENT_DATABASE);
  platform = createTestPlatform('settlement', test.database, { settings: {} });
  for (const adapter of ['adapter-thailand', 'adapter-laos'])
    platform.calls.serve(adapterCalls(adapter).enquire, ({ legKeys }) => {
      if (away.has(adapter)) return Promise.reject(new Error('nobody answers'));
      asked.push(legKeys);
      return Promise.resolve({ asked: legKeys.filter((each) => each.endsWith(':C')) });
    });
  platform.calls.serve(routingCalls.holdRefunds, (request) => {
    if (away.has('routing')) return Promise.reject(new Error('nobody answers'));
    told.push(request);
    return Promise.resolve({});
  });
});
afterAll(() => test.drop());
beforeEach(async () => {
  [asked, told, away] = [[], [], new Set()];
  platform.clock.set(NOW_MS);
  await test.database.query(
    'TRUNCATE settlement_break, statement_line, statement_taken, payment_record, shadow_payment, payment_hold CASCADE',
  );
});

const run = (of: readonly DirectoryEntry[] = entries) =>
  new BreakHandlingJob(
    test.database,
    platform.calls,
    platform.clock,
    new Directory(of),
    platform.telemetry,
  ).run();
interface Made {
  readonly partner?: string;
  readonly currency?: string;
  readonly key?: string;
  readonly paymentId?: string;
  readonly ours?: bigint;
  readonly theirs?: bigint;
  readonly source?: string;
}
async function made(type: BreakType, more: Made = {}): Promise<string> {
  const breakId = randomUUID();
  const { partner = 'THSWITCH', currency = 'THB', key = breakId, source = 'statement' } = more;
  await test.database.query(
    `INSERT INTO settlement_break (break_id, type, severity, partner, currency, day, match_key, payment_id, our_minor, their_minor,
       state, detail, opened_at, source)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'OPEN', 'd', $11, $12)`,
    [
      ...[breakId, type, BREAK_SEVERITY[type], partner, currency, DAY, key, more.paymentId ?? null],
      ...[more.ours ?? null, more.theirs ?? null, new Date(NOW_MS - 60_000), source],
    ],
  );
  return breakId;
}
async function paid(direction: 'outbound' | 'inbound'): Promise<string> {
  const paymentId = randomUUID();
  await test.database.query(
    `INSERT INTO payment_record (payment_id, version, state, direction, corridor, uetr, end_to_end_id, fx_provider,
       source_currency, source_minor, target_currency, target_minor, lane, ended_at)
     VALUES ($1, 5, 'COMPLETED', $2, 'KH-TH', $1, 'e', 'FXNAGA', 'KHR', 10000, 'THB', 82, 'a', now())`,
    [paymentId, direction],
  );
  return paymentId;
}
const taken = (day: string) =>
  test.database.query(
    `INSERT INTO statement_taken (partner, currency, day, asked_at) VALUES ('THSWITCH', 'THB', $1, now())`,
    [day],
  );
async function seen(breakId: string) {
  const { found, history } = (await findBreak(test.database, breakId, {
    nowMs: platform.clock.now(),
    offsets: new Map(),
  }))!;
  return { handling: found.handling, steps: history.map(({ step, detail }) => `${step}: ${detail}`) };
}
const end = (breakId: string, state = 'RESOLVED') =>
  test.database.query('UPDATE settlement_break SET state = $2 WHERE break_id = $1', [breakId, state]);

it('does the first thing of its type with each break, once', async () => {
  const paymentId = await paid('outbound');
  const ids = new Map<BreakType, string>();
  for (const type of BREAK_TYPES) ids.set(type, await made(type, { paymentId, ours: 5n, theirs: 3n }));
  await run();
  await run();
  for (const type of BREAK_TYPES) {
    const { handling, steps } = await seen(ids.get(type)!);
    expect([type, handling]).toEqual([type, BREAK_TERMS[type].handling]);
    expect([type, steps.filter((step) => step.startsWith(`${handling}: `)).length]).toEqual([
      type,
      // One day has passed since its value date.
      handling === 'chased' ? 2 : 1,
    ]);
  }
});

it('asks a network about what it lacks, and claims after as many files as its contract says', async () => {
  const [out, back] = [await paid('outbound'), await paid('inbound')];
  const missing = await made('MISSING_AT_PARTNER', { paymentId: out, ours: 82n });
  const sent = await made('MISSING_AT_PARTNER', { paymentId: back, ours: 82n });
  away.add('adapter-thailand');
  const amount = await made('AMOUNT', { ours: 5n, theirs: 3n });
  await run();
  // What cannot be asked now keeps nothing else waiting.
  expect([await seen(missing), (await seen(amount)).handling]).toEqual([
    { handling: 'none', steps: [] },
    'claim_due',
  ]);
  away.clear();
  await run();
  await run();
  expect(asked.map((keys) => [...keys].sort())).toEqual([
    [legKeyOf(out, 'credit'), legKeyOf(back, 'debit')].sort(),
  ]);
  expect((await seen(missing)).steps[0]).toMatch(/^enquires: THSWITCH is asked about it; after 2 files/);
  expect((await seen(sent)).steps[0]).toContain('there is no leg of ours to ask about');
  await taken(DAY);
  await run();
  expect((await seen(missing)).handling).toBe('enquires');
  await taken('2026-11-21');
  await run();
  await run();
  const { handling, steps } = await seen(missing);
  expect([handling, steps.slice(1)]).toEqual([
    'claim_due',
    ['claim_due: 2 whole statements without it: a claim is due for the difference of 0.82 THB'],
  ]);
});

it('is not held up by a network that is away, however many breaks it has', async () => {
  away.add('adapter-laos');
  for (let n = 0; n < 201; n += 1)
    await made('MISSING_AT_PARTNER', { partner: 'LAPNET', currency: 'LAK', ours: 5n });
  const amount = await made('CALENDAR', { ours: 5n, theirs: 3n });
  await run();
  await run();
  expect((await seen(amount)).handling).toBe('calendar_due');
});

it('keeps what they have and we do not as a shadow record, until the break ends, and finds the money for it', async () => {
  const uetr = randomUUID();
  await test.database.query(
    `INSERT INTO statement_line (partner, currency, day, line_id, uetr, leg, amount_minor, status, booked_at)
     VALUES ('THSWITCH', 'THB', $1, 'l1', $2, 'debit', 82000, 'booked', $3)`,
    [DAY, uetr, new Date(NOW_MS)],
  );
  const shadow = await made('MISSING_AT_US', { key: uetr, theirs: 82_000n });
  await run();
  const kept = () =>
    test.database.query(
      'SELECT line_id AS line, leg, amount_minor AS minor, ended_at IS NOT NULL AS ended FROM shadow_payment',
    );
  expect(await kept()).toEqual([{ line: 'l1', leg: 'debit', minor: 82_000n, ended: false }]);
  const bank = { partner: 'THSETTLE', source: 'settlement', theirs: 82_000n };
  const money = await made('NOSTRO_UNMATCHED', bank);
  await run();
  expect((await seen(money)).steps[0]).toContain(`it fits break ${shadow} of THSWITCH`);
  await end(shadow);
  await run();
  expect(await kept()).toMatchObject([{ ended: true }]);
  // Nobody's money any more.
  const later = await made('NOSTRO_UNMATCHED', bank);
  await run();
  expect((await seen(later)).steps[0]).not.toContain('it fits');
});

it('has routing give nothing back of a payment while a break says opposite things, and tells it until it answers', async () => {
  const paymentId = await paid('outbound');
  away.add('routing');
  const conflict = await made('STATUS_CONFLICT', { paymentId });
  const refund = await made('REFUND_UNMATCHED', { paymentId });
  await expect(run()).rejects.toThrow('did not answer');
  away.clear();
  await run();
  await run();
  expect(told).toMatchObject([{ held: [{ paymentId }], released: [] }]);
  await end(conflict);
  await run();
  expect(told).toHaveLength(1);
  await end(refund, 'AUTO_RESOLVED');
  await run();
  await run();
  expect(told.slice(1)).toEqual([{ held: [], released: [paymentId] }]);
  // Opened again, it is held again.
  await test.database.query(
    `UPDATE settlement_break SET state = 'OPEN', handling = 'none' WHERE break_id = $1`,
    [conflict],
  );
  await run();
  expect(told.slice(2)).toMatchObject([{ held: [{ paymentId }] }]);
});

it('chases a bank each day, with the interest that the rules name', async () => {
  await test.database.query(
    `UPDATE reconciliation_rule_set SET body = body || '{"interest": [{"currency": "THB", "basisPointsPerYear": 365,
       "daysOfYear": 365}]}' WHERE version = 1`,
  );
  const short = await made('BATCH_SHORT', {
    ...{ partner: 'THSETTLE', source: 'settlement', ours: 10_000_000n, theirs: 0n },
  });
  await run();
  platform.clock.advance(2 * 86_400_000);
  await run();
  await run();
  expect((await seen(short)).steps.slice(1)).toEqual([
    'chased: 1 day late: 100000.00 THB is still to come; ask the bank. Interest so far: 10.00 THB',
    'chased: 3 days late: 100000.00 THB is still to come; ask the bank. Interest so far: 30.00 THB',
  ]);
});

it('ends a break about a closed day when its calendar says that it was none', async () => {
  const bank = entries.find(({ id }) => id === 'THSETTLE')!.body as { bank: { calendar: string } };
  const withHolidays = (holidays: string[]) =>
    entries.map((each) =>
      each.kind === 'calendar' && each.id === bank.bank.calendar
        ? { ...each, body: { ...(each.body as object), holidays } }
        : each,
    );
  const breakId = await made('CALENDAR', { partner: 'THSETTLE', source: 'settlement' });
  const state = () =>
    test.database.query('SELECT state FROM settlement_break WHERE break_id = $1', [breakId]);
  await run(withHolidays([DAY]));
  expect(await state()).toEqual([{ state: 'OPEN' }]);
  await run(withHolidays([]));
  expect(await state()).toEqual([{ state: 'AUTO_RESOLVED' }]);
});
