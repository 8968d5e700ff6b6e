import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { AuditFinding } from '@tonle/contracts';
import { createTestDatabase, type TestDatabase } from '@tonle/persistence';
import { SETTLEMENT_DATABASE } from '../settlement.service.js';
import { auditFindings, auditTotals } from './audit.store.js';

// Real: PostgreSQL. One broken state for each arm of each check, known by its text.

const DONE = '00000000-0000-7000-8000-000000000001';
const FAILED = '00000000-0000-7000-8000-000000000002';
const OTHER = '00000000-0000-7000-8000-000000000003';
const HOME = 'BAKONG-KHR-2026-11-20';
const THAI = 'THSWITCH-THB-2026-11-20';

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase('settlement_audit');
  await test.database.openOrm(SETTLEMENT_DATABASE);
  const record = (id: string, state: string) =>
    test.database.query(
      `INSERT INTO payment_record (payment_id, version, state, direction, corridor, uetr, end_to_end_id, fx_provider,
         source_currency, source_minor, target_currency, target_minor, lane, ended_at)
       VALUES ($1, 5, $2, 'outbound', 'KH-TH', $1, 'e', 'FXNAGA', 'KHR', 10000, 'THB', 82, 'a', now())`,
      [id, state],
    );
  await record(DONE, 'COMPLETED');
  await record(FAILED, 'REJECTED');
  for (const [id, mode, minor] of [
    [HOME, 'GROSS_RT', 10_000],
    [THAI, 'DEFERRED_NET', 82],
  ] as const) {
    await test.database.query(
      `INSERT INTO settlement_window (window_id, partner, currency, settlement_mode, day, calendar_version, cut_off_at,
         state, payments, gross_minor)
       VALUES ($1, split_part($1, '-', 1), split_part($1, '-', 2), $2, '2026-11-20', 1, now(), 'NETTED', 1, $3)`,
      [id, mode, minor],
    );
    await test.database.query(
      `INSERT INTO window_line (window_id, payment_id, lane, debtor, creditor, amount_minor)
       VALUES ($1, $2, 'a', 'A', 'B', $3)`,
      [id, DONE, minor],
    );
    await test.database.query(
      `INSERT INTO window_bilateral (window_id, debtor, creditor, amount_minor, payments) VALUES ($1, 'A', 'B', $2, 1)`,
      [id, minor],
    );
  }
  await test.database.query(
    `INSERT INTO window_net (window_id, participant, net_minor) VALUES ($1, 'A', -82), ($1, 'B', 82)`,
    [THAI],
  );
});
afterAll(() => test.drop());

const findingsAfter = (...statements: string[]): Promise<AuditFinding[]> =>
  test.undone(async (transaction) => {
    for (const statement of statements) await transaction.query(statement);
    return auditFindings(transaction);
  });
const brokenBy = async (...statements: string[]): Promise<string[]> =>
  (await findingsAfter(...statements)).flatMap(({ ok, violations }) => {
    expect(ok).toBe(violations.length === 0);
    return violations;
  });

it.each([
  ['as they are', 'SELECT 1', [1, 1, 2, 1, 2, 1, 0, 0, 0, 0]],
  [
    'of a blocked payment',
    `UPDATE payment_record SET state = 'BLOCKED' WHERE state = 'COMPLETED'`,
    [1, 1, 2, 1, 2, 1, 0, 0, 0, 0],
  ],
  ['of windows that nobody has netted', 'DELETE FROM window_net', [1, 1, 2, 0, 2, 0, 0, 0, 0, 0]],
  ['of an open window', `UPDATE settlement_window SET state = 'OPEN'`, [1, 1, 2, 1, 0, 0, 0, 0, 0, 0]],
  ['of a draining window', `UPDATE settlement_window SET state = 'DRAINING'`, [1, 1, 2, 1, 0, 0, 0, 0, 0, 0]],
  ['of a closed window', `UPDATE settlement_window SET state = 'CLOSED'`, [1, 1, 2, 1, 0, 0, 0, 0, 0, 0]],
])('finds nothing in sound books %s, and says how much it looked at', async (_name, statement, checked) => {
  // Only a netted window has sums.
  const netted = statement.startsWith('UPDATE settlement_window') ? ['DELETE FROM window_bilateral'] : [];
  const findings = await findingsAfter(statement, ...netted);
  expect(findings.flatMap(({ violations }) => violations)).toEqual([]);
  expect(findings.slice(0, checked.length).map((finding) => finding.checked)).toEqual(checked);
});

it.each<[string, string]>([
  [`payment ${DONE} is in 1 windows: ${THAI}`, `DELETE FROM window_line WHERE window_id = '${HOME}'`],
  [`payment ${DONE} is in 0 windows: `, 'DELETE FROM window_line'],
  [`window ${HOME} says 1 payments and 10000, its lines are 0 and 0`, 'DELETE FROM window_line'],
  [
    `window ${HOME} says 0 payments and 10000, its lines are 0 and 0`,
    `DELETE FROM window_line; UPDATE settlement_window SET payments = 0`,
  ],
  [
    `window ${HOME} says 1 payments and 0, its lines are 0 and 0`,
    `DELETE FROM window_line; UPDATE settlement_window SET gross_minor = 0`,
  ],
  [
    `payment ${FAILED} is in 0 windows: `,
    `UPDATE payment_record SET state = 'BLOCKED' WHERE payment_id = '${FAILED}'`,
  ],
  [
    `window ${HOME} holds payment ${FAILED}, which is REJECTED`,
    `INSERT INTO window_line VALUES ('${HOME}', '${FAILED}', 'a', 'A', 'B', 1)`,
  ],
  [
    `window ${HOME} holds payment ${OTHER}, which is unknown`,
    `INSERT INTO window_line VALUES ('${HOME}', '${OTHER}', 'a', 'A', 'B', 1)`,
  ],
  [
    `window ${HOME} says 2 payments and 10000, its lines are 1 and 10000`,
    `UPDATE settlement_window SET payments = 2 WHERE window_id = '${HOME}'`,
  ],
  [
    `window ${HOME} says 1 payments and 10001, its lines are 1 and 10000`,
    `UPDATE settlement_window SET gross_minor = 10001 WHERE window_id = '${HOME}'`,
  ],
  [
    `the nets of window ${THAI} sum to 1`,
    `UPDATE window_net SET net_minor = net_minor + 1 WHERE participant = 'A'`,
  ],
  [
    `window ${THAI}: lines 82, bilateral sums 83`,
    `UPDATE window_bilateral SET amount_minor = amount_minor + 1`,
  ],
  [`window ${THAI}: lines 82, bilateral sums 0`, 'DELETE FROM window_bilateral'],
])('finds that %s', async (violation, statement) => {
  expect(await brokenBy(statement)).toContain(violation);
});

it('says which invariant is broken, and names the first twenty violations', async () => {
  const findings = await findingsAfter(
    `INSERT INTO payment_record
     SELECT (jsonb_populate_record(one, jsonb_build_object('payment_id', id, 'uetr', id))).*
     FROM payment_record AS one
     CROSS JOIN LATERAL (SELECT gen_random_uuid() AS id FROM generate_series(1, 21)) AS other
     WHERE payment_id = '${DONE}'`,
  );
  const windows = findings.filter(({ invariant }) => /^I1[5-8]/.test(invariant));
  expect(windows.map(({ invariant, violations }) => [invariant, violations.length])).toEqual([
    ['I15 each completed payment is in exactly one window per partner and currency', 20],
    ['I15 no window holds a payment that did not complete', 0],
    ['I15 the totals of a window are the sums of its lines', 0],
    ['I16 the nets of a window are zero in sum', 0],
    ['I16 a netted window is netted from all its lines', 0],
    ['I16 the nets of a window are those of its pairs, without who was taken out', 0],
    ['I16 instructions pay each net of their window once', 0],
    ['I15 a settled window is covered in full, and booked', 0],
    ['I17 a line of an instruction is covered by what has covered it', 0],
    ['I17 numbers of instructions to a bank have no gap', 0],
    ['I17 banks move by entries that a line proves, each part of a line once, as they were booked', 0],
  ]);
});

it('gives the totals that cross-checks compare', async () => {
  expect(await auditTotals(test.database)).toEqual({
    'breaks.payment': '0',
    'payments.COMPLETED': '1',
    'payments.REJECTED': '1',
    'obligations.KHR': '10000',
    'obligations.THB': '82',
  });
});
