import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
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
    startMs: 10_000,
    stopMs: 10_000,
  });
  expect(known).toEqual([true, true]);
  expect(readFileSync(pidFile, 'utf8')).toBe(`${server.pid}\n`);
  await server.stop();
  rmSync(folder, { recursive: true });
});
