import { createServer, type AddressInfo, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { QueryRunner } from 'typeorm';
import { EntitySchema } from 'typeorm';
import { Migration } from './migration.js';
import { createTestDatabase } from './test-database.js';
import type { TestDatabase } from './test-database.js';
import { openDatabase } from './postgres.js';
import { DatabaseUnavailable } from './unavailable.js';

// Real: PostgreSQL, pool, TypeORM.

class First1764000000001 extends Migration {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      'CREATE TABLE account (id text PRIMARY KEY, balance bigint NOT NULL, seen timestamptz NOT NULL DEFAULT now())',
    );
    await runner.query("INSERT INTO account (id, balance) VALUES ('a', 9007199254740993), ('b', 5)");
  }
}

class Second1764000000002 extends Migration {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE account ADD COLUMN note jsonb');
  }
}

interface Account {
  id: string;
  balance: bigint;
}

const accountEntity = new EntitySchema<Account>({
  name: 'account',
  columns: { id: { type: 'text', primary: true }, balance: { type: 'bigint' } },
});

/** More than any machine stalls; the clocks of one machine are one. */
const STALL_MS_MAX = 600_000;

const migrations = [First1764000000001, Second1764000000002];

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase('persistence');
});
afterAll(() => test.drop());

describe('a database of a service', () => {
  it('runs migrations once although three starters come at the same time', async () => {
    const starters = await Promise.all([test.another(), test.another(), test.another()]);
    await Promise.all(starters.map((one) => one.openOrm({ migrations, entities: [accountEntity as never] })));
    const rows = await starters[0]!.query<{ name: string }>('SELECT name FROM schema_migration ORDER BY id');
    expect(rows.map((row) => row.name)).toEqual(['First1764000000001', 'Second1764000000002']);
    const found = await starters[1]!.orm.getRepository(accountEntity).findOneByOrFail({ id: 'a' });
    expect(found.balance).toBe(9_007_199_254_740_993n);
    await expect(test.database.query('SELECT 1 FROM account')).resolves.toHaveLength(2);
  });

  it('does not run again what has run as part of another migration', async () => {
    class Part1763000000001 extends Migration {
      async up(runner: QueryRunner): Promise<void> {
        await runner.query('CREATE TABLE part (id text)');
      }
    }
    class Whole1763000000002 extends Migration {
      override readonly contained = [Part1763000000001];
      async up(runner: QueryRunner): Promise<void> {
        await runner.query('CREATE TABLE rest (id text)');
      }
    }
    const parts = [Part1763000000001, Whole1763000000002];
    const [fresh, old] = [await test.another('fresh'), await test.another('old')];
    await fresh.openOrm({ migrations: parts });
    // As the version before left it, in which the whole held the part.
    await old.query(
      'CREATE TABLE schema_migration (id serial PRIMARY KEY, timestamp bigint NOT NULL, name text NOT NULL)',
    );
    await old.query(
      `INSERT INTO schema_migration (timestamp, name) VALUES (1763000000002, 'Whole1763000000002')`,
    );
    await old.query('CREATE TABLE part (id text); CREATE TABLE rest (id text)');
    await old.openOrm({ migrations: parts });
    const names = `SELECT name FROM schema_migration ORDER BY name`;
    expect(await old.query(names)).toEqual(await fresh.query(names));
    expect(await old.query(names)).toHaveLength(2);
    const alone = await test.another('alone');
    await expect(alone.openOrm({ migrations: [Whole1763000000002] })).rejects.toThrow(
      'Whole1763000000002 needs Part1763000000001 beside it',
    );
  });

  it('gives bigint, Date, text for days, parsed JSON', async () => {
    const [row] = await test.database.query(
      `SELECT balance, seen, ARRAY[1, 2]::bigint[] AS list, DATE '2026-01-02' AS day, '{"a":1}'::jsonb AS json, 1.50::numeric AS n
       FROM account WHERE id = $1`,
      ['a'],
    );
    expect(row).toEqual({
      balance: 9_007_199_254_740_993n,
      seen: expect.any(Date),
      list: [1n, 2n],
      day: '2026-01-02',
      json: { a: 1 },
      n: '1.50',
    });
  });

  it('takes arrays of bigint for unnest and keeps the plan of a statement that comes again', async () => {
    const text = 'SELECT sum(x)::bigint AS sum FROM unnest($1::bigint[]) AS x';
    for (let i = 0; i < 5; i += 1)
      expect(await test.database.query(text, [[1n, 2n, BigInt(i)]])).toEqual([{ sum: 3n + BigInt(i) }]);
    const prepared = await test.database.transaction(async (transaction) => {
      for (let i = 0; i < 3; i += 1) await transaction.query(text, [[1n]]);
      return transaction.query('SELECT 1 FROM pg_prepared_statements WHERE statement = $1', [text]);
    });
    expect(prepared).toHaveLength(1);
  });

  it('does a transaction again after a serialisation failure', async () => {
    const { database } = test;
    const balance = async (from: Pick<typeof database, 'query'>) => {
      const [row] = await from.query<{ balance: bigint }>("SELECT balance FROM account WHERE id = 'b'");
      return row!.balance;
    };
    const read: bigint[] = [];
    await database.transaction(
      async (transaction) => {
        read.push(await balance(transaction));
        // Somebody else commits between our reading and our writing, once.
        if (read.length === 1)
          await database.query("UPDATE account SET balance = balance + 4 WHERE id = 'b'");
        await transaction.query("UPDATE account SET balance = $1 WHERE id = 'b'", [read.at(-1)! + 1n]);
      },
      { isolation: 'serializable' },
    );
    expect(read).toEqual([5n, 9n]);
    expect(await balance(database)).toBe(10n);
  });

  it('refuses to call a transaction committed whose failed statement was swallowed', async () => {
    const work = test.database.transaction(async (transaction) => {
      await transaction.query('SELECT 1 / 0').catch(() => undefined);
    });
    await expect(work).rejects.toThrow('its error was ignored');
  });

  it('commits with the last statement, which nothing may follow', async () => {
    const note = "UPDATE account SET note = $1::jsonb WHERE id = 'a' RETURNING note";
    const rows = await test.database.transaction(async (transaction) => {
      await transaction.query("UPDATE account SET note = '1' WHERE id = 'b'");
      const last = await transaction.last.query(note, ['2']);
      await expect(transaction.query('SELECT 1')).rejects.toThrow('the transaction has finished');
      return last;
    });
    expect(rows).toEqual([{ note: 2 }]);
    const alone = test.database.transaction((transaction) => transaction.last.query(note, ['3']));
    await expect(alone).resolves.toEqual([{ note: 3 }]);
    const notes = await test.database.query('SELECT note FROM account ORDER BY id');
    expect(notes).toEqual([{ note: 3 }, { note: 1 }]);
  });

  it('commits nothing when the last statement fails, and its connection goes on', async () => {
    const seen = new Set<number>();
    for (let i = 0; i < 10; i += 1) {
      const failing = test.database.transaction(async (transaction) => {
        const [me] = await transaction.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
        seen.add(me!.pid);
        await transaction.query("UPDATE account SET note = '9'");
        await transaction.last.query('SELECT 1 / $1::int', [0]);
      });
      await expect(failing).rejects.toMatchObject({ code: '22012' });
    }
    expect(seen.size).toBe(1);
    expect(await test.database.query("SELECT 1 FROM account WHERE note = '9'")).toEqual([]);
  });

  it('has no transaction to end when nothing was asked', async () => {
    await expect(test.database.transaction(() => Promise.resolve('nothing'))).resolves.toBe('nothing');
    await expect(test.database.transaction(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
  });

  it('does not know how the COMMIT went whose connection broke', async () => {
    const lost = test.database.transaction(async (transaction) => {
      await transaction.last.query('SELECT pg_terminate_backend(pg_backend_pid())');
    });
    await expect(lost).rejects.toMatchObject({ name: 'DatabaseUnavailable', commitUnknown: true });
    const earlier = test.database.transaction(async (transaction) => {
      await transaction.query('SELECT pg_terminate_backend(pg_backend_pid())');
    });
    await expect(earlier).rejects.toMatchObject({ name: 'DatabaseUnavailable', commitUnknown: false });
  });

  it('says DatabaseUnavailable for a broken connection and goes on by itself', async () => {
    const broken = test.database.transaction(async (transaction) => {
      const [me] = await transaction.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
      await test.database.query('SELECT pg_terminate_backend($1)', [me!.pid]);
      await transaction.query('SELECT 1');
    });
    await expect(broken).rejects.toThrow(DatabaseUnavailable);
    await expect(test.database.query('SELECT 1 AS one')).resolves.toEqual([{ one: 1 }]);
  });

  it('says DatabaseUnavailable when nobody listens', async () => {
    const opening = openDatabase({
      url: 'postgres://a:b@127.0.0.1:1/x',
      schema: 's',
      service: 'none',
      startWaitMs: 0,
    });
    await expect(opening).rejects.toThrow(DatabaseUnavailable);
  });

  it('waits at a start for a server that takes connections and is too busy to answer them', async () => {
    const callers: Socket[] = [];
    const busy = createServer((caller) => callers.push(caller));
    await new Promise<void>((done) => busy.listen(0, '127.0.0.1', done));
    const { port } = busy.address() as AddressInfo;
    const url = `postgres://a:b@127.0.0.1:${port}/x`;
    const opening = openDatabase({ url, schema: 's', service: 'none', startWaitMs: 0 });
    await expect(opening).rejects.toThrow(DatabaseUnavailable);
    for (const caller of callers) caller.destroy();
    await new Promise((done) => busy.close(done));
  });

  it('asks again for a connection while a start is patient, and only then', async () => {
    let awaited: () => void = () => undefined;
    const asked = new Promise<void>((done) => (awaited = done));
    const one = await openDatabase({
      ...{ url: test.url, schema: 'main', service: 'patient', poolMax: 1, connectMs: 50 },
      report: (event) => event === 'connection_awaited' && awaited(),
    });
    let letGo: () => void = () => undefined;
    const holding = one.transaction(async (transaction) => {
      await transaction.query('SELECT 1');
      await new Promise<void>((done) => (letGo = done));
    });
    await expect(one.query('SELECT 1')).rejects.toThrow(DatabaseUnavailable);
    await expect(one.transaction((on) => on.query('SELECT 1'))).rejects.toThrow(DatabaseUnavailable);
    const patient = one.patiently(() =>
      Promise.all([one.query('SELECT 2 AS n'), one.transaction((on) => on.query('SELECT 3 AS n'))]),
    );
    await asked;
    letGo();
    await holding;
    expect(await patient).toEqual([[{ n: 2 }], [{ n: 3 }]]);
    await expect(one.patiently(() => one.query('SELECT wrong'))).rejects.toMatchObject({ code: '42703' });
    await one.close();
  });

  it('measures how far database time is ahead', async () => {
    expect(Math.abs(await test.database.clockOffsetMs())).toBeLessThan(STALL_MS_MAX);
  });

  it('keeps schemas apart', async () => {
    const other = await test.another('other');
    await expect(other.query('SELECT 1 FROM account')).rejects.toMatchObject({ code: '42P01' });
  });
});
