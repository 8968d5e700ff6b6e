import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { feed, makeSubmit, openWorld, resultOf, type World } from '../payment/payment.testing.js';
import { AuditStore } from './audit.store.js';

// Real: PostgreSQL and everything of routing. One broken state for each arm of each check, known by its text: whoever
// switches an arm off fails here. The books are broken by hand in a transaction that is rolled back.

let world: World;
let completed: string;
let open: string;
let rejected: string;
beforeAll(async () => {
  world = await openWorld('routing_audit_arms');
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

/** Runs statements, asks the auditor in the same transaction, and rolls back. */
const brokenBy = (...statements: string[]): Promise<Record<string, string[]>> =>
  world.test.undone(async (transaction) => {
    for (const statement of statements) await transaction.query(statement);
    const inside = { transaction: (work: (t: typeof transaction) => Promise<unknown>) => work(transaction) };
    const { findings } = await new AuditStore(inside as never).report('routing', 0);
    return Object.fromEntries(
      findings.filter(({ ok }) => !ok).map(({ invariant, violations }) => [invariant, violations]),
    );
  });

const NO_LINES = `line_kinds = '{}', line_debits = '{}', line_credits = '{}', line_minors = '{}'`;
const of = (kind: string, payment: string) => `chain_id = '${payment}' AND kind = '${kind}'`;
const account = (code: string, change: string) => `UPDATE account SET ${change} WHERE code = '${code}'`;
const set = (payment: string, change: string) => `UPDATE payment SET ${change} WHERE id = '${payment}'`;
const THB = 'POSITION:FXNAGA:THB';

type Arm = readonly [invariant: string, text: () => string, ...statements: (() => string)[]];
const ARMS: readonly Arm[] = [
  [
    'I1',
    () => `transfer fee of ${completed} crosses accounts FEE_RECEIVABLE:KHMEKONG:KHR and ${THB}`,
    () =>
      `UPDATE transfer SET credit_account = (SELECT id FROM account WHERE code = '${THB}') WHERE ${of('fee', completed)}`,
  ],
  [
    'I1',
    () => 'crosses accounts none and none',
    () => 'ALTER TABLE transfer DISABLE TRIGGER ALL',
    () => `UPDATE transfer SET debit_account = -1, credit_account = -2 WHERE ${of('fee', completed)}`,
  ],
  [
    'I2',
    () => 'currency THB: debits less credits posted 1, pending 0',
    () => account(THB, 'debits_posted = debits_posted + 1'),
  ],
  [
    'I2',
    () => 'currency THB: debits less credits posted 0, pending 1',
    () => account(THB, 'debits_pending = debits_pending + 1'),
  ],
  ['I2', () => `account ${THB}: columns say 82001/`, () => account(THB, 'debits_posted = debits_posted + 1')],
  [
    'I2',
    () => `account ${THB}: columns say 82000/`,
    () => account(THB, 'credits_posted = credits_posted + 1'),
  ],
  [
    'I4',
    () => `payment ${rejected} at REJECTED: a reversal of a payer leg that was not accepted`,
    () => `DELETE FROM transfer WHERE ${of('discharge', rejected)}`,
  ],
  [
    'I4',
    () => `payment ${rejected} at EXPIRED: a reversal but no rejection`,
    () => set(rejected, `state = 'EXPIRED'`),
  ],
  [
    'I4',
    () => `payment ${open} at CREDIT_SENT: an accepted payee leg but no completion`,
    () => set(open, `credit_ref = 'x'`),
  ],
  [
    'I4',
    () => `payment ${completed} at COMPLETED: completed without an accepted payer leg`,
    () => set(completed, 'debit_ref = NULL'),
    () => `DELETE FROM transfer WHERE ${of('discharge', completed)}`,
  ],
  [
    'I5',
    () => 'payment 00000000-0000-7000-8000-000000000001 at nowhere posted',
    () =>
      `UPDATE transfer SET chain_id = '00000000-0000-7000-8000-000000000001' WHERE ${of('fee', completed)}`,
  ],
  [
    'I5',
    () => `payment ${completed} at COMPLETED posted target discharge`,
    () => `DELETE FROM transfer WHERE ${of('obligation_source', completed)}`,
  ],
  [
    'I5',
    () => `payment ${completed} at COMPLETED posted source discharge`,
    () => `DELETE FROM transfer WHERE ${of('obligation_target', completed)}`,
  ],
  [
    'I5',
    () => `payment ${rejected} at REJECTED posted discharge`,
    () => `DELETE FROM transfer WHERE ${of('reversal', rejected)}`,
    () => `DELETE FROM transfer WHERE ${of('reversal_rail', rejected)}`,
  ],
  [
    'I5',
    () => `payment ${completed} at COMPLETED posted source target discharge`,
    () => `DELETE FROM transfer WHERE ${of('discharge_rail', completed)}`,
  ],
  [
    'I5',
    () => `payment ${rejected} at REJECTED posted discharge reversal`,
    () => `DELETE FROM transfer WHERE ${of('reversal_rail', rejected)}`,
  ],
  [
    'I5',
    () => `payment ${completed} at COMPLETED posted source target discharge without a rail reference`,
    () => `UPDATE transfer SET reference = NULL WHERE ${of('discharge', completed)}`,
  ],
  [
    'I6',
    () => `account ${THB}: columns say 82001/0 pending, open payments say 82000/0`,
    () => account(THB, 'debits_pending = debits_pending + 1'),
  ],
  [
    'I6',
    () => `account ${THB}: columns say 82000/1 pending, open payments say 82000/0`,
    () => account(THB, 'credits_pending = credits_pending + 1'),
  ],
  ['I6', () => 'open payments say 1/', () => set(open, 'line_minors[2] = 1')],
  [
    'I7',
    () => 'headroom of FXNAGA:THB is -',
    () => account(THB, 'debits_posted = debits_posted + 1000000000000000'),
  ],
  [
    'I7',
    () => 'rail balance RAIL:FXNAGA:BAKONG:KHR less pendings is -1',
    () => account('RAIL:FXNAGA:BAKONG:KHR', 'credits_pending = debits_posted - credits_posted + 1'),
  ],
  [
    'I8',
    () => 'is used by 2 payments',
    () => 'DROP INDEX payment_quote',
    () => set(open, `quote_id = (SELECT quote_id FROM payment WHERE id = '${completed}')`),
  ],
  [
    'I8',
    () => `payment ${open} at CREDIT_SENT was reserved without using its quote`,
    () => set(open, 'quote_taken = false'),
  ],
  [
    'I8',
    () => `payment ${completed} at COMPLETED was reserved without using its quote`,
    () => set(completed, `quote_taken = false, ${NO_LINES}`),
  ],
  [
    'I12',
    () => `payment ${open} at CREDIT_SENT sent the credit leg without the payer's money`,
    () => set(open, `history = '[]'`),
  ],
  [
    'I12',
    () => `payment ${open} at CREDIT_SENT sent the credit leg without the payer's money`,
    () => set(open, NO_LINES),
  ],
  [
    'I13',
    () => `payment ${rejected} at REJECTED gave its reservation back on leg_unknown:credit`,
    () => set(rejected, `history = history || '{"event":"leg_unknown:credit"}'`),
  ],
  [
    'I13',
    () => `payment ${rejected} at EXPIRED gave its reservation back on leg_accepted:reversal`,
    () => set(rejected, `state = 'EXPIRED'`),
  ],
  ...['debit', 'credit', 'reversal'].map((leg): Arm => [
    'I13',
    () => `payment ${rejected} at EXPIRED gave its reservation back on leg_accepted:reversal`,
    () => set(rejected, `state = 'EXPIRED', debit_attempt = 0, credit_attempt = 0, reversal_attempt = 0`),
    () => set(rejected, `${leg}_attempt = 1`),
  ]),
  ...['debit', 'credit'].map((leg): Arm => [
    'I13',
    () => `payment ${rejected} at REJECTED gave its reservation back on leg_exhausted:${leg}`,
    () =>
      set(
        rejected,
        `debit_attempt = 0, credit_attempt = 0, history = history || '{"event":"leg_exhausted:${leg}"}'`,
      ),
    () => set(rejected, `${leg}_attempt = 1`),
  ]),
  [
    'I15',
    () => `payment ${open} at CREDIT_SENT has windows home, partner`,
    () => set(open, `home_window = 'home', partner_window = 'partner', windows = '[{}, {}]'`),
  ],
  ['I15', () => ', none', () => set(completed, 'partner_window = NULL')],
  [
    'I15',
    () => `payment ${completed} at COMPLETED has windows BAKONG-KHR-`,
    () => set(completed, `windows = '[]'`),
  ],
  ['I15', () => 'counts 2, payments say 1', () => 'UPDATE lane_window SET completed = completed + 1'],
  ['I15', () => 'counts 0, payments say 1', () => 'DELETE FROM lane_window'],
  ['I15', () => 'counts 1, payments say 0', () => `UPDATE lane_window SET window_id = window_id || '*'`],
  [
    'I18',
    () => `payment ${open}: decided_paid:credit 1 times, 0 were approved by two operators`,
    () => set(open, `history = history || '{"event":"decided_paid:credit"}'`),
  ],
  [
    'I18',
    () => `of payment ${open} is not among the deeds of two operators`,
    () => set(open, `history = history || '{"event":"decided_paid:credit"}'`),
    () => `INSERT INTO review_proposal (id, payment_id, leg, version, decision, reason, evidence, proposed_by, proposed_at,
             state, decided_by, decided_at)
           VALUES ('00000000-0000-7000-8000-000000000002', '${open}', 'credit', 1, 'paid', 'r', 'e', 'a', now(),
             'APPROVED', 'b', now())`,
  ],
  ['I23', () => ', payments say 20048000', () => 'UPDATE limit_counter SET used_minor = used_minor + 1'],
  ['I23', () => 'says 0, payments say 20048000', () => 'DELETE FROM limit_counter'],
  [
    'gate',
    () => 'obligation transfers = 2 x completed: 1 is not 2',
    () => `DELETE FROM transfer WHERE ${of('obligation_target', completed)}`,
  ],
  [
    'gate',
    () => 'discharges - reversals = completed + open and secured: 1 is not 2',
    () => `DELETE FROM transfer WHERE ${of('discharge', completed)}`,
  ],
];

describe('each arm of the audit', () => {
  it.each(ARMS.map((arm, index) => [`${index + 1}, ${arm[0]}`, arm] as const))(
    'finds what it is for: %s',
    async (_name, [invariant, text, ...statements]) => {
      const found = await brokenBy(...statements.map((statement) => statement()));
      expect(found[invariant] ?? []).toContainEqual(expect.stringContaining(text()));
    },
  );
});

describe('I12, the payer is secured', () => {
  it.each([
    ['by two operators', () => set(open, `history = '[{"event": "decided_paid:debit"}]'`)],
    [
      'by the network that asks',
      () =>
        set(
          open,
          `history = '[]', instruction = jsonb_set(instruction::jsonb, '{payerSecured}', 'true')::json`,
        ),
    ],
  ])('%s', async (_name, statement) => {
    expect((await brokenBy(statement()))['I12']).toBeUndefined();
  });
});

describe('I13, the reservation is given back', () => {
  it.each([
    'leg_rejected:debit',
    'leg_not_sent:credit',
    'leg_not_received:debit',
    'leg_accepted:reversal',
    'send_credit',
    'decided_paid:reversal',
    'decided_not_paid:debit',
  ])('on %s', async (event) => {
    const statement = set(rejected, `history = history || '{"event":"${event}"}'`);
    expect((await brokenBy(statement))['I13']).toBeUndefined();
  });

  it('by a refusal before any leg was asked for', async () => {
    const unsent = `debit_attempt = 0, credit_attempt = 0, reversal_attempt = 0`;
    const refused = set(rejected, `${unsent}, history = history || '{"event":"refused"}'`);
    expect((await brokenBy(refused))['I13']).toBeUndefined();
    expect((await brokenBy(set(rejected, `${unsent}, state = 'EXPIRED'`)))['I13']).toBeUndefined();
  });
});

// 820.00 baht is 100,240 riel at 0.0081804; a satang is more than a riel, and less than a step of riel the other way.
const KHR_THB = (riel: number, satang: number) =>
  set(completed, `source_minor = ${riel * 100}, target_minor = ${satang}, rate = '0.0081804'`);
const THB_KHR = (satang: number, riel: number) =>
  set(
    completed,
    `source_currency = 'THB', source_minor = ${satang}, target_currency = 'KHR', target_minor = ${riel * 100}, rate = '121.5'`,
  );

describe('I9, the rounding rule', () => {
  it.each([
    ['the source was fixed: 100,242 riel are 820.01 baht', () => KHR_THB(100_242, 82_001)],
    ['the target was fixed: 41,004 riel cost 337.49 baht', () => THB_KHR(33_749, 41_004)],
    ['both at once', () => KHR_THB(100_240, 82_000)],
    [
      'nothing to round',
      () => set(completed, `source_minor = 10000000, target_minor = 80000, rate = '0.008'`),
    ],
  ])('holds when %s', async (_name, statement) => {
    expect((await brokenBy(statement()))['I9']).toBeUndefined();
  });

  it.each([
    ['a satang too much', () => KHR_THB(100_242, 82_002), '10024200 KHR at 0.0081804 is not 82002 THB'],
    ['a satang too little', () => KHR_THB(100_242, 82_000), '10024200 KHR at 0.0081804 is not 82000 THB'],
    ['a satang too dear', () => THB_KHR(33_750, 41_004), '33750 THB at 121.5 is not 4100400 KHR'],
    ['a satang too cheap', () => THB_KHR(33_748, 41_004), '33748 THB at 121.5 is not 4100400 KHR'],
  ])('is broken by %s', async (_name, statement, text) => {
    expect((await brokenBy(statement()))['I9']).toEqual([`payment ${completed}: ${text}`]);
  });
});
