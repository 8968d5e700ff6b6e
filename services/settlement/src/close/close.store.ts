import type { Queryable, Transaction } from '@tonle/persistence';
import { periodKind, type PeriodKind } from './accounting-day.js';
import type { PeriodsAround } from './close.decide.js';
import type { PeriodRow, StepNote } from './close.js';

/**
 * Whoever changes what a closed period stands on takes turns, until the transaction ends. One that has waited with a snapshot of
 * before is begun again.
 */
export async function lockPeriods(transaction: Transaction): Promise<void> {
  await transaction.query('UPDATE close_turn SET taken = taken + 1');
}

export async function isClosed(database: Queryable, period: string): Promise<boolean> {
  const [row] = await database.query<{ state: string }>(
    'SELECT state FROM accounting_period WHERE period = $1',
    [period],
  );
  return row?.state === 'closed';
}

const SELECT_PERIODS = `
  SELECT p.period, p.state, p.version, r.sha256, r.closed_at AS "closedAt", r.operator AS "closedBy"
  FROM accounting_period AS p
  LEFT JOIN close_report AS r ON r.period = p.period AND r.version = p.version`;

/** The newest first. */
export function listPeriods(
  database: Queryable,
  {
    kind,
    before,
    limit,
  }: { readonly kind: PeriodKind; readonly before: string | null; readonly limit: number },
): Promise<PeriodRow[]> {
  return database.query<PeriodRow>(
    `${SELECT_PERIODS}
     WHERE p.kind = $1 AND ($2::text IS NULL OR p.period < $2)
     ORDER BY p.period DESC
     LIMIT $3`,
    [kind, before, limit],
  );
}

/** What closing or reopening this period hangs on. */
export async function periodsAround(database: Queryable, period: string): Promise<PeriodsAround> {
  const [own] = await database.query<PeriodRow>(`${SELECT_PERIODS} WHERE p.period = $1`, [period]);
  const [row] = await database.query<Record<'firstDay' | 'lastDay' | 'lastMonth', string | null>>(
    `SELECT min(period) FILTER (WHERE kind = 'day') AS "firstDay", max(period) FILTER (WHERE kind = 'day') AS "lastDay",
       max(period) FILTER (WHERE kind = 'month') AS "lastMonth"
     FROM accounting_period
     WHERE state = 'closed'`,
  );
  return {
    own,
    firstDay: row?.firstDay ?? undefined,
    lastDay: row?.lastDay ?? undefined,
    lastMonth: row?.lastMonth ?? undefined,
  };
}

/** The newest reports of the days of a month that are closed, the first day first. */
export function closedReports(
  database: Queryable,
  month: string,
): Promise<Pick<KeptReport, 'period' | 'report' | 'sha256'>[]> {
  return database.query<Pick<KeptReport, 'period' | 'report' | 'sha256'>>(
    `SELECT r.period, r.report, r.sha256
     FROM accounting_period AS p
     JOIN close_report AS r ON r.period = p.period AND r.version = p.version
     WHERE p.kind = 'day' AND p.state = 'closed' AND left(p.period, 7) = $1
     ORDER BY p.period`,
    [month],
  );
}

/** Notes on a period, the oldest first. */
export async function notesOn(database: Queryable, period: string): Promise<StepNote[]> {
  const rows = await database.query<Omit<StepNote, 'at'> & { readonly at: Date }>(
    `SELECT step, finding_sha256 AS "findingSha256", note, operator, participant, noted_at AS at
     FROM close_note
     WHERE period = $1
     ORDER BY note_id`,
    [period],
  );
  return rows.map(({ at, ...note }) => ({ ...note, at: at.toISOString() }));
}

export async function insertNote(
  transaction: Transaction,
  noteId: string,
  period: string,
  { step, findingSha256, note, operator, participant, at }: StepNote,
): Promise<void> {
  await transaction.query(
    `INSERT INTO close_note (note_id, period, step, finding_sha256, note, operator, participant, noted_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [noteId, period, step, findingSha256, note, operator, participant, at],
  );
}

export interface KeptReport {
  readonly period: string;
  readonly version: number;
  readonly report: string;
  readonly sha256: string;
  readonly closedAt: Date;
  readonly operator: string;
  readonly participant: string;
  readonly reason: string;
}

/** The period is closed with this report. */
export async function keepReport(transaction: Transaction, kept: KeptReport): Promise<void> {
  const { period, version, report, sha256, closedAt, operator, participant, reason } = kept;
  await transaction.query(
    `INSERT INTO accounting_period (period, kind, state, version)
     VALUES ($1, $2, 'closed', $3)
     ON CONFLICT (period) DO UPDATE SET state = 'closed', version = EXCLUDED.version`,
    [period, periodKind(period), version],
  );
  await transaction.query(
    `INSERT INTO close_report (period, version, report, sha256, closed_at, operator, participant, reason)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [period, version, report, sha256, closedAt, operator, participant, reason],
  );
}

/** The report of a period, that of a version or the newest. */
export async function readReport(
  database: Queryable,
  period: string,
  version: number | undefined,
): Promise<(KeptReport & { readonly reopenedAt: Date | null }) | undefined> {
  const [row] = await database.query<KeptReport & { readonly reopenedAt: Date | null }>(
    `SELECT period, version, report, sha256, closed_at AS "closedAt", operator, participant, reason, reopened_at AS "reopenedAt"
     FROM close_report
     WHERE period = $1 AND ($2::int IS NULL OR version = $2)
     ORDER BY version DESC
     LIMIT 1`,
    [period, version ?? null],
  );
  return row;
}

/** Hash of the report that the one of this period follows: the newest of the last closed period of its kind before it. */
export async function previousSha256(database: Queryable, period: string): Promise<string | undefined> {
  const [row] = await database.query<{ sha256: string }>(
    `SELECT r.sha256
     FROM accounting_period AS p
     JOIN close_report AS r ON r.period = p.period AND r.version = p.version
     WHERE p.kind = $1 AND p.state = 'closed' AND p.period < $2
     ORDER BY p.period DESC
     LIMIT 1`,
    [periodKind(period), period],
  );
  return row?.sha256;
}

export async function reopenPeriod(
  transaction: Transaction,
  period: string,
  approvalId: string,
  at: Date,
): Promise<void> {
  await transaction.query(`UPDATE accounting_period SET state = 'open' WHERE period = $1`, [period]);
  await transaction.query(
    `UPDATE close_report AS r
     SET reopened_at = $2, approval_id = $3
     FROM accounting_period AS p
     WHERE p.period = $1 AND r.period = p.period AND r.version = p.version`,
    [period, at, approvalId],
  );
}
