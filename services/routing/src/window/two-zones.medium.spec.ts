import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { WindowDrained } from '@tonle/contracts';
import { thaiCorridorAlone } from '../payment/directory.testing.js';
import {
  broken,
  eventsOf,
  feed,
  makeSubmit,
  openWorld,
  resultOf,
  type World,
} from '../payment/payment.testing.js';

// Real: PostgreSQL, lanes, handler, window job. The home network's day ends at midnight of UTC+7, the partner's at that of UTC+8.

let world: World;
beforeAll(async () => {
  world = await openWorld('routing_two_zones', (directory) => {
    thaiCorridorAlone(directory);
    const bodyOf = (kind: string, id: string) =>
      directory.entries.find((entry) => entry.kind === kind && entry.id === id)!.body as Record<
        string,
        unknown
      >;
    bodyOf('calendar', 'KH')['cutOff'] = '00:00';
    bodyOf('network', 'thailand')['calendar'] = 'CN';
  });
});
afterAll(() => world.close());

const at = async (local: string) => {
  world.platform.clock.set(Date.parse(`${local}+07:00`));
  await world.routing.windowJob.run();
  await world.routing.commit.lane.published();
};

async function complete(): Promise<string[]> {
  const submit = makeSubmit(world, { bank: 'KHMEKONG' });
  const records = await feed(
    world,
    submit,
    resultOf(world, submit.paymentId, 'debit', 'accepted'),
    resultOf(world, submit.paymentId, 'credit', 'accepted'),
  );
  return eventsOf(records)[0]!.windows.map(({ windowId }) => windowId);
}

/** What was told drained since, with the payments that were completed in it. */
const drainedSince = (from: number) =>
  world.published
    .slice(from)
    .filter(({ type }) => type === 'window.drained')
    .flatMap(({ body }) => (JSON.parse(body) as WindowDrained).windows)
    .filter(({ windowId }) => /^(BAKONG-KHR|THSWITCH)/.test(windowId))
    .sort((a, b) => (a.windowId < b.windowId ? -1 : 1));

describe('a payment between two zones', () => {
  it('is in the window of each side by the clock of that side, at the end of a year too', async () => {
    await at('2026-12-31T22:59:59.000');
    expect(await complete()).toEqual(['BAKONG-KHR-2026-12-31', 'THSWITCH-THB-2026-12-31']);

    const midnightEast = world.published.length;
    await at('2026-12-31T23:00:00.000');
    expect(drainedSince(midnightEast)).toEqual([{ windowId: 'THSWITCH-THB-2026-12-31', completed: 1 }]);
    await at('2026-12-31T23:30:00.000');
    expect(await complete()).toEqual(['BAKONG-KHR-2026-12-31', 'THSWITCH-THB-2027-01-01']);

    const midnight = world.published.length;
    await at('2027-01-01T00:00:00.000');
    expect(drainedSince(midnight)).toEqual([{ windowId: 'BAKONG-KHR-2026-12-31', completed: 2 }]);
    expect(await complete()).toEqual(['BAKONG-KHR-2027-01-01', 'THSWITCH-THB-2027-01-01']);

    // A holiday on either side has a window like any other day.
    const holiday = world.published.length;
    await at('2027-01-02T00:00:00.000');
    expect(drainedSince(holiday)).toEqual([
      { windowId: 'BAKONG-KHR-2027-01-01', completed: 1 },
      { windowId: 'THSWITCH-THB-2027-01-01', completed: 2 },
    ]);
    expect(await broken(world)).toEqual([]);
  });
});
