import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { until } from '../../../tests/world/until.js';
import { startServer } from './spawned-server.js';

it('a server is known by its pid file before it answers: the launcher may be killed while it waits', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tonle-server-'));
  const pidFile = join(folder, 'server.pid');
  let asked = 0;
  const known: boolean[] = [];
  const server = await startServer({
    name: 'a server that needs a moment',
    program: process.execPath,
    args: ['-e', 'setInterval(() => undefined, 1000)'],
    pidFile,
    answers: () => {
      known.push(existsSync(pidFile));
      asked += 1;
      return Promise.resolve(asked > 1);
    },
    stopMs: 10_000,
  });
  expect(known).toEqual([true, true]);
  expect(readFileSync(pidFile, 'utf8')).toBe(`${server.pid}\n`);
  await server.stop();
  rmSync(folder, { recursive: true });
});

it('a server that does not answer is waited for until nobody wants it any more, and ends then', async () => {
  const enough = new AbortController();
  const folder = mkdtempSync(join(tmpdir(), 'tonle-server-'));
  const pidFile = join(folder, 'server.pid');
  const starting = startServer({
    name: 'a server that never answers',
    program: process.execPath,
    args: ['-e', 'setInterval(() => undefined, 1000)'],
    pidFile,
    answers: () => Promise.resolve(false),
    signal: enough.signal,
    stopMs: 10_000,
  });
  await until('the server', () => existsSync(pidFile) && readFileSync(pidFile, 'utf8').endsWith('\n'));
  const pid = Number.parseInt(readFileSync(pidFile, 'utf8'), 10);
  enough.abort();
  await expect(starting).rejects.toThrow('a server that never answers was not waited for any more');
  expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  rmSync(folder, { recursive: true });
});

it('a server ends with whoever started it, who may be killed', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tonle-server-'));
  const path = join(folder, 'socket');
  const server = `require('node:net').createServer(() => undefined).listen(${JSON.stringify(path)})`;
  const starter = `
    import { connect } from 'node:net';
    import { startServer } from ${JSON.stringify(join(import.meta.dirname, 'spawned-server.ts'))};
    const args = ['-e', ${JSON.stringify(server)}];
    const answers = () => new Promise((done) => {
      const probe = connect(${JSON.stringify(path)}, () => done(probe.destroy() !== undefined));
      probe.on('error', () => done(false));
    });
    await startServer({ name: 's', program: process.execPath, args, answers, stopMs: 1_000 });
    console.log('up');`;
  const parent = spawn(process.execPath, ['--input-type=module', '-e', starter]);
  await once(parent.stdout, 'data');
  const connection = connect(path);
  await once(connection, 'connect');
  connection.on('error', () => undefined);
  const closed = new Promise((done) => connection.once('close', done));
  parent.kill('SIGKILL');
  await closed;
  rmSync(folder, { recursive: true });
});
