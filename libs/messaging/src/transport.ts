import { adapterOf, NETWORKS } from '@tonle/contracts';

/** A record on its way out. Key = payment id; headers follow CloudEvents 1.0 binary mode plus traceparent. */
export interface OutboundRecord {
  readonly topic: string;
  readonly key: string;
  /** Kind of message, e.g. `payment.submit`; travels as header `ce_type`. */
  readonly type: string;
  /** Stable over republication; travels as header `ce_id`. */
  readonly messageId: string;
  /** JSON text: made once, sent as it is. */
  readonly body: string;
  readonly traceparent?: string;
}

export interface InboundRecord extends OutboundRecord {
  /** Where it came from, for dead letters: `topic/partition/offset` or `memory`. */
  readonly position: string;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Handles everything that waits, in one transaction. Resolves when its effects are durable; only then
 * are the records acknowledged. Rejects: nothing was done, the transport gives the batch again, and
 * splits it when it keeps failing, until the one bad record stands alone and goes to `<topic>.dlq`.
 */
export type BatchHandler = (records: readonly InboundRecord[]) => Promise<void>;

export interface Subscription {
  /** Stops fetching, waits for the batch in hand. */
  close(): Promise<void>;
}

export interface SubscribeOptions {
  /** Consumer group: the service's name. Every group sees every record once (at least). */
  readonly group: string;
  readonly batchMax?: number;
  /** Nobody waits for what the handler does: while records follow closely it gets them in fewer and larger batches. */
  readonly unhurried?: boolean;
}

/** What a record may have, framing and headers included: brokers take 1 MB in a batch. */
export const RECORD_BYTES_MAX = 900_000;

/** Key, headers and framing of a record, at most. */
const RECORD_OVERHEAD_BYTES = 2_000;

/** Bytes of a record on its way, rather too many than too few. */
export function sizeOf(body: string): number {
  return Buffer.byteLength(body) + RECORD_OVERHEAD_BYTES;
}

/** A record that no broker will ever take, and why. */
export interface RefusedRecord {
  readonly record: OutboundRecord;
  readonly cause: string;
}

/** Records that can never be sent as they are; all others of the publication are out. Trying again does not help. */
export class Unsendable extends Error {
  constructor(readonly refused: readonly RefusedRecord[]) {
    super(refused.map(({ record, cause }) => `${record.type} ${record.messageId}: ${cause}`).join('; '));
    this.name = 'Unsendable';
  }
}

/** Port 1 of 3 that know which way Tonle runs: Kafka or in process. */
export interface EventTransport {
  /**
   * Resolves when the broker has acknowledged all (Kafka) or every subscriber has handled all (in process). Rejects with
   * Unsendable when all but those have been.
   */
  publish(records: readonly OutboundRecord[]): Promise<void>;
  subscribe(topic: string, handler: BatchHandler, options: SubscribeOptions): Promise<Subscription>;
  /** Rejects while the broker does not answer. Absent: there is none. */
  check?(): Promise<void>;
  close(): Promise<void>;
}

export const TOPICS = {
  routing: 'tonle.routing.inbox.v1',
  settlement: 'tonle.settlement.inbox.v1',
  paymentEvent: 'tonle.payment.event.v1',
  directory: 'tonle.directory.v1',
} as const;

/** The inbox topic of a service, by its name. */
export function inboxTopic(service: string): string {
  return `tonle.${service}.inbox.v1`;
}

/** Every topic there is: those of the services, and the inbox of each network's adapter. */
export function allTopics(): string[] {
  return [...Object.values(TOPICS), ...NETWORKS.map((network) => inboxTopic(adapterOf(network)))];
}
