import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { LaneFenced } from '@tonle/messaging';
import type { WindowDrained } from '@tonle/contracts';
import { until } from '../../../../tests/world/until.js';
import { assembleRouting, type Routing } from '../routing.testing.js';
import { thaiCorridorAlone } from '../payment/directory.testing.js';
import {
  broken,
  eventsOf,
  feed,
  makeSubmit,
  openWorld,
  pass,
  resultOf,
  type World,
} from '../payment/payment.testing.js';

// Real: PostgreSQL, lanes, handler, window job.

let world: World;
let second: Routing;
beforeAll(async () => {
  world = await openWorld('routing_windows', thaiCorridorAlone);
  // 22:59 in Cambodia and Thailand: the cut-off is a minute away.
  world.platform.clock.set(Date.parse('2026-11-26T15:59:00Z'));
  await world.routing.windowJob.run();
});
afterAll(() => world.close());

/** Of the networks of one corridor: how many others the directory has does not matter here. */
const drainedOf = (from: number) =>
  world.published
    .slice(from)
    .filter(({ type }) => type === 'window.drained')
    .map(({ body }) => JSON.parse(body) as WindowDrained)
    .filter(({ windows }) => /^(?:BAKONG|THSWITCH)-/.test(windows[0]!.windowId));

async function complete(bank = 'KHMEKONG') {
  const submit = makeSubmit(world, { bank });
  const records = await feed(
    world,
    submit,
    resultOf(world, submit.paymentId, 'debit', 'accepted'),
    resultOf(world, submit.paymentId, 'credit', 'accepted'),
  );
  return eventsOf(records)[0]!;
}

describe('settlement windows', () => {
  it('take a payment by its completion time, and are told drained after the cut-off, once, with their counts', async () => {
    const early = await complete();
    expect(early.windows.map(({ windowId }) => windowId)).toEqual([
      'BAKONG-KHR-2026-11-26',
      'THSWITCH-THB-2026-11-26',
    ]);
    const from = world.published.length;
    await world.routing.windowJob.run();
    expect(drainedOf(from)).toEqual([]);
    world.platform.clock.advance(60_000);
    await world.routing.windowJob.run();
    await world.routing.windowJob.run();
    await world.routing.commit.lane.published();
    const drained = drainedOf(from);
    expect(drained.map(({ windows }) => windows[0])).toEqual(
      expect.arrayContaining([
        { windowId: 'BAKONG-KHR-2026-11-26', completed: 1 },
        { windowId: 'BAKONG-USD-2026-11-26', completed: 0 },
        { windowId: 'THSWITCH-THB-2026-11-26', completed: 1 },
      ]),
    );
    expect(drained).toHaveLength(3);
    expect(drained[0]).toMatchObject({ lane: 'main', lanes: ['main'] });
    expect((await complete()).windows[0]!.windowId).toBe('BAKONG-KHR-2026-11-27');
  });

  it('take nothing more after they were told drained, even when the clock goes back', async () => {
    world.platform.clock.advance(-30_000);
    const late = await complete();
    expect(late.windows[0]!.windowId).toBe('BAKONG-KHR-2026-11-27');
    world.platform.clock.advance(30_000);
  });

  it('wait for every lane that could complete into them', async () => {
    second = await assembleRouting({
      ...world.platform,
      lane: 'second',
      instance: 'routing-second',
      database: await world.test.another(),
    });
    await second.windowJob.run();
    world.platform.clock.set(Date.parse('2026-11-27T16:00:00Z'));
    const from = world.published.length;
    await world.routing.windowJob.run();
    await world.routing.commit.lane.published();
    expect(drainedOf(from)[0]).toMatchObject({ lane: 'main', lanes: ['main', 'second'] });
    await second.windowJob.run();
    await second.commit.lane.published();
    expect(drainedOf(from).filter(({ lane }) => lane === 'second')).toHaveLength(3);
  });

  it('are drained though one of them cannot be, which is tried again and said', async () => {
    await world.test.database.query(
      `CREATE FUNCTION no_drain() RETURNS trigger LANGUAGE plpgsql AS
       'BEGIN RAISE EXCEPTION USING ERRCODE = ''22000'', MESSAGE = ''not this one''; END'`,
    );
    await world.test.database.query(
      `CREATE TRIGGER no_drain BEFORE UPDATE ON lane_window FOR EACH ROW
       WHEN (NEW.window_id = 'BAKONG-USD-2026-11-28' AND NEW.drained_at IS NOT NULL) EXECUTE FUNCTION no_drain()`,
    );
    await world.routing.windowJob.run();
    world.platform.clock.set(Date.parse('2026-11-28T16:00:00Z'));
    const from = world.published.length;
    await expect(world.routing.windowJob.run()).rejects.toThrow(
      'window BAKONG-USD-2026-11-28 cannot be drained',
    );
    await world.routing.commit.lane.published();
    const drained = drainedOf(from).map(({ windows }) => windows[0]!.windowId);
    expect(drained.sort()).toEqual(['BAKONG-KHR-2026-11-28', 'THSWITCH-THB-2026-11-28']);
    await world.test.database.query('DROP TRIGGER no_drain ON lane_window');
    await world.routing.windowJob.run();
    await world.routing.commit.lane.published();
    expect(drainedOf(from).map(({ windows }) => windows[0]!.windowId)).toContain('BAKONG-USD-2026-11-28');
  });

  it('of a dead lane are drained by those who live, and the dead may not commit any more', async () => {
    world.platform.clock.set(Date.parse('2026-11-29T15:00:00Z'));
    await second.windowJob.run();
    await world.routing.windowJob.run();
    world.platform.clock.set(Date.parse('2026-11-29T16:00:00Z'));
    const from = world.published.length;
    // It lives in this process, and may renew its lease before the other looks.
    await until('both lanes to be drained', async () => {
      await world.test.database.query(
        "UPDATE outbox_lane SET leased_until = clock_timestamp() - interval '2 minutes' WHERE id = 'second'",
      );
      await world.routing.windowJob.run();
      await world.routing.commit.lane.published();
      return new Set(drainedOf(from).map(({ lane }) => lane)).size === 2;
    });
    expect(new Set(drainedOf(from).map(({ lane }) => lane))).toEqual(new Set(['main', 'second']));
    await expect(
      second.commit.run(
        () => Promise.resolve([]),
        {},
        () => undefined,
      ),
    ).rejects.toBeInstanceOf(LaneFenced);
    expect(await broken(world)).toEqual([]);
    await pass(world, 0);
  });
});
