import type { Telemetry } from '@tonle/telemetry';
import { headersOf } from './cloud-events.js';
import { Delivery, DeliveryStopped } from './delivery.js';
import type { DeadLetter } from './delivery.js';
import { ArrivalRate } from './gatherer.js';
import { RECORD_BYTES_MAX, sizeOf, TOPICS, Unsendable } from './transport.js';
import type {
  BatchHandler,
  EventTransport,
  InboundRecord,
  OutboundRecord,
  RefusedRecord,
  SubscribeOptions,
  Subscription,
} from './transport.js';

const BATCH_MAX = 500;
const LINGER_MS = 10;
const DEAD_LETTERS_KEPT_MAX = 1_000;
/** Topics whose last record of each key is kept for those who subscribe later. */
const COMPACTED: ReadonlySet<string> = new Set([TOPICS.directory]);

export interface InProcessTransportOptions {
  readonly telemetry?: Telemetry;
  /** Keeps all records until `release()`: services start one after another and must not miss any. */
  readonly held?: boolean;
  /** The longest wait for company when records follow closely. */
  readonly lingerMs?: number;
  /** Makes a dead letter durable; without it they live in memory only. Rejecting means: try later. */
  readonly keep?: (letter: DeadLetter) => Promise<void>;
}

interface Queued {
  readonly record: InboundRecord;
  readonly handled: () => void;
}

/** Waits in order, one batch in hand; a group sees each record at least once while the process lives. */
class GroupQueue implements Subscription {
  private readonly delivery: Delivery;
  private readonly rate: ArrivalRate;
  private readonly batchMax: number;
  private queue: Queued[] = [];
  private closing = false;
  private running: Promise<void> | undefined;

  constructor(
    topic: string,
    handler: BatchHandler,
    options: SubscribeOptions,
    lingerMs: number,
    bury: (letter: DeadLetter) => Promise<void>,
    telemetry?: Telemetry,
  ) {
    this.batchMax = options.batchMax ?? BATCH_MAX;
    this.rate = ArrivalRate.ofRecords(lingerMs, options.unhurried);
    this.delivery = new Delivery({
      group: options.group,
      topic,
      handler,
      bury,
      stopping: () => this.closing,
      telemetry,
    });
  }

  get closed(): boolean {
    return this.closing;
  }

  /** A closing queue never calls `handled`: the writer's cursor stays, and the next start publishes again. */
  push(records: readonly InboundRecord[], handled: () => void): void {
    if (this.closing) return;
    this.rate.arrived(performance.now(), records.length);
    records.forEach((record, index) =>
      this.queue.push({ record, handled: index === records.length - 1 ? handled : () => undefined }),
    );
    this.running ??= this.run();
  }

  async close(): Promise<void> {
    this.closing = true;
    await this.running;
  }

  private async run(): Promise<void> {
    while (this.queue.length > 0 && !this.closing) {
      const wait = this.queue.length >= this.batchMax ? 0 : this.rate.waitMs();
      await new Promise<void>((go) => (wait > 0 ? setTimeout(go, wait) : setImmediate(go)));
      const batch = this.queue.splice(0, this.batchMax);
      try {
        await this.delivery.deliver(batch.map((one) => one.record));
      } catch (error) {
        if (error instanceof DeliveryStopped) break;
        throw error;
      }
      for (const one of batch) one.handled();
    }
    this.running = undefined;
  }
}

/**
 * Events within one process, over the same outbox: what was not handled when the process dies is published
 * again by the writer's lane at its next start. Without a subscriber a record is gone, as from a topic
 * nobody reads.
 */
export class InProcessTransport implements EventTransport {
  private readonly options: InProcessTransportOptions;
  private readonly groups = new Map<string, Map<string, GroupQueue>>();
  private readonly compacted = new Map<string, Map<string, InboundRecord>>();
  private readonly letters: DeadLetter[] = [];
  private held: Promise<void> | undefined;
  private letGo: () => void = () => undefined;

  constructor(options: InProcessTransportOptions = {}) {
    this.options = options;
    if (options.held === true)
      this.held = new Promise((done) => {
        this.letGo = done;
      });
  }

  /** Ends `held`: everybody has subscribed. */
  release(): void {
    this.held = undefined;
    this.letGo();
  }

  /** The newest dead letters of this process, oldest first; `keep` has them all. */
  deadLetters(): readonly DeadLetter[] {
    return this.letters;
  }

  async publish(records: readonly OutboundRecord[]): Promise<void> {
    if (this.held !== undefined) await this.held;
    const byTopic = new Map<string, OutboundRecord[]>();
    const refused: RefusedRecord[] = [];
    for (const record of records) {
      const bytes = sizeOf(record.body);
      if (bytes > RECORD_BYTES_MAX) {
        refused.push({ record, cause: `${bytes} bytes, ${RECORD_BYTES_MAX} are allowed` });
        continue;
      }
      const ofTopic = byTopic.get(record.topic);
      if (ofTopic === undefined) byTopic.set(record.topic, [record]);
      else ofTopic.push(record);
    }
    const handled: Promise<void>[] = [];
    for (const [topic, ofTopic] of byTopic) {
      const inbound = ofTopic.map(arrive);
      if (COMPACTED.has(topic)) this.compact(topic, inbound);
      for (const group of this.groups.get(topic)?.values() ?? []) {
        handled.push(new Promise((done) => group.push(inbound, done)));
      }
    }
    await Promise.all(handled);
    if (refused.length > 0) throw new Unsendable(refused);
  }

  subscribe(topic: string, handler: BatchHandler, options: SubscribeOptions): Promise<Subscription> {
    const groups = this.groups.get(topic) ?? new Map<string, GroupQueue>();
    this.groups.set(topic, groups);
    if (groups.get(options.group)?.closed === false)
      throw new Error(`group ${options.group} subscribes to ${topic} twice`);
    const bury = async (letter: DeadLetter) => {
      await this.options.keep?.(letter);
      this.letters.push(letter);
      if (this.letters.length > DEAD_LETTERS_KEPT_MAX) this.letters.shift();
    };
    const queue = new GroupQueue(
      topic,
      handler,
      options,
      this.options.lingerMs ?? LINGER_MS,
      bury,
      this.options.telemetry,
    );
    groups.set(options.group, queue);
    const earlier = [...(this.compacted.get(topic)?.values() ?? [])];
    if (earlier.length > 0) queue.push(earlier, () => undefined);
    // A closed queue stays in the map: what is published to it waits for the next start.
    return Promise.resolve({ close: () => queue.close() });
  }

  async close(): Promise<void> {
    const queues = [...this.groups.values()].flatMap((groups) => [...groups.values()]);
    const closed = queues.map((queue) => queue.close());
    this.release();
    await Promise.all(closed);
  }

  private compact(topic: string, records: readonly InboundRecord[]): void {
    const last = this.compacted.get(topic) ?? new Map<string, InboundRecord>();
    this.compacted.set(topic, last);
    for (const record of records) last.set(record.key, record);
  }
}

function arrive(record: OutboundRecord): InboundRecord {
  return { ...record, position: 'memory', headers: headersOf(record) };
}
