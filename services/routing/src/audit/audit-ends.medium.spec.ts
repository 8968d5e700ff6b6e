import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { AuditWorld, set, type Arm, type Sound } from './audit.testing.js';

// Real: PostgreSQL and everything of routing. What has ended and what proves that money moves, broken in a transaction that is
// rolled back.

let books: AuditWorld;
beforeAll(async () => {
  books = await AuditWorld.open('routing_audit_ends');
});
afterAll(() => books.close());

const step = (payment: string, from: string, to: string) =>
  set(payment, `history = history || '{"from":"${from}","event":"leg_rejected:credit","to":"${to}"}'`);
const rail = (change: string) =>
  `UPDATE transfer SET ${change} WHERE chain_id = '{completed}' AND kind = 'discharge_rail'`;
const opening = (change: string) =>
  `UPDATE transfer SET ${change} WHERE chain_id = (SELECT min(chain_id::text)::uuid FROM transfer WHERE kind = 'funds')`;
const ANOTHER = '00000000-0000-4000-8000-000000000009';
const ENTRY = '00000000-0000-8000-8000-00000000000e';
const LINE = { line: `'line 1', 1`, approval: 'NULL' };
const APPROVED = { line: 'NULL, NULL', approval: `'${ANOTHER}'` };
/** An entry of 5 baht satang, posted, with what proves it. */
const booked = (kind: string, debit: string, credit: string, by = { ...LINE, line: 'NULL, NULL' }) => [
  `INSERT INTO account (code, kind, currency)
   SELECT code, split_part(code, ':', 1), 'THB' FROM unnest(ARRAY['${debit}', '${credit}']) AS u (code)`,
  `INSERT INTO transfer (chain_id, kind, debit_account, credit_account, minor, reference, at)
   SELECT '${ENTRY}', '${kind}', d.id, c.id, 5, 'e', now() FROM account AS d, account AS c
   WHERE d.code = '${debit}' AND c.code = '${credit}'`,
  `INSERT INTO booked_entry VALUES ('e', '${ENTRY}', '${kind}', 'THB', '${debit}', '${credit}', 5, ${by.line}, ${by.approval}, NULL, now())`,
  `UPDATE account SET debits_posted = 5 WHERE code = '${debit}'`,
  `UPDATE account SET credits_posted = 5 WHERE code = '${credit}'`,
];
const TOLD = step('completed', 'COMPLETED', 'COMPLETED');

it.each<Arm>([
  [
    'I3',
    'payment {completed} at REJECTED came by its history to COMPLETED',
    set('completed', `state = 'REJECTED', completed_at = NULL`),
  ],
  ['I3', 'payment {open} at CREDIT_SENT came by its history to nothing', set('open', `history = '[]'`)],
  [
    'I3',
    'payment {rejected} at REJECTED had ended before',
    step('rejected', 'COMPLETED', 'UNWINDING'),
    step('rejected', 'UNWINDING', 'REJECTED'),
  ],
  ['I3', 'payment {completed} at COMPLETED had ended before', step('completed', 'EXPIRED', 'COMPLETED')],
  [
    'I17',
    'transfer discharge_rail of {completed} moves POSITION',
    rail(`debit_account = (SELECT min(id) FROM account WHERE kind = 'POSITION')`),
  ],
  ['I17', `transfer discharge_rail of ${ANOTHER} moves RAIL`, rail(`chain_id = '${ANOTHER}'`)],
  [
    'I17',
    'transfer fee of {completed} moves',
    rail(`kind = 'correction'`),
    `UPDATE transfer SET kind = 'fee' WHERE kind = 'correction'`,
  ],
  ['I17', 'without a leg or a statement line', opening('reference = NULL')],
  ['I17', 'transfer funds of {open} moves', opening(`chain_id = '{open}'`)],
  [
    'I17',
    'statement line opening:line 1 counts ',
    'DROP INDEX transfer_reference',
    `UPDATE transfer SET reference = 'opening:line 1' WHERE kind = 'funds'`,
  ],
  ['I17', 'without a leg or a statement line', ...booked('reallocation', 'PREFUND:F:THB', 'SUSPENSE:THB')],
  ['I17', 'without a leg or a statement line', ...booked('funds', 'NOSTRO:S:THB', 'PREFUND:F:THB', APPROVED)],
  [
    'I17',
    'part 1 of statement line line 1 counts 2 times',
    'DROP INDEX booked_entry_line',
    ...booked('funds', 'NOSTRO:S:THB', 'PREFUND:F:THB', LINE),
    `INSERT INTO booked_entry SELECT 'twice', '${ANOTHER}', kind, currency, debit, credit, minor, line_id, part, approval_id, reason, at
     FROM booked_entry`,
  ],
  [
    'I17',
    'entry e says funds of 6 from NOSTRO:S:THB to PREFUND:F:THB, posted is funds of 5 from NOSTRO:S:THB to PREFUND:F:THB',
    ...booked('funds', 'NOSTRO:S:THB', 'PREFUND:F:THB', LINE),
    'UPDATE booked_entry SET minor = 6',
  ],
  [
    'I17',
    'entry e says funds of 5 from NOSTRO:S:THB to PREFUND:F:THB, posted is nothing',
    ...booked('funds', 'NOSTRO:S:THB', 'PREFUND:F:THB', LINE),
    `DELETE FROM transfer WHERE chain_id = '${ENTRY}'`,
  ],
  [
    'I24',
    'payment {completed} at COMPLETED was told leg_rejected:credit after its end, and no break has it',
    TOLD,
  ],
])('finds what breaks %s: %s', async (invariant, text, ...statements) => {
  const fee = `DELETE FROM transfer WHERE chain_id = '{completed}' AND kind = 'fee'`;
  const found = await books.brokenBy(...(text.startsWith('transfer fee') ? [fee] : []), ...statements);
  expect(found[invariant] ?? []).toContainEqual(expect.stringContaining(books.filled(text)));
});

it.each<Sound>([
  [
    'I24',
    'a break has what was told',
    TOLD,
    `INSERT INTO payment_break (id, payment_id, type, severity, leg, detail, evidence, opened_at)
     VALUES ('${ANOTHER}', '{completed}', 'STATUS_CONFLICT', 1, 'credit', 'd', '{}', now())`,
  ],
  ['I3', 'what was told after its end', TOLD],
  ['I17', 'a line proves an entry', ...booked('funds', 'NOSTRO:S:THB', 'PREFUND:F:THB', LINE)],
  [
    'I17',
    'two people place what waits',
    ...booked('reallocation', 'SUSPENSE:THB', 'PREFUND:F:THB', APPROVED),
  ],
  ['I2', 'an entry balances', ...booked('reallocation', 'SUSPENSE:THB', 'PREFUND:F:THB', APPROVED)],
])('holds %s for sound: %s', async (invariant, _why, ...statements) => {
  expect((await books.brokenBy(...statements))[invariant]).toBeUndefined();
});

it('says of each violation what it is about', async () => {
  const { findings } = await books.reportAfter(set('completed', `state = 'REJECTED', completed_at = NULL`));
  expect(findings.find(({ invariant }) => invariant === 'I3')).toMatchObject({
    ok: false,
    about: [books.filled('payment:{completed}')],
  });
});
