import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { DatabaseUnavailable } from '@tonle/persistence';
import { ensureKafka, startKafka, type KafkaServer } from '@tonle/tool-servers';
import { TryLater } from './delivery.js';
import { InProcessTransport } from './in-process-transport.js';
import { ensureTopics } from './kafka-topics.js';
import { KafkaTransport } from './kafka-transport.js';
import type { EventTransport, InboundRecord, OutboundRecord } from './transport.js';

// Real: Apache Kafka (fetched once by tools/servers) and the in-process transport; both must keep one contract.

interface Way {
  readonly name: string;
  /** A transport as another process would open it. */
  open(): EventTransport;
  topic(): Promise<string>;
  deadLetters(
    transport: EventTransport,
    topic: string,
  ): Promise<readonly { record: InboundRecord; cause: string }[]>;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
}

let topicNumber = 0;
const inProcess: Way = {
  name: 'in process',
  open: () => new InProcessTransport(),
  topic: () => Promise.resolve(`t${(topicNumber += 1)}`),
  deadLetters: (transport) => Promise.resolve((transport as InProcessTransport).deadLetters()),
};

let broker: KafkaServer;
let startBroker: () => Promise<KafkaServer>;
const folder = mkdtempSync(join(tmpdir(), 'tonle-kafka-'));
const kafka: Way = {
  name: 'Kafka',
  open: () => new KafkaTransport({ brokers: broker.brokers, clientId: 'test' }),
  topic: async () => {
    const topic = `tonle.t${(topicNumber += 1)}.v1`;
    await ensureTopics({ brokers: broker.brokers, clientId: 'test', topics: [topic], partitions: 2 });
    return topic;
  },
  deadLetters: async (_transport, topic) => {
    const reader = kafka.open();
    const found: { record: InboundRecord; cause: string }[] = [];
    await reader.subscribe(
      `${topic}.dlq`,
      (records) => {
        for (const record of records) found.push({ record, cause: record.headers['dlq_cause'] ?? '' });
        return Promise.resolve();
      },
      { group: 'undertaker' },
    );
    await until(() => found.length > 0);
    await reader.close();
    return found;
  },
};

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((done) => setTimeout(done, 5));
}

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

describe.each([inProcess, kafka])('events $name', (way) => {
  let topic: string;
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
    transport = way.open();
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
    await until(() => seen.a.length >= 100 && seen.b.length >= 100);
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
  }, 30_000);

  it('merges what waits into batches no larger than asked', async () => {
    const sizes: number[] = [];
    await transport.subscribe(
      topic,
      async (records) => {
        sizes.push(records.length);
        await new Promise((done) => setTimeout(done, 20));
      },
      { group: 'a', batchMax: 40 },
    );
    await Promise.all(many(200).map((one) => transport.publish([one])));
    await until(() => sizes.reduce((sum, size) => sum + size, 0) >= 200);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(40);
    expect(sizes.length).toBeLessThan(40);
  }, 30_000);

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
    await until(() => seen.size === 500);
    expect(seen.size).toBe(500);
  }, 30_000);

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
    await until(() => done.length >= 10);
    expect(new Set(done)).toEqual(new Set(many(10).map((one) => one.messageId)));
  }, 30_000);

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
    await until(() => done.size === 49);
    const letters = await way.deadLetters(transport, topic);
    expect(letters).toHaveLength(1);
    expect(letters[0]).toMatchObject({
      record: { messageId: 'm13', body: '{"n":13}', type: 'test.made' },
      cause: 'Error: cannot read 13',
    });
  }, 30_000);

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
      await until(() => done.length >= 3);
      expect(done).toHaveLength(3);
    },
    30_000,
  );

  it('waits for the batch in hand when it closes', async () => {
    let finished = false;
    const started = new Promise<void>((go) => {
      void transport
        .subscribe(
          topic,
          async () => {
            go();
            await new Promise((done) => setTimeout(done, 50));
            finished = true;
          },
          { group: 'a' },
        )
        .then((subscription) => {
          void transport.publish([record(1)]).catch(() => undefined);
          void started.then(() => subscription.close()).then(() => closed());
        });
    });
    let closed: () => void = () => undefined;
    await new Promise<void>((done) => {
      closed = done;
    });
    expect(finished).toBe(true);
  }, 30_000);

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
      await until(() => first.size > 0);
      // In process the writer's lane publishes again what was not handled; a broker keeps it.
      if (how === 'closes') await subscription.close();
      const seen = new Set<string>();
      if (way === kafka) {
        const again = (records: readonly InboundRecord[]) => {
          for (const one of records) seen.add(one.messageId);
          return Promise.resolve();
        };
        await transport.subscribe(topic, again, { group: 'a' });
        await until(() => seen.size === 10);
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
    60_000,
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
    await until(() => seen[0]?.length === 2);
    await first.close();
    await subscribe(1);
    await transport.publish([record(7)]);
    await until(() => seen[1]?.length === 1);
    expect(seen[1]).toEqual(['m7']);
  }, 40_000);
});

describe('a consumer that was killed', () => {
  // A member of the group as kill -9 leaves it: the broker waits for it, if nobody tells better.
  const member = (brokers: string, topic: string) => `
    import { Kafka } from 'kafkajs';
    const consumer = new Kafka({ brokers: ['${brokers}'], clientId: 'routing-a', logLevel: 0 }).consumer({ groupId: 'g.${topic}', sessionTimeout: 30000 });
    consumer.on('consumer.group_join', () => console.log('joined'));
    await consumer.connect();
    await consumer.subscribe({ topics: ['${topic}'] });
    await consumer.run({ eachMessage: async () => {} });`;

  it('is succeeded at once by the process that bears its name', async () => {
    const topic = await kafka.topic();
    const child = spawn(process.execPath, ['--input-type=module', '-e', member(broker.brokers, topic)], {
      cwd: import.meta.dirname,
    });
    await new Promise((done) => child.stdout.once('data', done));
    child.kill('SIGKILL');
    const successor = new KafkaTransport({ brokers: broker.brokers, clientId: 'routing-a' });
    const seen: string[] = [];
    const startedAt = performance.now();
    await successor.subscribe(
      topic,
      (records) => {
        seen.push(...records.map((one) => one.messageId));
        return Promise.resolve();
      },
      { group: 'g' },
    );
    await successor.publish([{ topic, key: 'k', type: 't', messageId: 'm', body: '{}' }]);
    await until(() => seen.length > 0);
    expect(performance.now() - startedAt).toBeLessThan(8_000);
    await successor.close();
  }, 60_000);
});

describe('a broker that is killed', () => {
  it('loses nothing that was acknowledged, and what waits goes out when it is back', async () => {
    const topic = await kafka.topic();
    const transport = kafka.open();
    const seen = new Set<string>();
    await transport.subscribe(
      topic,
      (records) => {
        for (const one of records) seen.add(one.messageId);
        return Promise.resolve();
      },
      { group: 'g' },
    );
    const publications: Promise<void>[] = [];
    const publish = (n: number) =>
      publications.push(
        transport.publish([{ topic, key: `k${n % 3}`, type: 't', messageId: `m${n}`, body: '{}' }]),
      );
    for (let n = 0; n < 50; n += 1) publish(n);
    await until(() => seen.size === 50);
    for (let n = 50; n < 100; n += 1) publish(n);
    process.kill(broker.pid, 'SIGKILL');
    await broker.stop();
    for (let n = 100; n < 150; n += 1) publish(n);
    broker = await startBroker();
    await Promise.all(publications);
    await until(() => seen.size === 150);
    await transport.close();
  }, 180_000);
});
