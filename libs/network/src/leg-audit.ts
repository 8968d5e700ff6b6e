import type { AuditReport } from '@tonle/contracts';
import type { Queryable } from '@tonle/persistence';

const VIOLATIONS_SHOWN_MAX = 20;

interface Check {
  readonly invariant: string;
  /** How many rows are looked at; column `checked`. */
  readonly count: string;
  /** Rows that break it; column `violation`, and `about` what stops a corridor. */
  readonly find: string;
}

const CHECKS: readonly Check[] = [
  {
    invariant: 'an answer has an intent before it',
    count: 'SELECT count(*)::int AS checked FROM leg_answer',
    find: `
      SELECT leg_answer.leg_key || ' ' || outcome AS violation
      FROM leg_answer
      LEFT JOIN leg USING (leg_key, attempt)
      WHERE leg.leg_key IS NULL
        OR leg.intent_at > leg_answer.at
      LIMIT ${VIOLATIONS_SHOWN_MAX}`,
  },
  {
    invariant: 'I11 the bytes of a leg are the same in every attempt',
    count: 'SELECT count(DISTINCT leg_key)::int AS checked FROM leg',
    find: `
      SELECT leg_key AS violation, 'payment:' || split_part(leg_key, ':', 1) AS about
      FROM leg
      -- no test can notice: it spares the legs of one attempt a look.
      WHERE leg_key IN (SELECT leg_key FROM leg WHERE attempt > 1)
      GROUP BY leg_key
      HAVING count(DISTINCT bytes_hash) FILTER (WHERE bytes_hash <> '') > 1
        AND NOT EXISTS (SELECT FROM leg_answer WHERE leg_answer.leg_key = leg.leg_key AND outcome = 'conflicting')
      LIMIT ${VIOLATIONS_SHOWN_MAX}`,
  },
  {
    invariant: 'I4 a leg is accepted at most once',
    count: `SELECT count(*)::int AS checked FROM leg_answer WHERE outcome = 'accepted'`,
    find: `
      SELECT leg_key AS violation, 'payment:' || split_part(leg_key, ':', 1) AS about
      FROM leg_answer
      WHERE outcome = 'accepted'
      GROUP BY leg_key
      HAVING count(*) > 1
      LIMIT ${VIOLATIONS_SHOWN_MAX}`,
  },
  {
    invariant: 'a partner reference belongs to one leg',
    count: `SELECT count(*)::int AS checked FROM leg_answer WHERE outcome = 'accepted' AND partner_ref IS NOT NULL`,
    find: `
      SELECT partner_ref AS violation
      FROM leg_answer
      WHERE outcome = 'accepted'
        AND partner_ref IS NOT NULL
      GROUP BY partner_ref
      HAVING count(DISTINCT leg_key) > 1
      LIMIT ${VIOLATIONS_SHOWN_MAX}`,
  },
  {
    invariant: 'I24 a second answer that contradicts the first is told as such',
    count: `SELECT count(DISTINCT leg_key)::int AS checked FROM leg_answer WHERE outcome IN ('accepted', 'rejected', 'blocked')`,
    find: `
      SELECT leg_key || ' is ' || string_agg(DISTINCT outcome, ' and ') AS violation,
        'payment:' || split_part(leg_key, ':', 1) AS about
      FROM leg_answer AS answer
      WHERE outcome IN ('accepted', 'rejected', 'blocked')
      GROUP BY leg_key, attempt
      HAVING count(DISTINCT outcome) > 1
        AND NOT EXISTS (SELECT FROM leg_answer AS told WHERE told.leg_key = answer.leg_key AND told.outcome = 'conflicting')
      LIMIT ${VIOLATIONS_SHOWN_MAX}`,
  },
  {
    invariant: 'I20 enquiries stay within the budget of their minute',
    count: 'SELECT count(*)::int AS checked FROM enquiry_minute',
    find: `
      SELECT minute || ': ' || asked || ' enquiries, ' || allowed || ' were allowed' AS violation
      FROM enquiry_minute
      WHERE asked > allowed
      ORDER BY minute DESC
      LIMIT ${VIOLATIONS_SHOWN_MAX}`,
  },
];

// What the network says that it moved; where it does not say, what it was asked to move. What two operators have found counts
// for what answers said of that leg.
const TOTALS = `
  SELECT leg, currency, outcome, count(*) AS legs, sum(minor)::bigint AS minor
  FROM (
    SELECT leg.leg, outcome, coalesce(answer.currency, leg.currency) AS currency,
           coalesce(answer.amount_minor, leg.amount_minor) AS minor
    FROM leg_answer AS answer
    JOIN leg USING (leg_key, attempt)
    WHERE outcome NOT IN ('accepted', 'rejected', 'blocked')
      OR NOT EXISTS (SELECT FROM leg_decision WHERE leg_decision.leg_key = answer.leg_key)
    UNION ALL
    SELECT leg, CASE WHEN paid THEN 'accepted' ELSE 'rejected' END, currency, amount_minor
    FROM leg_decision) AS ended
  GROUP BY leg, currency, outcome`;

/** Checks the tables of legs and sums what the network moved by kind, currency and outcome for the cross-checks (decisions 17). */
export async function auditLegs(database: Queryable, service: string, now: number): Promise<AuditReport> {
  const findings = [];
  for (const { invariant, count, find } of CHECKS) {
    const [counted] = await database.query<{ checked: number }>(count);
    const rows = await database.query<{ violation: string; about?: string }>(find);
    findings.push({
      invariant,
      ok: rows.length === 0,
      checked: counted!.checked,
      violations: rows.map(({ violation }) => violation),
      about: rows.map(({ about = '' }) => about),
    });
  }
  const totals: Record<string, string> = {};
  const rows = await database.query<{
    leg: string;
    currency: string;
    outcome: string;
    legs: bigint;
    minor: bigint;
  }>(TOTALS);
  for (const { leg, currency, outcome, legs, minor } of rows) {
    totals[`legs.${leg}.${currency}.${outcome}.count`] = legs.toString();
    totals[`legs.${leg}.${currency}.${outcome}.minor`] = minor.toString();
  }
  const [open] = await database.query<{ open: bigint }>('SELECT count(*) AS open FROM leg_enquiry');
  totals['legs.open'] = open!.open.toString();
  return { service, at: new Date(now).toISOString(), findings, totals };
}
