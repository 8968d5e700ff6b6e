import { generateKeyPairSync } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { makeSandboxKeys } from '@tonle/security';
import { runTonle } from './program.js';

// `tonle ops keys` before a server that answers as the gateway does.

const FINGERPRINT = 'ab'.repeat(32);
const APPROVAL = 'routing.00000000-0001-7000-8000-000000000000';
const { publicKey, privateKey } = generateKeyPairSync('ed25519');

let server: Server;
let folder: string;
let asked: { readonly what: string; readonly body?: unknown }[];
let answer: object;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tonle-trusted-keys-'));
  makeSandboxKeys(join(folder, 'keys'), ['OPERATOR']);
  writeFileSync(join(folder, 'new.pub.pem'), publicKey.export({ type: 'spki', format: 'pem' }));
  writeFileSync(join(folder, 'new.key.pem'), privateKey.export({ type: 'pkcs8', format: 'pem' }));
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString();
      asked.push({
        what: `${request.method} ${request.url}`,
        ...(text !== '' && { body: JSON.parse(text) }),
      });
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
});
beforeEach(() => {
  asked = [];
});
afterAll(async () => {
  await new Promise((done) => server.close(done));
  rmSync(folder, { recursive: true });
});

async function run(...args: string[]): Promise<{ code: number; text: string }> {
  const out: string[] = [];
  const gateway = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const say = (text: string) => void out.push(text);
  const code = await runTonle(
    ['--home', folder, '--gateway', gateway, 'ops', 'keys', ...args],
    { json: false, out: say, err: say },
    {},
  );
  return { code, text: out.join('\n') };
}
const trust = (file: string) =>
  run(
    'trust',
    'FXNAGA',
    'FXNAGA-2',
    '--public-key',
    join(folder, file),
    '--until',
    '2099-01-01T00:00:00Z',
    '--reason',
    'the first ends',
  );

it('lists keys with their fingerprints', async () => {
  const times = { validFrom: '2026-01-01T00:00:00Z', validTo: '2027-01-01T00:00:00Z' };
  answer = { keys: [{ keyId: 'FXNAGA-1', algorithm: 'ed25519', fingerprint: FINGERPRINT, ...times }] };
  const { code, text } = await run('list', 'FXNAGA');
  expect([code, asked[0]!.what]).toEqual([0, 'GET /v1/ops/participants/FXNAGA/keys']);
  expect(text).toContain(`FXNAGA-1  ed25519  ${FINGERPRINT}  from 2026-01-01T00:00:00Z`);
  answer = { keys: [] };
  expect((await run('list', 'KHSETTLE')).text).toBe('None.');
});

it('proposes a key, and says how others approve it once they have compared it', async () => {
  answer = {
    done: false,
    fingerprint: FINGERPRINT,
    id: APPROVAL,
    approvalId: APPROVAL,
    approvalsRequired: 1,
  };
  const { code, text } = await trust('new.pub.pem');
  expect(code).toBe(0);
  expect(text).toContain(`FXNAGA-2 has the fingerprint ${FINGERPRINT}`);
  expect(text).toContain(`approvals approve ${APPROVAL} --acknowledge key:FXNAGA-2 --reason`);
  expect(asked[0]).toMatchObject({
    what: 'POST /v1/ops/participants/FXNAGA/keys',
    body: { keyId: 'FXNAGA-2', validTo: '2099-01-01T00:00:00Z', reason: 'the first ends' },
  });
  answer = { done: true, fingerprint: FINGERPRINT };
  expect((await trust('new.pub.pem')).text).toContain('It signs for FXNAGA already.');
});

it('sends nobody a private key, and names a file that is not there', async () => {
  const { code, text } = await trust('new.key.pem');
  expect([code, asked]).toEqual([2, []]);
  expect(text).toContain('is a private key');
  expect((await trust('no.pem')).text).toContain(
    'there is no such file. Name the file that has the public key.',
  );
});

it('withdraws a key', async () => {
  answer = { done: true };
  const { text } = await run('withdraw', 'FXNAGA', 'FXNAGA-1', '--reason', 'stolen');
  expect(text).toBe('Done: FXNAGA-1 signs nothing for FXNAGA any more.');
  expect(asked).toEqual([
    { what: 'POST /v1/ops/participants/FXNAGA/keys/FXNAGA-1/withdrawal', body: { reason: 'stolen' } },
  ]);
});
