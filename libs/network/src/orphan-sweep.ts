import type { Clock } from '@tonle/platform';
import { processTimeMs, type Database } from '@tonle/persistence';
import type { Telemetry } from '@tonle/telemetry';
import type { EnquiryStore, OrphanSlice } from './enquiry.store.js';
import type { LegReporter } from './leg-reporter.js';
import type { LegStore } from './leg.store.js';

/** At a start this much of the past is looked at first, and older legs then, newest first. */
const RECENT_MS = 3_600_000;
/** Legs that one look passes over. */
const LEGS_MAX = 20_000;
/** Intents may be committed a little after their time; the sweep looks back this far again. */
const OVERLAP_MS = 60_000;
const LEFT_WAITING_MAX = 500;

export interface OrphanSweepOptions {
  readonly database: Database;
  readonly store: Pick<LegStore, 'claimLeftWaiting'>;
  readonly enquiries: Pick<EnquiryStore, 'adoptOrphans'>;
  readonly reporter: Pick<LegReporter, 'add'>;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
  /** An intent without answer of this process is taken for orphaned after this. */
  readonly orphanAfterMs: number;
  readonly sweepMs: number;
}

/**
 * Finds legs that were left without an end. What is older than this process was left by another and is known at once:
 * what was never sent is told so, about the rest the partner is asked.
 */
export class OrphanSweep {
  private readonly startedAt: number;
  private leftWaiting = true;
  private sweptTo: number | undefined;
  /** Legs with an older intent have not been looked at since the start; 0 when all have. */
  private historyFrom: number | undefined;
  /** Time of the process: a clock that is set delays no sweep. */
  private nextAt = 0;

  constructor(private readonly options: OrphanSweepOptions) {
    this.startedAt = options.clock.now();
  }

  /** Looks at the newest legs every `sweepMs`, and at a slice of the older ones until all were seen once. */
  async round(): Promise<void> {
    const { clock, orphanAfterMs, sweepMs } = this.options;
    if (this.leftWaiting) await this.tellLeftWaiting();
    const first = this.sweptTo === undefined;
    const now = clock.now();
    const to = first ? Math.min(this.startedAt, now) : now - orphanAfterMs;
    if (processTimeMs() >= this.nextAt) {
      // Never from the future, where a clock that was set back may have left it.
      const sweptTo = Math.max(0, this.sweptTo ?? to - RECENT_MS);
      const from = sweptTo > to ? Math.max(0, to - OVERLAP_MS) : sweptTo;
      this.historyFrom ??= from;
      const slice = await this.adopt(from, to, false);
      this.sweptTo = slice.whole ? to - OVERLAP_MS : slice.to;
      if (slice.whole) this.nextAt = processTimeMs() + sweepMs;
    } else if (this.historyFrom !== 0) {
      const slice = await this.adopt(0, this.historyFrom ?? to, true);
      // Legs of one batch have the same instant.
      this.historyFrom = slice.whole ? 0 : slice.from + 1;
    }
  }

  /** Routing tries again while there is time, or gives the money back. */
  private async tellLeftWaiting(): Promise<void> {
    const { database, store, reporter, telemetry } = this.options;
    const left = await store.claimLeftWaiting(database, this.startedAt, LEFT_WAITING_MAX);
    if (left.length < LEFT_WAITING_MAX) this.leftWaiting = false;
    const unsent = left.filter(({ takenUp }) => !takenUp);
    if (unsent.length > 0) telemetry.log.warn({ legs: unsent.length }, 'legs were never sent');
    const answer = { kind: 'not_sent', because: 'the process ended before it was sent' } as const;
    const known = { answer, evidence: [], enquiries: 0, notFounds: 0, firstAnswer: false };
    await Promise.all(unsent.map((leg) => reporter.add({ ...leg, ...known })));
  }

  private async adopt(from: number, to: number, newestFirst: boolean): Promise<OrphanSlice> {
    const { database, enquiries, clock, telemetry } = this.options;
    const range = { from, to, newestFirst, limit: LEGS_MAX };
    const slice = await enquiries.adoptOrphans(database, range, clock.now());
    if (slice.adopted > 0)
      telemetry.log.warn({ legs: slice.adopted }, 'legs without an answer will be asked about');
    return slice;
  }
}
