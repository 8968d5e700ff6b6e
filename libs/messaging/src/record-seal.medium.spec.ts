import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createTestTelemetry } from '@tonle/telemetry';
import { ensureKafka, startKafka, type KafkaServer } from '@tonle/tool-servers';
import { freePort } from '../../../tests/world/free-port.js';
import { until } from '../../../tests/world/until.js';
import { BareClient, type BareMessage } from './kafka.testing.js';
import { ensureTopics } from './kafka-topics.js';
import { KafkaTransport } from './kafka-transport.js';
import { ServiceKeys } from './service-keys.js';
import { keysOf, TEST_KEYS } from './service-keys.testing.js';

// Real: Apache Kafka, and a client that has no key of any service, as an attacker who reached the broker would have.

const WAIT_MS = 60_000;
const folder = mkdtempSync(join(tmpdir(), 'tonle-seal-'));
let broker: KafkaServer;
let stranger: BareClient;
let topic: string;
let topicNumber = 0;
/** What the handler of adapter-bakong was given. */
let handled: string[];
let letters: readonly BareMessage[];
let close: () => Promise<void>;
const telemetry = createTestTelemetry('adapter-bakong');

const open = (service: string, keys = keysOf(service)) =>
  new KafkaTransport({ brokers: broker.brokers, clientId: service, keys, telemetry });
const command = (messageId: string) => ({
  topic,
  key: 'payment',
  type: 'leg.command',
  messageId,
  body: '{"pay":"50"}',
});
/** Publishes what comes next, by which it is known that all before was read. */
async function ends(...before: readonly string[]): Promise<void> {
  const routing = open('routing');
  await routing.publish([command('last')]);
  await until('the last record', () => handled.includes('last'), WAIT_MS);
  expect(handled).toEqual([...before, 'last']);
  await routing.close();
}

beforeAll(async () => {
  const libs = await ensureKafka();
  const [port, controllerPort] = [await freePort(), await freePort()];
  broker = await startKafka({ dataFolder: folder, port, controllerPort, libs, heapMb: 256 });
  stranger = new BareClient(broker.brokers);
}, 180_000);
afterAll(async () => {
  await stranger.close();
  await broker.stop();
  rmSync(folder, { recursive: true, force: true });
}, 60_000);
beforeEach(async () => {
  topic = `tonle.seal${(topicNumber += 1)}.v1`;
  await ensureTopics({ brokers: broker.brokers, clientId: 'test', topics: [topic], partitions: 1 });
  handled = [];
  const adapter = open('adapter-bakong');
  await adapter.subscribe(
    topic,
    (records) => Promise.resolve(void handled.push(...records.map(({ messageId }) => messageId))),
    { group: 'adapter-bakong' },
  );
  letters = await stranger.read(`${topic}.dlq`);
  close = () => adapter.close();
}, 60_000);

describe('a record that its producer has not sent', () => {
  it.each(['leg.command', 'directory.entry'])(
    'over a bare client, a forged %s, is not read: it goes to the dead letters, with an alarm',
    async (type) => {
      const headers = { ce_id: 'forged', ce_type: type, tonle_producer: 'routing', tonle_seal: 'a:AAAA' };
      const { tonle_seal: _seal, ...bare } = headers;
      await stranger.write(topic, [
        { key: 'payment', body: '{"pay":"50"}', headers: bare },
        { key: 'payment', body: '{"pay":"50"}', headers },
      ]);
      await ends();
      await until('the dead letters', () => letters.length === 2, WAIT_MS);
      expect(letters.map(({ headers: told }) => told['dlq_cause']).sort()).toEqual([
        'RecordForged: the record has no seal',
        'RecordForged: the seal is not that of the producer for this record',
      ]);
      const { values } = await telemetry.counter('tonle_records_forged_total', '', ['topic']).get();
      expect(values).toContainEqual(expect.objectContaining({ labels: { topic }, value: 2 }));
      await close();
    },
    120_000,
  );

  it('made of a true one, is not read: another body, key, type, message id or topic', async () => {
    const routing = open('routing');
    const elsewhere = `tonle.seal${(topicNumber += 1)}.v1`;
    await ensureTopics({ brokers: broker.brokers, clientId: 'test', topics: [elsewhere], partitions: 1 });
    await routing.publish([command('m1'), { ...command('m2'), topic: elsewhere }]);
    await routing.close();
    const [seen, moved] = [await stranger.read(topic), await stranger.read(elsewhere)];
    await until('what routing sent', () => seen.length === 1 && moved.length === 1, WAIT_MS);
    const [one, other] = [seen[0]!, moved[0]!];
    const forgeries = [
      { ...one, body: '{"pay":"5000"}' },
      { ...one, key: 'another payment' },
      { ...one, headers: { ...one.headers, ce_type: 'leg.result' } },
      { ...one, headers: { ...one.headers, ce_id: 'm9' } },
      { ...one, headers: { ...one.headers, tonle_producer: 'gateway' } },
      other,
    ];
    await stranger.write(topic, forgeries);
    await ends('m1');
    await until('the dead letters', () => letters.length === forgeries.length, WAIT_MS);
    await close();
  }, 120_000);

  it('of a service that may not say such things, is not read', async () => {
    const gateway = open('gateway');
    await gateway.publish([command('m1')]);
    await gateway.close();
    await ends();
    await until('the dead letter', () => letters.length === 1, WAIT_MS);
    expect(letters[0]!.headers['dlq_cause']).toBe('RecordForged: gateway does not send leg.command');
    await close();
  }, 120_000);

  it('is told from one that was sealed with a key that is about to go, or has just come', async () => {
    const next = { id: 'b', secret: 'be'.repeat(32) };
    const rotated = new ServiceKeys('routing', { ...TEST_KEYS, routing: [next, ...TEST_KEYS['routing']!] });
    const rotating = open('routing', rotated);
    await rotating.publish([command('too early')]);
    await close();
    const reader = open(
      'adapter-bakong',
      new ServiceKeys('adapter-bakong', { ...TEST_KEYS, routing: [...TEST_KEYS['routing']!, next] }),
    );
    await reader.subscribe(
      topic,
      (records) => Promise.resolve(void handled.push(...records.map(({ messageId }) => messageId))),
      { group: 'adapter-bakong' },
    );
    await rotating.publish([command('by the next key')]);
    await rotating.close();
    await until('the record', () => handled.includes('by the next key'), WAIT_MS);
    await ends(...handled);
    await reader.close();
  }, 120_000);
});
