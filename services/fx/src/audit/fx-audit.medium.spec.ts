import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '@tonle/persistence';
import { FX_DATABASE } from '../fx.service.js';
import { auditTotals, checkConversions, checkExposure, checkUse } from './audit.store.js';

// Real: PostgreSQL. One broken state for each arm of each check, known by its text.

const [OPEN, USED, RELEASED, EXPIRED] = [1, 2, 3, 4].map((n) => `00000000-0000-4000-8000-00000000000${n}`);
const [PAYMENT, UNDONE] = [1, 2].map((n) => `00000000-0000-7000-8000-00000000000${n}`);

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase('fx_audit');
  await test.database.openOrm(FX_DATABASE);
  for (const [id, state, payment] of [
    [OPEN, 'open', null],
    [USED, 'used', PAYMENT],
    // A quote that a payment had and gave back may still say whose it was.
    [RELEASED, 'released', UNDONE],
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

const findingsAfter = (...statements: string[]) =>
  test.undone(async (transaction) => {
    for (const statement of statements) await transaction.query(statement);
    return [
      await checkConversions(transaction),
      await checkUse(transaction),
      await checkExposure(transaction),
    ];
  });
const brokenBy = async (...statements: string[]): Promise<string[]> =>
  (await findingsAfter(...statements)).flatMap(({ invariant, ok, violations }) => {
    expect(ok).toBe(violations.length === 0);
    return violations.map((violation) => `${invariant} ${violation}`);
  });

const quote = (id: string | undefined, change: string) =>
  `UPDATE quote SET ${change} WHERE quote_id = '${id}'`;

it('finds nothing in sound books, and says how much it looked at', async () => {
  expect(await brokenBy()).toEqual([]);
  expect((await findingsAfter()).map(({ checked }) => checked)).toEqual([4, 1, 3]);
  expect(await brokenBy(quote(RELEASED, 'payment_id = NULL'))).toEqual([]);
});

it('asks no exposure and no position of quotes in one currency', async () => {
  const change = `provider = 'SETTLER', source_currency = 'USD', source_minor = 2500, target_currency = 'USD', target_minor = 2500, rate = '1'`;
  const emptied = 'UPDATE exposure SET open_minor = 0';
  const closed = ['DELETE FROM fx_position', emptied, quote(OPEN, change), quote(USED, change)];
  expect(await brokenBy(...closed)).toEqual([]);
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
    'fx-exposure open exposure of FXNAGA: 820.01 THB, quotes say 820.00 THB',
    'UPDATE exposure SET open_minor = open_minor + 1',
  ],
  ['fx-exposure open exposure of FXNAGA: 820.00 THB, quotes say 0.00 THB', quote(OPEN, `state = 'expired'`)],
  ['fx-exposure open exposure of FXNAGA: 0.00 THB, quotes say 820.00 THB', 'DELETE FROM exposure'],
  [
    'fx-exposure position of FXNAGA: 820.01 THB, quotes say 820.00 THB',
    `UPDATE fx_position SET sold_minor = sold_minor + 1 WHERE currency = 'THB'`,
  ],
  [
    'fx-exposure position of FXNAGA: -100240.01 KHR, quotes say -100240 KHR',
    `UPDATE fx_position SET bought_minor = bought_minor + 1 WHERE currency = 'KHR'`,
  ],
  ['fx-exposure position of FXNAGA: 0.00 THB, quotes say 820.00 THB', 'DELETE FROM fx_position'],
  ['fx-exposure position of FXNAGA: 820.00 THB, quotes say 0.00 THB', quote(USED, `state = 'released'`)],
])('finds %s', async (violation, statement) => {
  expect(await brokenBy(statement)).toContain(violation);
});

it('looks at every quote, and names the first twenty', async () => {
  const [conversions, use] = await findingsAfter(
    `INSERT INTO quote
     SELECT (jsonb_populate_record(one, jsonb_build_object('quote_id', gen_random_uuid()))).*
     FROM quote AS one
     CROSS JOIN generate_series(1, 1997)
     WHERE quote_id = '${EXPIRED}'`,
    // Nineteen on the first page, thirty on the others.
    `UPDATE quote SET payment_id = gen_random_uuid(), target_minor = 1
     WHERE quote_id IN (SELECT quote_id FROM quote ORDER BY quote_id LIMIT 19)
        OR quote_id IN (SELECT quote_id FROM quote ORDER BY quote_id DESC LIMIT 30)`,
  );
  expect(conversions!.checked).toBe(2_001);
  expect(conversions!.violations).toHaveLength(20);
  expect(use!.violations).toHaveLength(20);
});

it('gives the totals of what was used', async () => {
  expect(await auditTotals(test.database)).toEqual({
    'quotes.open': '1',
    'quotes.used': '1',
    'quotes.released': '1',
    'quotes.expired': '1',
    'used.source.KHR': '10024000',
    'used.target.THB': '82000',
    'used.payments': createHash('md5').update(PAYMENT!).digest('hex'),
  });
});
