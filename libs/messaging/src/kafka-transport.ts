import type { Kafka } from 'kafkajs';
import { headersOf } from './cloud-events.js';
import type { DeadLetter } from './delivery.js';
import { kafkaClient, type KafkaClientOptions } from './kafka-client.js';
import { KafkaProbe } from './kafka-probe.js';
import { KafkaProducer } from './kafka-producer.js';
import { KafkaSubscription } from './kafka-subscription.js';
import { forgeryOf, sealOf } from './record-seal.js';
import type { ServiceKeys } from './service-keys.js';
import { Unsendable } from './transport.js';
import type {
  BatchHandler,
  EventTransport,
  OutboundRecord,
  SubscribeOptions,
  Subscription,
} from './transport.js';

const SESSION_TIMEOUT_MS = 10_000;
/** Of a dead letter that is too large to be kept whole; the record itself stands where `dlq_position` says. */
const LETTER_CHARACTERS_MAX = 10_000;
const NAME_CHARACTERS_MAX = 200;

export interface KafkaTransportOptions extends KafkaClientOptions {
  /** Seals what is published; what is read is believed by them. */
  readonly keys: ServiceKeys;
  /** Makes a dead letter known where people decide about it, beside its topic. Rejecting means: try later. */
  readonly keep?: (letter: DeadLetter) => Promise<void>;
  /** After this silence the broker gives our partitions to others; within the broker's limits. */
  readonly sessionTimeoutMs?: number;
}

/**
 * Events over Apache Kafka; topics must be there (`ensureTopics`). Whoever can write to a topic is not believed for that:
 * a record without the seal of its producer goes to the dead letters, and no handler sees it.
 */
export class KafkaTransport implements EventTransport {
  private readonly kafka: Kafka;
  private readonly producer: KafkaProducer;
  private readonly probe: KafkaProbe;
  private readonly options: KafkaTransportOptions;
  private readonly subscriptions = new Set<KafkaSubscription>();

  constructor(options: KafkaTransportOptions) {
    this.options = options;
    this.kafka = kafkaClient(options);
    this.producer = new KafkaProducer(this.kafka, options.telemetry);
    this.probe = new KafkaProbe(this.kafka);
  }

  async publish(records: readonly OutboundRecord[]): Promise<void> {
    const refused = await this.producer.send(
      records.map((record) => ({
        topic: record.topic,
        message: {
          key: record.key,
          value: record.body,
          headers: { ...headersOf(record), ...sealOf(this.options.keys, record) },
        },
      })),
    );
    if (refused.length === 0) return;
    throw new Unsendable(refused.map(({ index, cause }) => ({ record: records[index]!, cause })));
  }

  async subscribe(topic: string, handler: BatchHandler, options: SubscribeOptions): Promise<Subscription> {
    const subscription = new KafkaSubscription({
      kafka: this.kafka,
      clientId: this.options.clientId,
      topic,
      // Members of one group must read the same topics, so a service has a group for each.
      group: `${options.group}.${topic}`,
      handler,
      forgeryOf: (record) => forgeryOf(this.options.keys, record),
      bury: async (letter) => {
        await this.bury(letter);
        // What is forged was never given to the handler, nor ever will be: strangers fill the topic, not the table.
        if (letter.attempts > 0) await this.options.keep?.({ ...letter, group: options.group });
      },
      batchMax: options.batchMax,
      unhurried: options.unhurried,
      sessionTimeoutMs: this.options.sessionTimeoutMs ?? SESSION_TIMEOUT_MS,
      telemetry: this.options.telemetry,
    });
    this.subscriptions.add(subscription);
    await subscription.start();
    return {
      close: async () => {
        this.subscriptions.delete(subscription);
        await subscription.close();
      },
    };
  }

  check(): Promise<void> {
    return this.probe.check();
  }

  async close(): Promise<void> {
    await this.probe.close();
    await Promise.all([...this.subscriptions].map((one) => one.close()));
    this.subscriptions.clear();
    await this.producer.close();
  }

  /** Original key, body and headers, and why it is here. A body that the broker does not take again is cut. */
  private async bury({ record, cause, attempts, group }: DeadLetter): Promise<void> {
    const reasons = {
      dlq_cause: cause.slice(0, 1_000),
      dlq_attempts: String(attempts),
      dlq_position: record.position,
      dlq_group: group,
    };
    const topic = `${record.topic}.dlq`;
    const whole = { key: record.key, value: record.body, headers: { ...record.headers, ...reasons } };
    const [refused] = await this.producer.send([{ topic, message: whole }]);
    if (refused === undefined) return;
    // A stranger's headers and key may be as large as a body.
    const short = {
      key: record.key.slice(0, NAME_CHARACTERS_MAX),
      value: record.body.slice(0, LETTER_CHARACTERS_MAX),
      headers: {
        ce_id: record.messageId.slice(0, NAME_CHARACTERS_MAX),
        ce_type: record.type.slice(0, NAME_CHARACTERS_MAX),
        ...reasons,
        dlq_cut: refused.cause,
      },
    };
    const [again] = await this.producer.send([{ topic, message: short }]);
    if (again !== undefined) throw new Error(`the dead letters do not take a record: ${again.cause}`);
  }
}
