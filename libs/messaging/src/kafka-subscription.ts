import type { Consumer, EachBatchPayload, IHeaders, Kafka, KafkaMessage } from 'kafkajs';
import type { Telemetry } from '@tonle/telemetry';
import { Delivery, DeliveryStopped } from './delivery.js';
import type { DeadLetter } from './delivery.js';
import { ArrivalRate, restMs } from './gatherer.js';
import { KAFKA_RETRY } from './kafka-client.js';
import { dismissPredecessors } from './kafka-predecessor.js';
import type { BatchHandler, InboundRecord, Subscription } from './transport.js';

const BATCH_MAX = 500;
const LINGER_MS = 15;
const PARTITIONS_AT_ONCE = 32;
const FETCH_WAIT_MS = 1_000;
const COMMIT_EVERY_MS = 500;
const RESTART_MS = 500;

export interface KafkaSubscriptionOptions {
  readonly kafka: Kafka;
  readonly clientId: string;
  readonly topic: string;
  readonly group: string;
  readonly handler: BatchHandler;
  /** Why a record is not to be believed; undefined when it is. */
  readonly forgeryOf: (record: InboundRecord) => Error | undefined;
  readonly bury: (letter: DeadLetter) => Promise<void>;
  readonly batchMax?: number;
  readonly unhurried?: boolean;
  readonly sessionTimeoutMs: number;
  readonly telemetry?: Telemetry;
}

interface Fetched {
  readonly payload: EachBatchPayload;
  readonly records: readonly InboundRecord[];
  readonly done: () => void;
  readonly failed: (error: unknown) => void;
}

/**
 * One topic for one group: what waits on all partitions goes to the handler as one batch, and offsets are
 * committed after it has resolved, at most twice a second: what comes again after a crash is known to its
 * receivers.
 */
export class KafkaSubscription implements Subscription {
  private readonly options: KafkaSubscriptionOptions;
  private readonly delivery: Delivery;
  private readonly forged;
  private readonly rate: ArrivalRate;
  private readonly offsets = new Map<number, bigint>();
  private consumer: Consumer | undefined;
  private fetched: Fetched[] = [];
  private inHand: EachBatchPayload | undefined;
  private handling: Promise<void> | undefined;
  private closing = false;
  private committedAt = 0;
  private commitTimer: NodeJS.Timeout | undefined;
  private restartTimer: NodeJS.Timeout | undefined;

  constructor(options: KafkaSubscriptionOptions) {
    this.options = options;
    this.rate = ArrivalRate.ofRecords(LINGER_MS, options.unhurried);
    this.forged = options.telemetry?.counter(
      'tonle_records_forged_total',
      'Records that their producer has not sent so',
      ['topic'],
      [{ topic: options.topic }],
    );
    this.delivery = new Delivery({
      group: options.group,
      topic: options.topic,
      handler: options.handler,
      bury: options.bury,
      stopping: () => this.closing,
      telemetry: options.telemetry,
      alive: () => this.heartbeat(),
    });
  }

  /** Resolves when the group has been joined for the first time. */
  async start(): Promise<void> {
    await dismissPredecessors(this.options.kafka, this.options.clientId, this.options.group);
    const consumer = this.options.kafka.consumer({
      groupId: this.options.group,
      sessionTimeout: this.options.sessionTimeoutMs,
      heartbeatInterval: Math.floor(this.options.sessionTimeoutMs / 5),
      rebalanceTimeout: Math.max(10_000, this.options.sessionTimeoutMs),
      maxWaitTimeInMs: FETCH_WAIT_MS,
      minBytes: 1,
      retry: { ...KAFKA_RETRY, restartOnFailure: () => Promise.resolve(!this.closing) },
      allowAutoTopicCreation: false,
    });
    this.consumer = consumer;
    consumer.on(consumer.events.CRASH, ({ payload }) => {
      if (!payload.restart && !this.closing) this.startAgain(payload.error);
    });
    const joined = new Promise<void>((done) => consumer.on(consumer.events.GROUP_JOIN, () => done()));
    await consumer.connect();
    await consumer.subscribe({ topics: [this.options.topic], fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: PARTITIONS_AT_ONCE,
      eachBatch: (payload) => this.take(payload),
    });
    await joined;
  }

  async close(): Promise<void> {
    this.closing = true;
    clearTimeout(this.commitTimer);
    clearTimeout(this.restartTimer);
    await this.handling;
    for (const one of this.fetched.splice(0)) one.failed(new DeliveryStopped());
    await this.commit();
    await this.consumer?.disconnect().catch(() => undefined);
  }

  /** kafkajs gave up on this consumer: another one takes its place. */
  private startAgain(error: unknown): void {
    const { telemetry, topic } = this.options;
    telemetry?.log.error({ err: error, topic }, 'the consumer is started again');
    const old = this.consumer;
    this.restartTimer = setTimeout(() => {
      void old?.disconnect().catch(() => undefined);
      this.start().catch((error: unknown) => {
        if (!this.closing) this.startAgain(error);
      });
    }, RESTART_MS);
  }

  private async take(payload: EachBatchPayload): Promise<void> {
    if (this.closing) return;
    const { topic, partition, messages } = payload.batch;
    const records = messages.map((message) => recordOf(topic, partition, message));
    const startedAt = performance.now();
    this.rate.arrived(startedAt, records.length);
    try {
      const believed = await this.believed(records);
      // Closed while forged records were set aside: nobody answers what would wait now, and the consumer would never end.
      if (this.closing) return;
      await new Promise<void>((done, failed) => {
        this.fetched.push({ payload, records: believed, done, failed });
        this.handling ??= this.handle();
      });
    } catch (error) {
      // Not resolved: the same records are fetched again, by us or by whoever gets the partition.
      if (error instanceof DeliveryStopped) return;
      throw error;
    }
    const last = messages.at(-1);
    if (last !== undefined) {
      payload.resolveOffset(last.offset);
      this.offsets.set(partition, BigInt(last.offset) + 1n);
    }
    await this.commitInTime();
    // Under load the next fetch waits a little, so that it finds more.
    const left = this.rate.waitMs() - (performance.now() - startedAt);
    if (left > 1) await new Promise((done) => setTimeout(done, left));
  }

  /** Without those that are forged: they go to the dead letters before anybody reads them. */
  private async believed(records: readonly InboundRecord[]): Promise<readonly InboundRecord[]> {
    const forged = new Map<InboundRecord, Error>();
    for (const record of records) {
      const forgery = this.options.forgeryOf(record);
      if (forgery !== undefined) forged.set(record, forgery);
    }
    if (forged.size === 0) return records;
    this.forged?.inc({ topic: this.options.topic }, forged.size);
    await Promise.all([...forged].map(([record, forgery]) => this.delivery.setAside(record, forgery, 0)));
    return records.filter((record) => !forged.has(record));
  }

  /** Handles what all partitions have fetched so far, in chunks; what comes meanwhile is next. */
  private async handle(): Promise<void> {
    const max = this.options.batchMax ?? BATCH_MAX;
    while (this.fetched.length > 0 && !this.closing) {
      // Partitions of one answer of the broker arrive in the same turn of the event loop.
      await new Promise<void>((go) => setImmediate(go));
      const startedAt = performance.now();
      const fetched = this.fetched.splice(0);
      const records = fetched.flatMap((one) => one.records);
      this.inHand = fetched[0]?.payload;
      try {
        for (let at = 0; at < records.length; at += max) {
          await this.delivery.deliver(records.slice(at, at + max));
          if (at + max < records.length) await this.heartbeat();
        }
        for (const one of fetched) one.done();
      } catch (error) {
        for (const one of fetched) one.failed(error);
      }
      const rest = restMs(performance.now() - startedAt);
      if (rest > 0) await new Promise((go) => setTimeout(go, rest));
    }
    this.handling = undefined;
  }

  private async commitInTime(): Promise<void> {
    clearTimeout(this.commitTimer);
    if (performance.now() - this.committedAt >= COMMIT_EVERY_MS) return this.commit();
    this.commitTimer = setTimeout(() => void this.commit(), COMMIT_EVERY_MS);
  }

  private async commit(): Promise<void> {
    const { topic } = this.options;
    const offsets = [...this.offsets].map(([partition, offset]) => ({
      topic,
      partition,
      offset: offset.toString(),
    }));
    if (offsets.length === 0) return;
    this.offsets.clear();
    this.committedAt = performance.now();
    try {
      await this.consumer?.commitOffsets(offsets);
    } catch (error) {
      // A rebalance: the partition's next owner begins at the last commit and meets what is known.
      this.options.telemetry?.log.debug({ err: error, topic }, 'offsets were not committed');
    }
  }

  private async heartbeat(): Promise<void> {
    // A rebalance shows again where kafkajs itself asks, after this batch.
    await this.inHand?.heartbeat().catch(() => undefined);
  }
}

function recordOf(topic: string, partition: number, message: KafkaMessage): InboundRecord {
  const headers = textHeaders(message.headers);
  const { traceparent } = headers;
  return {
    topic,
    key: message.key?.toString('utf8') ?? '',
    type: headers['ce_type'] ?? '',
    messageId: headers['ce_id'] ?? '',
    body: message.value?.toString('utf8') ?? '',
    position: `${topic}/${partition}/${message.offset}`,
    headers,
    ...(traceparent === undefined ? {} : { traceparent }),
  };
}

function textHeaders(headers: IHeaders | undefined): Record<string, string> {
  const texts: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers ?? {})) {
    const one = Array.isArray(value) ? value[0] : value;
    if (one !== undefined) texts[name] = one.toString();
  }
  return texts;
}
