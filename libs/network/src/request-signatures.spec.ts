import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from '@jest/globals';
import { BadSignatures, type NonceRegister, type NonceUse } from '@tonle/door';
import { writeIso } from '@tonle/iso20022';
import { seededRandom, TestClock } from '@tonle/platform';
import { createTestTelemetry } from '@tonle/telemetry';
import { NetworkRequestSignatures } from './request-signatures.js';
import { MessageSigner } from './signature.js';

// Whoever has a network's certificate and sends bad signatures: turned away by address and key, in either place.

const NOW = 1_795_000_000_000;
const AT_ONCE = 60;
const folder = mkdtempSync(join(tmpdir(), 'tonle-signatures-'));
const keyPath = join(folder, 'key.pem');
const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
writeFileSync(keyPath, pair.privateKey.export({ type: 'pkcs8', format: 'pem' }));
afterAll(() => rmSync(folder, { recursive: true }));

const registered = {
  publicKey: pair.publicKey,
  algorithm: 'ecdsa-p256-sha256',
  validFrom: 0,
  validTo: NOW * 2,
} as const;
const at = new Date(NOW).toISOString();
const header = {
  from: { bic: 'THSWTHBKXXX' },
  to: { bic: 'TONLKHPPXXX' },
  businessMessageId: 'M1',
  messageDefinition: 'pacs.028.001.03',
  createdAt: at,
};
const enquiry = writeIso(
  {
    kind: 'status_request',
    messageId: 'M1',
    createdAt: at,
    originalMessageId: 'NONE',
    originalMessageName: 'pacs.008',
  },
  'pacs.028.001.03',
  header,
  { envelope: 'tonle' },
);

describe.each([false, true])('signed inside the message: %p', (insideXml) => {
  const clock = new TestClock(NOW);
  const used = new Set<string>();
  let signatures: NetworkRequestSignatures;
  let signer: MessageSigner;
  const directory = { isLoaded: true };
  beforeEach(() => {
    directory.isLoaded = true;
    const findKey = (keyId: string) => (keyId.startsWith('TH') ? registered : undefined);
    const context = { clock, random: seededRandom(1), findKey };
    const signature = (keyId: string) => ({ keyId, keyPath, insideXml });
    const nonces = {
      isFirstUse: async ({ keyId, nonce }: NonceUse) => used.size !== used.add(`${keyId} ${nonce}`).size,
    };
    signer = new MessageSigner(signature('THSWITCH-1'), context);
    const bad = new BadSignatures({ clock, telemetry: createTestTelemetry('adapter-thailand') });
    signatures = new NetworkRequestSignatures(signer, nonces as NonceRegister, bad, directory);
  });

  function request(keyId: string, change: (body: string) => string = (body) => body) {
    const own = new MessageSigner({ keyId, keyPath, insideXml }, contextOf());
    const path = '/iso20022/pacs.028';
    const headers = { 'content-type': 'application/xml' };
    const { headers: sent, body } = own.signRequest({
      method: 'POST',
      path,
      headers,
      body: Buffer.from(enquiry),
    });
    const rawBody = Buffer.from(change(Buffer.from(body!).toString()));
    return { method: 'POST', url: path, headers: sent, rawBody };
  }
  let seed = 1;
  const contextOf = () => ({ clock, random: seededRandom((seed += 1)), findKey: () => undefined });
  const answerTo = async (sent: ReturnType<typeof request>, address = '203.0.113.9') => {
    const verdict = await signatures.check({ ...sent, address });
    return verdict.kind === 'refused' ? verdict.reason : verdict.kind;
  };
  const changed = (body: string) => body.replace('>NONE<', '>NINE<');

  it('too many bad ones of a key are not looked at; others are', async () => {
    for (let sent = 0; sent < AT_ONCE; sent += 1)
      expect(await answerTo(request('THSWITCH-1', changed))).toBe('signature_invalid');
    expect(await answerTo(request('THSWITCH-1', changed))).toBe('signatures_failing');
    expect(await answerTo(request('THSWITCH-1'))).toBe('signatures_failing');
    expect(await answerTo(request('THOTHER-1'))).toBe('verified');
    expect(await answerTo(request('THSWITCH-1'), '203.0.113.10')).toBe('verified');
    expect(await answerTo(request('FOREIGN-1'))).toBe('key_unknown');
    clock.advance(1_000);
    expect(await answerTo(request('THSWITCH-1'))).toBe('verified');
  });

  it('no key is unknown before the directory is here', async () => {
    directory.isLoaded = false;
    expect(await answerTo(request('FOREIGN-1'))).toBe('unavailable');
    expect(await answerTo(request('THSWITCH-1', changed))).toBe('signature_invalid');
    directory.isLoaded = true;
    expect(await answerTo(request('FOREIGN-1'))).toBe('key_unknown');
  });
});

it('one that is sent again and again is not looked at either', async () => {
  const clock = new TestClock(NOW);
  const signature = { keyId: 'THSWITCH-1', keyPath, insideXml: false };
  const signer = new MessageSigner(signature, { clock, random: seededRandom(1), findKey: () => registered });
  const bad = new BadSignatures({ clock, telemetry: createTestTelemetry('adapter-thailand') });
  const nonces = { isFirstUse: async () => false } as unknown as NonceRegister;
  const signatures = new NetworkRequestSignatures(signer, nonces, bad, { isLoaded: true });
  const { headers } = signer.signRequest({ method: 'GET', path: '/quotes', headers: {}, body: undefined });
  const replay = () => signatures.check({ method: 'GET', url: '/quotes', headers, address: '203.0.113.9' });
  for (let sent = 0; sent < AT_ONCE; sent += 1)
    expect(await replay()).toMatchObject({ reason: 'signature_replayed' });
  expect(await replay()).toMatchObject({ reason: 'signatures_failing' });
});
