import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { approvalFinding, Approvals } from '@tonle/approval';
import { createTestDatabase, type TestDatabase } from '@tonle/persistence';
import { createTestPlatform } from '@tonle/platform';
import { SETTLEMENT_DATABASE } from '../settlement.service.js';
import { CorrectionsAreApprovals1775006000000 } from './1775006000000-corrections-are-approvals.js';

// Real: PostgreSQL, with corrections as earlier versions kept them.

const [WAITS, READ, LEFT] = [1, 2, 3].map((n) => `0193f5d2-1111-7000-8000-00000000000${n}`) as [
  string,
  string,
  string,
];
const FILES = JSON.stringify([{ name: 'items.csv', sha256: 'a'.repeat(64) }]);

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase('corrections_upgrade', 'settlement');
  const { migrations = [], ...rest } = SETTLEMENT_DATABASE;
  const before = migrations.filter((each) => each !== CorrectionsAreApprovals1775006000000);
  await test.database.openOrm({ ...rest, migrations: before });
  const propose = (id: string, day: string, verdict?: string) =>
    test.database.query(
      `INSERT INTO statement_correction
       VALUES ($1, 'APLUS', 'USD', $2, $3, 'line 17', 'OPERATOR-1', 'OPERATOR', '2026-11-29T01:00:00Z', $4, $5, $6, $7, $8)`,
      [
        id,
        day,
        FILES,
        ...(verdict === undefined
          ? [null, null, null, null, null]
          : [verdict, id, 'OPERATOR2-1', 'seen', '2026-11-29T02:00:00Z']),
      ],
    );
  await propose(WAITS, '2026-11-28');
  await propose(READ, '2026-11-27', 'approve');
  await propose(LEFT, '2026-11-26', 'reject');
  await (await test.another()).openOrm(SETTLEMENT_DATABASE);
});
afterAll(() => test.drop());

it('what waits for another operator still does, and what was decided stays told', async () => {
  const rows = await test.database.query(
    `SELECT r.approval_id AS id, r.target, r.state, v.verdict, v.operator
     FROM approval_request AS r LEFT JOIN approval_vote AS v USING (approval_id) ORDER BY id`,
  );
  expect(rows).toEqual([
    { id: WAITS, target: 'APLUS USD 2026-11-28', state: 'pending', verdict: null, operator: null },
    {
      id: READ,
      target: 'APLUS USD 2026-11-27',
      state: 'executed',
      verdict: 'approve',
      operator: 'OPERATOR2-1',
    },
    {
      id: LEFT,
      target: 'APLUS USD 2026-11-26',
      state: 'rejected',
      verdict: 'reject',
      operator: 'OPERATOR2-1',
    },
  ]);
  expect(await approvalFinding(test.database)).toMatchObject({ ok: true, checked: 1 });
});

it('is decided as any other', async () => {
  const approvals = new Approvals(createTestPlatform('settlement', test.database));
  const decide = (participant: string) =>
    approvals.decide({
      ...{ approvalId: WAITS, verdict: 'reject', acknowledged: [] },
      ...{ operator: `${participant}-1`, participant, reason: 'not that one' },
    });
  expect(await decide('OPERATOR')).toMatchObject({ reason: 'second_operator_needed' });
  expect(await decide('OPERATOR2')).toMatchObject({ state: 'rejected' });
});
