import { CompressionTypes, Partitioners } from 'kafkajs';
import type { Kafka, Message, Producer } from 'kafkajs';
import type { Telemetry } from '@tonle/telemetry';
import { KAFKA_RETRY } from './kafka-client.js';
import { RECORD_BYTES_MAX, sizeOf } from './transport.js';

const SEND_RECORDS_MAX = 1_000;
// The broker takes batches of 1 MB; what one topic gets in a send is one batch.
const SEND_BYTES_MAX = 700_000;
const AGAIN_MS = 200;
/** What a broker says of records that it will never take: more than it, or its topic, allows, or not what it allows. */
const RECORD_FAULTS: ReadonlySet<unknown> = new Set([
  'MESSAGE_TOO_LARGE',
  'RECORD_LIST_TOO_LARGE',
  'INVALID_RECORD',
  'INVALID_TIMESTAMP',
  'INVALID_TOPIC_EXCEPTION',
]);

export interface OutgoingMessage {
  readonly topic: string;
  readonly message: Message & { readonly value: string };
}

/** A message of a send that the broker will never take, and why. */
export interface RejectedMessage {
  readonly index: number;
  readonly cause: string;
}

interface Waiting {
  readonly outgoing: OutgoingMessage;
  readonly bytes: number;
  readonly sent: () => void;
  readonly refused: (cause: string) => void;
  readonly failed: (error: Error) => void;
}

/**
 * One send in flight; all that gathers meanwhile goes with the next. Idempotent, acknowledged by all replicas. A message
 * that the broker will never take is found by halves and given back; the others go on, in their order.
 */
export class KafkaProducer {
  private readonly kafka: Kafka;
  private readonly telemetry: Telemetry | undefined;
  private producer: Producer | undefined;
  private waiting: Waiting[] = [];
  private running: Promise<void> | undefined;
  private closing = false;
  private recordsMax = SEND_RECORDS_MAX;

  constructor(kafka: Kafka, telemetry?: Telemetry) {
    this.kafka = kafka;
    this.telemetry = telemetry;
  }

  /**
   * Resolves when the broker has acknowledged all but those that it will never take; these are returned. Tries until
   * then; rejects only when closed.
   */
  send(messages: readonly OutgoingMessage[]): Promise<readonly RejectedMessage[]> {
    return new Promise((done, failed) => {
      if (this.closing) return failed(new Error('the transport is closed'));
      const refused: RejectedMessage[] = [];
      let left = messages.length;
      if (left === 0) return done(refused);
      const sent = () => {
        left -= 1;
        if (left === 0) done(refused);
      };
      messages.forEach((outgoing, index) => {
        const bytes = sizeOf(outgoing.message.value);
        const refuse = (cause: string) => {
          refused.push({ index, cause });
          sent();
        };
        if (bytes > RECORD_BYTES_MAX) refuse(`${bytes} bytes, ${RECORD_BYTES_MAX} are allowed`);
        else this.waiting.push({ outgoing, bytes, sent, refused: refuse, failed });
      });
      if (this.waiting.length > 0) this.running ??= this.run();
    });
  }

  async close(): Promise<void> {
    this.closing = true;
    await this.running;
    await this.producer?.disconnect();
  }

  private async run(): Promise<void> {
    while (this.waiting.length > 0) {
      const batch = this.take();
      try {
        const producer = await this.connected();
        await producer.sendBatch({
          topicMessages: byTopic(batch),
          acks: -1,
          compression: CompressionTypes.None,
        });
        for (const one of batch) one.sent();
        this.recordsMax = SEND_RECORDS_MAX;
      } catch (error) {
        await this.afterFailure(batch, error as Error);
      }
    }
    this.running = undefined;
  }

  private async afterFailure(batch: readonly Waiting[], error: Error): Promise<void> {
    this.telemetry?.log.warn({ err: error }, 'records could not be sent yet');
    // A producer whose sequence numbers the broker no longer knows must begin anew.
    const old = this.producer;
    this.producer = undefined;
    void old?.disconnect().catch(() => undefined);
    const fault = recordFaultOf(error);
    if (fault !== undefined && batch.length === 1) {
      batch[0]!.refused(fault);
    } else if (this.closing) {
      for (const one of [...batch, ...this.waiting.splice(0)]) one.failed(error);
    } else {
      this.waiting.unshift(...batch);
      if (fault === undefined) await new Promise((done) => setTimeout(done, AGAIN_MS));
      else this.recordsMax = batch.length >> 1;
    }
  }

  private take(): Waiting[] {
    let bytes = 0;
    let count = 0;
    for (const one of this.waiting) {
      bytes += one.bytes;
      if (count > 0 && (count >= this.recordsMax || bytes > SEND_BYTES_MAX)) break;
      count += 1;
    }
    return this.waiting.splice(0, count);
  }

  private async connected(): Promise<Producer> {
    if (this.producer !== undefined) return this.producer;
    const producer = this.kafka.producer({
      idempotent: true,
      maxInFlightRequests: 1,
      allowAutoTopicCreation: false,
      createPartitioner: Partitioners.DefaultPartitioner,
      retry: { ...KAFKA_RETRY, retries: 20 },
    });
    await producer.connect();
    this.producer = producer;
    return producer;
  }
}

/** What the broker has against the records themselves, not against now; undefined for all that may pass. */
function recordFaultOf(error: unknown): string | undefined {
  for (let one = error; one instanceof Error; one = one.cause) {
    const { type } = one as { type?: unknown };
    if (typeof type === 'string' && RECORD_FAULTS.has(type)) return `${type}: ${one.message}`;
  }
  return undefined;
}

function byTopic(batch: readonly Waiting[]): { topic: string; messages: Message[] }[] {
  const topics = new Map<string, Message[]>();
  for (const { outgoing } of batch) {
    const { topic, message } = outgoing;
    const known = topics.get(topic);
    if (known === undefined) topics.set(topic, [message]);
    else known.push(message);
  }
  return [...topics].map(([topic, messages]) => ({ topic, messages }));
}
