import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { uuidV7 } from '@tonle/contracts';
import { createTestDatabase, type TestDatabase } from '@tonle/persistence';
import { GATEWAY_DATABASE } from '../gateway.service.js';
import { auditNotices } from './notice-audit.js';

// Real: PostgreSQL. One broken state for each arm of each check, known by its text.

const NOW_MS = Date.parse('2026-11-29T04:00:00Z');
const idAt = (ms: number) => uuidV7(ms, randomBytes);
const PAID = idAt(NOW_MS - 60_000);
/** Looked at no more. */
const LONG_AGO = idAt(NOW_MS - 90_000_000);
let test: TestDatabase;

beforeAll(async () => {
  test = await createTestDatabase('notice_audit', 'gateway');
  await test.database.openOrm(GATEWAY_DATABASE);
  for (const id of [PAID, LONG_AGO])
    await test.database.query(
      `INSERT INTO request
         (payment_id, uetr, sender, message_id, content_hash, dialect, raw, submit, creditor_shown, received_at, state, version, event)
       VALUES ($1::uuid, $1::uuid, 'KHMEKONG', $1::text, sha256('x'), 'rest', '', '{}', '', now(), 'COMPLETED', 7, '{}')`,
      [id],
    );
  await test.database.query(`INSERT INTO notice_check VALUES (1, '2026-11-01T00:00Z')`);
  await test.database.query(
    `INSERT INTO notice_feed (participant, last) VALUES ('KHMEKONG', 1), ('FXNAGA', 2)`,
  );
  for (const [participant, position, type] of [
    ['KHMEKONG', 1, 'payment.completed'],
    ['FXNAGA', 1, 'quote.used'],
    ['FXNAGA', 2, 'quote.completed'],
  ] as const)
    await test.database.query(noticeSql(participant, position, type));
});
afterAll(() => test.drop());

const noticeSql = (participant: string, position: number, type: string) =>
  `INSERT INTO notice (notice_id, participant, position, type, payment_id, version, data, at, noticed_at)
   VALUES (gen_random_uuid(), '${participant}', ${position}, '${type}', '${PAID}', 7, '{}', now(), now())`;
const findingsAfter = (...statements: string[]) =>
  test.undone(async (transaction) => {
    for (const statement of statements) await transaction.query(statement);
    return auditNotices(transaction, NOW_MS);
  });

it('finds nothing where all was told once, and says how much it looked at', async () => {
  const findings = await findingsAfter();
  expect(findings.map(({ ok, checked, violations }) => [ok, checked, violations])).toEqual([
    [true, 1, []],
    [true, 1, []],
    [true, 1, []],
    [true, 2, []],
    [true, 1, []],
  ]);
  expect(findings.every(({ invariant }) => invariant.startsWith('I19 '))).toBe(true);
});

it('judges nothing of the time before ends were compared here', async () => {
  const broken = `DELETE FROM notice WHERE participant = 'KHMEKONG'`;
  const compared = `UPDATE notice_check SET checked_until = '2026-11-29T04:00Z'`;
  for (const since of [compared, 'DELETE FROM notice_check']) {
    const [sent] = await findingsAfter(broken, since);
    expect(sent).toMatchObject({ ok: true, checked: 0 });
  }
});

it.each<[string, string]>([
  [
    `payment ${PAID} is COMPLETED, and KHMEKONG was not told`,
    `DELETE FROM notice WHERE participant = 'KHMEKONG'`,
  ],
  [
    `payment ${PAID} is COMPLETED, and KHMEKONG was not told`,
    `UPDATE notice SET type = 'payment.unknown' WHERE participant = 'KHMEKONG'`,
  ],
  [
    `KHMEKONG was told payment.completed, payment.failed of payment ${PAID}`,
    `${noticeSql('KHMEKONG', 2, 'payment.failed')}; UPDATE notice_feed SET last = 2`,
  ],
  [
    `FXNAGA was told nothing of the quote of payment ${PAID}, which has ended`,
    `DELETE FROM notice WHERE type = 'quote.completed'`,
  ],
  [
    `FXNAGA was told quote.completed, quote.failed of the quote of payment ${PAID}, which has ended`,
    `${noticeSql('FXNAGA', 3, 'quote.failed')}; UPDATE notice_feed SET last = 3`,
  ],
  [
    'the feed of FXNAGA ends at 1, and has position 2',
    `UPDATE notice_feed SET last = 1 WHERE participant = 'FXNAGA'`,
  ],
  [
    'of the payments that came from 2026-11-29T03:00:00.000Z until 2026-11-29T03:10:00.000Z, 2 ended and nobody was told',
    `INSERT INTO notice_gap VALUES ('2026-11-29T03:00Z', '2026-11-29T03:10Z', 2, now())`,
  ],
])('finds that %s', async (violation, statement) => {
  const findings = await findingsAfter(statement);
  expect(findings.flatMap(({ violations }) => violations)).toEqual([violation]);
  expect(findings.filter(({ ok }) => !ok)).toHaveLength(1);
});
