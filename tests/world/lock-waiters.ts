import type { Queryable } from '@tonle/persistence';

const WAITING = `
  SELECT count(*)::int AS n
  FROM pg_stat_activity
  WHERE wait_event_type = 'Lock' AND datname = current_database()`;

/** How many connections wait for a lock that another one holds. */
export async function lockWaiters(database: Queryable): Promise<number> {
  const [row] = await database.query<{ n: number }>(WAITING);
  return row!.n;
}
