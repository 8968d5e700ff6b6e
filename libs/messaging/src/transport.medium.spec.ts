import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { DatabaseUnavailable } from '@tonle/persistence';
import { createTestTelemetry, type Telemetry } from '@tonle/telemetry';
import { ensureKafka, startKafka, type KafkaServer } from '@tonle/tool-servers';
import { freePort } from '../../../tests/world/free-port.js';
import { until } from '../../../tests/world/until.js';
import { TryLater } from './delivery.js';
import { InProcessTransport } from './in-process-transport.js';
import { BareClient } from './kafka.testing.js';
import { ensureTopics } from './kafka-topics.js';
import { keysOf } from './service-keys.testing.js';
import { KafkaTransport } from './kafka-transport.js';
import { RECORD_BYTES_MAX, Unsendable } from './transport.js';
import type { EventTransport, InboundRecord, OutboundRecord } from './transport.js';

// Real: Apache Kafka (fetched once by tools/servers) and the in-process transport; both must keep one contract.

interface Way {
  readonly name: string;
  /** A transport as another process would open it. */
  open(telemetry?: Telemetry): EventTransport;
  topic(): Promise<string>;
  deadLetters(
    transport: EventTransport,
    topic: string,
  ): Promise<readonly { record: Partial<InboundRecord>; cause: string }[]>;
}

const WAIT_MS = 50_000;
let topicNumber = 0;
const inProcess: Way = {
  name: 'in process',
  open: (telemetry) => new InProcessTransport({ telemetry }),
  topic: () => Promise.resolve(`t${(topicNumber += 1)}`),
  deadLetters: (transport) => Promise.resolve((transport as InProcessTransport).deadLetters()),
};

let broker: KafkaServer;
const folder = mkdtempSync(join(tmpdir(), 'tonle-kafka-'));
const kafka: Way = {
  name: 'Kafka',
  open: (telemetry) =>
    new KafkaTransport({ brokers: broker.brokers, clientId: 'test', keys: keysOf('test'), telemetry }),
  topic: async () => {
    const topic = `tonle.t${(topicNumber += 1)}.v1`;
    await ensureTopics({ brokers: broker.brokers, clientId: 'test', topics: [topic], partitions: 2 });
    return topic;
  },
  deadLetters: async (_transport, topic) => {
    const undertaker = new BareClient(broker.brokers);
    const letters = await undertaker.read(`${topic}.dlq`);
    await until('dead letters', () => letters.length > 0, WAIT_MS);
    await undertaker.close();
    return letters.map(({ body, headers }) => ({
      record: { messageId: headers['ce_id'], type: headers['ce_type'], body },
      cause: headers['dlq_cause'] ?? '',
    }));
  },
};

beforeAll(async () => {
  const libs = await ensureKafka();
  const [port, controllerPort] = [await freePort(), await freePort()];
  broker = await startKafka({ dataFolder: folder, port, controllerPort, libs, heapMb: 256 });
}, 180_000);
afterAll(async () => {
  await broker.stop();
  rmSync(folder, { recursive: true, force: true });
}, 60_000);

describe.each([inProcess, kafka])('events $name', (way) => {
  let topic: string;
  let telemetry: Telemetry;
  let transport: EventTransport;
  const record = (n: number, key = `k${n % 5}`): OutboundRecord => ({
    topic,
    key,
    type: 'test.made',
    messageId: `m${n}`,
    body: `{"n":${n}}`,
    traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-00`,
  });
  const many = (count: number) => Array.from({ length: count }, (_, n) => record(n));

  beforeEach(async () => {
    topic = await way.topic();
    telemetry = createTestTelemetry('transport');
    transport = way.open(telemetry);
  });
  afterEach(() => transport.close(), 20_000);

  it('gives every group every record, with its headers, in the order of its key', async () => {
    const seen = { a: [] as InboundRecord[], b: [] as InboundRecord[] };
    for (const group of ['a', 'b'] as const) {
      await transport.subscribe(
        topic,
        (records) => {
          seen[group].push(...records);
          return Promise.resolve();
        },
        { group },
      );
    }
    for (let from = 0; from < 100; from += 10) await transport.publish(many(100).slice(from, from + 10));
    await until('both groups', () => seen.a.length >= 100 && seen.b.length >= 100, WAIT_MS);
    for (const group of [seen.a, seen.b]) {
      expect(new Set(group.map((one) => one.messageId)).size).toBe(100);
      for (const key of ['k0', 'k1', 'k2', 'k3', 'k4']) {
        const numbers = group
          .filter((one) => one.key === key)
          .map((one) => (JSON.parse(one.body) as { n: number }).n);
        expect(numbers).toEqual([...numbers].sort((x, y) => x - y));
      }
    }
    expect(seen.a[0]).toMatchObject({
      topic,
      type: 'test.made',
      traceparent: record(0).traceparent,
      headers: { ce_specversion: '1.0', ce_type: 'test.made', 'content-type': 'application/json' },
    });
  }, 120_000);

  it('merges what waits into batches no larger than asked', async () => {
    const sizes: number[] = [];
    let letGo: () => void = () => undefined;
    const released = new Promise<void>((go) => (letGo = go));
    await transport.subscribe(
      topic,
      async (records) => {
        sizes.push(records.length);
        await released;
      },
      { group: 'a', batchMax: 40 },
    );
    const published = many(200).map((one) => transport.publish([one]));
    // In process a publication ends with its handling; the broker takes it meanwhile.
    if (way === kafka) await Promise.all(published);
    letGo();
    await until('all records', () => sizes.reduce((sum, size) => sum + size, 0) >= 200, WAIT_MS);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(40);
    expect(sizes.length).toBeLessThan(40);
  }, 120_000);

  it('gives back what is larger than any broker takes; all else of the publication is handled', async () => {
    const seen: string[] = [];
    await transport.subscribe(
      topic,
      (records) => Promise.resolve(void seen.push(...records.map(({ messageId }) => messageId))),
      { group: 'a' },
    );
    const large = { ...record(2), body: JSON.stringify('x'.repeat(RECORD_BYTES_MAX)) };
    const refused = await transport.publish([record(1), large, record(3)]).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(Unsendable);
    expect((refused as Unsendable).refused).toMatchObject([{ record: { messageId: 'm2' } }]);
    await until('the others', () => seen.length === 2, WAIT_MS);
    expect([...seen].sort()).toEqual(['m1', 'm3']);
  }, 120_000);

  it('takes what one commit wrote, however large', async () => {
    const seen = new Set<string>();
    await transport.subscribe(
      topic,
      (records) => {
        for (const one of records) seen.add(one.messageId);
        return Promise.resolve();
      },
      { group: 'a' },
    );
    // 1.8 MB in bytes: the broker takes 1 MB in a batch, and riel signs have three bytes each.
    const body = JSON.stringify({ text: '\u17db'.repeat(1_200) });
    await transport.publish(many(500).map((one) => ({ ...one, key: 'k', body })));
    await until('all records', () => seen.size === 500, WAIT_MS);
    expect(seen.size).toBe(500);
  }, 120_000);

  it('gives a batch again after its handler failed, and loses nothing', async () => {
    const done: string[] = [];
    let failures = 2;
    await transport.subscribe(
      topic,
      (records) => {
        failures -= 1;
        if (failures >= 0) return Promise.reject(new Error('not this time'));
        done.push(...records.map((one) => one.messageId));
        return Promise.resolve();
      },
      { group: 'a' },
    );
    await transport.publish(many(10));
    await until('all records', () => done.length >= 10, WAIT_MS);
    expect(new Set(done)).toEqual(new Set(many(10).map((one) => one.messageId)));
  }, 120_000);

  it('finds the one bad record of a batch and puts it alone to the dead letters, its neighbours are handled', async () => {
    const done = new Set<string>();
    await transport.subscribe(
      topic,
      (records) => {
        if (records.some((one) => one.messageId === 'm13'))
          return Promise.reject(new Error('cannot read 13'));
        for (const one of records) done.add(one.messageId);
        return Promise.resolve();
      },
      { group: 'a' },
    );
    await transport.publish(many(50));
    await until('the neighbours', () => done.size === 49, WAIT_MS);
    const letters = await way.deadLetters(transport, topic);
    expect(letters).toHaveLength(1);
    expect(letters[0]).toMatchObject({
      record: { messageId: 'm13', body: '{"n":13}', type: 'test.made' },
      cause: 'Error: cannot read 13',
    });
    const counted = await telemetry.registry.getSingleMetric('tonle_messages_dead_total')!.get();
    expect(counted.values).toMatchObject([{ labels: { topic, type: 'test.made' }, value: 1 }]);
  }, 120_000);

  it.each([
    ['the database is away', () => new DatabaseUnavailable('down', false)],
    ['a handler says later', () => new TryLater('partner sleeps')],
    ['a statement takes too long', () => Object.assign(new Error('canceling statement'), { code: '57014' })],
    ['a row stays locked', () => Object.assign(new Error('lock not available'), { code: '55P03' })],
  ])(
    'waits while %s, and buries nobody',
    async (_why, cause) => {
      let away = 4;
      const done: string[] = [];
      await transport.subscribe(
        topic,
        (records) => {
          away -= 1;
          if (away >= 0) return Promise.reject(cause());
          done.push(...records.map((one) => one.messageId));
          return Promise.resolve();
        },
        { group: 'a' },
      );
      await transport.publish(many(3));
      await until('all records', () => done.length >= 3, WAIT_MS);
      expect(done).toHaveLength(3);
    },
    120_000,
  );

  it('waits for the batch in hand when it closes', async () => {
    const order: string[] = [];
    let letGo: () => void = () => undefined;
    const released = new Promise<void>((go) => (letGo = go));
    const subscription = await transport.subscribe(
      topic,
      async () => {
        order.push('begun');
        await released;
        order.push('handled');
      },
      { group: 'a' },
    );
    void transport.publish([record(1)]).catch(() => undefined);
    await until('the batch in hand', () => order.length === 1, WAIT_MS);
    const closed = subscription.close().then(() => order.push('closed'));
    // Long enough for a close that does not wait: the broker is asked something else meanwhile.
    await way.topic();
    letGo();
    await closed;
    expect(order).toEqual(['begun', 'handled', 'closed']);
  }, 120_000);

  it.each(['closes', 'dies'])(
    'acknowledges nothing before the handler is done: when it %s, all comes again',
    async (how) => {
      const first = new Set<string>();
      let letGo: () => void = () => undefined;
      const released = new Promise<void>((go) => (letGo = go));
      const predecessor = how === 'dies' && way === kafka ? kafka.open() : transport;
      const subscription = await predecessor.subscribe(
        topic,
        async (records) => {
          for (const one of records) first.add(one.messageId);
          if (how === 'dies') await released;
          throw new TryLater('not done');
        },
        { group: 'a' },
      );
      const published = transport.publish(many(10)).catch(() => undefined);
      await until('the first delivery', () => first.size > 0, WAIT_MS);
      // In process the writer's lane publishes again what was not handled; a broker keeps it.
      if (how === 'closes') await subscription.close();
      const seen = new Set<string>();
      if (way === kafka) {
        const again = (records: readonly InboundRecord[]) => {
          for (const one of records) seen.add(one.messageId);
          return Promise.resolve();
        };
        await transport.subscribe(topic, again, { group: 'a' });
        await until('all records again', () => seen.size === 10, WAIT_MS);
        letGo();
        if (how === 'dies') await predecessor.close();
        await published;
      } else {
        let handled = false;
        void published.then(() => (handled = true));
        await new Promise((done) => setImmediate(done));
        expect(handled).toBe(false);
        letGo();
      }
    },
    120_000,
  );

  it('goes on where the group stopped: what was acknowledged does not come again', async () => {
    const seen: string[][] = [[], []];
    const subscribe = (life: number) =>
      transport.subscribe(
        topic,
        (records) => {
          seen[life]?.push(...records.map((one) => one.messageId));
          return Promise.resolve();
        },
        { group: 'a' },
      );
    const first = await subscribe(0);
    await transport.publish(many(2));
    await until('the first life', () => seen[0]?.length === 2, WAIT_MS);
    await first.close();
    await subscribe(1);
    await transport.publish([record(7)]);
    await until('the second life', () => seen[1]?.length === 1, WAIT_MS);
    expect(seen[1]).toEqual(['m7']);
  }, 120_000);
});
