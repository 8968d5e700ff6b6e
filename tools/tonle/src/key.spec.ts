import { generateKeyPairSync } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { loadPublicKey, makeSandboxKeys, registerKey, verifyRequest, type KeyEntry } from '@tonle/security';
import { runTonle } from './program.js';

// Real: the command line, key files and HTTP. A server knows the keys that it was told of, as the gateway does.

let server: Server;
let home: string;
const known = new Map<string, KeyEntry>();
const signedBy: string[] = [];

const entryOf = (publicKeyPem: string): KeyEntry => ({
  algorithm: loadPublicKey(publicKeyPem).asymmetricKeyType === 'ed25519' ? 'ed25519' : 'ecdsa-p256-sha256',
  publicKeyPem,
  validFrom: '2020-01-01T00:00:00Z',
  validTo: '2099-01-01T00:00:00Z',
});

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'tonle-key-'));
  const made = makeSandboxKeys(join(home, 'keys'), ['KHMEKONG']);
  known.set('KHMEKONG-1', entryOf(made['KHMEKONG']!));
  server = createServer((request, response) => {
    response.setHeader('content-type', 'application/json');
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const rawBody = Buffer.concat(chunks);
      const received = { method: request.method!, url: request.url!, headers: request.headers, rawBody };
      const find = (id: string) => (known.has(id) ? registerKey(known.get(id)!) : undefined);
      const verdict = verifyRequest(received, find, Date.now());
      if (verdict.kind === 'refused') {
        response.writeHead(401).end(JSON.stringify({ title: 'No', code: verdict.reason }));
        return;
      }
      signedBy.push(verdict.keyId);
      if (request.method === 'DELETE') {
        const keyId = request.url!.split('/').at(-1)!;
        if (!known.delete(keyId))
          return void response.writeHead(404).end(JSON.stringify({ title: 'Not found', code: 'not_found' }));
        return void response.writeHead(200).end(JSON.stringify({ keyId, participant: 'KHMEKONG' }));
      }
      if (request.method === 'GET') return void response.writeHead(200).end(JSON.stringify({ keys: [] }));
      const { keyId, publicKeyPem } = JSON.parse(rawBody.toString()) as Record<string, string>;
      const refusedWith = /-refused-(\d+)$/.exec(keyId!)?.[1];
      if (refusedWith !== undefined)
        return void response.writeHead(Number.parseInt(refusedWith, 10)).end(JSON.stringify({ title: 'No' }));
      known.set(keyId!, entryOf(publicKeyPem!));
      const { algorithm, validTo } = known.get(keyId!)!;
      response.writeHead(201).end(JSON.stringify({ keyId, participant: 'KHMEKONG', algorithm, validTo }));
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
});
afterAll(() => {
  server.close();
  rmSync(home, { recursive: true });
});

async function tonle(...args: string[]): Promise<{ code: number; text: string }> {
  const lines: string[] = [];
  const write = (text: string) => void lines.push(text);
  const gateway = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const all = ['--gateway', gateway, '--home', home, ...args];
  const code = await runTonle(all, { json: false, out: write, err: write }, {});
  return { code, text: lines.join('\n') };
}

describe('tonle key register', () => {
  const file = () => join(home, 'keys', 'KHMEKONG-me.key.pem');

  it("makes an Ed25519 pair that nobody else reads, and sends its public half signed by the sandbox's key", async () => {
    const { code, text } = await tonle('key', 'register', 'KHMEKONG-me');
    expect([code, signedBy.at(-1)]).toEqual([0, 'KHMEKONG-1']);
    expect(text).toContain('--sign-with KHMEKONG-me');
    expect(known.get('KHMEKONG-me')).toMatchObject({ algorithm: 'ed25519' });
    expect(known.get('KHMEKONG-me')!.publicKeyPem).not.toContain('PRIVATE');
    expect(statSync(file()).mode & 0o777).toBe(0o600);
  });

  it('keeps the pair that is there', async () => {
    const before = readFileSync(file(), 'utf8');
    expect((await tonle('key', 'register', 'KHMEKONG-me')).code).toBe(0);
    expect(readFileSync(file(), 'utf8')).toBe(before);
  });

  it.each([
    ['leaves none that the gateway refused', 'KHMEKONG-refused-403', [], false],
    ['leaves none that was never sent', 'KHMEKONG-unsent', ['--sign-with', 'KHMEKONG-none'], false],
    ['keeps one of which nobody knows whether it was taken', 'KHMEKONG-refused-500', [], true],
  ])('%s', async (_what, keyId, more, isKept) => {
    expect((await tonle(...more, 'key', 'register', keyId)).code).not.toBe(0);
    expect(existsSync(join(home, 'keys', `${keyId}.key.pem`))).toBe(isKept);
  });

  it('keeps a pair that was there before it was refused', async () => {
    const own = join(home, 'keys', 'KHMEKONG-refused-409.key.pem');
    copyFileSync(file(), own);
    expect((await tonle('key', 'register', 'KHMEKONG-refused-409')).code).toBe(1);
    expect(existsSync(own)).toBe(true);
  });

  it('is what requests are signed with from then on', async () => {
    expect(await tonle('--sign-with', 'KHMEKONG-me', 'key', 'list')).toEqual({
      code: 0,
      text: 'No key of your own.',
    });
    expect(signedBy.at(-1)).toBe('KHMEKONG-me');
  });

  it('takes a public key from elsewhere, and says what it cannot read', async () => {
    const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const pem = join(home, 'other.pem');
    writeFileSync(pem, publicKey.export({ type: 'spki', format: 'pem' }));
    expect((await tonle('key', 'register', 'KHMEKONG-hsm', '--public-key', pem)).code).toBe(0);
    expect(known.get('KHMEKONG-hsm')).toMatchObject({ algorithm: 'ecdsa-p256-sha256' });
    expect(await tonle('key', 'register', 'KHMEKONG-x', '--public-key', join(home, 'none'))).toMatchObject({
      code: 2,
      text: expect.stringContaining('cannot be read'),
    });
    expect((await tonle('key', 'register', '../x')).code).toBe(2);
    expect(await tonle('--sign-with', 'KHMEKONG-none', 'key', 'list')).toMatchObject({
      code: 2,
      text: expect.stringContaining('KHMEKONG-none.key.pem is missing'),
    });
  });
});

it('tonle key withdraw ends a key, and says when there is none', async () => {
  expect(await tonle('key', 'withdraw', 'KHMEKONG-hsm')).toEqual({
    code: 0,
    text: 'KHMEKONG-hsm was withdrawn; it signs nothing now.',
  });
  expect(known.has('KHMEKONG-hsm')).toBe(false);
  expect((await tonle('key', 'withdraw', 'KHMEKONG-hsm')).code).toBe(1);
});
