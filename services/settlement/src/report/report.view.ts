import type { ReportRun, reportCalls } from '@tonle/contracts';
import type { Queryable } from '@tonle/persistence';
import type { z } from 'zod';
import { POSITION_MOVES } from './definitions/participant-statement.view.js';
import type { ReportRunRow } from './report-run.js';

/** A run as others see it. */
export function showRun(run: ReportRunRow): ReportRun {
  const { runId, report, receiver, parameters, basis, formats, language, state, progress, operator, reason } =
    run;
  return {
    ...{ runId, report, receiver, parameters, basis, language, state, progress, operator, reason },
    formats: [...formats],
    knownAt: run.knownAt.toISOString(),
    requestedAt: run.requestedAt.toISOString(),
    ...(run.rows === null ? {} : { rows: Number(run.rows) }),
    ...(run.endedAt === null ? {} : { endedAt: run.endedAt.toISOString() }),
    ...(run.leftOut === null ? {} : { leftOut: [...run.leftOut] }),
  };
}

type StatementAnswer = z.infer<typeof reportCalls.statement.response>;

interface EntryRow {
  readonly line: StatementAnswer['entries'][number]['line'];
  readonly reference: string;
  readonly at: Date;
  readonly day: string;
  readonly valueDate: string | null;
  readonly payments: bigint | null;
  readonly minor: bigint;
  readonly balance: bigint;
}

/** What moved a participant's position between two instants, a page of it, with the balances before and after all. */
export async function readStatement(
  database: Queryable,
  asked: {
    readonly participant: string;
    readonly currency: string;
    readonly from: Date;
    readonly to: Date;
    readonly after: number;
    readonly limit: number;
  },
): Promise<StatementAnswer> {
  const { participant, currency, from, to, after, limit } = asked;
  const [balances] = await database.query<{ opening: bigint; closing: bigint }>(BALANCES, [
    participant,
    currency,
    from,
    to,
  ]);
  const rows = await database.query<EntryRow>(ENTRIES, [participant, currency, from, to, after, limit]);
  return {
    openingMinor: balances!.opening.toString(),
    closingMinor: balances!.closing.toString(),
    entries: rows.map(({ line, reference, at, day, valueDate, payments, minor, balance }) => ({
      ...{ line, reference, day, at: at.toISOString(), minor: minor.toString() },
      balanceMinor: balance.toString(),
      ...(valueDate === null ? {} : { valueDate }),
      ...(payments === null ? {} : { payments: Number(payments) }),
    })),
  };
}

const BALANCES = `
  SELECT coalesce(sum(minor) FILTER (WHERE at < $3), 0)::bigint AS opening, coalesce(sum(minor), 0)::bigint AS closing
  FROM (${POSITION_MOVES}) AS every
  WHERE participant = $1 AND currency = $2 AND at < $4`;

const ENTRIES = `
  WITH moved AS (
    SELECT *, sum(minor) OVER (ORDER BY at, step, reference)::bigint AS balance
    FROM (${POSITION_MOVES}) AS every
    WHERE participant = $1 AND currency = $2 AND at < $4
  )
  SELECT line, reference, at, day, value_date AS "valueDate", minor, balance,
    CASE line WHEN 'WINDOW' THEN (
      SELECT sum(b.payments)
      FROM window_bilateral AS b
      WHERE b.window_id = moved.reference AND $1 IN (b.debtor, b.creditor)
    ) END AS payments
  FROM moved
  WHERE at >= $3
  ORDER BY at, step, reference
  OFFSET $5
  LIMIT $6`;
