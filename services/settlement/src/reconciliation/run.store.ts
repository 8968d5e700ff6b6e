import { createHash } from 'node:crypto';
import type { Queryable, Transaction } from '@tonle/persistence';
import { digestsOf, type RunName } from './match.store.js';
import { BUCKETS } from './workspace.store.js';

/** What a run counted. */
export interface RunCounts {
  readonly ours: number;
  readonly matched: number;
  readonly waiting: number;
  readonly open: number;
  readonly suggested: number;
}

/** A result, and whether the run before had another one. */
export interface KeptRun {
  readonly run: number;
  readonly digest: string;
  readonly isNew: boolean;
  /** The same was compared by the same rules, and something else came out. */
  readonly isContradiction: boolean;
}

/** SHA-256 over matches, findings and counts that hold in a run: equal results have equal digests. */
export async function resultDigest(
  database: Queryable,
  name: Pick<RunName, 'dayId' | 'run'>,
  counts: RunCounts,
): Promise<{ readonly matches: string; readonly digest: string }> {
  const matches = createHash('sha256');
  const all = createHash('sha256');
  for (let bucket = 0; bucket < BUCKETS; bucket += 1) {
    const of = await digestsOf(database, name, bucket);
    matches.update(of.matches);
    all.update(of.findings);
  }
  const { ours, matched, waiting, open, suggested } = counts;
  const matchesDigest = matches.digest('hex');
  all.update(JSON.stringify([matchesDigest, ours, matched, waiting, open, suggested]));
  return { matches: matchesDigest, digest: all.digest('hex') };
}

interface LastRun {
  readonly ruleSet: number;
  readonly inputsDigest: string;
  readonly digest: string;
}

/** Notes a run: one with the result of the last confirms it, any other is a new one. */
export async function keepRun(
  transaction: Transaction,
  { dayId, run, ruleSet }: RunName,
  of: { readonly counts: RunCounts; readonly leftDigest: string; readonly at: Date },
): Promise<KeptRun> {
  const { matches, digest } = await resultDigest(transaction, { dayId, run }, of.counts);
  const inputsDigest = createHash('sha256').update(`${matches} ${of.leftDigest}`).digest('hex');
  const [last] = await transaction.query<LastRun & object>(
    `SELECT rule_set AS "ruleSet", inputs_digest AS "inputsDigest", digest
     FROM reconciliation_run
     WHERE day_id = $1 AND run = $2`,
    [dayId, run - 1],
  );
  if (last?.digest === digest && last.ruleSet === ruleSet) {
    await transaction.query(
      `UPDATE reconciliation_run
       SET confirmed_at = $3, times = times + 1, inputs_digest = $4
       WHERE day_id = $1 AND run = $2`,
      [dayId, run - 1, of.at, inputsDigest],
    );
    return { run: run - 1, digest, isNew: false, isContradiction: false };
  }
  await transaction.query(
    `INSERT INTO reconciliation_run (day_id, run, rule_set, ran_at, confirmed_at, inputs_digest, digest, counts)
     VALUES ($1, $2, $3, $4, $4, $5, $6, $7)`,
    [dayId, run, ruleSet, of.at, inputsDigest, digest, JSON.stringify(of.counts)],
  );
  const isContradiction = last?.inputsDigest === inputsDigest && last.ruleSet === ruleSet;
  return { run, digest, isNew: true, isContradiction };
}
