import { CompressionTypes, Partitioners } from 'kafkajs';
import type { Kafka, Message, Producer } from 'kafkajs';
import type { Telemetry } from '@tonle/telemetry';
import { KAFKA_RETRY } from './kafka-client.js';

const SEND_RECORDS_MAX = 1_000;
// The broker takes batches of 1 MB; what one topic gets in a send is one batch.
const SEND_BYTES_MAX = 700_000;
const AGAIN_MS = 200;

export interface OutgoingMessage {
  readonly topic: string;
  readonly message: Message & { readonly value: string };
}

interface Waiting {
  readonly messages: readonly OutgoingMessage[];
  readonly done: () => void;
  readonly failed: (error: Error) => void;
}

/** One send in flight; all that gathers meanwhile goes with the next. Idempotent, acknowledged by all replicas. */
export class KafkaProducer {
  readonly #kafka: Kafka;
  readonly #telemetry: Telemetry | undefined;
  #producer: Producer | undefined;
  #waiting: Waiting[] = [];
  #running: Promise<void> | undefined;
  #closing = false;

  constructor(kafka: Kafka, telemetry?: Telemetry) {
    this.#kafka = kafka;
    this.#telemetry = telemetry;
  }

  /** Resolves when the broker has acknowledged all. Tries until then; rejects only when closed. */
  send(messages: readonly OutgoingMessage[]): Promise<void> {
    if (messages.length === 0) return Promise.resolve();
    return new Promise((done, failed) => {
      if (this.#closing) return failed(new Error('the transport is closed'));
      this.#waiting.push({ messages, done, failed });
      this.#running ??= this.#run();
    });
  }

  async close(): Promise<void> {
    this.#closing = true;
    await this.#running;
    await this.#producer?.disconnect();
  }

  async #run(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#take();
      try {
        const producer = await this.#connected();
        await producer.sendBatch({ topicMessages: byTopic(batch), acks: -1, compression: CompressionTypes.None });
        for (const one of batch) one.done();
      } catch (error) {
        this.#telemetry?.log.warn({ err: error }, 'records could not be sent yet');
        // A producer whose sequence numbers the broker no longer knows must begin anew.
        const old = this.#producer;
        this.#producer = undefined;
        void old?.disconnect().catch(() => undefined);
        if (this.#closing) {
          for (const one of [...batch, ...this.#waiting.splice(0)]) one.failed(error as Error);
          break;
        }
        this.#waiting.unshift(...batch);
        await new Promise((done) => setTimeout(done, AGAIN_MS));
      }
    }
    this.#running = undefined;
  }

  #take(): Waiting[] {
    let records = 0;
    let bytes = 0;
    let count = 0;
    for (const { messages } of this.#waiting) {
      records += messages.length;
      for (const { message } of messages) bytes += message.value.length + 200;
      if (count > 0 && (records > SEND_RECORDS_MAX || bytes > SEND_BYTES_MAX)) break;
      count += 1;
    }
    return this.#waiting.splice(0, count);
  }

  async #connected(): Promise<Producer> {
    if (this.#producer !== undefined) return this.#producer;
    const producer = this.#kafka.producer({
      idempotent: true,
      maxInFlightRequests: 1,
      allowAutoTopicCreation: false,
      createPartitioner: Partitioners.DefaultPartitioner,
      retry: { ...KAFKA_RETRY, retries: 20 },
    });
    await producer.connect();
    this.#producer = producer;
    return producer;
  }
}

function byTopic(batch: readonly Waiting[]): { topic: string; messages: Message[] }[] {
  const topics = new Map<string, Message[]>();
  for (const { messages } of batch) {
    for (const { topic, message } of messages) {
      const known = topics.get(topic);
      if (known === undefined) topics.set(topic, [message]);
      else known.push(message);
    }
  }
  return [...topics].map(([topic, messages]) => ({ topic, messages }));
}
