import { sqlState, type Queryable } from '@tonle/persistence';
import type { OutboxEntry, OutboxSource } from './outbox.js';
import type { OutboundRecord } from './transport.js';

export interface LaneRow {
  readonly id: string;
  readonly epoch: bigint;
  readonly nextSequence: bigint;
  readonly publishedUpTo: bigint;
}

interface LaneColumns {
  id: string;
  epoch: bigint;
  next_sequence: bigint;
  published_up_to: bigint;
}

const NOT_NULL_VIOLATION = '23502';
const DIVISION_BY_ZERO = '22012';
const RETURNED = 'id, epoch, next_sequence, published_up_to';

function laneOf(row: LaneColumns): LaneRow {
  return {
    id: row.id,
    epoch: row.epoch,
    nextSequence: row.next_sequence,
    publishedUpTo: row.published_up_to,
  };
}

/** Takes the lane of that name, made when missing; whoever had it before is fenced from now on. */
export async function takeLane(
  database: Queryable,
  id: string,
  owner: string,
  leaseMs: number,
): Promise<LaneRow> {
  const rows = await database.query<LaneColumns>(
    `INSERT INTO outbox_lane AS lane (id, owner, epoch, leased_until, next_sequence, published_up_to)
     VALUES ($1, $2, 1, clock_timestamp() + $3 * interval '1 millisecond', 1, 0)
     ON CONFLICT (id) DO UPDATE
     SET owner = excluded.owner, epoch = lane.epoch + 1, leased_until = excluded.leased_until
     RETURNING ${RETURNED}`,
    [id, owner, leaseMs],
  );
  return laneOf(rows[0]!);
}

/** Takes one lane of another whose lease has run out and that still has something to publish. */
export async function adoptLane(
  database: Queryable,
  { id, owner }: { readonly id: string; readonly owner: string },
  leaseMs: number,
): Promise<LaneRow | undefined> {
  const rows = await database.query<LaneColumns>(
    `UPDATE outbox_lane
     SET owner = $1, epoch = epoch + 1, leased_until = clock_timestamp() + $2 * interval '1 millisecond'
     WHERE id = (
       SELECT id
       FROM outbox_lane
       WHERE leased_until < clock_timestamp() AND published_up_to < next_sequence - 1 AND id <> $3
       ORDER BY id
       LIMIT 1
       FOR UPDATE SKIP LOCKED)
     RETURNING ${RETURNED}`,
    [owner, leaseMs, id],
  );
  return rows[0] === undefined ? undefined : laneOf(rows[0]);
}

/** A lane that is not as this process left it has no next sequence: the column refuses the NULL, and nothing is committed. */
const OWN_LANE = `
  UPDATE outbox_lane
  SET next_sequence = CASE WHEN epoch = $2 AND next_sequence = $6 THEN $3::bigint END,
    published_up_to = GREATEST(published_up_to, $4::bigint),
    leased_until = clock_timestamp() + $5 * interval '1 millisecond'
  WHERE id = $1`;

// A division by zero where there is no such lane: then, too, nothing may be committed.
const ADVANCE = `
  WITH lane AS (${OWN_LANE} RETURNING id)
  SELECT 1 / count(*)
  FROM lane`;

// Without a lane the records have none, and the column refuses the NULL.
const APPEND = `
  WITH lane AS (${OWN_LANE} RETURNING id)
  INSERT INTO outbox (lane, sequence, topic, key, type, message_id, body, traceparent)
  SELECT lane.id, $6::bigint + r.ordinal - 1, r.topic, r.key, r.type, r.message_id, r.body, r.traceparent
  FROM unnest($7::text[], $8::text[], $9::text[], $10::text[], $11::text[], $12::text[])
    WITH ORDINALITY AS r (topic, key, type, message_id, body, traceparent, ordinal)
  LEFT JOIN lane ON true`;

/**
 * The end of every commit: checks epoch and place, moves the cursor, renews the lease. False: another has the
 * lane, or a commit that was taken for lost stands after all, so that this process must read the lane anew.
 */
export async function advanceLane(
  transaction: Queryable,
  lane: LaneRow,
  leaseMs: number,
  firstSequence: bigint,
): Promise<boolean> {
  return isOurs(transaction.query(ADVANCE, advanced(lane, leaseMs, firstSequence)), isNoLane);
}

/** As advanceLane, and writes the records from `firstSequence` on, in one statement. */
export async function appendToLane(
  transaction: Queryable,
  lane: LaneRow,
  leaseMs: number,
  firstSequence: bigint,
  records: readonly OutboundRecord[],
): Promise<boolean> {
  const writing = transaction.query(APPEND, [
    ...advanced(lane, leaseMs, firstSequence),
    records.map((record) => record.topic),
    records.map((record) => record.key),
    records.map((record) => record.type),
    records.map((record) => record.messageId),
    records.map((record) => record.body),
    records.map((record) => record.traceparent ?? null),
  ]);
  return isOurs(writing);
}

function advanced(lane: LaneRow, leaseMs: number, firstSequence: bigint): unknown[] {
  return [lane.id, lane.epoch, lane.nextSequence, lane.publishedUpTo, leaseMs, firstSequence];
}

/** The one division of ADVANCE; an error of another statement of the transaction is told by that statement, not here. */
function isNoLane(error: unknown): boolean {
  return sqlState(error) === DIVISION_BY_ZERO;
}

async function isOurs(
  writing: Promise<unknown>,
  isFenced: (error: unknown) => boolean = () => false,
): Promise<boolean> {
  try {
    await writing;
    return true;
  } catch (error) {
    const { column } = error as { column?: unknown };
    if (isFenced(error)) return false;
    if (sqlState(error) === NOT_NULL_VIOLATION && (column === 'next_sequence' || column === 'lane'))
      return false;
    throw error;
  }
}

/** Gives the lane back: anybody may adopt it at once. */
export async function releaseLane(database: Queryable, lane: LaneRow): Promise<void> {
  await database.query(
    `UPDATE outbox_lane
     SET published_up_to = GREATEST(published_up_to, $3::bigint), leased_until = clock_timestamp()
     WHERE id = $1 AND epoch = $2`,
    [lane.id, lane.epoch, lane.publishedUpTo],
  );
}

/** The lane's row once no commit is at work on it: waits for one whose client has lost the connection. */
export async function laneState(database: Queryable, id: string): Promise<LaneRow | undefined> {
  const rows = await database.query<LaneColumns>(
    `SELECT ${RETURNED}
     FROM outbox_lane
     WHERE id = $1
     FOR NO KEY UPDATE`,
    [id],
  );
  return rows[0] === undefined ? undefined : laneOf(rows[0]);
}

/** Deletes at most `limit` published rows below `below`; returns how many went. */
export async function trimOutbox(
  database: Queryable,
  lane: string,
  below: bigint,
  limit: number,
): Promise<number> {
  const rows = await database.query(
    `WITH old AS (
       SELECT sequence
       FROM outbox
       WHERE lane = $1 AND sequence < $2
       ORDER BY sequence
       LIMIT $3)
     DELETE FROM outbox
     USING old
     WHERE outbox.lane = $1 AND outbox.sequence = old.sequence
     RETURNING 1`,
    [lane, below, limit],
  );
  return rows.length;
}

interface OutboxColumns {
  sequence: bigint;
  topic: string;
  key: string;
  type: string;
  message_id: string;
  body: string;
  traceparent: string | null;
}

/** Table `outbox`. */
export const outboxTable: OutboxSource = {
  async unpublished(database, lane, after, limit): Promise<OutboxEntry[]> {
    const rows = await database.query<OutboxColumns>(
      `SELECT sequence, topic, key, type, message_id, body, traceparent
       FROM outbox
       WHERE lane = $1 AND sequence > $2
       ORDER BY sequence
       LIMIT $3`,
      [lane, after, limit],
    );
    return rows.map((row) => ({
      sequence: row.sequence,
      record: {
        topic: row.topic,
        key: row.key,
        type: row.type,
        messageId: row.message_id,
        body: row.body,
        ...(row.traceparent === null ? {} : { traceparent: row.traceparent }),
      },
    }));
  },
};
