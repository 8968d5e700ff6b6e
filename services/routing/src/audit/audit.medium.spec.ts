import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { auditCall } from '@tonle/contracts';
import { feed, resultOf } from '../payment/payment.testing.js';
import { AuditWorld, proposal, set, without } from './audit.testing.js';

// Real: PostgreSQL and everything of routing. Books are broken in a transaction that is rolled back.

let books: AuditWorld;
beforeAll(async () => {
  books = await AuditWorld.open('routing_audit');
});
afterAll(() => books.close());

const totalsAfter = async (...statements: string[]) => (await books.reportAfter(...statements)).totals;

describe('the auditor', () => {
  it('finds nothing in sound books, and says what it looked at', async () => {
    const { findings } = await books.world.platform.calls.call(auditCall('routing'), {});
    expect(findings.filter(({ ok }) => !ok)).toEqual([]);
    expect(
      findings.map(({ invariant, checked }) => `${invariant} ${checked > 5 ? 'books' : checked}`),
    ).toEqual([
      'I1 books',
      'I2 books',
      'I3 5',
      'I4 5',
      'I5 5',
      'I6 books',
      'I7 books',
      'I8 5',
      'I9 5',
      'I12 5',
      'I13 5',
      'I14 5',
      'I15 5',
      'I17 books',
      'I18 5',
      'I23 5',
      'I24 5',
      'gate 5',
      'I18 what one operator proposed is done by others 0',
      'I22 books',
    ]);
  });

  it('checks the rounding of the others when nobody knows a currency', async () => {
    const unknown = set('refused', `source_currency = 'XXX'`);
    expect(await books.brokenBy(unknown, set('completed', 'target_minor = 82001'))).toHaveProperty('I9');
  });

  it('gives the totals of the gate and of cross-checks', async () => {
    const [completed] = await books.world.test.database.query<{ hash: string }>(
      books.filled(`SELECT hashtextextended('{completed}', 0)::text AS hash`),
    );
    expect(await totalsAfter()).toMatchObject({
      payments: '5',
      'payments.completed': '1',
      'payments.rejected': '2',
      'payments.credit_sent': '1',
      'payments.debit_sent': '1',
      'payments.open': '2',
      'payments.open_secured_gross': '1',
      'transfers.obligation_source': '1',
      'transfers.obligations': '2',
      'transfers.discharge': '3',
      'transfers.reversal': '1',
      'minor.obligation_source.KHR': '10024000',
      'minor.obligation_target.THB': '82000',
      'minor.fee.KHR': '10000',
      'hash.completed': completed!.hash,
    });
  });

  it('gives the totals of no payment too', async () => {
    expect(await totalsAfter('DELETE FROM transfer', 'DELETE FROM payment')).toEqual({
      payments: '0',
      'payments.completed': '0',
      'payments.rejected': '0',
      'payments.expired': '0',
      'payments.blocked': '0',
      'payments.open': '0',
      'payments.open_secured_gross': '0',
      'transfers.obligation_source': '0',
      'transfers.obligation_target': '0',
      'transfers.obligations': '0',
      'transfers.fee': '0',
      'transfers.discharge': '0',
      'transfers.reversal': '0',
      breaks: '0',
      'breaks.taken': '0',
      'hash.completed': '0',
    });
  });

  it('counts as secured what a rail has discharged', async () => {
    const moved = `UPDATE transfer SET chain_id = '{sent}' WHERE chain_id = '{completed}' AND kind = 'fee'`;
    expect((await totalsAfter(moved))['payments.open_secured_gross']).toBe('1');
  });
});

describe('the gate', () => {
  it.each<[text: string, ...statements: string[]]>([
    [
      'payments = completed + rejected + expired + blocked + open: 5 is not 4',
      'ALTER TABLE payment DROP CONSTRAINT payment_check2',
      set('sent', 'due_at = NULL'),
    ],
    ['obligation transfers = 2 x completed: 1 is not 2', without('completed', 'obligation_target')],
    ['discharges - reversals = completed + open and secured: 1 is not 2', without('completed', 'discharge')],
  ])('is broken: %s', async (text, ...statements) => {
    expect((await books.brokenBy(...statements))['gate']).toEqual([text]);
  });

  it.each([
    ['a blocked payment', set('completed', `state = 'BLOCKED'`)],
    ['an expired payment', set('refused', `state = 'EXPIRED'`)],
  ])('holds with %s', async (_name, statement) => {
    expect((await books.brokenBy(statement))['gate']).toBeUndefined();
  });
});

describe('what the networks moved', () => {
  const told = (payment: string, leg: string, evidence: object) =>
    `INSERT INTO payment_break (id, payment_id, type, severity, leg, detail, evidence, opened_at)
     VALUES (gen_random_uuid(), '{${payment}}', 'x', 1, '${leg}', 'd', '${JSON.stringify(evidence)}', now())`;
  const DEBITED = {
    'legs.debit.KHR.count': '3',
    'legs.debit.KHR.minor': '30072000',
    'legs.reversal.KHR.count': '1',
    'legs.reversal.KHR.minor': '10024000',
  };
  const less = { outcome: 'accepted', amount: { currency: 'THB', minor: '3000' } };
  const decided = (change: string, leg?: string) => [
    told('completed', 'credit', less),
    proposal('completed', 'executed', leg),
    `UPDATE approval_request SET ${change}`,
  ];
  const credited = (count: number, minor: number) => ({
    'legs.credit.THB.count': String(count),
    'legs.credit.THB.minor': String(minor),
  });

  it.each<[why: string, count: number, minor: number, ...statements: string[]]>([
    ['as it was asked for', 1, 82_000],
    ['less, by a break', 1, 3_000, told('completed', 'credit', less)],
    [
      'as it was asked for, by a refusal',
      1,
      82_000,
      told('completed', 'credit', { ...less, outcome: 'rejected' }),
    ],
    ['as it was asked for, by a break of no leg', 1, 82_000, told('completed', 'none', less)],
    ['what nobody held for paid', 2, 85_000, told('rejected', 'credit', less)],
    ['what two operators found', 1, 82_000, ...decided('policy_version = 1')],
    ['less, of another payment than was decided', 1, 3_000, ...decided(`target = '{sent}'`)],
    ['less, of another leg than was decided', 1, 3_000, ...decided('policy_version = 1', 'debit')],
    ['less, as nothing was decided', 1, 3_000, ...decided(`state = 'rejected'`)],
  ])('is %s', async (_why, count, minor, ...statements) => {
    const legs = Object.entries(await totalsAfter(...statements)).filter(([name]) =>
      name.startsWith('legs.'),
    );
    expect(Object.fromEntries(legs)).toEqual({ ...DEBITED, ...credited(count, minor) });
  });

  it('is told by the breaks that answers open', async () => {
    const { world, ids } = books;
    await feed(world, resultOf(world, ids['open']!, 'credit', 'accepted', { amount: less.amount }));
    await feed(world, resultOf(world, ids['rejected']!, 'credit', 'accepted'));
    expect(await totalsAfter()).toMatchObject(credited(3, 82_000 + 3_000 + 82_000));
  });
});
