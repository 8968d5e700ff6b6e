import type { settlementCalls, routingCalls, SettlementBreak, SettlementWindow } from '@tonle/contracts';
import type { z } from 'zod';
import { showAmount } from '../http/public-amount.js';
import { optional } from '../payment/order.decide.js';
import type { PublicBreaks, PublicLiquidity, PublicWindows } from './operations.schema.js';

type LiquidityAccount = z.infer<typeof routingCalls.liquidity.response>['accounts'][number];
type Job = z.infer<typeof settlementCalls.job.response>;

const money = (currency: string, minor: string) => showAmount({ currency, minor });
const perhaps = (currency: string, minor: string | undefined) =>
  minor === undefined ? undefined : money(currency, minor);

export function showLiquidity(account: LiquidityAccount): PublicLiquidity['accounts'][number] {
  const { currency } = account;
  return {
    participant: account.participant,
    prefund: money(currency, account.prefundMinor),
    cap: money(currency, account.capMinor),
    position: money(currency, account.positionMinor),
    pendingDebits: money(currency, account.pendingDebitsMinor),
    headroom: money(currency, account.headroomMinor),
    ...optional('rail', perhaps(currency, account.railMinor)),
    ...optional('railPending', perhaps(currency, account.railPendingMinor)),
  };
}

export function showWindow(window: SettlementWindow): PublicWindows['windows'][number] {
  const { grossMinor, nets, bilateral, ...rest } = window;
  const { currency } = window;
  return {
    ...rest,
    gross: money(currency, grossMinor),
    nets: nets.map(({ participant, netMinor }) => ({ participant, net: money(currency, netMinor) })),
    bilateral: bilateral.map(({ amountMinor, ...pair }) => ({
      ...pair,
      amount: money(currency, amountMinor),
    })),
  };
}

export function showBreak(found: SettlementBreak): PublicBreaks['breaks'][number] {
  const { ourMinor, theirMinor, currency, ...rest } = found;
  return {
    ...rest,
    ...optional('ours', perhaps(currency, ourMinor)),
    ...optional('theirs', perhaps(currency, theirMinor)),
  };
}

export function showJob(job: Job): Job {
  return { jobId: job.jobId, state: job.state, progress: job.progress, result: job.result ?? null };
}
