import {
  TERMINAL_STATES,
  type Direction,
  type RecallAnswer,
  type RecallReason,
  type RecallSearch,
  type RecallState,
  type RecallStep,
} from '@tonle/contracts';
import { Conditions, type Queryable } from '@tonle/persistence';
import type { StoredRecall } from './recall.js';

/** With the instant at which money is missing, for those that lack theirs. */
export type StoredRecallSearch = Omit<RecallSearch, 'moneyMissing'> & { readonly moneyMissingAtMs?: number };

interface RecallRow {
  readonly id: string;
  readonly payment_id: string;
  readonly direction: Direction;
  readonly asker: string;
  readonly message_id: string;
  readonly content_hash: string;
  readonly case_id: string | null;
  readonly cancellation_id: string | null;
  readonly answerer: string;
  readonly reason: string;
  readonly iso_reason: string;
  readonly reason_text: string | null;
  readonly currency: string;
  readonly minor: bigint;
  readonly state: RecallState;
  readonly answer: RecallAnswer | null;
  readonly carrier: string | null;
  readonly waits: boolean;
  readonly received_at: Date;
  readonly deadline_at: Date;
  readonly ended_at: Date | null;
  readonly money_due_at: Date | null;
  readonly due_at: Date | null;
  readonly attempts: number;
  readonly version: number;
  readonly history: readonly RecallStep[];
}

const COLUMNS = `id, payment_id, direction, asker, message_id, content_hash, case_id, cancellation_id, answerer, reason, iso_reason,
  reason_text, currency, minor, state, answer, carrier, received_at, deadline_at, ended_at, due_at, attempts, version, history, money_due_at,
  waits`;

// Its key and the one open recall of a payment decide, whichever is taken.
const INSERT = `
INSERT INTO recall (${COLUMNS})
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26)
ON CONFLICT DO NOTHING
RETURNING id`;

const SAVE = `
UPDATE recall
SET state = $3, answer = $4, carrier = $5, ended_at = $6, due_at = $7, attempts = $8, history = $9, money_due_at = $10,
    currency = $11, minor = $12, deadline_at = $13, waits = $14,
    version = version + 1
WHERE id = $1
  AND version = $2
RETURNING id`;

const BY_KEY = `SELECT ${COLUMNS} FROM recall WHERE asker = $1 AND message_id = $2`;
const LOCK = `SELECT ${COLUMNS} FROM recall WHERE id = $1 FOR UPDATE`;
const OPEN_OF = `SELECT ${COLUMNS} FROM recall WHERE payment_id = $1 AND state IN ('RECEIVED', 'PENDING')`;

// Taken for a while: whoever stops in between leaves it to the next.
const TAKE_DUE = `
UPDATE recall
SET due_at = $2, attempts = attempts + 1, version = version + 1
WHERE id IN (
  SELECT id FROM recall WHERE due_at <= $1 ORDER BY due_at LIMIT $3 FOR UPDATE SKIP LOCKED
)
RETURNING ${COLUMNS}`;

// What a recall asks for is left beside the refunds that counted then: only those since, or all of the payment, give it back.
const GIVEN_BACK = `(
    SELECT coalesce(sum(p.source_minor) FILTER (WHERE EXISTS (
        SELECT
        FROM jsonb_array_elements(p.history) AS step
        WHERE step ->> 'to' = 'VALIDATED'
          AND (step ->> 'at')::timestamptz >= recall.received_at)), 0) >= recall.minor
      OR coalesce(sum(p.source_minor), 0) >= (
        SELECT coalesce(o.credit_booked_minor, o.target_minor)
        FROM payment AS o
        WHERE o.id = recall.payment_id)
    FROM payment AS p
    WHERE p.refund_of = recall.payment_id
      AND p.state = 'COMPLETED'
  )`;

const RETURNED = `
SELECT ${COLUMNS}
FROM recall
WHERE state IN ('RECEIVED', 'PENDING')
  AND ${GIVEN_BACK}`;

// How they end waits for how their payments do.
const WAITED = `
SELECT ${COLUMNS}
FROM recall
WHERE waits
  AND state = 'RECEIVED'
  AND EXISTS (SELECT FROM payment AS p WHERE p.id = recall.payment_id AND p.state = ANY($1::text[]))
ORDER BY id
LIMIT $2`;

/** Was the money of a row of `recall` due at an instant, and has not come? Empty where none is due. */
export const moneyMissing = (atPlace: string): string =>
  `money_due_at <= ${atPlace}::timestamptz AND NOT ${GIVEN_BACK}`;

const UNTOLD_MAX = 200;
// A bank here is not told of what it is not asked, or never was.
const UNTOLD = `
SELECT ${COLUMNS}
FROM recall
WHERE told_state IS DISTINCT FROM state
  AND NOT (waits AND direction = 'inbound')
ORDER BY id
LIMIT ${UNTOLD_MAX}`;

const TELL = `
UPDATE recall AS r
SET told_state = t.state
FROM unnest($1::uuid[], $2::text[]) AS t (id, state)
WHERE r.id = t.id`;

const COUNTS = `
SELECT state, count(*)::int AS count, min(deadline_at) AS first
FROM recall
WHERE state IN ('RECEIVED', 'PENDING') OR ended_at >= $1::timestamptz
GROUP BY state`;

/** Recalls of payments. */
export class RecallStore {
  /** False when its key or its payment's open recall was taken. */
  async insert(database: Queryable, recall: StoredRecall): Promise<boolean> {
    return (await database.query(INSERT, valuesOf(recall))).length > 0;
  }

  /** False when another one was faster: then nothing is written. */
  async save(database: Queryable, recall: StoredRecall): Promise<boolean> {
    const { id, version, state, answer, carrier, endedMs, dueMs, attempts, history, moneyDueMs } = recall;
    const { amount, deadlineMs, waits } = recall;
    const values = [
      ...[id, version, state, json(answer), carrier, date(endedMs), date(dueMs), attempts],
      ...[JSON.stringify(history), date(moneyDueMs), amount.currency, amount.minor, date(deadlineMs), waits],
    ];
    return (await database.query(SAVE, values)).length > 0;
  }

  async byKey(database: Queryable, asker: string, messageId: string): Promise<StoredRecall | undefined> {
    return (await database.query<RecallRow>(BY_KEY, [asker, messageId])).map(recallOf)[0];
  }

  /** Nobody else changes it until the transaction ends. */
  async lock(transaction: Queryable, recallId: string): Promise<StoredRecall | undefined> {
    return (await transaction.query<RecallRow>(LOCK, [recallId])).map(recallOf)[0];
  }

  async openOf(database: Queryable, paymentId: string): Promise<StoredRecall | undefined> {
    return (await database.query<RecallRow>(OPEN_OF, [paymentId])).map(recallOf)[0];
  }

  /** Newest first. */
  async list(database: Queryable, search: StoredRecallSearch): Promise<StoredRecall[]> {
    const conditions = new Conditions();
    conditions.add(search.recallIds, (place) => `id = ANY(${place}::uuid[])`);
    conditions.add(
      search.participant,
      (place) => `(asker = ${place} OR (answerer = ${place} AND NOT waits))`,
    );
    conditions.add(search.asker, (place) => `asker = ${place}`);
    conditions.add(search.answerer, (place) => `answerer = ${place} AND NOT waits`);
    conditions.add(search.messageId, (place) => `message_id = ${place}`);
    conditions.add(search.caseId, (place) => `case_id = ${place}`);
    conditions.add(search.paymentId, (place) => `payment_id = ${place}::uuid`);
    conditions.add(search.states, (place) => `state = ANY(${place}::text[])`);
    conditions.add(instantOf(search.dueBefore), (place) => `deadline_at < ${place}::timestamptz`);
    conditions.add(search.moneyMissingAtMs && date(search.moneyMissingAtMs), (place) => moneyMissing(place));
    conditions.add(search.before, (place) => `id < ${place}::uuid`);
    const rows = await database.query<RecallRow>(
      `SELECT ${COLUMNS}
       FROM recall
       ${conditions.where}
       ORDER BY id DESC
       LIMIT ${conditions.place(search.limit)}`,
      conditions.values,
    );
    return rows.map(recallOf);
  }

  /** What the clock has to look at, the longest due first; nobody else gets these before `untilMs`. */
  async takeDue(database: Queryable, nowMs: number, untilMs: number, max: number): Promise<StoredRecall[]> {
    return (await database.query<RecallRow>(TAKE_DUE, [date(nowMs), date(untilMs), max])).map(recallOf);
  }

  /** Of these, those whose money was due and has not come back. */
  async missingMoney(
    database: Queryable,
    ids: readonly string[],
    nowMs: number,
  ): Promise<ReadonlySet<string>> {
    const rows = await database.query<{ id: string }>(
      `SELECT id FROM recall WHERE id = ANY($1::uuid[]) AND ${moneyMissing('$2')}`,
      [ids, date(nowMs)],
    );
    return new Set(rows.map(({ id }) => id));
  }

  async countMissingMoney(database: Queryable, nowMs: number): Promise<number> {
    const sql = `SELECT count(*)::int AS count FROM recall WHERE ${moneyMissing('$1')}`;
    return (await database.query<{ count: number }>(sql, [date(nowMs)]))[0]!.count;
  }

  /** Those whose state nobody has been told of. */
  async untold(database: Queryable): Promise<StoredRecall[]> {
    return (await database.query<RecallRow>(UNTOLD)).map(recallOf);
  }

  async tell(
    database: Queryable,
    told: readonly { readonly recallId: string; readonly state: RecallState }[],
  ): Promise<void> {
    if (told.length === 0) return;
    await database.query(TELL, [told.map(({ recallId }) => recallId), told.map(({ state }) => state)]);
  }

  /** Open ones whose money has come back. */
  async returned(database: Queryable): Promise<StoredRecall[]> {
    return (await database.query<RecallRow>(RETURNED)).map(recallOf);
  }

  /** Those that wait no longer: their payments have ended. */
  async waited(database: Queryable, max: number): Promise<StoredRecall[]> {
    return (await database.query<RecallRow>(WAITED, [[...TERMINAL_STATES], max])).map(recallOf);
  }

  /** How many are in each state, ended ones since then; and the first deadline. */
  counts(
    database: Queryable,
    sinceMs: number,
  ): Promise<{ state: RecallState; count: number; first: Date }[]> {
    return database.query(COUNTS, [date(sinceMs)]);
  }
}

function valuesOf(recall: StoredRecall): unknown[] {
  const { id, paymentId, direction, asker, messageId, contentHash, caseId, cancellationId, answerer } =
    recall;
  const { reason, isoReason, text, amount, state, answer, carrier, attempts, version, history } = recall;
  return [
    ...[id, paymentId, direction, asker, messageId, contentHash, caseId, cancellationId, answerer],
    ...[reason, isoReason, text, amount.currency, amount.minor, state, json(answer), carrier],
    ...[recall.receivedMs, recall.deadlineMs, recall.endedMs, recall.dueMs].map(date),
    ...[attempts, version, JSON.stringify(history), date(recall.moneyDueMs), recall.waits],
  ];
}

/** PostgreSQL reads no year 0 of ISO 8601. */
const instantOf = (text?: string): Date | undefined => (text === undefined ? undefined : new Date(text));
const date = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());
const json = (value: object | null): string | null => (value === null ? null : JSON.stringify(value));

function recallOf(row: RecallRow): StoredRecall {
  return {
    id: row.id,
    paymentId: row.payment_id,
    direction: row.direction,
    asker: row.asker,
    messageId: row.message_id,
    contentHash: row.content_hash,
    caseId: row.case_id,
    cancellationId: row.cancellation_id,
    answerer: row.answerer,
    reason: row.reason as RecallReason,
    isoReason: row.iso_reason,
    text: row.reason_text,
    amount: { currency: row.currency, minor: row.minor },
    state: row.state,
    answer: row.answer,
    carrier: row.carrier,
    waits: row.waits,
    receivedMs: row.received_at.getTime(),
    deadlineMs: row.deadline_at.getTime(),
    endedMs: row.ended_at?.getTime() ?? null,
    moneyDueMs: row.money_due_at?.getTime() ?? null,
    dueMs: row.due_at?.getTime() ?? null,
    attempts: row.attempts,
    version: row.version,
    history: row.history,
  };
}
