import { traceIdOf, type Telemetry } from '@tonle/telemetry';
import { isTransient } from '@tonle/persistence';
import { CallFailed, ServiceUnavailable } from './calls.js';
import { deadLetterCounter } from './topic-types.js';
import type { BatchHandler, InboundRecord } from './transport.js';

const ATTEMPTS_MAX = 3;
const ATTEMPT_PAUSE_MS = 20;
const LATER_PAUSE_MS = 50;
const LATER_PAUSE_MS_MAX = 2_000;

/** Thrown by a handler for what will pass by itself: the same records come again, none is ever a dead letter. */
export class TryLater extends Error {
  constructor(message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'TryLater';
  }
}

/** The subscription closes: what is in hand is left to whoever comes next. */
export class DeliveryStopped extends Error {
  constructor() {
    super('the subscription closes');
  }
}

/** Whether the house, not the record, is the reason of a failure. */
export function isLater(error: unknown): boolean {
  if (error instanceof CallFailed) return false;
  return error instanceof TryLater || error instanceof ServiceUnavailable || isTransient(error);
}

export interface DeadLetter {
  readonly record: InboundRecord;
  readonly group: string;
  readonly cause: string;
  readonly attempts: number;
}

export interface DeliveryOptions {
  readonly group: string;
  readonly topic: string;
  readonly handler: BatchHandler;
  /** Keeps the one bad record; resolves when that is durable. Rejecting means: try later. */
  readonly bury: (letter: DeadLetter) => Promise<void>;
  readonly stopping: () => boolean;
  readonly telemetry?: Telemetry;
  /** Called while a batch is retried, so that a broker does not think us dead. */
  readonly alive?: () => Promise<void>;
}

/**
 * Gives batches to one handler until they are done: again after a pause when the house is the reason,
 * by halves when a record is, until the bad one stands alone.
 */
export class Delivery {
  private readonly options: DeliveryOptions;
  private readonly dead;

  constructor(options: DeliveryOptions) {
    this.options = options;
    this.dead = options.telemetry && deadLetterCounter(options.telemetry, [options.topic]);
  }

  /** Resolves when every record is handled or buried. Rejects only with DeliveryStopped. */
  async deliver(records: readonly InboundRecord[]): Promise<void> {
    if (records.length === 0) return;
    const error = await this.tryAll(records, ATTEMPTS_MAX);
    if (error !== undefined) await this.divide(records, error);
  }

  /** Undefined when handled, else the last error after `attempts`. */
  private async tryAll(
    records: readonly InboundRecord[],
    attempts: number,
  ): Promise<{ cause: unknown } | undefined> {
    let later = LATER_PAUSE_MS;
    for (let attempt = 1; ;) {
      if (this.options.stopping()) throw new DeliveryStopped();
      try {
        await this.options.handler(records);
        this.count('tonle_messages_handled_total', 'Records handled', records.length);
        return undefined;
      } catch (cause) {
        this.count(
          'tonle_message_redeliveries_total',
          'Records given to their handler again',
          records.length,
        );
        if (isLater(cause)) {
          this.options.telemetry?.log.warn(
            { err: cause, group: this.options.group },
            'records wait for what is away',
          );
          await this.pause(later);
          later = Math.min(later * 2, LATER_PAUSE_MS_MAX);
        } else {
          if (attempt >= attempts) return { cause };
          await this.pause(ATTEMPT_PAUSE_MS * 2 ** attempt);
          attempt += 1;
        }
      }
    }
  }

  private async divide(records: readonly InboundRecord[], error: { cause: unknown }): Promise<void> {
    const [only] = records;
    if (records.length === 1 && only !== undefined) return this.setAside(only, error.cause, ATTEMPTS_MAX);
    const middle = records.length >> 1;
    for (const half of [records.slice(0, middle), records.slice(middle)]) {
      const failure = await this.tryAll(half, half.length === 1 ? ATTEMPTS_MAX : 1);
      if (failure !== undefined) await this.divide(half, failure);
    }
  }

  /** Keeps a record with the dead letters, and says so. Resolves when that is durable; rejects only with DeliveryStopped. */
  async setAside(record: InboundRecord, cause: unknown, attempts: number): Promise<void> {
    const text = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
    const letter = { record, group: this.options.group, cause: text, attempts };
    for (let pause = LATER_PAUSE_MS; ; pause = Math.min(pause * 2, LATER_PAUSE_MS_MAX)) {
      try {
        await this.options.bury(letter);
        break;
      } catch (error) {
        this.options.telemetry?.log.error({ err: error }, 'a dead letter could not be kept yet');
        if (this.options.stopping()) throw new DeliveryStopped();
        await this.pause(pause);
      }
    }
    const { topic, type, messageId, key, position } = record;
    this.options.telemetry?.log.error(
      { topic, type, messageId, key, position, traceId: traceIdOf(record.traceparent), err: cause },
      'record went to the dead letters',
    );
    this.dead?.inc({ topic, type });
  }

  private count(name: string, help: string, count: number): void {
    this.options.telemetry?.counter(name, help, ['group']).inc({ group: this.options.group }, count);
  }

  private async pause(ms: number): Promise<void> {
    const end = performance.now() + ms;
    for (let left = ms; left > 0; left = end - performance.now()) {
      if (this.options.stopping()) throw new DeliveryStopped();
      await new Promise((done) => setTimeout(done, Math.min(left, 100)));
    }
    await this.options.alive?.();
  }
}
