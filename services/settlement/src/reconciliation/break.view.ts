import type { BreakState, BreakType, SettlementBreak } from '@tonle/contracts';
import type { Database } from '@tonle/persistence';
import { BreakEntity } from './break.entity.js';

const BREAKS_MAX = 1000;

/** Breaks, the gravest and oldest first. */
export async function listBreaks(
  database: Database,
  filter: {
    readonly day?: string;
    readonly type?: BreakType;
    readonly state?: BreakState;
    readonly severity?: number;
  },
): Promise<SettlementBreak[]> {
  const rows = await database.orm.getRepository(BreakEntity).find({
    where: {
      ...(filter.day === undefined ? {} : { day: filter.day }),
      ...(filter.type === undefined ? {} : { type: filter.type }),
      ...(filter.state === undefined ? {} : { state: filter.state }),
      ...(filter.severity === undefined ? {} : { severity: filter.severity }),
    },
    order: { severity: 'ASC', openedAt: 'ASC' },
    take: BREAKS_MAX,
  });
  return rows.map((row) => ({
    breakId: row.breakId,
    type: row.type,
    severity: row.severity,
    partner: row.partner,
    currency: row.currency,
    day: row.day,
    ...(row.paymentId === null ? {} : { paymentId: row.paymentId }),
    key: row.matchKey,
    ...(row.ourMinor === null ? {} : { ourMinor: row.ourMinor.toString() }),
    ...(row.theirMinor === null ? {} : { theirMinor: row.theirMinor.toString() }),
    state: row.state,
    ...(row.owner === null ? {} : { owner: row.owner }),
    openedAt: row.openedAt.toISOString(),
    ...(row.closedAt === null ? {} : { closedAt: row.closedAt.toISOString() }),
    detail: row.detail,
    ...(row.proof === null ? {} : { proof: row.proof }),
  }));
}
