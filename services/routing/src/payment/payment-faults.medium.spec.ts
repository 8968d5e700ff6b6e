import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { LegResult, PaymentSubmit } from '@tonle/contracts';
import { fxCalls } from '@tonle/contracts';
import { LaneFenced, TryLater, type OutboundRecord } from '@tonle/messaging';
import { lockWaiters } from '../../../../tests/world/lock-waiters.js';
import { until } from '../../../../tests/world/until.js';
import { assembleRouting, type Routing } from '../routing.testing.js';
import {
  broken,
  commandsOf,
  feed,
  inbound,
  makeSubmit,
  openWorld,
  resultOf,
  resultRecord,
  stateOf,
  submitRecord,
  type World,
} from './payment.testing.js';

// Real: PostgreSQL, lanes, handlers of two instances on the same tables.

let world: World;
let other: Routing;
const heard: OutboundRecord[] = [];
beforeAll(async () => {
  world = await openWorld('routing_faults', (directory) => {
    for (const entry of directory.entries)
      if (entry.id === 'FXGARUDA') Object.assign(entry.body, { caps: {} });
    for (const funds of directory.openingFunds) {
      if (funds.participant === 'FXGARUDA' && funds.currency === 'THB') funds.amountMinor = '820000';
    }
  });
  other = await assembleRouting({
    ...world.platform,
    lane: 'second',
    instance: 'routing-second',
    database: await world.test.another(),
  });
});
afterAll(async () => {
  await other.commit.lane.close();
  await world.close();
});
afterEach(async () => {
  expect(await broken(world)).toEqual([]);
});

const records = (items: readonly (PaymentSubmit | LegResult)[]) =>
  items.map((item) => ('legKey' in item ? resultRecord(item) : submitRecord(item)));

describe('two instances', () => {
  it('given the same messages at once do everything once', async () => {
    const from = world.published.length;
    const submits = Array.from({ length: 20 }, () => makeSubmit(world));
    const both = (items: readonly (PaymentSubmit | LegResult)[]) =>
      Promise.all([
        world.routing.handler.handle(records(items)),
        other.handler.handle(records([...items].reverse())),
      ]);
    await both(submits);
    await both(submits.map(({ paymentId }) => resultOf(world, paymentId, 'debit', 'accepted')));
    await both(submits.map(({ paymentId }) => resultOf(world, paymentId, 'credit', 'accepted')));
    await Promise.all([world.routing.commit.lane.published(), other.commit.lane.published()]);
    const types = world.published.slice(from).map(({ type }) => type);
    expect(types.filter((type) => type === 'leg.command')).toHaveLength(40);
    expect(types.filter((type) => type === 'payment.event')).toHaveLength(20);
  });

  it('decide on a purse only when they hold it', async () => {
    const { database } = world.test;
    const add = (minor: number) =>
      `UPDATE account SET debits_pending = debits_pending + ${minor} WHERE code = 'POSITION:FXGARUDA:THB'`;
    // The instance has met the account before; else it would wait where it makes it.
    const earlier = makeSubmit(world, { provider: 'FXGARUDA' });
    await other.handler.handle(records([earlier, resultOf(world, earlier.paymentId, 'debit', 'rejected')]));
    const submit = makeSubmit(world, { provider: 'FXGARUDA' });
    let handled: Promise<void> = Promise.resolve();
    await database.transaction(async (transaction) => {
      await transaction.query(add(800_000));
      handled = other.handler.handle(records([submit]));
      await until('the other instance at the lock', async () => (await lockWaiters(database)) > 0);
    });
    await handled;
    expect(await stateOf(world, submit.paymentId)).toBe('REJECTED');
    await database.query(add(-800_000));
  });

  it('share one purse and never overdraw it', async () => {
    // Payers of their own: one payer's day counter would put the instances in a row by itself.
    const payer = (n: number) => ({ name: 'Sok Dara', account: `u${n}@mekong`, accountType: 'bakong' });
    const submits = Array.from({ length: 24 }, (_, n) =>
      makeSubmit(world, { provider: 'FXGARUDA', submit: { debtor: payer(n) } }),
    );
    const from = world.published.length;
    await Promise.all(
      submits.map((submit, index) =>
        (index % 2 === 0 ? world.routing : other).handler.handle(records([submit])),
      ),
    );
    await Promise.all([world.routing.commit.lane.published(), other.commit.lane.published()]);
    expect(commandsOf(world.published.slice(from))).toHaveLength(10);
  });

  it('share one payer and never let it over its day', async () => {
    const payer = { debtor: { name: 'Big Spender', account: 'u0000778@mekong', accountType: 'bakong' } };
    const amounts = { source: '1000000000', target: '8180400', submit: payer };
    const submits = Array.from({ length: 12 }, () => makeSubmit(world, amounts));
    const from = world.published.length;
    await Promise.all(
      submits.map((submit, index) =>
        (index % 2 === 0 ? world.routing : other).handler.handle(records([submit])),
      ),
    );
    await Promise.all([world.routing.commit.lane.published(), other.commit.lane.published()]);
    expect(commandsOf(world.published.slice(from))).toHaveLength(5);
  });

  it('share one quote', async () => {
    const one = makeSubmit(world);
    const two = { ...makeSubmit(world), quoteId: one.quoteId };
    const from = world.published.length;
    await Promise.all([world.routing.handler.handle(records([one])), other.handler.handle(records([two]))]);
    await Promise.all([world.routing.commit.lane.published(), other.commit.lane.published()]);
    expect(commandsOf(world.published.slice(from))).toHaveLength(1);
  });
});

describe('a process that dies', () => {
  it('between commit and publication loses nothing: the next lease publishes the same records', async () => {
    const deaf = {
      publish: () => new Promise<void>(() => undefined),
      subscribe: () => Promise.reject(new Error('deaf')),
      close: () => Promise.resolve(),
    };
    const platform = {
      ...world.platform,
      lane: 'third',
      instance: 'routing-third',
      database: await world.test.another(),
      transport: deaf,
    };
    const dying = await assembleRouting(platform);
    const submit = makeSubmit(world);
    await dying.handler.handle(records([submit]));
    expect(await stateOf(world, submit.paymentId)).toBe('DEBIT_SENT');
    const hearing = {
      ...deaf,
      publish: (published: readonly OutboundRecord[]) => Promise.resolve(void heard.push(...published)),
    };
    const next = await assembleRouting({
      ...platform,
      database: await world.test.another(),
      transport: hearing,
    });
    await next.commit.lane.published();
    expect(heard).toMatchObject([{ type: 'leg.command', messageId: `${submit.paymentId}:D:1` }]);
    // The dead one is fenced, should it still run.
    await expect(dying.handler.handle(records([makeSubmit(world)]))).rejects.toBeInstanceOf(LaneFenced);
    await next.handler.handle(records([submit]));
    await next.commit.lane.published();
    expect(heard).toHaveLength(1);
    await next.commit.lane.close();
  });
});

describe('what is away or broken', () => {
  it('is tried later: without fx nothing new is decided, but what moves goes on', async () => {
    const moving = makeSubmit(world);
    await feed(world, moving);
    const submit = makeSubmit(world);
    world.platform.calls.serve(fxCalls.quotesById, () => Promise.reject(new TryLater('fx is away')));
    await expect(feed(world, submit)).rejects.toThrow('fx did not answer');
    expect(await stateOf(world, submit.paymentId)).toBeUndefined();
    await expect(
      feed(world, makeSubmit(world), resultOf(world, moving.paymentId, 'debit', 'accepted')),
    ).rejects.toThrow('fx did not answer');
    expect(await stateOf(world, moving.paymentId)).toBe('CREDIT_SENT');
    world.platform.calls.serve(fxCalls.quotesById, ({ quoteIds }) =>
      Promise.resolve({ quotes: quoteIds.flatMap((id) => world.quotes.get(id) ?? []) }),
    );
    expect(commandsOf(await feed(world, submit))).toHaveLength(1);
  });

  it.each([
    ['an unknown kind', 'payment.dance', {}],
    ['a body without its fields', 'payment.submit', { paymentId: 'x' }],
  ])('is no message of ours: %s', async (_what, type, body) => {
    await expect(world.routing.handler.handle([inbound(type, 'k', 'm', body)])).rejects.toThrow();
  });
});
