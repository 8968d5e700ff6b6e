import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  ensureTopics,
  InProcessTransport,
  KafkaTransport,
  TOPICS,
  type EventTransport,
  type OutboundRecord,
} from '@tonle/messaging';
import { ensureKafka, startKafka, type KafkaServer } from '@tonle/tool-servers';
import { keysOf } from '../../libs/messaging/src/service-keys.testing.js';
import {
  makeSubmit,
  openWorld,
  resultOf,
  resultRecord,
  submitRecord,
  type World,
} from '../../services/routing/src/payment/payment.testing.js';
import { freePort } from '../world/free-port.js';
import { until } from '../world/until.js';

// I21. Real: routing with PostgreSQL, Apache Kafka and the in-process transport. The topic of routing is read once more from its
// first record, by another group as by another instance: balances, states and what goes out stay what they were.

const WAIT_MS = 25_000;

interface Way {
  readonly name: string;
  /** A transport of one service. */
  open(service: 'routing' | 'gateway' | 'adapter-bakong'): EventTransport;
  prepare(): Promise<void>;
  /** Gives all that the topic has had to another group. */
  again(reader: EventTransport, had: readonly OutboundRecord[], handle: Handle): Promise<void>;
}
type Handle = Parameters<EventTransport['subscribe']>[1];

let broker: KafkaServer;
const folder = mkdtempSync(join(tmpdir(), 'tonle-replay-'));
const memory = new InProcessTransport();

const WAYS: readonly Way[] = [
  {
    name: 'in process',
    open: () => memory,
    prepare: () => Promise.resolve(),
    // It keeps nothing: who was away is told again by who has it.
    again: (reader, had) => reader.publish(had),
  },
  {
    name: 'Kafka',
    open: (service) =>
      new KafkaTransport({ brokers: broker.brokers, clientId: service, keys: keysOf(service) }),
    prepare: () =>
      ensureTopics({ brokers: broker.brokers, clientId: 'test', topics: [TOPICS.routing], partitions: 2 }),
    again: async (reader, _had, handle) => {
      await reader.subscribe(TOPICS.routing, handle, { group: 'routing-again' });
    },
  },
];

beforeAll(async () => {
  const libs = await ensureKafka();
  const [port, controllerPort] = [await freePort(), await freePort()];
  broker = await startKafka({ dataFolder: folder, port, controllerPort, libs, heapMb: 256 });
}, 180_000);
afterAll(async () => {
  await broker.stop();
  rmSync(folder, { recursive: true, force: true });
}, 60_000);

/** Everything that routing stores of money and payments, as text. */
async function stored(world: World): Promise<Record<string, unknown>> {
  const tables = [
    'account',
    'transfer',
    'payment',
    'payment_break',
    'limit_counter',
    'refund_counter',
    'screening_hold',
  ];
  const rows = tables.map(async (table) => [
    table,
    (await world.test.database.query(`SELECT t::text AS row FROM ${table} AS t ORDER BY 1`)).map(
      ({ row }) => row,
    ),
  ]);
  return Object.fromEntries(await Promise.all(rows)) as Record<string, unknown>;
}

describe.each(WAYS)('the topic of routing $name', (way) => {
  let world: World;
  const transports: EventTransport[] = [];
  const opened = (service: Parameters<Way['open']>[0]) => {
    const transport = way.open(service);
    transports.push(transport);
    return transport;
  };
  beforeEach(async () => {
    await way.prepare();
    world = await openWorld(`replay_${way.name.replace(' ', '_')}`);
  });
  afterEach(async () => {
    for (const transport of new Set(transports.splice(0))) await transport.close();
    await world.close();
  }, 30_000);

  it('read once more from its first record changes no balance and no state, and nothing new goes out', async () => {
    const [done, undone, open, refused] = [
      makeSubmit(world),
      makeSubmit(world),
      makeSubmit(world),
      makeSubmit(world),
    ];
    const another = makeSubmit(world, { quote: null, submit: { quoteId: done.quoteId } });
    const result = (submit: typeof done, ...of: ['debit' | 'credit' | 'reversal', 'accepted' | 'rejected']) =>
      resultOf(world, submit.paymentId, ...of);
    const rounds = [
      [done, undone, open, refused].map(submitRecord),
      // Payments have an order each: alone, or it might have the quote first.
      [another].map(submitRecord),
      [
        result(done, 'debit', 'accepted'),
        result(undone, 'debit', 'accepted'),
        result(refused, 'debit', 'rejected'),
      ].map(resultRecord),
      [result(done, 'credit', 'accepted'), result(undone, 'credit', 'rejected')].map(resultRecord),
      [result(undone, 'reversal', 'accepted'), result(done, 'credit', 'rejected')].map(resultRecord),
    ];
    let handled = 0;
    const handle: Handle = async (records) => {
      await world.routing.handler.handle(records);
      handled += records.length;
    };
    const reader = opened('routing');
    await reader.subscribe(TOPICS.routing, handle, { group: 'routing' });
    const senders = { 'payment.submit': opened('gateway'), 'leg.result': opened('adapter-bakong') };
    let sent = 0;
    for (const round of rounds) {
      await senders[round[0]!.type as keyof typeof senders].publish(round);
      sent += round.length;
      await until('routing to have handled it', () => handled >= sent, WAIT_MS);
    }
    await world.routing.commit.lane.published();
    const before = await stored(world);
    const told = world.published.map(({ messageId, body }) => `${messageId} ${body}`);
    expect((before['payment_break'] as unknown[]).length).toBe(1);

    handled = 0;
    await way.again(reader, rounds.flat(), handle);
    await until('routing to have read it again', () => handled >= sent, WAIT_MS);
    await world.routing.commit.lane.published();
    expect(await stored(world)).toEqual(before);
    // What is published again is what was published.
    expect(new Set(world.published.map(({ messageId, body }) => `${messageId} ${body}`))).toEqual(
      new Set(told),
    );
  }, 60_000);
});
