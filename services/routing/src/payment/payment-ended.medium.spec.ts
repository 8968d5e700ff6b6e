import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { routingCalls } from '@tonle/contracts';
import { DirectoryStore } from '@tonle/directory';
import {
  broken,
  commandsOf,
  eventsOf,
  feed,
  makeSubmit,
  openWorld,
  resultOf,
  stateOf,
  type World,
} from './payment.testing.js';

// Real: PostgreSQL, lane, handler, clock job. The adapters, fx and the other services are the test's hand.

let world: World;
beforeAll(async () => {
  world = await openWorld('routing_ended');
});
afterAll(() => world.close());

describe('an ended corridor', () => {
  /** The next version of each, ended. */
  const end = async (...names: string[]) => {
    const store = new DirectoryStore();
    await world.test.database.transaction(async (transaction) => {
      await store.lock(transaction);
      const entries = (await store.newest(transaction)).filter(({ kind, id }) =>
        names.includes(`${kind}:${id}`),
      );
      const next = entries.map((entry) => ({ ...entry, version: entry.version + 1, ended: true }));
      const change = { source: 'operator', atMs: 0, by: 'ops-1', reason: 'drill' } as const;
      expect(await store.append(transaction, next, change)).toBe(names.length);
    });
    // Refused, and the directory is read again.
    expect(
      await world.platform.calls.call(routingCalls.setCorridor, {
        corridor: 'KH-TH',
        direction: 'outbound',
        open: true,
        ...{ operator: 'ops-1', participant: 'OPERATOR', reason: 'drill' },
      }),
    ).toEqual({ kind: 'refused', reason: 'corridor_unknown', detail: 'There is no corridor KH-TH.' });
  };

  it('takes no payment any more, and those that run come to their end: paid, unwound, refused', async () => {
    const [paid, unwound, refused] = [makeSubmit(world), makeSubmit(world), makeSubmit(world)];
    await feed(world, paid, unwound, refused);
    await end(
      'corridor:KH-TH',
      'network:bakong',
      'network:thailand',
      'calendar:KH',
      'calendar:TH',
      'participant:FXNAGA',
      'participant:THSWITCH',
    );
    const [late] = eventsOf(await feed(world, makeSubmit(world, { provider: 'FXGARUDA' })));
    expect(late).toMatchObject({ state: 'REJECTED', reason: 'participant_unknown' });
    const legs = await feed(
      world,
      resultOf(world, paid.paymentId, 'debit', 'accepted'),
      resultOf(world, unwound.paymentId, 'debit', 'accepted'),
      resultOf(world, refused.paymentId, 'debit', 'rejected', { reason: 'AC01' }),
    );
    expect(commandsOf(legs).map(({ leg, paymentId }) => [leg, paymentId])).toEqual([
      ['credit', paid.paymentId],
      ['credit', unwound.paymentId],
    ]);
    const rest = await feed(
      world,
      resultOf(world, paid.paymentId, 'credit', 'accepted'),
      resultOf(world, unwound.paymentId, 'credit', 'rejected', { reason: 'AC04' }),
    );
    expect(commandsOf(rest).map(({ leg, paymentId }) => [leg, paymentId])).toEqual([
      ['reversal', unwound.paymentId],
    ]);
    await feed(world, resultOf(world, unwound.paymentId, 'reversal', 'accepted'));
    const states = await Promise.all(
      [paid, unwound, refused].map(({ paymentId }) => stateOf(world, paymentId)),
    );
    expect(states).toEqual(['COMPLETED', 'REJECTED', 'REJECTED']);
    const [event] = eventsOf(rest);
    expect(event?.windows.map(({ partner }) => partner)).toEqual(['BAKONG', 'THSWITCH']);
    await world.routing.windowJob.run();
    expect(await broken(world)).toEqual([]);
  });
});
