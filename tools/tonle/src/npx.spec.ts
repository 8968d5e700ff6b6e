// Whoever registers the name of our command at npm must not run a program here: the docs say `./tonle`, a file of the clone,
// and who writes `npx tonle` by habit, where nothing is installed, is refused.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';

const ROOT = new URL('../../../', import.meta.url).pathname;

it('is a file of the clone, which runs from any folder', () => {
  const { stdout, stderr } = spawnSync(join(ROOT, 'tonle'), ['pay', '--help'], { cwd: tmpdir() });
  // Where nothing was built since the last change it says so.
  expect(`${stdout.toString()}${stderr.toString()}`).toMatch(/Usage: tonle pay|in the project folder first/);
});

it('fetches nothing of that name', async () => {
  const asked: string[] = [];
  const registry = createServer(({ url }, response) => {
    asked.push(url!);
    const { port } = registry.address() as AddressInfo;
    const dist = { tarball: `http://127.0.0.1:${port}/foreign.tgz` };
    const version = { name: 'tonle', version: '1.0.0', bin: { tonle: 'foreign.js' }, dist };
    const known = { name: 'tonle', 'dist-tags': { latest: '1.0.0' }, versions: { '1.0.0': version } };
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(known));
  });
  await new Promise<void>((done) => registry.listen(0, '127.0.0.1', done));
  const folder = mkdtempSync(join(tmpdir(), 'tonle-npx-'));
  for (const file of ['package.json', '.npmrc']) copyFileSync(join(ROOT, file), join(folder, file));
  const ours = Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name));
  const { port } = registry.address() as AddressInfo;
  const env = {
    ...Object.fromEntries(ours),
    npm_config_registry: `http://127.0.0.1:${port}`,
    npm_config_cache: join(folder, 'cache'),
    npm_config_userconfig: join(folder, 'none'),
  };
  const npx = spawn('npx', ['tonle', 'payment', 'list'], { cwd: folder, env });
  let said = '';
  npx.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const [code] = (await once(npx, 'close')) as [number];
  await new Promise((done) => registry.close(done));
  rmSync(folder, { recursive: true });
  expect({ code, said }).toEqual({ code: 1, said: expect.stringContaining('npx canceled') });
  expect(asked).not.toContain('/foreign.tgz');
});
