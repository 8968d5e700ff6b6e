import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { anyHappenings, happen, HAPPENINGS, type Happening } from './known-then.testing.js';
import { REPORT_CATALOGUE } from './report-catalogue.table.js';
import type { ReportDefinition } from './report-definition.js';
import { ReportMaker } from './report-maker.js';
import { isPastSettled } from './report-rows.store.js';
import { DAY_END, NOON, paymentOf, reportWorld, THAI, type ReportWorld } from './report.testing.js';

// Real: PostgreSQL, the file system.
const MINUTE_MS = 60_000;
const PERIOD = { from: new Date(DAY_END - 86_400_000), to: new Date(DAY_END), utcOffsetMinutes: 420 };

let world: ReportWorld;

/** The hash of each report's CSV, as it was known at an instant. */
async function known(at: number): Promise<Record<string, string>> {
  const maker = new ReportMaker(world.test.database, world.folder);
  const hashes: Record<string, string> = {};
  for (const definition of REPORT_CATALOGUE) {
    const made = await maker.make(definition, runOf(definition, at), PERIOD, 'THB', () => Promise.resolve());
    hashes[definition.id] = made.summary.digest;
  }
  return hashes;
}

function runOf({ needed, optional }: ReportDefinition, at: number): Parameters<ReportMaker['make']>[1] {
  const given = { day: THAI.day, currency: 'THB', window: THAI.windowId };
  const names = Object.keys(given) as (keyof typeof given)[];
  return {
    ...{
      runId: randomUUID(),
      attempts: 1,
      receiver: '',
      formats: ['csv'],
      language: 'en',
      knownAt: new Date(at),
    },
    parameters: Object.fromEntries(
      names
        .filter((name) => needed.includes(name) || (name === 'currency' && optional.includes(name)))
        .map((name) => [name, given[name]]),
    ),
  };
}

beforeAll(async () => {
  world = await reportWorld('known_then');
  await world.take(paymentOf('82000'), paymentOf('120000'));
  world.platform.clock.set(NOON + 60 * MINUTE_MS);
  await world.net(THAI.windowId);
});
afterAll(() => world.close());

describe('a report of an instant', () => {
  it.each(Object.keys(HAPPENINGS) as Happening['what'][])('can have %s happen after it', async (what) => {
    for (const pick of [0, 1, 2, 3]) await happen(world, { what, pick });
  });

  it('is later what it was then, whatever happened since', async () => {
    const { clock } = world.platform;
    const changed = new Set<string>();
    await fc.assert(
      fc.asyncProperty(anyHappenings, async (happenings) => {
        const told: { readonly at: number; readonly known: Record<string, string> }[] = [];
        for (const [index, happening] of happenings.entries()) {
          clock.advance(7);
          await happen(world, happening);
          if (index % 4 === 0) told.push({ at: clock.now(), known: await known(clock.now()) });
        }
        for (const then of told) expect(await known(then.at)).toEqual(then.known);
        for (const [at, then] of told.entries())
          for (const [id, digest] of Object.entries(then.known))
            if (at > 0 && told[at - 1]!.known[id] !== digest) changed.add(id);
      }),
      { numRuns: 12, endOnFailure: true },
    );
    // What never changed would prove nothing.
    expect([...changed]).toEqual(expect.arrayContaining(['R1', 'R3', 'R4', 'R5', 'R6', 'R8', 'R27']));
  }, 600_000);

  it('keeps the past of every row that can change, and of none that did not', async () => {
    const { database } = world.test;
    const { clock } = world.platform;
    const count = async () =>
      (await database.query<{ n: number }>('SELECT count(*)::int AS n FROM row_past'))[0]!.n;
    const twice: Happening = { what: 'dispute', pick: 2 };
    clock.advance(1_000);
    await happen(world, twice);
    const before = await count();
    clock.advance(1_000);
    await happen(world, twice);
    expect(await count()).toBe(before);
    clock.advance(1_000);
    await happen(world, { what: 'dispute', pick: 1 });
    expect(await count()).toBe(before + 1);
    // A payment moves the sums of its window, and that is no change of its life.
    clock.advance(1_000);
    await happen(world, { what: 'payment', pick: 1 });
    expect(await count()).toBe(before + 1);
  });

  it('waits for what began before it and may still be in it', async () => {
    const { database } = world.test;
    let commit = (): void => undefined;
    const held = new Promise<void>((resolve) => (commit = resolve));
    const other = await world.test.another();
    let begun = (): void => undefined;
    const isOpen = new Promise<void>((resolve) => (begun = resolve));
    const open = other.transaction(async (transaction) => {
      await transaction.query('SELECT 1');
      begun();
      await held;
    });
    await isOpen;
    expect(await isPastSettled(database, 0)).toBe(false);
    expect(await isPastSettled(database, 3_600_000)).toBe(true);
    commit();
    await open;
    expect(await isPastSettled(database, 0)).toBe(true);
  });
});
