import type { Refusal } from '@tonle/contracts';
import type { Queryable } from '@tonle/persistence';
import { ALIKE, alikeRefusal, type AlikeRow } from './alike.js';
import type { Instruction } from './instruction.js';

// Table `request`: how instructions become rows of it.

const INSERT = `
  WITH given AS MATERIALIZED (
    SELECT *
    FROM unnest($1::uuid[], $2::text[], $3::text[], $4::bytea[], $5::uuid[], $6::text[], $7::text[], $8::bytea[],
      $9::json[], $10::jsonb[], $11::text[], $12::text[], $13::timestamptz[], $17::text[])
      WITH ORDINALITY AS r (payment_id, sender, message_id, content_hash, uetr, dialect, message_version, raw, headers,
        submit, creditor_shown, traceparent, received_at, confirms, ordinal)),
  alike AS MATERIALIZED (${ALIKE}
    AND $18::boolean),
  written AS (
    INSERT INTO request (payment_id, sender, message_id, content_hash, uetr, dialect, message_version, raw, headers,
      submit, creditor_shown, traceparent, received_at, lane, sequence, due_at)
    SELECT payment_id, sender, message_id, content_hash, uetr, dialect, message_version, raw, headers,
      submit, creditor_shown, traceparent, received_at, $14, $15::bigint + ordinal - 1, $16::timestamptz
    FROM given
    WHERE NOT EXISTS (
        SELECT
        FROM refused_message AS refused
        WHERE refused.sender = given.sender
          AND refused.message_id = given.message_id
          AND refused.content_hash = given.content_hash)
      AND NOT EXISTS (SELECT FROM alike WHERE alike.payment_id = given.payment_id)
    ORDER BY ordinal
    ON CONFLICT DO NOTHING
    RETURNING payment_id)
  SELECT payment_id, NULL AS alike_id, NULL AS alike_uetr, NULL AS alike_state, NULL AS alike_at
  FROM written
  UNION ALL
  SELECT payment_id, alike_id, alike_uetr, alike_state, alike_at
  FROM alike`;

/** What became of the rows of a batch. */
export interface InsertedRequests {
  /** Payment ids of those that are new. */
  readonly written: ReadonlySet<string>;
  /** Those that were left out because they are like a payment without an outcome, and what their senders are told. */
  readonly alike: ReadonlyMap<string, Refusal>;
}

export const NOTHING_INSERTED: InsertedRequests = { written: new Set(), alike: new Map() };

/**
 * Writes instructions as rows of the lane, in their order. One whose key or UETR another row has, which was refused before,
 * or, where the door warns, which is like a payment without an outcome is left out; the rows written keep the sequence
 * without a gap.
 */
export async function insertRequests(
  transaction: Queryable,
  lane: string,
  firstSequence: bigint,
  instructions: readonly Instruction[],
  { dueAt, warns }: { readonly dueAt: Date; readonly warns: boolean },
): Promise<InsertedRequests> {
  const rows = await transaction.query<{ payment_id: string } & (AlikeRow | { alike_id: null })>(INSERT, [
    instructions.map(({ submit }) => submit.paymentId),
    instructions.map(({ submit }) => submit.sender),
    instructions.map(({ submit }) => submit.messageId),
    instructions.map(({ contentHash }) => contentHash),
    instructions.map(({ submit }) => submit.uetr),
    instructions.map(({ dialect }) => dialect),
    instructions.map(({ messageVersion }) => messageVersion ?? null),
    instructions.map(({ raw }) => Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength)),
    instructions.map(({ headers }) => (headers === undefined ? null : JSON.stringify(headers))),
    instructions.map(({ submit }) => JSON.stringify(submit)),
    instructions.map(({ creditorShown }) => creditorShown),
    instructions.map(({ traceparent }) => traceparent ?? null),
    instructions.map(({ submit }) => submit.receivedAt),
    lane,
    firstSequence,
    dueAt,
    instructions.map(({ confirmsDuplicateOf }) => confirmsDuplicateOf ?? null),
    warns,
  ]);
  const written = new Set(rows.filter((row) => row.alike_id === null).map((row) => row.payment_id));
  const alike = new Map(
    rows.flatMap((row) => (row.alike_id === null ? [] : [[row.payment_id, alikeRefusal(row)] as const])),
  );
  if (written.size < instructions.length && written.size > 0) {
    const kept = instructions.filter(({ submit }) => written.has(submit.paymentId));
    await closeGaps(transaction, lane, firstSequence, kept);
  }
  return { written, alike };
}

/** Sequences only move down to free places, so ascending order never meets a taken one. */
async function closeGaps(
  transaction: Queryable,
  lane: string,
  firstSequence: bigint,
  kept: readonly Instruction[],
): Promise<void> {
  await transaction.query(
    `UPDATE request
     SET sequence = -sequence
     WHERE lane = $1 AND sequence >= $2`,
    [lane, firstSequence],
  );
  await transaction.query(
    `UPDATE request
     SET sequence = $2::bigint + kept.ordinal - 1
     FROM unnest($1::uuid[]) WITH ORDINALITY AS kept (payment_id, ordinal)
     WHERE request.payment_id = kept.payment_id`,
    [kept.map(({ submit }) => submit.paymentId), firstSequence],
  );
}
