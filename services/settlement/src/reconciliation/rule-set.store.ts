import { reconciliationRules, type MatchRule, type ReconciliationRules } from '@tonle/contracts';
import type { Queryable, Transaction } from '@tonle/persistence';

/** A version of the rules. */
export interface RuleSet {
  readonly version: number;
  readonly rules: ReconciliationRules;
}

interface RuleSetRow {
  readonly version: number;
  readonly body: unknown;
}

/** The version that a day is compared by: the newest of those that are in force on it, so that a past day keeps its own. */
export async function ruleSetOf(database: Queryable, day: string): Promise<RuleSet> {
  const [row] = await database.query<RuleSetRow & object>(
    `SELECT version, body
     FROM reconciliation_rule_set
     WHERE effective_from <= $1::date
     ORDER BY version DESC
     LIMIT 1`,
    [day],
  );
  if (row === undefined) throw new Error(`no rules of reconciliation are in force on ${day}`);
  return { version: row.version, rules: reconciliationRules.parse(row.body) };
}

/** The rule of a pass at the level of payments and partners. */
export function ruleIn({ rules }: RuleSet, pass: number): MatchRule | undefined {
  return rules.rules.find((rule) => rule.level === 'L-P' && rule.pass === pass);
}

/** By which matches name it. */
export function ruleId(ruleSet: RuleSet, pass: number): string {
  return ruleIn(ruleSet, pass)?.id ?? `LP${pass}`;
}

/** The newest, locked: two versions are not made at once. */
export async function latestVersion(transaction: Transaction): Promise<number> {
  const [row] = await transaction.query<{ version: number }>(
    `SELECT version
     FROM reconciliation_rule_set
     ORDER BY version DESC
     LIMIT 1
     FOR UPDATE`,
  );
  return row!.version;
}

export async function insertRuleSet(
  transaction: Transaction,
  made: {
    readonly version: number;
    readonly effectiveFrom: string;
    readonly rules: ReconciliationRules;
    readonly approvalId: string;
    readonly madeBy: string;
    readonly at: Date;
  },
): Promise<void> {
  await transaction.query(
    `INSERT INTO reconciliation_rule_set (version, effective_from, body, approval_id, made_by, made_at)
     VALUES ($1, $2, $3, $4, $5, $6)`,
    [made.version, made.effectiveFrom, JSON.stringify(made.rules), made.approvalId, made.madeBy, made.at],
  );
}
