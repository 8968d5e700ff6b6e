import { afterAll, beforeAll, expect, it } from '@jest/globals';
import {
  adapterRecallCalls,
  FACT_SOURCES,
  recallCalls,
  type FactBody,
  type PaymentSubmit,
  type RecallAnswer,
  type RecallView,
} from '@tonle/contracts';
import { feed, makeRefund, makeSubmit, openWorld, resultOf, type World } from '../payment/payment.testing.js';
import { RECALL_FACTS } from './recall-fact.store.js';

// Real: PostgreSQL, the calls and the clock job of routing. The adapter is played.

let world: World;
let answer: RecallAnswer;
beforeAll(async () => {
  world = await openWorld('routing_recall_facts');
  const { ask } = adapterRecallCalls('adapter-thailand');
  world.platform.calls.serve(ask, () => Promise.resolve({ reply: { kind: 'answered' as const, answer } }));
});
afterAll(() => world.close());

/** What is told in a round, kept as told. */
async function told(): Promise<FactBody<'routing.recall'>[]> {
  const { clock } = world.platform;
  return world.test.database.transaction(async (transaction) => {
    const { parts } = await RECALL_FACTS.gather(transaction, clock.now());
    const facts = parts.flatMap((part) => part.facts);
    for (const { id, body } of facts)
      await transaction.query(
        `WITH head AS (UPDATE told_fact_head SET place = place + 1 RETURNING place)
         INSERT INTO told_fact (source, id, place, changed_at, body)
         SELECT 'routing.recall', $1, place, $2, $3 FROM head
         ON CONFLICT (source, id) DO UPDATE SET place = excluded.place, body = excluded.body`,
        [id, new Date(clock.now()), JSON.stringify(body)],
      );
    return facts.map(({ body }) => FACT_SOURCES['routing.recall'].body.parse(body));
  });
}

async function recalled(): Promise<{ readonly payment: PaymentSubmit; readonly recall: RecallView }> {
  const { calls, clock, random } = world.platform;
  const payment = makeSubmit(world);
  await feed(world, payment, resultOf(world, payment.paymentId, 'debit', 'accepted'));
  await feed(world, resultOf(world, payment.paymentId, 'credit', 'accepted'));
  const created = await calls.call(recallCalls.create, {
    ...{ recallId: random.id(clock.now()), paymentId: payment.paymentId, asker: payment.sender },
    ...{ messageId: `R-${payment.paymentId}`, contentHash: '0'.repeat(64) },
    ...{ reason: 'duplicate', isoReason: 'DUPL' },
  });
  if (created.kind === 'refused') throw new Error(created.reason);
  return { payment, recall: created.recall };
}

const shown = async ({ recallId }: RecallView): Promise<RecallView> =>
  (await world.platform.calls.call(recallCalls.list, { recallIds: [recallId], limit: 1 })).recalls[0]!;

/** The fact of what a recall is shown as. */
function factOf(view: RecallView): FactBody<'routing.recall'> {
  const { recallId, paymentId, corridor, direction, asker, answerer, reason, isoReason, byPeople, state } =
    view;
  return {
    ...{ recallId, paymentId, corridor, direction, asker, answerer, reason, isoReason, byPeople, state },
    ...{ caseId: view.caseId ?? null, refusal: view.answer?.refusal ?? null },
    ...{ currency: view.amount.currency, minor: view.amount.minor },
    ...{ receivedAt: view.receivedAt, deadline: view.deadline, endedAt: view.endedAt ?? null },
    ...{ moneyDue: view.moneyDue ?? null, moneyMissing: view.moneyMissing ?? false },
  };
}

it('a recall is told as it is shown, and again only when it stands otherwise', async () => {
  const { payment, recall } = await recalled();
  expect(await told()).toEqual([factOf(recall)]);
  expect(await told()).toEqual([]);
  answer = { state: 'ACCEPTED' };
  await world.routing.recallJob.run();
  const accepted = await shown(recall);
  expect(accepted).toMatchObject({ state: 'ACCEPTED', moneyDue: expect.any(String) });
  expect(await told()).toEqual([factOf(accepted)]);
  // Its money does not come, and comes after all.
  world.platform.clock.set(Date.parse(accepted.moneyDue!));
  expect(await told()).toEqual([{ ...factOf(accepted), moneyMissing: true }]);
  expect(await told()).toEqual([]);
  const refund = makeRefund(world, payment);
  await feed(world, refund);
  await feed(world, resultOf(world, refund.paymentId, 'credit', 'accepted'));
  expect(await told()).toEqual([{ ...factOf(accepted), moneyMissing: false }]);
});

it('one that was answered between two rounds is told as answered', async () => {
  const { recall } = await recalled();
  answer = { state: 'REFUSED', refusal: 'other' };
  await world.routing.recallJob.run();
  expect(await told()).toEqual([factOf(await shown(recall))]);
  expect(await told()).toEqual([]);
});
