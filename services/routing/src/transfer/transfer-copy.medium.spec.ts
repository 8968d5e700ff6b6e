import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { routingCalls, type LedgerEntry } from '@tonle/contracts';
import { createTestPlatform, TestClock, type TestPlatform } from '@tonle/platform';
import { broken, openWorld, type World } from '../payment/payment.testing.js';
import { assembleRouting, type Routing } from '../routing.testing.js';
import { TransferSliceStore } from './transfer-slice.store.js';

// Real: PostgreSQL and two instances, each with a lane of its own.

let world: World;
let other: Routing;
let second: TestPlatform;
const otherClock = new TestClock(0);
beforeAll(async () => {
  world = await openWorld('routing_transfer_copy');
  otherClock.set(world.platform.clock.now());
  second = await secondPlatform();
  other = await assembleRouting(second);
});
afterAll(async () => {
  await other.close();
  await world.close();
});
afterEach(async () => {
  expect(await broken(world)).toEqual([]);
});

async function secondPlatform(): Promise<TestPlatform> {
  const { settings, transport } = world.platform;
  return createTestPlatform('routing', await world.test.another(), {
    ...{ settings, transport, clock: otherClock, lane: 'second', instance: 'routing-second' },
  });
}

let lines = 0;
/** Posts one transfer by an instance, at its time. */
async function post(platform: TestPlatform = world.platform): Promise<string> {
  lines += 1;
  const entry: LedgerEntry = {
    ...{ entryId: `deposit ${lines}`, kind: 'funds', currency: 'THB', lineId: `line ${lines}` },
    ...{ debit: 'NOSTRO:THSETTLE:THB', credit: 'PREFUND:FXSINGHA:THB', minor: '5' },
  };
  const { entries } = await platform.calls.call(routingCalls.bookEntries, { entries: [entry] });
  if (entries[0]?.kind !== 'booked') throw new Error('not booked');
  return entry.entryId;
}
const DAY_MS = 86_400_000;
const slice = (from?: string) =>
  world.platform.calls.call(routingCalls.transfers, {
    ...(from === undefined ? {} : { from }),
    spanMs: DAY_MS,
  });
const advance = (ms: number) => {
  world.platform.clock.advance(ms);
  otherClock.advance(ms);
};
const iso = (ms: number) => new Date(ms).toISOString();

describe('transfers are handed out', () => {
  it('not before every lane has sealed, and then up to the one that sealed first', async () => {
    expect(await slice()).toEqual({});
    advance(1_000);
    await world.routing.sealJob.run();
    expect(await slice()).toEqual({});
    const sealedMs = world.platform.clock.now();
    advance(1_000);
    await other.sealJob.run();
    const { sealedUpTo, slice: found } = await slice();
    expect(sealedUpTo).toBe(iso(sealedMs));
    expect(found!.until).toBe(iso(sealedMs));
    const [{ n }] = (await world.test.database.query('SELECT count(*)::int AS n FROM transfer')) as [
      { n: number },
    ];
    expect(found!.transfers.chainIds).toHaveLength(n);
    expect(found!.accounts).toContainEqual({ id: expect.any(Number), code: 'PREFUND:FXSINGHA:THB' });
  });

  it('never twice by their time: what comes after a seal is stamped with it, even by a clock that goes back', async () => {
    advance(1_000);
    await Promise.all([world.routing.sealJob.run(), other.sealJob.run()]);
    const sealedMs = world.platform.clock.now();
    world.platform.clock.advance(-700);
    const id = await post();
    world.platform.clock.advance(700);
    expect((await slice(iso(sealedMs))).slice).toBeUndefined();
    advance(1_000);
    await Promise.all([world.routing.sealJob.run(), other.sealJob.run()]);
    const { slice: found } = await slice(iso(sealedMs));
    expect(found!.transfers).toMatchObject({ references: [id], atMs: [sealedMs], minors: ['5'] });
  });

  it('past a lane whose process is dead, which posts nothing any more', async () => {
    await other.commit.lane.close();
    await world.test.database.query(
      "UPDATE outbox_lane SET leased_until = clock_timestamp() - interval '2 minutes' WHERE id = 'second'",
    );
    advance(5_000);
    await world.routing.sealJob.run();
    const sealedMs = world.platform.clock.now();
    expect((await slice()).sealedUpTo).toBe(iso(sealedMs));
    // Whoever takes it again begins at the seal, by whatever clock.
    otherClock.set(sealedMs - 60_000);
    second = await secondPlatform();
    other = await assembleRouting(second);
    await post(second);
    const [row] = await world.test.database.query<{ at: Date }>('SELECT max(at) AS at FROM transfer');
    expect(row!.at.getTime()).toBe(sealedMs);
    otherClock.set(sealedMs);
  });

  it('whole, however few an answer carries: an instant is never cut', async () => {
    advance(10_000);
    for (let round = 0; round < 3; round += 1) {
      // Two commits of one instant, and one of the next.
      await Promise.all([post(), post(second)]);
      advance(1);
      await post();
    }
    const fromMs = world.platform.clock.now() - 10;
    const untilMs = world.platform.clock.now() + 1;
    const store = new TransferSliceStore(1);
    const seen: string[] = [];
    const sizes: number[] = [];
    for (let at = fromMs; at < untilMs;) {
      const { transfers, untilMs: end } = await store.slice(world.test.database, at, untilMs);
      seen.push(...transfers.references.map(String));
      sizes.push(transfers.chainIds.length);
      expect(end).toBeGreaterThan(at);
      at = end;
    }
    expect(new Set(seen).size).toBe(9);
    expect(seen).toHaveLength(9);
    expect(Math.max(...sizes)).toBeGreaterThan(1);
  });

  it('with a proof of what is sealed, and of nothing else', async () => {
    advance(1_000);
    await Promise.all([world.routing.sealJob.run(), other.sealJob.run()]);
    const [from, until] = [iso(0), iso(world.platform.clock.now())];
    const prove = (end: string) =>
      world.platform.calls.call(routingCalls.proveTransfers, { from, until: end });
    const { proof } = await prove(until);
    const [row] = await world.test.database.query<{ n: number; minor: bigint }>(
      'SELECT count(*)::int AS n, sum(minor)::bigint AS minor FROM transfer',
    );
    expect(proof!.count).toBe(row!.n);
    const sum = (side: 'debits' | 'credits') =>
      proof!.accounts.reduce((total, account) => total + BigInt(account[side]), 0n);
    expect([sum('debits'), sum('credits')]).toEqual([row!.minor, row!.minor]);
    expect(await prove(iso(world.platform.clock.now() + 1))).toEqual({});
  });
});
