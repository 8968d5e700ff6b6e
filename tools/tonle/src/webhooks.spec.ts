import { generateKeyPairSync, sign } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { makeSandboxKeys } from '@tonle/security';
import { runTonle } from './program.js';

// A gateway that answers what the test says, keeps what it was asked, and sends webhooks to who registers.

const { privateKey, publicKey } = generateKeyPairSync('ed25519');
const KEY = `whpk_${publicKey.export({ format: 'der', type: 'spki' }).subarray(-32).toString('base64')}`;
const ENDPOINT = '0199a0b0-0000-7000-8000-000000000001';
const OTHER = '0199a0b0-0000-7000-8000-000000000002';
const EVENT = '019e0000-0000-8000-a000-000000000001';
const URL_ONE = 'https://bank.example/tonle';

const endpointOf = (endpointId: string, url: string, more: object = {}) => ({
  ...{ endpointId, url, types: [], format: 'webhook', state: 'active' },
  ...{ keys: [{ publicKey: KEY }], createdAt: '2026-11-29T04:00:00Z', createdBy: 'KHMEKONG-1' },
  ...more,
});
const attempt = { at: '2026-11-29T04:00:00.000Z', ms: 12 };
const delivered = {
  eventId: EVENT,
  type: 'webhook.test',
  state: 'delivered',
  attempts: [{ ...attempt, status: 204 }],
};

let server: Server;
let home: string;
let asked: { what: string; body: unknown }[];
let endpoints: object[];
let deliveries: object[];
/** Bodies that are sent to who registers, and whether they are signed by the key. */
let sends: { body: string; isSigned: boolean }[];

async function sendTo(url: string): Promise<void> {
  for (const [index, { body, isSigned }] of sends.entries()) {
    const [id, at] = [`evt_${index}`, String(Math.floor(Date.now() / 1000))];
    const signature = sign(null, Buffer.from(`${id}.${at}.${isSigned ? body : ''}`), privateKey);
    const signed = `v1a,${signature.toString('base64')}`;
    const headers = { 'webhook-id': id, 'webhook-timestamp': at, 'webhook-signature': signed };
    const { status } = await fetch(url, { method: 'POST', headers, body });
    asked.push({ what: `answered ${status}`, body: undefined });
  }
}

function answerTo(what: string, body: { url?: string } | undefined): object {
  if (what === 'GET /v1/webhook-endpoints') return { endpoints };
  if (what === 'POST /v1/webhook-endpoints') {
    void sendTo(body!.url!);
    return endpointOf(ENDPOINT, body!.url!);
  }
  if (what.includes('/deliveries') && what.startsWith('GET')) return { deliveries, next: '7' };
  if (what.endsWith('/test')) return { eventId: EVENT };
  if (what.endsWith('/resend')) return { count: what.includes('/deliveries/') ? 1 : 3 };
  return endpointOf(ENDPOINT, URL_ONE, {
    keys: [{ publicKey: 'whpk_new' }, { publicKey: KEY, signsUntil: '2026-11-30T04:00:00Z' }],
  });
}

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'tonle-webhooks-'));
  makeSandboxKeys(join(home, 'keys'), ['KHMEKONG']);
  server = createServer((request, response) => {
    void request.toArray().then((chunks) => {
      const text = Buffer.concat(chunks as Buffer[]).toString();
      const what = `${request.method} ${request.url}`;
      const body = text === '' ? undefined : (JSON.parse(text) as { url?: string });
      asked.push({ what, body });
      response
        .writeHead(200, { 'content-type': 'application/json' })
        .end(JSON.stringify(answerTo(what, body)));
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
});
afterAll(async () => {
  await new Promise((done) => server.close(done));
  rmSync(home, { recursive: true });
});
beforeEach(() => {
  asked = [];
  endpoints = [endpointOf(ENDPOINT, URL_ONE)];
  deliveries = [delivered];
  sends = [];
});

async function tonle(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const [out, err]: string[][] = [[], []];
  const output = {
    json: false,
    out: (text: string) => void out!.push(text),
    err: (text: string) => void err!.push(text),
  };
  const { port } = server.address() as AddressInfo;
  const environment = { TONLE_HOME: home, TONLE_GATEWAY_URL: `http://127.0.0.1:${port}` };
  const code = await runTonle(args, output, environment);
  return { code, out: out!.join('\n'), err: err!.join('\n') };
}

describe('tonle webhooks', () => {
  it('lists endpoints and how they do', async () => {
    endpoints.push(endpointOf(OTHER, 'https://b.example/', { state: 'disabled', disabledBecause: 'gone' }));
    const { code, out } = await tonle('webhooks', 'list');
    expect([code, out]).toEqual([
      0,
      `${ENDPOINT}  active    webhook  all types  ${URL_ONE}\n${OTHER}  disabled  webhook  all types  https://b.example/          gone`,
    ]);
    const lines = (await tonle('--json', 'webhooks', 'list')).out.split('\n');
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual(endpoints);
    endpoints = [];
    expect((await tonle('webhooks', 'list')).out).toBe('No webhook endpoints.');
  });

  it('adds one and shows the key to verify by', async () => {
    const { out } = await tonle('webhooks', 'add', URL_ONE, '--types', 'payment.completed,payment.failed');
    expect(asked[0]).toEqual({
      what: 'POST /v1/webhook-endpoints',
      body: { url: URL_ONE, types: ['payment.completed', 'payment.failed'] },
    });
    expect(out).toContain(KEY);
    const rotated = await tonle('webhooks', 'rotate-key', URL_ONE, '--overlap-hours', '2');
    expect(asked.at(-1)).toEqual({
      what: `POST /v1/webhook-endpoints/${ENDPOINT}/keys`,
      body: { overlapHours: 2 },
    });
    expect(rotated.out).toContain(`${KEY} until 2026-11-30T04:00:00Z`);
  });

  it.each([
    [['remove', ENDPOINT.slice(0, 36)], 'DELETE', ''],
    [['enable', URL_ONE], 'POST', '/enable'],
    [['resend', URL_ONE, EVENT], 'POST', `/deliveries/${EVENT}/resend`],
    [['resend', URL_ONE, '--failed-since', '2026-11-28T00:00:00Z'], 'POST', '/resend'],
  ])('does what it says: %j', async (args, method, path) => {
    expect((await tonle('webhooks', ...args)).code).toBe(0);
    expect(asked.at(-1)!.what).toBe(`${method} /v1/webhook-endpoints/${ENDPOINT}${path}`);
  });

  it('tries an endpoint, and says whether it took the event', async () => {
    expect(await tonle('webhooks', 'test', URL_ONE)).toMatchObject({
      code: 0,
      out: `${EVENT} was taken by ${URL_ONE}: 204 in 12 ms.`,
    });
    const failed = [{ ...attempt, cause: 'ECONNREFUSED: connect' }];
    deliveries = [
      { ...delivered, state: 'pending', attempts: failed, nextAttemptAt: '2026-11-29T04:00:05Z' },
    ];
    expect(await tonle('webhooks', 'test', URL_ONE)).toMatchObject({
      code: 1,
      out: `${EVENT} was not taken by ${URL_ONE}: ECONNREFUSED: connect in 12 ms.`,
    });
    expect((await tonle('webhooks', 'log', URL_ONE, '--state', 'pending')).out).toBe(
      `2026-11-29T04:00:00.000Z  ${EVENT}  webhook.test    pending  ECONNREFUSED: connect in 12 ms; again at 2026-11-29T04:00:05Z\n` +
        `More: ./tonle webhooks log ${ENDPOINT} --state pending --cursor 7`,
    );
  });

  it.each([
    [['remove', 'https://c.example'], `No webhook endpoint is https://c.example. There are ${URL_ONE}.`],
    [['resend', URL_ONE], 'Name an event, or all that failed by --failed-since.'],
    [['log', URL_ONE, '--limit', 'x'], '--limit takes a whole number from 1, not "x".'],
    [['rotate-key', URL_ONE, '--overlap-hours', 'x'], '--overlap-hours takes a whole number, not "x".'],
    [['listen', '--port', '99999'], '"99999" is not a port.'],
    [['listen', '--forward', 'x'], '"x" is not a URL.'],
  ])('says what was used wrongly: %j', async (args, err) => {
    expect(await tonle('webhooks', ...args)).toEqual({ code: 2, out: '', err });
  });
});

describe('tonle webhooks listen', () => {
  const body = JSON.stringify({
    type: 'payment.completed',
    time: 'T',
    subject: 'P',
    data: { state: 'completed' },
  });

  it('takes and verifies what comes, and leaves nothing behind', async () => {
    sends = [{ body, isSigned: true }];
    const { code, out } = await tonle('webhooks', 'listen', '--count', '1');
    expect([code, out]).toEqual([
      0,
      'T  payment.completed  P  {"state":"completed"}  verified, answered 204',
    ]);
    expect(asked.at(-1)!.what).toBe(`DELETE /v1/webhook-endpoints/${ENDPOINT}`);
  });

  it('says what was not signed by the key, and exits 1', async () => {
    sends = [{ body: 'hello', isSigned: false }];
    const { code, out } = await tonle('--json', 'webhooks', 'listen', '--count', '1');
    expect([code, JSON.parse(out)]).toEqual([
      1,
      {
        verified: false,
        fault: 'has a signature of none of the keys',
        status: 204,
        event: { data: 'hello' },
      },
    ]);
  });

  it('passes on what comes, and gives the answer back', async () => {
    sends = [{ body, isSigned: true }];
    const heard: string[] = [];
    const forward = createServer((request, response) => {
      heard.push(String(request.headers['webhook-id']));
      response.writeHead(503).end();
    });
    await new Promise<void>((done) => forward.listen(0, '127.0.0.1', done));
    const { port } = forward.address() as AddressInfo;
    const listen = ['webhooks', 'listen', '--count', '1', '--forward', `http://127.0.0.1:${port}/`];
    expect((await tonle(...listen)).out).toMatch(/verified, answered 503$/);
    forward.close();
    expect(heard).toEqual(['evt_0']);
  });
});
