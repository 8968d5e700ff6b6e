import type { RoutingWindow } from '@tonle/contracts';
import type { Queryable } from '@tonle/persistence';
import type { CountedWindow } from './window.js';

const COUNT = `
INSERT INTO lane_window AS w (lane, window_id, cut_off_at, completed)
SELECT $1, u.window_id, u.cut_off_at, u.completed
FROM unnest($2::text[], $3::timestamptz[], $4::integer[]) AS u (window_id, cut_off_at, completed)
ORDER BY u.window_id
ON CONFLICT (lane, window_id) DO UPDATE
SET completed = w.completed + EXCLUDED.completed
WHERE w.drained_at IS NULL
RETURNING w.window_id`;

const DRAINED_UP_TO = `
SELECT max(cut_off_at) AS at
FROM lane_window
WHERE lane = $1
  AND drained_at IS NOT NULL`;

const OPEN = `
INSERT INTO lane_window (lane, window_id, cut_off_at, completed)
SELECT $1, u.window_id, u.cut_off_at, 0
FROM unnest($2::text[], $3::timestamptz[]) AS u (window_id, cut_off_at)
ORDER BY u.window_id
ON CONFLICT DO NOTHING`;

const UNDRAINED = `
SELECT DISTINCT window_id
FROM lane_window
WHERE drained_at IS NULL
  AND cut_off_at <= $1::timestamptz
ORDER BY window_id`;

const LANES = `
SELECT id, owner, leased_until < clock_timestamp() - $1 * interval '1 millisecond' AS dead
FROM outbox_lane
ORDER BY id`;

const FENCE = `
UPDATE outbox_lane
SET epoch = epoch + 1
WHERE id = ANY($1::text[])
  AND leased_until < clock_timestamp() - $2 * interval '1 millisecond'
RETURNING id`;

const DRAIN = `
UPDATE lane_window
SET drained_at = $1::timestamptz
WHERE lane = ANY($2::text[])
  AND window_id = ANY($3::text[])
  AND drained_at IS NULL
  AND cut_off_at <= $1::timestamptz
RETURNING lane, window_id, completed`;

const LANES_OF = `
SELECT lane
FROM lane_window
WHERE window_id = $1
ORDER BY lane`;

const SINCE = `
SELECT window_id, lane, completed, drained_at
FROM lane_window
WHERE cut_off_at > $1::timestamptz
ORDER BY window_id, lane`;

/** A window had been declared drained by this lane when a completion came for it. */
export class WindowAlreadyDrained extends Error {}

export interface DrainedWindow {
  readonly lane: string;
  readonly window_id: string;
  readonly completed: number;
}

const iso = (ms: number) => new Date(ms).toISOString();

/** What each outbox lane completed into each window, and what it has declared drained (decisions 15). */
export class WindowStore {
  /** A row for each of these windows that has none; one that is drained stays so. */
  async open(database: Queryable, lane: string, windows: readonly CountedWindow[]): Promise<void> {
    await database.query(OPEN, [
      lane,
      windows.map(({ window }) => window.windowId),
      windows.map(({ cutOffMs }) => iso(cutOffMs)),
    ]);
  }

  /** Adds to the lane's counts; rows are made on first use. Throws WindowAlreadyDrained instead of changing a drained one. */
  async count(
    transaction: Queryable,
    lane: string,
    counts: readonly (CountedWindow & { completed: number })[],
  ): Promise<void> {
    if (counts.length === 0) return;
    const rows = await transaction.query(COUNT, [
      lane,
      counts.map(({ window }) => window.windowId),
      counts.map(({ cutOffMs }) => iso(cutOffMs)),
      counts.map(({ completed }) => completed),
    ]);
    if (rows.length !== counts.length)
      throw new WindowAlreadyDrained(`lane ${lane} completes into a window it has drained`);
  }

  /** The last cut-off that the lane has declared drained, epoch ms; completions are never stamped before it. */
  async drainedUpToMs(database: Queryable, lane: string): Promise<number> {
    const [row] = await database.query<{ at: Date | null }>(DRAINED_UP_TO, [lane]);
    return row?.at?.getTime() ?? 0;
  }

  /** Windows past their cut-off that a lane has not declared drained. */
  async undrained(database: Queryable, nowMs: number): Promise<string[]> {
    const rows = await database.query<{ window_id: string }>(UNDRAINED, [iso(nowMs)]);
    return rows.map((row) => row.window_id);
  }

  /** Every lane there ever was; dead: its lease ran out `deadAfterMs` ago. */
  lanes(transaction: Queryable, deadAfterMs: number): Promise<{ id: string; dead: boolean }[]> {
    return transaction.query(LANES, [deadAfterMs]);
  }

  /** Makes sure that dead lanes commit nothing more; returns those it fenced. */
  async fence(transaction: Queryable, lanes: readonly string[], deadAfterMs: number): Promise<string[]> {
    if (lanes.length === 0) return [];
    return (await transaction.query<{ id: string }>(FENCE, [lanes, deadAfterMs])).map(({ id }) => id);
  }

  /** The lanes that may have completed into a window: each made its row before it could. */
  async lanesOf(transaction: Queryable, windowId: string): Promise<string[]> {
    return (await transaction.query<{ lane: string }>(LANES_OF, [windowId])).map(({ lane }) => lane);
  }

  /** Every window that was cut off after an instant or is open, lane by lane. */
  async since(database: Queryable, instant: string): Promise<RoutingWindow[]> {
    const rows = await database.query<{
      window_id: string;
      lane: string;
      completed: number;
      drained_at: Date | null;
    }>(SINCE, [instant]);
    const lanes = new Map<string, RoutingWindow['lanes']>();
    for (const { window_id: windowId, lane, completed, drained_at: at } of rows) {
      const counted = { lane, completed, ...(at === null ? {} : { drainedAt: at.toISOString() }) };
      lanes.set(windowId, [...(lanes.get(windowId) ?? []), counted]);
    }
    return [...lanes].map(([windowId, counted]) => ({ windowId, lanes: counted }));
  }

  drain(
    transaction: Queryable,
    lanes: readonly string[],
    windowIds: readonly string[],
    nowMs: number,
  ): Promise<DrainedWindow[]> {
    return transaction.query(DRAIN, [iso(nowMs), lanes, windowIds]);
  }
}
