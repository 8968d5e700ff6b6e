import { reconciliationRules, type MatchRule, type ReconciliationRules } from '@tonle/contracts';
import type { Queryable, Transaction } from '@tonle/persistence';
import type { LateInterest } from './break-handling.decide.js';
import type { FeeFormula } from './line-terms.decide.js';
import { EDGE_MINUTES } from './rule-set-words.decide.js';

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

const MINUTE_MS = 60_000;

/** So near to midnight the other side may have a payment on the day beside. */
export function edgeMsOf({ rules }: RuleSet): number {
  return (rules.edgeMinutes ?? EDGE_MINUTES) * MINUTE_MS;
}

/** What a network takes of each payment, by its contract; undefined: nobody has said. */
export function feeOfNetwork(
  { rules }: RuleSet,
  { partner, currency }: { readonly partner: string; readonly currency: string },
): FeeFormula | undefined {
  const found = rules.fees?.find((each) => each.partner === partner && each.currency === currency);
  return found && { basisPoints: BigInt(found.basisPoints), fixedMinor: BigInt(found.fixedMinor) };
}

/** What may be asked of whoever pays late in a currency; undefined: nothing. */
export function interestIn({ rules }: RuleSet, currency: string): LateInterest | undefined {
  const found = rules.interest?.find((each) => each.currency === currency);
  return (
    found && {
      basisPointsPerYear: BigInt(found.basisPointsPerYear),
      daysOfYear: BigInt(found.daysOfYear),
    }
  );
}

/** The newest, locked: two versions are not made at once. */
export async function latestRuleSet(
  transaction: Transaction,
): Promise<RuleSet & { readonly effectiveFrom: string }> {
  const [row] = await transaction.query<RuleSetRow & { readonly effectiveFrom: string }>(
    `SELECT version, body, effective_from::text AS "effectiveFrom"
     FROM reconciliation_rule_set
     ORDER BY version DESC
     LIMIT 1
     FOR UPDATE`,
  );
  const { version, effectiveFrom, body } = row!;
  return { version, effectiveFrom, rules: reconciliationRules.parse(body) };
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
