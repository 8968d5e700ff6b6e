import { LIQUIDITY_ALERTS, type LiquidityAccount } from '@tonle/contracts';

/** What a participant has used of what it may owe; of a rail what it has there counts down to nothing. */
export interface LiquidityUse {
  readonly usedMinor: bigint;
  readonly limitMinor: bigint;
}

/** A use at an instant. */
export interface UsePoint {
  readonly atMs: number;
  readonly usedMinor: bigint;
}

const HORIZON_MS = 7 * 86_400_000;

/**
 * The use of an account: positions of deferred nets have prefund and cap; else what is left is the balance on a gross rail. Undefined
 * where nothing limits it. `isNet`: some network settles this currency net.
 */
export function useOf(
  account: Pick<
    LiquidityAccount,
    'prefundMinor' | 'capMinor' | 'positionMinor' | 'pendingDebitsMinor' | 'railMinor'
  >,
  isNet: boolean,
): LiquidityUse | undefined {
  const limitMinor = BigInt(account.prefundMinor) + BigInt(account.capMinor);
  if (isNet && (limitMinor > 0n || account.railMinor === undefined))
    return { usedMinor: BigInt(account.positionMinor) + BigInt(account.pendingDebitsMinor), limitMinor };
  return account.railMinor === undefined
    ? undefined
    : { usedMinor: -BigInt(account.railMinor), limitMinor: 0n };
}

/** Whole percent of the limit, rounded down; undefined where there is none to speak of. */
export function percentOf({ usedMinor, limitMinor }: LiquidityUse): number | undefined {
  if (limitMinor <= 0n) return undefined;
  return usedMinor <= 0n ? 0 : Number((usedMinor * 100n) / limitMinor);
}

/** The highest of the alerts that is reached; 0 for none. */
export function alertOf(percent: number | undefined): number {
  return LIQUIDITY_ALERTS.findLast((alert) => percent !== undefined && percent >= alert) ?? 0;
}

/** When nothing is left if the use goes on growing as between the first of these points and now; within a week. */
export function breachByTrend(
  points: readonly UsePoint[],
  now: UsePoint,
  limitMinor: bigint,
): number | undefined {
  const roomMinor = limitMinor - now.usedMinor;
  if (roomMinor <= 0n) return now.atMs;
  const first = points.find(({ atMs }) => atMs < now.atMs);
  if (first === undefined || now.usedMinor <= first.usedMinor) return undefined;
  const grownMinor = now.usedMinor - first.usedMinor;
  const elapsedMs = BigInt(now.atMs - first.atMs);
  const leftMs = (roomMinor * elapsedMs + grownMinor - 1n) / grownMinor;
  return leftMs > BigInt(HORIZON_MS) ? undefined : now.atMs + Number(leftMs);
}

/**
 * When nothing is left if the use goes on growing as it did from the first of these points on, in their order: those of a day, a week
 * ago, from the same time of day on.
 */
export function breachByDay(
  points: readonly UsePoint[],
  now: UsePoint,
  limitMinor: bigint,
): number | undefined {
  const roomMinor = limitMinor - now.usedMinor;
  if (roomMinor <= 0n) return now.atMs;
  const [first] = points;
  const breach = points.find(({ usedMinor }) => usedMinor - first!.usedMinor >= roomMinor);
  return breach === undefined ? undefined : now.atMs + (breach.atMs - first!.atMs);
}
