import { counted } from '@tonle/contracts';
import { isLater, TryLater } from './delivery.js';

/** How closely items must follow each other, as a share of the linger, for waiting to pay. */
const CLOSE_SHARE = 0.5;
const GAP_WEIGHT = 0.2;
/** How much longer records wait for company whose handling nobody waits for. */
const UNHURRIED = 20;
const GAP_MS_MAX = 1_000;

/**
 * Decides when to wait for company: not when idle, up to `lingerMs` when items follow closely (the mean
 * gap between them is below half the linger). Waking a process costs more than handling an item.
 */
export class ArrivalRate {
  /** For a subscription's records; `lingerMs` is how long those wait that somebody waits for. */
  static ofRecords(lingerMs: number, unhurried = false): ArrivalRate {
    return new ArrivalRate(unhurried ? lingerMs * UNHURRIED : lingerMs);
  }

  private gapMs = GAP_MS_MAX;
  private lastAt = Number.NEGATIVE_INFINITY;

  constructor(readonly lingerMs: number) {}

  /** `count` items came at `nowMs` (monotonic). */
  arrived(nowMs: number, count = 1): void {
    const gap = Math.min(nowMs - this.lastAt, GAP_MS_MAX) / count;
    this.lastAt = nowMs;
    for (let i = 0; i < Math.min(count, 16); i += 1) this.gapMs += (gap - this.gapMs) * GAP_WEIGHT;
  }

  /** How long a first item should wait for others, in milliseconds. */
  waitMs(): number {
    return this.gapMs < this.lingerMs * CLOSE_SHARE ? this.lingerMs : 0;
  }
}

const REST_MS_MAX = 40;
const REST_MS_MIN = 1;

/**
 * How long a stage rests after a batch that took `tookMs`, in milliseconds: as long, up to 40. A batch takes long where the
 * cores are full, and each costs the same whatever it carries: fewer and larger ones empty the queues.
 */
export function restMs(tookMs: number): number {
  return tookMs < REST_MS_MIN ? 0 : Math.min(tookMs, REST_MS_MAX);
}

export interface GathererOptions {
  readonly batchMax: number;
  /** The longest wait for company; 0 never waits. */
  readonly lingerMs: number;
  /** `add` rejects with GathererFull beyond this many waiting items. Default: no limit. */
  readonly waitingMax?: number;
  /** And while the oldest has waited so long: whom the handler asks does not answer. Default: no limit. */
  readonly waitMsMax?: number;
  /** A batch that takes longer does not keep the next one waiting: its handler waits for others. Default: it does. */
  readonly slowMs?: number;
}

export class GathererFull extends TryLater {
  constructor() {
    super('too many items wait');
  }
}

interface Waiting<T, R> {
  readonly item: T;
  /** Time of the process. */
  readonly sinceMs: number;
  readonly done: (result: R) => void;
  readonly failed: (error: unknown) => void;
}

/**
 * Groups single items into batches for a handler that answers each item, in order. One batch is in flight, beside those that
 * are slow; what comes meanwhile goes with the next. One item's fault is nobody else's: a batch that is rejected is tried again by
 * halves until the bad item stands alone, so a handler must be one that may be asked again (a transaction, a question).
 * Only what means "later" rejects all at once.
 */
export class Gatherer<T, R> {
  private readonly handle: (items: readonly T[]) => Promise<readonly R[]>;
  private readonly options: GathererOptions;
  private readonly rate: ArrivalRate;
  private line: Waiting<T, R>[] = [];
  private inHand: readonly Waiting<T, R>[] = [];
  private running = false;
  private inSlowBatches = 0;

  constructor(handle: (items: readonly T[]) => Promise<readonly R[]>, options: GathererOptions) {
    this.handle = handle;
    this.options = options;
    this.rate = new ArrivalRate(options.lingerMs);
  }

  /** Items that wait for their batch to start. */
  get waiting(): number {
    return this.line.length;
  }

  /** How long the oldest has waited for its answer, in milliseconds; those in slow batches are left out. */
  waitedMs(nowMs = performance.now()): number {
    const oldest = this.inHand[0] ?? this.line[0];
    return oldest === undefined ? 0 : nowMs - oldest.sinceMs;
  }

  add(item: T): Promise<R> {
    const { waitingMax = Number.POSITIVE_INFINITY, waitMsMax = Number.POSITIVE_INFINITY } = this.options;
    const sinceMs = performance.now();
    if (this.line.length + this.inSlowBatches >= waitingMax || this.waitedMs(sinceMs) >= waitMsMax)
      return Promise.reject(new GathererFull());
    this.rate.arrived(sinceMs);
    return new Promise<R>((done, failed) => {
      this.line.push({ item, sinceMs, done, failed });
      if (!this.running) void this.run();
    });
  }

  private async run(): Promise<void> {
    this.running = true;
    while (this.line.length > 0) {
      const wait = this.line.length >= this.options.batchMax ? 0 : this.rate.waitMs();
      // Even without a wait: what arrives in the same turn of the event loop goes together.
      await new Promise<void>((go) => (wait > 0 ? setTimeout(go, wait) : setImmediate(go)));
      this.inHand = this.line.splice(0, this.options.batchMax);
      await this.settleOrLeave(this.inHand);
      this.inHand = [];
    }
    this.running = false;
  }

  private async settleOrLeave(batch: readonly Waiting<T, R>[]): Promise<void> {
    const { slowMs } = this.options;
    const settled = this.settle(batch);
    if (slowMs === undefined) return settled;
    let timer: NodeJS.Timeout | undefined;
    const slow = new Promise<'slow'>((left) => {
      timer = setTimeout(() => left('slow'), slowMs);
    });
    const first = await Promise.race([settled, slow]);
    clearTimeout(timer);
    if (first !== 'slow') return;
    this.inSlowBatches += batch.length;
    void settled.finally(() => {
      this.inSlowBatches -= batch.length;
    });
  }

  private async settle(batch: readonly Waiting<T, R>[]): Promise<void> {
    try {
      const results = await this.handle(batch.map((one) => one.item));
      if (results.length !== batch.length)
        throw new Error(`${counted(results.length, 'answer')} to ${counted(batch.length, 'item')}`);
      if (this.inHand === batch) this.inHand = [];
      batch.forEach((one, index) => one.done(results[index] as R));
    } catch (error) {
      if (batch.length > 1 && !isLater(error)) return this.settleHalves(batch);
      if (this.inHand === batch) this.inHand = [];
      for (const one of batch) one.failed(error);
    }
  }
  private async settleHalves(batch: readonly Waiting<T, R>[]): Promise<void> {
    const middle = batch.length >> 1;
    await this.settle(batch.slice(0, middle));
    await this.settle(batch.slice(middle));
  }
}
