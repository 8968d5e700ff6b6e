import type { Queryable, Transaction } from '@tonle/persistence';
import type { PaymentEventMessage } from '@tonle/contracts';

/**
 * Notes payments that ended; a payment that is known already is left as it is. Returns the ids that were
 * new, so that everything that hangs on them is written once (architecture 3).
 */
export async function insertPaymentRecords(
  transaction: Transaction,
  events: readonly PaymentEventMessage[],
  knownAt: Date,
): Promise<Set<string>> {
  if (events.length === 0) return new Set();
  const rows = await transaction.query<{ paymentId: string }>(INSERT_RECORDS, [
    events.map((event) => event.paymentId),
    events.map((event) => event.version),
    events.map((event) => event.state),
    events.map((event) => event.direction),
    events.map((event) => event.corridor),
    events.map((event) => event.uetr),
    events.map((event) => event.endToEndId),
    events.map((event) => event.fxProvider),
    events.map((event) => event.source.currency),
    events.map((event) => event.source.minor),
    events.map((event) => event.target.currency),
    // What the network's statement shows: a discount makes it less than the target.
    events.map(({ creditedAmount, target }) => (creditedAmount ?? target).minor),
    events.map((event) => event.partnerRefs.debit ?? null),
    events.map((event) => event.partnerRefs.credit ?? null),
    events.map((event) => event.partnerRefs.reversal ?? null),
    events.map((event) => event.lane),
    events.map((event) => event.completedAt ?? event.at),
    events.map((event) => event.sender),
    events.map((event) => event.messageId),
    events.map((event) => event.debtorAgent),
    events.map((event) => event.creditorAgent),
    events.map((event) => event.quoteId),
    events.map((event) => event.rate),
    events.map(({ fees }) => (fees.length === 0 ? null : JSON.stringify(fees))),
    events.map((event) => event.refundOf ?? null),
    events.map((event) => event.acceptedAt),
    knownAt,
    events.map((event) => event.purpose ?? null),
    events.map(({ refundCause }) => (refundCause === undefined ? null : JSON.stringify(refundCause))),
  ]);
  return new Set(rows.map((row) => row.paymentId));
}

const INSERT_RECORDS = `
  INSERT INTO payment_record (
    payment_id, version, state, direction, corridor, uetr, end_to_end_id, fx_provider,
    source_currency, source_minor, target_currency, target_minor,
    debit_ref, credit_ref, reversal_ref, lane, ended_at,
    sender, message_id, debtor_agent, creditor_agent, quote_id, rate, fees, refund_of, accepted_at,
    purpose, refund_cause, known_at
  )
  SELECT told.*, $27::timestamptz
  FROM unnest(
    $1::uuid[], $2::int[], $3::text[], $4::text[], $5::text[], $6::uuid[], $7::text[], $8::text[],
    $9::text[], $10::bigint[], $11::text[], $12::bigint[],
    $13::text[], $14::text[], $15::text[], $16::text[], $17::timestamptz[],
    $18::text[], $19::text[], $20::text[], $21::text[], $22::uuid[], $23::text[], $24::jsonb[], $25::uuid[], $26::timestamptz[],
    $28::text[], $29::jsonb[]
  ) AS told
  ON CONFLICT (payment_id) DO NOTHING
  RETURNING payment_id AS "paymentId"`;

/** Payments that did not complete though their payer had been debited. */
export async function countUndone(database: Queryable): Promise<number> {
  const [row] = await database.query<{ n: number }>(
    `SELECT count(*)::int AS n
     FROM payment_record
     WHERE state IN ('REJECTED', 'EXPIRED') AND debit_ref IS NOT NULL`,
  );
  return row!.n;
}
