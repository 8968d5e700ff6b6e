import { reconciliationRules, type ReconciliationRules, type ReconciliationRun } from '@tonle/contracts';
import type { Queryable } from '@tonle/persistence';

interface RunRow extends Omit<ReconciliationRun, 'ranAt' | 'confirmedAt'> {
  readonly ranAt: Date;
  readonly confirmedAt: Date;
}

/** Which results, and behind which one. */
interface RunFilter {
  readonly day?: string;
  readonly partner?: string;
  readonly after?: Pick<ReconciliationRun, 'day' | 'partner' | 'currency' | 'level' | 'run'>;
  readonly limit: number;
}

/** Results of days, the newest first. */
export async function listRuns(
  database: Queryable,
  { day, partner, after, limit }: RunFilter,
): Promise<ReconciliationRun[]> {
  const rows = await database.query<RunRow & object>(
    `SELECT level, partner, currency, day::text AS day, run, rule_set AS "ruleSet", ran_at AS "ranAt",
       confirmed_at AS "confirmedAt", times, digest, counts
     FROM reconciliation_run
     JOIN reconciliation_day USING (day_id)
     WHERE ($1::date IS NULL OR day = $1)
       AND ($2::text IS NULL OR partner = $2)
       AND ($4::date IS NULL OR day < $4 OR day = $4 AND (partner, currency, level, -run) > ($5, $6, $7, -$8::integer))
     ORDER BY day DESC, partner, currency, level, run DESC
     LIMIT $3`,
    [
      ...[day ?? null, partner ?? null, limit],
      ...[
        after?.day ?? null,
        after?.partner ?? null,
        after?.currency ?? null,
        after?.level ?? null,
        after?.run ?? null,
      ],
    ],
  );
  return rows.map(({ ranAt, confirmedAt, ...run }) => ({
    ...run,
    ranAt: ranAt.toISOString(),
    confirmedAt: confirmedAt.toISOString(),
  }));
}

interface RuleSetRow {
  readonly version: number;
  readonly effectiveFrom: string;
  readonly madeBy: string;
  readonly body: unknown;
}

/** All versions of the rules, the newest first. */
export async function listRuleSets(
  database: Queryable,
): Promise<(Omit<RuleSetRow, 'body'> & { readonly rules: ReconciliationRules })[]> {
  const rows = await database.query<RuleSetRow & object>(
    `SELECT version, effective_from::text AS "effectiveFrom", made_by AS "madeBy", body
     FROM reconciliation_rule_set
     ORDER BY version DESC`,
  );
  return rows.map(({ body, ...row }) => ({ ...row, rules: reconciliationRules.parse(body) }));
}
