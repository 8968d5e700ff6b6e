import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { declaredClient, takeUndeclared } from './declared-client.js';

const server = createServer((_request, response) => {
  response.writeHead(418, { 'content-type': 'application/json' }).end('{}');
});
const home = mkdtempSync(join(tmpdir(), 'tonle-declared-'));

beforeAll(async () => {
  const { privateKey } = generateKeyPairSync('ed25519');
  mkdirSync(join(home, 'keys'));
  writeFileSync(join(home, 'keys/KHMEKONG.key.pem'), privateKey.export({ type: 'pkcs8', format: 'pem' }));
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
});
afterAll(() => {
  server.close();
  rmSync(home, { recursive: true });
});

it('an answer that the document does not declare is known, however little its caller looks at it', async () => {
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await declaredClient(home, url, 'KHMEKONG').get('/v1/corridors');
  expect(takeUndeclared()).toEqual([
    'listCorridors (GET /v1/corridors) answered 418 application/json: the status is not declared',
  ]);
  expect(takeUndeclared()).toEqual([]);
});
