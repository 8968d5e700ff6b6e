// The demonstration of `npm start` when a payment is refused or nobody answers: told in a line; what runs goes on.
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { makeSandboxKeys } from '@tonle/security';
import { payBothWays } from './demo.js';
import { networkFlows } from './flows.js';
import type { Running } from './running.js';

const FLOWS = networkFlows().slice(0, 2);

let home: string;
let server: Server;
beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'tonle-demo-'));
  makeSandboxKeys(join(home, 'keys'), ['KHMEKONG']);
  server = createServer(({ url }, response) => {
    if (url?.startsWith('/strange') === true) response.end('<html>');
    else response.writeHead(422, { 'content-type': 'application/json' }).end('{"detail":"no payee 42"}');
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
});
afterAll(() => {
  server.close();
  rmSync(home, { recursive: true });
});

const runningAt = (url: string): Running => ({
  home,
  gatewayUrl: url,
  controlUrl: url,
  pids: () => ({}),
  pidOf: () => undefined,
  notice: () => undefined,
  kill: () => undefined,
  databaseUrl: () => '',
  stop: () => Promise.resolve(),
});

it('tells what was refused, for each way', async () => {
  const said: string[] = [];
  const { port } = server.address() as AddressInfo;
  expect(await payBothWays(runningAt(`http://127.0.0.1:${port}`), (text) => said.push(text), FLOWS)).toBe(
    false,
  );
  expect(said).toEqual([
    expect.stringMatching(
      /^\nThe outbound payment to Thailand .*\/control\/thailand\/qr \(422\): .*no payee 42/,
    ),
    expect.stringMatching(
      /^\nThe inbound payment of a Thai visitor .*\/control\/qr\/khqr \(422\): .*no payee 42/,
    ),
    expect.stringMatching(/^\nThe outbound payment to Laos .*\/control\/laos\/qr \(422\)/),
    expect.stringMatching(/^\nThe inbound payment of a visitor from Laos /),
  ]);
});

it('tells what it cannot make sense of, and what it lacks', async () => {
  const said: string[] = [];
  const { port } = server.address() as AddressInfo;
  const strange = { ...runningAt(`http://127.0.0.1:${port}/strange`), home: join(home, 'elsewhere') };
  expect(await payBothWays(strange, (text) => said.push(text), FLOWS.slice(0, 1))).toBe(false);
  expect(said).toEqual([
    expect.stringMatching(/^\nThe outbound payment .* did not complete: .*KHMEKONG/),
    expect.stringMatching(/^\nThe inbound payment .* did not complete: .*JSON/),
  ]);
});

it('tells that nobody answered', async () => {
  const said: string[] = [];
  const closed = await new Promise<number>((done) => {
    const other = createServer().listen(0, '127.0.0.1', () => {
      const { port } = other.address() as AddressInfo;
      other.close(() => done(port));
    });
  });
  expect(
    await payBothWays(runningAt(`http://127.0.0.1:${closed}`), (text) => said.push(text), FLOWS.slice(0, 1)),
  ).toBe(false);
  expect(said).toHaveLength(2);
  for (const text of said) expect(text).toMatch(/did not complete: fetch failed: .*ECONNREFUSED/);
});
