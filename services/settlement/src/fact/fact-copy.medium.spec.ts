import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { EVERY_SERVICE, factsCall, type FactRow } from '@tonle/contracts';
import { DirectCalls, ServiceUnavailable } from '@tonle/messaging';
import { createTestDatabase, type Database, type TestDatabase } from '@tonle/persistence';
import { createTestPlatform, type TestPlatform } from '@tonle/platform';
import fc from 'fast-check';
import { z } from 'zod';
import { SETTLEMENT_DATABASE } from '../settlement.service.js';
import { CopyFactsJob, type CopiedSource } from './copy-facts.job.js';
import { FactStore } from './fact.store.js';

// Real: PostgreSQL. The services whose facts are copied are played.

const NOON = Date.parse('2026-11-20T12:00:00Z');
const MINUTE = 60_000;
const SOURCES = { limits: { services: ['routing', 'fx'], body: z.object({ minor: z.string() }) } };

let test: TestDatabase;
let platform: TestPlatform;
let played: Record<string, PlayedFacts>;
beforeAll(async () => {
  test = await createTestDatabase('fact_copy');
  await test.database.openOrm(SETTLEMENT_DATABASE);
});
afterAll(() => test.drop());
beforeEach(begin);

async function begin(): Promise<void> {
  await test.database.query('TRUNCATE fact, fact_copy');
  platform = createTestPlatform('settlement', test.database, { calls: new DirectCalls() });
  platform.clock.set(NOON);
  played = { routing: new PlayedFacts('routing'), fx: new PlayedFacts('fx') };
}

/** A service that tells facts, at most two an answer. */
class PlayedFacts {
  rows: { place: number; row: FactRow }[] = [];
  place = 0;
  pageMax = 2;
  fails: (() => Error) | undefined;

  constructor(name: string) {
    platform.calls.serve(factsCall(name), async ({ after = '0', max }) => {
      if (this.fails !== undefined) throw this.fails();
      const from = Number(after) > this.place ? 0 : Number(after);
      const behind = this.rows.filter(({ place }) => place > from).sort((a, b) => a.place - b.place);
      const page = behind.slice(0, Math.min(max, this.pageMax));
      const isMore = behind.length > page.length;
      return {
        rows: page.map(({ row }) => row),
        isMore,
        next: (page.at(-1)?.place ?? from).toString(),
        ...(!isMore && { sealedUpTo: new Date(platform.clock.now()).toISOString() }),
      };
    });
  }

  tell(id: string, body: Record<string, unknown> | null): void {
    this.place += 1;
    const row = { id, body, changedAt: new Date(platform.clock.now()).toISOString() };
    this.rows = [...this.rows.filter((each) => each.row.id !== id), { place: this.place, row }];
  }
}

let every: string[] = [];
const newJob = (database: Database = test.database, sources: Record<string, CopiedSource> = SOURCES) =>
  new CopyFactsJob(
    ...([database, platform.calls, platform.clock, platform.telemetry, new FactStore()] as const),
    () => every,
    sources,
  );
const copied = (service = 'routing') =>
  test.database.query(
    `SELECT id, version, body ->> 'minor' AS minor, known_until IS NULL AS is_known
     FROM fact WHERE service = $1 ORDER BY id, version`,
    [service],
  );
/** What was known at an instant, by id. */
async function knownAt(ms: number, service = 'routing'): Promise<Record<string, string>> {
  const rows = await test.database.query<{ id: string; minor: string }>(
    `SELECT id, body ->> 'minor' AS minor
     FROM fact
     WHERE service = $1 AND known_from <= $2 AND (known_until IS NULL OR known_until > $2)`,
    [service, new Date(ms)],
  );
  return Object.fromEntries(rows.map(({ id, minor }) => [id, minor]));
}

describe('the copy of facts', () => {
  it('keeps each version as long as it was known', async () => {
    const [job, { routing }] = [newJob(), played as { routing: PlayedFacts }];
    for (const id of ['a', 'b', 'c']) routing.tell(id, { minor: '1' });
    await job.run();
    platform.clock.advance(MINUTE);
    routing.tell('a', { minor: '2' });
    routing.tell('b', null);
    routing.tell('c', { minor: '1' });
    await job.run();
    platform.clock.advance(MINUTE);
    routing.tell('b', { minor: '1' });
    await job.run();
    expect(await copied()).toEqual([
      { id: 'a', version: 1, minor: '1', is_known: false },
      { id: 'a', version: 2, minor: '2', is_known: true },
      { id: 'b', version: 1, minor: '1', is_known: false },
      { id: 'b', version: 2, minor: '1', is_known: true },
      { id: 'c', version: 1, minor: '1', is_known: true },
    ]);
    const seen = await Promise.all([-1, 0, 1, 2].map((minutes) => knownAt(NOON + minutes * MINUTE)));
    expect(seen).toEqual([{}, { a: '1', b: '1', c: '1' }, { a: '2', c: '1' }, { a: '2', b: '1', c: '1' }]);
  });

  it('goes on where it was when its process died, at whatever statement, and takes nothing twice', async () => {
    const { routing } = played as { routing: PlayedFacts };
    for (const id of ['a', 'b', 'c', 'd', 'e']) routing.tell(id, { minor: id });
    for (let dies = 1; dies <= 6; dies += 1) {
      let statements = 0;
      const mortal = {
        query: test.database.query.bind(test.database),
        transaction: (work: (transaction: unknown) => Promise<unknown>) =>
          test.database.transaction((transaction) =>
            work({
              query: (text: string, values?: unknown[]) => {
                statements += 1;
                if (statements === dies) throw new Error('killed');
                return transaction.query(text, values);
              },
            }),
          ),
      };
      await newJob(mortal as never)
        .run()
        .catch(() => undefined);
    }
    await newJob().run();
    expect(await knownAt(NOON)).toEqual({ a: 'a', b: 'b', c: 'c', d: 'd', e: 'e' });
    expect(await copied()).toHaveLength(5);
  });

  it('is made by one of two instances at a time', async () => {
    const { routing } = played as { routing: PlayedFacts };
    const [one, two] = [newJob(), newJob(await test.another())];
    for (let round = 0; round < 5; round += 1) {
      for (const id of ['a', 'b', 'c', 'd', 'e']) routing.tell(id, { minor: `${round}` });
      await Promise.all([one.run(), two.run()]);
    }
    await one.run();
    expect(await copied()).toHaveLength(25);
    expect(await knownAt(NOON)).toEqual(Object.fromEntries([...'abcde'].map((id) => [id, '4'])));
  });

  it('of one service stands still while that is away or tells what nobody can read, and keeps no other waiting', async () => {
    const { routing, fx } = played as Record<'routing' | 'fx', PlayedFacts>;
    routing.tell('a', { minor: '1' });
    fx.tell('b', { minor: '1' });
    const job = newJob();
    routing.fails = () => new ServiceUnavailable('routing', 'facts');
    await expect(job.run()).rejects.toThrow(ServiceUnavailable);
    expect([await copied(), await knownAt(NOON, 'fx')]).toEqual([[], { b: '1' }]);
    routing.fails = undefined;
    routing.tell('c', { minor: 5 });
    await expect(job.run()).rejects.toThrow('fact c of limits cannot be read');
    expect([await copied(), job.lacking()]).toEqual([[], []]);
    platform.clock.advance(4 * 60 * MINUTE);
    await expect(job.run()).rejects.toThrow('fact c');
    expect(job.lacking()).toEqual(['limits of routing']);
    routing.tell('c', { minor: '5' });
    await job.run();
    expect([await knownAt(platform.clock.now()), job.lacking()]).toEqual([{ a: '1', c: '5' }, []]);
  });

  it('of every service is of those that the switch has now, and keeps what others have told', async () => {
    const { routing, fx } = played as Record<'routing' | 'fx', PlayedFacts>;
    routing.tell('a', { minor: '1' });
    fx.tell('b', { minor: '1' });
    const job = newJob(test.database, { limits: { ...SOURCES.limits, services: EVERY_SERVICE } });
    const copies = async () =>
      (await test.database.query<{ service: string }>('SELECT service FROM fact_copy ORDER BY service')).map(
        ({ service }) => service,
      );
    // Before the directory is there.
    every = [];
    await job.run();
    expect([await copies(), await copied()]).toEqual([[], []]);
    every = ['routing', 'fx'];
    await job.run();
    expect(await copies()).toEqual(['fx', 'routing']);
    fx.fails = () => new ServiceUnavailable('fx', 'facts');
    every = ['routing'];
    platform.clock.advance(4 * 60 * MINUTE);
    await job.run();
    expect([await copies(), job.lacking(), await knownAt(NOON, 'fx')]).toEqual([['routing'], [], { b: '1' }]);
    every = ['routing', 'fx'];
    fx.fails = undefined;
    await job.run();
    expect([await copies(), await copied('fx')]).toEqual([
      ['fx', 'routing'],
      [{ id: 'b', version: 1, minor: '1', is_known: true }],
    ]);
  });

  it('asks who is away once a round', async () => {
    let asked = 0;
    played['routing']!.fails = () => {
      asked += 1;
      return new ServiceUnavailable('routing', 'facts');
    };
    const sources = { limits: SOURCES.limits, holds: { ...SOURCES.limits, services: ['routing'] } };
    await expect(newJob(test.database, sources).run()).rejects.toThrow(ServiceUnavailable);
    expect(asked).toBe(1);
  });

  it('is looked at again from the first fact on after a week, and when the other side was restored', async () => {
    const { routing } = played as { routing: PlayedFacts };
    for (const id of ['a', 'b', 'c']) routing.tell(id, { minor: '1' });
    const job = newJob();
    await job.run();
    // A backup of an earlier day, from which it went on: the same place says something else.
    routing.rows = routing.rows.map((each) =>
      each.row.id === 'a' ? { ...each, row: { ...each.row, body: { minor: '9' } } } : each,
    );
    await job.run();
    expect(await knownAt(NOON)).toEqual({ a: '1', b: '1', c: '1' });
    platform.clock.advance(8 * 24 * 60 * MINUTE);
    await job.run();
    await job.run();
    expect(await knownAt(platform.clock.now())).toEqual({ a: '9', b: '1', c: '1' });
    expect(await copied()).toHaveLength(4);
  });

  it('tells of every instant what was so then, whatever came, went and failed', async () => {
    const step = fc.record({
      id: fc.constantFrom('a', 'b', 'c'),
      minor: fc.option(fc.constantFrom('1', '2'), { nil: null }),
      runs: fc.boolean(),
      isAway: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
        await begin();
        const [job, { routing }] = [newJob(), played as { routing: PlayedFacts }];
        const so = new Map<string, string>();
        let known: Record<string, string> = {};
        const history: [number, Record<string, string>][] = [];
        for (const { id, minor, runs, isAway } of steps) {
          routing.tell(id, minor === null ? null : { minor });
          if (minor === null) so.delete(id);
          else so.set(id, minor);
          routing.fails = isAway ? () => new Error('away') : undefined;
          if (runs) await job.run().catch(() => undefined);
          if (runs && !isAway) known = Object.fromEntries(so);
          history.push([platform.clock.now(), known]);
          platform.clock.advance(1_000);
        }
        for (const [ms, then] of history) expect(await knownAt(ms)).toEqual(then);
      }),
      { numRuns: 25 },
    );
  });
});
