import { minorText } from '@tonle/money';
import type { Queryable } from '@tonle/persistence';
import type { StepFinding } from './close.js';

// What steps of the checklists find in settlement's tables. Each check counts what it looks at, and names what is wrong.

const SHOWN_MAX = 20;

interface Check {
  /** One row of figures, as text; `amounts`: minor units by their currency. */
  readonly facts: string;
  /** A row each, in a fixed order: a text `problem`, in which {amount} stands for `minor` of `currency`. */
  readonly problems: string;
}

/** `$1` and `$2` are the first and the last day of the period, as texts; `$3` is the first instant after it. */
const CHECKS = {
  windows_netted: {
    facts: `SELECT count(*)::text AS windows, coalesce(sum(payments), 0)::text AS payments
      FROM settlement_window WHERE day BETWEEN $1::date AND $2::date`,
    problems: `SELECT format('window %s is %s', window_id, state) AS problem FROM settlement_window
      WHERE day <= $2::date AND state IN ('OPEN', 'DRAINING', 'CLOSED') ORDER BY window_id`,
  },
  // What waits for a file is the system's: the file ends or retypes it.
  breaks_owned: {
    facts: `SELECT count(*)::text AS breaks, count(*) FILTER (WHERE state IN ('RESOLVED', 'AUTO_RESOLVED'))::text AS resolved
      FROM settlement_break WHERE day BETWEEN $1::date AND $2::date`,
    problems: `SELECT format('%s %s of %s (%s) has no owner', partner, type, day, break_id) AS problem FROM settlement_break
      WHERE day <= $2::date AND state NOT IN ('RESOLVED', 'AUTO_RESOLVED') AND owner IS NULL AND type <> 'TIMING'
      ORDER BY day, break_id`,
  },
  reconciled: {
    facts: `SELECT count(*)::text AS breaks, count(*) FILTER (WHERE state IN ('RESOLVED', 'AUTO_RESOLVED'))::text AS resolved
      FROM settlement_break WHERE day BETWEEN $1::date AND $2::date`,
    problems: `SELECT format('%s %s of %s (%s) is %s, with %s', partner, type, day, break_id, state, coalesce(owner, 'nobody'))
        AS problem FROM settlement_break
      WHERE day <= $2::date AND state NOT IN ('RESOLVED', 'AUTO_RESOLVED') ORDER BY day, break_id`,
  },
  windows_instructed: {
    facts: `SELECT count(*)::text AS windows, count(*) FILTER (WHERE state = 'SETTLED')::text AS settled
      FROM settlement_window WHERE day BETWEEN $1::date AND $2::date AND settlement_mode = 'DEFERRED_NET'`,
    problems: `SELECT format('window %s is %s', window_id, state) AS problem FROM settlement_window
      WHERE day BETWEEN $1::date AND $2::date AND settlement_mode = 'DEFERRED_NET'
        AND state IN ('NETTED', 'APPROVED', 'FAILED') ORDER BY window_id`,
  },
  // A gross rail has settled by the end of its day; a window of nets is due on the value date that it got when it was netted.
  windows_settled: {
    facts: `SELECT count(*)::text AS windows, count(*) FILTER (WHERE state = 'SETTLED')::text AS settled
      FROM settlement_window
      WHERE coalesce(value_date, CASE settlement_mode WHEN 'GROSS_RT' THEN day END) BETWEEN $1::date AND $2::date`,
    problems: `SELECT format('window %s, due on %s, is %s', window_id, coalesce(value_date, day), state) AS problem
      FROM settlement_window
      WHERE coalesce(value_date, CASE settlement_mode WHEN 'GROSS_RT' THEN day END) <= $2::date AND state <> 'SETTLED'
      ORDER BY window_id`,
  },
  windows_final: {
    facts: `SELECT count(*)::text AS windows, count(*) FILTER (WHERE state = 'SETTLED')::text AS settled
      FROM settlement_window WHERE day BETWEEN $1::date AND $2::date`,
    problems: `SELECT format('window %s is %s', window_id, state) AS problem FROM settlement_window
      WHERE day <= $2::date AND state <> 'SETTLED' ORDER BY window_id`,
  },
  suspense_items: {
    facts: `SELECT count(*)::text AS items, coalesce(min(day)::text, '-') AS oldest FROM suspense_item
      WHERE day <= $2::date AND state <> 'CLEARED'`,
    problems: `SELECT format('%s since %s: {amount} open, %s', bank, day, cause) AS problem, open_minor AS minor, currency
      FROM suspense_item WHERE day <= $2::date AND state <> 'CLEARED' ORDER BY day, item_id`,
  },
  entries_booked: {
    facts: `SELECT count(*)::text AS entries FROM ledger_entry WHERE due_at < $3`,
    problems: `SELECT format('%s of %s is %s: %s', entry_id, kind, state, coalesce(detail, '-')) AS problem FROM ledger_entry
      WHERE due_at < $3 AND state IN ('due', 'refused') ORDER BY entry_id`,
  },
  positions_tie: {
    facts: `SELECT coalesce(sum(lines), 0)::text AS lines, coalesce(jsonb_object_agg(currency, minor), '{}') AS amounts
      FROM (
        SELECT currency, count(*) AS lines, sum(amount_minor)::text AS minor
        FROM window_line JOIN settlement_window USING (window_id) WHERE day BETWEEN $1::date AND $2::date
        GROUP BY currency
      ) AS each`,
    problems: `
      SELECT problem, minor, currency
      FROM (
        SELECT format('payment %s in window %s is not booked as it is there', l.payment_id, l.window_id) AS problem, NULL AS minor,
          w.currency
        FROM window_line AS l
        JOIN settlement_window AS w USING (window_id)
        LEFT JOIN ledger_account AS d ON d.code = concat_ws(':', 'POSITION', l.debtor, w.currency)
        LEFT JOIN ledger_account AS c ON c.code = concat_ws(':', 'POSITION', l.creditor, w.currency)
        LEFT JOIN ledger_transfer AS t ON t.chain_id = l.payment_id AND t.kind IN ('obligation_source', 'obligation_target')
          AND t.debit = d.account_id AND t.credit = c.account_id AND t.minor = l.amount_minor
        WHERE w.day BETWEEN $1::date AND $2::date AND t.chain_id IS NULL
        UNION ALL
        SELECT format('window %s is settled, and {amount} is on its account %s', w.window_id, a.code), sum(m.minor), w.currency
        FROM settlement_window AS w
        JOIN ledger_account AS a ON a.kind = 'SETTLEMENT_CLEARING' AND a.owner LIKE w.window_id || ':%'
        CROSS JOIN LATERAL (
          SELECT minor FROM ledger_transfer WHERE debit = a.account_id AND at < $3
          UNION ALL
          SELECT -minor FROM ledger_transfer WHERE credit = a.account_id AND at < $3
        ) AS m
        WHERE w.state = 'SETTLED' AND w.settled_at < $3 AND coalesce(w.value_date, w.day) BETWEEN $1::date AND $2::date
        GROUP BY w.window_id, w.currency, a.code
        HAVING sum(m.minor) <> 0
      ) AS found
      ORDER BY problem`,
  },
} as const satisfies Readonly<Record<string, Check>>;

/** A statement that was asked for and is not here, or not whole. */
export interface MissedStatement {
  readonly from: string;
  readonly currency: string;
  readonly day: string;
  readonly cause: string;
}

/** Of networks and banks, of days up to the last of a span. */
export function missedStatements(database: Queryable, until: string): Promise<(MissedStatement & object)[]> {
  return database.query<MissedStatement & object>(
    `SELECT "from", currency, day::text AS day, cause
     FROM (
       SELECT partner AS "from", currency, day, cause FROM statement_missing
       UNION ALL
       SELECT bank, currency, day, cause FROM bank_statement_missing
     ) AS missing
     WHERE day <= $1::date
     ORDER BY day, "from", currency`,
    [until],
  );
}

export type CheckedByTables = keyof typeof CHECKS;

export interface CheckedSpan {
  readonly from: string;
  readonly until: string;
  readonly end: Date;
}

/** What a step finds in a span of days. */
export async function findInTables(
  database: Queryable,
  step: CheckedByTables,
  { from, until, end }: CheckedSpan,
): Promise<StepFinding> {
  const { facts, problems } = CHECKS[step];
  const values = [from, until, end];
  const [row] = await database.query<Figures & object>(ofSpan(facts), values);
  const { amounts = {}, ...figures } = row!;
  const rows = await database.query<Problem & { found: number }>(
    `${ofSpan(
      `SELECT problem, whole ->> 'minor' AS minor, whole ->> 'currency' AS currency, count(*) OVER ()::int AS found
       FROM (${problems}) AS p
       CROSS JOIN LATERAL to_jsonb(p) AS whole`,
    )} LIMIT ${SHOWN_MAX}`,
    values,
  );
  const sums = Object.entries(amounts).map(
    ([code, minor]) => [code, minorText(BigInt(minor), code)] as const,
  );
  return {
    facts: { ...(figures as Readonly<Record<string, string>>), ...Object.fromEntries(sums) },
    problems: rows.map(textOf),
    found: rows[0]?.found ?? 0,
  };
}

interface Figures {
  readonly amounts?: Readonly<Record<string, string>>;
}

interface Problem {
  readonly problem: string;
  readonly minor: string | null;
  readonly currency: string | null;
}

function textOf({ problem, minor, currency }: Problem): string {
  if (minor === null || currency === null) return problem;
  return problem.replace('{amount}', minorText(BigInt(minor), currency));
}

/** Names each value, also where a check does not ask for it: its type has to be told. */
const ofSpan = (statement: string): string =>
  `SELECT found.* FROM (${statement}) AS found
   WHERE $1::date IS NOT NULL AND $2::date IS NOT NULL AND $3::timestamptz IS NOT NULL`;
