import type { Database, Transaction } from '@tonle/persistence';
import type { Clock, Random } from '@tonle/platform';
import { endDifferences, openDifferences } from './break-register.store.js';
import { batchFacts } from './batch-facts.store.js';
import {
  clearedTotals,
  noteBatches,
  standingOfBatches,
  type BatchDifference,
  type MatchedBatch,
} from './batch-comparison.store.js';
import { keepResults, lockDay } from './match.store.js';
import { dayPrefix, judgeBatches, strayPayments } from './partner-batch.decide.js';
import type { BatchVerdict } from './partner-batch.js';
import { batchDays } from './partner-batch.store.js';
import { keepRun, type KeptRun } from './run.store.js';
import { ruleSetOf } from './rule-set.store.js';
import type { SettlementDifference } from './settlement-difference.js';
import type { StatementName } from './statement.store.js';
import { BUCKETS, openWorkspace } from './workspace.store.js';

const DAY_MS = 86_400_000;
/** What banks pay late, or people place, changes a day for about so long; what differs is looked at for longer. */
const DAYS_BACK = 10;

/** What a day of batches has come to, before it is kept. */
interface JudgedDay {
  readonly matched: readonly MatchedBatch[];
  /** Of batches and their money: breaks. */
  readonly differences: readonly (BatchDifference & Pick<SettlementDifference, 'day'>)[];
  /** What is told and no break by itself: each payment that makes it has one. */
  readonly told: readonly BatchDifference[];
  readonly counts: {
    readonly ours: number;
    readonly matched: number;
    readonly waiting: number;
    readonly open: number;
  };
}

/**
 * Compares what networks settle together with what banks moved for it, and with the payments that it is for (level P-B of domain 7.5).
 * Done again it is the same result, as long as nothing is new; nothing is booked by it.
 */
export class BatchComparisonJob {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly random: Random,
  ) {}

  readonly run = async (): Promise<void> => {
    const from = new Date(this.clock.now() - DAYS_BACK * DAY_MS).toISOString().slice(0, 10);
    for (const day of await batchDays(this.database, from)) await this.compare(day);
  };

  compare(of: StatementName): Promise<KeptRun> {
    return this.database.transaction(async (transaction) => {
      const { dayId, lastRun } = await lockDay(transaction, 'P-B', of);
      const { version, rules } = await ruleSetOf(transaction, of.day);
      const named = (pass: number): string =>
        rules.rules.find((rule) => rule.level === 'P-B' && rule.pass === pass)?.id ?? `PB${pass}`;
      const judged = await judgedDay(transaction, of, { exact: named(1), several: named(4) });
      await openWorkspace(transaction);
      await noteBatches(transaction, judged.matched, [...judged.differences, ...judged.told]);
      const name = { dayId, run: lastRun + 1, ruleSet: version };
      await keepResults(transaction, name, { from: 0, to: BUCKETS - 1 });
      await this.writeBreaks(transaction, of, judged.differences);
      const counts = { ...judged.counts, suggested: 0 };
      return keepRun(transaction, name, { counts, leftDigest: '', at: new Date(this.clock.now()) });
    });
  }

  /** Opens what differs, and ends what does no longer. */
  private async writeBreaks(
    transaction: Transaction,
    { partner, currency, day }: StatementName,
    differences: JudgedDay['differences'],
  ): Promise<void> {
    const now = new Date(this.clock.now());
    const found = differences.map((each) => ({ ...each, partner, currency }));
    const ids = found.map(() => this.random.id(now.getTime()));
    await openDifferences(transaction, found, ids, now);
    const still = new Set(found.map(({ type, key }) => `${type} ${key}`));
    const standing = await standingOfBatches(transaction, { partner, currency }, dayPrefix(day));
    const ended = standing
      .filter(({ type, key }) => !still.has(`${type} ${key}`))
      .map((each) => ({ ...each, partner, currency }));
    await endDifferences(transaction, ended, now);
  }
}

async function judgedDay(
  transaction: Transaction,
  of: StatementName,
  rules: { readonly exact: string; readonly several: string },
): Promise<JudgedDay> {
  const { currency, day } = of;
  const facts = await batchFacts(transaction, of);
  const verdicts = judgeBatches(facts, currency).filter(({ batch }) => batch.day === day);
  const strays = strayPayments(facts).filter((each) => each.day === day);
  const cleared = await clearedTotals(transaction, of);
  const total = { key: `${dayPrefix(day)}cleared`, ...(cleared ?? { ourMinor: 0n, theirMinor: 0n }) };
  const agrees = cleared !== undefined && total.ourMinor === total.theirMinor;
  const differs = cleared !== undefined && !agrees;
  const count = (kind: BatchVerdict['kind']): number => verdicts.filter((each) => each.kind === kind).length;
  return {
    matched: [
      ...verdicts.filter(isPaid).flatMap((each) => matchesOf(each, rules)),
      ...(agrees ? [{ ...total, part: 0, source: null, pass: 1, rule: rules.exact }] : []),
    ],
    differences: [
      ...verdicts.flatMap(({ key, findings }) => findings.map((each) => ({ day, ...each, key }))),
      ...strays.map(({ payment: { source, minor } }) => ({
        ...{ day, key: `${dayPrefix(day)}line ${source}`, type: 'NOSTRO_UNMATCHED' as const },
        ...{
          theirMinor: minor,
          detail: 'the bank paid the net of the day, and the network has settled it in no batch',
        },
      })),
    ],
    told: differs
      ? [
          {
            ...total,
            type: 'AMOUNT',
            detail: 'our payments and the cycles of the day; each payment has a break',
          },
        ]
      : [],
    counts: {
      ...{ ours: verdicts.length, matched: count('matched'), waiting: count('waits') },
      open: count('differs') + strays.length,
    },
  };
}

/** In part, too: what is wrong with it stands beside. */
const isPaid = ({ kind, sources }: BatchVerdict): boolean => kind === 'matched' || sources.length > 0;

/** What paid it, the whole of it told once. */
function matchesOf(
  { key, batch: { netMinor }, paidMinor, sources, isExact }: BatchVerdict,
  rules: { readonly exact: string; readonly several: string },
): MatchedBatch[] {
  const [pass, rule] = isExact ? [1, rules.exact] : [4, rules.several];
  const [first = null, ...others] = sources;
  const of = { key, pass, rule };
  return [
    { ...of, part: 0, source: first, ourMinor: netMinor, theirMinor: paidMinor },
    ...others.map((source, index) => ({ ...of, part: index + 1, source, ourMinor: 0n, theirMinor: 0n })),
  ];
}
