import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { seededRandom, TestClock } from '@tonle/platform';
import { signKeyVersion, type RegisteredKey } from '@tonle/security';
import { keyVersionDoor, keyVersionSigned } from './key-version-wire.js';
import { httpWire, openWire, type OpenWire } from './wire.js';

// The part of a wire and the door, over real HTTP: the network's answers are signed by the test, well and badly.

const NOW = 1_795_000_000_000;
const PATH = '/aps/api/v1/payments/notifyPushPayment';
const folder = mkdtempSync(join(tmpdir(), 'tonle-key-version-'));
const keyPath = join(folder, 'key.pem');
const ours = generateKeyPairSync('rsa', { modulusLength: 2048 });
const theirs = generateKeyPairSync('rsa', { modulusLength: 2048 });
writeFileSync(keyPath, ours.privateKey.export({ type: 'pkcs8', format: 'pem' }));
afterAll(() => rmSync(folder, { recursive: true }));

const signature = { clientId: 'KHSWITCH001', keyPath, keyVersion: '3', networkKeys: 'NET' };
const time = '2026-11-18T11:06:40Z';
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
  keys = { 'NET-1': key, 'NET-2': key, 'NET-9': { ...key, validTo: NOW } };
});

type Headers = Record<string, string>;
/** As the network signs: `change` spoils it afterwards. */
function theirHeaders(body: string, keyVersion = '1', at = time, timeHeader = 'response-time'): Headers {
  const subject = { method: 'POST', path: PATH, clientId: signature.clientId, time: at };
  const value = signKeyVersion(subject, Buffer.from(body), { privateKey: theirs.privateKey, keyVersion });
  return { 'client-id': signature.clientId, [timeHeader]: at, signature: value };
}

describe('a request', () => {
  const ANSWER = '{"result":{"resultStatus":"S"}}';
  let answer: { headers: Headers; body: string };
  let seen: { headers: Headers; body: string } | undefined;
  let wire: OpenWire;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      seen = { headers: request.headers as Headers, body: Buffer.concat(chunks).toString() };
      response.writeHead(200, answer.headers).end(answer.body);
    });
  });
  beforeAll(async () => {
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    wire = openWire(httpWire({ origin, connections: 1 }, keyVersionSigned(signature)), context);
  });
  afterAll(async () => {
    await wire.close();
    await new Promise((done) => server.close(done));
  });
  const ask = () =>
    wire.carry({
      wire: 'w',
      method: 'POST',
      path: PATH,
      operation: 'ask',
      headers: { 'content-type': 'application/json; charset=UTF-8' },
      body: Buffer.from('{"a": "1"}'),
      subject: 's',
      timeoutMs: 2_000,
    });

  it('is signed over what is sent, and its signed answer is taken; both signatures are kept', async () => {
    answer = { headers: theirHeaders(ANSWER), body: ANSWER };
    const { reply, evidence } = await ask();
    expect(reply).toMatchObject({ kind: 'answered', status: 200 });
    const subject = { method: 'POST', path: PATH, clientId: 'KHSWITCH001', time };
    const written = signKeyVersion(subject, Buffer.from(seen!.body), {
      privateKey: ours.privateKey,
      keyVersion: '3',
    });
    expect(seen!.headers).toMatchObject({
      'client-id': 'KHSWITCH001',
      'request-time': time,
      signature: written,
    });
    expect(evidence.map(({ headers }) => Object.keys(headers ?? {}).sort())).toEqual([
      ['client-id', 'request-time', 'signature'],
      ['client-id', 'response-time', 'signature'],
    ]);
  });

  it.each<[string, () => Headers]>([
    ['unsigned', () => ({})],
    ['signed for other bytes', () => theirHeaders(`${ANSWER} `)],
    ['for another client', () => ({ ...theirHeaders(ANSWER), 'client-id': 'KHSWITCH002' })],
    ['of a key version that nobody has registered', () => theirHeaders(ANSWER, '4')],
    ['of a key version that has ended', () => theirHeaders(ANSWER, '9')],
    ['of yesterday', () => theirHeaders(ANSWER, '1', '2026-11-17T11:06:40Z')],
    ['of no instant', () => theirHeaders(ANSWER, '1', '2026-11-18T11:06:40')],
  ])('that is answered %s is open', async (_name, headers) => {
    answer = { headers: headers(), body: ANSWER };
    expect(await ask()).toMatchObject({
      reply: { kind: 'ambiguous', because: expect.stringContaining('HTTP 200') },
    });
  });

  it('takes two versions while they overlap', async () => {
    answer = { headers: theirHeaders(ANSWER, '2'), body: ANSWER };
    expect((await ask()).reply.kind).toBe('answered');
  });
});

describe('the door', () => {
  const attempts = {
    mayTry: (_keyId: string): boolean => true,
    failed: (keyId: string) => void bad.push(keyId),
  };
  const bad: string[] = [];
  const BODY = '{"paymentId": "1"}';
  const check = (headers: Headers, body = BODY) =>
    keyVersionDoor(signature)(context).checkRequest(
      { method: 'POST', url: PATH, headers, rawBody: Buffer.from(body) },
      attempts,
    );
  const request = (version = '1', at = time) => theirHeaders(BODY, version, at, 'request-time');

  it('takes a request of the network however often it comes, and signs its answer for the same path', () => {
    const verdict = check(request());
    expect(verdict).toMatchObject({ kind: 'verified', keyId: 'NET-1' });
    expect(check(request())).toEqual(verdict);
    if (verdict.kind !== 'verified') return;
    expect('once' in verdict).toBe(false);
    const { headers } = keyVersionDoor(signature)(context).signAnswer(
      200,
      'application/json',
      '{}',
      verdict.seen,
    );
    const subject = { method: 'POST', path: PATH, clientId: 'KHSWITCH001', time };
    const written = signKeyVersion(subject, Buffer.from('{}'), {
      privateKey: ours.privateKey,
      keyVersion: '3',
    });
    expect(headers).toEqual({ 'client-id': 'KHSWITCH001', 'response-time': time, signature: written });
  });

  it.each<[string, () => ReturnType<typeof check>, string]>([
    [
      'without a signature',
      () => check({ 'client-id': 'KHSWITCH001', 'request-time': time }),
      'signature_missing',
    ],
    ['without a time', () => check({ ...request(), 'request-time': undefined! }), 'signature_missing'],
    [
      'with a signature that cannot be read',
      () => check({ ...request(), signature: 'x' }),
      'signature_invalid',
    ],
    ['for another client', () => check({ ...request(), 'client-id': 'NOBODY' }), 'signature_misdirected'],
    ['of an unknown key version', () => check(request('4')), 'key_unknown'],
    ['from the future', () => check(request('1', '2026-11-18T11:08:00Z')), 'signature_expired'],
    ['of other bytes', () => check(request(), `${BODY}\n`), 'signature_invalid'],
  ])('refuses what comes %s', (_name, act, reason) => {
    expect(act()).toMatchObject({ kind: 'refused', reason });
  });

  it('binds what it refuses to its answer, as long as a stranger does not come too often', () => {
    const seen = { method: 'POST', path: PATH };
    expect(check(request('4'))).toMatchObject({ reason: 'key_unknown', seen });
    expect(check(request(), `${BODY}\n`)).toMatchObject({ reason: 'signature_invalid', seen });
    expect(check({ 'client-id': 'KHSWITCH001' })).not.toHaveProperty('seen');
    attempts.mayTry = (keyId) => keyId !== 'NET';
    expect(check(request('4'))).toMatchObject({ reason: 'key_unknown' });
    expect(check(request('4'))).not.toHaveProperty('seen');
    attempts.mayTry = () => true;
  });

  it('counts bad signatures of registered keys, and looks at no more of one that fails', () => {
    bad.length = 0;
    check(request(), 'x');
    expect(bad).toEqual(['NET-1']);
    attempts.mayTry = () => false;
    expect(check(request())).toMatchObject({ reason: 'signatures_failing' });
  });
});
