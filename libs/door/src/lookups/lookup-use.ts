import type { LookupCounts, LookupUse as ShownUse } from '@tonle/contracts';
import { allByHalves } from '@tonle/messaging';
import type { Database } from '@tonle/persistence';
import type { Clock, Service } from '@tonle/platform';
import type { Telemetry } from '@tonle/telemetry';
import { addLookupCounts, deleteLookupCounts, sumLookupCounts } from './lookup-count.store.js';

const SPAN_MS = 600_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
const KEPT_MS = 7 * DAY_MS;
const WRITE_EVERY_MS = 2_000;
const FORGET_EVERY_MS = 600_000;

/** What came of a lookup: `declined` by the network for another reason than that it does not know the payee. */
export type LookupOutcome = Exclude<keyof LookupCounts, 'paid'>;

const NONE: LookupCounts = { found: 0, notFound: 0, declined: 0, unanswered: 0, refused: 0, paid: 0 };

export interface LookupUseParts {
  readonly database: Database;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
}

/**
 * Counts lookups and payments by participant, for people who look for one that collects names: many lookups without
 * payments, or many that find nobody. Written every two seconds: what a killed process had not written is not counted.
 */
export class LookupUseCounter {
  private counts = new Map<string, LookupCounts & { participant: string; since: Date }>();
  private readonly total;

  constructor(private readonly parts: LookupUseParts) {
    this.total = parts.telemetry.counter('tonle_lookups_total', 'Lookups of participants by outcome', [
      'participant',
      'outcome',
    ]);
  }

  /** Declares what writes the counts, and what keeps the table small. */
  runIn(service: Service): void {
    service.job('write-lookup-counts', WRITE_EVERY_MS, () => this.write());
    service.job('delete-lookup-counts', FORGET_EVERY_MS, () =>
      deleteLookupCounts(this.parts.database, new Date(this.parts.clock.now() - KEPT_MS)),
    );
    service.resource('counts of lookups', () => this.write());
  }

  /** One lookup, once it is known what came of it. */
  asked(participant: string, outcome: LookupOutcome): void {
    this.total.inc({ participant, outcome: outcome === 'notFound' ? 'not_found' : outcome });
    this.add(participant, { [outcome]: 1 });
  }

  /** One payment that has completed. */
  paid(participant: string): void {
    this.add(participant, { paid: 1 });
  }

  /** What is counted becomes durable; what could not be written is written next time. */
  async write(): Promise<void> {
    if (this.counts.size === 0) return;
    const taken = [...this.counts.values()];
    this.counts = new Map();
    const unwritten = new Set(taken);
    const write = async (part: readonly (typeof taken)[number][]) => {
      await addLookupCounts(this.parts.database, part);
      for (const each of part) unwritten.delete(each);
    };
    try {
      await allByHalves(taken, write, ({ participant }) => `lookups of ${participant} cannot be counted`);
    } finally {
      for (const { participant, since, ...counts } of unwritten) this.add(participant, counts, since);
    }
  }

  /** The last hour and the last day, to ten minutes. */
  async shown(): Promise<ShownUse[]> {
    await this.write();
    const until = new Date(this.parts.clock.now());
    const since = (ms: number) => sumLookupCounts(this.parts.database, new Date(until.getTime() - ms), until);
    const [hour, day] = await Promise.all([since(HOUR_MS), since(DAY_MS)]);
    const lastHour = new Map(hour.map(({ participant, ...counts }) => [participant, counts]));
    return day.map(({ participant, ...counts }) => ({
      participant,
      hour: lastHour.get(participant) ?? NONE,
      day: counts,
    }));
  }

  private add(participant: string, more: Partial<LookupCounts>, since = this.span()): void {
    const key = `${since.getTime()} ${participant}`;
    const known = this.counts.get(key) ?? { ...NONE, participant, since };
    const sums = Object.fromEntries(
      Object.entries(more).map(([name, count]) => [name, known[name as keyof LookupCounts] + count]),
    );
    this.counts.set(key, { ...known, ...sums });
  }

  private span(): Date {
    return new Date(Math.floor(this.parts.clock.now() / SPAN_MS) * SPAN_MS);
  }
}
