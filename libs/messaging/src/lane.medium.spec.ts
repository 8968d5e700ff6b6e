import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createTestDatabase, DatabaseUnavailable } from '@tonle/persistence';
import type { Database, TestDatabase, Transaction } from '@tonle/persistence';
import { createTestTelemetry } from '@tonle/telemetry';
import { until } from '../../../tests/world/until.js';
import { InProcessTransport } from './in-process-transport.js';
import { LaneFenced, openLane } from './lane.js';
import type { LaneHost } from './lane.js';
import { Outbox1763990000000 } from './migrations/1763990000000-outbox.js';
import { DeadLetters1767000000000 } from './migrations/1767000000000-dead-letters.js';
import { DeadLetterDeeds1768200400000 } from './migrations/1768200400000-dead-letter-deeds.js';
import { DeadLetterGroups1772400000000 } from './migrations/1772400000000-dead-letter-groups.js';
import type { OutboxLane } from './outbox.js';
import { RECORD_BYTES_MAX, type EventTransport, type OutboundRecord } from './transport.js';

// Real: PostgreSQL and the in-process transport; `deaf` stands for a process that dies before it publishes.

const record = (n: number, topic = 't'): OutboundRecord => ({
  topic,
  key: `k${n % 3}`,
  type: 'x',
  messageId: `m${n}`,
  body: `{"n":${n}}`,
});
const deaf: EventTransport = {
  publish: () => new Promise(() => undefined),
  subscribe: () => Promise.reject(new Error('deaf')),
  close: () => Promise.resolve(),
};

let test: TestDatabase;
let transport: InProcessTransport;
let seen: string[];
let lanes: OutboxLane[];

const host = (more: Partial<LaneHost> = {}): LaneHost => ({
  database: test.database,
  transport,
  instance: 'one',
  ...more,
});
const open = async (given: LaneHost, leaseMs?: number) => {
  const lane = await openLane(given, { leaseMs });
  lanes.push(lane);
  return lane;
};
beforeAll(async () => {
  test = await createTestDatabase('lane');
  await test.database.openOrm({
    migrations: [
      Outbox1763990000000,
      DeadLetters1767000000000,
      DeadLetterDeeds1768200400000,
      DeadLetterGroups1772400000000,
    ],
  });
  await test.database.query('CREATE TABLE effect (n int PRIMARY KEY)');
});
afterAll(() => test.drop());
beforeEach(async () => {
  await test.database.query('TRUNCATE outbox, outbox_lane, effect, dead_letter');
  transport = new InProcessTransport();
  seen = [];
  lanes = [];
  await transport.subscribe(
    't',
    (records) => {
      seen.push(...records.map((one) => one.messageId));
      return Promise.resolve();
    },
    { group: 'g' },
  );
});
afterEach(async () => {
  await Promise.all(lanes.map((lane) => lane.close()));
  await transport.close();
});

/** Its last statement is asked, and the COMMIT that goes with it is not sent. */
function withoutCommit(transaction: Transaction): Transaction {
  const query = transaction.query.bind(transaction);
  return { query, last: { query } };
}

describe('an outbox lane', () => {
  it('publishes what it commits, in the order of commits, and moves its cursor with the next commit', async () => {
    const lane = await open(host());
    const firsts = await Promise.all(
      [0, 2, 4].map((n) =>
        lane.commit((_, first) => Promise.resolve({ result: first, records: [record(n), record(n + 1)] })),
      ),
    );
    await lane.published();
    expect(firsts).toEqual([1n, 3n, 5n]);
    expect(seen).toEqual(['m0', 'm1', 'm2', 'm3', 'm4', 'm5']);
    await lane.commit(() => Promise.resolve({ result: null, records: [] }));
    expect(await test.database.query('SELECT next_sequence, published_up_to FROM outbox_lane')).toEqual([
      { next_sequence: 7n, published_up_to: 6n },
    ]);
  });

  it.each(['by itself', 'after a crash'])(
    'sets aside what can never be sent, %s, and goes on',
    async (when) => {
      const large = { ...record(1), body: JSON.stringify('x'.repeat(RECORD_BYTES_MAX)) };
      const telemetry = createTestTelemetry('lane');
      const first = await open(host({ telemetry, ...(when === 'by itself' ? {} : { transport: deaf }) }));
      await first.commit(() => Promise.resolve({ result: null, records: [record(0), large, record(2)] }));
      const lane = when === 'by itself' ? first : await open(host({ telemetry, instance: 'two' }));
      await lane.commit(() => Promise.resolve({ result: null, records: [record(3)] }));
      await lane.published();
      expect([...seen].sort()).toEqual(['m0', 'm2', 'm3']);
      const kept = await test.database.query(
        'SELECT reader, topic, message_id, key, body, cause FROM dead_letter',
      );
      const { topic, key, body } = large;
      const cause = expect.stringMatching(/^\d+ bytes, \d+ are allowed$/);
      expect(kept).toEqual([{ reader: 'outbox', topic, message_id: 'm1', key, body, cause }]);
      expect(await telemetry.registry.getSingleMetricAsString('tonle_messages_dead_total')).toMatch(
        /^tonle_messages_dead_total\{topic="t",type="x",.*\} 1$/m,
      );
    },
  );

  it('tells for how long its oldest record has waited for a broker that is away', async () => {
    const telemetry = createTestTelemetry('lane');
    let away = true;
    const publish = (records: readonly OutboundRecord[]) =>
      away ? Promise.reject(new Error('no broker')) : transport.publish(records);
    const lane = await open(host({ telemetry, transport: { ...deaf, publish } }), 90);
    const waited = async () => {
      const gauge = await telemetry.registry.getSingleMetric('tonle_outbox_unsent_oldest_seconds')!.get();
      return gauge.values[0]!.value;
    };
    expect(await waited()).toBe(0);
    await lane.commit(() => Promise.resolve({ result: null, records: [record(1)] }));
    await until('a record that waits', async () => (await waited()) > 0);
    const first = await waited();
    await lane.commit(() => Promise.resolve({ result: null, records: [record(2)] }));
    await until('the first, which waits on', async () => (await waited()) > first);
    away = false;
    await until('nothing that waits', async () => (await waited()) === 0);
    // Each is tried again by itself.
    expect([...seen].sort()).toEqual(['m1', 'm2']);
  });

  it('whose lease has run out while it was busy renews it, and is not fenced by itself', async () => {
    let away = true;
    const publish = (records: readonly OutboundRecord[]) =>
      away ? Promise.reject(new Error('no broker')) : transport.publish(records);
    const lane = await open(host({ transport: { ...deaf, publish } }), 90);
    await lane.commit(() => Promise.resolve({ result: null, records: [record(1)] }));
    for (let times = 0; times < 5; times += 1) {
      await test.database.query(`UPDATE outbox_lane SET leased_until = now() - interval '1 minute'`);
      await until('the lease to be renewed', async () => {
        const live = await test.database.query(
          "SELECT 1 FROM outbox_lane WHERE leased_until > now() - interval '50 s'",
        );
        return live.length > 0;
      });
    }
    away = false;
    await lane.commit(() => Promise.resolve({ result: null, records: [record(2)] }));
    await lane.published();
    // Each is tried again by itself.
    expect([...seen].sort()).toEqual(['m1', 'm2']);
  });

  it('keeps effect and records together: nothing is published of what rolled back', async () => {
    const lane = await open(host());
    const failing = lane.commit(async (transaction) => {
      await transaction.query('INSERT INTO effect VALUES (1)');
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    await lane.commit(async (transaction) => {
      await transaction.query('INSERT INTO effect VALUES (2)');
      return { result: null, records: [record(2)] };
    });
    await lane.published();
    expect(seen).toEqual(['m2']);
    expect(await test.database.query('SELECT n FROM effect')).toEqual([{ n: 2 }]);
  });

  it('publishes after a crash what was committed and not published, under the same message ids', async () => {
    const dying = await open(host({ transport: deaf }));
    for (let n = 0; n < 5; n += 1)
      await dying.commit(() => Promise.resolve({ result: null, records: [record(n)] }));
    expect(seen).toEqual([]);
    const next = await open(host({ instance: 'two' }));
    await next.published();
    expect(seen).toEqual(['m0', 'm1', 'm2', 'm3', 'm4']);
    await next.commit(() => Promise.resolve({ result: null, records: [record(9)] }));
    await next.published();
    expect(seen.at(-1)).toBe('m9');
  });

  it.each(['waited for', 'left behind'])(
    'does not take the division by zero of another statement, %s, for the loss of its row',
    async (how) => {
      const lane = await open(host());
      const failing = lane.commit(async (transaction) => {
        const dividing = transaction.query('SELECT 1 / n FROM (VALUES (0)) AS of (n)');
        if (how === 'waited for') await dividing;
        else dividing.catch(() => undefined);
        return { result: null, records: [] };
      });
      const error = await failing.catch((cause: unknown) => cause);
      expect(error).not.toBeInstanceOf(LaneFenced);
      // Of the statement itself, or of the one after it in the transaction that it broke.
      expect(error).toMatchObject({ code: how === 'waited for' ? '22012' : '25P02' });
      await lane.commit(() => Promise.resolve({ result: null, records: [record(1)] }));
      await lane.published();
      expect(seen).toEqual(['m1']);
    },
  );

  it('fences the process that had the lane before: it commits nothing any more and is told to stop', async () => {
    const failures: Error[] = [];
    const zombie = await open(host({ fail: (error) => failures.push(error) }));
    await open(host({ instance: 'two' }));
    const late = () =>
      zombie.commit(async (transaction) => {
        await transaction.query('INSERT INTO effect VALUES (7)');
        return { result: null, records: [record(7)] };
      });
    await expect(late()).rejects.toThrow(LaneFenced);
    await expect(late()).rejects.toThrow(LaneFenced);
    expect(failures).toHaveLength(1);
    expect(await test.database.query('SELECT n FROM effect')).toEqual([]);
    expect(seen).toEqual([]);
  });

  it.each([[[]], [[record(7)]]])('commits nothing without its lane: records %j', async (records) => {
    const failures: Error[] = [];
    const lane = await open(host({ fail: (error) => failures.push(error) }));
    await test.database.query('DELETE FROM outbox_lane');
    const commit = lane.commit(async (transaction) => {
      await transaction.query('INSERT INTO effect VALUES (7)');
      return { result: null, records };
    });
    await expect(commit).rejects.toThrow(LaneFenced);
    expect(failures).toHaveLength(1);
    expect(await test.database.query('SELECT n FROM effect')).toEqual([]);
  });

  it('adopts a lane whose lease has run out, publishes its rest, and its owner is fenced', async () => {
    const dead = await openLane(host({ transport: deaf, lane: 'b' }));
    await dead.commit(() => Promise.resolve({ result: null, records: [record(1), record(2)] }));
    await test.database.query(
      "UPDATE outbox_lane SET leased_until = now() - interval '1 second' WHERE id = 'b'",
    );
    await open(host({ lane: 'a', instance: 'two' }), 60);
    await until('the rest of the dead lane', () => seen.length === 2);
    expect(seen).toEqual(['m1', 'm2']);
    await until(
      'the lane given back',
      async () =>
        (
          await test.database.query(
            "SELECT 1 FROM outbox_lane WHERE id = 'b' AND published_up_to = 2 AND leased_until <= now()",
          )
        ).length === 1,
    );
    await expect(dead.commit(() => Promise.resolve({ result: null, records: [record(3)] }))).rejects.toThrow(
      LaneFenced,
    );
  });

  it('finds out whether a commit stands whose answer was lost', async () => {
    const lossy = (loseAt: 'after' | 'before'): Database =>
      Object.assign(bound(test.database), {
        transaction: async (work: Parameters<Database['transaction']>[0]) => {
          if (loseAt === 'after') await test.database.transaction(work);
          else
            await test.database
              .transaction(async (transaction) => {
                await work(withoutCommit(transaction));
                throw new Error('rolled back');
              })
              .catch(() => undefined);
          throw new DatabaseUnavailable('gone', true);
        },
      }) as Database;
    const standing = await open(host({ database: lossy('after') }));
    await expect(
      standing.commit(() => Promise.resolve({ result: 'kept', records: [record(1)] })),
    ).resolves.toBe('kept');
    await standing.published();
    expect(seen).toEqual(['m1']);
    const lost = await open(host({ database: lossy('before'), lane: 'c' }));
    await expect(
      lost.commit(() => Promise.resolve({ result: 'kept', records: [record(2)] })),
    ).rejects.toThrow(DatabaseUnavailable);
    expect(seen).toEqual(['m1']);
  });

  it('waits for a commit that the server is still at work on when its answer is lost', async () => {
    let letGo = () => undefined as void;
    const held = new Promise<void>((done) => (letGo = done));
    let zombie: Promise<unknown> = Promise.resolve();
    const lossy = Object.assign(bound(test.database), {
      transaction: async (work: Parameters<Database['transaction']>[0]) => {
        await new Promise<void>((worked) => {
          zombie = test.database.transaction(async (transaction) => {
            await work(withoutCommit(transaction));
            worked();
            await held;
          });
        });
        throw new DatabaseUnavailable('gone', true);
      },
    }) as Database;
    const lane = await open(host({ database: lossy }));
    const commit = lane.commit(() => Promise.resolve({ result: 'kept', records: [record(1)] }));
    await until(
      'the lock',
      async () =>
        (await test.database.query("SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'")).length >
        0,
    );
    letGo();
    await zombie;
    await expect(commit).resolves.toBe('kept');
    await lane.published();
    expect(seen).toEqual(['m1']);
  });

  it('stops rather than go back behind what stands in the lane', async () => {
    const failures: Error[] = [];
    const lane = await open(host({ fail: (error) => failures.push(error) }));
    await test.database.query("UPDATE outbox_lane SET next_sequence = 3 WHERE id = 'main'");
    await expect(lane.commit(() => Promise.resolve({ result: null, records: [] }))).rejects.toThrow(
      LaneFenced,
    );
    expect(failures).toHaveLength(1);
    expect(await test.database.query('SELECT next_sequence FROM outbox_lane')).toEqual([
      { next_sequence: 3n },
    ]);
  });

  it('lets rows of a service be outbox rows, beside those of the outbox', async () => {
    const rows = [1n, 2n, 4n].map((sequence) => ({ sequence, record: record(Number(sequence)) }));
    const source = {
      unpublished: (_database: unknown, _lane: string, after: bigint) =>
        Promise.resolve(rows.filter((row) => row.sequence > after)),
    };
    await test.database.query("INSERT INTO outbox_lane VALUES ('main', 'old', 1, now(), 6, 1)");
    await test.database.query(`INSERT INTO outbox (lane, sequence, topic, key, type, message_id, body)
      SELECT 'main', n, 't', 'k0', 'x', 'm' || n, '{}'
      FROM unnest(ARRAY[3, 5]) AS n`);
    const lane = await openLane(host(), { source });
    lanes.push(lane);
    await lane.published();
    expect([...seen].sort()).toEqual(['m2', 'm3', 'm4', 'm5']);
    await lane.commit(() => Promise.resolve({ result: null, records: [record(6)], inRows: true }));
    await lane.commit(() => Promise.resolve({ result: null, records: [record(7)] }));
    await lane.published();
    expect(seen.slice(4)).toEqual(['m6', 'm7']);
    expect(await test.database.query('SELECT sequence FROM outbox WHERE sequence > 5')).toEqual([
      { sequence: 7n },
    ]);
  });
});

function bound(database: Database): Database {
  return {
    schema: database.schema,
    get orm() {
      return database.orm;
    },
    openOrm: (options) => database.openOrm(options),
    query: (text, values) => database.query(text, values),
    transaction: (work, options) => database.transaction(work, options),
    tellTime: (now) => database.tellTime(now),
    patiently: (work) => database.patiently(work),
    check: () => database.check(),
    clockOffsetMs: () => database.clockOffsetMs(),
    close: () => database.close(),
  };
}
