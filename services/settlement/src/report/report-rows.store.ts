import type { Database, Queryable } from '@tonle/persistence';
import type { ReportRow } from '@tonle/report';
import { lackingWords, type LackingCopy } from './fact-readiness.js';
import { asKnownThen } from './known-then.table.js';
import { statementOf, type ReportDefinition, type ReportValues } from './report-definition.js';

/** Rows that are in memory at once. */
const BATCH = 2_000;
/** Name of connections while they read a report. */
const READER = 'tonle-report';
const NOT_COPIED = 'the copy of the ledger, or of what other services tell, has not come so far';

/**
 * Reads a report by a cursor, all of one instant, and gives its rows in batches: however many there are, two batches are in memory.
 * `start` is called whenever it begins, which it does again when the database asks for it.
 */
export async function readReportRows(
  database: Database,
  definition: ReportDefinition,
  values: ReportValues,
  take: { start(): Promise<void>; rows(rows: readonly ReportRow[]): Promise<void> },
): Promise<void> {
  await database.transaction(
    async (transaction) => {
      await take.start();
      await transaction.query(`SELECT set_config('application_name', $1, true)`, [READER]);
      const given = await definition.given?.(transaction, values);
      const known = given === undefined ? values : { ...values, given: JSON.stringify(given) };
      const statement = statementOf(asKnownThen(definition.sql), known);
      await transaction.query(`DECLARE report NO SCROLL CURSOR FOR ${statement.text}`, statement.values);
      let next = transaction.query<ReportRow & object>(FETCH);
      for (;;) {
        const rows = await next;
        if (rows.length === 0) return;
        // The server reads on while these are written; a failure of it is met by whoever waits for it.
        next = transaction.query<ReportRow & object>(FETCH);
        next.catch(() => undefined);
        await take.rows(rows);
      }
    },
    { isolation: 'repeatable read' },
  );
}

/**
 * Has each change that is of `ageMs` ago or before ended? Transactions that began later tell a later time; one that is open may still commit
 * what a report of then would not have had. Those that only read reports change nothing.
 */
export async function isPastSettled(database: Queryable, ageMs: number): Promise<boolean> {
  const [row] = await database.query<{ open: boolean }>(OPEN_THEN, [ageMs, READER]);
  return !row!.open;
}

const OPEN_THEN = `
  SELECT EXISTS (
    SELECT
    FROM pg_stat_activity
    WHERE datname = current_database()
      AND backend_type = 'client backend'
      AND pid <> pg_backend_pid()
      AND application_name <> $2
      AND application_name LIKE 'tonle-%'
      AND xact_start < clock_timestamp() - make_interval(secs => $1::double precision / 1000)
  ) AS open`;

/** What settlement has not heard of all that the report is made of, for people; undefined: it has. */
export async function whatReportLacks(
  database: Queryable,
  { isReady }: ReportDefinition,
  values: ReportValues,
): Promise<string | undefined> {
  if (isReady === undefined) return undefined;
  const statement = statementOf(isReady, values);
  const [row] = await database.query<{ isReady: boolean | null; lacking?: LackingCopy[] | null }>(
    statement.text,
    statement.values,
  );
  if (row?.isReady === true) return undefined;
  const lacking = row?.lacking ?? [];
  return lacking.length === 0 ? NOT_COPIED : lackingWords(lacking);
}

const FETCH = `FETCH ${BATCH} FROM report`;
