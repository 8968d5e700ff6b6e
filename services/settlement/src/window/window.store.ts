import type { Queryable, Transaction } from '@tonle/persistence';
import type { PaymentEventMessage, WindowDrained, WindowState } from '@tonle/contracts';
import type { DrainMark, DueWindow, OpenWindow } from './window.js';

/** Opens windows that do not exist yet. */
export async function openWindows(transaction: Transaction, windows: readonly OpenWindow[]): Promise<void> {
  if (windows.length === 0) return;
  await transaction.query(
    `INSERT INTO settlement_window (window_id, partner, currency, settlement_mode, day, calendar_version, cut_off_at)
     SELECT DISTINCT ON (id) id, partner, currency, mode, day, version, to_timestamp(cut_off / 1000.0)
     FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::date[], $6::int[], $7::float8[])
       AS w (id, partner, currency, mode, day, version, cut_off)
     ORDER BY id
     ON CONFLICT DO NOTHING`,
    [
      windows.map((window) => window.windowId),
      windows.map((window) => window.partner),
      windows.map((window) => window.currency),
      windows.map((window) => window.settlementMode),
      windows.map((window) => window.day),
      windows.map((window) => window.calendarVersion),
      windows.map((window) => window.cutOffAtMs),
    ],
  );
}

/** Writes the obligations of newly noted payments into their windows and adds to the windows' totals: the last of its transaction. */
export async function insertWindowLines(
  last: Queryable,
  events: readonly PaymentEventMessage[],
): Promise<void> {
  const lines = events.flatMap((event) => event.obligations.map((line) => ({ event, line })));
  if (lines.length === 0) return;
  await last.query(INSERT_LINES, [
    lines.map(({ line }) => line.windowId),
    lines.map(({ event }) => event.paymentId),
    lines.map(({ event }) => event.lane),
    lines.map(({ line }) => line.debtorParticipant),
    lines.map(({ line }) => line.creditorParticipant),
    lines.map(({ line }) => line.amount.minor),
  ]);
}

const INSERT_LINES = `
  WITH line AS (
    INSERT INTO window_line (window_id, payment_id, lane, debtor, creditor, amount_minor)
    SELECT *
    FROM unnest($1::text[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::bigint[])
    ON CONFLICT DO NOTHING
    RETURNING window_id, amount_minor
  ), total AS (
    SELECT window_id, count(*)::int AS payments, sum(amount_minor)::bigint AS gross
    FROM line
    GROUP BY window_id
    ORDER BY window_id
  )
  UPDATE settlement_window w
  SET payments = w.payments + total.payments, gross_minor = w.gross_minor + total.gross
  FROM total
  WHERE w.window_id = total.window_id`;

/** Keeps a lane's word that it has drained a window; the same word twice is one. */
export async function insertDrainMarks(
  transaction: Transaction,
  marks: readonly WindowDrained[],
): Promise<void> {
  const said = marks.flatMap((mark) => mark.windows.map((window) => ({ mark, window })));
  for (const { mark, window } of said) {
    await transaction.query(
      `INSERT INTO window_drain (window_id, lane, lanes, completed, drained_at)
       VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT (window_id, lane) DO UPDATE
       SET lanes = excluded.lanes,
           completed = greatest(window_drain.completed, excluded.completed),
           drained_at = excluded.drained_at`,
      [window.windowId, mark.lane, mark.lanes, window.completed, mark.at],
    );
  }
}

/** How many payments each of these windows holds; absent is none. */
export async function paymentCounts(
  database: Queryable,
  windowIds: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const rows = await database.query<{ window_id: string; payments: number }>(
    'SELECT window_id, payments FROM settlement_window WHERE window_id = ANY($1)',
    [windowIds],
  );
  return new Map(rows.map((row) => [row.window_id, row.payments]));
}

/** Of these windows those that are not closed, with the lanes that have said that they are drained. */
export async function lanesHeard(
  database: Queryable,
  windowIds: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const rows = await database.query<{ window_id: string; lanes: string[] }>(
    `SELECT w.window_id, array_remove(array_agg(d.lane), NULL) AS lanes
     FROM settlement_window w
     LEFT JOIN window_drain d USING (window_id)
     WHERE w.window_id = ANY($1) AND w.state IN ('OPEN', 'DRAINING')
     GROUP BY w.window_id`,
    [windowIds],
  );
  return new Map(rows.map((row) => [row.window_id, row.lanes]));
}

/** Windows past their cut-off that are not netted yet. */
export async function dueWindows(database: Queryable, nowMs: number): Promise<string[]> {
  const rows = await database.query<{ windowId: string }>(
    `SELECT window_id AS "windowId"
     FROM settlement_window
     WHERE state IN ('OPEN', 'DRAINING', 'CLOSED') AND cut_off_at <= to_timestamp($1 / 1000.0)
     ORDER BY window_id`,
    [nowMs],
  );
  return rows.map(({ windowId }) => windowId);
}

/** Those of `windowIds` that are not netted by now, locked, with what the lanes said of them. */
export async function lockDueWindows(
  transaction: Transaction,
  windowIds: readonly string[],
): Promise<DueWindow[]> {
  const due = await transaction.query<Omit<DueWindow, 'marks' | 'received'>>(
    `SELECT window_id AS "windowId", settlement_mode AS "settlementMode", state, cut_off_at AS "cutOffAt"
     FROM settlement_window
     WHERE window_id = ANY($1) AND state IN ('OPEN', 'DRAINING', 'CLOSED')
     ORDER BY window_id
     FOR UPDATE`,
    [windowIds],
  );
  if (due.length === 0) return [];
  const marks = await transaction.query<DrainMark & { windowId: string }>(
    `SELECT window_id AS "windowId", lane, lanes, completed
     FROM window_drain
     WHERE window_id = ANY($1)
     ORDER BY lane`,
    [due.map((window) => window.windowId)],
  );
  const counts = await transaction.query<{ windowId: string; lane: string; received: number }>(
    `SELECT window_id AS "windowId", lane, count(*)::int AS received
     FROM window_line
     WHERE window_id = ANY($1)
     GROUP BY window_id, lane`,
    [due.map((window) => window.windowId)],
  );
  return due.map((window) => ({
    ...window,
    marks: marks.filter((mark) => mark.windowId === window.windowId),
    received: Object.fromEntries(
      counts
        .filter((count) => count.windowId === window.windowId)
        .map((count) => [count.lane, count.received]),
    ),
  }));
}

export async function setWindowState(
  transaction: Transaction,
  windowIds: readonly string[],
  state: WindowState,
): Promise<void> {
  if (windowIds.length === 0) return;
  await transaction.query(
    'UPDATE settlement_window SET state = $2 WHERE window_id = ANY($1) AND state <> $2',
    [windowIds, state],
  );
}

/**
 * Nets closed windows per participant and keeps the bilateral sums (domain 7.2). A gross window is proof
 * only: what it holds was discharged payment by payment, so it has no net.
 */
export async function netWindows(
  transaction: Transaction,
  windowIds: readonly string[],
  nowMs: number,
): Promise<void> {
  if (windowIds.length === 0) return;
  await transaction.query(NET_BILATERAL, [windowIds]);
  await transaction.query(NET_PARTICIPANTS, [windowIds]);
  await transaction.query(
    `UPDATE settlement_window
     SET state = 'NETTED', closed_at = to_timestamp($2 / 1000.0)
     WHERE window_id = ANY($1)`,
    [windowIds, nowMs],
  );
}

const NET_BILATERAL = `
  INSERT INTO window_bilateral (window_id, debtor, creditor, amount_minor, payments)
  SELECT window_id, debtor, creditor, sum(amount_minor)::bigint, count(*)::int
  FROM window_line
  WHERE window_id = ANY($1)
  GROUP BY window_id, debtor, creditor`;

const NET_PARTICIPANTS = `
  INSERT INTO window_net (window_id, participant, net_minor)
  SELECT side.window_id, side.participant, sum(side.minor)::bigint
  FROM (
    SELECT window_id, creditor AS participant, amount_minor AS minor FROM window_bilateral WHERE window_id = ANY($1)
    UNION ALL
    SELECT window_id, debtor, -amount_minor FROM window_bilateral WHERE window_id = ANY($1)
  ) AS side
  JOIN settlement_window w USING (window_id)
  WHERE w.settlement_mode = 'DEFERRED_NET'
  GROUP BY side.window_id, side.participant`;
