import type { Queryable } from '@tonle/persistence';
import type { CoveredDays } from './statements-due.decide.js';

/** From when on something is expected of an account or a network. */
export interface ExpectedSince {
  readonly from: string;
  readonly currency: string;
  readonly since: string;
}

/** The first window of each network and currency. */
export function firstWindows(database: Queryable): Promise<(ExpectedSince & object)[]> {
  return database.query<ExpectedSince & object>(
    `SELECT partner AS "from", currency, min(day)::text AS since
     FROM settlement_window
     GROUP BY partner, currency`,
  );
}

/** When accounts at banks were known first, and the first day of their first statement. */
export function accountsSince(
  database: Queryable,
): Promise<(ExpectedSince & { readonly firstStated: string | null })[]> {
  return database.query<ExpectedSince & { readonly firstStated: string | null }>(
    `SELECT a.bank AS "from", a.currency, a.since::text AS since,
       (SELECT min(from_day)::text FROM bank_statement AS s WHERE s.bank = a.bank AND s.currency = a.currency AND s.kind = 'statement')
         AS "firstStated"
     FROM bank_account AS a`,
  );
}

/** What was taken of days of a span, of networks and banks. */
export function coveredDays(
  database: Queryable,
  { from, until }: { readonly from: string; readonly until: string },
): Promise<(CoveredDays & object)[]> {
  return database.query<CoveredDays & object>(
    `SELECT partner AS "from", currency, day::text AS first, day::text AS last
     FROM statement_taken
     WHERE day BETWEEN $1::date AND $2::date
     UNION ALL
     SELECT bank, currency, from_day::text, day::text
     FROM bank_statement
     WHERE kind = 'statement' AND from_day <= $2::date AND day >= $1::date`,
    [from, until],
  );
}
