import type { Queryable } from '@tonle/persistence';

/** What a report of a window has to know of it. */
export async function findReportWindow(
  database: Queryable,
  windowId: string,
): Promise<{ readonly day: string; readonly currency: string } | undefined> {
  const [row] = await database.query<{ day: string; currency: string }>(
    'SELECT day, currency FROM settlement_window WHERE window_id = $1',
    [windowId],
  );
  return row;
}

export interface WindowToReport {
  readonly windowId: string;
  readonly currency: string;
  readonly nettedAt: Date;
  readonly participants: readonly string[];
}

/** Windows that were netted since, from when on what they were netted to is known, with those who take part in them, the first first. */
export async function nettedWindows(
  database: Queryable,
  since: Date,
  currency: string | undefined,
  limit: number,
): Promise<WindowToReport[]> {
  return database.query<WindowToReport>(
    `SELECT w.window_id AS "windowId", w.currency,
       greatest(coalesce(w.netted_at, w.closed_at), (
         SELECT max(b.known_from) FROM window_bilateral AS b WHERE b.window_id = w.window_id
       )) AS "nettedAt",
       ARRAY(
         SELECT b.debtor FROM window_bilateral AS b WHERE b.window_id = w.window_id
         UNION
         SELECT b.creditor FROM window_bilateral AS b WHERE b.window_id = w.window_id
         ORDER BY 1
       ) AS participants
     FROM settlement_window AS w
     WHERE coalesce(w.netted_at, w.closed_at) > $1
       AND ($2::text IS NULL OR w.currency = $2)
     ORDER BY coalesce(w.netted_at, w.closed_at), w.window_id
     LIMIT $3`,
    [since, currency ?? null, limit],
  );
}

/** Who took part in windows of these days in the currency. */
export async function participantsOfDays(
  database: Queryable,
  { day, until, currency }: { readonly day: string; readonly until: string; readonly currency?: string },
): Promise<string[]> {
  const rows = await database.query<{ participant: string }>(
    `SELECT DISTINCT n.participant
     FROM window_net AS n
     JOIN settlement_window AS w USING (window_id)
     WHERE w.day BETWEEN $1 AND $2 AND ($3::text IS NULL OR w.currency = $3)
     ORDER BY n.participant`,
    [day, until, currency ?? null],
  );
  return rows.map(({ participant }) => participant);
}
