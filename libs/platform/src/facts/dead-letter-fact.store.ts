import type { Queryable } from '@tonle/persistence';

/** A letter and what became of it. */
export interface LetterFate {
  readonly letterId: string;
  readonly reader: string;
  readonly topic: string;
  readonly type: string;
  readonly key: string;
  readonly cause: string;
  readonly firstAt: Date;
  readonly lastAt: Date;
  readonly attempts: number;
  readonly result: 'OPEN' | 'FAILED_AGAIN' | 'REPLAYED' | 'DISCARDED';
  /** Who replayed or discarded it last, and when. */
  readonly by: string | null;
  readonly at: Date | null;
}

// A letter that came again is open again, whatever was done with it before.
const FATES = `
WITH done AS (
  SELECT DISTINCT ON (letter_id) letter_id, operator, at, deed
  FROM dead_letter_deed
  WHERE deed IN ('replayed', 'replayed-late', 'replay-failed', 'discard')
  ORDER BY letter_id, deed_id DESC
), fate AS (
  SELECT l.letter_id AS "letterId", reader, topic, type, key, left(cause, 100) AS cause, first_at AS "firstAt", last_at AS "lastAt",
    attempts, done.operator AS by, done.at,
    CASE
      WHEN decision IS NOT NULL THEN upper(decision)
      WHEN done.deed = 'replay-failed' THEN 'FAILED_AGAIN'
      ELSE 'OPEN'
    END AS result
  FROM dead_letter AS l
  LEFT JOIN done USING (letter_id)
)
SELECT fate.*
FROM fate
LEFT JOIN told_fact AS told ON told.source = 'switch.dead-letter' AND told.id = fate."letterId"::text
WHERE told.body IS NULL
   OR told.body ->> 'result' <> fate.result
   OR told.body ->> 'attempts' <> fate.attempts::text
   OR told.body ->> 'by' IS DISTINCT FROM fate.by
ORDER BY fate."firstAt", fate."letterId"
LIMIT $1`;

/** Letters of which something else was told for reports, or nothing; the oldest first. */
export function letterFates(database: Queryable, max: number): Promise<LetterFate[]> {
  return database.query<LetterFate & object>(FATES, [max]);
}
