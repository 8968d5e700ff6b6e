import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { account, BLOCKED, AuditWorld, set, without, type Arm, type Sound } from './audit.testing.js';

// Real: PostgreSQL and everything of routing. One broken state for each arm of each check of transfers and accounts, known
// by its text: whoever switches an arm off fails here. The books are broken in a transaction that is rolled back.

let books: AuditWorld;
beforeAll(async () => {
  books = await AuditWorld.open('routing_audit_books');
});
afterAll(() => books.close());

const THB = 'POSITION:FXNAGA:THB';
const RAIL = 'RAIL:FXNAGA:BAKONG:KHR';
const FEE = `chain_id = '{completed}' AND kind = 'fee'`;
const OTHER_CHAIN = '00000000-0000-7000-8000-000000000001';
const NO_CHAIN = `DELETE FROM transfer WHERE chain_id = '{completed}'`;
/** An account that neither transfers nor payments have touched. */
const untouched = (column: string) =>
  `INSERT INTO account (code, kind, currency, ${column}) VALUES ('UNTOUCHED', 'FEE', 'THB', 7)`;
/** FXNAGA's prefunding and cap, to the last satang. */
const ALL_HEADROOM = account(THB, 'debits_posted = credits_posted - debits_pending + 100500000000000');
/** Entries of other kinds under the ids of a participant and a network. */
const NAMESAKES = `INSERT INTO directory_entry (kind, id, version, body, source, changed_at, changed_by, change_reason)
  VALUES ('corridor', 'FXNAGA', 99, '{}', 'file', now(), 'x', 'x'), ('calendar', 'thailand', 99, '{}', 'file', now(), 'x', 'x')`;

it.each<Arm>([
  [
    'I1',
    `transfer fee of {completed} crosses accounts FEE_RECEIVABLE:KHMEKONG:KHR and ${THB}`,
    `UPDATE transfer SET credit_account = (SELECT id FROM account WHERE code = '${THB}') WHERE ${FEE}`,
  ],
  [
    'I1',
    'crosses accounts none and none',
    'ALTER TABLE transfer DISABLE TRIGGER ALL',
    `UPDATE transfer SET debit_account = -1, credit_account = -2 WHERE ${FEE}`,
  ],
  [
    'I2',
    'currency THB: debits less credits posted 1, pending 0',
    account(THB, 'debits_posted = debits_posted + 1'),
  ],
  [
    'I2',
    'currency THB: debits less credits posted 0, pending 1',
    account(THB, 'debits_pending = debits_pending + 1'),
  ],
  ['I2', `account ${THB}: columns say 82001/`, account(THB, 'debits_posted = debits_posted + 1')],
  ['I2', `account ${THB}: columns say 82000/`, account(THB, 'credits_posted = credits_posted + 1')],
  ['I2', 'UNTOUCHED: columns say 7/0 posted, transfers say 0/0', untouched('debits_posted')],
  ['I2', 'UNTOUCHED: columns say 0/7 posted, transfers say 0/0', untouched('credits_posted')],
  [
    'I4',
    'payment {rejected} at REJECTED: a reversal of a payer leg that was not accepted',
    without('rejected', 'discharge'),
  ],
  ['I4', 'payment {rejected} at EXPIRED: a reversal but no rejection', set('rejected', `state = 'EXPIRED'`)],
  [
    'I4',
    'payment {open} at CREDIT_SENT: an accepted payee leg but no completion',
    set('open', `credit_ref = 'x'`),
  ],
  [
    'I4',
    'payment {completed} at COMPLETED: completed without an accepted payer leg',
    set('completed', 'debit_ref = NULL'),
    without('completed', 'discharge'),
  ],
  [
    'I4',
    'payment {completed} at COMPLETED: completed without an accepted payer leg',
    set('completed', 'debit_ref = NULL'),
    NO_CHAIN,
  ],
  [
    'I4',
    'payment {completed} at BLOCKED: completed without an accepted payer leg',
    set('completed', `state = 'BLOCKED', debit_ref = NULL`),
    without('completed', 'discharge'),
  ],
  [
    'I5',
    `payment ${OTHER_CHAIN} at nowhere posted`,
    `UPDATE transfer SET chain_id = '${OTHER_CHAIN}' WHERE ${FEE}`,
  ],
  ['I5', 'payment {completed} at COMPLETED posted', NO_CHAIN],
  [
    'I5',
    'payment {open} at CREDIT_SENT posted source target',
    `UPDATE transfer SET chain_id = '{open}'
     WHERE chain_id = '{completed}' AND kind IN ('obligation_source', 'obligation_target')`,
  ],
  [
    'I5',
    'payment {completed} at COMPLETED posted target discharge',
    without('completed', 'obligation_source'),
  ],
  [
    'I5',
    'payment {completed} at COMPLETED posted source discharge',
    without('completed', 'obligation_target'),
  ],
  ...['REJECTED', 'EXPIRED'].map((state): Arm => [
    'I5',
    `payment {rejected} at ${state} posted discharge`,
    set('rejected', `state = '${state}'`),
    without('rejected', 'reversal', 'reversal_rail'),
  ]),
  [
    'I5',
    'payment {completed} at COMPLETED posted source target discharge',
    without('completed', 'discharge_rail'),
  ],
  ['I5', 'payment {rejected} at REJECTED posted discharge reversal', without('rejected', 'reversal_rail')],
  [
    'I5',
    'payment {completed} at COMPLETED posted source target discharge without a rail reference',
    `UPDATE transfer SET reference = NULL WHERE chain_id = '{completed}' AND kind = 'discharge'`,
  ],
  [
    'I6',
    `account ${THB}: columns say 164001/0 pending, open payments say 164000/0`,
    account(THB, 'debits_pending = debits_pending + 1'),
  ],
  [
    'I6',
    `account ${THB}: columns say 164000/1 pending, open payments say 164000/0`,
    account(THB, 'credits_pending = credits_pending + 1'),
  ],
  [
    'I6',
    `account ${THB}: columns say 164000/0 pending, open payments say`,
    set('open', 'line_minors[2] = 1'),
  ],
  ['I6', 'UNTOUCHED: columns say 7/0 pending, open payments say 0/0', untouched('debits_pending')],
  ['I6', 'UNTOUCHED: columns say 0/7 pending, open payments say 0/0', untouched('credits_pending')],
  [
    'I7',
    'headroom of FXNAGA:THB is -1',
    NAMESAKES,
    ALL_HEADROOM,
    account(THB, 'debits_posted = debits_posted + 1'),
  ],
  [
    'I7',
    'headroom of FXNAGA:THB is -164001',
    `DELETE FROM account WHERE code = 'PREFUND:FXNAGA:THB'`,
    `DELETE FROM directory_entry WHERE id = 'FXNAGA'`,
    account(THB, 'debits_posted = credits_posted + 1'),
  ],
  [
    'I7',
    `rail balance ${RAIL} less pendings is -1`,
    account(RAIL, 'credits_pending = debits_posted - credits_posted + 1'),
  ],
])('finds what breaks %s: %s', async (invariant, text, ...statements) => {
  const found = await books.brokenBy(...statements);
  expect(found[invariant] ?? []).toContainEqual(expect.stringContaining(books.filled(text)));
});

it.each<Sound>([
  ['I4', 'a payer leg that no rail discharges', without('completed', 'discharge', 'discharge_rail')],
  ['I4', 'a payer leg that a rail discharged', set('completed', 'debit_ref = NULL')],
  [
    'I4',
    'a payer whom the source network secured',
    set('completed', `direction = 'inbound', debit_ref = NULL`),
    without('completed', 'discharge', 'discharge_rail'),
  ],
  ['I5', 'a settlement', `UPDATE transfer SET kind = 'settlement', chain_id = '${OTHER_CHAIN}' WHERE ${FEE}`],
  ['I7', 'all headroom is used', NAMESAKES, ALL_HEADROOM],
  ['I7', 'a rail is used up', account(RAIL, 'credits_pending = debits_posted - credits_posted')],
])('holds %s for sound: %s', async (invariant, _why, ...statements) => {
  expect((await books.brokenBy(...statements))[invariant]).toBeUndefined();
});

it('finds nothing in sound books, nor in those of a blocked payment', async () => {
  expect(await books.brokenBy()).toEqual({});
  expect(await books.brokenBy(BLOCKED)).toEqual({});
});
