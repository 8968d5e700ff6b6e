import type { LookupCounts } from '@tonle/contracts';
import type { Queryable } from '@tonle/persistence';

/** The counts of one participant in one span of time. */
export interface CountedLookups extends LookupCounts {
  readonly participant: string;
  readonly since: Date;
}

const ADD = `
  INSERT INTO lookup_count AS known (participant, since, found, not_found, declined, unanswered, refused, paid)
  SELECT *
  FROM unnest($1::text[], $2::timestamptz[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[], $8::bigint[])
  ON CONFLICT (participant, since) DO UPDATE
  SET found = known.found + excluded.found,
    not_found = known.not_found + excluded.not_found,
    declined = known.declined + excluded.declined,
    unanswered = known.unanswered + excluded.unanswered,
    refused = known.refused + excluded.refused,
    paid = known.paid + excluded.paid`;

const SUMS = `
  SELECT participant,
    sum(found)::int AS found,
    sum(not_found)::int AS "notFound",
    sum(declined)::int AS declined,
    sum(unanswered)::int AS unanswered,
    sum(refused)::int AS refused,
    sum(paid)::int AS paid
  FROM lookup_count
  WHERE since > $1 AND since <= $2
  GROUP BY participant
  ORDER BY participant`;

/** Table `lookup_count`. Rows in one order for all instances, so that two cannot lock each other out. */
export async function addLookupCounts(database: Queryable, counts: readonly CountedLookups[]): Promise<void> {
  const ordered = [...counts].sort(
    (a, b) => a.since.getTime() - b.since.getTime() || (a.participant < b.participant ? -1 : 1),
  );
  await database.query(ADD, [
    ordered.map(({ participant }) => participant),
    ordered.map(({ since }) => since),
    ordered.map(({ found }) => found),
    ordered.map(({ notFound }) => notFound),
    ordered.map(({ declined }) => declined),
    ordered.map(({ unanswered }) => unanswered),
    ordered.map(({ refused }) => refused),
    ordered.map(({ paid }) => paid),
  ]);
}

/** Sums by participant of what began after `after`, until `until`. */
export function sumLookupCounts(
  database: Queryable,
  after: Date,
  until: Date,
): Promise<(LookupCounts & { participant: string })[]> {
  return database.query(SUMS, [after, until]);
}

/** Forgets whatever was counted in a time that began before. */
export async function deleteLookupCounts(database: Queryable, before: Date): Promise<void> {
  await database.query('DELETE FROM lookup_count WHERE since < $1', [before]);
}
