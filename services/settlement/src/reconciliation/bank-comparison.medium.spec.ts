import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '@tonle/persistence';
import { createTestPlatform, type TestPlatform } from '@tonle/platform';
import { SETTLEMENT_DATABASE } from '../settlement.service.js';
import { BankComparisonJob } from './bank-comparison.job.js';
import { listRuns } from './run.view.js';

// Real: PostgreSQL, with lines as allocation leaves them.

const DAY = '2026-11-20';
const INSTRUCTION = randomUUID();
const STATEMENT = randomUUID();

let test: TestDatabase;
let platform: TestPlatform;
beforeAll(async () => {
  test = await createTestDatabase('bank_comparison', 'settlement');
  await test.database.openOrm(SETTLEMENT_DATABASE);
  platform = createTestPlatform('settlement', test.database);
  platform.clock.set(Date.parse('2026-11-21T01:00:00Z'));
  const { database } = test;
  await database.query(
    `INSERT INTO settlement_window (window_id, partner, currency, settlement_mode, day, calendar_version, cut_off_at)
     VALUES ('w', 'THSWITCH', 'THB', 'DEFERRED_NET', $1, 1, now())`,
    [DAY],
  );
  await database.query(
    `INSERT INTO settlement_instruction (instruction_id, bank, currency, sequence, window_id, attempt, format, message_id, value_date,
       bytes, sha256, line_count, pay_in_minor, pay_out_minor, made_by, state, prepared_at)
     VALUES ($1, 'THSETTLE', 'THB', 1, 'w', 1, 'csv', 'TONLE-THB-000001', $2, '', '', 3, 191000, 191000, 'test', 'SENT', now())`,
    [INSTRUCTION, DAY],
  );
  await database.query(
    `INSERT INTO bank_statement (statement_id, bank, currency, kind, bank_id, from_day, day, opening_minor, closing_minor, line_count,
       sha256, file_no, format, bytes, taken_at, taken_by)
     VALUES ($1, 'THSETTLE', 'THB', 'statement', 's', $2, $2, 0, 0, 0, 'x', 1, 'csv', '', now(), 'test')`,
    [STATEMENT, DAY],
  );
});
afterAll(() => test.drop());

const instructed = (lineNo: number, participant: string, direction: string, minor: number) =>
  test.database.query(
    `INSERT INTO settlement_instruction_line (instruction_id, line_no, window_id, participant, direction, amount_minor,
       end_to_end_id, uetr)
     VALUES ($1, $2, 'w', $3, $4, $5, $7, $6)`,
    [INSTRUCTION, lineNo, participant, direction, minor, randomUUID(), `E${lineNo}`],
  );
const paid = async (lineId: string, minor: number, parts: readonly [string, string, number][]) => {
  await test.database.query(
    `INSERT INTO bank_line (line_id, statement_id, bank, currency, day, value_date, amount_minor, reversal, taken_at)
     VALUES ($1, $2, 'THSETTLE', 'THB', $3, $3, $4, false, now())`,
    [lineId, STATEMENT, DAY, minor],
  );
  for (const [at, [target, targetId, part]] of parts.entries())
    await test.database.query(
      `INSERT INTO bank_allocation (line_id, part, target, target_id, amount_minor, entry_id, rule_version, at)
       VALUES ($1, $2, $3, $4, $5, $6, 1, now())`,
      [lineId, at + 1, target, targetId, part, `${lineId}:${at + 1}`],
    );
};

it('keeps what a bank paid for what it was instructed, and what is short or unplaced, with one digest however often it is asked', async () => {
  await instructed(1, 'F', 'pay_in', 191_000);
  await instructed(2, 'T', 'pay_out', 100_000);
  await instructed(3, 'U', 'pay_out', 91_000);
  await paid('l1', 191_000, [['instruction_line', 'E1', 191_000]]);
  await paid('l2', -150_000, [
    ['instruction_line', 'E2', -100_000],
    ['instruction_line', 'E3', -50_000],
  ]);
  await paid('l3', 700, [['suspense', randomUUID(), 700]]);
  const job = new BankComparisonJob(test.database, platform.clock);
  await job.run();
  await job.run();
  const runs = await listRuns(test.database, { limit: 10 });
  expect(runs).toMatchObject([
    { level: 'L-B', partner: 'THSETTLE', day: DAY, run: 1, times: 2, counts: { matched: 3, open: 2 } },
  ]);
  expect(
    await test.database.query(
      'SELECT match_key AS key, line_id AS line, pass, rule FROM reconciliation_match ORDER BY 1',
    ),
  ).toEqual([
    { key: 'E1', line: 'l1', pass: 1, rule: 'LB1' },
    { key: 'E2', line: 'l2', pass: 4, rule: 'LB4' },
    { key: 'E3', line: 'l2', pass: 4, rule: 'LB4' },
  ]);
  expect(
    await test.database.query(
      'SELECT match_key AS key, type, our_minor AS ours, their_minor AS theirs FROM reconciliation_finding ORDER BY 1',
    ),
  ).toEqual([
    { key: 'E3', type: 'BATCH_SHORT', ours: 91_000n, theirs: 50_000n },
    { key: 'l3', type: 'NOSTRO_UNMATCHED', ours: null, theirs: 700n },
  ]);
  await paid('l4', -41_000, [['instruction_line', 'E3', -41_000]]);
  await job.run();
  expect((await listRuns(test.database, { limit: 1 }))[0]).toMatchObject({
    run: 2,
    counts: { matched: 4, open: 1 },
  });
});
