import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from '@jest/globals';
import { seededRandom, TestClock } from '@tonle/platform';
import { encryptJwe, signDetached, verifyDetached, type RegisteredKey } from '@tonle/security';
import { criticalJwsDoor, criticalJwsSigned } from './critical-jws-wire.js';
import { sealedFields } from './sealed-field.js';
import type { Carried, Outgoing } from './wire.js';

const NOW = 1_795_000_000_000;
const PATH = '/scis/switch/qremvpayment';
const folder = mkdtempSync(join(tmpdir(), 'tonle-jws-'));
const keyPath = join(folder, 'key.pem');
const ours = generateKeyPairSync('rsa', { modulusLength: 2048 });
const theirs = generateKeyPairSync('rsa', { modulusLength: 2048 });
writeFileSync(keyPath, ours.privateKey.export({ type: 'pkcs8', format: 'pem' }));
afterAll(() => rmSync(folder, { recursive: true }));

const names = {
  header: 'upi-jws',
  id: 'UPI-UUID',
  time: 'UPI-TIMESTAMP',
  sender: 'UPI-APPID',
  path: 'UPI-REQPATH',
};
const signature = { names, sender: '39990116', keyPath, keyId: '155', networkKeys: 'NET' };
const BODY = Buffer.from('{"msgInfo":{}}');
const key = (change: Partial<RegisteredKey> = {}): RegisteredKey => ({
  publicKey: theirs.publicKey,
  algorithm: 'rsa-v1_5-sha256',
  validFrom: 0,
  validTo: NOW * 2,
  ...change,
});
let clock: TestClock;
let keys: Record<string, RegisteredKey>;
const context = {
  clock: { now: () => clock.now() },
  random: seededRandom(1),
  findKey: (id: string) => keys[id],
};
beforeEach(() => {
  clock = new TestClock(NOW);
  keys = { 'NET-1': key(), 'NET-2': key(), 'NET-9': key({ validTo: NOW }) };
});

const CLAIMS = { 'UPI-UUID': 'a'.repeat(32), 'UPI-TIMESTAMP': String(NOW / 1000), 'UPI-APPID': '39990116' };
const theirJws = (change: object = {}, keyId = '1', body = BODY): string =>
  signDetached(body, keyId, { ...CLAIMS, ...change }, theirs.privateKey);

describe('a request over the wire', () => {
  async function ask(jws: string | undefined, body = BODY): Promise<{ sent: Outgoing; carried: Carried }> {
    let sent: Outgoing | undefined;
    const carry = criticalJwsSigned(signature)(context)(async (request) => {
      sent = request;
      const headers: Record<string, string> = jws === undefined ? {} : { 'upi-jws': jws };
      return { reply: { kind: 'answered', status: 200, headers, bytes: body }, evidence: [] };
    });
    const request = {
      wire: 'w',
      method: 'POST',
      path: PATH,
      body: BODY,
      operation: 'o',
      headers: {},
    } as const;
    const carried = await carry({ ...request, timeoutMs: 1, subject: 's' });
    return { sent: sent!, carried };
  }

  it('is signed over its bytes, for its path, now', async () => {
    const { sent } = await ask(theirJws());
    const verdict = verifyDetached(sent.headers['upi-jws']!, BODY, {
      understood: Object.values(names),
      required: Object.values(names).slice(1),
      findKey: () => ours.publicKey,
    });
    expect(verdict).toMatchObject({
      kind: 'verified',
      keyId: '155',
      headers: { 'UPI-REQPATH': PATH, 'UPI-APPID': '39990116', 'UPI-TIMESTAMP': String(NOW / 1000) },
    });
  });

  it.each(['1', '2'])('believes an answer by each key that holds, while they rotate: %s', async (keyId) => {
    expect((await ask(theirJws({}, keyId))).carried.reply.kind).toBe('answered');
    expect((await ask(theirJws({ 'UPI-REQPATH': PATH }, keyId))).carried.reply.kind).toBe('answered');
  });

  it.each<[string, string | undefined, string]>([
    ['no signature', undefined, 'signature_missing'],
    ['one over other bytes', theirJws({}, '1', Buffer.from('{}')), 'signature_invalid'],
    ['one by a key that has ended', theirJws({}, '9'), 'key_unknown'],
    ['one by a key that nobody knows', theirJws({}, '7'), 'key_unknown'],
    ['one of another path', theirJws({ 'UPI-REQPATH': '/other' }), 'signature_misdirected'],
    ['an old one', theirJws({ 'UPI-TIMESTAMP': String(NOW / 1000 - 302) }), 'signature_expired'],
    ['one from the future', theirJws({ 'UPI-TIMESTAMP': String(NOW / 1000 + 31) }), 'signature_expired'],
    ['one without a time', theirJws({ 'UPI-TIMESTAMP': 'now' }), 'signature_expired'],
  ])('does not know what happened after an answer with %s', async (_name, jws, reason) => {
    const { reply } = (await ask(jws)).carried;
    expect(reply).toMatchObject({ kind: 'ambiguous', because: expect.stringContaining(reason) });
  });
});

describe('a request at the door', () => {
  const failed: string[] = [];
  const attempts = { mayTry: () => failed.length < 1, failed: (keyId: string) => void failed.push(keyId) };
  const check = (jws: string) => {
    const signer = criticalJwsDoor(signature)(context);
    return {
      signer,
      verdict: signer.checkRequest(
        { method: 'POST', url: PATH, headers: { 'upi-jws': jws }, rawBody: BODY },
        attempts,
      ),
    };
  };
  beforeEach(() => void failed.splice(0));

  it('is let in for its path, and its answer repeats its id', () => {
    const { signer, verdict } = check(theirJws({ 'UPI-REQPATH': PATH }));
    expect(verdict).toMatchObject({ kind: 'verified', keyId: 'NET-1' });
    if (verdict.kind !== 'verified') return;
    const { headers } = signer.signAnswer(200, 'application/json', '{}', verdict.seen);
    const told = Buffer.from(headers['upi-jws']!.split('.')[0]!, 'base64url').toString();
    expect(told).toContain(`"UPI-UUID":"${'a'.repeat(32)}"`);
    expect(told).not.toContain('UPI-REQPATH');
  });

  it('is refused without its path, and its key is not used any more after wrong signatures', () => {
    expect(check(theirJws()).verdict).toMatchObject({ reason: 'signature_invalid' });
    const spoilt = theirJws({ 'UPI-REQPATH': PATH }, '1', Buffer.from('x'));
    expect(check(spoilt).verdict).toMatchObject({ reason: 'signature_invalid' });
    expect(failed).toEqual(['NET-1']);
    expect(check(spoilt).verdict).toMatchObject({ reason: 'signatures_failing' });
  });
});

describe('a sealed field', () => {
  it('is read by each of our keys, and nothing is said about any other', () => {
    const read = sealedFields({ K1: keyPath, K2: keyPath });
    for (const keyId of ['K1', 'K2'])
      expect(read(encryptJwe(Buffer.from('{"pan":"62"}'), keyId, ours.publicKey))).toBe('{"pan":"62"}');
    expect(read(encryptJwe(Buffer.from('x'), 'K3', ours.publicKey))).toBeUndefined();
    expect(read('6292')).toBeUndefined();
  });
});
