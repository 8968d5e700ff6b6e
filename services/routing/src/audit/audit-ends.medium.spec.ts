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
    'statement line line 1 counts ',
    'DROP INDEX transfer_reference',
    `UPDATE transfer SET reference = 'line 1' WHERE kind = 'funds'`,
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
