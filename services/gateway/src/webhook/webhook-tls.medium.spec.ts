import 'reflect-metadata';
import { randomUUID, webcrypto } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer, getCACertificates, setDefaultCACertificates, type Server } from 'node:tls';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import * as x509 from '@peculiar/x509';
import { createTestDatabase, type TestDatabase } from '@tonle/persistence';
import { createTestPlatform, type TestPlatform } from '@tonle/platform';
import { makeSandboxCertificates } from '@tonle/security';
import { NoticeFeed1772000000000 } from '../migrations/1772000000000-notice-feed.js';
import { Webhooks1772000100000 } from '../migrations/1772000100000-webhooks.js';
import { noticeIdOf } from '../notice/notice.js';
import { insertNotices } from '../notice/notice.store.js';
import { listDeliveries } from './delivery-log.store.js';
import { WebhookCourier } from './webhook-courier.js';
import { putEndpoint } from './webhook-endpoint.store.js';
import { eventFormat } from './webhook-format.js';
import { WebhookKeys } from './webhook-keys.js';
import { WebhookMetrics } from './webhook-metrics.js';
import { WebhookSender } from './webhook-sender.js';

// Real: PostgreSQL, TLS, the sender. A receiver whose certificate is as the test says.

interface Pair {
  readonly key: string;
  readonly cert: string;
}

const SYSTEM = getCACertificates('default');
let test: TestDatabase;
let platform: TestPlatform;
let folder: string;
/** Of an authority that this process trusts, for `localhost`. */
let known: Pair;
/** Of one that nobody knows. */
let unknown: Pair;
let selfSigned: Pair;

beforeAll(async () => {
  test = await createTestDatabase('webhook_tls', 'gateway');
  await test.database.openOrm({ migrations: [NoticeFeed1772000000000, Webhooks1772000100000] });
  platform = createTestPlatform('gateway', test.database);
  folder = mkdtempSync(join(tmpdir(), 'tonle-webhook-tls-'));
  known = await certified('known');
  unknown = await certified('unknown');
  selfSigned = await signedByItself();
  setDefaultCACertificates([...SYSTEM, readFileSync(join(folder, 'known', 'ca.crt'), 'utf8')]);
});
afterAll(async () => {
  setDefaultCACertificates(SYSTEM);
  rmSync(folder, { recursive: true });
  await test.drop();
});

async function certified(authority: string): Promise<Pair> {
  const at = join(folder, authority);
  await makeSandboxCertificates(at, ['receiver']);
  const [key, cert] = ['receiver.key', 'receiver.crt'].map((name) => readFileSync(join(at, name), 'utf8'));
  return { key: key!, cert: cert! };
}

async function signedByItself(): Promise<Pair> {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const cert = await x509.X509CertificateGenerator.createSelfSigned({
    name: 'CN=localhost',
    keys,
    signingAlgorithm: algorithm,
    extensions: [new x509.SubjectAlternativeNameExtension([{ type: 'dns', value: 'localhost' }])],
  });
  const pkcs8 = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey);
  return { key: x509.PemConverter.encode(pkcs8, 'PRIVATE KEY'), cert: cert.toString('pem') };
}

/** What a receiver with this certificate read of a webhook to `host`, and what the log says of it. */
async function sentTo(pair: Pair, host: string) {
  let read = '';
  const server: Server = createServer(pair, (socket) => {
    socket.on('error', () => undefined);
    socket.on('data', (bytes) => {
      read += bytes.toString();
      socket.end('HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n');
    });
  });
  server.on('tlsClientError', () => undefined);
  await new Promise<void>((done) => server.listen(0, host, done));
  const name = host === '127.0.0.1' ? 'localhost' : host;
  const participant = `BANK-${randomUUID().slice(0, 8)}`;
  const { port } = server.address() as AddressInfo;
  const { clock } = platform;
  const at = new Date(clock.now());
  const endpointId = randomUUID();
  const endpoint = {
    ...{ endpointId, participant, url: `https://${name}:${port}/hook`, format: 'webhook' as const },
    ...{ types: [], description: '', createdAt: at, createdBy: `${participant}-1` },
  };
  await putEndpoint(test.database, endpoint, 10);
  const noticeId = noticeIdOf(participant, randomUUID(), 'payment.completed');
  const told = { noticeId, participant, type: 'payment.completed', data: {}, at: at.toISOString() } as const;
  await insertNotices(test.database, [told], at);
  const courier = new WebhookCourier({
    platform,
    sender: new WebhookSender({ anywhere: true, timeoutMs: 5_000, clock }),
    keys: new WebhookKeys(Buffer.from('a secret of a test')),
    metrics: new WebhookMetrics(platform.telemetry),
    formats: { webhook: eventFormat, 'pacs.002': eventFormat },
  });
  await courier.run();
  await courier.settled();
  const asked = { state: undefined, before: undefined, limit: 1 };
  const [delivery] = await listDeliveries(test.database, { endpointId, participant }, asked);
  await courier.close();
  await new Promise((done) => server.close(done));
  await test.database.query(`UPDATE webhook_endpoint SET state = 'deleted'`);
  return { read, state: delivery!.state, attempts: delivery!.attempts };
}

it('a webhook goes to a receiver whose certificate is in order', async () => {
  const { read, state } = await sentTo(known, '127.0.0.1');
  expect([state, read.startsWith('POST /hook HTTP/1.1')]).toEqual(['delivered', true]);
});

it.each<[string, () => Pair, string, string]>([
  ['signed by itself', () => selfSigned, '127.0.0.1', 'DEPTH_ZERO_SELF_SIGNED_CERT'],
  ['of an authority that nobody knows', () => unknown, '127.0.0.1', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
  ['of another name', () => known, '127.0.0.2', 'ERR_TLS_CERT_ALTNAME_INVALID'],
])(
  'a receiver with a certificate %s reads nothing, and its participant is told why',
  async (_what, pair, host, cause) => {
    const { read, state, attempts } = await sentTo(pair(), host);
    expect([read, state]).toEqual(['', 'pending']);
    expect(attempts).toMatchObject([{ cause: expect.stringContaining(cause) }]);
  },
);
