import type { SettlementWindow, WindowState } from '@tonle/contracts';
import type { Database } from '@tonle/persistence';
import { WindowEntity } from './window.entity.js';

const WINDOWS_MAX = 500;

interface BilateralRow {
  readonly windowId: string;
  readonly debtor: string;
  readonly creditor: string;
  readonly amountMinor: string;
  readonly payments: number;
}

/** Windows with nets and bilateral sums, newest day first; before netting the sums are those so far. */
export async function listWindows(
  database: Database,
  filter: { readonly day?: string; readonly state?: WindowState },
): Promise<SettlementWindow[]> {
  const windows = await database.orm.getRepository(WindowEntity).find({
    where: {
      ...(filter.day === undefined ? {} : { day: filter.day }),
      ...(filter.state === undefined ? {} : { state: filter.state }),
    },
    relations: { nets: true },
    order: { day: 'DESC', windowId: 'ASC', nets: { participant: 'ASC' } },
    take: WINDOWS_MAX,
  });
  const sums = await bilateralSums(
    database,
    windows.map(({ windowId }) => windowId),
  );
  return windows.map((window) => viewOf(window, sums));
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

function viewOf(window: WindowEntity, sums: readonly BilateralRow[]): SettlementWindow {
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
  };
}
