import type { WrittenPolicy } from '@tonle/contracts';
import { endOfBankingDay, type CalendarBody } from '@tonle/directory';
import { amount, formatAmount, type Amount } from '@tonle/money';

/** So many approvals for amounts up to these, minor units; without amounts for all that is larger. */
export interface ApprovalTier {
  readonly approvals: number;
  readonly upTo?: Readonly<Record<string, bigint>>;
}

/** Who has to approve a kind of deed, and until when. */
export interface ApprovalPolicy {
  /** Counted up with each change: a request names the one that it was made under. */
  readonly version: number;
  /** The smallest first; the last has no amounts. */
  readonly tiers: readonly ApprovalTier[];
  readonly expires: { readonly hours: number } | { readonly bankingDays: number };
  /** No file of policies asks for fewer: who proposes is not proven, or could be two people by it. */
  readonly approvalsLeast?: number;
  /** Participants who may propose and decide; every operator when absent. */
  readonly makers?: readonly string[];
  readonly checkers?: readonly string[];
}

const HOUR_MS = 3_600_000;

/** How many have to approve. An amount in a currency that no tier names, or none at all, asks for the most. */
export function approvalsRequired({ tiers }: ApprovalPolicy, amount: Amount | undefined): number {
  const tier = tiers.find(({ upTo }) => {
    if (upTo === undefined) return true;
    const most = amount === undefined ? undefined : upTo[amount.currency];
    return most !== undefined && amount!.minor <= most;
  });
  if (tier === undefined) throw new Error('the last tier of a policy has no amounts');
  return tier.approvals;
}

/** As a file of policies would say it: kept with a request, since that file is another by the time somebody asks. */
export function writtenPolicyOf({ tiers, expires, makers, checkers }: ApprovalPolicy): WrittenPolicy {
  return {
    tiers: tiers.map(({ approvals, upTo }) => ({
      approvals,
      ...(upTo !== undefined && {
        upTo: Object.fromEntries(
          Object.entries(upTo).map(([code, minor]) => [code, formatAmount(amount(code, minor))]),
        ),
      }),
    })),
    expires,
    ...(makers !== undefined && { makers: [...makers] }),
    ...(checkers !== undefined && { checkers: [...checkers] }),
  };
}

/** Until when it has to be decided: the end of the last banking day of the home calendar, or some hours. */
export function expiryOf(
  { expires }: ApprovalPolicy,
  nowMs: number,
  calendar: CalendarBody | undefined,
): number {
  if ('hours' in expires) return nowMs + expires.hours * HOUR_MS;
  if (calendar === undefined) return nowMs + expires.bankingDays * 24 * HOUR_MS;
  return endOfBankingDay(calendar, nowMs, expires.bankingDays);
}
