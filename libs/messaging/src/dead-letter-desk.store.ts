import type { DeedFilter, ListedLetter, OperatorDeed, WholeLetter } from '@tonle/contracts';
import type { Queryable } from '@tonle/persistence';
import type { InboundRecord } from './transport.js';

/** A record as it stands among the dead letters. */
export interface KeptLetter {
  readonly record: InboundRecord;
  readonly reader: string;
  readonly decision: 'replayed' | 'discarded' | null;
  /** The operator by whose deed it was decided. */
  readonly decidedBy: string | null;
}

/** Error texts may be long. */
const CAUSE_CHARACTERS_MAX = 300;
const LETTERS_OF_PAYMENT_MAX = 100;

/** Those that nobody has decided about, of one group or of all, the latest first, and how many there are. */
export async function openLetters(
  database: Queryable,
  { limit, groupId }: { readonly limit: number; readonly groupId?: string },
): Promise<{ letters: ListedLetter[]; count: number }> {
  const rows = await database.query<
    Omit<ListedLetter, 'firstAt' | 'lastAt'> & { firstAt: Date; lastAt: Date; count: number }
  >(
    `SELECT letter_id AS "letterId", reader, topic, type, message_id AS "messageId", key,
       left(cause, ${CAUSE_CHARACTERS_MAX}) AS cause, attempts, octet_length(body) AS bytes, first_at AS "firstAt",
       last_at AS "lastAt", (count(*) OVER ())::int AS count
     FROM dead_letter
     WHERE decision IS NULL
       AND ($2::text IS NULL OR group_id = $2)
     ORDER BY last_at DESC, letter_id
     LIMIT $1`,
    [limit, groupId ?? null],
  );
  return {
    letters: rows.map(({ firstAt, lastAt, count: _count, ...letter }) => ({
      ...letter,
      firstAt: firstAt.toISOString(),
      lastAt: lastAt.toISOString(),
    })),
    count: rows[0]?.count ?? 0,
  };
}

/** Those about one payment, decided or not, the oldest first. */
export async function lettersOf(
  database: Queryable,
  paymentId: string,
): Promise<(Omit<ListedLetter, 'bytes' | 'key'> & Pick<KeptLetter, 'decision'>)[]> {
  const rows = await database.query<
    Omit<ListedLetter, 'bytes' | 'key' | 'firstAt' | 'lastAt'> &
      Pick<KeptLetter, 'decision'> & { firstAt: Date; lastAt: Date }
  >(
    `SELECT letter_id AS "letterId", reader, topic, type, message_id AS "messageId",
       left(cause, ${CAUSE_CHARACTERS_MAX}) AS cause, attempts, decision, first_at AS "firstAt", last_at AS "lastAt"
     FROM dead_letter
     WHERE key = $1
     ORDER BY first_at, letter_id
     LIMIT ${LETTERS_OF_PAYMENT_MAX}`,
    [paymentId],
  );
  return rows.map(({ firstAt, lastAt, ...letter }) => ({
    ...letter,
    firstAt: firstAt.toISOString(),
    lastAt: lastAt.toISOString(),
  }));
}

/** One letter as it came, decided or not; undefined when there is none of the id. */
export async function findLetter(database: Queryable, letterId: string): Promise<KeptLetter | undefined> {
  const [row] = await database.query<
    Omit<InboundRecord, 'messageId' | 'traceparent'> & {
      reader: string;
      message_id: string;
      traceparent: string | null;
    } & Pick<KeptLetter, 'decision' | 'decidedBy'>
  >(
    `SELECT reader, topic, key, type, message_id, body, traceparent, position, headers, decision,
       CASE WHEN decision IS NOT NULL THEN (
         SELECT operator
         FROM dead_letter_deed AS deed
         WHERE deed.letter_id = letter.letter_id
           AND deed.deed IN ('discard', 'replayed')
         ORDER BY deed_id DESC
         LIMIT 1) END AS "decidedBy"
     FROM dead_letter AS letter
     WHERE letter_id = $1`,
    [letterId],
  );
  if (row === undefined) return undefined;
  const { reader, decision, decidedBy, message_id: messageId, traceparent, ...record } = row;
  return {
    record: { ...record, messageId, ...(traceparent === null ? {} : { traceparent }) },
    ...{ reader, decision, decidedBy },
  };
}

/** One letter with all but what it says, decided or not. */
export async function wholeLetterOf(database: Queryable, letterId: string): Promise<WholeLetter | undefined> {
  const [row] = await database.query<
    Omit<WholeLetter, 'firstAt' | 'lastAt' | 'traceparent' | 'decision'> & {
      firstAt: Date;
      lastAt: Date;
      traceparent: string | null;
      decision: KeptLetter['decision'];
    }
  >(
    `SELECT letter_id AS "letterId", group_id AS "groupId", reader, topic, type, message_id AS "messageId", key, cause,
       attempts, octet_length(body) AS bytes, first_at AS "firstAt", last_at AS "lastAt", position, traceparent, headers,
       decision
     FROM dead_letter
     WHERE letter_id = $1`,
    [letterId],
  );
  if (row === undefined) return undefined;
  const { firstAt, lastAt, traceparent, decision, ...letter } = row;
  return {
    ...letter,
    firstAt: firstAt.toISOString(),
    lastAt: lastAt.toISOString(),
    ...(traceparent !== null && { traceparent }),
    ...(decision !== null && { decision }),
  };
}

/** What somebody does with a letter, or with a group of them. */
export interface LetterDeed {
  readonly deedId: string;
  readonly at: Date;
  readonly operator: string;
  readonly reason: string;
  readonly deed: string;
  readonly letterId?: string;
  readonly groupId?: string;
  /** Of a group: what its letters were; of a letter: what came of it, where that is not its type and key. */
  readonly detail?: string;
}

/** Notes what somebody does, or what came of it. */
export async function recordLetterDeeds(database: Queryable, deeds: readonly LetterDeed[]): Promise<void> {
  await database.query(
    `INSERT INTO dead_letter_deed (deed_id, letter_id, group_id, at, operator, deed, reason, detail)
     SELECT *
     FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::timestamptz[], $5::text[], $6::text[], $7::text[], $8::text[])`,
    [
      deeds.map(({ deedId }) => deedId),
      deeds.map(({ letterId }) => letterId ?? null),
      deeds.map(({ groupId }) => groupId ?? null),
      deeds.map(({ at }) => at),
      deeds.map(({ operator }) => operator),
      deeds.map(({ deed }) => deed),
      deeds.map(({ reason }) => reason),
      deeds.map(({ detail }) => detail ?? null),
    ],
  );
}

/** Decides one that nobody has decided: it is listed no more, and kept. False when somebody has, who may have come just before. */
export async function endLetter(
  database: Queryable,
  letterId: string,
  decision: NonNullable<KeptLetter['decision']>,
): Promise<boolean> {
  const rows = await database.query(
    `UPDATE dead_letter
     SET decision = $2
     WHERE letter_id = $1
       AND decision IS NULL
     RETURNING letter_id`,
    [letterId, decision],
  );
  return rows.length > 0;
}

/** It failed once more. False when it was decided meanwhile. */
export async function keepFailure(database: Queryable, letterId: string, cause: string): Promise<boolean> {
  const rows = await database.query(
    `UPDATE dead_letter
     SET cause = $2, attempts = attempts + 1, last_at = clock_timestamp()
     WHERE letter_id = $1
       AND decision IS NULL
     RETURNING letter_id`,
    [letterId, cause],
  );
  return rows.length > 0;
}

/** What people did with dead letters, newest first. */
export async function letterDeeds(
  database: Queryable,
  service: string,
  { subject, operator, before, limit }: DeedFilter,
): Promise<OperatorDeed[]> {
  const rows = await database.query<
    Omit<OperatorDeed, 'at' | 'detail'> & { at: Date; detail: string | null }
  >(
    `SELECT d.deed_id AS "actionId", d.at, d.operator, 'dead-letter.' || d.deed AS action,
       $5 || '.' || coalesce(d.letter_id::text, d.group_id) AS subject, d.reason,
       coalesce(d.detail, l.type || ' ' || l.key) AS detail
     FROM dead_letter_deed AS d
     LEFT JOIN dead_letter AS l USING (letter_id)
     WHERE ($1::text IS NULL OR $5 || '.' || coalesce(d.letter_id::text, d.group_id) = $1 OR l.key = $1)
       AND ($2::text IS NULL OR d.operator = $2)
       AND ($3::uuid IS NULL OR d.deed_id < $3)
     ORDER BY d.deed_id DESC
     LIMIT $4`,
    [subject ?? null, operator ?? null, before ?? null, limit, service],
  );
  return rows.map(({ at, detail, ...deed }) => ({
    ...deed,
    at: at.toISOString(),
    ...(detail === null ? {} : { detail }),
  }));
}
