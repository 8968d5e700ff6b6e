import type { Trouble } from '@tonle/contracts';
import { isConnectionLoss, sqlState } from '@tonle/persistence';
import type { Platform } from './platform.js';

const ANSWER_MS_MAX = 2_000;
export const WATCH_EVERY_MS = 2_000;
/** What was wanting and was not asked about for so long is not wanting since then. */
const ASKED_WITHIN_MS = 3 * WATCH_EVERY_MS;

/** Something outside of the process that a service stands on. */
interface WatchedPart {
  readonly part: 'database' | 'broker' | 'shared state';
  /** Rejects while it cannot be used. */
  check(): Promise<unknown>;
}

/** A part that is wanting, by its name, in words. */
export interface Lack {
  readonly part: string;
  readonly says: string;
}

/** Without these a service cannot keep on: others do without. */
const NEEDED: ReadonlySet<string> = new Set(['database', 'broker']);

/**
 * Asks what a service stands on whether it answers, and remembers since when it does not. One question to a part at a time: one that
 * hangs is asked no second time meanwhile.
 */
export class PartWatch {
  private readonly parts: readonly WatchedPart[];
  private readonly open = new Map<string, Promise<string | undefined>>();
  private readonly said = new Map<string, string>();
  private readonly wanting = new Map<string, { readonly sinceMs: number; seenAt: number }>();
  private readonly down;
  private looking: Promise<void> | undefined;

  constructor(
    private readonly platform: Pick<Platform, 'clock' | 'telemetry' | 'database' | 'transport' | 'shared'>,
    private readonly answerMsMax = ANSWER_MS_MAX,
  ) {
    const { database, transport, shared, telemetry } = platform;
    this.parts = [
      { part: 'database', check: () => database.check() },
      ...(transport.check === undefined
        ? []
        : [{ part: 'broker' as const, check: () => transport.check!() }]),
      ...(shared.check === undefined
        ? []
        : [{ part: 'shared state' as const, check: () => shared.check!() }]),
    ];
    this.down = telemetry.gauge(
      'tonle_part_down_seconds',
      'How long a part has not been usable; 0 while it is',
      ['part'],
    );
    for (const { part } of this.parts) this.down.set({ part }, 0);
  }

  /** Asks all of them, once for all who want to know at the same time. */
  look(): Promise<void> {
    this.looking ??= this.lookAtAll().finally(() => (this.looking = undefined));
    return this.looking;
  }

  /** What was found wanting last: without `needed` the service cannot work, without the others it does. */
  get lacks(): { readonly needed: readonly Lack[]; readonly dispensable: readonly Lack[] } {
    const all = [...this.said].map(([part, says]) => ({ part, says }));
    return {
      needed: all.filter(({ part }) => NEEDED.has(part)),
      dispensable: all.filter(({ part }) => !NEEDED.has(part)),
    };
  }

  /** These with since when they are wanting. */
  dated(lacks: readonly Lack[]): Trouble[] {
    const nowMs = this.platform.clock.now();
    const troubles = lacks.map(({ part, says }) => {
      const since = new Date(this.wantingSince(part, nowMs)).toISOString();
      return { part, since, says };
    });
    for (const { part } of this.parts) {
      const downMs = this.said.has(part) ? nowMs - this.wantingSince(part, nowMs) : 0;
      this.down.set({ part }, downMs / 1_000);
    }
    return troubles;
  }

  private wantingSince(part: string, nowMs: number): number {
    const seenAt = performance.now();
    const known = this.wanting.get(part);
    if (known !== undefined && seenAt - known.seenAt <= ASKED_WITHIN_MS) {
      known.seenAt = seenAt;
      return known.sinceMs;
    }
    this.wanting.set(part, { sinceMs: nowMs, seenAt });
    return nowMs;
  }

  private async lookAtAll(): Promise<void> {
    await Promise.all(this.parts.map((part) => this.lookAt(part)));
  }

  private async lookAt({ part, check }: WatchedPart): Promise<void> {
    const says = await this.wordsOf(part, check);
    const before = this.said.get(part);
    if (says === undefined) this.said.delete(part);
    else this.said.set(part, says);
    const { log } = this.platform.telemetry;
    if (says !== undefined && before === undefined) log.error({ part, says }, 'a part cannot be used');
    if (says === undefined && before !== undefined) log.warn({ part }, 'a part can be used again');
  }

  /** Undefined when it can be used. */
  private async wordsOf(part: string, check: WatchedPart['check']): Promise<string | undefined> {
    // Whoever asks about a part that hangs is told so at once.
    if (this.open.has(part) && this.said.has(part)) return SILENT;
    const asked = this.open.get(part) ?? this.ask(part, check);
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<string>((done) => {
      timer = setTimeout(() => done(SILENT), this.answerMsMax);
    });
    const words = await Promise.race([asked, late]);
    clearTimeout(timer);
    return words;
  }

  private ask(part: string, check: WatchedPart['check']): Promise<string | undefined> {
    const asked = Promise.resolve()
      .then(check)
      .then(
        () => undefined,
        (error: unknown) => {
          this.platform.telemetry.log.info({ err: error, part }, 'a part was asked in vain');
          return troubleWords(error);
        },
      )
      .finally(() => this.open.delete(part));
    this.open.set(part, asked);
    return asked;
  }
}

const SILENT = 'does not answer: it hangs, is overloaded, or cannot be reached';

/** Of ioredis and kafkajs, whose errors have no codes. */
const SILENT_TEXTS = /timed out|timeout|isn't writeable|Connection is closed/i;

/** By SQLSTATE, or by Node's name of what the socket met. */
const WORDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'refuses connections: it is down',
  ENOTFOUND: 'is not known by its name',
  '57P01': 'is being stopped',
  '57P02': 'has crashed and recovers',
  '57P03': 'is starting or being stopped',
  '53100': 'has no space left on its disk',
  '53200': 'has no memory left',
  '53300': 'has no connection left for us',
  '58030': 'cannot read or write its disk',
  '25006': 'takes no writes',
  '28P01': 'does not accept our password',
  '28000': 'does not accept our login',
};

/** What an error of a part means, in words that anybody may read: never what the other side has written. */
export function troubleWords(error: unknown): string {
  for (let one = error, depth = 0; one !== undefined && one !== null && depth < 5; depth += 1) {
    const { code, cause, errors, message } = one as Readonly<Record<string, unknown>>;
    const known = WORDS[sqlState(one) ?? ''] ?? (typeof code === 'string' ? WORDS[code] : undefined);
    if (known !== undefined) return known;
    if (typeof message === 'string' && /ECONNREFUSED/.test(message)) return WORDS['ECONNREFUSED']!;
    if (typeof message === 'string' && SILENT_TEXTS.test(message)) return SILENT;
    one = Array.isArray(errors) ? errors[0] : cause;
  }
  return isConnectionLoss(error) ? SILENT : 'cannot be used; the log says why';
}

const watches = new WeakMap<object, PartWatch>();

/** The watch of a service, whoever asks: a service has one database. */
export function watchOf(platform: Platform): PartWatch {
  const known = watches.get(platform.database);
  if (known !== undefined) return known;
  const watch = new PartWatch(platform);
  watches.set(platform.database, watch);
  return watch;
}
