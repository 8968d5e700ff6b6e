import { UNKNOWN_STATES, type Direction, type LegKind, type PaymentState } from '@tonle/contracts';
import type { Queryable } from '@tonle/persistence';

/** A payment whose outcome is not known, as its row has it. */
export interface UnknownRow {
  readonly paymentId: string;
  readonly uetr: string;
  readonly state: PaymentState;
  readonly corridor: string;
  readonly direction: Direction;
  readonly leg: LegKind;
  readonly currency: string;
  readonly minor: bigint;
  readonly since: Date;
}

const STATES = UNKNOWN_STATES.map((state) => `'${state}'`).join(', ');

const UNKNOWN = `
SELECT id AS "paymentId", uetr, state, corridor, direction, leg,
  CASE leg WHEN 'credit' THEN target_currency ELSE source_currency END AS currency,
  CASE leg WHEN 'credit' THEN target_minor ELSE source_minor END AS minor,
  COALESCE(since, entered_at) AS since
FROM payment
CROSS JOIN LATERAL (
  SELECT COALESCE(review_leg, CASE state WHEN 'DEBIT_UNKNOWN' THEN 'debit' ELSE 'credit' END) AS leg,
    (SELECT min((step ->> 'at')::timestamptz)
     FROM jsonb_array_elements(history) AS step
     WHERE step ->> 'to' IN (${STATES})) AS since) AS doubt
WHERE due_at IS NOT NULL
  AND state IN (${STATES})
ORDER BY since, id
LIMIT $1`;

/** Payments whose outcome is not known, who is so for longest first. */
export function unknownPayments(database: Queryable, max: number): Promise<UnknownRow[]> {
  return database.query<UnknownRow & object>(UNKNOWN, [max]);
}
