import type { SettlementMode, WindowState } from '@tonle/contracts';
import { amount, type Amount } from '@tonle/money';
import type { Queryable, Transaction } from '@tonle/persistence';
import type { BilateralSum, Netting } from './netting.decide.js';
import { WINDOW_MOVES, type WindowEvent } from './window-life.table.js';

/** A window after its netting. */
export interface NettedWindow {
  readonly windowId: string;
  readonly partner: string;
  readonly currency: string;
  readonly settlementMode: SettlementMode;
  readonly day: string;
  readonly state: WindowState;
  readonly version: number;
  readonly payments: number;
  readonly cutOffAt: Date;
  readonly valueDate: string | null;
  readonly valueCalendars: Readonly<Record<string, number>> | null;
  readonly disputed: boolean;
  readonly participantsRemoved: readonly string[];
  readonly approvalId: string | null;
}

const WINDOW = `
  SELECT window_id AS "windowId", partner, currency, settlement_mode AS "settlementMode", day::text AS day, state, version,
         payments, cut_off_at AS "cutOffAt", value_date::text AS "valueDate",
         value_calendars AS "valueCalendars", disputed, participants_removed AS "participantsRemoved", approval_id AS "approvalId"
  FROM settlement_window`;

/** Windows that somebody or something still has to move. */
export function unsettledWindows(database: Queryable): Promise<NettedWindow[]> {
  return database.query<NettedWindow & object>(
    `${WINDOW}
     WHERE state IN ('NETTED', 'APPROVED', 'INSTRUCTED', 'FAILED')
     ORDER BY day, window_id`,
  );
}

/** Undefined: there is none of this name. */
export async function lockWindow(
  transaction: Transaction,
  windowId: string,
): Promise<NettedWindow | undefined> {
  const [window] = await transaction.query<NettedWindow & object>(
    `${WINDOW} WHERE window_id = $1 FOR UPDATE`,
    [windowId],
  );
  return window;
}

/** What a window is now, for what is proposed about it; its row is locked. Undefined: there is none. */
export async function windowVersion(transaction: Transaction, windowId: string): Promise<string | undefined> {
  const window = await lockWindow(transaction, windowId);
  return window === undefined ? undefined : `${window.state} ${window.version}`;
}

/** What is paid in for a window. */
export async function sumPaidIn(database: Queryable, windowId: string): Promise<Amount> {
  const [row] = await database.query<{ currency: string; minor: string }>(
    `SELECT currency,
            (SELECT coalesce(sum(net_minor), 0)::text FROM window_net n
             WHERE n.window_id = w.window_id AND net_minor > 0) AS minor
     FROM settlement_window w
     WHERE window_id = $1`,
    [windowId],
  );
  return amount(row!.currency, BigInt(row!.minor));
}

/** Who gets (above zero) or owes what out of a window. */
export function netsOf(
  database: Queryable,
  windowId: string,
): Promise<{ readonly participant: string; readonly netMinor: bigint }[]> {
  return database.query(
    `SELECT participant, net_minor AS "netMinor"
     FROM window_net
     WHERE window_id = $1
     ORDER BY participant`,
    [windowId],
  );
}

export function bilateralOf(database: Queryable, windowId: string): Promise<BilateralSum[]> {
  return database.query<BilateralSum & object>(
    `SELECT debtor, creditor, amount_minor AS "amountMinor"
     FROM window_bilateral
     WHERE window_id = $1
     ORDER BY debtor, creditor`,
    [windowId],
  );
}

interface MoveColumns {
  readonly approvalId?: string;
  readonly failedReason?: string;
}

/**
 * Moves a window that is locked by an event of its life. False: the event does not apply to its state, and nothing is changed.
 */
export async function moveWindow(
  transaction: Transaction,
  window: Pick<NettedWindow, 'windowId' | 'state'>,
  event: WindowEvent,
  at: Date,
  { approvalId, failedReason }: MoveColumns = {},
): Promise<boolean> {
  const state = WINDOW_MOVES[window.state][event];
  if (state === undefined) return false;
  await transaction.query(
    `UPDATE settlement_window
     SET state = $2,
         version = version + 1,
         approval_id = CASE $2 WHEN 'NETTED' THEN NULL ELSE coalesce($4, approval_id) END,
         approved_at = CASE $2 WHEN 'NETTED' THEN NULL WHEN 'APPROVED' THEN $3 ELSE approved_at END,
         instructed_at = CASE $2 WHEN 'INSTRUCTED' THEN $3 ELSE instructed_at END,
         settled_at = CASE $2 WHEN 'SETTLED' THEN $3::timestamptz END,
         failed_reason = CASE $2 WHEN 'FAILED' THEN $5 WHEN 'INSTRUCTED' THEN NULL ELSE failed_reason END
     WHERE window_id = $1`,
    [window.windowId, state, at, approvalId ?? null, failedReason ?? null],
  );
  return true;
}

/** A value date and what it was planned by. */
export interface ValuePlan {
  readonly valueDate: string;
  /** Version of each calendar by its id. */
  readonly calendars: Readonly<Record<string, number>>;
  readonly homeVersion: number | null;
}

/** The value date as it is planned now, with the calendars that it was planned by. What was proposed before is stale. */
export async function setValueDate(
  transaction: Transaction,
  windowId: string,
  { valueDate, calendars, homeVersion }: ValuePlan,
): Promise<void> {
  await transaction.query(
    `UPDATE settlement_window
     SET version = version + CASE WHEN value_date IS DISTINCT FROM $2::date THEN 1 ELSE 0 END,
         value_date = $2::date, value_calendars = $3, home_calendar_version = $4
     WHERE window_id = $1`,
    [windowId, valueDate, JSON.stringify(calendars), homeVersion],
  );
}

/** Writes what a window is netted to without some of its participants, in place of what it was netted to before. */
export async function replaceNets(
  transaction: Transaction,
  windowId: string,
  removed: readonly string[],
  { nets, leftOut }: Netting,
): Promise<void> {
  await transaction.query('DELETE FROM window_net WHERE window_id = $1', [windowId]);
  await transaction.query('DELETE FROM window_left_out WHERE window_id = $1', [windowId]);
  await transaction.query(
    `INSERT INTO window_net (window_id, participant, net_minor)
     SELECT $1, net.*
     FROM unnest($2::text[], $3::bigint[]) AS net`,
    [windowId, [...nets.keys()], [...nets.values()]],
  );
  await transaction.query(
    `INSERT INTO window_left_out (window_id, removed, counterparty, net_minor)
     SELECT $1, out.*
     FROM unnest($2::text[], $3::text[], $4::bigint[]) AS out`,
    [
      windowId,
      leftOut.map((each) => each.removed),
      leftOut.map((each) => each.counterparty),
      leftOut.map((each) => each.netMinor),
    ],
  );
  await transaction.query('UPDATE settlement_window SET participants_removed = $2 WHERE window_id = $1', [
    windowId,
    removed,
  ]);
}

export async function setDispute(
  transaction: Transaction,
  windowId: string,
  reason: string | undefined,
): Promise<void> {
  await transaction.query(
    'UPDATE settlement_window SET disputed = $2, dispute_reason = $3 WHERE window_id = $1',
    [windowId, reason !== undefined, reason ?? null],
  );
}

/** What happened to a window for good: a finalisation file was posted. */
export async function setFinalised(transaction: Transaction, windowId: string, at: Date): Promise<void> {
  await transaction.query('UPDATE settlement_window SET finalised_at = $2 WHERE window_id = $1', [
    windowId,
    at,
  ]);
}
