import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  adapterRecallCalls,
  auditLogCalls,
  recallCalls,
  routingCalls,
  type NetworkRecall,
  type NetworkRecallEnd,
  type NetworkRecallReply,
  type PaymentSubmit,
  type RecallAnswer,
  type RecallView,
} from '@tonle/contracts';
import type { z } from 'zod';
import {
  feed,
  makeRefund,
  makeSubmit,
  openWorld,
  resultOf,
  type PaymentOptions,
  type World,
} from '../payment/payment.testing.js';
import { assembleRouting, type Routing } from '../routing.testing.js';

// Real: PostgreSQL, the calls and the clock job of two instances. The adapter is played.

type CreateRequest = z.infer<typeof recallCalls.create.request>;

const DAY_MS = 86_400_000;
let world: World;
let other: Routing;
let asked: NetworkRecall[] = [];
let told: NetworkRecallEnd[] = [];
/** What the network says; undefined: its adapter is away. */
let reply: NetworkRecallReply | undefined;
let isTold = true;
let count = 0;

beforeAll(async () => {
  world = await openWorld('routing_recalls');
  const database = await world.test.another();
  other = await assembleRouting({ ...world.platform, lane: 'second', instance: 'routing-second', database });
  const { ask, tell } = adapterRecallCalls('adapter-thailand');
  world.platform.calls.serve(ask, (recall) => {
    asked.push(recall);
    return Promise.resolve({ reply: reply! });
  });
  world.platform.calls.serve(tell, (end) => {
    told.push(end);
    return Promise.resolve({ told: isTold });
  });
});
afterAll(async () => {
  await other.commit.lane.close();
  await world.close();
});
beforeEach(() => {
  asked = [];
  told = [];
  reply = { kind: 'taken' };
  isTold = true;
});

async function paid(options: PaymentOptions = {}): Promise<PaymentSubmit> {
  const submit = makeSubmit(world, options);
  await feed(world, submit);
  if (options.direction !== 'inbound')
    await feed(world, resultOf(world, submit.paymentId, 'debit', 'accepted'));
  await feed(world, resultOf(world, submit.paymentId, 'credit', 'accepted'));
  return submit;
}

function create(payment: PaymentSubmit, more: Partial<CreateRequest> = {}) {
  const { clock, random } = world.platform;
  return world.platform.calls.call(recallCalls.create, {
    recallId: random.id(clock.now()),
    paymentId: payment.paymentId,
    asker: payment.sender,
    messageId: `R-${(count += 1)}`,
    contentHash: '0'.repeat(64),
    reason: 'duplicate',
    isoReason: 'DUPL',
    ...more,
  });
}

async function recalled(payment: PaymentSubmit, more: Partial<CreateRequest> = {}): Promise<RecallView> {
  const answer = await create(payment, more);
  if (answer.kind === 'refused') throw new Error(answer.reason);
  return answer.recall;
}

const shown = async ({ recallId }: RecallView): Promise<RecallView> =>
  (await world.platform.calls.call(recallCalls.list, { recallIds: [recallId], limit: 1 })).recalls[0]!;
const answer = (recall: RecallView, said: RecallAnswer, more: object = {}) =>
  world.platform.calls.call(recallCalls.answer, {
    recallId: recall.recallId,
    by: recall.answerer,
    answer: said,
    ...more,
  });
const run = (ms = 0): Promise<void> => {
  world.platform.clock.advance(ms);
  return world.routing.recallJob.run();
};
/** The audit log of routing. */
const recorded = async () => {
  const all = { after: 0, until: 1_000_000, limit: 1_000 };
  return (await world.platform.calls.call(auditLogCalls('routing').entries, all)).entries;
};
const eventsOf = ({ history }: RecallView) => history.map(({ event }) => event);

describe('a recall of a bank here', () => {
  it('is asked of the network until it has it, and ends by its answer', async () => {
    const payment = await paid();
    reply = { kind: 'silent', because: 'timeout' };
    const recall = await recalled(payment, { reason: 'fraud', isoReason: 'FRAD', text: 'Not mine' });
    expect(recall).toMatchObject({ state: 'RECEIVED', amount: payment.target, answerer: 'THSWITCH' });
    await run();
    await run(1_000);
    expect(asked).toHaveLength(1);
    reply = { kind: 'taken' };
    await run(5_000);
    expect(asked[1]).toEqual(asked[0]);
    expect(asked[0]).toMatchObject({
      ...{ recallId: recall.recallId, legKey: `${payment.paymentId}:C`, uetr: payment.uetr },
      ...{ isoReason: 'FRAD', text: 'Not mine', amount: payment.target },
    });
    expect(await shown(recall)).toMatchObject({ state: 'PENDING' });
    await run(DAY_MS);
    expect(asked).toHaveLength(2);
    await answer(recall, { state: 'REFUSED', refusal: 'customer_refuses', isoRefusal: 'CUST' });
    const ended = await shown(recall);
    expect(ended).toMatchObject({ state: 'REFUSED', answer: { refusal: 'customer_refuses' } });
    expect(eventsOf(ended)).toEqual(['received', 'unanswered', 'pending', 'refused']);
    await run(DAY_MS);
    expect(told).toEqual([]);
  });

  it('is answered by the money that comes back, whatever was said', async () => {
    const payment = await paid();
    const recall = await recalled(payment);
    await run();
    const part = makeRefund(world, payment, { minor: '41000' });
    await feed(world, part, resultOf(world, part.paymentId, 'credit', 'accepted'));
    await run();
    expect(await shown(recall)).toMatchObject({ state: 'PENDING' });
    world.platform.clock.advance(1);
    const rest = makeRefund(world, payment, { minor: '41000' });
    await feed(world, rest, resultOf(world, rest.paymentId, 'credit', 'accepted'));
    await run();
    expect(await shown(recall)).toMatchObject({
      state: 'ACCEPTED',
      refunds: [part, rest].map(({ paymentId, source }) => ({
        paymentId,
        state: 'COMPLETED',
        amount: source,
      })),
    });
    const late = await answer(recall, { state: 'REFUSED' });
    expect(late).toMatchObject({ kind: 'refused', reason: 'recall_ended' });
  });

  it('is not answered by a refund that was under way when it came, unless all is back', async () => {
    const payment = await paid();
    const before = makeRefund(world, payment, { minor: '60000' });
    await feed(world, before);
    world.platform.clock.advance(1);
    const recall = await recalled(payment);
    expect(recall.amount.minor).toBe('22000');
    await run();
    world.platform.clock.advance(1);
    await feed(world, resultOf(world, before.paymentId, 'credit', 'accepted'));
    await run();
    expect(await shown(recall)).toMatchObject({ state: 'PENDING' });
    const rest = makeRefund(world, payment, { minor: '22000' });
    await feed(world, rest, resultOf(world, rest.paymentId, 'credit', 'accepted'));
    await run();
    expect(await shown(recall)).toMatchObject({ state: 'ACCEPTED' });
  });

  it('is answered by a refund that was decided in the moment in which it came', async () => {
    const payment = await paid();
    const all = makeRefund(world, payment, { minor: payment.target.minor });
    await feed(world, all);
    const recall = await recalled(await paid());
    // As it is when the refund was not to be seen yet.
    await world.test.database.query('UPDATE recall SET payment_id = $1, received_at = $2 WHERE id = $3', [
      payment.paymentId,
      new Date(world.platform.clock.now() + 5),
      recall.recallId,
    ]);
    await feed(world, resultOf(world, all.paymentId, 'credit', 'accepted'));
    await run();
    expect(await shown(recall)).toMatchObject({ state: 'ACCEPTED' });
  });

  it('expires when nobody answers in time: what comes then is noted, and changes nothing', async () => {
    const recall = await recalled(await paid());
    reply = { kind: 'silent', because: 'timeout' };
    await run(Date.parse(recall.deadline) - world.platform.clock.now() - 1);
    expect(await shown(recall)).toMatchObject({ state: 'RECEIVED' });
    await run(1);
    expect(await shown(recall)).toMatchObject({ state: 'EXPIRED', endedAt: recall.deadline });
    expect(await answer(recall, { state: 'ACCEPTED' })).toMatchObject({ reason: 'recall_ended' });
    const ended = await shown(recall);
    expect([ended.state, eventsOf(ended).at(-1)]).toEqual(['EXPIRED', 'late_answer']);
  });

  it('is a case for operators where the network has no message for it: what they record says who and why', async () => {
    reply = { kind: 'not_served' };
    const recall = await recalled(await paid());
    await run();
    expect(await shown(recall)).toMatchObject({ state: 'RECEIVED', byPeople: true });
    await run(DAY_MS);
    expect(asked).toHaveLength(1);
    const operator = { operator: 'OPERATOR-1', reason: 'their letter', evidence: 'letter 12' };
    const said = { state: 'REFUSED', refusal: 'legal_reason' } as const;
    expect(await answer(recall, said, { by: 'OPERATOR', operator })).toMatchObject({ kind: 'recall' });
    const { actions } = await world.platform.calls.call(routingCalls.actions, { limit: 1 });
    expect(actions[0]).toMatchObject({
      ...operator,
      action: 'recall.answer.refused',
      subject: recall.recallId,
    });
  });

  it('is one, however often it is asked for, and the only one of its payment', async () => {
    const payment = await paid();
    const asking = { messageId: 'X', keyId: 'KHMEKONG-1' };
    const before = await recorded();
    const [first, again] = [await recalled(payment, asking), await recalled(payment, asking)];
    expect((await recorded()).slice(before.length)).toMatchObject([
      {
        actor: { kind: 'participant', name: 'KHMEKONG-1', participant: payment.sender },
        action: 'recall.ask',
        object: first.recallId,
        after: { paymentId: payment.paymentId, reason: 'DUPL', amount: payment.target },
      },
    ]);
    expect(again).toEqual(first);
    expect(await create(payment, { messageId: 'X', contentHash: '1'.repeat(64) })).toMatchObject({
      reason: 'key_reused',
    });
    expect(await create(payment)).toMatchObject({
      reason: 'recall_open',
      detail: `Recall ${first.recallId} is open.`,
    });
    await answer(first, { state: 'REFUSED', refusal: 'other' });
    expect(await create(payment)).toMatchObject({ kind: 'recall' });
  });

  it('is taken once of many at a time, and answered once', async () => {
    const payment = await paid();
    const made = await Promise.all(Array.from({ length: 8 }, () => create(payment)));
    const kinds = made.map((each) => (each.kind === 'refused' ? each.reason : each.kind)).sort();
    expect(kinds).toEqual(['recall', ...Array<string>(7).fill('recall_open')]);
    const recall = made.flatMap((each) => (each.kind === 'recall' ? [each.recall] : []))[0]!;
    const said = await Promise.all([
      ...Array.from({ length: 8 }, () => answer(recall, { state: 'ACCEPTED' })),
      ...Array.from({ length: 8 }, () => answer(recall, { state: 'REFUSED', refusal: 'other' })),
      other.recallJob.run(),
    ]);
    expect(said).toHaveLength(17);
    const ended = await shown(recall);
    const finals = eventsOf(ended).filter((event) => ['accepted', 'refused', 'expired'].includes(event));
    expect(finals).toEqual([ended.state.toLowerCase()]);
  });
});

describe('a recall of a network', () => {
  const received = () => paid({ direction: 'inbound' });

  it('waits for the bank, and the network is told until it has heard', async () => {
    const payment = await received();
    const recall = await recalled(payment, { caseId: 'CASE-1', cancellationId: 'CXL-1' });
    expect(recall).toMatchObject({ direction: 'inbound', answerer: payment.creditorAgent, byPeople: false });
    expect(await answer(recall, { state: 'ACCEPTED' }, { by: 'KHANGKOR1' })).toMatchObject({
      reason: 'recall_unknown',
    });
    const byKey = { keyId: 'KHANGKOR-1' };
    const refusal = { state: 'REFUSED', refusal: 'customer_refuses', text: 'It was a sale.' } as const;
    const before = await recorded();
    await answer(recall, { state: 'PENDING', text: 'We ask our customer.' }, byKey);
    for (let times = 0; times < 2; times += 1) await answer(recall, refusal, byKey);
    const deeds = (await recorded()).slice(before.length);
    expect(deeds).toMatchObject([
      { action: 'recall.answer.pending', before: { state: 'RECEIVED' } },
      { action: 'recall.answer.refused', after: { state: 'REFUSED', refusal: 'customer_refuses' } },
    ]);
    expect(deeds[0]!.actor).toEqual({
      kind: 'participant',
      name: 'KHANGKOR-1',
      participant: payment.creditorAgent,
    });
    expect(JSON.stringify(deeds)).not.toContain('sale');
    isTold = false;
    await run();
    isTold = true;
    await run(5_000);
    await run(DAY_MS);
    expect(told).toHaveLength(2);
    expect(told[0]).toMatchObject({
      ...{ recallId: recall.recallId, caseId: 'CASE-1', cancellationId: 'CXL-1', asker: payment.sender },
      ...{ originalMessageId: payment.messageId, state: 'REFUSED', answer: { refusal: 'customer_refuses' } },
    });
    expect(asked).toEqual([]);
    expect(eventsOf(await shown(recall))).toEqual(['received', 'pending', 'refused', 'told']);
  });

  it('is told that nobody has answered', async () => {
    const recall = await recalled(await received());
    const dueBefore = (instant: string) =>
      world.platform.calls.call(recallCalls.list, {
        recallIds: [recall.recallId],
        dueBefore: instant,
        limit: 1,
      });
    expect((await dueBefore('9999-12-31T23:59:59Z')).recalls).toHaveLength(1);
    expect((await dueBefore('0000-01-01T00:00:00Z')).recalls).toEqual([]);
    await run(Date.parse(recall.deadline) - world.platform.clock.now());
    await run();
    expect(told).toMatchObject([{ recallId: recall.recallId, state: 'EXPIRED' }]);
  });
});

describe('what a network has promised', () => {
  const missing = async ({ paymentId }: PaymentSubmit): Promise<RecallView[]> =>
    (await world.platform.calls.call(recallCalls.list, { moneyMissing: true, paymentId, limit: 10 })).recalls;

  it('is missed once it was due, until it has come', async () => {
    const payment = await paid();
    const recall = await recalled(payment);
    reply = { kind: 'answered', answer: { state: 'ACCEPTED' } };
    await run();
    const { moneyDue, moneyMissing } = await shown(recall);
    expect(moneyMissing).toBeUndefined();
    expect(Date.parse(moneyDue!)).toBeGreaterThan(world.platform.clock.now());
    world.platform.clock.advance(Date.parse(moneyDue!) - world.platform.clock.now() - 1);
    expect(await missing(payment)).toEqual([]);
    world.platform.clock.advance(1);
    expect(await missing(payment)).toMatchObject([
      { recallId: recall.recallId, moneyDue, moneyMissing: true },
    ]);
    const part = makeRefund(world, payment, { minor: '1000' });
    await feed(world, part);
    await feed(world, resultOf(world, part.paymentId, 'credit', 'accepted'));
    expect(await missing(payment)).toHaveLength(1);
    const rest = makeRefund(world, payment, { minor: '81000' });
    await feed(world, rest);
    await feed(world, resultOf(world, rest.paymentId, 'credit', 'accepted'));
    expect(await missing(payment)).toEqual([]);
  });

  it('is not waited for where a bank here gives it back, or nobody has promised', async () => {
    const theirs = await recalled(await paid({ direction: 'inbound' }));
    await answer(theirs, { state: 'ACCEPTED' });
    const ours = await recalled(await paid());
    await answer(ours, { state: 'REFUSED', refusal: 'other' });
    for (const recall of [theirs, ours]) expect((await shown(recall)).moneyDue).toBeUndefined();
  });
});

it('recalls are news until they were told, in each state once', async () => {
  const news = async (told: { recallId: string; state: RecallView['state'] }[] = []) =>
    (await world.platform.calls.call(recallCalls.news, { told })).recalls;
  for (let all = await news(); all.length > 0;) all = await news(all);
  const recall = await recalled(await paid());
  expect(await news()).toMatchObject([{ recallId: recall.recallId, state: 'RECEIVED' }]);
  const before = await news();
  await answer(recall, { state: 'REFUSED', refusal: 'other' });
  // What was told of is not how it stands by now.
  expect(await news(before)).toMatchObject([{ recallId: recall.recallId, state: 'REFUSED' }]);
  expect(await news(await news())).toEqual([]);
});
