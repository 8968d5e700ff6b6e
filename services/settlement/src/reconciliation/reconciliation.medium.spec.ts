import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createTestPlatform, type TestPlatform } from '@tonle/platform';
import { adapterCalls, type StatementLine } from '@tonle/contracts';
import { createTestDatabase, type TestDatabase } from '@tonle/persistence';
import { First1764000600000 } from '../migrations/1764000600000-first.js';
import type { ReconciliationTarget } from './reconciliation-targets.js';
import { ReconciliationJob } from './reconciliation.job.js';

// Real: PostgreSQL. The adapter answers from this file; days follow each other as the schedule runs them.
const TARGET: ReconciliationTarget = {
  adapter: 'adapter-bakong',
  partner: 'BAKONG',
  currency: 'KHR',
  side: 'home',
  strongKey: 'partnerRef',
  corridors: ['KH-TH'],
  calendar: { utcOffsetMinutes: 420, cutOff: '23:00', version: 1 } as ReconciliationTarget['calendar'],
};

describe('reconciling day after day', () => {
  let test: TestDatabase;
  let platform: TestPlatform;
  let job: ReconciliationJob;
  let statements: Record<string, StatementLine[]> = {};

  const line = (partnerRef: string, status: StatementLine['status'], bookedAt: string): StatementLine => ({
    lineId: partnerRef,
    partnerRef,
    amount: { currency: 'KHR', minor: '10000' },
    status,
    bookedAt,
  });
  const paid = (debitRef: string, endedAt: string) =>
    test.database.query(
      `INSERT INTO payment_record (payment_id, version, state, direction, corridor, uetr, end_to_end_id, fx_provider,
         source_currency, source_minor, target_currency, target_minor, debit_ref, lane, ended_at)
       VALUES ($1, 5, 'COMPLETED', 'outbound', 'KH-TH', $1, 'e', 'FXNAGA', 'KHR', 10000, 'THB', 82, $2, 'a', $3)`,
      [randomUUID(), debitRef, endedAt],
    );
  const reconcile = async (day: string) => {
    platform.clock.set(Date.parse(`${day}T17:30:00Z`));
    await job.run(TARGET, day, () => Promise.resolve());
    return (
      await test.database.query<{ type: string }>(
        `SELECT type FROM settlement_break WHERE state = 'OPEN' ORDER BY type`,
      )
    ).map(({ type }) => type);
  };

  beforeAll(async () => {
    test = await createTestDatabase('reconciliation');
    platform = createTestPlatform('settlement', test.database, { settings: {} });
    await test.database.openOrm({ migrations: [First1764000600000] });
    platform.calls.serve(adapterCalls('adapter-bakong').statement, ({ day }) =>
      Promise.resolve({ lines: statements[day] ?? [] }),
    );
    job = new ReconciliationJob(test.database, platform.calls, platform.clock, platform.random);
  });
  afterAll(() => test.drop());
  beforeEach(async () => {
    statements = {};
    await test.database.query('TRUNCATE payment_record, statement_line, settlement_break');
  });

  it('finds on the next day what was missing at the partner, and does not miss it again', async () => {
    await paid('h1', '2026-11-20T16:50:00Z');
    expect(await reconcile('2026-11-20')).toEqual(['MISSING_AT_PARTNER']);
    statements['2026-11-21'] = [line('h1', 'booked', '2026-11-20T17:00:05Z')];
    expect(await reconcile('2026-11-21')).toEqual([]);
    expect(await reconcile('2026-11-20')).toEqual([]);
  });

  it('pairs a line with a payment that ended days later', async () => {
    statements['2026-11-20'] = [line('h1', 'booked', '2026-11-20T05:00:00Z')];
    expect(await reconcile('2026-11-20')).toEqual(['MISSING_AT_US']);
    await paid('h1', '2026-11-23T05:00:00Z');
    expect(await reconcile('2026-11-23')).toEqual([]);
    expect(await reconcile('2026-11-20')).toEqual([]);
  });

  it('sees a line that was pending on one day and is booked on the next', async () => {
    statements['2026-11-20'] = [line('h1', 'pending', '2026-11-20T16:59:00Z')];
    expect(await reconcile('2026-11-20')).toEqual([]);
    statements['2026-11-21'] = [line('h1', 'booked', '2026-11-20T17:00:05Z')];
    expect(await reconcile('2026-11-21')).toEqual(['MISSING_AT_US']);
    expect(await reconcile('2026-11-20')).toEqual(['MISSING_AT_US']);
  });
});
