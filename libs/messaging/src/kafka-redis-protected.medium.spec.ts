import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { makeSandboxCertificates } from '@tonle/security';
import {
  ensureKafka,
  ensureRedis,
  startKafka,
  startRedis,
  type KafkaServer,
  type RedisServer,
} from '@tonle/tool-servers';
import { Kafka, logLevel, type SASLOptions } from 'kafkajs';
import { freePort } from '../../../tests/world/free-port.js';
import { until } from '../../../tests/world/until.js';
import type { KafkaAccess } from './kafka-client.js';
import { ensureTopics } from './kafka-topics.js';
import { KafkaTransport } from './kafka-transport.js';
import { RedisState } from './redis-state.js';
import { keysOf } from './service-keys.testing.js';

// Real: Apache Kafka with TLS and SASL, Redis with TLS and a password, as `npm run cluster` starts them.

const WAIT_MS = 60_000;
const folder = mkdtempSync(join(tmpdir(), 'tonle-tls-'));
const file = (...names: string[]) => join(folder, ...names);
const tlsOf = (name: string) => ({
  authority: file('pki', 'ca.crt'),
  certificate: file('pki', `${name}.crt`),
  key: file('pki', `${name}.key`),
});
let broker: KafkaServer;
let redis: RedisServer;
let ca: string;
let strangersCa: string;
const login = { mechanism: 'plain', username: 'adapter-bakong', password: 'of-bakong' } as const;

beforeAll(async () => {
  await makeSandboxCertificates(file('pki'), ['kafka', 'redis']);
  await makeSandboxCertificates(file('other'), ['kafka']);
  ca = readFileSync(file('pki', 'ca.crt'), 'utf8');
  strangersCa = readFileSync(file('other', 'ca.crt'), 'utf8');
  const libs = await ensureKafka();
  await ensureRedis();
  const access = { users: { 'adapter-bakong': 'of-bakong' }, tls: tlsOf('kafka') };
  const [port, controllerPort] = [await freePort(), await freePort()];
  broker = await startKafka({ dataFolder: file('kafka'), port, controllerPort, libs, heapMb: 256, access });
  redis = await startRedis({
    port: await freePort(),
    dataFolder: file('redis'),
    access: { password: 'of-redis', tls: tlsOf('redis') },
  });
}, 180_000);
afterAll(async () => {
  await redis.stop();
  await broker.stop();
  rmSync(folder, { recursive: true, force: true });
}, 60_000);

describe('Kafka with TLS and SASL', () => {
  it('carries records of who may', async () => {
    const client = { brokers: broker.brokers, clientId: 'test', access: { tls: { ca }, login } };
    await ensureTopics({ ...client, topics: ['tonle.tls.v1'], partitions: 1 });
    const transport = new KafkaTransport({ ...client, keys: keysOf('test') });
    const seen: string[] = [];
    await transport.subscribe(
      'tonle.tls.v1',
      (records) => Promise.resolve(void seen.push(...records.map(({ messageId }) => messageId))),
      { group: 'g' },
    );
    await transport.publish([
      { topic: 'tonle.tls.v1', key: 'k', type: 'test.made', messageId: 'm1', body: '{}' },
    ]);
    await until('the record', () => seen.length === 1, WAIT_MS);
    await transport.close();
  }, 120_000);

  it.each<[string, () => KafkaAccess]>([
    ['without TLS', () => ({ login })],
    ['without a login', () => ({ tls: { ca } })],
    ['with a wrong password', () => ({ tls: { ca }, login: { ...login, password: 'of-redis' } })],
    ['and is left by who does not know its authority', () => ({ tls: { ca: strangersCa }, login })],
  ])(
    'takes nobody %s',
    async (_how, access) => {
      // Not our client: that one would go on trying.
      const { tls: ssl, login: sasl } = access();
      const kafka = new Kafka({
        brokers: broker.brokers.split(','),
        retry: { retries: 0 },
        logLevel: logLevel.NOTHING,
        ...(ssl && { ssl: { ...ssl } }),
        ...(sasl && { sasl: { ...sasl } as SASLOptions }),
      });
      const admin = kafka.admin();
      await expect(admin.connect().then(() => admin.listTopics())).rejects.toThrow();
      await admin.disconnect();
    },
    60_000,
  );
});

describe('Redis with TLS and a password', () => {
  it('serves who may, and nobody without the password, without TLS, or who does not know its authority', async () => {
    const state = new RedisState(redis.url, undefined, ca);
    await until('an answer', async () => {
      await state.set('a', '1', 10_000);
      return (await state.get('a')) === '1';
    });
    const url = new URL(redis.url);
    url.password = '';
    const others = [
      new RedisState(url.href, undefined, ca),
      new RedisState(redis.url.replace('rediss:', 'redis:')),
      new RedisState(redis.url, undefined, strangersCa),
      new RedisState(redis.url),
    ];
    // As long as the one that may takes to be served again, anew.
    const again = new RedisState(redis.url, undefined, ca);
    await until('an answer', async () => (await again.get('a')) === '1');
    for (const other of others) expect(await other.get('a')).toBeUndefined();
    for (const each of [state, again, ...others]) await each.close();
  }, 60_000);
});
