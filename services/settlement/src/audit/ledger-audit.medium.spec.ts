import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '@tonle/persistence';
import { SETTLEMENT_DATABASE } from '../settlement.service.js';
import { auditFindings } from './audit.store.js';

// Real: PostgreSQL. A day that is summed up and one that is not, and a broken state for each arm of each check.

const CHAIN = (last: number) => `00000000-0000-8000-8000-00000000000${last}`;
const LINE = `'S:THB:1', 1`;

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase('ledger_audit');
  await test.database.openOrm(SETTLEMENT_DATABASE);
  for (const statement of SOUND) await test.database.query(statement);
});
afterAll(() => test.drop());

const entry = (id: string, by: string, at: string) =>
  `INSERT INTO ledger_entry (entry_id, kind, currency, debit, credit, minor, line_id, part, state, due_at, booked_at)
   VALUES ('${id}', 'funds', 'THB', 'NOSTRO:S:THB', 'PREFUND:F:THB', 5, ${by}, 'booked', '${at}', '${at}')`;
const transfer = (last: number, reference: string, at: string) =>
  `INSERT INTO ledger_transfer (chain_id, kind, debit, credit, minor, reference, at)
   VALUES ('${CHAIN(last)}', 'funds', 1, 2, 5, '${reference}', '${at}')`;

const SOUND = [
  `INSERT INTO ledger_account VALUES (1, 'NOSTRO:S:THB', 'NOSTRO', 'S', 'THB'), (2, 'PREFUND:F:THB', 'PREFUND', 'F', 'THB'),
     (3, 'SUSPENSE:KHR', 'SUSPENSE', '', 'KHR')`,
  // Before the day that was summed up last: looked at on its day.
  transfer(1, 'nobody knows', '2026-11-19T10:00:00Z'),
  transfer(2, 'opening:PREFUND:F:THB', '2026-11-20T10:00:00Z'),
  transfer(3, 'deposit', '2026-11-20T23:59:59.999Z'),
  transfer(4, 'later', '2026-11-21T00:00:00Z'),
  entry('deposit', LINE, '2026-11-20T23:59:59.999Z'),
  entry('later', `'S:THB:1', 2`, '2026-11-21T00:00:00Z'),
  // Booked, and not copied yet.
  entry('last', `'S:THB:2', 1`, '2026-11-21T10:00:00Z'),
  `INSERT INTO ledger_checkpoint VALUES (1, '2026-11-19', 5, 0), (2, '2026-11-19', 0, 5), (1, '2026-11-20', 15, 0), (2, '2026-11-20', 0, 15)`,
  `INSERT INTO ledger_proof VALUES ('2026-11-19', '2026-11-20', 1, '1', NULL, now())`,
  `UPDATE ledger_copy SET copied_up_to = '2026-11-21T10:00:00Z', proven_up_to = '2026-11-21', checkpointed_day = '2026-11-20'`,
];

const violationsAfter = (...statements: string[]): Promise<string[]> =>
  test.undone(async (transaction) => {
    for (const statement of statements) await transaction.query(statement);
    return (await auditFindings(transaction)).flatMap(({ violations }) => violations);
  });

it('finds nothing in a sound copy, and says how much it looked at', async () => {
  expect(await violationsAfter()).toEqual([]);
  const findings = await auditFindings(test.database);
  const ledger = findings.filter(({ invariant }) => /copy|banks/.test(invariant));
  expect(ledger.map(({ checked }) => checked)).toEqual([3, 3, 3, 1]);
});

it('finds nothing before the first transfer', async () => {
  const gone = ['ledger_account', 'ledger_transfer', 'ledger_entry', 'ledger_checkpoint', 'ledger_proof'];
  const nothing = gone.map((table) => `DELETE FROM ${table}`);
  const start = 'UPDATE ledger_copy SET copied_up_to = NULL, proven_up_to = NULL, checkpointed_day = NULL';
  expect(await violationsAfter(...nothing, start)).toEqual([]);
});

it.each<[string, string]>([
  [
    `transfer funds of ${CHAIN(4)} is between NOSTRO:S:THB and SUSPENSE:KHR`,
    'UPDATE ledger_transfer SET credit = 3 WHERE reference = $$later$$',
  ],
  [
    `transfer funds of ${CHAIN(3)} is between none and PREFUND:F:THB`,
    'UPDATE ledger_transfer SET debit = 9 WHERE reference = $$deposit$$',
  ],
  [
    'currency THB: debits less credits are 1',
    `UPDATE ledger_checkpoint SET debits = 16 WHERE account_id = 1 AND day = '2026-11-20'`,
  ],
  [
    'account NOSTRO:S:THB: the sums of 2026-11-20 say 10/0, its transfers 11/0',
    'UPDATE ledger_transfer SET minor = 6 WHERE reference = $$deposit$$',
  ],
  [
    'account PREFUND:F:THB: the sums of 2026-11-20 say 0/0, its transfers 0/10',
    `DELETE FROM ledger_checkpoint WHERE account_id = 2 AND day = '2026-11-20'`,
  ],
  [
    'part 1 of bank line S:THB:1 counts 2 times',
    `DROP INDEX ledger_entry_line; UPDATE ledger_entry SET part = 1`,
  ],
  [
    'transfer funds of later moves NOSTRO:S:THB and PREFUND:F:THB without a bank line',
    `UPDATE ledger_entry SET line_id = NULL, part = NULL WHERE entry_id = 'later'`,
  ],
  [
    'transfer funds of deposit moves NOSTRO:S:THB and PREFUND:F:THB without a bank line',
    `DELETE FROM ledger_entry WHERE entry_id = 'deposit'`,
  ],
  [
    `transfer funds of ${CHAIN(2)} moves NOSTRO:S:THB and PREFUND:F:THB without a bank line`,
    `UPDATE ledger_transfer SET reference = NULL WHERE reference LIKE 'opening:%'`,
  ],
  [
    'entry later of 5 from NOSTRO:S:THB to PREFUND:F:THB is booked, and not so in the ledger',
    `DELETE FROM ledger_transfer WHERE reference = 'later'`,
  ],
  [
    'entry later of 6 from NOSTRO:S:THB to PREFUND:F:THB is booked, and not so in the ledger',
    `UPDATE ledger_entry SET minor = 6 WHERE entry_id = 'later'`,
  ],
  [
    'transfers from 2026-11-19 00:00:00 to 2026-11-20 00:00:00: 1 transfers here, 2 in routing',
    `UPDATE ledger_proof SET difference = '1 transfers here, 2 in routing'`,
  ],
])('finds: %s', async (violation, statement) => {
  expect(await violationsAfter(...statement.split('; '))).toContain(violation);
});
