import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { start as startAdapterBakong } from '@tonle/adapter-bakong';
import { start as startAdapterThailand } from '@tonle/adapter-thailand';
import { readIso, writeIso, type CustomerPayment, type Status } from '@tonle/iso20022';
import { inboxTopic, MemoryState } from '@tonle/messaging';
import { amount } from '@tonle/money';
import type { RunningService } from '@tonle/platform';
import { adapterCalls, fxCalls, uuidV4, type InboundOutcome } from '@tonle/contracts';
import { loadPrivateKey, loadPublicKey, signRequest, verifyResponse } from '@tonle/security';
import { Pool } from 'undici';
import { clock, openAdapterWorld, type AdapterWorld } from '../world/adapter-world.js';
import { freePort } from '../world/free-port.js';
import { until } from '../world/until.js';

// Real: the door over mutual TLS, PostgreSQL. This test is the Thai side, well-behaved and not.

const SERVICE = 'adapter-thailand';
const XML = 'application/xml';
const random = (size: number): Uint8Array => crypto.getRandomValues(new Uint8Array(size));

/** By the clock, which the tests put forward. */
const REPUBLISH_AFTER_MS = 240_000;

let world: AdapterWorld;
let running: RunningService[];
let pool: Pool;
let quoteId: string;
/** What all instances have in common. */
const shared = new MemoryState();

beforeAll(async () => {
  world = await openAdapterWorld('thai_door', `https://127.0.0.1:${await freePort()}`);
  world.settings['TONLE_THAI_DOOR_WAIT_MS'] = '400';
  serveFx();
  const bakong = await startAdapterBakong(
    world.platform('adapter-bakong', await world.database.another('bakong')),
  );
  const thailand = await startAdapterThailand(world.platform(SERVICE, undefined, { shared }), {
    republishAfterMs: REPUBLISH_AFTER_MS,
    republishEveryMs: 200,
  });
  running = [thailand, bakong];
  pool = new Pool(thailand.addresses['door']!, { connect: tlsOf('thai-switch') });
  const { qrText } = await world.control<{ qrText: string }>('POST', '/control/qr/khqr', {
    account: 'shop00001@angkor',
  });
  const body = JSON.stringify({ qrText, amount: { currency: 'KHR', minor: '4100000' } });
  quoteId = await until('a quote', async () => {
    const reply = await ask('/quotes', body, { type: 'application/json' });
    return reply.status === 200
      ? (JSON.parse(reply.text) as { quote: { quoteId: string } }).quote.quoteId
      : undefined;
  });
});
afterAll(async () => {
  await pool.destroy();
  for (const service of running) await service.close();
  await world.close();
  await shared.close();
});

function tlsOf(name: string): object {
  const pem = (file: string): Buffer => readFileSync(join(world.settings['TONLE_PKI_DIR']!, file));
  return { ca: pem('ca.crt'), ...(name === '' ? {} : { key: pem(`${name}.key`), cert: pem(`${name}.crt`) }) };
}

function serveFx(): void {
  world.calls.serve(fxCalls.quote, ({ items }) =>
    Promise.resolve({
      items: items.map(({ participant, corridor }) => {
        const source = { currency: 'THB', minor: '33745' };
        const target = { currency: 'KHR', minor: '4100000' };
        const issuedAt = new Date(clock.now()).toISOString();
        const expiresAt = new Date(clock.now() + 600_000).toISOString();
        const rates = {
          rate: '121.5',
          baseRate: '121.5',
          rateVersion: 1,
          improvementBasisPoints: 0,
          fees: [],
        };
        const ids = {
          quoteId: uuidV4(random),
          corridor,
          provider: 'FXNAGA',
          participant,
          fixed: 'target' as const,
        };
        return {
          kind: 'quoted' as const,
          candidates: [],
          quote: { ...ids, source, target, ...rates, issuedAt, expiresAt },
        };
      }),
    }),
  );
}

interface Sent {
  readonly type?: string;
  readonly signer?: string;
  readonly keyId?: string;
  readonly nonce?: string;
  /** Sent in place of what was signed. */
  readonly instead?: string;
  readonly unsigned?: boolean;
  readonly createdAgoS?: number;
}

async function ask(
  path: string,
  body: string,
  sent: Sent = {},
): Promise<{ status: number; text: string; verified: boolean }> {
  const { type = XML, signer = 'THSWITCH', nonce = Buffer.from(random(12)).toString('hex') } = sent;
  const headers = { 'content-type': type };
  const signature = signRequest({
    method: 'POST',
    url: path,
    headers,
    body,
    keyId: sent.keyId ?? `${signer}-1`,
    privateKey: loadPrivateKey(join(world.settings['TONLE_KEYS_DIR']!, `${signer}.key.pem`)),
    created: Math.floor(clock.now() / 1000) - (sent.createdAgoS ?? 0),
    nonce,
  });
  const reply = await pool.request({
    method: 'POST',
    path,
    headers: sent.unsigned === true ? headers : { ...headers, ...signature },
    body: sent.instead ?? body,
  });
  const bytes = Buffer.from(await reply.body.arrayBuffer());
  const publicKey = loadPublicKey(join(world.settings['TONLE_KEYS_DIR']!, 'TONLE.pub.pem'));
  const key = {
    publicKey,
    algorithm: 'ecdsa-p256-sha256' as const,
    validFrom: 0,
    validTo: Number.MAX_SAFE_INTEGER,
  };
  const received = { status: reply.statusCode, headers: reply.headers, rawBody: bytes };
  const verdict = verifyResponse(received, () => key, clock.now(), { nonce });
  return { status: reply.statusCode, text: bytes.toString(), verified: verdict.kind === 'verified' };
}

function pacs008(more: Partial<CustomerPayment> = {}): string {
  const now = new Date(clock.now()).toISOString();
  const payment: CustomerPayment = {
    kind: 'payment',
    messageId: `M${Buffer.from(random(8)).toString('hex')}`,
    createdAt: now,
    endToEndId: 'E1',
    uetr: uuidV4(random),
    settlementMethod: 'CLRG',
    settlementAmount: amount('THB', 33_745n),
    settlementDate: now.slice(0, 10),
    acceptedAt: now,
    quoteId,
    chargeBearer: 'SLEV',
    debtor: { name: 'Somchai' },
    debtorAccount: { id: '0140000000001' },
    debtorAgent: { bic: 'THSWTHBKXXX' },
    creditorAgent: { bic: 'ANGKKHPPXXX' },
    creditor: { name: 'Shop' },
    creditorAccount: { id: 'shop00001@angkor' },
    ...more,
  };
  const header = {
    from: { bic: 'THSWTHBKXXX' },
    to: { bic: 'TONLKHPPXXX' },
    businessMessageId: payment.messageId,
    messageDefinition: 'pacs.008.001.08',
    createdAt: now,
  };
  return writeIso(payment, 'pacs.008.001.08', header, { envelope: 'tonle' });
}

function statusOf(text: string): Status {
  const reading = readIso(Buffer.from(text));
  if (reading.kind !== 'read' || reading.message.kind !== 'status')
    throw new Error(`no pacs.002: ${text.slice(0, 300)}`);
  return reading.message;
}

describe('who may come in', () => {
  it('nobody without a certificate of the authority', async () => {
    const stranger = new Pool(running[0]!.addresses['door']!, { connect: tlsOf('') });
    await expect(
      stranger.request({ method: 'POST', path: '/iso20022/pacs.008', body: '<x/>' }),
    ).rejects.toThrow();
    await stranger.destroy();
  });

  it.each<[string, Sent, string]>([
    ['without a signature', { unsigned: true }, 'signature_missing'],
    ['with a key that is not of the network', { signer: 'FXNAGA' }, 'key_unknown'],
    ['with another key under the right name', { signer: 'FXNAGA', keyId: 'THSWITCH-1' }, 'signature_invalid'],
    ['with an old signature', { createdAgoS: 400 }, 'signature_expired'],
    ['with other bytes than signed', { instead: '<other/>' }, 'signature_invalid'],
  ])('nothing %s', async (_name, sent, code) => {
    const before = world.submits.length;
    const reply = await ask('/iso20022/pacs.008', pacs008(), sent);
    expect(reply.status).toBe(401);
    expect(JSON.parse(reply.text)).toMatchObject({ code });
    expect(world.submits).toHaveLength(before);
  });

  it('no signature twice', async () => {
    const nonce = 'a-nonce-of-its-own';
    const body = pacs008({ acceptedAt: new Date(clock.now() - 59_000).toISOString() });
    expect((await ask('/iso20022/pacs.008', body, { nonce })).status).toBe(200);
    expect(JSON.parse((await ask('/iso20022/pacs.008', body, { nonce })).text)).toMatchObject({
      code: 'signature_replayed',
    });
  });
});

describe('what is not a payment', () => {
  it.each<[string, () => string]>([
    ['not XML', () => 'hello'],
    ['cut off', () => pacs008().slice(0, -30)],
    [
      'an external entity',
      () => pacs008().replace('<Envelope', '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><Envelope'),
    ],
    ['an entity bomb', () => `<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>${pacs008()}`],
    ['an element too much', () => pacs008().replace('<CdtTrfTxInf>', '<CdtTrfTxInf><Evil/>')],
    ['a negative amount', () => pacs008().replace('>337.45<', '>-337.45<')],
    ['too many decimals', () => pacs008().replace('>337.45<', '>337.455<')],
  ])('%s is answered with a signed admi.002', async (_name, text) => {
    const before = world.submits.length;
    const reply = await ask('/iso20022/pacs.008', text());
    expect(reply).toMatchObject({ status: 400, verified: true });
    const reading = readIso(Buffer.from(reply.text));
    expect(reading).toMatchObject({ kind: 'read', message: { kind: 'rejection' } });
    expect(world.submits).toHaveLength(before);
  });

  it('a body of 10 MB is not read', async () => {
    const reply = await ask('/iso20022/pacs.008', 'x'.repeat(10_000_000)).catch(() => ({ status: 413 }));
    expect(reply.status).toBe(413);
  });

  it.each<[string, Partial<CustomerPayment>, string]>([
    ['an acceptance that is too old', { acceptedAt: new Date(Date.now() - 61_000).toISOString() }, 'TM01'],
    ['a quote id that is none', { quoteId: 'q1' }, 'CH21'],
    ['an unknown quote', { quoteId: uuidV4(random) }, 'AB04'],
    ['another amount', { settlementAmount: amount('THB', 33_744n) }, 'AM09'],
    ['another payee', { creditorAccount: { id: 'shop00002@angkor' } }, 'BE23'],
  ])('%s is rejected with its reason, signed, and nothing is taken', async (_name, more, reason) => {
    const before = world.submits.length;
    const reply = await ask('/iso20022/pacs.008', pacs008(more));
    expect(reply).toMatchObject({ status: 200, verified: true });
    expect(statusOf(reply.text)).toMatchObject({ status: 'RJCT', reason });
    expect(world.submits).toHaveLength(before);
  });
});

describe('what is to another switch', () => {
  const OTHER = { bic: 'OTHRSGSGXXX' };

  it('is rejected, and nothing is taken', async () => {
    const before = world.submits.length;
    const reply = await ask('/iso20022/pacs.008', pacs008({ instructedAgent: OTHER }));
    expect(statusOf(reply.text)).toMatchObject({
      status: 'RJCT',
      reason: 'AGNT',
      reasonText: [expect.stringContaining('/FIToFICstmrCdtTrf/CdtTrfTxInf[1]/InstdAgt')],
    });
    const headed = await ask('/iso20022/pacs.008', pacs008().replace('TONLKHPPXXX', 'OTHRSGSGXXX'));
    expect(statusOf(headed.text)).toMatchObject({ status: 'RJCT', reason: 'AGNT' });
    expect(world.submits).toHaveLength(before);
  });
});

describe('a payment that is taken', () => {
  it('is in progress when the wait is over, then answered from its outcome, to repeats and enquiries alike', async () => {
    const uetr = uuidV4(random);
    const body = pacs008({ uetr, messageId: 'MSG-1' });
    expect(statusOf((await ask('/iso20022/pacs.008', body)).text)).toMatchObject({
      status: 'ACSP',
      originalUetr: uetr,
    });
    const submit = await until('the submit', () => world.submits.find((each) => each.uetr === uetr));
    const at = new Date(clock.now()).toISOString();
    const { paymentId, replyTo } = submit;
    const outcome: InboundOutcome = {
      paymentId,
      uetr,
      version: 7,
      state: 'COMPLETED',
      isoStatus: 'ACCC',
      partnerRef: 'ab'.repeat(32),
      at,
      replyTo,
    };
    const record = {
      topic: inboxTopic(SERVICE),
      key: paymentId,
      type: 'payment.outcome',
      messageId: `${paymentId}:7`,
      body: JSON.stringify(outcome),
    };
    await world.transport.publish([record, record]);
    expect(statusOf((await ask('/iso20022/pacs.008', body)).text)).toMatchObject({
      status: 'ACCC',
      clearingReference: 'ab'.repeat(16),
    });
    const asked = writeIso(
      {
        kind: 'status_request',
        messageId: 'Q1',
        createdAt: at,
        originalMessageId: 'MSG-1',
        originalMessageName: 'pacs.008.001.08',
        originalUetr: uetr,
      },
      'pacs.028.001.03',
      undefined,
      { envelope: 'none' },
    );
    expect(statusOf((await ask('/iso20022/pacs.028', asked)).text)).toMatchObject({
      status: 'ACCC',
      originalUetr: uetr,
    });
    expect(world.submits.filter((each) => each.uetr === uetr)).toHaveLength(1);
    const other = pacs008({ uetr, messageId: 'MSG-1', endToEndId: 'E2' });
    expect(statusOf((await ask('/iso20022/pacs.008', other)).text)).toMatchObject({
      status: 'RJCT',
      reason: 'DUPL',
    });
  });

  it('an enquiry about what never came is not found', async () => {
    const at = new Date(clock.now()).toISOString();
    const asked = writeIso(
      {
        kind: 'status_request',
        messageId: 'Q2',
        createdAt: at,
        originalMessageId: 'NONE',
        originalMessageName: 'pacs.008.001.08',
        originalUetr: uuidV4(random),
      },
      'pacs.028.001.03',
      undefined,
      { envelope: 'none' },
    );
    const status = statusOf((await ask('/iso20022/pacs.028', asked)).text);
    expect(status).toMatchObject({ reason: 'AG09' });
    expect(status.status).toBeUndefined();
  });

  it('is submitted again when routing was deaf', async () => {
    const uetr = uuidV4(random);
    await ask('/iso20022/pacs.008', pacs008({ uetr }));
    await until('the submit', () => world.submits.some((each) => each.uetr === uetr));
    clock.advance(REPUBLISH_AFTER_MS);
    await until('the second submit', () =>
      world.submits.filter((each) => each.uetr === uetr).length > 1 ? true : undefined,
    );
    const twice = world.submits.filter((each) => each.uetr === uetr);
    expect(twice[0]).toEqual(twice[1]);
  });
});

describe('a network that asks for the names of our payees', () => {
  const resolve = async () => {
    const { qrText } = await world.control<{ qrText: string }>('POST', '/control/qr/khqr', {
      account: 'shop00001@angkor',
    });
    return ask('/qr/resolve', JSON.stringify({ qrText }), { type: 'application/json' });
  };

  it('is told no more of them than its budget allows, and people see how many', async () => {
    expect((await resolve()).status).toBe(200);
    const everything = { cost: 4_000, anyway: true };
    await shared.spend('lookups:THSWITCH', everything, { size: 2_000, perSecond: 50 });
    const reply = await resolve();
    expect(reply).toMatchObject({ status: 429, verified: true });
    expect(JSON.parse(reply.text)).toMatchObject({ code: 'lookups_exhausted', retry: 'later' });
    expect(reply.text).not.toContain('angkor');
    const { participants } = await world.calls.call(adapterCalls(SERVICE).lookupUse, {});
    expect(participants).toMatchObject([{ participant: 'THSWITCH', hour: { refused: 1 } }]);
    expect(participants[0]!.hour.found).toBeGreaterThanOrEqual(2);
  });
});
