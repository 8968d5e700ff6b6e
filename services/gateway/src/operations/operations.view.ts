import type { settlementCalls, routingCalls, SettlementBreak, SettlementWindow } from '@tonle/contracts';
import type { z } from 'zod';
import { showAmount } from '../http/public-amount.js';
import type { PublicBreaks, PublicLiquidity, PublicWindows } from './operations.schema.js';

type LiquidityAccount = z.infer<typeof routingCalls.liquidity.response>['accounts'][number];
type Job = z.infer<typeof settlementCalls.job.response>;

const money = (currency: string, minor: string) => showAmount({ currency, minor });

export function showLiquidity(account: LiquidityAccount): PublicLiquidity['accounts'][number] {
  const { currency, railMinor, railPendingMinor } = account;
  return {
    participant: account.participant,
    prefund: money(currency, account.prefundMinor),
    cap: money(currency, account.capMinor),
    position: money(currency, account.positionMinor),
    pendingDebits: money(currency, account.pendingDebitsMinor),
    headroom: money(currency, account.headroomMinor),
    ...(railMinor === undefined ? {} : { rail: money(currency, railMinor) }),
    ...(railPendingMinor === undefined ? {} : { railPending: money(currency, railPendingMinor) }),
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
    ...(ourMinor === undefined ? {} : { ours: money(currency, ourMinor) }),
    ...(theirMinor === undefined ? {} : { theirs: money(currency, theirMinor) }),
  };
}

export function showJob(job: Job): Job {
  return { jobId: job.jobId, state: job.state, progress: job.progress, result: job.result ?? null };
}
