import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { factsCall } from '@tonle/contracts';
import { createTestDatabase, type Database, type Queryable, type TestDatabase } from '@tonle/persistence';
import fc from 'fast-check';
import { Facts1775003000000 } from '../migrations/1775003000000-facts.js';
import { createTestPlatform, type TestPlatform } from '../test-platform.js';
import type { FactGatherer, GatheredFact } from './fact-gatherer.js';
import { declareFacts } from './facts.js';
import { GatherFactsJob } from './gather-facts.job.js';
import { hourlyFacts, type HourLook } from './hourly-facts.js';
import { ToldFactStore } from './told-fact.store.js';

// Real: PostgreSQL, with two instances of the service at pools of their own. What is gathered is played.

const HOUR_MS = 3_600_000;
const NOON = Date.parse('2026-11-20T12:00:00Z');
const SOURCE = 'routing.unknown';

let test: TestDatabase;
let other: Database;
let platform: TestPlatform;
beforeAll(async () => {
  test = await createTestDatabase('facts_told');
  await test.database.openOrm({ migrations: [Facts1775003000000] });
  other = await test.another();
});
beforeEach(async () => {
  await test.database.query('TRUNCATE told_fact, told_fact_source, told_fact_hour');
  await test.database.query('UPDATE told_fact_head SET place = 0');
  platform = createTestPlatform('routing', test.database);
  platform.clock.set(NOON);
});
afterAll(() => test.drop());

const body = (minor: string) => ({
  paymentId: '00000000-0000-7000-8000-000000000001',
  ...{
    corridor: 'KH-TH',
    direction: 'outbound',
    partner: 'THSWITCH',
    leg: 'credit',
    state: 'CREDIT_UNKNOWN',
  },
  ...{ since: '2026-11-20T11:00:00.000Z', currency: 'THB', minor, attempts: 1 },
  ...{ lastAnswer: null, lastAnswerAt: null, nextAt: null, owner: null },
});
const fact = (id: string, minor: string): GatheredFact => ({ id, body: body(minor) });

/** A source of which the test says what is so. */
function played(read: (database: Queryable) => Promise<readonly GatheredFact[]>): FactGatherer {
  return {
    ...{ source: SOURCE, everyMs: 1_000 },
    gather: async (database, nowMs) => ({
      parts: [{ prefix: '', facts: await read(database) }],
      sealedMs: nowMs,
    }),
  };
}
const jobOf = (gatherer: FactGatherer, database: Database = test.database) =>
  new GatherFactsJob(database, platform.clock, new ToldFactStore(), gatherer);

/** As settlement asks, by the call that the service declares. */
function asking(gatherer: FactGatherer) {
  const contract = factsCall('routing');
  const service = {
    call: platform.calls.serve.bind(platform.calls),
    job: () => undefined,
  };
  declareFacts(service as never, platform, [gatherer]);
  return (after?: string, max = 100) =>
    platform.calls.call(contract, { source: SOURCE, max, ...(after !== undefined && { after }) });
}
const minors = (rows: readonly { id: string; body: Record<string, unknown> | null }[]) =>
  rows.map(({ id, body: told }) => [id, told?.['minor'] ?? null]);

describe('facts that a service tells', () => {
  it('are told once, again where they have changed, and as gone where they are not so any more', async () => {
    let now = [fact('a', '1'), fact('b', '2')];
    const gatherer = played(async () => now);
    const [job, ask] = [jobOf(gatherer), asking(gatherer)];
    expect(await ask()).toEqual({ rows: [], next: '0', isMore: false });
    await job.run();
    const first = await ask();
    expect(minors(first.rows)).toEqual([
      ['a', '1'],
      ['b', '2'],
    ]);
    expect(first).toMatchObject({ sealedUpTo: new Date(NOON).toISOString(), isMore: false });
    now = [fact('b', '3'), fact('c', '4')];
    platform.clock.advance(1_000);
    await job.run();
    const second = await ask(first.next);
    expect(minors(second.rows)).toEqual([
      ['a', null],
      ['b', '3'],
      ['c', '4'],
    ]);
    platform.clock.advance(1_000);
    await job.run();
    expect(await ask(second.next)).toMatchObject({ rows: [], next: second.next });
    now = [fact('a', '1')];
    platform.clock.advance(1_000);
    await job.run();
    expect(minors((await ask(second.next)).rows)).toEqual([
      ['a', '1'],
      ['b', null],
      ['c', null],
    ]);
  });

  it('come by pages, and all of them again to who has a place that is not there', async () => {
    const gatherer = played(async () => ['a', 'b', 'c'].map((id) => fact(id, '1')));
    await jobOf(gatherer).run();
    const ask = asking(gatherer);
    const page = await ask(undefined, 2);
    expect(page).toMatchObject({ isMore: true });
    expect(page.sealedUpTo).toBeUndefined();
    expect(minors((await ask(page.next, 2)).rows)).toEqual([['c', '1']]);
    expect((await ask('99')).rows).toHaveLength(3);
  });

  it('that come while others are committed are behind every place that was given', async () => {
    const store = new ToldFactStore();
    await store.begin(test.database, 'x');
    await store.begin(test.database, 'y');
    let release = () => undefined as void;
    const held = new Promise<void>((done) => (release = done));
    let told = () => undefined as void;
    const isTold = new Promise<void>((done) => (told = done));
    const part = (id: string) => ({ prefix: '', facts: [fact(id, '1')] });
    const slow = test.database.transaction(async (transaction) => {
      await store.tell(transaction, 'x', part('a'), NOON);
      told();
      await held;
    });
    await isTold;
    const quick = other.transaction((transaction) => store.tell(transaction, 'y', part('b'), NOON));
    expect(await store.head(test.database)).toBe(0n);
    release();
    await Promise.all([slow, quick]);
    const [x, y] = [await store.page(test.database, 'x', 0n, 9), await store.page(test.database, 'y', 0n, 9)];
    expect([x.last, y.last]).toEqual([1n, 2n]);
  });

  it('are gathered by one of two instances, and not at all when they are not what the list of sources says', async () => {
    let gathered = 0;
    const gatherer = played(async () => {
      gathered += 1;
      return [fact('a', '1')];
    });
    await Promise.all([jobOf(gatherer).run(), jobOf(gatherer, other).run()]);
    expect(gathered).toBe(1);
    platform.clock.advance(1_000);
    const wrong = played(async () => [{ id: 'a', body: { ...body('1'), minor: 1 } }]);
    await expect(jobOf(wrong).run()).rejects.toThrow(/minor/);
    expect(minors((await asking(gatherer)()).rows)).toEqual([['a', '1']]);
  });

  it('are, for who follows them, what is so, whatever came and went', async () => {
    const world = fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd'), fc.constantFrom('1', '2'));
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ world, asks: fc.boolean() }), { maxLength: 6 }),
        async (rounds) => {
          let now: readonly GatheredFact[] = [];
          const gatherer = played(async () => now);
          const [job, ask] = [jobOf(gatherer), asking(gatherer)];
          const followed = new Map<string, unknown>();
          let place = (await new ToldFactStore().head(test.database)).toString();
          const first = await ask();
          for (const row of first.rows) if (row.body !== null) followed.set(row.id, row.body['minor']);
          place = first.next === '0' ? '0' : first.next;
          for (const { world: so, asks } of [...rounds, { world: { e: '1' }, asks: true }]) {
            now = Object.entries(so).map(([id, minor]) => fact(id, minor));
            platform.clock.advance(1_000);
            await job.run();
            for (let isMore = asks; isMore;) {
              const page = await ask(place, 2);
              for (const row of page.rows)
                if (row.body === null) followed.delete(row.id);
                else followed.set(row.id, row.body['minor']);
              ({ next: place, isMore } = page);
            }
            if (asks) expect(Object.fromEntries(followed)).toEqual(so);
          }
        },
      ),
      { numRuns: 30 },
    );
  });
});

it('facts that stand in a table of the service are told from there', async () => {
  const rows = ['1', '2', '3'].map((minor, index) => ({
    ...{ id: `n${minor}`, changedAt: '2026-11-20T11:00:00.000Z', body: body(minor) },
    place: BigInt(index + 5),
  }));
  const service = { call: platform.calls.serve.bind(platform.calls), job: () => undefined };
  const page = async (_database: unknown, after: bigint, max: number) =>
    rows.filter(({ place }) => place > after).slice(0, max);
  declareFacts(service as never, platform, [], [{ source: SOURCE, head: async () => 7n, page }]);
  const ask = (after: string) => platform.calls.call(factsCall('routing'), { source: SOURCE, max: 2, after });
  expect([minors((await ask('0')).rows), (await ask('0')).next]).toEqual([
    [
      ['n1', '1'],
      ['n2', '2'],
    ],
    '6',
  ]);
  expect(await ask('6')).toMatchObject({ rows: [{ id: 'n3' }], next: '7', isMore: false });
  // Of a database that was there before.
  expect((await ask('8')).rows).toHaveLength(2);
});

it('are gathered when the clock says so, however it got there', async () => {
  let times = 0;
  const gatherer = { ...played(async () => [fact('a', String((times += 1)))]), everyMs: 300_000 };
  const job = jobOf(gatherer);
  // Its timer is not as long as that.
  expect(job.pauseMs).toBeLessThan(60_000);
  const rounds = [0, 150_000, 100_000, 50_000, 86_400_000].map((ms) => async () => {
    platform.clock.advance(ms);
    await job.run();
    return times;
  });
  const seen: number[] = [];
  for (const round of rounds) seen.push(await round());
  expect(seen).toEqual([1, 1, 1, 2, 3]);
});

describe('facts of hours', () => {
  const looks = new Map<number, HourLook>();
  const asked: string[] = [];
  const gatherer = hourlyFacts({
    ...{ source: SOURCE, everyMs: 60_000 },
    firstMs: async () => (looks.size === 0 ? undefined : Math.min(...looks.keys())),
    look: async (_database, fromMs) => looks.get(fromMs) ?? { fingerprint: '', isOpen: false },
    facts: async (_database, fromMs) => {
      asked.push(new Date(fromMs).toISOString().slice(11, 13));
      const look = looks.get(fromMs);
      return look === undefined ? [] : [{ key: 'KH-TH', body: body(look.fingerprint) as never }];
    },
  });
  const hour = (hours: number) => NOON + hours * HOUR_MS;
  const round = async () => {
    asked.length = 0;
    await jobOf(gatherer).run();
    return asked.splice(0);
  };
  beforeEach(() => looks.clear());

  it('are summed up once they are over, and sealed up to their end', async () => {
    const ask = asking(gatherer);
    expect(await round()).toEqual([]);
    looks.set(hour(0), { fingerprint: '1', isOpen: false });
    platform.clock.set(hour(1) + 60_000);
    expect(await round()).toEqual([]);
    platform.clock.set(hour(3) + 130_000);
    expect(await round()).toEqual(['12', '13', '14']);
    const { rows, sealedUpTo } = await ask();
    expect([minors(rows), sealedUpTo]).toEqual([
      [['2026-11-20T12:00:00.000Z|KH-TH', '1']],
      new Date(hour(3)).toISOString(),
    ]);
    platform.clock.advance(60_000);
    expect(await round()).toEqual([]);
  });

  it('are summed up again while something of them is open, and when something came late', async () => {
    const ask = asking(gatherer);
    looks.set(hour(0), { fingerprint: '1', isOpen: true });
    looks.set(hour(1), { fingerprint: '1', isOpen: false });
    platform.clock.set(hour(2) + 130_000);
    expect(await round()).toEqual(['12', '13']);
    platform.clock.advance(20 * 60_000);
    expect(await round()).toEqual([]);
    looks.set(hour(0), { fingerprint: '2', isOpen: false });
    // Of what was closed nobody looks whether something came, until it is a day old.
    looks.set(hour(1), { fingerprint: '3', isOpen: false });
    platform.clock.advance(20 * 60_000);
    expect(await round()).toEqual(['12']);
    platform.clock.set(hour(24 + 1) + 130_000);
    expect(await round()).toContain('13');
    expect(minors((await ask()).rows)).toEqual([
      ['2026-11-20T12:00:00.000Z|KH-TH', '2'],
      ['2026-11-20T13:00:00.000Z|KH-TH', '3'],
    ]);
  });
});
