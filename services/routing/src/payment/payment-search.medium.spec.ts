import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { routingCalls, type PaymentSearch } from '@tonle/contracts';
import { otherSays } from '../directory/opening.testing.js';
import { feed, makeSubmit, openWorld, resultOf, type World } from './payment.testing.js';

// Real: PostgreSQL and routing. What operators look for, whoever's payment it is.

let world: World;
let paid: ReturnType<typeof makeSubmit>;
let open: ReturnType<typeof makeSubmit>;
beforeAll(async () => {
  world = await openWorld('routing_search');
  paid = makeSubmit(world);
  await feed(world, paid);
  await feed(world, resultOf(world, paid.paymentId, 'debit', 'accepted', { partnerRef: 'hash-77' }));
  await feed(world, resultOf(world, paid.paymentId, 'credit', 'accepted', { partnerRef: 'TH-REF-1' }));
  world.platform.clock.advance(60_000);
  open = makeSubmit(world);
  await feed(world, open);
});
afterAll(() => world.close());

const search = async (asked: Partial<PaymentSearch>) => {
  const { payments } = await world.platform.calls.call(routingCalls.searchPayments, { limit: 10, ...asked });
  return payments.map(({ paymentId }) => paymentId);
};

describe('payments', () => {
  it('are found by any of their ids, of anybody', async () => {
    for (const id of [
      paid.paymentId,
      paid.uetr,
      paid.uetr.toUpperCase(),
      paid.quoteId,
      paid.messageId,
      'hash-77',
      'TH-REF-1',
    ])
      expect({ id, found: await search({ id }) }).toEqual({ id, found: [paid.paymentId] });
    expect(await search({ id: 'TH-REF-2' })).toEqual([]);
  });

  it('are found by state, corridor and participant, newest first, a page at a time', async () => {
    const newestFirst = [paid.paymentId, open.paymentId].sort().reverse();
    expect(await search({})).toEqual(newestFirst);
    expect(await search({ states: ['COMPLETED'] })).toEqual([paid.paymentId]);
    expect(await search({ states: ['DEBIT_SENT'], corridor: 'KH-TH' })).toEqual([open.paymentId]);
    expect(await search({ corridor: 'KH-XX' })).toEqual([]);
    expect(await search({ participant: paid.creditorAgent })).toEqual(newestFirst);
    expect(await search({ limit: 1 })).toEqual(newestFirst.slice(0, 1));
    expect(await search({ before: newestFirst[0]! })).toEqual(newestFirst.slice(1));
  });

  it('are found by when they were received', async () => {
    // Their ids begin with that instant.
    const at = (id: string) => Number.parseInt(id.replace('-', '').slice(0, 12), 16);
    const instant = (ms: number) => new Date(ms).toISOString();
    const first = at(paid.paymentId);
    expect(await search({ until: instant(first) })).toEqual([]);
    expect(await search({ from: instant(first), until: instant(first + 1) })).toContain(paid.paymentId);
    expect(await search({ from: instant(Math.max(first, at(open.paymentId)) + 1) })).toEqual([]);
  });
});

describe('what operators did', () => {
  it('is listed with who and why, newest first', async () => {
    const set = (isOpen: boolean, reason: string) =>
      world.platform.calls.call(routingCalls.setCorridor, {
        corridor: 'KH-TH',
        direction: 'inbound',
        open: isOpen,
        ...{ operator: 'ops-1', participant: 'OPERATOR', reason },
      });
    await set(false, 'maintenance');
    world.platform.clock.advance(1_000);
    await otherSays(world, await set(true, 'done'));
    const list = async (filter: object) =>
      (await world.platform.calls.call(routingCalls.actions, { limit: 10, ...filter })).actions;
    const actions = await list({ subject: 'KH-TH' });
    expect(actions.map(({ operator, reason }) => [operator, reason])).toEqual([
      ['OPERATOR2-1', 'done'],
      ['ops-1', 'maintenance'],
    ]);
    expect(await list({ operator: 'ops-1', before: actions[0]!.actionId })).toEqual([actions[1]]);
    expect(await list({ operator: 'ops-3' })).toEqual([]);
  });
});
