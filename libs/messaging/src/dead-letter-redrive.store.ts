import type { LetterGroup, LetterRedrive } from '@tonle/contracts';
import type { Queryable } from '@tonle/persistence';

// Dead letters of one cause together: tables `dead_letter` and `dead_letter_redrive`.

/** Who works on a redrive has it for so long, and renews it with every round. */
const LEASE_SECONDS = 60;

const GROUPS = `
  SELECT group_id AS "groupId", reader, topic, type, cause_class AS cause, count(*)::int AS count,
    sum(attempts)::int AS attempts, min(first_at) AS "firstAt", max(last_at) AS "lastAt"
  FROM dead_letter
  WHERE decision IS NULL
  GROUP BY group_id, reader, topic, type, cause_class
  ORDER BY count(*) DESC, max(last_at) DESC
  LIMIT $1`;

/** Open letters by who could not handle them, their type and the class of their cause; the largest group first. */
export async function letterGroups(database: Queryable, limit: number): Promise<LetterGroup[]> {
  const rows = await database.query<
    Omit<LetterGroup, 'firstAt' | 'lastAt'> & { firstAt: Date; lastAt: Date }
  >(GROUPS, [limit]);
  return rows.map(({ firstAt, lastAt, ...group }) => ({
    ...group,
    firstAt: firstAt.toISOString(),
    lastAt: lastAt.toISOString(),
  }));
}

/** Each has its deed, in one transaction; of a larger group the rest is still open. */
const DISCARDED_AT_ONCE = 5_000;

/** Ends the open letters of a group unread, the oldest first; answers which. */
export async function discardGroup(
  database: Queryable,
  groupId: string,
): Promise<readonly DiscardedLetter[]> {
  return database.query<DiscardedLetter & object>(
    `UPDATE dead_letter
     SET decision = 'discarded'
     WHERE letter_id IN (
       SELECT letter_id
       FROM dead_letter
       WHERE group_id = $1
         AND decision IS NULL
       ORDER BY first_at, letter_id
       LIMIT ${DISCARDED_AT_ONCE}
       FOR UPDATE)
     RETURNING letter_id AS "letterId", reader, topic, type, key, message_id AS "messageId"`,
    [groupId],
  );
}

/** A letter of a group that was ended. */
export interface DiscardedLetter {
  readonly letterId: string;
  readonly reader: string;
  readonly topic: string;
  readonly type: string;
  readonly key: string;
  readonly messageId: string;
}

/** What the letters of a group are, in words; undefined when none is open. */
export async function groupInWords(database: Queryable, groupId: string): Promise<string | undefined> {
  const [row] = await database.query<{ words: string }>(
    `SELECT count(*) || ' of ' || type || ' on ' || topic || ': ' || cause_class AS words
     FROM dead_letter
     WHERE group_id = $1
       AND decision IS NULL
     GROUP BY type, topic, cause_class`,
    [groupId],
  );
  return row?.words;
}

/** What people ask for when they redrive a group. */
export interface NewRedrive {
  readonly redriveId: string;
  readonly groupId: string;
  readonly what: string;
  readonly operator: string;
  readonly reason: string;
  readonly perSecond: number;
  readonly stopOnFailure: boolean;
  /** Of a group that has more nothing is begun. */
  readonly most?: number;
}

/** How many letters a redrive began with; undefined when there is none of this name. */
export async function redriveTotal(database: Queryable, redriveId: string): Promise<number | undefined> {
  const [row] = await database.query<{ total: number }>(
    `SELECT total
     FROM dead_letter_redrive
     WHERE redrive_id = $1`,
    [redriveId],
  );
  return row?.total;
}

/** How many letters of a group are open. */
export async function openOfGroup(database: Queryable, groupId: string): Promise<number> {
  const [row] = await database.query<{ count: number }>(
    `SELECT count(*)::int AS count
     FROM dead_letter
     WHERE group_id = $1
       AND decision IS NULL`,
    [groupId],
  );
  return row!.count;
}

/** Begins a redrive of all letters of a group that are open now; undefined when one of it is running, or it has more than `most`. */
export async function startRedrive(database: Queryable, asked: NewRedrive): Promise<number | undefined> {
  const [row] = await database.query<{ total: number }>(
    `INSERT INTO dead_letter_redrive
       (redrive_id, group_id, what, operator, reason, per_second, stop_on_failure, total)
     SELECT $1, $2, $3, $4, $5, $6, $7, count(*)
     FROM dead_letter
     WHERE group_id = $2
       AND decision IS NULL
     HAVING $8::bigint IS NULL OR count(*) <= $8::bigint
     ON CONFLICT (group_id) WHERE state = 'running' DO NOTHING
     RETURNING total`,
    [
      asked.redriveId,
      asked.groupId,
      asked.what,
      asked.operator,
      asked.reason,
      asked.perSecond,
      asked.stopOnFailure,
      asked.most ?? null,
    ],
  );
  return row?.total;
}

/** A redrive as its job goes on with it. */
export interface RedriveInHand {
  readonly redriveId: string;
  readonly groupId: string;
  /** Who began it, and why: what is done by it is their deed. */
  readonly operator: string;
  readonly reason: string;
  readonly perSecond: number;
  readonly stopOnFailure: boolean;
}

/** One that is running and that nobody has in hand, for this process. */
export async function claimRedrive(database: Queryable): Promise<RedriveInHand | undefined> {
  const [row] = await database.query<RedriveInHand>(
    `UPDATE dead_letter_redrive
     SET leased_until = clock_timestamp() + make_interval(secs => $1)
     WHERE redrive_id = (
       SELECT redrive_id
       FROM dead_letter_redrive
       WHERE state = 'running'
         AND leased_until < clock_timestamp()
       ORDER BY started_at
       LIMIT 1
       FOR UPDATE SKIP LOCKED)
     RETURNING redrive_id AS "redriveId", group_id AS "groupId", operator, reason, per_second AS "perSecond",
       stop_on_failure AS "stopOnFailure"`,
    [LEASE_SECONDS],
  );
  return row;
}

/** The next letters of a redrive, the oldest first: what failed in it is not among them. */
export async function nextOfRedrive(
  database: Queryable,
  { redriveId, perSecond }: RedriveInHand,
): Promise<string[]> {
  const rows = await database.query<{ letter_id: string }>(
    `SELECT letter_id
     FROM dead_letter
     JOIN dead_letter_redrive AS redrive USING (group_id)
     WHERE redrive_id = $1
       AND redrive.state = 'running'
       AND decision IS NULL
       AND last_at <= redrive.started_at
     ORDER BY first_at, letter_id
     LIMIT $2`,
    [redriveId, perSecond],
  );
  return rows.map((row) => row.letter_id);
}

/** What a round of a redrive came to. */
export interface RedriveRound {
  readonly replayed: number;
  readonly failed: number;
  readonly lastFailure?: string;
  readonly end?: 'done' | 'stopped';
  readonly because?: string;
}

/** Adds a round to what is known of a redrive, and lets it go. What people have stopped stays so. */
export async function noteRound(database: Queryable, redriveId: string, round: RedriveRound): Promise<void> {
  await database.query(
    `UPDATE dead_letter_redrive
     SET replayed = replayed + $2, failed = failed + $3, last_failure = coalesce($4, last_failure),
       leased_until = '-infinity',
       state = CASE WHEN state = 'running' THEN coalesce($5, state) ELSE state END,
       stopped_because = coalesce(stopped_because, $6),
       ended_at = CASE WHEN state = 'running' AND $5 IS NOT NULL THEN clock_timestamp() ELSE ended_at END
     WHERE redrive_id = $1`,
    [
      redriveId,
      round.replayed,
      round.failed,
      round.lastFailure ?? null,
      round.end ?? null,
      round.because ?? null,
    ],
  );
}

/** Ends a redrive before its time, and says of which group; undefined when it is none that runs. */
export async function stopRedrive(
  database: Queryable,
  redriveId: string,
  because: string,
): Promise<{ readonly groupId: string; readonly what: string } | undefined> {
  const [row] = await database.query<{ groupId: string; what: string }>(
    `UPDATE dead_letter_redrive
     SET state = 'stopped', ended_at = clock_timestamp(), stopped_because = $2
     WHERE redrive_id = $1
       AND state = 'running'
     RETURNING group_id AS "groupId", what`,
    [redriveId, because],
  );
  return row;
}

/** Redrives with their progress, the latest first. */
export async function redrivesOf(database: Queryable, limit: number): Promise<LetterRedrive[]> {
  const rows = await database.query<
    Omit<LetterRedrive, 'startedAt' | 'endedAt' | 'lastFailure' | 'stoppedBecause'> & {
      startedAt: Date;
      endedAt: Date | null;
      lastFailure: string | null;
      stoppedBecause: string | null;
    }
  >(
    `SELECT redrive_id AS "redriveId", group_id AS "groupId", what, operator, reason, per_second AS "perSecond",
       stop_on_failure AS "stopOnFailure", started_at AS "startedAt", ended_at AS "endedAt", state, total, replayed, failed,
       last_failure AS "lastFailure", stopped_because AS "stoppedBecause"
     FROM dead_letter_redrive
     ORDER BY dead_letter_redrive.started_at DESC
     LIMIT $1`,
    [limit],
  );
  return rows.map(({ startedAt, endedAt, lastFailure, stoppedBecause, ...redrive }) => ({
    ...redrive,
    startedAt: startedAt.toISOString(),
    ...(endedAt !== null && { endedAt: endedAt.toISOString() }),
    ...(lastFailure !== null && { lastFailure }),
    ...(stoppedBecause !== null && { stoppedBecause }),
  }));
}
