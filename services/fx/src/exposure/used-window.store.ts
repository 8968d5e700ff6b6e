import type { Queryable } from '@tonle/persistence';

// Table `used_window`: never more than the payments of the window whose quote is used here.

const ADD = `
  INSERT INTO used_window AS w (window_id, payments)
  SELECT window_id, count(*)::int
  FROM unnest($1::text[]) AS window_id
  GROUP BY window_id
  ORDER BY window_id
  ON CONFLICT (window_id) DO UPDATE
  SET payments = w.payments + excluded.payments`;

const RAISE = `
  INSERT INTO used_window AS w (window_id, payments)
  VALUES ($1, $2)
  ON CONFLICT (window_id) DO UPDATE
  SET payments = greatest(w.payments, excluded.payments)`;

const COUNTS = `
  SELECT window_id, payments
  FROM used_window
  WHERE window_id = ANY($1)`;

/** Counts payments that used their quote now; a window stands once for each. */
export async function addUsed(transaction: Queryable, windowIds: readonly string[]): Promise<void> {
  if (windowIds.length > 0) await transaction.query(ADD, [windowIds]);
}

/** So many payments of the window, at least, have used their quote. */
export async function raiseUsed(database: Queryable, windowId: string, payments: number): Promise<void> {
  await database.query(RAISE, [windowId, payments]);
}

/** How many payments of these windows have used their quote; absent is none. */
export async function usedCounts(
  database: Queryable,
  windowIds: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const rows = await database.query<{ window_id: string; payments: number }>(COUNTS, [windowIds]);
  return new Map(rows.map((row) => [row.window_id, row.payments]));
}
