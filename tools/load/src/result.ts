import { LatencyCount } from '@tonle/sandbox';
import { cpuPerPayment, type CpuMs, type Group } from './cpu.js';
import type { Snapshot } from './gate.js';
import type { InboundSummary } from './inbound-load.js';
import type { LoadOptions } from './options.js';
import type { OutboundLoad } from './outbound-load.js';

/** What a load was, and what came of it; latencies are of both directions. */
export interface LoadResult {
  readonly offered: number;
  readonly accepted: number;
  readonly completed: number;
  readonly rejected: number;
  readonly open: number;
  /** Completed a second while the measured time ran. */
  readonly rate: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
  readonly cpuMsPerPayment: Readonly<Record<Group, number>>;
  /** Of the whole run: where the switch is too slow, what is done after the measured time counts here. */
  readonly cpuMsPerPaymentInAll: Readonly<Record<Group, number>>;
  readonly valid: boolean;
  readonly [more: string]: unknown;
}

/** What was measured of one load. */
export interface MeasuredRun {
  readonly outbound: OutboundLoad;
  readonly inbound: InboundSummary;
  readonly cpu: { readonly from: CpuMs; readonly to: CpuMs };
  /** With the warm-up, and until a moment after the last answer. */
  readonly whole: { readonly from: CpuMs; readonly to: CpuMs };
  readonly after: Snapshot;
  /** Of the load, by network. */
  readonly shares: Readonly<Record<string, number>>;
}

/** The load is valid when there are no problems. */
export function resultOf(
  options: LoadOptions,
  { outbound, inbound, cpu, whole, after, shares }: MeasuredRun,
  problems: readonly string[],
): LoadResult {
  const { tally } = outbound;
  const inWindow = tally.completedInWindow + inbound.completedInWindow;
  const accepted = tally.measuredAccepted + inbound.measuredSent;
  const completed = tally.measuredCompleted + inbound.measuredCompleted;
  const rejected = tally.measuredRejected + inbound.measuredRejected;
  const { mode, seconds, warmupSeconds, skew, seed, freshLookups, rate: offeredRate } = options;
  return {
    offered: tally.measuredOffered + inbound.measured,
    accepted,
    completed,
    rejected,
    open: accepted - completed - rejected,
    rate: Math.round((inWindow / seconds) * 10) / 10,
    ...spread(outbound.latencies.sorted(), inbound.latencies),
    cpuMsPerPayment: cpuPerPayment(cpu.from, cpu.to, inWindow),
    cpuMsPerPaymentInAll: cpuPerPayment(whole.from, whole.to, tally.completed + inbound.completed),
    valid: problems.length === 0,
    ...{ mode, offeredRate, seconds, warmupSeconds, skew, seed, freshLookups, shares },
    outbound: outboundResult(outbound),
    inbound: inboundResult(inbound),
    openAtEnd: (after.ours['routing.payments.open'] ?? 0n).toString(),
    problems,
  };
}

function outboundResult({ latencies, tally, lateness, reasons }: OutboundLoad) {
  return {
    ...spread(latencies.sorted()),
    ...tally,
    startedLateP99Ms: lateness.percentile(0.99),
    reasons,
  };
}

function inboundResult({ latencies, sent, completed, rejected, startedLateP99Ms, reasons }: InboundSummary) {
  return { ...spread(latencies), sent, completed, rejected, startedLateP99Ms, reasons };
}

/** Over all latencies together, each a pair of milliseconds and how often. */
function spread(...latencies: readonly (readonly (readonly [ms: number, times: number])[])[]) {
  const all = new LatencyCount();
  for (const [ms, times] of latencies.flat()) all.add(ms, times);
  return {
    p50Ms: all.percentile(0.5),
    p95Ms: all.percentile(0.95),
    p99Ms: all.percentile(0.99),
  };
}
