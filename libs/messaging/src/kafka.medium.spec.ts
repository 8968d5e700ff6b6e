import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ensureKafka, startKafka, type KafkaServer } from '@tonle/tool-servers';
import { createTestTelemetry } from '@tonle/telemetry';
import { freePort } from '../../../tests/world/free-port.js';
import { until } from '../../../tests/world/until.js';
import kafkajs from 'kafkajs';
import type { DeadLetter } from './delivery.js';
import { kafkaClient } from './kafka-client.js';
import { KafkaSubscription } from './kafka-subscription.js';
import { BareClient } from './kafka.testing.js';
import { ensureTopics } from './kafka-topics.js';
import { KafkaTransport } from './kafka-transport.js';
import { keysOf } from './service-keys.testing.js';
import { Unsendable, type InboundRecord, type OutboundRecord } from './transport.js';

// Real: Apache Kafka (fetched once by tools/servers), killed and limited as it may be outside.

const KAFKA_WAIT_MS = 60_000;
const folder = mkdtempSync(join(tmpdir(), 'tonle-kafka-'));
let broker: KafkaServer;
let startBroker: () => Promise<KafkaServer>;
let topicNumber = 0;

const open = (clientId = 'test') =>
  new KafkaTransport({ brokers: broker.brokers, clientId, keys: keysOf('test') });
const record = (topic: string, n: number, body = '{}'): OutboundRecord => ({
  topic,
  key: `k${n % 3}`,
  type: 'test.made',
  messageId: `m${n}`,
  body,
});
async function newTopic(): Promise<string> {
  const topic = `tonle.t${(topicNumber += 1)}.v1`;
  await ensureTopics({ brokers: broker.brokers, clientId: 'test', topics: [topic], partitions: 2 });
  return topic;
}
/** Reads a topic from its beginning into a list. */
async function read(transport: KafkaTransport, topic: string, group = 'g'): Promise<InboundRecord[]> {
  const seen: InboundRecord[] = [];
  const take = (records: readonly InboundRecord[]) => Promise.resolve(void seen.push(...records));
  await transport.subscribe(topic, take, { group });
  return seen;
}
const idsOf = (seen: readonly InboundRecord[]) => new Set(seen.map(({ messageId }) => messageId));

beforeAll(async () => {
  const libs = await ensureKafka();
  const [port, controllerPort] = [await freePort(), await freePort()];
  startBroker = () => startKafka({ dataFolder: folder, port, controllerPort, libs, heapMb: 256 });
  broker = await startBroker();
}, 180_000);
afterAll(async () => {
  await broker.stop();
  rmSync(folder, { recursive: true, force: true });
}, 60_000);

describe('a consumer that was killed', () => {
  // A member of the group as kill -9 leaves it: the broker waits for it for ten minutes, if nobody tells better.
  const member = (topic: string) => `
    import { Kafka } from 'kafkajs';
    const consumer = new Kafka({ brokers: ['${broker.brokers}'], clientId: 'routing-a', logLevel: 0 })
      .consumer({ groupId: 'g.${topic}', sessionTimeout: 600000, rebalanceTimeout: 600000 });
    consumer.on('consumer.group_join', () => console.log('joined'));
    await consumer.connect();
    await consumer.subscribe({ topics: ['${topic}'] });
    await consumer.run({ eachMessage: async () => {} });`;

  it('is succeeded at once by the process that bears its name', async () => {
    const topic = await newTopic();
    const child = spawn(process.execPath, ['--input-type=module', '-e', member(topic)], {
      cwd: import.meta.dirname,
    });
    await new Promise((done) => child.stdout.once('data', done));
    child.kill('SIGKILL');
    const successor = open('routing-a');
    const seen = await read(successor, topic);
    await successor.publish([record(topic, 1)]);
    await until('the record of the successor', () => seen.length > 0, KAFKA_WAIT_MS);
    expect(idsOf(seen)).toEqual(new Set(['m1']));
    await successor.close();
  }, 120_000);
});

describe('what the broker does not take', () => {
  it('is given back, and everything else of the publication goes out in its order', async () => {
    const topic = `tonle.t${(topicNumber += 1)}.v1`;
    const admin = kafkaClient({ brokers: broker.brokers, clientId: 'test' }).admin();
    await admin.connect();
    const configEntries = [{ name: 'max.message.bytes', value: '3000' }];
    await admin.createTopics({ topics: [{ topic, numPartitions: 1, configEntries }], waitForLeaders: true });
    await admin.disconnect();
    const transport = open();
    const seen = await read(transport, topic);
    const tooLarge = new Set([3, 20, 21, 39]);
    const records = Array.from({ length: 40 }, (_, n) =>
      record(topic, n, tooLarge.has(n) ? `"${'x'.repeat(5_000)}"` : '{}'),
    );
    const refused = await transport.publish(records).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(Unsendable);
    const { refused: ones } = refused as Unsendable;
    expect(ones.map(({ record: { messageId } }) => messageId)).toEqual(['m3', 'm20', 'm21', 'm39']);
    expect(ones[0]!.cause).toContain('MESSAGE_TOO_LARGE');
    const rest = records.filter((_, n) => !tooLarge.has(n)).map(({ messageId }) => messageId);
    await until('the others', () => idsOf(seen).size === rest.length, KAFKA_WAIT_MS);
    expect([...idsOf(seen)]).toEqual(rest);
    await transport.publish([record(topic, 99)]);
    await until('what comes later', () => idsOf(seen).has('m99'), KAFKA_WAIT_MS);
    await transport.close();
  }, 120_000);

  it('of a dead letter is cut, and kept with what it was', async () => {
    const topic = await newTopic();
    const [stranger, transport] = [new BareClient(broker.brokers), open()];
    // Records of somebody else, as large as the broker takes them: with their cause they are more.
    const large = 'x'.repeat(1_048_000);
    await stranger.write(topic, [{ key: 'k', body: large, headers: {} }]);
    await stranger.write(topic, [
      { key: 'k', body: '{}', headers: { ce_type: `${large}${'x'.repeat(400)}` } },
    ]);
    const seen = await read(transport, topic);
    await transport.publish([record(topic, 1)]);
    await until('what came behind', () => seen.length === 1, KAFKA_WAIT_MS);
    const letters = await stranger.read(`${topic}.dlq`);
    await until('the letters', () => letters.length === 2, KAFKA_WAIT_MS);
    expect(
      letters.map(({ body, headers: { ce_type: type, dlq_cause: cause, dlq_cut: cut } }) => ({
        lengths: [body.length, type?.length],
        cause,
        cut: cut !== undefined,
      })),
    ).toEqual([
      { lengths: [10_000, 0], cause: 'RecordForged: the record has no seal', cut: true },
      { lengths: [2, 200], cause: 'RecordForged: the record has no seal', cut: true },
    ]);
    await Promise.all([transport.close(), stranger.close()]);
  }, 120_000);
});

describe('a broker that is killed', () => {
  it('loses nothing that was acknowledged, and what waits goes out when it is back', async () => {
    const topic = await newTopic();
    const transport = open();
    const seen = await read(transport, topic);
    const publications: Promise<void>[] = [];
    const publish = (n: number) => publications.push(transport.publish([record(topic, n)]));
    for (let n = 0; n < 50; n += 1) publish(n);
    await until('the first records', () => idsOf(seen).size === 50, KAFKA_WAIT_MS);
    for (let n = 50; n < 100; n += 1) publish(n);
    process.kill(broker.pid, 'SIGKILL');
    await broker.stop();
    for (let n = 100; n < 150; n += 1) publish(n);
    broker = await startBroker();
    await Promise.all(publications);
    await until('all records', () => idsOf(seen).size === 150, KAFKA_WAIT_MS);
    expect(idsOf(seen)).toEqual(new Set(Array.from({ length: 150 }, (_, n) => `m${n}`)));
    await transport.close();
  }, 180_000);
});

describe('topics that are there', () => {
  it('get the configuration that they are to have, and keep what an operator has set of them', async () => {
    const topic = `tonle.t${(topicNumber += 1)}.v1`;
    const admin = kafkaClient({ brokers: broker.brokers, clientId: 'earlier' }).admin();
    await admin.connect();
    try {
      // As an earlier version made it, with a setting of an operator's own.
      const configEntries = [
        { name: 'retention.ms', value: '1209600000' },
        { name: 'segment.ms', value: '3600000' },
      ];
      await admin.createTopics({ topics: [{ topic: `${topic}.dlq`, numPartitions: 1, configEntries }] });
      const ensure = () =>
        ensureTopics({ brokers: broker.brokers, clientId: 'test', topics: [topic], partitions: 2 });
      await ensure();
      await ensure();
      // A broker tells of a change a moment after it took it.
      const set = await until(
        'the change',
        async () => {
          const { resources } = await admin.describeConfigs({
            includeSynonyms: false,
            resources: [{ type: kafkajs.ConfigResourceTypes.TOPIC, name: `${topic}.dlq` }],
          });
          const told = new Map(
            resources[0]!.configEntries.map((each) => [each.configName, each.configValue]),
          );
          return told.get('retention.ms') === '-1' && told;
        },
        KAFKA_WAIT_MS,
      );
      expect(set.get('segment.ms')).toBe('3600000');
    } finally {
      await admin.disconnect();
    }
  }, 120_000);
});

describe('a dead letter', () => {
  it('stands in its topic and is kept where people decide about it, but not when it is forged', async () => {
    const kept: DeadLetter[] = [];
    const telemetry = createTestTelemetry('keeper');
    const transport = new KafkaTransport({
      brokers: broker.brokers,
      clientId: 'keeper',
      keys: keysOf('test'),
      telemetry,
      keep: (letter) => Promise.resolve(void kept.push(letter)),
    });
    const topic = await newTopic();
    const bare = new BareClient(broker.brokers);
    try {
      const fail = () => Promise.reject(new Error('never'));
      await transport.subscribe(topic, fail, { group: 'g' });
      // An alert on its rise needs the 0 before.
      expect(await telemetry.registry.metrics()).toContain(`tonle_records_forged_total{topic="${topic}"`);
      await bare.write(topic, [{ key: 'k', body: '{}', headers: { ce_id: 'forged', ce_type: 'x' } }]);
      await transport.publish([record(topic, 1)]);
      const buried = await bare.read(`${topic}.dlq`);
      await until('both in the topic', () => buried.length === 2, KAFKA_WAIT_MS);
      await until('one kept', () => kept.length > 0, KAFKA_WAIT_MS);
      expect(kept).toMatchObject([
        { group: 'g', cause: 'Error: never', record: { messageId: 'm1', position: `${topic}/1/0` } },
      ]);
    } finally {
      await bare.close();
      await transport.close();
      await telemetry.close();
    }
  }, 180_000);

  it('of a forged record may be on its way while the subscription closes, which waits for it and ends', async () => {
    const topic = await newTopic();
    let letGo = (): void => undefined;
    const held = new Promise<void>((done) => (letGo = done));
    const buried: string[] = [];
    const subscription = new KafkaSubscription({
      kafka: kafkaClient({ brokers: broker.brokers, clientId: 'closing' }),
      clientId: 'closing',
      topic,
      group: `g.${topic}`,
      handler: () => Promise.resolve(),
      forgeryOf: () => new Error('forged'),
      bury: ({ record: letter }) => {
        buried.push(letter.messageId);
        return held;
      },
      sessionTimeoutMs: 10_000,
    });
    await subscription.start();
    const transport = open();
    await transport.publish([record(topic, 1)]);
    await until('the dead letter on its way', () => buried.length > 0, KAFKA_WAIT_MS);
    const closed = subscription.close();
    await new Promise((turn) => setImmediate(turn));
    letGo();
    await closed;
    await transport.close();
    expect(buried).toEqual(['m1']);
  }, 120_000);
});
