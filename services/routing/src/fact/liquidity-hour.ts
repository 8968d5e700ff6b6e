import type { FactBody } from '@tonle/contracts';
import type { Queryable } from '@tonle/persistence';
import type { FactGatherer } from '@tonle/platform';
import { holderKey, pointsBetween } from '../liquidity/liquidity-point.store.js';
import { percentOf } from '../liquidity/liquidity-use.decide.js';
import type { WatchedAccount } from '../liquidity/liquidity.service.js';

const HOUR_MS = 3_600_000;
const EVERY_MS = 300_000;
/** The last point of an hour is there by then. */
const GRACE_MS = 60_000;

const IS_TOLD = `
SELECT
FROM told_fact
WHERE source = 'routing.liquidity-hour'
  AND id >= $1
  AND body IS NOT NULL
LIMIT 1`;

/** Once an hour, what participants have and may owe, and the most that they used: what was before is not known any more. */
export function liquidityHours(accounts: () => Promise<readonly WatchedAccount[]>): FactGatherer {
  const source = 'routing.liquidity-hour';
  return {
    ...{ source, everyMs: EVERY_MS },
    gather: async (transaction, nowMs) => {
      const untilMs = nowMs - GRACE_MS - ((nowMs - GRACE_MS) % HOUR_MS);
      const hour = new Date(untilMs - HOUR_MS).toISOString();
      const [told] = await transaction.query(IS_TOLD, [`${hour}|`]);
      if (told !== undefined) return { parts: [], sealedMs: untilMs };
      const facts = await hourOf(transaction, await accounts(), hour, untilMs);
      return { parts: [{ prefix: `${hour}|`, facts }], sealedMs: untilMs };
    },
  };
}

async function hourOf(
  database: Queryable,
  accounts: readonly WatchedAccount[],
  hour: string,
  untilMs: number,
): Promise<{ id: string; body: FactBody<'routing.liquidity-hour'> }[]> {
  const points = await pointsBetween(database, new Date(untilMs - HOUR_MS), new Date(untilMs));
  return accounts.flatMap(({ account, use }) => {
    if (use === undefined) return [];
    const { participant, currency } = account;
    const used = (points.get(holderKey(account)) ?? []).map(({ usedMinor }) => usedMinor);
    // Without a point of the hour it is what stands now.
    const most = used.length === 0 ? use.usedMinor : used.reduce((a, b) => (a > b ? a : b));
    const body = {
      ...{ hour, participant, currency },
      ...{ prefund: account.prefundMinor, cap: account.capMinor, position: account.positionMinor },
      ...{ pending: account.pendingDebitsMinor, headroom: account.headroomMinor },
      usedMost: most.toString(),
      usedMostPercent: percentOf({ usedMinor: most, limitMinor: use.limitMinor }) ?? null,
    };
    return [{ id: `${hour}|${participant}|${currency}`, body }];
  });
}
