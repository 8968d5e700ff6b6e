import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import pg from 'pg';
import { freePort } from '../../../tests/world/free-port.js';
import { until } from '../../../tests/world/until.js';
import { startPostgres } from './postgres.js';

// Real: PostgreSQL's initdb, and the built program that is killed while it runs.

it('a start after one that was killed while it made the cluster makes it anew, and leaves nothing of the first', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tonle-half-'));
  const options = { dataFolder: join(folder, 'data'), port: await freePort(), password: 'secret' };
  const built = join(import.meta.dirname, '../dist/postgres.js');
  const script = `import { startPostgres } from ${JSON.stringify(built)}; await startPostgres(${JSON.stringify(options)});`;
  const killed = spawn(process.execPath, ['--input-type=module', '-e', script], { detached: true });
  const exited = once(killed, 'exit');
  await until('a cluster that is being made', () =>
    readdirSync(folder, { recursive: true }).some((name) => String(name).endsWith('PG_VERSION')),
  );
  process.kill(-killed.pid!, 'SIGKILL');
  await exited;
  const server = await startPostgres(options);
  // It takes connections a moment before it lets anybody in.
  await until('a whole cluster', async () => {
    const client = new pg.Client({ connectionString: server.url('postgres') });
    await client.connect();
    await client.end();
    return true;
  });
  await server.stop();
  expect(readdirSync(folder)).toEqual(['data']);
  rmSync(folder, { recursive: true });
});

it('a start that finds no place says so in a sentence, and leaves nothing half made', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tonle-full-'));
  const port = await freePort();
  // As on a full disk, files end early.
  const limited = `ulimit -f 100; exec "$0" --input-type=module -e "$1"`;
  const built = join(import.meta.dirname, '../dist/postgres.js');
  const script = `import { startPostgres } from ${JSON.stringify(built)};
    await startPostgres(${JSON.stringify({ dataFolder: join(folder, 'data'), port, password: 'secret' })}).catch((error) => {
      console.log(error.message);
    });`;
  const started = spawnSync('sh', ['-c', limited, process.execPath, script]);
  expect(started.stdout.toString()).toMatch(/^PostgreSQL did not start: [^\n]*\.\n$/);
  expect(readdirSync(folder)).toEqual([]);
  rmSync(folder, { recursive: true });
});
