import type { Database, Queryable, Transaction } from '@tonle/persistence';

// Payments of which nothing is given back while a break is open (domain 7.6: stop reversals, hold). Routing keeps to it; it is told
// until it has answered.

/** Holds the payments of these breaks. */
export async function holdPayments(
  transaction: Transaction,
  breakIds: readonly string[],
  at: Date,
): Promise<void> {
  if (breakIds.length === 0) return;
  await transaction.query(
    `INSERT INTO payment_hold (payment_id, break_id, held_at)
     SELECT DISTINCT ON (payment_id) payment_id, break_id, $2::timestamptz
     FROM settlement_break
     WHERE break_id = ANY($1) AND payment_id IS NOT NULL
     ORDER BY payment_id, break_id
     ON CONFLICT (payment_id) DO UPDATE
     SET break_id = excluded.break_id, held_at = excluded.held_at, told_at = NULL, released_at = NULL, release_told_at = NULL
     WHERE payment_hold.released_at IS NOT NULL`,
    [breakIds, at],
  );
}

/** Frees those about which no such break is open any more. */
export async function releasePayments(database: Queryable, at: Date): Promise<void> {
  await database.query(
    `UPDATE payment_hold AS h
     SET released_at = $1
     WHERE released_at IS NULL
       AND NOT EXISTS (
         SELECT FROM settlement_break AS b
         WHERE b.payment_id = h.payment_id AND b.state NOT IN ('RESOLVED', 'AUTO_RESOLVED')
           AND b.handling IN ('reversals_stopped', 'held'))`,
    [at],
  );
}

/** What routing has not answered yet. */
export interface UntoldHolds {
  readonly held: readonly { readonly paymentId: string; readonly breakId: string }[];
  readonly released: readonly string[];
}

export async function untoldHolds(database: Database, limit: number): Promise<UntoldHolds> {
  const held = await database.query<{ paymentId: string; breakId: string }>(
    `SELECT payment_id AS "paymentId", break_id AS "breakId"
     FROM payment_hold
     WHERE told_at IS NULL AND released_at IS NULL
     ORDER BY payment_id
     LIMIT $1`,
    [limit],
  );
  const released = await database.query<{ paymentId: string }>(
    `SELECT payment_id AS "paymentId"
     FROM payment_hold
     WHERE released_at IS NOT NULL AND release_told_at IS NULL
     ORDER BY payment_id
     LIMIT $1`,
    [limit],
  );
  return { held, released: released.map(({ paymentId }) => paymentId) };
}

/** Routing has answered. What changed meanwhile is told again. */
export async function noteToldHolds(
  database: Database,
  { held, released }: UntoldHolds,
  at: Date,
): Promise<void> {
  await database.query(
    `UPDATE payment_hold
     SET told_at = CASE WHEN released_at IS NULL AND payment_id = ANY($1::uuid[]) THEN $3 ELSE told_at END,
         release_told_at = CASE WHEN released_at IS NOT NULL AND payment_id = ANY($2::uuid[]) THEN $3 ELSE release_told_at END
     WHERE payment_id = ANY($1::uuid[] || $2::uuid[])`,
    [held.map(({ paymentId }) => paymentId), released, at],
  );
}
