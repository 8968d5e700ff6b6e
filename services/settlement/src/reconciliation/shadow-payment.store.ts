import type { Queryable, Transaction } from '@tonle/persistence';

// Payments that a network has and we do not (domain 7.6, MISSING_AT_US): what is known of them. Nothing is booked: a network's word
// moves no position (record 47).

/** Keeps a shadow record for each of these breaks that a line stands behind. */
export async function makeShadows(
  transaction: Transaction,
  breakIds: readonly string[],
  at: Date,
): Promise<void> {
  if (breakIds.length === 0) return;
  await transaction.query(
    `INSERT INTO shadow_payment (break_id, partner, currency, day, match_key, line_id, leg, amount_minor, booked_at, made_at)
     SELECT b.break_id, b.partner, b.currency, b.day, b.match_key, l.line_id, l.leg, l.amount_minor, l.booked_at, $2
     FROM settlement_break AS b
     CROSS JOIN LATERAL (
       SELECT line_id, leg, amount_minor, booked_at
       FROM (
         SELECT * FROM statement_line
         WHERE partner = b.partner AND currency = b.currency AND partner_ref = b.match_key
         UNION ALL
         SELECT * FROM statement_line
         WHERE partner = b.partner AND currency = b.currency
           AND uetr = CASE WHEN b.match_key ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN b.match_key::uuid END
         UNION ALL
         SELECT * FROM statement_line
         WHERE partner = b.partner AND currency = b.currency AND line_id = b.match_key
       ) AS any_key
       WHERE status = 'booked'
       ORDER BY day, booked_at, line_id
       LIMIT 1
     ) AS l
     WHERE b.break_id = ANY($1)
     ON CONFLICT (break_id) DO UPDATE
     SET line_id = excluded.line_id, amount_minor = excluded.amount_minor, booked_at = excluded.booked_at, ended_at = NULL`,
    [breakIds, at],
  );
}

/** Those whose break has ended end with it: the payment was found, taken back, or settled by people. */
export async function endShadows(database: Queryable, at: Date): Promise<void> {
  await database.query(
    `UPDATE shadow_payment AS s
     SET ended_at = $1
     FROM settlement_break AS b
     WHERE b.break_id = s.break_id AND s.ended_at IS NULL AND b.state IN ('RESOLVED', 'AUTO_RESOLVED')`,
    [at],
  );
}

/** What money in suspense may be for. */
export interface ShadowOfMoney {
  readonly breakId: string;
  readonly shadowBreakId: string;
  readonly partner: string;
}

/** Of breaks about money in suspense: the only shadow record of its amount and currency, where there is one and no other. */
export function shadowsOfMoney(database: Queryable, breakIds: readonly string[]): Promise<ShadowOfMoney[]> {
  return database.query<ShadowOfMoney & object>(
    `SELECT b.break_id AS "breakId", min(s.break_id::text) AS "shadowBreakId", min(s.partner) AS partner
     FROM settlement_break AS b
     JOIN shadow_payment AS s ON s.currency = b.currency AND s.ended_at IS NULL AND s.amount_minor = abs(b.their_minor)
     WHERE b.break_id = ANY($1)
     GROUP BY b.break_id
     HAVING count(*) = 1`,
    [breakIds],
  );
}
