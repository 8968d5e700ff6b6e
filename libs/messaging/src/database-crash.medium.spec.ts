import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DatabaseUnavailable, openDatabase } from '@tonle/persistence';
import { startPostgres, type PostgresServer } from '@tonle/tool-servers';
import type { Database } from '@tonle/persistence';
import { freePort } from '../../../tests/world/free-port.js';
import { until } from '../../../tests/world/until.js';
import { InProcessTransport } from './in-process-transport.js';
import { openLane } from './lane.js';
import { Outbox1763990000000 } from './migrations/1763990000000-outbox.js';

// Real: a PostgreSQL server of its own that is killed under load, with fsync on.

const COMMITS_MS_MAX = 20_000;
const folder = mkdtempSync(join(tmpdir(), 'tonle-crash-'));
let port: number;
let server: PostgresServer;
let database: Database;

beforeAll(async () => {
  port = await freePort();
  server = await startPostgres({ dataFolder: join(folder, 'data'), port, password: 'test' });
  database = await openDatabase({ url: server.url('tonle'), schema: 'routing', service: 'routing' });
  await database.openOrm({ migrations: [Outbox1763990000000] });
  await database.query('CREATE TABLE effect (n int PRIMARY KEY)');
}, 60_000);
afterAll(async () => {
  await database.close();
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
}, 30_000);

describe('a database that is killed', () => {
  it('loses no effect and no record of any commit that was answered, three times over', async () => {
    const transport = new InProcessTransport();
    const seen = new Set<string>();
    await transport.subscribe(
      't',
      (records) => {
        for (const one of records) seen.add(one.messageId);
        return Promise.resolve();
      },
      { group: 'g' },
    );
    const lane = await openLane({ database, transport, instance: 'one' });
    const answered: number[] = [];
    let n = 0;
    let going = true;
    const unexpected: unknown[] = [];
    const more = async (from: number) => {
      await until('commits', () => unexpected.length > 0 || answered.length >= from + 30, COMMITS_MS_MAX);
      expect(unexpected).toEqual([]);
    };
    const load = (async () => {
      while (going) {
        const mine = (n += 1);
        try {
          await lane.commit(async (transaction) => {
            await transaction.query('INSERT INTO effect (n) VALUES ($1)', [mine]);
            return {
              result: null,
              records: [{ topic: 't', key: 'k', type: 'x', messageId: String(mine), body: '{}' }],
            };
          });
          answered.push(mine);
        } catch (error) {
          if (!(error instanceof DatabaseUnavailable)) unexpected.push(error);
          await new Promise((done) => setTimeout(done, 10));
        }
      }
    })();
    for (let round = 1; round <= 3; round += 1) {
      await more(answered.length);
      process.kill(server.pid, 'SIGKILL');
      await server.stop();
      server = await startPostgres({ dataFolder: join(folder, 'data'), port, password: 'test' });
      // It takes connections before it lets anybody in: it reads its log first, and writes every file to the disk.
      await until('the end of the recovery', () => database.query('SELECT 1'));
    }
    await more(answered.length);
    going = false;
    await load;
    await lane.published();
    const effects = (await database.query<{ n: number }>('SELECT n FROM effect')).map((row) => row.n);
    expect(effects).toEqual(expect.arrayContaining(answered));
    expect([...seen].map(Number).sort((a, b) => a - b)).toEqual(effects.sort((a, b) => a - b));
    await lane.close();
    await transport.close();
  }, 120_000);
});
