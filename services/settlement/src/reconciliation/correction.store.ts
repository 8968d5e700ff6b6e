import { uuid, type DifferingFile } from '@tonle/contracts';
import type { Queryable } from '@tonle/persistence';
import type { StatementName } from './statement.store.js';

/** What is to be read in place of files that were taken. */
export interface Correction extends StatementName {
  readonly correctionId: string;
  readonly contents: readonly DifferingFile[];
  readonly reason: string;
  /** Key of the operator. */
  readonly operator: string;
  /** Whose key it is. */
  readonly participant: string;
}

/** False: one of this day is pending. */
export async function insertCorrection(
  database: Queryable,
  { correctionId, partner, currency, day, contents, reason, operator, participant }: Correction,
  at: Date,
): Promise<boolean> {
  const rows = await database.query(
    `INSERT INTO statement_correction
       (correction_id, partner, currency, day, contents, reason, operator, participant, proposed_at)
     VALUES ($1, $2, $3, $4::date, $5, $6, $7, $8, $9)
     ON CONFLICT (partner, currency, day) WHERE verdict IS NULL DO NOTHING
     RETURNING correction_id`,
    [correctionId, partner, currency, day, JSON.stringify(contents), reason, operator, participant, at],
  );
  return rows.length > 0;
}

/** Undefined when nobody has to decide about it any more. */
export async function openCorrection(
  database: Queryable,
  correctionId: string,
): Promise<Correction | undefined> {
  if (!uuid.safeParse(correctionId).success) return undefined;
  const [row] = await database.query<Correction & object>(
    `SELECT correction_id AS "correctionId", partner, currency, day::text AS day, contents, reason, operator, participant
     FROM statement_correction
     WHERE correction_id = $1 AND verdict IS NULL`,
    [correctionId],
  );
  return row;
}

/** False: another one has decided meanwhile. */
export async function endCorrection(
  database: Queryable,
  correctionId: string,
  by: {
    readonly verdict: 'approve' | 'reject';
    readonly verdictId: string;
    readonly operator: string;
    readonly reason: string;
  },
  at: Date,
): Promise<boolean> {
  const rows = await database.query(
    `UPDATE statement_correction
     SET verdict = $2, verdict_id = $3, verdict_operator = $4, verdict_reason = $5, decided_at = $6
     WHERE correction_id = $1 AND verdict IS NULL
     RETURNING correction_id`,
    [correctionId, by.verdict, by.verdictId, by.operator, by.reason, at],
  );
  return rows.length > 0;
}
