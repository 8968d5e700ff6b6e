import type { settlementCalls, SettlementBreak, SettlementWindow } from '@tonle/contracts';
import type { z } from 'zod';
import { showAmount } from '../http/public-amount.js';
import type { PublicBreak, PublicWindows } from './operations.schema.js';

type Job = z.infer<typeof settlementCalls.job.response>;

const money = (currency: string, minor: string) => showAmount({ currency, minor });

export function showWindow(window: SettlementWindow): PublicWindows['windows'][number] {
  const { grossMinor, nets, bilateral } = window;
  const { currency } = window;
  return {
    ...listed(window),
    gross: money(currency, grossMinor),
    nets: nets.map(({ participant, netMinor }) => ({ participant, net: money(currency, netMinor) })),
    bilateral: bilateral.map(({ amountMinor, ...pair }) => ({
      ...pair,
      amount: money(currency, amountMinor),
    })),
  };
}

/** What lists tell as it is; more is told of one alone. */
function listed(
  window: SettlementWindow,
): Omit<PublicWindows['windows'][number], 'gross' | 'nets' | 'bilateral'> {
  const { windowId, partner, currency, settlementMode, day, state, cutOffAt, payments } = window;
  const {
    version,
    valueDate,
    settledAt,
    finalisedAt,
    failedReason,
    disputed,
    participantsRemoved,
    waitsFor,
  } = window;
  return {
    ...{ windowId, partner, currency, settlementMode, day, state, cutOffAt, payments },
    ...{ version, disputed, participantsRemoved },
    ...(valueDate !== undefined && { valueDate }),
    ...(settledAt !== undefined && { settledAt }),
    ...(finalisedAt !== undefined && { finalisedAt }),
    ...(failedReason !== undefined && { failedReason }),
    ...(waitsFor !== undefined && { waitsFor }),
  };
}

export function showBreak(found: SettlementBreak): PublicBreak {
  const { ourMinor, theirMinor, currency, approvalId, ...rest } = found;
  return {
    ...rest,
    // As the list of approvals names it.
    ...(approvalId === undefined ? {} : { approvalId: `settlement.${approvalId}` }),
    ...(ourMinor === undefined ? {} : { ours: money(currency, ourMinor) }),
    ...(theirMinor === undefined ? {} : { theirs: money(currency, theirMinor) }),
  };
}

export function showJob(job: Job): Job {
  return { jobId: job.jobId, state: job.state, progress: job.progress, result: job.result ?? null };
}
