import type { SettlementWindow } from '@tonle/contracts';
import type { Database } from '@tonle/persistence';
import { SettlementWindowEntity } from './window.entity.js';

const WINDOWS_MAX = 500;

/** Windows with nets and bilateral sums, newest day first; before netting the sums are those so far. */
export async function listWindows(
  database: Database,
  filter: { readonly day?: string | undefined; readonly state?: string | undefined },
): Promise<SettlementWindow[]> {
  const windows = await database.orm.getRepository(SettlementWindowEntity).find({
    where: {
      ...(filter.day === undefined ? {} : { day: filter.day }),
      ...(filter.state === undefined ? {} : { state: filter.state as SettlementWindowEntity['state'] }),
    },
    order: { day: 'DESC', windowId: 'ASC' },
    take: WINDOWS_MAX,
  });
  const ids = windows.map((window) => window.windowId);
  const nets = await database.query<{ windowId: string; participant: string; netMinor: bigint }>(
    `SELECT window_id AS "windowId", participant, net_minor AS "netMinor"
     FROM window_net
     WHERE window_id = ANY($1)
     ORDER BY participant`,
    [ids],
  );
  const bilateral = await database.query<{
    windowId: string;
    debtor: string;
    creditor: string;
    minor: string;
    payments: number;
  }>(
    `SELECT window_id AS "windowId", debtor, creditor, sum(amount_minor)::text AS minor, count(*)::int AS payments
     FROM window_line
     WHERE window_id = ANY($1)
     GROUP BY window_id, debtor, creditor
     ORDER BY debtor, creditor`,
    [ids],
  );
  return windows.map((window) => ({
    windowId: window.windowId,
    partner: window.partner,
    currency: window.currency,
    settlementMode: window.settlementMode,
    day: window.day,
    state: window.state,
    cutOffAt: window.cutOffAt.toISOString(),
    payments: window.payments,
    grossMinor: window.grossMinor.toString(),
    nets: nets
      .filter((net) => net.windowId === window.windowId)
      .map(({ participant, netMinor }) => ({ participant, netMinor: netMinor.toString() })),
    bilateral: bilateral
      .filter((pair) => pair.windowId === window.windowId)
      .map(({ debtor, creditor, minor, payments }) => ({ debtor, creditor, amountMinor: minor, payments })),
  }));
}
