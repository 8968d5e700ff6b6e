import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '@tonle/persistence';
import { FX_DATABASE } from '../fx.service.js';
import { checkConversions, checkExposure, checkUse } from './audit.store.js';

// Real: PostgreSQL. One broken state for each arm of each check, known by its text.

const [OPEN, USED, RELEASED, EXPIRED] = [1, 2, 3, 4].map((n) => `00000000-0000-4000-8000-00000000000${n}`);
const PAYMENT = '00000000-0000-7000-8000-000000000001';

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase('fx_audit');
  await test.database.openOrm(FX_DATABASE);
  for (const [id, state, payment] of [
    [OPEN, 'open', null],
    [USED, 'used', PAYMENT],
    [RELEASED, 'released', null],
    [EXPIRED, 'expired', null],
  ])
    await test.database.query(
      `INSERT INTO quote (quote_id, state, payment_id, corridor, provider, participant, fixed, source_currency,
         source_minor, target_currency, target_minor, rate, base_rate, rate_version, improvement_basis_points, fees,
         explanation, issued_at, expires_at)
       VALUES ($1, $2, $3, 'KH-TH', 'FXNAGA', 'KHMEKONG', 'source', 'KHR', 10024000, 'THB', 82000, '0.0081804',
         '0.0081804', 1, 0, '[]', '{}', now(), now() + interval '1 minute')`,
      [id, state, payment],
    );
  await test.database.query(
    `INSERT INTO exposure (provider, currency, limit_minor, open_minor) VALUES ('FXNAGA', 'THB', 1000000, 82000)`,
  );
  await test.database.query(
    `INSERT INTO fx_position (provider, currency, day, bought_minor, sold_minor)
     VALUES ('FXNAGA', 'THB', '2026-11-20', 0, 82000), ('FXNAGA', 'KHR', '2026-11-20', 10024000, 0)`,
  );
});
afterAll(() => test.drop());

const brokenBy = (...statements: string[]): Promise<string[]> =>
  test.undone(async (transaction) => {
    for (const statement of statements) await transaction.query(statement);
    const findings = [
      await checkConversions(transaction),
      await checkUse(transaction),
      await checkExposure(transaction),
    ];
    return findings.flatMap(({ invariant, ok, violations }) => {
      expect(ok).toBe(violations.length === 0);
      return violations.map((violation) => `${invariant} ${violation}`);
    });
  });

const quote = (id: string | undefined, change: string) =>
  `UPDATE quote SET ${change} WHERE quote_id = '${id}'`;

it('finds nothing in sound books', async () => {
  expect(await brokenBy()).toEqual([]);
  // A quote that a payment had and gave back may still say whose it was.
  expect(await brokenBy(quote(RELEASED, `payment_id = '${PAYMENT.replace(/1$/, '2')}'`))).toEqual([]);
});

it.each<[string, string]>([
  [`I9 quote ${EXPIRED}`, quote(EXPIRED, 'target_minor = target_minor + 1')],
  [`I9 quote ${EXPIRED}`, quote(EXPIRED, 'target_minor = target_minor - 1')],
  [`I9 quote ${EXPIRED}`, quote(EXPIRED, 'source_minor = source_minor - 10000')],
  [`I9 quote ${EXPIRED}`, quote(EXPIRED, `rate = 'nothing'`)],
  [`I8 quote ${USED}`, quote(USED, 'payment_id = NULL')],
  [`I8 quote ${USED}`, quote(USED, `state = 'open'`)],
  [`I8 quote ${USED}`, quote(USED, `state = 'expired'`)],
  [
    'fx-exposure open exposure of FXNAGA in THB: 82001, quotes say 82000',
    'UPDATE exposure SET open_minor = open_minor + 1',
  ],
  ['fx-exposure open exposure of FXNAGA in THB: 82000, quotes say 0', quote(OPEN, `state = 'expired'`)],
  ['fx-exposure open exposure of FXNAGA in THB: 0, quotes say 82000', 'DELETE FROM exposure'],
  [
    'fx-exposure position of FXNAGA in THB: 82001, quotes say 82000',
    `UPDATE fx_position SET sold_minor = sold_minor + 1 WHERE currency = 'THB'`,
  ],
  [
    'fx-exposure position of FXNAGA in KHR: -10024001, quotes say -10024000',
    `UPDATE fx_position SET bought_minor = bought_minor + 1 WHERE currency = 'KHR'`,
  ],
  ['fx-exposure position of FXNAGA in THB: 0, quotes say 82000', 'DELETE FROM fx_position'],
  ['fx-exposure position of FXNAGA in THB: 82000, quotes say 0', quote(USED, `state = 'released'`)],
])('finds %s', async (violation, statement) => {
  expect(await brokenBy(statement)).toContain(violation);
});
