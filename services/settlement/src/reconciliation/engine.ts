import { counted, type StatementProof } from '@tonle/contracts';
import type { Transaction } from '@tonle/persistence';
import type { Random } from '@tonle/platform';
import { writeBreaks, type BreakChanges } from './break.store.js';
import { startOfDay } from './local-day.js';
import { breakCounts, keepResults, lockDay, matchedCount, type RunName } from './match.store.js';
import { LeftJudge, type KnownPayments } from './left-judge.js';
import type { LedgerEntries } from '../ledger/ledger-entries.js';
import type { ReconciliationTarget } from './reconciliation-targets.js';
import { roundingEntries } from './rounding.store.js';
import { feeOfNetwork, ruleId, ruleIn, ruleSetOf, type RuleSet } from './rule-set.store.js';
import { keepRun, type KeptRun, type RunCounts } from './run.store.js';
import { acceptSuggested, suggestPairs, suggestSums } from './suggestion.store.js';
import {
  BUCKETS,
  matchExactly,
  openWorkspace,
  orderLeft,
  sizeOf,
  takeBroken,
  takeLeft,
  takeOurs,
  takeTheirs,
  type BucketRange,
} from './workspace.store.js';

const HOUR_MS = 3_600_000;
/** The day and its neighbours, in slices. */
const DAYS_HOURS = 72;
const SLICE_HOURS = 6;
/** So many rows are compared by one statement. */
const ROWS_AT_ONCE = 200_000;
/** Of keys that pass 1 leaves, so many are in memory. */
const KEYS_AT_ONCE = 2_000;

export interface DayComparison extends RunCounts, BreakChanges, KeptRun {
  readonly ruleSet: number;
  readonly breaks: Readonly<Record<string, number>>;
  readonly proofs: readonly StatementProof[];
}

export interface CompareRequest {
  readonly target: ReconciliationTarget;
  readonly day: string;
  readonly now: Date;
  /** Younger items may be on their way to the other side. */
  readonly settledBefore: Date;
  readonly progress: (text: string) => Promise<void>;
}

/**
 * Compares a day of ours with a partner's (domain 7.5): what agrees in everything is matched by sets, the rest is judged key by key,
 * a few thousand at a time, then suggestions are looked for, and breaks and results are written. However large the day, memory stays
 * as it is; it is one transaction, so the result is there whole or not at all.
 */
export class ReconciliationEngine {
  constructor(
    private readonly random: Random,
    private readonly known: KnownPayments,
    private readonly entries: Pick<LedgerEntries, 'post'>,
  ) {}

  async compare(transaction: Transaction, request: CompareRequest): Promise<DayComparison> {
    const { target, day, now, progress } = request;
    const { dayId, lastRun } = await lockDay(transaction, 'L-P', { ...target, day });
    const ruleSet = await ruleSetOf(transaction, day);
    await openWorkspace(transaction);
    const ranges = rangesOf(await this.gather(transaction, request));
    for (const range of ranges) {
      await progress(`matching, ${percent(range.from)}`);
      await matchExactly(transaction, range, day, ruleId(ruleSet, 1), feeOfNetwork(ruleSet, target));
      await takeLeft(transaction, range, day);
    }
    const exact = await matchedCount(transaction);
    const judge = new LeftJudge(transaction, this.random, this.known, ruleSet, request);
    const left = await orderLeft(transaction);
    for (let first = 1; first <= left; first += KEYS_AT_ONCE) {
      await progress(`judging ${counted(left, 'key')} that differ, ${percentOf(first - 1, left)}`);
      await judge.batch(first, KEYS_AT_ONCE);
    }
    const { suggested, accepted } = await suggest(transaction, ruleSet, target.currency);
    const name = { dayId, run: lastRun + 1, ruleSet: ruleSet.version };
    const changed = await this.write(transaction, request, ranges, name);
    const counts: RunCounts = {
      ours: judge.counts.ours + exact,
      matched: judge.counts.matched + exact + accepted,
      waiting: judge.counts.waiting,
      open: judge.counts.open,
      suggested,
    };
    const kept = await keepRun(transaction, name, { counts, leftDigest: judge.digest(), at: now });
    const breaks = await breakCounts(transaction);
    return { ...counts, ...changed, ...kept, ruleSet: ruleSet.version, breaks, proofs: judge.proofs };
  }

  private async write(
    transaction: Transaction,
    { target, day, now, progress }: CompareRequest,
    ranges: readonly BucketRange[],
    name: RunName,
  ): Promise<BreakChanges> {
    const changed = { opened: 0, resolved: 0 };
    for (const range of ranges) {
      await progress(`keeping the result, ${percent(range.from)}`);
      const { opened, resolved } = await writeBreaks(transaction, { ...target, day }, range, now);
      changed.opened += opened;
      changed.resolved += resolved;
      await keepResults(transaction, name, range);
    }
    await this.entries.post(transaction, await roundingEntries(transaction, { ...target, day }));
    return changed;
  }

  /** Both sides of the day and its neighbours; how many rows they are. */
  private async gather(transaction: Transaction, { target, day, progress }: CompareRequest): Promise<number> {
    const { calendar, strongKey } = target;
    const start = startOfDay(day, calendar) - 24 * HOUR_MS;
    const keyed = { strongKey, utcOffsetMinutes: calendar.utcOffsetMinutes };
    for (let hours = 0; hours < DAYS_HOURS; hours += SLICE_HOURS) {
      const from = new Date(start + hours * HOUR_MS);
      const to = new Date(start + (hours + SLICE_HOURS) * HOUR_MS);
      await progress(`gathering our side, ${percentOf(hours, DAYS_HOURS)}`);
      await takeOurs(transaction, { ...target, from, to }, keyed);
    }
    await progress('gathering their side');
    for (const daysAfter of [-1, 0, 1])
      await takeTheirs(transaction, { ...target, day }, daysAfter, strongKey);
    await takeBroken(transaction, target);
    return sizeOf(transaction);
  }
}

/** Passes 3 and 4: pairs and sums for people to accept, and pairs so small that nobody has to. */
async function suggest(
  transaction: Transaction,
  ruleSet: RuleSet,
  currency: string,
): Promise<{ readonly suggested: number; readonly accepted: number }> {
  const pairs = ruleIn(ruleSet, 3);
  const sums = ruleIn(ruleSet, 4);
  const limit = ruleSet.rules.suggestions.find((each) => each.currency === currency);
  let [suggested, accepted] = [0, 0];
  if (pairs?.withinMinutes !== undefined) {
    suggested += await suggestPairs(transaction, { id: pairs.id, withinMinutes: pairs.withinMinutes });
    if (limit !== undefined)
      accepted = await acceptSuggested(transaction, BigInt(limit.withoutPersonMinor), pairs.id);
  }
  if (sums?.partsMax !== undefined)
    suggested += await suggestSums(transaction, { id: sums.id, partsMax: sums.partsMax });
  return { suggested: suggested - accepted, accepted };
}

/** Buckets that are worked on together, so that a small day costs few statements. */
function rangesOf(rows: number): BucketRange[] {
  const ranges = Math.min(BUCKETS, Math.max(1, Math.ceil(rows / ROWS_AT_ONCE)));
  return Array.from({ length: ranges }, (_, at) => ({
    from: Math.floor((at * BUCKETS) / ranges),
    to: Math.floor(((at + 1) * BUCKETS) / ranges) - 1,
  }));
}

const percentOf = (done: number, all: number): string => `${Math.floor((100 * done) / all)} %`;
const percent = (bucket: number): string => percentOf(bucket, BUCKETS);
