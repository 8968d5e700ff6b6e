import type {
  BatchHandler,
  CallContract,
  InboundRecord,
  SubscribeOptions,
  Subscription,
} from '@tonle/messaging';
import type { Lack } from './part-watch.js';
import type { Platform, RunningService } from './platform.js';
import { Schedule, type JobOptions, type JobPause } from './schedule.js';

/** A listener that is open. `close` stops listening and lets requests in hand finish. */
export interface OpenListener {
  readonly url: string;
  close(): Promise<void>;
}

/** How long callers and the work in hand are waited for when the service closes, ms: the process has ten seconds. */
export interface ClosingLimits {
  readonly listenersMs: number;
  readonly workMs: number;
}
const LIMITS: ClosingLimits = { listenersMs: 4_000, workMs: 3_000 };

/** What a handler would do with a record now, in words; does nothing. Rejects as the handler would. */
export type Rehearsal = (record: InboundRecord) => Promise<readonly string[]>;

type TopicOptions = Pick<SubscribeOptions, 'unhurried'> & { readonly rehearse?: Rehearsal };
type DeclaredTopic = TopicOptions & { readonly topic: string; readonly handler: BatchHandler };

/**
 * One service: its parts are declared, then it starts calls, what is done first, topics, jobs and listeners. It tells those
 * who want to know that it closes, closes listeners, topics and jobs, each after the work in hand, and then its resources,
 * the last declared first.
 */
export class Service {
  private readonly calls: (() => void)[] = [];
  private readonly firsts: (() => Promise<unknown>)[] = [];
  private readonly topics: DeclaredTopic[] = [];
  private readonly listeners: { readonly purpose: string; readonly listen: () => Promise<OpenListener> }[] =
    [];
  private readonly resources: { readonly name: string; readonly close: () => Promise<unknown> }[] = [];
  private readonly left: (() => void)[] = [];
  private readonly needed: (Lack & { readonly isThere: () => boolean })[] = [];
  private readonly wished: (Lack & { readonly isThere: () => boolean })[] = [];
  private queueMs: (() => number) | undefined;
  private readonly schedule: Schedule;
  private readonly subscriptions: Subscription[] = [];
  private readonly open: OpenListener[] = [];
  private closing: Promise<void> | undefined;

  constructor(
    private readonly platform: Platform,
    private readonly limits = LIMITS,
  ) {
    this.schedule = new Schedule(platform.telemetry);
  }

  /** Answers a call of other services. */
  call<Request, Response>(
    contract: CallContract<Request, Response>,
    handler: (request: Request) => Promise<Response>,
  ): void {
    this.calls.push(() => this.platform.calls.serve(contract, handler));
  }

  /** Is done once at the start, after what was declared before; topics, jobs and listeners wait for it. */
  first(run: () => Promise<unknown>): void {
    this.firsts.push(run);
  }

  /** Handles the records of a topic; the consumer group is the service's name. */
  topic(topic: string, handler: BatchHandler, options: TopicOptions = {}): void {
    this.topics.push({ ...options, topic, handler });
  }

  /** What handles the records of a topic here. */
  handlingOf(topic: string): Pick<DeclaredTopic, 'handler' | 'rehearse'> | undefined {
    return this.topics.find((each) => each.topic === topic);
  }

  /** Runs by the clock, `pause` milliseconds after its last round; see Schedule. */
  job(name: string, pause: JobPause, run: () => Promise<unknown>, options?: JobOptions): void {
    this.schedule.every(name, pause, run, options);
  }

  /** Listens, when all else has started. `purpose` names the address, e.g. `public`. */
  http(purpose: string, listen: () => Promise<OpenListener>): void {
    this.listeners.push({ purpose, listen });
  }

  /** Is freed at the end, and also when the service does not start. */
  resource(name: string, close: () => Promise<unknown>): void {
    this.resources.push({ name, close });
  }

  /** Is told first when the service closes: whoever is held by a listener can be let go. */
  leaving(tell: () => void): void {
    this.left.push(tell);
  }

  /** A part without which the service cannot do its work yet, e.g. `directory`; shown by /health/ready. */
  needs(part: string, isThere: () => boolean, says: string): void {
    this.needed.push({ part, isThere, says });
  }

  /** The parts that are not there yet. */
  missing(): Lack[] {
    return this.needed.filter(({ isThere }) => !isThere());
  }

  /** A part without which the service works, but not all of it, e.g. a network's lookups; shown by /health/ready. */
  mayLack(part: string, isThere: () => boolean, says: string): void {
    this.wished.push({ part, isThere, says });
  }

  /** The parts that are wanting while the service works. */
  impaired(): Lack[] {
    return this.wished.filter(({ isThere }) => !isThere());
  }

  /** How long the oldest payment that the service has taken waits for routing, in milliseconds. */
  queue(oldestMs: () => number): void {
    this.queueMs = oldestMs;
  }

  /** Undefined for a service that takes no payments. */
  queueOldestMs(): number | undefined {
    return this.queueMs?.();
  }

  /** Answers calls from now on; `start` does so first. */
  serveCalls(): void {
    for (const serve of this.calls.splice(0)) serve();
  }

  /** Starts what was declared; when a part does not start, closes all and rejects with that part's error. */
  async start(): Promise<RunningService> {
    const { service, transport } = this.platform;
    const addresses: Record<string, string> = {};
    try {
      this.serveCalls();
      for (const run of this.firsts) await run();
      for (const { topic, handler, rehearse: _rehearse, ...options } of this.topics)
        this.subscriptions.push(await transport.subscribe(topic, handler, { ...options, group: service }));
      this.schedule.start();
      for (const { purpose, listen } of this.listeners) {
        const listener = await listen();
        this.open.push(listener);
        addresses[purpose] = listener.url;
      }
    } catch (error) {
      await this.close().catch((err: unknown) =>
        this.platform.telemetry.log.warn({ err }, 'what had started was not closed cleanly'),
      );
      throw error;
    }
    return { name: service, addresses, close: () => this.close(), impaired: () => this.impaired() };
  }

  /** Closes everything, whatever fails on the way; then rejects with the first failure. */
  close(): Promise<void> {
    this.closing ??= this.closeInOrder();
    return this.closing;
  }

  private async closeInOrder(): Promise<void> {
    const failures: unknown[] = [];
    const attempt = async (
      name: string,
      closers: readonly (() => Promise<unknown>)[],
      limitMs?: number,
    ): Promise<void> => {
      const closing = closers.map((close) => within(limitMs, close, name));
      for (const closed of await Promise.allSettled(closing)) {
        if (closed.status === 'fulfilled') continue;
        failures.push(closed.reason);
        this.platform.telemetry.log.warn({ err: closed.reason as unknown }, `${name} did not close cleanly`);
      }
    };
    const { listenersMs, workMs } = this.limits;
    for (const tell of this.left) tell();
    const listeners = this.open.map((listener) => () => listener.close());
    await attempt('a listener', listeners, listenersMs);
    const subscriptions = this.subscriptions.map((subscription) => () => subscription.close());
    await attempt('a subscription', [...subscriptions, () => this.schedule.close()], workMs);
    for (const { name, close } of [...this.resources].reverse()) await attempt(name, [close]);
    if (failures.length > 0) throw failures[0];
  }
}

/** Rejects when it takes longer: what follows is closed even so. */
async function within(
  limitMs: number | undefined,
  close: () => Promise<unknown>,
  name: string,
): Promise<unknown> {
  if (limitMs === undefined) return close();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, fail) => {
    timer = setTimeout(() => fail(new Error(`${name} was not closed within ${limitMs} ms`)), limitMs);
  });
  try {
    return await Promise.race([close(), late]);
  } finally {
    clearTimeout(timer);
  }
}
