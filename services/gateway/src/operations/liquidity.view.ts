import type { LiquidityAccount } from '@tonle/contracts';
import { showAmount } from '../http/public-amount.js';
import type { PublicLiquidity } from './liquidity.schema.js';

/** An account with amounts as people write them. */
export function showLiquidity({
  prefundMinor,
  capMinor,
  positionMinor,
  pendingDebitsMinor,
  headroomMinor,
  railMinor,
  railPendingMinor,
  currency,
  ...account
}: LiquidityAccount): PublicLiquidity['accounts'][number] {
  const money = (minor: string) => showAmount({ currency, minor });
  return {
    ...account,
    prefund: money(prefundMinor),
    cap: money(capMinor),
    position: money(positionMinor),
    pendingDebits: money(pendingDebitsMinor),
    headroom: money(headroomMinor),
    ...(railMinor === undefined ? {} : { rail: money(railMinor) }),
    ...(railPendingMinor === undefined ? {} : { railPending: money(railPendingMinor) }),
  };
}
