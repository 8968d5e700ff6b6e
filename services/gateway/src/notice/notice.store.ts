import type { Queryable } from '@tonle/persistence';
import type { Notice, NoticeType } from './notice.js';

// The row of `notice_feed` is locked from the numbering to the commit, so a participant's notices become visible in the order of
// their positions: who has read up to one has missed none before it, whatever else was being written then (record 27).

const INSERT = `
  WITH told AS (
    SELECT *
    FROM unnest($1::uuid[], $2::text[], $3::text[], $4::uuid[], $5::integer[], $6::json[], $7::timestamptz[])
      WITH ORDINALITY AS t (notice_id, participant, type, payment_id, version, data, at, ordinal)
    WHERE NOT EXISTS (SELECT FROM notice AS known WHERE known.notice_id = t.notice_id)
      AND NOT EXISTS (
        SELECT
        FROM notice AS later
        WHERE later.payment_id = t.payment_id
          AND later.participant = t.participant
          AND later.version > t.version)
  ), feed AS (
    INSERT INTO notice_feed AS f (participant, last)
    SELECT participant, count(*)
    FROM told
    GROUP BY participant
    ORDER BY participant
    ON CONFLICT (participant) DO UPDATE SET last = f.last + excluded.last
    RETURNING participant, last
  )
  INSERT INTO notice (notice_id, participant, position, type, payment_id, version, data, at, noticed_at)
  SELECT notice_id, participant, last + 1 - row_number() OVER (PARTITION BY participant ORDER BY ordinal DESC),
    type, payment_id, version, data, at, $8
  FROM told
  JOIN feed USING (participant)
  ON CONFLICT (notice_id) DO NOTHING
  RETURNING participant`;

/**
 * Writes what is to be told, once, and resolves to the participants with something new. What is known already, or was overtaken
 * by what a participant has been told of the same payment since, is left out.
 */
export async function insertNotices(
  database: Queryable,
  notices: readonly Notice[],
  noticedAt: Date,
): Promise<ReadonlySet<string>> {
  if (notices.length === 0) return new Set();
  // Of one payment in a batch the earlier is told first.
  const unique = [...new Map(notices.map((notice) => [notice.noticeId, notice])).values()].sort(
    (a, b) => (a.payment?.version ?? 0) - (b.payment?.version ?? 0),
  );
  const rows = await database.query<{ participant: string }>(INSERT, [
    unique.map(({ noticeId }) => noticeId),
    unique.map(({ participant }) => participant),
    unique.map(({ type }) => type),
    unique.map(({ payment }) => payment?.paymentId ?? null),
    unique.map(({ payment }) => payment?.version ?? null),
    unique.map(({ data }) => JSON.stringify(data)),
    unique.map(({ at }) => at),
    noticedAt,
  ]);
  return new Set(rows.map(({ participant }) => participant));
}

export interface StoredNotice {
  readonly noticeId: string;
  readonly position: bigint;
  readonly type: NoticeType;
  readonly paymentId: string | null;
  readonly data: Readonly<Record<string, unknown>>;
  readonly at: Date;
}

const COLUMNS = `notice_id AS "noticeId", position, type, payment_id AS "paymentId", data, at`;

/** Where a participant's feed ends and begins: what is up to `forgotten` is not kept any more. */
export interface FeedEnds {
  readonly participant: string;
  readonly last: bigint;
  readonly forgotten: bigint;
}

/** Of those who were ever told anything. */
export function feedEndsOf(database: Queryable, participants: readonly string[]): Promise<FeedEnds[]> {
  return database.query<FeedEnds & object>(
    'SELECT participant, last, forgotten FROM notice_feed WHERE participant = ANY ($1::text[])',
    [participants],
  );
}

/** Notices at positions above `after` and up to `upTo`, in their order. `types` empty: of all types. */
export function noticesBetween(
  database: Queryable,
  participant: string,
  between: { readonly after: bigint; readonly upTo: bigint },
  types: readonly NoticeType[],
  limit: number,
): Promise<StoredNotice[]> {
  return database.query<StoredNotice & object>(
    `SELECT ${COLUMNS}
     FROM notice
     WHERE participant = $1
       AND position > $2
       AND position <= $3
       AND (cardinality($4::text[]) = 0 OR type = ANY ($4))
     ORDER BY position
     LIMIT $5`,
    [participant, between.after, between.upTo, types, limit],
  );
}

/** Ends what is older than `before`, at most `limit` of it; resolves to how much. Readers further back are told so. */
export async function forgetNotices(database: Queryable, before: Date, limit: number): Promise<number> {
  const [row] = await database.query<{ gone: number }>(
    `WITH gone AS (
       DELETE FROM notice
       WHERE notice_id IN (SELECT notice_id FROM notice WHERE noticed_at < $1 LIMIT $2)
       RETURNING participant, position
     ), ends AS (
       UPDATE notice_feed
       SET forgotten = GREATEST(forgotten, upto)
       FROM (SELECT participant, max(position) AS upto FROM gone GROUP BY participant) AS g
       WHERE notice_feed.participant = g.participant
     )
     SELECT count(*)::integer AS gone FROM gone`,
    [before, limit],
  );
  return row!.gone;
}
