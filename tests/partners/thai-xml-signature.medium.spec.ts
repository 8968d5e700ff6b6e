import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { start as startAdapterBakong } from '@tonle/adapter-bakong';
import { start as startAdapterThailand } from '@tonle/adapter-thailand';
import { readIso, writeIso, type StatusRequest } from '@tonle/iso20022';
import type { RunningService } from '@tonle/platform';
import { signInside, verifyInside } from '@tonle/network';
import { loadPrivateKey, loadPublicKey, signRequest } from '@tonle/security';
import { Pool } from 'undici';
import { PAID, playRouting, serveFx } from '../world/inbound.js';
import {
  clearFaults,
  clock,
  command,
  fault,
  legCommandOf,
  openAdapterWorld,
  outcomes,
  type AdapterWorld,
} from '../world/adapter-world.js';
import { freePort } from '../world/free-port.js';

// Real: PostgreSQL, transport, Thai simulator over mutual TLS; ISO 20022 messages signed inside, both ways.

const SERVICE = 'adapter-thailand';
const TUNING = { sweepMs: 100, enquiryTickMs: 50, enquiriesPerSecondMin: 50 };

let world: AdapterWorld;
let running: RunningService[];
let pool: Pool;

beforeAll(async () => {
  world = await openAdapterWorld('thai_xml', `https://127.0.0.1:${await freePort()}`, 'xml');
  serveFx(world);
  await playRouting(world, () => PAID);
  const bakong = await startAdapterBakong(
    world.platform('adapter-bakong', await world.database.another('bakong')),
  );
  const thailand = await startAdapterThailand(world.platform(SERVICE), TUNING);
  running = [thailand, bakong];
  const pem = (file: string): Buffer => readFileSync(join(world.settings['TONLE_PKI_DIR']!, file));
  const tls = { ca: pem('ca.crt'), key: pem('thai-switch.key'), cert: pem('thai-switch.crt') };
  pool = new Pool(thailand.addresses['door']!, { connect: tls });
});
afterEach(() => clearFaults(world));
afterAll(async () => {
  await pool.destroy();
  for (const service of running) await service.close();
  await world.close();
});

const keyFile = (name: string): string => join(world.settings['TONLE_KEYS_DIR']!, name);

describe('payments with signatures inside', () => {
  it('pays a credit on the Thai side, and keeps what proves both sides', async () => {
    const leg = legCommandOf('credit');
    await command(world, SERVICE, leg);
    await outcomes(world, leg.legKey, 'accepted');
    const evidence = await world.database.database.query<{ bytes: Buffer; headers: object }>(
      'SELECT bytes, headers FROM evidence WHERE subject = $1 ORDER BY evidence_id',
      [leg.legKey],
    );
    expect(evidence).toHaveLength(2);
    for (const { bytes, headers } of evidence) {
      expect(bytes.toString()).toContain('<SignatureValue>');
      expect(headers).toEqual({});
    }
  });

  it('does not believe an answer whose signature is wrong, and asks', async () => {
    const leg = legCommandOf('credit');
    await fault(world, { network: 'thailand', operation: 'pacs.008', fault: 'bad_signature', count: 1 });
    await command(world, SERVICE, leg);
    const reports = await outcomes(world, leg.legKey, 'accepted');
    expect(reports.map((each) => each.outcome)).toEqual(['unknown', 'accepted']);
  });

  it('takes a late call-back at our door', async () => {
    const leg = legCommandOf('credit');
    const late = {
      network: 'thailand',
      operation: 'pacs.008',
      fault: 'late_callback',
      delayMs: 300,
      count: 1,
    };
    await fault(world, late);
    await fault(world, { network: 'thailand', operation: 'pacs.028', fault: 'http_5xx' });
    await command(world, SERVICE, leg);
    const reports = await outcomes(world, leg.legKey, 'accepted');
    expect(reports.map((each) => each.outcome)).toEqual(['unknown', 'accepted']);
  });

  it('takes a payment at our door and answers it', async () => {
    const { qrText } = await world.control<{ qrText: string }>('POST', '/control/qr/khqr', {
      account: 'shop00001@angkor',
    });
    const paid = await world.control<{ state: string; uetr: string }>('POST', '/control/thailand/pay', {
      qrText,
      amount: { currency: 'KHR', amount: '41000' },
      waitMs: 10_000,
    });
    expect(paid).toMatchObject({ state: 'completed' });
    const [kept] = await world.database.database.query<{ raw: Buffer }>(
      'SELECT raw FROM request WHERE uetr = $1',
      [paid.uetr],
    );
    expect(kept!.raw.toString()).toContain('<SignatureValue>');
  });
});

describe('the door', () => {
  const enquiry = (createdAt = clock.now()): string => {
    const at = new Date(createdAt).toISOString();
    const ends = { from: { bic: 'THSWTHBKXXX' }, to: { bic: 'TONLKHPPXXX' } };
    const message: StatusRequest = {
      kind: 'status_request',
      messageId: 'Q1',
      createdAt: at,
      originalMessageId: 'NONE',
      originalMessageName: 'pacs.008.001.08',
      originalUetr: crypto.randomUUID(),
    };
    const version = 'pacs.028.001.03';
    const header = { ...ends, businessMessageId: 'Q1', messageDefinition: version, createdAt: at };
    return writeIso(message, version, header, { envelope: 'tonle' });
  };
  const signed = (text: string, keyId = 'THSWITCH-1', signer = 'THSWITCH'): string =>
    signInside(Buffer.from(text), keyId, loadPrivateKey(keyFile(`${signer}.key.pem`))).toString();
  const ask = async (body: string, headers: Record<string, string> = {}) => {
    const reply = await pool.request({
      method: 'POST',
      path: '/iso20022/pacs.028',
      headers: { 'content-type': 'application/xml', ...headers },
      body,
    });
    return { status: reply.statusCode, bytes: Buffer.from(await reply.body.arrayBuffer()) };
  };

  it('answers the network with our signature inside, a repeat too', async () => {
    const body = signed(enquiry());
    for (const { status, bytes } of [await ask(body), await ask(body)]) {
      expect(status).toBe(200);
      const publicKey = loadPublicKey(keyFile('TONLE.pub.pem'));
      const algorithm = 'ecdsa-p256-sha256' as const;
      const key = { publicKey, algorithm, validFrom: 0, validTo: Number.MAX_SAFE_INTEGER };
      expect(verifyInside(bytes, () => key, clock.now())).toMatchObject({
        kind: 'verified',
        keyId: 'TONLE-1',
      });
      expect(readIso(bytes)).toMatchObject({ kind: 'read', message: { kind: 'status', reason: 'AG09' } });
    }
  });

  it.each<[string, () => string, string]>([
    ['without a signature', () => enquiry(), 'signature_missing'],
    [
      'signed by a key that is not of the network',
      () => signed(enquiry(), 'FXNAGA-1', 'FXNAGA'),
      'key_unknown',
    ],
    [
      'signed by another under its name',
      () => signed(enquiry(), 'THSWITCH-1', 'FXNAGA'),
      'signature_invalid',
    ],
    ['changed after it was signed', () => signed(enquiry()).replace('>NONE<', '>NINE<'), 'signature_invalid'],
    ['of an hour ago', () => signed(enquiry(clock.now() - 3_600_000)), 'signature_expired'],
    ['that is none', () => '<Envelope/>', 'signature_invalid'],
  ])('refuses a message %s', async (_name, body, code) => {
    const { status, bytes } = await ask(body());
    expect(status).toBe(401);
    expect(JSON.parse(bytes.toString())).toMatchObject({ code });
  });

  it('is not opened by a signature over HTTP', async () => {
    const body = enquiry();
    const headers = { 'content-type': 'application/xml' };
    const signature = signRequest({
      method: 'POST',
      url: '/iso20022/pacs.028',
      headers,
      body,
      keyId: 'THSWITCH-1',
      privateKey: loadPrivateKey(keyFile('THSWITCH.key.pem')),
      created: Math.floor(clock.now() / 1000),
      nonce: 'a-nonce-of-its-own',
    });
    const { status, bytes } = await ask(body, signature);
    expect(status).toBe(401);
    expect(JSON.parse(bytes.toString())).toMatchObject({ code: 'signature_missing' });
  });
});
