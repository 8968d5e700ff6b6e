import {
  LATENCY_BOUNDS_MS,
  RAMP_MS,
  RAMP_SHARES,
  RAMP_STAGE_MS,
  type CallCounts,
  type CallKind,
  type Direction,
  type PartnerHealthReport,
} from '@tonle/contracts';
import type { Corridor, Side } from '@tonle/directory';

/** A network that has not answered anything for so long is tried all the same. */
const SILENT_LONG_MS = 60_000;

/** How the networks of a direction answer. */
export type DirectionHealth =
  | { readonly kind: 'up' }
  /** Payees are not found, payments are sent. */
  | { readonly kind: 'lookups_down'; readonly sinceMs: number; readonly network: Side }
  | {
      readonly kind: 'down';
      readonly sinceMs: number;
      readonly network: Side;
      /** It has answered something since: a payment may try it. */
      readonly hopeful: boolean;
    }
  /** Back, and let through are so many of what comes. */
  | {
      readonly kind: 'recovering';
      readonly sinceMs: number;
      readonly network: Side;
      readonly share: number;
      readonly fullAtMs: number;
    };

/**
 * What the instances of the adapters report of the networks that legs of a direction go to: outbound both, inbound the home network
 * alone, since the partner's message is its side of it. Down is what one instance does not reach; nothing was heard of is up. Pure.
 */
export function directionHealth(
  reports: readonly PartnerHealthReport[],
  { home, partner }: Corridor,
  direction: Direction,
  nowMs: number,
): DirectionHealth {
  const sides = direction === 'outbound' ? [partner, home] : [home];
  const sends = sides.map((side) => sendsHealth(reports, side, nowMs));
  const worst = sends.find(({ kind }) => kind === 'down') ?? sends.find(({ kind }) => kind === 'recovering');
  const named = sides[0]!;
  return worst ?? lookupsHealth(reports, named) ?? { kind: 'up' };
}

function sendsHealth(reports: readonly PartnerHealthReport[], network: Side, nowMs: number): DirectionHealth {
  const breakers = breakersOf(reports, network, 'sends');
  const sinceMs = Math.min(nowMs, ...breakers.flatMap(({ downSinceMs }) => downSinceMs ?? []));
  const open = breakers.filter(({ state }) => state !== 'closed');
  if (open.length > 0)
    return { kind: 'down', sinceMs, network, hopeful: open.some(({ hopeful }) => hopeful) };
  const recoveredMs = Math.max(...breakers.flatMap(({ recoveredMs: at }) => at ?? []));
  const passedMs = nowMs - recoveredMs;
  if (!(passedMs < RAMP_MS)) return { kind: 'up' };
  return {
    kind: 'recovering',
    sinceMs,
    network,
    share: rampShare(passedMs),
    fullAtMs: recoveredMs + RAMP_MS,
  };
}

/** What share of what comes is let through, so long after an outage. Pure. */
export function rampShare(passedMs: number): number {
  return RAMP_SHARES[Math.max(0, Math.floor(passedMs / RAMP_STAGE_MS))] ?? 1;
}

function lookupsHealth(reports: readonly PartnerHealthReport[], network: Side): DirectionHealth | undefined {
  const open = breakersOf(reports, network, 'lookups').filter(({ state }) => state !== 'closed');
  if (open.length === 0) return undefined;
  return {
    kind: 'lookups_down',
    sinceMs: Math.min(...open.flatMap((each) => each.downSinceMs ?? [])),
    network,
  };
}

function breakersOf(reports: readonly PartnerHealthReport[], { networkId }: Side, kind: CallKind) {
  return reports.flatMap(({ network, breakers }) => (network === networkId ? (breakers[kind] ?? []) : []));
}

/** Where a payment stands between 0 and 1: the same however often it is sent. Quote ids are random. */
export function lotOf(quoteId: string): number {
  return Number.parseInt(quoteId.slice(0, 8), 16) / 2 ** 32;
}

/**
 * How many payments a second try a network: one beside the share when it is back, so that a quiet corridor is not shut out; while it
 * is down, one every five seconds once it has answered anything, and one a minute when it has been silent for long; before that none.
 */
export function trialsPerSecond(health: DirectionHealth, nowMs: number): number | undefined {
  if (health.kind === 'recovering') return 1;
  if (health.kind !== 'down') return undefined;
  if (health.hopeful) return 0.2;
  return nowMs - health.sinceMs >= SILENT_LONG_MS ? 1 / 60 : undefined;
}

/** Calls of all instances together, as people read them. */
export interface CallFigures {
  readonly calls: number;
  /** Of those that were answered at all; absent without calls. */
  readonly answeredShare?: number;
  /** Upper ends of the classes of time that half and 95 % of the answers are in, ms; absent: longer than all, or no answer. */
  readonly p50Ms?: number;
  readonly p95Ms?: number;
}

/** Sums up what all instances counted of one kind of call at a network. Pure. */
export function figuresOf(
  reports: readonly PartnerHealthReport[],
  networkId: string,
  kind: CallKind,
): CallFigures {
  const counted = reports.flatMap(({ network, calls }) => (network === networkId ? (calls[kind] ?? []) : []));
  const sum = (of: (counts: CallCounts) => number) => counted.reduce((total, each) => total + of(each), 0);
  const answered = sum((each) => each.answered);
  const calls = answered + sum((each) => each.failed);
  const within = (share: number) => {
    let so = 0;
    return LATENCY_BOUNDS_MS.find((_, at) => (so += sum(({ classes }) => classes[at]!)) >= answered * share);
  };
  const [p50Ms, p95Ms] = answered === 0 ? [] : [within(0.5), within(0.95)];
  return {
    calls,
    ...(calls > 0 && { answeredShare: answered / calls }),
    ...(p50Ms !== undefined && { p50Ms }),
    ...(p95Ms !== undefined && { p95Ms }),
  };
}
