import { CompressionTypes, Partitioners } from 'kafkajs';
import type { Kafka, Message, Producer } from 'kafkajs';
import type { Telemetry } from '@tonle/telemetry';
import { KAFKA_RETRY } from './kafka-client.js';

const SEND_RECORDS_MAX = 1_000;
// The broker takes batches of 1 MB; what one topic gets in a send is one batch.
const SEND_BYTES_MAX = 700_000;
/** Key, headers and framing of a record. */
const RECORD_OVERHEAD_BYTES = 500;
const AGAIN_MS = 200;

export interface OutgoingMessage {
  readonly topic: string;
  readonly message: Message & { readonly value: string };
}

interface Piece {
  readonly messages: readonly OutgoingMessage[];
  readonly bytes: number;
}

interface Waiting extends Piece {
  readonly done: () => void;
  readonly failed: (error: Error) => void;
}

/** One send in flight; all that gathers meanwhile goes with the next. Idempotent, acknowledged by all replicas. */
export class KafkaProducer {
  private readonly kafka: Kafka;
  private readonly telemetry: Telemetry | undefined;
  private producer: Producer | undefined;
  private waiting: Waiting[] = [];
  private running: Promise<void> | undefined;
  private closing = false;

  constructor(kafka: Kafka, telemetry?: Telemetry) {
    this.kafka = kafka;
    this.telemetry = telemetry;
  }

  /** Resolves when the broker has acknowledged all. Tries until then; rejects only when closed. */
  async send(messages: readonly OutgoingMessage[]): Promise<void> {
    // In pieces that the broker takes, whatever one commit wrote; their order is that of the messages.
    await Promise.all(piecesOf(messages).map((piece) => this.sendPiece(piece)));
  }

  private sendPiece(piece: Piece): Promise<void> {
    return new Promise((done, failed) => {
      if (this.closing) return failed(new Error('the transport is closed'));
      this.waiting.push({ ...piece, done, failed });
      this.running ??= this.run();
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
        for (const one of batch) one.done();
      } catch (error) {
        this.telemetry?.log.warn({ err: error }, 'records could not be sent yet');
        // A producer whose sequence numbers the broker no longer knows must begin anew.
        const old = this.producer;
        this.producer = undefined;
        void old?.disconnect().catch(() => undefined);
        if (this.closing) {
          for (const one of [...batch, ...this.waiting.splice(0)]) one.failed(error as Error);
          break;
        }
        this.waiting.unshift(...batch);
        await new Promise((done) => setTimeout(done, AGAIN_MS));
      }
    }
    this.running = undefined;
  }

  private take(): Waiting[] {
    let records = 0;
    let bytes = 0;
    let count = 0;
    for (const piece of this.waiting) {
      records += piece.messages.length;
      bytes += piece.bytes;
      if (count > 0 && (records > SEND_RECORDS_MAX || bytes > SEND_BYTES_MAX)) break;
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

/** Cuts messages into pieces of a bounded size; one that is larger than a piece goes alone. */
function piecesOf(messages: readonly OutgoingMessage[]): Piece[] {
  const pieces: Piece[] = [];
  let piece: OutgoingMessage[] = [];
  let bytes = 0;
  for (const one of messages) {
    const size = Buffer.byteLength(one.message.value) + RECORD_OVERHEAD_BYTES;
    if (piece.length > 0 && (piece.length === SEND_RECORDS_MAX || bytes + size > SEND_BYTES_MAX)) {
      pieces.push({ messages: piece, bytes });
      piece = [];
      bytes = 0;
    }
    piece.push(one);
    bytes += size;
  }
  if (piece.length > 0) pieces.push({ messages: piece, bytes });
  return pieces;
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
