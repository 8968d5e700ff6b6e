import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  adapterRecallCalls,
  recallCalls,
  type NetworkRecall,
  type NetworkRecallEnd,
  type PaymentSubmit,
  type RecallView,
} from '@tonle/contracts';
import {
  feed,
  makeRefund,
  makeSubmit,
  openWorld,
  resultOf,
  stateOf,
  type World,
} from '../payment/payment.testing.js';
import { assembleRouting, type Routing } from '../routing.testing.js';

// Real: PostgreSQL, the calls and the clock job of two instances, of which the first stops. The adapter is played.

let world: World;
let other: Routing;
let asked: NetworkRecall[] = [];
let told: NetworkRecallEnd[] = [];
let count = 0;

beforeAll(async () => {
  world = await openWorld('routing_waiting_recalls');
  const database = await world.test.another();
  other = await assembleRouting({ ...world.platform, lane: 'second', instance: 'routing-second', database });
  const { ask, tell } = adapterRecallCalls('adapter-thailand');
  world.platform.calls.serve(ask, (recall) => {
    asked.push(recall);
    return Promise.resolve({ reply: { kind: 'taken' } });
  });
  world.platform.calls.serve(tell, (end) => {
    told.push(end);
    return Promise.resolve({ told: true });
  });
});
afterAll(async () => {
  await other.commit.lane.close();
  await world.close();
});
beforeEach(() => {
  asked = [];
  told = [];
});

/** A payment whose credit leg was sent, and has no answer yet. */
async function sent(direction: 'inbound' | 'outbound' = 'outbound'): Promise<PaymentSubmit> {
  const submit = makeSubmit(world, { direction });
  await feed(world, submit);
  if (direction === 'outbound') await feed(world, resultOf(world, submit.paymentId, 'debit', 'accepted'));
  expect(await stateOf(world, submit.paymentId)).toBe('CREDIT_SENT');
  return submit;
}
const credit = ({ paymentId }: PaymentSubmit, outcome: 'accepted' | 'rejected') =>
  feed(world, resultOf(world, paymentId, 'credit', outcome));

async function recalled({ paymentId, sender }: PaymentSubmit): Promise<RecallView> {
  const { clock, random } = world.platform;
  const answer = await world.platform.calls.call(recallCalls.create, {
    recallId: random.id(clock.now()),
    ...{ paymentId, asker: sender, messageId: `W-${(count += 1)}`, contentHash: '0'.repeat(64) },
    ...{ reason: 'duplicate', isoReason: 'DUPL' },
  });
  if (answer.kind === 'refused') throw new Error(answer.reason);
  return answer.recall;
}
const find = async (search: object) =>
  (await world.platform.calls.call(recallCalls.list, { ...search, limit: 1 })).recalls;
const shown = async ({ recallId }: RecallView): Promise<RecallView> =>
  (await find({ recallIds: [recallId] }))[0]!;
const run = (ms = 0, { recallJob }: Routing = world.routing): Promise<void> => {
  world.platform.clock.advance(ms);
  return recallJob.run();
};
const eventsOf = ({ history }: RecallView) => history.map(({ event }) => event);
const untold = async ({ recallId }: RecallView): Promise<string[]> => {
  const { recalls } = await world.platform.calls.call(recallCalls.news, { told: [] });
  return recalls.filter((each) => each.recallId === recallId).map(({ state }) => state);
};

describe('a recall of a payment under way', () => {
  it('waits, and is asked once that has completed, whoever runs then', async () => {
    const payment = await sent();
    const recall = await recalled(payment);
    expect(recall).toMatchObject({ state: 'RECEIVED', amount: payment.target });
    for (const routing of [world.routing, other]) await run(60_000, routing);
    expect(asked).toEqual([]);
    expect(eventsOf(await shown(recall))).toEqual(['received', 'waiting']);
    await credit(payment, 'accepted');
    // The instance that took it has stopped: all that it knew is in the database.
    await run(0, other);
    expect(asked).toMatchObject([{ recallId: recall.recallId, amount: payment.target }]);
    const open = await shown(recall);
    expect(open.state).toBe('PENDING');
    expect(eventsOf(open)).toEqual(['received', 'waiting', 'payment_completed', 'pending']);
    await run(60_000, other);
    expect(asked).toHaveLength(1);
    const back = makeRefund(world, payment, { minor: payment.target.minor });
    await feed(world, back, resultOf(world, back.paymentId, 'credit', 'accepted'));
    await run();
    expect((await shown(recall)).state).toBe('ACCEPTED');
  });

  it('ends when that fails, and nobody was asked', async () => {
    const payment = await sent();
    const recall = await recalled(payment);
    await credit(payment, 'rejected');
    await run();
    // Its payer has the money back only when the reversal is done.
    expect([await stateOf(world, payment.paymentId), (await shown(recall)).state]).toEqual([
      'UNWINDING',
      'RECEIVED',
    ]);
    await feed(world, resultOf(world, payment.paymentId, 'reversal', 'accepted'));
    await run();
    expect(await stateOf(world, payment.paymentId)).toBe('REJECTED');
    const ended = await shown(recall);
    expect(ended).toMatchObject({ state: 'REFUSED', answer: { refusal: 'no_original' } });
    expect(await untold(recall)).toEqual(['REFUSED']);
    await run(60_000);
    expect(asked).toEqual([]);
    expect(eventsOf(ended)).toEqual(['received', 'waiting', 'refused']);
  });

  it('counts a refund that was made before it was asked, and asks nobody then', async () => {
    const payment = await sent();
    const recall = await recalled(payment);
    await credit(payment, 'accepted');
    const back = makeRefund(world, payment, { minor: payment.target.minor });
    await feed(world, back, resultOf(world, back.paymentId, 'credit', 'accepted'));
    await run();
    expect((await shown(recall)).state).toBe('ACCEPTED');
    expect(asked).toEqual([]);
  });

  it('has no answer at its deadline when that has no end by then, and may be asked for again', async () => {
    const payment = await sent();
    const recall = await recalled(payment);
    await run(Date.parse(recall.deadline) - world.platform.clock.now() - 1);
    expect((await shown(recall)).state).toBe('RECEIVED');
    await run(1);
    expect((await shown(recall)).state).toBe('EXPIRED');
    expect(asked).toEqual([]);
    expect((await recalled(payment)).state).toBe('RECEIVED');
  });

  it('is asked though no switch ran until its deadline, when that has completed by then', async () => {
    const payment = await sent();
    const recall = await recalled(payment);
    world.platform.clock.advance(Date.parse(recall.deadline) - world.platform.clock.now());
    await credit(payment, 'accepted');
    await run(1, other);
    expect(asked).toHaveLength(1);
    expect(Date.parse((await shown(recall)).deadline)).toBeGreaterThan(Date.parse(recall.deadline));
  });
});

describe('a recall of a network, of a payment under way', () => {
  const toAnswer = ({ answerer, paymentId }: RecallView) =>
    find({ answerer, paymentId, states: ['RECEIVED'] });
  const answer = ({ recallId, answerer: by }: RecallView) =>
    world.platform.calls.call(recallCalls.answer, { recallId, by, answer: { state: 'PENDING' } });

  it('is not asked of the bank before that has completed', async () => {
    const payment = await sent('inbound');
    const recall = await recalled(payment);
    expect(await toAnswer(recall)).toEqual([]);
    expect(await untold(recall)).toEqual([]);
    expect(await answer(recall)).toMatchObject({ kind: 'refused', reason: 'original_not_completed' });
    expect(eventsOf(await shown(recall))).toEqual(['received', 'waiting', 'early_answer']);
    await credit(payment, 'accepted');
    await run();
    expect(await toAnswer(recall)).toMatchObject([{ recallId: recall.recallId }]);
    expect(await untold(recall)).toEqual(['RECEIVED']);
    expect(await answer(recall)).toMatchObject({ kind: 'recall', recall: { state: 'PENDING' } });
    expect(told).toEqual([]);
  });

  it('is told to the network, and never to the bank, when that has failed', async () => {
    const payment = await sent('inbound');
    const recall = await recalled(payment);
    await credit(payment, 'rejected');
    expect(await stateOf(world, payment.paymentId)).toBe('REJECTED');
    await run();
    expect(told).toMatchObject([
      { recallId: recall.recallId, state: 'REFUSED', answer: { refusal: 'no_original' } },
    ]);
    expect(await untold(recall)).toEqual([]);
  });
});
