import type { InstructionState, SettlementWindow, WindowState } from '@tonle/contracts';
import type { Database } from '@tonle/persistence';
import { LessThan, MoreThan, type FindOptionsWhere } from 'typeorm';
import { WindowEntity } from './window.entity.js';
import { waitsFor, type WaitingWindow } from './window-waits.decide.js';

interface BilateralRow {
  readonly windowId: string;
  readonly debtor: string;
  readonly creditor: string;
  readonly amountMinor: string;
  readonly payments: number;
}

/** Why the switch could not move a window in its last round. */
export type WantingOf = (windowId: string) => string | undefined;

/** Which windows, and behind which one. */
export interface WindowFilter {
  readonly day?: string;
  readonly state?: WindowState;
  readonly after?: { readonly day: string; readonly windowId: string };
  readonly limit?: number;
}

/** Windows with nets and bilateral sums, newest day first; before netting the sums are those so far. */
export async function listWindows(
  database: Database,
  { day, state, after, limit }: WindowFilter,
  wantingOf: WantingOf = () => undefined,
): Promise<SettlementWindow[]> {
  const where = { ...(day === undefined ? {} : { day }), ...(state === undefined ? {} : { state }) };
  if (after === undefined) return windowsWhere(database, where, wantingOf, limit);
  const sameDay = { ...where, day: after.day, windowId: MoreThan(after.windowId) };
  const earlier = { ...where, day: LessThan(after.day) };
  const behind = day === undefined ? [sameDay, earlier] : day === after.day ? [sameDay] : [];
  return behind.length === 0 ? [] : windowsWhere(database, behind, wantingOf, limit);
}

/** One of them; undefined when there is none of this name. */
export async function findWindow(
  database: Database,
  windowId: string,
  wantingOf: WantingOf,
): Promise<SettlementWindow | undefined> {
  const [window] = await windowsWhere(database, { windowId }, wantingOf);
  return window;
}

async function windowsWhere(
  database: Database,
  where: FindOptionsWhere<WindowEntity> | FindOptionsWhere<WindowEntity>[],
  wantingOf: WantingOf,
  limit?: number,
): Promise<SettlementWindow[]> {
  const windows = await database.orm.getRepository(WindowEntity).find({
    where,
    relations: { nets: true },
    order: { day: 'DESC', windowId: 'ASC', nets: { participant: 'ASC' } },
    ...(limit !== undefined && { take: limit }),
  });
  const ids = windows.map(({ windowId }) => windowId);
  const sums = await bilateralSums(database, ids);
  const standing = await standingOf(database, ids);
  return windows.map((window) => viewOf(window, sums, standing.get(window.windowId), wantingOf));
}

type Standing = Pick<WaitingWindow, 'openEntries' | 'isCovered'> & {
  readonly newestInstruction: InstructionState | null;
  readonly pendingApproval: string | null;
};

/** How far the payment of each has come. */
async function standingOf(
  database: Database,
  windowIds: readonly string[],
): Promise<ReadonlyMap<string, Standing>> {
  const rows = await database.query<Standing & { readonly windowId: string }>(
    `SELECT w.window_id AS "windowId",
            (SELECT i.state FROM settlement_instruction i
             WHERE i.window_id = w.window_id ORDER BY i.attempt DESC LIMIT 1) AS "newestInstruction",
            (SELECT 'settlement.' || r.approval_id FROM approval_request r
             WHERE r.target = w.window_id AND r.state = 'pending' ORDER BY r.proposed_at LIMIT 1) AS "pendingApproval",
            (SELECT count(*)::int FROM window_entry e
             WHERE e.window_id = w.window_id AND e.booked_at IS NULL) AS "openEntries",
            coalesce((SELECT sum(covered_minor) FROM settlement_instruction_line l WHERE l.window_id = w.window_id), 0)
              = coalesce((SELECT sum(abs(net_minor)) FROM window_net n WHERE n.window_id = w.window_id), 0) AS "isCovered"
     FROM settlement_window w
     WHERE w.window_id = ANY($1)`,
    [windowIds],
  );
  return new Map(rows.map(({ windowId, ...standing }) => [windowId, standing]));
}

function bilateralSums(database: Database, windowIds: readonly string[]): Promise<BilateralRow[]> {
  return database.query<BilateralRow>(
    `SELECT window_id AS "windowId", debtor, creditor, sum(amount_minor)::text AS "amountMinor", count(*)::int AS payments
     FROM window_line
     WHERE window_id = ANY($1)
     GROUP BY window_id, debtor, creditor
     ORDER BY debtor, creditor`,
    [windowIds],
  );
}

function viewOf(
  window: WindowEntity,
  sums: readonly BilateralRow[],
  standing: Standing | undefined,
  wantingOf: WantingOf,
): SettlementWindow {
  return {
    windowId: window.windowId,
    partner: window.partner,
    currency: window.currency,
    settlementMode: window.settlementMode,
    day: window.day,
    state: window.state,
    cutOffAt: window.cutOffAt.toISOString(),
    payments: window.payments,
    grossMinor: window.grossMinor.toString(),
    nets: window.nets.map(({ participant, netMinor }) => ({ participant, netMinor: netMinor.toString() })),
    bilateral: sums
      .filter(({ windowId }) => windowId === window.windowId)
      .map(({ debtor, creditor, amountMinor, payments }) => ({ debtor, creditor, amountMinor, payments })),
    ...lifeOf(window, standing, wantingOf(window.windowId)),
  };
}

function lifeOf(
  window: WindowEntity,
  standing: Standing | undefined,
  wanting: string | undefined,
): Pick<SettlementWindow, 'version' | 'disputed' | 'participantsRemoved'> & Partial<SettlementWindow> {
  const { version, disputed, participantsRemoved, valueDate, settledAt, finalisedAt, failedReason } = window;
  const { newestInstruction, pendingApproval, openEntries = 0, isCovered = false } = standing ?? {};
  const next = waitsFor({
    ...{
      state: window.state,
      isGross: window.settlementMode === 'GROSS_RT',
      disputed,
      valueDate,
      failedReason,
    },
    ...{ openEntries, isCovered },
    ...(typeof newestInstruction === 'string' && { newestInstruction }),
    ...(typeof pendingApproval === 'string' && { pendingApproval }),
    ...(wanting !== undefined && { wanting }),
  });
  return {
    ...{ version, disputed, participantsRemoved },
    ...(valueDate !== null && { valueDate }),
    ...(settledAt !== null && { settledAt: settledAt.toISOString() }),
    ...(finalisedAt !== null && { finalisedAt: finalisedAt.toISOString() }),
    ...(failedReason !== null && { failedReason }),
    ...(next !== undefined && { waitsFor: next }),
  };
}
