import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { auditCall } from '@tonle/contracts';
import { feed, makeSubmit, openWorld, resultOf, type World } from '../payment/payment.testing.js';

// Real: PostgreSQL and everything of routing. The test breaks the books by hand and puts them right again.

let world: World;
let completed: string;
let open: string;
let rejected: string;
beforeAll(async () => {
  world = await openWorld('routing_audit');
  const [a, b, c] = [makeSubmit(world), makeSubmit(world), makeSubmit(world)];
  [completed, open, rejected] = [a.paymentId, b.paymentId, c.paymentId];
  await feed(
    world,
    a,
    b,
    c,
    resultOf(world, completed, 'debit', 'accepted'),
    resultOf(world, completed, 'credit', 'accepted'),
    resultOf(world, open, 'debit', 'accepted'),
    resultOf(world, rejected, 'debit', 'accepted'),
    resultOf(world, rejected, 'credit', 'rejected'),
    resultOf(world, rejected, 'reversal', 'accepted'),
  );
});
afterAll(() => world.close());

const report = () => world.platform.calls.call(auditCall('routing'), {});

/** Runs statements, asks the auditor in the same transaction, and rolls back. */
async function brokenBy(...statements: string[]): Promise<Record<string, string[]>> {
  let found: Record<string, string[]> = {};
  const undo = new Error('undo');
  const { database } = world.test;
  await database
    .transaction(async (transaction) => {
      for (const statement of statements) await transaction.query(statement);
      const { AuditStore } = await import('./audit.store.js');
      const inside = {
        transaction: (work: (t: typeof transaction) => Promise<unknown>) => work(transaction),
      };
      const { findings } = await new AuditStore(inside as never).report('routing', 0);
      found = Object.fromEntries(
        findings.filter(({ ok }) => !ok).map(({ invariant, violations }) => [invariant, violations]),
      );
      throw undo;
    })
    .catch((error: unknown) => {
      if (error !== undo) throw error;
    });
  return found;
}

describe('the auditor', () => {
  it('finds nothing in sound books and gives the totals of the gate', async () => {
    const { findings, totals } = await report();
    expect(findings.filter(({ ok }) => !ok)).toEqual([]);
    expect(findings.map(({ invariant }) => invariant)).toEqual([
      'I1',
      'I2',
      'I4',
      'I5',
      'I6',
      'I7',
      'I8',
      'I9',
      'I12',
      'I13',
      'I15',
      'I18',
      'I23',
      'gate',
    ]);
    expect(findings.every(({ checked }) => checked > 0)).toBe(true);
    expect(totals).toMatchObject({
      payments: '3',
      'payments.completed': '1',
      'payments.rejected': '1',
      'payments.open': '1',
      'payments.open_secured_gross': '1',
      'transfers.obligations': '2',
      'transfers.discharge': '3',
      'transfers.reversal': '1',
      'transfers.fee': '1',
      'minor.obligation_source.KHR': '10024000',
      'minor.obligation_target.THB': '82000',
      'minor.fee.KHR': '10000',
    });
  });

  const on = (kind: string) => `chain_id = '${completed}' AND kind = '${kind}'`;
  const cases: [string, () => string[]][] = [
    [
      'I1',
      () => [
        `UPDATE transfer SET credit_account = (SELECT id FROM account WHERE code = 'POSITION:FXNAGA:THB') WHERE ${on('fee')}`,
      ],
    ],
    ['I2', () => ["UPDATE account SET debits_posted = debits_posted + 1 WHERE code = 'POSITION:FXNAGA:THB'"]],
    ['I4', () => [`UPDATE payment SET credit_ref = 'x' WHERE id = '${open}'`]],
    ['I4', () => [`DELETE FROM transfer WHERE chain_id = '${rejected}' AND kind = 'discharge'`]],
    ['I5', () => [`DELETE FROM transfer WHERE ${on('obligation_target')}`]],
    ['I5', () => [`UPDATE transfer SET reference = NULL WHERE ${on('discharge')}`]],
    ['I5', () => [`DELETE FROM transfer WHERE chain_id = '${rejected}' AND kind = 'reversal'`]],
    [
      'I6',
      () => ["UPDATE account SET debits_pending = debits_pending - 1 WHERE code = 'POSITION:FXNAGA:THB'"],
    ],
    ['I6', () => [`UPDATE payment SET line_minors[1] = 1 WHERE id = '${open}'`]],
    [
      'I7',
      () => [
        "UPDATE account SET debits_posted = debits_posted + 1000000000000000 WHERE code = 'POSITION:FXNAGA:THB'",
      ],
    ],
    [
      'I7',
      () => ["UPDATE account SET credits_pending = debits_posted + 1 WHERE code = 'RAIL:FXNAGA:BAKONG:KHR'"],
    ],
    ['I8', () => [`UPDATE payment SET quote_taken = false WHERE id = '${open}'`]],
    ['I9', () => [`UPDATE payment SET target_minor = target_minor + 2 WHERE id = '${completed}'`]],
    ['I12', () => [`UPDATE payment SET history = '[]' WHERE id = '${open}'`]],
    [
      'I13',
      () => [
        `UPDATE payment SET history = history || '{"event":"leg_unknown:credit"}' WHERE id = '${rejected}'`,
      ],
    ],
    ['I15', () => [`UPDATE payment SET partner_window = NULL WHERE id = '${completed}'`]],
    ['I15', () => ['UPDATE lane_window SET completed = completed + 1']],
    ['I23', () => ['UPDATE limit_counter SET used_minor = used_minor + 1']],
    ['gate', () => [`DELETE FROM transfer WHERE ${on('obligation_target')}`]],
  ];
  it.each(cases)('finds a broken %s', async (invariant, statements) => {
    const found = await brokenBy(...statements());
    expect(found[invariant]).not.toBeUndefined();
    expect(found[invariant]![0]).toMatch(/\d/);
  });
});
