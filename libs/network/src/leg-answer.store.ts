import type { LegCommand, LegOutcome, PartnerTerms } from '@tonle/contracts';
import type { Queryable } from '@tonle/persistence';
import { reportKey, type LegReport } from './leg.js';

// Table `leg_answer`: what was told to routing of each attempt.

interface AnswerRow {
  leg_key: string;
  attempt: number;
  payment_id: string;
  leg: LegCommand['leg'];
  outcome: LegOutcome;
  partner_ref: string | null;
  reason: string | null;
  reason_text: string | null;
  currency: string | null;
  amount_minor: bigint | null;
  partner_terms: PartnerTerms | null;
  at: Date;
}

const KNOWN_ANSWERS = `
  SELECT leg_answer.leg_key, leg_answer.attempt, leg.payment_id, leg.leg, outcome, partner_ref, reason, reason_text,
    leg_answer.currency, leg_answer.amount_minor, partner_terms, at
  FROM leg_answer
  JOIN leg USING (leg_key, attempt)
  WHERE leg_answer.leg_key = ANY ($1::text[])
  ORDER BY leg_key, at`;

const INSERT_ANSWERS = `
  INSERT INTO leg_answer (leg_key, attempt, outcome, partner_ref, reason, reason_text, currency, amount_minor, at,
    partner_terms)
  SELECT *
  FROM unnest($1::text[], $2::int[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::bigint[], $9::timestamptz[],
    $10::jsonb[])
  ON CONFLICT DO NOTHING
  RETURNING concat_ws(':', leg_key, attempt, outcome,
    CASE WHEN outcome = 'conflicting' THEN currency || ' ' || amount_minor END) AS key`;

/** What was told of these legs, in its order. */
export async function knownAnswers(database: Queryable, legKeys: readonly string[]): Promise<LegReport[]> {
  return (await database.query<AnswerRow>(KNOWN_ANSWERS, [legKeys])).map(reportOf);
}

/** Inserts reports that were not made before; answers those that are new, each once however often it is given. */
export async function insertAnswers(
  database: Queryable,
  reports: readonly LegReport[],
): Promise<LegReport[]> {
  if (reports.length === 0) return [];
  const rows = await database.query<{ key: string }>(INSERT_ANSWERS, [
    reports.map(({ legKey }) => legKey),
    reports.map(({ attempt }) => attempt),
    reports.map(({ outcome }) => outcome),
    reports.map(({ partnerRef }) => partnerRef ?? null),
    reports.map(({ reason }) => reason ?? null),
    reports.map(({ reasonText }) => reasonText ?? null),
    reports.map(({ amount }) => amount?.currency ?? null),
    reports.map(({ amount }) => amount?.minor ?? null),
    reports.map(({ at }) => new Date(at).toISOString()),
    reports.map(({ partnerTerms }) => (partnerTerms === undefined ? null : JSON.stringify(partnerTerms))),
  ]);
  const inserted = new Set(rows.map(({ key }) => key));
  return reports.filter((report) => inserted.delete(reportKey(report)));
}

function reportOf(row: AnswerRow): LegReport {
  return {
    legKey: row.leg_key,
    paymentId: row.payment_id,
    leg: row.leg,
    attempt: row.attempt,
    outcome: row.outcome,
    partnerRef: row.partner_ref ?? undefined,
    reason: row.reason ?? undefined,
    reasonText: row.reason_text ?? undefined,
    amount:
      row.currency === null || row.amount_minor === null
        ? undefined
        : { currency: row.currency, minor: row.amount_minor.toString() },
    partnerTerms: row.partner_terms ?? undefined,
    at: row.at.getTime(),
  };
}
