import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '@tonle/persistence';
import { auditedActions, createTestPlatform, type TestPlatform } from '@tonle/platform';
import { insertJob } from '../job/job.store.js';
import { BreakService } from '../reconciliation/break.service.js';
import { Deeds1768200300000 } from '../migrations/1768200300000-deeds.js';
import { SETTLEMENT_DATABASE } from '../settlement.service.js';
import { listDeeds } from './deed.view.js';

// Real: PostgreSQL, with a deed from before deeds had ids.

const BREAK = '00000000-0000-7000-8000-00000000000b';
const PAYMENT = '00000000-0000-7000-8000-00000000000a';
const LONG_AGO = '2026-01-02T03:04:05.678Z';

let test: TestDatabase;
let platform: TestPlatform;
beforeAll(async () => {
  test = await createTestDatabase('settlement_deeds', 'settlement');
  const { entities, migrations } = SETTLEMENT_DATABASE;
  await test.database.openOrm({
    entities,
    migrations: migrations.filter((each) => each !== Deeds1768200300000),
  });
  await test.database.query(
    `INSERT INTO settlement_break (break_id, type, severity, partner, currency, day, match_key, payment_id, state, detail, opened_at)
     VALUES ($1, 'AMOUNT', 2, 'THSWITCH', 'THB', '2026-01-02', 'k', $2, 'OPEN', 'd', now())`,
    [BREAK, PAYMENT],
  );
  await test.database.query(
    `INSERT INTO break_deed (break_id, at, deed, operator, reason, owner)
     VALUES ($1, $2, 'assign', 'OPERATOR-1', 'long ago', 'dara')`,
    [BREAK, LONG_AGO],
  );
  const database = await test.another('settlement');
  await database.openOrm(SETTLEMENT_DATABASE);
  platform = createTestPlatform('settlement', database);
});
afterAll(() => test.drop());

const list = (filter: { subject?: string; operator?: string; before?: string } = {}) =>
  listDeeds(platform.database, { limit: 10, ...filter });
const reasons = async (filter = {}) => (await list(filter)).map(({ reason }) => reason);

describe('what people did', () => {
  it('is listed with jobs, the newest first, and nothing that the schedule did', async () => {
    const { database, clock, random } = platform;
    const start = (operator: string, reason: string, parameters = {}) => {
      clock.advance(1_000);
      const at = new Date(clock.now());
      const job = {
        jobId: random.id(clock.now()),
        job: 'reconcile' as const,
        parameters,
        operator,
        reason,
        at,
      };
      return insertJob(database, job);
    };
    await start('OPERATOR-2', 'by hand', { partner: 'THSWITCH', day: '2026-11-22' });
    await start('schedule', 'daily');
    clock.advance(1_000);
    const breaks = new BreakService(database, clock, random);
    await breaks.decide({ breakId: BREAK, decision: 'resolve', operator: 'OPERATOR-1', reason: 'paid back' });
    expect(await list()).toMatchObject([
      { action: 'break.resolve', subject: BREAK, operator: 'OPERATOR-1', reason: 'paid back' },
      { action: 'job.reconcile', operator: 'OPERATOR-2', reason: 'by hand', detail: 'THSWITCH 2026-11-22' },
      { action: 'break.assign', reason: 'long ago', detail: 'owner dara', at: LONG_AGO },
    ]);
    expect(await auditedActions(database)).toEqual(['break.resolve']);
  });

  it('keeps the order of time for what was done before deeds had ids', async () => {
    const oldest = (await list()).at(-1)!;
    const ms = Number.parseInt(oldest.actionId.replace('-', '').slice(0, 12), 16);
    expect(new Date(ms).toISOString()).toBe(LONG_AGO);
    expect(oldest.actionId).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  it('is found by whom, by what it was done to, also by the payment of a break, and by page', async () => {
    expect(await reasons({ operator: 'OPERATOR-2' })).toEqual(['by hand']);
    expect(await reasons({ subject: BREAK })).toEqual(['paid back', 'long ago']);
    expect(await reasons({ subject: PAYMENT })).toEqual(['paid back', 'long ago']);
    const [newest] = await list();
    expect(await reasons({ before: newest!.actionId })).toEqual(['by hand', 'long ago']);
  });
});
