import type { InboundOutcome, PaymentSubmit } from '@tonle/contracts';
import type { Queryable } from '@tonle/persistence';
import type { InboundRequest, StoredRequest } from './inbound.js';

interface RequestRow {
  payment_id: string;
  uetr: string;
  message_id: string;
  content_hash: string;
  submit: PaymentSubmit;
  outcome: InboundOutcome | null;
}

const INSERT_REQUESTS = `
  INSERT INTO inbound_request (payment_id, uetr, message_id, content_hash, submit, headers, raw, received_at)
  SELECT *
  FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::json[], $6::json[], $7::bytea[], $8::timestamptz[])
  ON CONFLICT DO NOTHING
  RETURNING payment_id`;

const SELECT_REQUEST = `
  SELECT request.payment_id, request.uetr, request.message_id, request.content_hash, request.submit, inbound_outcome.outcome
  FROM inbound_request AS request
  LEFT JOIN inbound_outcome USING (payment_id)`;

const REQUESTS_BY_UETR = `${SELECT_REQUEST}
  WHERE request.uetr = ANY ($1::uuid[])`;

const UNANSWERED = `${SELECT_REQUEST}
  WHERE request.received_at >= $1
    AND request.received_at < $2
    AND inbound_outcome.payment_id IS NULL
  ORDER BY request.received_at
  LIMIT $3`;

const END_OF_SLICE = `
  SELECT received_at
  FROM inbound_request
  WHERE received_at >= $1
    AND received_at < $2
  ORDER BY received_at
  OFFSET $3
  LIMIT 1`;

const UPSERT_OUTCOMES = `
  INSERT INTO inbound_outcome AS known (payment_id, version, state, outcome, at)
  SELECT *
  FROM unnest($1::uuid[], $2::int[], $3::text[], $4::json[], $5::timestamptz[])
  ON CONFLICT (payment_id) DO UPDATE
  SET version = EXCLUDED.version, state = EXCLUDED.state, outcome = EXCLUDED.outcome, at = EXCLUDED.at
  WHERE EXCLUDED.version > known.version`;

const OUTCOMES = `
  SELECT outcome
  FROM inbound_outcome
  WHERE payment_id = ANY ($1::uuid[])`;

/** The only place that knows the tables of the inbound door. */
export class InboundStore {
  /** Inserts what is new; answers the payment ids that were. */
  async insert(database: Queryable, requests: readonly InboundRequest[]): Promise<Set<string>> {
    const rows = await database.query<{ payment_id: string }>(INSERT_REQUESTS, [
      requests.map(({ submit }) => submit.paymentId),
      requests.map(({ submit }) => submit.uetr),
      requests.map(({ submit }) => submit.messageId),
      requests.map(({ contentHash }) => contentHash),
      requests.map(({ submit }) => JSON.stringify(submit)),
      requests.map(({ headers }) => JSON.stringify(headers)),
      requests.map(({ raw }) => Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength)),
      requests.map(({ submit }) => submit.receivedAt),
    ]);
    return new Set(rows.map((row) => row.payment_id));
  }

  async byUetr(database: Queryable, uetrs: readonly string[]): Promise<Map<string, StoredRequest>> {
    const rows = await database.query<RequestRow>(REQUESTS_BY_UETR, [uetrs]);
    return new Map(rows.map((row) => [row.uetr, storedOf(row)]));
  }

  /** Requests received in [from, to) that nobody has answered yet, oldest first. */
  async unanswered(database: Queryable, from: number, to: number, limit: number): Promise<StoredRequest[]> {
    const rows = await database.query<RequestRow>(UNANSWERED, [
      new Date(from).toISOString(),
      new Date(to).toISOString(),
      limit,
    ]);
    return rows.map(storedOf);
  }

  /** Where a look from `from` on has passed `size` requests: an instant after `from`, `to` at the latest. */
  async endOfSlice(database: Queryable, from: number, to: number, size: number): Promise<number> {
    const [row] = await database.query<{ received_at: Date }>(END_OF_SLICE, [
      new Date(from).toISOString(),
      new Date(to).toISOString(),
      size,
    ]);
    return row === undefined ? to : Math.max(row.received_at.getTime(), from + 1);
  }

  /** Keeps the newest outcome of each payment. `outcomes` names a payment once. */
  async saveOutcomes(database: Queryable, outcomes: readonly InboundOutcome[]): Promise<void> {
    await database.query(UPSERT_OUTCOMES, [
      outcomes.map(({ paymentId }) => paymentId),
      outcomes.map(({ version }) => version),
      outcomes.map(({ state }) => state),
      outcomes.map((outcome) => JSON.stringify(outcome)),
      outcomes.map(({ at }) => at),
    ]);
  }

  async outcomes(database: Queryable, paymentIds: readonly string[]): Promise<InboundOutcome[]> {
    const rows = await database.query<{ outcome: InboundOutcome }>(OUTCOMES, [paymentIds]);
    return rows.map((row) => row.outcome);
  }
}

function storedOf(row: RequestRow): StoredRequest {
  return {
    paymentId: row.payment_id,
    uetr: row.uetr,
    messageId: row.message_id,
    contentHash: row.content_hash,
    submit: row.submit,
    outcome: row.outcome ?? undefined,
  };
}
