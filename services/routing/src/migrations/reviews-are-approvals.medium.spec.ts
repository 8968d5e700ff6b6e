import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { approvalFinding } from '@tonle/approval';
import type { QueryRunner } from 'typeorm';
import { feed, makeSubmit, openWorld, resultOf, stateOf, type World } from '../payment/payment.testing.js';
import { DONE, Operators } from '../review/review.testing.js';
import { Reviews1764000500000 } from './1764000500000-reviews.js';
import { ReviewsAreApprovals1775006100000 } from './1775006100000-reviews-are-approvals.js';

// Real: PostgreSQL and routing, with proposals as earlier versions kept them.

const [WAITS, REJECTED, OVERTAKEN] = [1, 2, 3].map((n) => `0193f5d2-1111-7000-8000-00000000000${n}`) as [
  string,
  string,
  string,
];

let world: World;
let operators: Operators;
let paymentId: string;
beforeAll(async () => {
  world = await openWorld('reviews_upgrade');
  operators = new Operators(world);
  const submit = makeSubmit(world);
  ({ paymentId } = submit);
  await feed(world, submit, resultOf(world, paymentId, 'debit', 'accepted'));
  await feed(world, resultOf(world, paymentId, 'credit', 'exhausted'));
  const { database } = world.test;
  const tables = (sql: string) => (/^CREATE/.test(sql) ? database.query(sql) : Promise.resolve([]));
  await new Reviews1764000500000().up({ query: tables } as unknown as QueryRunner);
  const [row] = await database.query<{ version: number }>('SELECT version FROM payment WHERE id = $1', [
    paymentId,
  ]);
  const propose = (id: string, version: number, state: string, by: string | null) =>
    database.query(
      `INSERT INTO review_proposal
       VALUES ($1, $2, 'credit', $3, 'paid', 'TH-1', 'THB', 82000, 'asked', 'line 7', 'OPERATOR', now(), $4, $5,
         CASE WHEN $4 = 'OPEN' THEN NULL ELSE now() END)`,
      [id, paymentId, version, state, by],
    );
  await propose(REJECTED, row!.version, 'REJECTED', 'OPERATOR2');
  await propose(OVERTAKEN, row!.version - 1, 'SUPERSEDED', null);
  await propose(WAITS, row!.version, 'OPEN', null);
  await database.query(
    `INSERT INTO operator_action (id, at, operator, reason, action, subject, evidence)
     VALUES ('${WAITS}', now(), 'OPERATOR-1', 'asked', 'review.propose.paid', $1, 'line 7'),
       ('${REJECTED}', now(), 'OPERATOR-1', 'open it', 'corridor.open', 'KH-TH', NULL)`,
    [paymentId],
  );
  const run = (sql: string) => database.query(sql);
  await new ReviewsAreApprovals1775006100000().up({ query: run } as unknown as QueryRunner);
});
afterAll(() => world.close());

it('what was decided and what was overtaken stays told, each deed once', async () => {
  const rows = await world.test.database.query(
    `SELECT r.approval_id AS id, r.state, r.operator, v.verdict, v.participant
     FROM approval_request AS r LEFT JOIN approval_vote AS v USING (approval_id) ORDER BY id`,
  );
  expect(rows).toEqual([
    { id: WAITS, state: 'pending', operator: 'OPERATOR-1', verdict: null, participant: null },
    { id: REJECTED, state: 'rejected', operator: 'OPERATOR-1', verdict: 'reject', participant: 'OPERATOR2' },
    { id: OVERTAKEN, state: 'stale', operator: 'OPERATOR-1', verdict: null, participant: null },
  ]);
  const left = await world.test.database.query(
    `SELECT action FROM operator_action WHERE subject IN ('KH-TH', $1)`,
    [paymentId],
  );
  expect(left).toEqual([{ action: 'corridor.open' }]);
});

it('what waits for another operator is decided as any other', async () => {
  const [review] = await operators.reviews();
  expect(review!.proposal).toMatchObject({
    approvalId: `routing.${WAITS}`,
    partnerRef: 'TH-1',
    evidence: 'line 7',
  });
  expect(await operators.approve(WAITS)).toMatchObject(DONE);
  expect(await stateOf(world, paymentId)).toBe('COMPLETED');
  expect(await approvalFinding(world.test.database)).toMatchObject({ ok: true, checked: 1 });
});
