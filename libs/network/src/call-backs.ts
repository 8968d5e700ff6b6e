import { processTimeMs, type Database } from '@tonle/persistence';
import type { Platform } from '@tonle/platform';

/** An answer that nobody has fetched for so long is of no use to anybody. */
const KEPT_S = 60;
/** The look itself takes time; less than the shortest pause between two questions about one thing. */
const SLACK_MS = 500;
/** More than this at once: others find their answer when they ask again. */
const WAITING_MAX = 10_000;

/** What a network said later, at our door. */
export interface CallBack {
  readonly bytes: Uint8Array;
  readonly headers: Readonly<Record<string, string>>;
}

/** Who waits for one. Leave in any case: a place is held until then. */
export interface CallBackWaiter {
  /** Undefined when none came within `ms`. */
  within(ms: number): Promise<CallBack | undefined>;
  leave(): void;
}

interface Waiting {
  /** By this process's own clock. */
  readonly since: number;
  readonly tell: (callBack: CallBack | undefined) => void;
}

type Host = Pick<Platform, 'service' | 'instance' | 'shared' | 'telemetry'> & { readonly database: Database };

/**
 * Answers by call-back, and who waits for them. One that comes to another instance than the one that asked goes by the table;
 * a poke saves time, and only keys travel by it. What is lost here is asked again: nothing that counts as evidence of
 * money is left to it.
 */
export class CallBacks {
  private readonly waiting = new Map<string, Set<Waiting>>();
  private count = 0;

  constructor(private readonly host: Host) {}

  /** Comes before the question leaves: the answer may be faster than its receipt. */
  enter(key: string): CallBackWaiter {
    if (this.count >= WAITING_MAX) return NOT_HELD;
    let tell: Waiting['tell'] = () => undefined;
    const told = new Promise<CallBack | undefined>((done) => (tell = done));
    const waiter: Waiting = { since: processTimeMs(), tell };
    const waiters = this.waiting.get(key) ?? new Set();
    this.waiting.set(key, waiters.add(waiter));
    this.count += 1;
    let timer: NodeJS.Timeout | undefined;
    return {
      within: (ms) => {
        timer = setTimeout(() => tell(undefined), Math.max(ms, 0));
        return told;
      },
      leave: () => {
        clearTimeout(timer);
        if (!waiters.delete(waiter)) return;
        this.count -= 1;
        if (waiters.size === 0 && this.waiting.get(key) === waiters) this.waiting.delete(key);
      },
    };
  }

  /** Gives it to all who wait here under its key; false when nobody does. */
  deliver(key: string, callBack: CallBack): boolean {
    const waiters = this.waiting.get(key);
    if (waiters === undefined) return false;
    this.waiting.delete(key);
    this.count -= waiters.size;
    for (const { tell } of waiters) tell(callBack);
    waiters.clear();
    return true;
  }

  /** For whoever waits at another instance. Durable when it resolves. */
  async pass(key: string, { bytes, headers }: CallBack): Promise<void> {
    const { database, shared, telemetry } = this.host;
    await database.query('INSERT INTO call_back (key, bytes, headers) VALUES ($1, $2, $3)', [
      key,
      Buffer.from(bytes),
      JSON.stringify(headers),
    ]);
    await shared.publish(this.channel, key).catch((error: unknown) => {
      telemetry.log.warn({ err: error }, 'other instances could not be told of a call-back: they look later');
    });
  }

  /** What others have passed on: asked for when poked, and by itself. Only what came after all who wait for it counts. */
  async look(keys: readonly string[] = [...this.waiting.keys()]): Promise<void> {
    const wanted = keys.filter((key) => this.waiting.has(key));
    if (wanted.length === 0) return;
    const waited = wanted.map((key) => processTimeMs() - Math.max(...this.sinces(key)) + SLACK_MS);
    const rows = await this.host.database.query<{ key: string; bytes: Buffer; headers: CallBack['headers'] }>(
      `SELECT DISTINCT ON (key) key, bytes, headers
       FROM call_back
       JOIN unnest($1::text[], $2::float8[]) AS wanted (key, waited) USING (key)
       WHERE at > clock_timestamp() - waited * interval '1 millisecond'
       ORDER BY key, call_back_id DESC`,
      [wanted, waited],
    );
    for (const { key, bytes, headers } of rows) this.deliver(key, { bytes, headers });
  }

  /** Listens for pokes until the returned function is called. */
  async listen(): Promise<() => Promise<void>> {
    const { shared, telemetry } = this.host;
    const missed = (error: unknown): void =>
      telemetry.log.warn({ err: error }, 'call-backs of other instances are found a little later');
    try {
      return await shared.listen(this.channel, (key) => void this.look([key]).catch(missed));
    } catch (error) {
      missed(error);
      return () => Promise.resolve();
    }
  }

  /** Forgets what nobody will fetch any more. */
  async forget(): Promise<void> {
    await this.host.database.query(
      `DELETE FROM call_back WHERE at < clock_timestamp() - $1 * interval '1 second'`,
      [KEPT_S],
    );
  }

  private sinces(key: string): number[] {
    return [...(this.waiting.get(key) ?? [])].map(({ since }) => since);
  }

  private get channel(): string {
    return `${this.host.service}:call-back`;
  }
}

const NOT_HELD: CallBackWaiter = { within: () => Promise.resolve(undefined), leave: () => undefined };
