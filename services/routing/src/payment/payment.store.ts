import type { Queryable } from '@tonle/persistence';
import {
  INSERT_PAYMENTS,
  insertValues,
  PAYMENT_COLUMNS,
  paymentOf,
  UPDATE_PAYMENTS,
  updateValues,
  type PaymentRow,
} from './payment-columns.js';
import type { Payment } from './payment.js';

const LOCK = `
SELECT ${PAYMENT_COLUMNS}
FROM payment
WHERE id = ANY($1::uuid[])
ORDER BY id
FOR NO KEY UPDATE`;

const LOCK_DUE = `
SELECT ${PAYMENT_COLUMNS}
FROM payment
WHERE payment.due_at <= $1::timestamptz
ORDER BY payment.due_at
LIMIT $2
FOR NO KEY UPDATE SKIP LOCKED`;

const LOCK_DUE_OF = `
SELECT ${PAYMENT_COLUMNS}
FROM payment
WHERE id = ANY($1::uuid[])
  AND due_at <= $2::timestamptz
ORDER BY id
FOR NO KEY UPDATE SKIP LOCKED`;

const SET_ASIDE = `
WITH aside AS (
  UPDATE payment
  SET due_at = $2::timestamptz
  WHERE id = $1::uuid
    AND due_at IS NOT NULL
  RETURNING id)
INSERT INTO undecided_payment AS u (payment_id, since, last_at, times, cause)
SELECT id, $3::timestamptz, $3::timestamptz, 1, $4
FROM aside
ON CONFLICT (payment_id) DO UPDATE
SET last_at = EXCLUDED.last_at,
    times = u.times + 1,
    cause = EXCLUDED.cause`;

// Their times are those of a clock that was ahead: each is looked at once, and waits from now on.
const CALL_FORWARD = `
UPDATE payment
SET due_at = $1::timestamptz,
    entered_at = LEAST(entered_at, $1::timestamptz),
    leg_sent_at = LEAST(leg_sent_at, $1::timestamptz)
WHERE due_at > $1::timestamptz`;

const ANY_DUE = `
SELECT 1
FROM payment
WHERE due_at <= $1::timestamptz
LIMIT 1`;

const USED = `
SELECT 'quote' AS kind, quote_id::text AS key, id
FROM payment
WHERE quote_id = ANY($1::uuid[])
  AND quote_taken
UNION ALL
SELECT 'uetr', uetr::text, id
FROM payment
WHERE uetr = ANY($2::uuid[])
  AND reason IS DISTINCT FROM 'uetr_in_use'
  AND reason IS DISTINCT FROM 'key_reused'
UNION ALL
SELECT 'key', p.sender || '|' || p.message_id, p.id
FROM unnest($3::text[], $4::text[]) AS u (sender, message_id)
JOIN payment AS p ON p.sender = u.sender AND p.message_id = u.message_id
WHERE p.reason IS DISTINCT FROM 'uetr_in_use'
  AND p.reason IS DISTINCT FROM 'key_reused'`;

const BY_ID = `
SELECT ${PAYMENT_COLUMNS}
FROM payment
WHERE id = ANY($1::uuid[])`;

const IN_REVIEW = `
SELECT ${PAYMENT_COLUMNS}
FROM payment
WHERE due_at IS NOT NULL
  AND state = 'MANUAL_REVIEW'
ORDER BY entered_at, id
LIMIT $1`;

const IS_UNDONE = `state IN ('REJECTED', 'EXPIRED') AND debit_ref IS NOT NULL`;

const UNDONE = `
SELECT ${PAYMENT_COLUMNS}
FROM payment
WHERE ${IS_UNDONE}
  AND id > $1::uuid
ORDER BY id
LIMIT $2`;

const COUNT_UNDONE = `
SELECT count(*)::int AS n
FROM payment
WHERE ${IS_UNDONE}`;

const OF_WINDOW = `
SELECT ${PAYMENT_COLUMNS}
FROM payment
WHERE (home_window = $1 OR partner_window = $1)
  AND id > $2::uuid
ORDER BY id
LIMIT $3`;

/** Somebody else wrote one of our payments: the batch has to be decided again. */
export class PaymentRace extends Error {}

/** Keys that are one payment's alone, and whose they are. */
export interface UsedKeys {
  readonly quotes: ReadonlyMap<string, string>;
  readonly uetrs: ReadonlyMap<string, string>;
  readonly keys: ReadonlyMap<string, string>;
}

export interface PaymentKeys {
  readonly quoteId: string;
  readonly uetr: string;
  readonly sender: string;
  readonly messageId: string;
}

export const NO_KEYS: UsedKeys = { quotes: new Map(), uetrs: new Map(), keys: new Map() };

/** The payment rows. Writes are compared with the version that was read. */
export class PaymentStore {
  /** Locks and reads the known ones, in id order. */
  async lock(transaction: Queryable, ids: readonly string[]): Promise<Payment[]> {
    return ids.length === 0 ? [] : (await transaction.query<PaymentRow>(LOCK, [ids])).map(paymentOf);
  }

  /** Locks and reads due ones that nobody else holds. */
  async lockDue(transaction: Queryable, nowMs: number, max: number): Promise<Payment[]> {
    return (await transaction.query<PaymentRow>(LOCK_DUE, [new Date(nowMs).toISOString(), max])).map(
      paymentOf,
    );
  }

  /** Those of `ids` that are still due. */
  async lockDueOf(transaction: Queryable, nowMs: number, ids: readonly string[]): Promise<Payment[]> {
    return (await transaction.query<PaymentRow>(LOCK_DUE_OF, [ids, new Date(nowMs).toISOString()])).map(
      paymentOf,
    );
  }

  /** Makes every open payment due now, none with a time in the future: the clock was set back. */
  async callForward(database: Queryable, nowMs: number): Promise<void> {
    await database.query(CALL_FORWARD, [new Date(nowMs).toISOString()]);
  }

  /** The clock lets it be until `untilMs`; what could not be decided, and why, is kept for people. */
  async setAside(
    database: Queryable,
    aside: { readonly id: string; readonly untilMs: number; readonly nowMs: number; readonly cause: string },
  ): Promise<void> {
    const [until, now] = [aside.untilMs, aside.nowMs].map((ms) => new Date(ms).toISOString());
    await database.query(SET_ASIDE, [aside.id, until, now, aside.cause]);
  }

  async anyDue(database: Queryable, nowMs: number): Promise<boolean> {
    return (await database.query(ANY_DUE, [new Date(nowMs).toISOString()])).length > 0;
  }

  /** Which of these quotes, UETRs and sender keys belong to a payment already. */
  async used(transaction: Queryable, keys: readonly PaymentKeys[]): Promise<UsedKeys> {
    if (keys.length === 0) return NO_KEYS;
    const rows = await transaction.query<{ kind: string; key: string; id: string }>(USED, [
      keys.map(({ quoteId }) => quoteId),
      keys.map(({ uetr }) => uetr),
      keys.map(({ sender }) => sender),
      keys.map(({ messageId }) => messageId),
    ]);
    const of = (kind: string) =>
      new Map(rows.filter((row) => row.kind === kind).map(({ key, id }) => [key, id]));
    return { quotes: of('quote'), uetrs: of('uetr'), keys: of('key') };
  }

  /** Throws PaymentRace when one of them exists by now. */
  async insert(transaction: Queryable, payments: readonly Payment[]): Promise<void> {
    if (payments.length === 0) return;
    const inserted = await transaction.query(INSERT_PAYMENTS, insertValues(payments));
    if (inserted.length !== payments.length) throw new PaymentRace('a payment was inserted by somebody else');
  }

  /** Compare-and-set by the version that was read. Throws PaymentRace when one has moved. */
  async update(
    transaction: Queryable,
    payments: readonly Payment[],
    knownVersions: readonly number[],
  ): Promise<void> {
    if (payments.length === 0) return;
    const updated = await transaction.query(UPDATE_PAYMENTS, updateValues(payments, knownVersions));
    if (updated.length !== payments.length) throw new PaymentRace('a payment was moved by somebody else');
  }

  async byIds(database: Queryable, ids: readonly string[]): Promise<Payment[]> {
    if (ids.length === 0) return [];
    return (await database.query<PaymentRow>(BY_ID, [ids])).map(paymentOf);
  }

  /** Payments under review, the oldest first. */
  async inReview(database: Queryable, max: number): Promise<Payment[]> {
    return (await database.query<PaymentRow>(IN_REVIEW, [max])).map(paymentOf);
  }

  /** Payments that did not complete though their payer had been debited, by id after `after`. */
  async undone(database: Queryable, after: string, max: number): Promise<Payment[]> {
    return (await database.query<PaymentRow>(UNDONE, [after, max])).map(paymentOf);
  }

  async countUndone(database: Queryable): Promise<number> {
    const [row] = await database.query<{ n: number }>(COUNT_UNDONE);
    return row!.n;
  }

  /** Payments that were completed into a window, by id after `after`. */
  async ofWindow(database: Queryable, windowId: string, after: string, max: number): Promise<Payment[]> {
    return (await database.query<PaymentRow>(OF_WINDOW, [windowId, after, max])).map(paymentOf);
  }
}
