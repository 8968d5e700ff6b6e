import type { OpenLegShown } from '@tonle/contracts';
import type { Queryable, Transaction } from '@tonle/persistence';
import type { StatementItem } from './reconciliation.js';
import type { TakenDay } from './statement-proof.decide.js';
import { LINE_COLUMNS, type StatementName } from './statement.store.js';

type Network = Omit<StatementName, 'day'>;

/** Days from this one on whose statement is here, in order. */
export function takenDays(
  database: Queryable,
  { partner, currency, day }: StatementName,
): Promise<TakenDay[]> {
  return database.query<TakenDay & object>(
    `SELECT day::text AS day, asked_at AS "askedAt"
     FROM statement_taken
     WHERE partner = $1 AND currency = $2 AND day >= $3::date
     ORDER BY day`,
    [partner, currency, day],
  );
}

/** Lines from a day on that may be about one of these legs: that name it, or that name nobody and have its amount. */
export function linesAbout(
  database: Queryable,
  { partner, currency, day }: StatementName,
  legs: readonly OpenLegShown[],
): Promise<StatementItem[]> {
  return database.query<StatementItem & object>(
    `SELECT ${LINE_COLUMNS}
     FROM statement_line
     WHERE partner = $1
       AND currency = $2
       AND day >= $3::date
       AND (leg_key = ANY($4)
         OR uetr = ANY($5::uuid[])
         OR (leg_key IS NULL AND uetr IS NULL AND amount_minor = ANY($6::bigint[])))`,
    [
      partner,
      currency,
      day,
      legs.map(({ legKey }) => legKey),
      legs.map(({ uetr }) => uetr),
      legs.map(({ amount }) => amount.minor),
    ],
  );
}

/** What proved an outcome: the line, or the days without one, and what the statements call themselves. */
export interface Proof {
  readonly lineId?: string;
  readonly days: readonly string[];
  readonly statementIds: readonly string[];
}

export interface ResolvedUnknown {
  readonly breakId: string;
  readonly day: string;
  readonly paymentId: string;
  /** The leg key. */
  readonly key: string;
  readonly theirMinor: string | null;
  readonly detail: string;
  readonly proof: Proof;
}

const INSERT_RESOLVED = `
  INSERT INTO settlement_break (partner, currency, type, severity, state, opened_at, closed_at, break_id, day, payment_id,
    match_key, their_minor, detail, proof)
  SELECT $1, $2, 'UNKNOWN_RESOLVED', $3, 'AUTO_RESOLVED', $4, $4, found.*
  FROM unnest($5::uuid[], $6::date[], $7::uuid[], $8::text[], $9::bigint[], $10::text[], $11::jsonb[])
    AS found (break_id, day, payment_id, match_key, their_minor, detail, proof)
  ON CONFLICT (partner, currency, type, match_key) WHERE source = 'statement' DO NOTHING`;

/** One a leg: the first statement that proved it. */
export async function insertResolved(
  transaction: Transaction,
  { partner, currency }: Network,
  severity: number,
  resolved: readonly ResolvedUnknown[],
  now: Date,
): Promise<void> {
  await transaction.query(INSERT_RESOLVED, [
    partner,
    currency,
    severity,
    now,
    resolved.map(({ breakId }) => breakId),
    resolved.map(({ day }) => day),
    resolved.map(({ paymentId }) => paymentId),
    resolved.map(({ key }) => key),
    resolved.map(({ theirMinor }) => theirMinor),
    resolved.map(({ detail }) => detail),
    resolved.map(({ proof }) => JSON.stringify(proof)),
  ]);
}
