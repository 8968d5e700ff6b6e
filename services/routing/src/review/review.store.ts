import type { LegKind, PaymentState } from '@tonle/contracts';
import type { Queryable } from '@tonle/persistence';
import type { Payment } from '../payment/payment.js';

type ReviewedLeg = Pick<Payment, 'id' | 'corridor' | 'direction' | 'reviewLeg'>;

/** A payment whose next step breaks, as it was found last. */
export interface UndecidedRow {
  readonly payment_id: string;
  readonly state: PaymentState;
  readonly since: Date;
  readonly last_at: Date;
  readonly times: number;
  readonly cause: string;
}

const UNDECIDED = `
SELECT u.payment_id, p.state, u.since, u.last_at, u.times, u.cause
FROM undecided_payment AS u
JOIN payment AS p ON p.id = u.payment_id
WHERE u.last_at >= $1::timestamptz
  AND p.due_at IS NOT NULL
ORDER BY u.since
LIMIT $2`;

// A network that settles net has no transfer that carries its reference.
const CREDITED_UNDER = `
SELECT id
FROM payment
WHERE credit_ref = $1
  AND corridor = $2
  AND direction = $3
  AND id <> $4
LIMIT 1`;

const TAKE_REFERENCE = `
INSERT INTO review_reference (corridor, direction, leg, reference, payment_id)
VALUES ($1, $2, $3, $4, $5)`;

const COUNTS = `
SELECT review_leg AS leg, count(*)::int AS open, min(entered_at) AS since
FROM payment
WHERE due_at IS NOT NULL
  AND state = 'MANUAL_REVIEW'
GROUP BY review_leg`;

/** What is known of payments under review. */
export class ReviewStore {
  /** Has another payment, at the same network, been credited under this reference? */
  async isCreditOfAnother(database: Queryable, leg: ReviewedLeg, reference: string): Promise<boolean> {
    const { id, corridor, direction, reviewLeg } = leg;
    if (reviewLeg !== 'credit') return false;
    return (await database.query(CREDITED_UNDER, [reference, corridor, direction, id])).length > 0;
  }

  /** The reference is this payment's from now on; its key says so when another one takes it at the same moment. */
  async takeReference(transaction: Queryable, leg: ReviewedLeg, reference: string): Promise<void> {
    const { corridor, direction, reviewLeg, id } = leg;
    await transaction.query(TAKE_REFERENCE, [corridor, direction, reviewLeg, reference, id]);
  }

  /** How many payments are under review because of each leg, and since when the oldest of them. */
  async counts(database: Queryable): Promise<ReadonlyMap<LegKind, { open: number; since: Date }>> {
    const rows = await database.query<{ leg: LegKind; open: number; since: Date }>(COUNTS);
    return new Map(rows.map(({ leg, ...count }) => [leg, count]));
  }

  /** Payments whose next step broke since then and that are open. */
  undecided(database: Queryable, sinceMs: number, max: number): Promise<UndecidedRow[]> {
    return database.query<UndecidedRow>(UNDECIDED, [new Date(sinceMs).toISOString(), max]);
  }
}
