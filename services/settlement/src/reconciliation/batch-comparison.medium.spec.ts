import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { adapterCalls, type StatementBatch } from '@tonle/contracts';
import { createTestDatabase, type TestDatabase } from '@tonle/persistence';
import { createTestPlatform, type TestPlatform } from '@tonle/platform';
import { LedgerEntries } from '../ledger/ledger-entries.js';
import { LedgerEntryStore } from '../ledger/ledger-entry.store.js';
import { SETTLEMENT_DATABASE } from '../settlement.service.js';
import { BatchComparisonJob } from './batch-comparison.job.js';
import { ProofFeed } from './proof-feed.js';
import type { ReconciliationTarget } from './reconciliation-targets.js';
import { ReconciliationJob } from './reconciliation.job.js';
import { listRuns } from './run.view.js';

// Real: PostgreSQL, with coverage and suspense as allocation leaves them. The adapter answers from this file.

const [DAY, NEXT] = ['2026-11-20', '2026-11-21'];
const TARGET: ReconciliationTarget = {
  ...{ adapter: 'adapter-alipay', partner: 'APLUS', currency: 'USD', side: 'partner', strongKey: 'uetr' },
  corridors: ['KH-AP'],
  calendar: { utcOffsetMinutes: 480, cutOff: '00:00', version: 1 } as ReconciliationTarget['calendar'],
};

let test: TestDatabase;
let platform: TestPlatform;
let reconciliation: ReconciliationJob;
let job: BatchComparisonJob;
const told: Record<string, StatementBatch[]> = {};
const files: string[] = [];
const cycle = (batchId: string, day: string, count: number, netMinor: string) => ({
  ...{ cycleId: `C-${batchId}`, account: 'ACQ', day, count, netMinor, feeMinor: '7' },
});
const batch = (batchId: string, netMinor: string, more: Partial<StatementBatch> = {}): StatementBatch => ({
  ...{ batchId, account: 'ACQ', reference: batchId, agreement: 'PA', valueDate: '2026-11-23', netMinor },
  cycles: [cycle(batchId, DAY, 1, netMinor)],
  ...more,
});

beforeAll(async () => {
  test = await createTestDatabase('batch_comparison', 'settlement');
  await test.database.openOrm(SETTLEMENT_DATABASE);
  platform = createTestPlatform('settlement', test.database);
  const { database, calls, clock, random, telemetry } = { ...platform, database: test.database };
  clock.set(Date.parse('2026-11-22T01:00:00Z'));
  database.tellTime(() => clock.now());
  const { statement, openLegs } = adapterCalls('adapter-alipay');
  calls.serve(statement, ({ day }) => {
    const [missing] = files;
    if (missing !== undefined) return Promise.resolve({ lines: [], missing, fault: 'FILE_TOTAL' });
    const batches = told[day] ?? [];
    const cycles = batches.flatMap((each) => each.cycles.filter((own) => own.day === day));
    return Promise.resolve({ lines: [], totals: { count: 0, amountMinor: '0' }, cycles, batches });
  });
  calls.serve(openLegs, () => Promise.resolve({ legs: [] }));
  reconciliation = new ReconciliationJob(
    ...([database, calls, clock, random, telemetry, new ProofFeed(database, calls, clock, random)] as const),
    new LedgerEntries(new LedgerEntryStore(), clock),
  );
  job = new BatchComparisonJob(database, clock, random);
  for (const [day, line] of [
    [DAY, 1],
    [NEXT, 2],
  ] as const)
    await windowOf(day, line);
});
afterAll(() => test.drop());

const query = <T>(sql: string, values: readonly unknown[] = []) =>
  test.database.query<T & object>(sql, values);
async function windowOf(day: string, number: number): Promise<void> {
  const [id, windowId] = [randomUUID(), `APLUS:USD:${day}`];
  await query(
    `INSERT INTO settlement_window (window_id, partner, currency, settlement_mode, day, calendar_version, cut_off_at)
     VALUES ($1, 'APLUS', 'USD', 'DEFERRED_NET', $2, 1, now())`,
    [windowId, day],
  );
  await query(
    `INSERT INTO settlement_instruction (instruction_id, bank, currency, sequence, window_id, attempt, format, message_id, value_date,
       bytes, sha256, line_count, pay_in_minor, pay_out_minor, made_by, state, prepared_at)
     VALUES ($1, 'KHSETTLE', 'USD', $2, $3, 1, 'csv', $3, '2026-11-23', '', '', 1, 1, 1, 'test', 'SENT', now())`,
    [id, number, windowId],
  );
  await query(
    `INSERT INTO settlement_instruction_line (instruction_id, line_no, window_id, participant, direction, amount_minor,
       end_to_end_id, uetr)
     VALUES ($1, 1, $2, 'APLUS', 'pay_in', 50000, $3, $4)`,
    [id, windowId, `E${number}`, randomUUID()],
  );
}
/** A line of the bank covers the net of a day in part, or is in suspense. */
async function paid(
  lineId: string,
  minor: number,
  to: { day: string } | { names: string },
  valueDate = '2026-11-23',
) {
  const text = 'names' in to ? `settlement of ${to.names}, thank you` : null;
  await query(
    `WITH statement AS (
       INSERT INTO bank_statement (statement_id, bank, currency, kind, bank_id, from_day, day, line_count, sha256, file_no, format,
         bytes, taken_at, taken_by)
       VALUES ($5, 'KHSETTLE', 'USD', 'notification', $1, $3, $3, 1, $1, 1, 'csv', '', now(), 'test')
       RETURNING statement_id
     )
     INSERT INTO bank_line (line_id, statement_id, bank, currency, day, value_date, amount_minor, reversal, remittance, taken_at)
     SELECT $1, statement_id, 'KHSETTLE', 'USD', $3, $3, $2, false, $4, now() FROM statement`,
    [lineId, minor, valueDate, text, randomUUID()],
  );
  const [target, item] = 'day' in to ? ['instruction_line', 'E'] : ['suspense', randomUUID()];
  await query(
    `INSERT INTO bank_allocation (line_id, part, target, target_id, amount_minor, entry_id, rule_version, at)
     VALUES ($1, 1, $2, $3, $4, $1, 1, now())`,
    [lineId, target, item, minor],
  );
  if ('names' in to)
    await query(
      `INSERT INTO suspense_item (item_id, line_id, part, bank, currency, amount_minor, open_minor, cause, day, state, opened_at)
       VALUES ($1, $2, 1, 'KHSETTLE', 'USD', $3, $3, 'unknown_reference', $4, 'OPEN', now())`,
      [item, lineId, minor, valueDate],
    );
  else
    await query(
      `INSERT INTO instruction_coverage (source, line_id, part, instruction_id, line_no, minor, value_date, covered_at)
       SELECT $1, $1, 1, instruction_id, 1, $2, $3, now() FROM settlement_instruction WHERE window_id = $4`,
      [lineId, minor, valueDate, `APLUS:USD:${to.day}`],
    );
}
const statementUpTo = (day: string) =>
  query(
    `INSERT INTO bank_statement (statement_id, bank, currency, kind, bank_id, from_day, day, opening_minor, closing_minor, line_count,
       sha256, file_no, format, bytes, taken_at, taken_by)
     VALUES ($1::uuid, 'KHSETTLE', 'USD', 'statement', 's', $2, $2, 0, 0, 0, 's', 1, 'csv', '', now(), 'test')`,
    [randomUUID(), day],
  );
const take = (day: string) => reconciliation.run(TARGET, day, () => Promise.resolve());
const breaks = (where = `state = 'OPEN'`) =>
  query<{ type: string; key: string; ours: bigint; theirs: bigint; day: string }>(
    `SELECT type, match_key AS key, our_minor AS ours, their_minor AS theirs, day::text AS day
     FROM settlement_break WHERE source = 'settlement' AND ${where} ORDER BY match_key, type`,
  );
const runs = async (day: string) =>
  (await listRuns(test.database, { day, partner: 'APLUS', limit: 10 })).filter(
    ({ level }) => level === 'P-B',
  );

describe('batches of a network', () => {
  it('come with the statement, once, and wait until the bank has told of their value date', async () => {
    told[DAY] = [batch('S1', '50000')];
    await take(DAY);
    await take(DAY);
    expect(
      await query('SELECT batch_id AS id, net_minor AS net, fee_minor AS fee, version FROM partner_batch'),
    ).toEqual([{ id: 'S1', net: 50_000n, fee: 7n, version: 1 }]);
    expect(await breaks()).toEqual([]);
    expect(await runs(DAY)).toMatchObject([
      { run: 1, times: 2, counts: { ours: 1, matched: 0, waiting: 1 } },
    ]);
  });

  it('unpaid on their day are late; what is paid in part is short, until the rest comes', async () => {
    await statementUpTo('2026-11-23');
    await job.run();
    const key = `batch ${DAY} ACQ S1 PA`;
    expect(await breaks()).toEqual([
      { type: 'BATCH_LATE', key, ours: 50_000n, theirs: 0n, day: '2026-11-23' },
    ]);
    await paid('l1', 30_000, { day: DAY });
    await job.run();
    expect(await breaks()).toEqual([
      { type: 'BATCH_SHORT', key, ours: 50_000n, theirs: 30_000n, day: '2026-11-23' },
    ]);
    await paid('l2', 20_000, { day: DAY });
    await job.run();
    await job.run();
    expect(await breaks()).toEqual([]);
    expect((await runs(DAY))[0]).toMatchObject({ times: 2, counts: { matched: 1, open: 0 } });
    const matches = await query(
      `SELECT line_id AS line, our_minor AS ours, their_minor AS theirs, pass, rule
       FROM reconciliation_match WHERE until_run IS NULL AND match_key = $1 ORDER BY part`,
      [key],
    );
    expect(matches).toEqual([
      { line: 'l1:1', ours: 50_000n, theirs: 50_000n, pass: 4, rule: 'PB4' },
      { line: 'l2:1', ours: 0n, theirs: 0n, pass: 4, rule: 'PB4' },
    ]);
  });

  it('are paid by a line that names them, however it was placed; with a later value date they are late', async () => {
    told[NEXT] = [batch('S2', '900', { cycles: [cycle('S2', NEXT, 2, '900')] })];
    await take(NEXT);
    expect(await breaks()).toMatchObject([{ type: 'BATCH_LATE', theirs: 0n }]);
    await paid('l3', 900, { names: 'S2' }, '2026-11-24');
    await job.run();
    expect(await breaks()).toMatchObject([
      { type: 'BATCH_LATE', key: `batch ${NEXT} ACQ S2 PA`, theirs: null },
    ]);
    await query(`UPDATE suspense_item SET open_minor = 0, state = 'CLEARED', closed_at = now()`);
    await job.run();
    expect(await breaks()).toMatchObject([{ type: 'BATCH_LATE', ours: 900n, theirs: 0n }]);
  });

  it('that are corrected take the place of what was told, which stays known', async () => {
    platform.clock.advance(1000);
    told[NEXT] = [batch('S2', '500', { cycles: [cycle('S2', NEXT, 1, '500')] })];
    await take(NEXT);
    expect(await breaks()).toMatchObject([{ type: 'BATCH_LATE', ours: 500n }]);
    expect(await query(`SELECT version, net_minor AS net FROM partner_batch WHERE batch_id = 'S2'`)).toEqual([
      { version: 2, net: 500n },
    ]);
    expect(
      await query(`SELECT body -> 'net_minor' AS net FROM row_past WHERE relation = 'partner_batch'`),
    ).toEqual([{ net: 900 }]);
    platform.clock.advance(1000);
    told[NEXT] = [];
    await take(NEXT);
    await job.run();
    expect(await breaks()).toEqual([]);
    expect((await runs(NEXT))[0]).toMatchObject({ counts: { ours: 0, open: 0 } });
  });

  it('settle cycles as their days told them, and are told once', async () => {
    told[NEXT] = [
      batch('S1', '50000'),
      batch('S3', '100', { reference: 'S3', cycles: [cycle('S1', DAY, 2, '100')] }),
      batch('S4', '70', { cycles: [cycle('S4', NEXT, 1, '60')] }),
    ];
    await take(NEXT);
    expect((await breaks()).map(({ type, key }) => `${type} ${key}`)).toEqual([
      `DUPLICATE batch ${NEXT} ACQ S1 PA`,
      // What S1 was paid for is all that there is for both.
      `BATCH_SHORT batch ${NEXT} ACQ S3 PA`,
      `FILE_TOTAL batch ${NEXT} ACQ S3 PA`,
      `BATCH_LATE batch ${NEXT} ACQ S4 PA`,
      `FILE_TOTAL batch ${NEXT} ACQ S4 PA`,
    ]);
    told[NEXT] = [];
    await take(NEXT);
    await job.run();
    expect(await breaks()).toEqual([]);
  });

  it('one line pays several, and the days that the network has passed over are told', async () => {
    const wallet = { account: 'WAL', day: NEXT, count: 1, netMinor: '-300', cycleId: 'W' };
    const [s5, s6] = [
      batch('S5', '1000', { cycles: [cycle('S5', NEXT, 1, '1000')] }),
      batch('S6', '-300', { account: 'WAL', cycles: [wallet] }),
    ];
    told[NEXT] = [s5, s6];
    await paid('l5', 700, { day: NEXT });
    await take(NEXT);
    expect(await breaks()).toEqual([]);
    expect((await runs(NEXT))[0]).toMatchObject({ counts: { ours: 2, matched: 2 } });
    told[DAY] = [];
    await take(DAY);
    await job.run();
    expect((await breaks()).map(({ type, key, theirs }) => [type, key, theirs])).toEqual([
      ['NOSTRO_UNMATCHED', `batch ${DAY} line l1:1`, 30_000n],
      ['NOSTRO_UNMATCHED', `batch ${DAY} line l2:1`, 20_000n],
    ]);
    await query(
      `UPDATE instruction_coverage SET taken_back_at = now(), taken_back_by = 'x' WHERE source = 'l1'`,
    );
    await job.run();
    expect(await breaks()).toMatchObject([{ key: `batch ${DAY} line l2:1` }]);
  });

  it('of files that contradict each other nothing is taken, and that is a break', async () => {
    files.push('the settlement of acquirer cycle C has 2, and its transactions are 1');
    await expect(take(NEXT)).rejects.toThrow('its transactions are 1');
    expect(await breaks(`type = 'FILE_TOTAL' AND state = 'OPEN'`)).toMatchObject([
      { key: `statement ${NEXT}` },
    ]);
    expect(await query('SELECT batch_id FROM partner_batch ORDER BY 1')).toHaveLength(2);
    files.pop();
    await take(NEXT);
    expect(await breaks(`type = 'FILE_TOTAL' AND state = 'OPEN'`)).toEqual([]);
  });
});
