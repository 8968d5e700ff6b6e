import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { seededRandom, TestClock } from '@tonle/platform';
import { signFspiop, verifyFspiop, type FspiopSubject, type RegisteredKey } from '@tonle/security';
import { fspiopDoor, fspiopSigned } from './fspiop-wire.js';
import { OpenWires } from './open-wires.js';
import { httpWire } from './wire.js';

// The part of a wire over real HTTP, and the door.

const NOW = 1_795_000_000_000;
const DATE = new Date(NOW).toUTCString();
const folder = mkdtempSync(join(tmpdir(), 'tonle-fspiop-'));
const keyPath = join(folder, 'key.pem');
const ours = generateKeyPairSync('rsa', { modulusLength: 2048 });
const theirs = generateKeyPairSync('rsa', { modulusLength: 2048 });
writeFileSync(keyPath, ours.privateKey.export({ type: 'pkcs8', format: 'pem' }));
afterAll(() => rmSync(folder, { recursive: true }));

const signature = { fspId: 'TONLE', keyPath, keysOfFsps: 'EKASH' };
let clock: TestClock;
let keys: Record<string, RegisteredKey>;
const context = {
  clock: { now: () => clock.now() },
  random: seededRandom(1),
  findKey: (id: string) => keys[id],
};
beforeEach(() => {
  clock = new TestClock(NOW);
  const key = {
    publicKey: theirs.publicKey,
    algorithm: 'rsa-v1_5-sha256',
    validFrom: 0,
    validTo: NOW * 2,
  } as const;
  keys = { 'EKASH-BKRW': key, 'EKASH-OLD': { ...key, validTo: NOW } };
});

describe('a request', () => {
  const seen: { method: string; url: string; headers: IncomingHttpHeaders; body: Buffer }[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      seen.push({ method, url, headers, body: Buffer.concat(chunks) });
      response.writeHead(202).end();
    });
  });
  let wires: OpenWires;
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    wires = new OpenWires({ switch: httpWire({ origin, connections: 1 }, fspiopSigned(signature)) }, context);
  });
  afterAll(async () => {
    await wires.close();
    server.close();
  });

  it.each(['POST', 'PUT', 'PATCH', 'GET'] as const)('by %s is signed, to whom it is for', async (method) => {
    const body = method === 'GET' ? undefined : Buffer.from('{"a":1}');
    const headers = { 'fspiop-destination': 'BKRW', accept: 'application/json' };
    const carried = await wires.ask(
      {
        wire: 'switch',
        method,
        path: '/transfers/1',
        headers,
        body,
        contentType: 'a/b',
        operation: 'transfer',
      },
      { subject: 's' },
    );
    expect(carried.reply).toMatchObject({ kind: 'answered', status: 202 });
    const got = seen.at(-1)!;
    expect(verifyFspiop({ ...got, headers: got.headers }, () => ours.publicKey)).toEqual({
      kind: 'verified',
      source: 'TONLE',
      destination: 'BKRW',
      date: DATE,
    });
    expect(got.headers).toMatchObject({ accept: 'application/json', 'content-type': 'a/b' });
    const kept = carried.evidence.find(({ direction }) => direction === 'out')?.headers;
    expect(kept?.['fspiop-signature']).toBe(method === 'GET' ? undefined : got.headers['fspiop-signature']);
  });
});

describe('the door', () => {
  const SUBJECT: FspiopSubject = {
    method: 'PUT',
    uri: '/transfers/1',
    source: 'BKRW',
    destination: 'TONLE',
    date: DATE,
  };
  const body = Buffer.from('{"transferState":"COMMITTED"}');
  const failed: string[] = [];
  const attempts = {
    mayTry: (id: string) => !failed.includes(`${id}!`),
    failed: (id: string) => void failed.push(id),
  };
  beforeEach(() => {
    failed.length = 0;
  });
  const check = (change: Partial<FspiopSubject> = {}, rawBody: Uint8Array = body) => {
    const subject = { ...SUBJECT, ...change };
    const headers = signFspiop(subject, body, theirs.privateKey);
    const { method, uri: url } = subject;
    return fspiopDoor(signature)(context).checkRequest({ method, url, headers, rawBody }, attempts);
  };

  it('lets in whom it knows, and says who it was', () => {
    expect(check()).toMatchObject({ kind: 'verified', keyId: 'EKASH-BKRW' });
    expect(check()).not.toHaveProperty('once');
  });

  it('signs no answer', () => {
    const signed = fspiopDoor(signature)(context).signAnswer(202, 'a/b', '', undefined);
    expect(signed).toEqual({ headers: {}, body: '' });
  });

  it.each<[string, Partial<FspiopSubject>, string]>([
    ['an FSP without a key', { source: 'NOBODY' }, 'key_unknown'],
    ['a key that holds no more', { source: 'OLD' }, 'key_unknown'],
    ['a source that is no name', { source: 'a b' }, 'key_unknown'],
    ['a request for another', { destination: 'MOMO' }, 'signature_misdirected'],
    ['an old request', { date: new Date(NOW - 400_000).toUTCString() }, 'signature_expired'],
    ['a request to come', { date: new Date(NOW + 400_000).toUTCString() }, 'signature_expired'],
    ['a date that is none', { date: 'now' }, 'signature_expired'],
  ])('refuses %s', (_what, change, reason) => {
    expect(check(change)).toMatchObject({ kind: 'refused', reason });
  });

  it('counts what is wrong of a key, and looks at no more of it then', () => {
    expect(check({}, Buffer.from('{}'))).toMatchObject({ reason: 'signature_invalid' });
    expect(failed).toEqual(['EKASH-BKRW']);
    failed.push('EKASH-BKRW!');
    expect(check()).toMatchObject({ reason: 'signatures_failing' });
  });

  it('refuses who does not sign', () => {
    const verdict = fspiopDoor(signature)(context).checkRequest(
      { method: 'PUT', url: '/transfers/1', headers: {}, rawBody: body },
      attempts,
    );
    expect(verdict).toMatchObject({ kind: 'refused', reason: 'signature_missing' });
  });
});
