import type { Database } from '@tonle/persistence';
import type { Clock } from '@tonle/platform';
import { bankCounts, bankDays, compareBankDay } from './bank-comparison.store.js';
import { keepResults, lockDay } from './match.store.js';
import { keepRun, type KeptRun } from './run.store.js';
import { ruleSetOf } from './rule-set.store.js';
import type { StatementName } from './statement.store.js';
import { BUCKETS, openWorkspace } from './workspace.store.js';

const DAY_MS = 86_400_000;
/** What came late, or was placed by people, changes a day for about so long. */
const DAYS_BACK = 10;

/**
 * Keeps what banks' days come to (level L-B of domain 7.5): which line covered what, by which rule, and what is not covered or not
 * placed, with the digest of the result. The breaks themselves are opened where lines are placed.
 */
export class BankComparisonJob {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  readonly run = async (): Promise<void> => {
    const from = new Date(this.clock.now() - DAYS_BACK * DAY_MS).toISOString().slice(0, 10);
    for (const day of await bankDays(this.database, from)) await this.compare(day);
  };

  /** Done again it is the same result, as long as nothing is new. */
  compare(of: StatementName): Promise<KeptRun> {
    return this.database.transaction(async (transaction) => {
      const { dayId, lastRun } = await lockDay(transaction, 'L-B', of);
      const { version, rules } = await ruleSetOf(transaction, of.day);
      const named = (pass: number): string =>
        rules.rules.find((rule) => rule.level === 'L-B' && rule.pass === pass)?.id ?? `LB${pass}`;
      await openWorkspace(transaction);
      await compareBankDay(transaction, of, { exact: named(1), several: named(4) });
      const name = { dayId, run: lastRun + 1, ruleSet: version };
      await keepResults(transaction, name, { from: 0, to: BUCKETS - 1 });
      const { matched, differ } = await bankCounts(transaction);
      const counts = { ours: matched + differ, matched, waiting: 0, open: differ, suggested: 0 };
      return keepRun(transaction, name, { counts, leftDigest: '', at: new Date(this.clock.now()) });
    });
  }
}
