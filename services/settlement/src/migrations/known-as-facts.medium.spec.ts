import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { FACT_SOURCES, type FactBody } from '@tonle/contracts';
import { createTestDatabase, type TestDatabase } from '@tonle/persistence';
import { ratesUntil } from '../fx-position/fx-position.store.js';
import { tellFacts } from '../report/fact.testing.js';
import { SETTLEMENT_DATABASE } from '../settlement.service.js';
import { KnownAsFacts1776106000000 } from './1776106000000-known-as-facts.js';

// Real: PostgreSQL, with what was known kept as earlier versions did.

const [RECALL, PAYMENT] = ['0193f5d2-1111-7000-8000-000000000001', '0193f5d2-1111-7000-8000-000000000002'];
const at = (hour: number): string => `2026-11-20T${String(hour).padStart(2, '0')}:00:00.125Z`;

const ACCEPTED: FactBody<'routing.recall'> = {
  ...{ recallId: RECALL, paymentId: PAYMENT, corridor: 'KH-TH', direction: 'outbound', asker: 'KHMEKONG' },
  ...{ answerer: 'THSWITCH', caseId: null, reason: 'duplicate', isoReason: 'DUPL', currency: 'THB' },
  ...{
    minor: '82000',
    byPeople: false,
    state: 'ACCEPTED',
    refusal: null,
    receivedAt: at(1),
    deadline: at(9),
  },
  ...{ endedAt: at(3), moneyDue: at(20), moneyMissing: false },
};

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase('known_upgrade', 'settlement');
  const { migrations = [], ...rest } = SETTLEMENT_DATABASE;
  const before = migrations.filter((each) => each !== KnownAsFacts1776106000000);
  await test.database.openOrm({ ...rest, migrations: before });
  const recall = (known: string, state: string, ended: string | null, due: string | null) =>
    test.database.query(
      `INSERT INTO recall_known
       VALUES ($1, $2, $3, 'KH-TH', 'outbound', 'KHMEKONG', 'THSWITCH', NULL, 'duplicate', 'DUPL', 'THB', 82000, false, $4, NULL, $5, $6,
         $7, $8, false)`,
      [RECALL, known, PAYMENT, state, at(1), at(9), ended, due],
    );
  await recall(at(2), 'PENDING', null, null);
  await recall(at(4), 'ACCEPTED', at(3), at(20));
  await test.database.query(
    `INSERT INTO participant_known
     VALUES ('FXNAGA', $1, 'fx_provider', 'KH', '{"THB": "500000"}'), ('FXNAGA', $2, 'fx_provider', 'KH', '{"THB": "700000"}')`,
    [at(2), at(5)],
  );
  // One rate was replaced before rows kept their past, one since.
  await test.database.query(
    `INSERT INTO reference_rate (day, source_currency, target_currency, rate, source, set_at)
     VALUES ('2026-11-19', 'THB', 'KHR', '125', 'fixing', $1)`,
    [at(6)],
  );
  await test.database.query(
    `INSERT INTO reference_rate_past
     VALUES ('2026-11-19', 'THB', 'KHR', '121', 'mid', $1, $2), ('2026-11-19', 'THB', 'KHR', '123', 'fixing', $2, $3)`,
    [at(1), at(4), at(6)],
  );
  await test.database.query(
    `INSERT INTO row_past
     VALUES ('reference_rate', $1::timestamptz, $2::timestamptz, jsonb_build_object('day', '2026-11-19', 'source_currency', 'THB',
       'target_currency', 'KHR', 'rate', '123', 'source', 'fixing', 'set_at', $1::timestamptz, 'known_from', $1::timestamptz))`,
    [at(4), at(6)],
  );
  await (await test.another()).openOrm(SETTLEMENT_DATABASE);
});
afterAll(() => test.drop());

const versions = (source: string) =>
  test.database.query<{ body: { state?: string; caps?: object }; knownFrom: Date; knownUntil: Date | null }>(
    `SELECT body, known_from AS "knownFrom", known_until AS "knownUntil" FROM fact WHERE source = $1 ORDER BY version`,
    [source],
  );

it('how recalls and participants stood is told as ever, as versions of facts', async () => {
  const recalls = await versions('routing.recall');
  expect(recalls).toMatchObject([
    { body: { state: 'PENDING' }, knownFrom: new Date(at(2)), knownUntil: new Date(at(4)) },
    { body: ACCEPTED, knownFrom: new Date(at(4)), knownUntil: null },
  ]);
  const participants = await versions('routing.participant');
  expect(participants).toMatchObject([
    { body: { caps: { THB: '500000' } }, knownUntil: new Date(at(5)) },
    { body: { caps: { THB: '700000' } }, knownUntil: null },
  ]);
  for (const { body } of recalls) FACT_SOURCES['routing.recall'].body.parse(body);
  for (const { body } of participants) FACT_SOURCES['routing.participant'].body.parse(body);
});

it('what routing tells in the same words is no other version', async () => {
  const times = { atMs: Date.parse(at(10)), sealedMs: Date.parse(at(10)) };
  await tellFacts(test.database, 'routing.recall', { [RECALL]: ACCEPTED }, times);
  const caps = { THB: '700000' };
  const participant = { participant: 'FXNAGA', kind: 'fx_provider', country: 'KH', caps };
  await tellFacts(test.database, 'routing.participant', { FXNAGA: participant }, times);
  expect(await versions('routing.recall')).toHaveLength(2);
  expect(await versions('routing.participant')).toHaveLength(2);
});

it('a rate that was replaced is known as it was, once', async () => {
  const rates = async (hour: number) =>
    (await ratesUntil(test.database, '2026-11-20', new Date(at(hour)))).map(({ rate }) => rate);
  expect([await rates(0), await rates(2), await rates(5), await rates(7)]).toEqual([
    [],
    ['121'],
    ['123'],
    ['125'],
  ]);
});
