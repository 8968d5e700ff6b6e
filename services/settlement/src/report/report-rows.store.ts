import type { Database, Queryable } from '@tonle/persistence';
import type { ReportRow } from '@tonle/report';
import { statementOf, type ReportDefinition, type ReportValues } from './report-definition.js';

/** Rows that are in memory at once. */
const BATCH = 2_000;

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
  const statement = statementOf(definition.sql, values);
  await database.transaction(
    async (transaction) => {
      await take.start();
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

/** Has settlement heard all that the report is made of? */
export async function isReportReady(
  database: Queryable,
  { isReady }: ReportDefinition,
  values: ReportValues,
): Promise<boolean> {
  if (isReady === undefined) return true;
  const statement = statementOf(isReady, values);
  const [row] = await database.query<{ isReady: boolean | null }>(statement.text, statement.values);
  return row?.isReady === true;
}

const FETCH = `FETCH ${BATCH} FROM report`;
