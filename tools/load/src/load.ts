import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { amount, formatPayable } from '@tonle/money';
import { networkFlows, startCluster, startSingle, type Running } from '@tonle/tool-launcher';
import { cpuOfGroups, groupsBelow, type CpuMs } from './cpu.js';
import {
  gateProblems,
  readBack,
  sameSnapshot,
  takeSnapshot,
  type CallersCount,
  type Snapshot,
} from './gate.js';
import { InboundLoad, together, type InboundProgress, type InboundSummary } from './inbound-load.js';
import { LoadClient, type LoadAnswer } from './load-client.js';
import { loadNetworks, type LoadNetwork } from './load-network.js';
import { LoadError, type LoadOptions } from './options.js';
import { OutboundLoad, type RunPlan } from './outbound-load.js';
import { OutboundWishes } from './payers.js';
import { resultOf, type LoadResult } from './result.js';
import { makeTrouble } from './trouble.js';
import { CaughtWebhooks } from './webhooks.js';

const LEAD_MS = 2000;
const DRAIN_MS = 60_000;
const READY_MS_MAX = 60_000;
const SETTLE_MS_MAX = 60_000;
const SETTLE_STEP_MS = 500;
/** What follows the last answer counts as well, and the audit that comes then does not. */
const CATCH_UP_MS = 2000;
const ARRIVAL_SEED_STEP = 1000;

type Say = (text: string) => void;

interface Target {
  readonly home: string;
  readonly gatewayUrl: string;
  readonly controlUrl: string;
  cpu(): CpuMs;
  readonly kill?: (name: string) => void;
  stop(): Promise<void>;
}

/** Starts what is to be measured (or takes what runs), offers the load, checks the result, stops what it started. */
export async function runLoad(
  options: LoadOptions,
  say: Say,
  stopAsked: Promise<unknown>,
): Promise<LoadResult> {
  const target = options.attach ? attachTo(options) : await startTarget(options, say);
  const client = new LoadClient(target.gatewayUrl, join(target.home, 'keys'));
  try {
    return await measure(options, target, client, say, stopAsked);
  } finally {
    await client.close();
    await target.stop();
  }
}

async function startTarget(options: LoadOptions, say: Say): Promise<Target> {
  const home = resolve(options.home);
  if (!options.homeGiven) rmSync(home, { recursive: true, force: true });
  const start = options.mode === 'cluster' ? startCluster : startSingle;
  const running: Running = await start({ home, portBase: options.portBase, say });
  const { gatewayUrl, controlUrl } = running;
  return {
    home,
    gatewayUrl,
    controlUrl,
    cpu: () => cpuOfGroups(running.pids()),
    kill: (name) => running.kill(name),
    stop: () => running.stop(),
  };
}

function attachTo(options: LoadOptions): Target {
  const home = resolve(options.home);
  const pidFile = join(home, 'launcher.pid');
  if (!existsSync(pidFile))
    throw new LoadError(`nothing runs in ${home}: start it (npm start, npm run cluster), or name its --home`);
  const launcher = Number.parseInt(readFileSync(pidFile, 'utf8'), 10);
  return {
    home,
    gatewayUrl: `http://127.0.0.1:${options.portBase}`,
    controlUrl: `http://127.0.0.1:${options.portBase + 20}`,
    cpu: () => cpuOfGroups(groupsBelow(launcher)),
    stop: () => Promise.resolve(),
  };
}

async function measure(
  options: LoadOptions,
  target: Target,
  client: LoadClient,
  say: Say,
  stopAsked: Promise<unknown>,
): Promise<LoadResult> {
  const networks = await loadNetworks(networkFlows(), options.weights, target.controlUrl);
  const wishes = new OutboundWishes(options.seed, options.skew, networks);
  await untilQuoted(client, networks);
  const webhooks = options.webhooks ? new CaughtWebhooks(client) : undefined;
  await webhooks?.open();
  const before = await takeSnapshot(client, target.controlUrl);
  const idle = target.cpu();
  const plan = planOf(options, performance.now() + LEAD_MS);
  const outbound = new OutboundLoad(client, wishes, plan);
  const inbound = networks.map((network) => inboundLoad(options, network, target.controlUrl));
  void stopAsked.then(() => {
    outbound.stop();
    for (const each of inbound) each.stop();
  });
  const window = { from: plan.measureFrom, to: plan.endAt };
  const trouble = options.trouble && makeTrouble(options.trouble, target, client, window);
  const progress = setInterval(() => tellProgress(outbound, inbound, plan, say), 1000);
  try {
    const [summaries, cpu, recovery] = await Promise.all([
      Promise.all(inbound.map((each) => each.run())),
      cpuInWindow(target, plan),
      trouble,
      outbound.run(),
    ]);
    clearInterval(progress);
    inbound.forEach((each, index) => (each.progress = summaries[index]!));
    tellProgress(outbound, inbound, plan, say);
    say('checking the books of both sides ...');
    await pause(CATCH_UP_MS);
    const whole = { from: idle, to: target.cpu() };
    const after = await settled(client, target.controlUrl);
    const differing = await readBack(client, outbound.told, (state, measured) =>
      outbound.endedLate(state, measured),
    );
    const sent = inbound.map(({ network }, index) => ({ network, summary: summaries[index]! }));
    const problems = [...gateProblems(before, after, callersOf(outbound, sent)), ...differing];
    problems.push(...(recovery?.problems ?? []), ...((await webhooks?.problems()) ?? []));
    const summary = together(sent.map((each) => [each.network.name, each.summary]));
    const shares = Object.fromEntries(networks.map(({ name, share }) => [name, share]));
    const measured = { outbound, inbound: summary, cpu, whole, after, shares };
    const told = webhooks && { webhooks: webhooks.count };
    return { ...resultOf(options, measured, problems), ...(recovery && { recovery }), ...told };
  } finally {
    clearInterval(progress);
    await webhooks?.close();
  }
}

/** Each direction has half of the rate. */
function planOf({ rate, seconds, warmupSeconds, seed, freshLookups }: LoadOptions, startAt: number): RunPlan {
  const measureFrom = startAt + warmupSeconds * 1000;
  return {
    rate: rate / 2,
    seed: seed + ARRIVAL_SEED_STEP,
    startAt,
    measureFrom,
    endAt: measureFrom + seconds * 1000,
    leadMs: LEAD_MS,
    drainMs: DRAIN_MS,
    freshLookups,
  };
}

function inboundLoad(
  { rate, seconds, warmupSeconds, skew, seed }: LoadOptions,
  network: LoadNetwork,
  controlUrl: string,
): InboundLoad {
  return new InboundLoad(controlUrl, network, {
    rate: (rate / 2) * network.share,
    seconds,
    warmupSeconds,
    skew,
    seed,
    leadMs: LEAD_MS,
    drainSeconds: DRAIN_MS / 1000,
  });
}

/** The providers push their rates when they have found the gateway. */
async function untilQuoted(client: LoadClient, networks: readonly LoadNetwork[]): Promise<void> {
  const end = performance.now() + READY_MS_MAX;
  let last = 'no answer';
  while (performance.now() < end) {
    try {
      const quotes = (await Promise.all(networks.map((network) => firstQuotes(client, network)))).flat();
      if (quotes.every((quote) => quote.status === 200)) return;
      last = JSON.stringify(quotes.map((quote) => quote.body)).slice(0, 300);
    } catch (error) {
      last = error instanceof Error ? error.message : String(error);
    }
    await pause(100);
  }
  throw new LoadError(`the switch does not quote: ${last}`);
}

/** In each currency that payers have. */
async function firstQuotes(
  client: LoadClient,
  { payees, currency, steps, step, dollars }: LoadNetwork,
): Promise<LoadAnswer<unknown>[]> {
  const [payee] = payees;
  const { body } = await client.post<{ lookupId: string }>('KHMEKONG', '/v1/lookups', payee);
  const wanted = { currency, amount: formatPayable(amount(currency, BigInt(steps.least) * step)) };
  const sources = dollars > 0 ? ['KHR', 'USD'] : ['KHR'];
  return Promise.all(
    sources.map((sourceCurrency) =>
      client.post('KHMEKONG', '/v1/quotes', { lookupId: body.lookupId, sourceCurrency, amount: wanted }),
    ),
  );
}

async function cpuInWindow(target: Target, plan: RunPlan): Promise<{ from: CpuMs; to: CpuMs }> {
  await pause(Math.max(0, plan.measureFrom - performance.now()), undefined, { ref: false });
  const from = target.cpu();
  await pause(Math.max(0, plan.endAt - performance.now()), undefined, { ref: false });
  return { from, to: target.cpu() };
}

/** Results are on their way for a while after the last caller was answered: waits until both sides stand still. */
async function settled(client: LoadClient, controlUrl: string): Promise<Snapshot> {
  const end = performance.now() + SETTLE_MS_MAX;
  let last = await takeSnapshot(client, controlUrl);
  for (;;) {
    await pause(SETTLE_STEP_MS);
    const next = await takeSnapshot(client, controlUrl);
    const open = next.ours['routing.payments.open'] ?? 0n;
    if (performance.now() > end || (sameSnapshot(last, next) && open === 0n)) return next;
    last = next;
  }
}

function tellProgress(
  outbound: OutboundLoad,
  inbound: readonly InboundLoad[],
  plan: RunPlan,
  say: Say,
): void {
  const now = performance.now();
  const phase = now < plan.measureFrom ? 'warm-up' : now < plan.endAt ? 'measuring' : 'draining';
  const second = Math.round((now - plan.measureFrom) / 1000);
  const { tally } = outbound;
  const sum = (name: keyof InboundProgress): number =>
    inbound.reduce((total, { progress }) => total + progress[name], 0);
  say(
    `${phase} ${second} s: outbound ${tally.completed} of ${tally.sent} completed, ` +
      `${tally.rejected + tally.refused} refused, p99 ${outbound.latencies.percentile(0.99)} ms; ` +
      `inbound ${sum('completed')} of ${sum('sent')} completed, ${sum('rejected')} refused`,
  );
}

interface SentByNetwork {
  readonly network: Pick<LoadNetwork, 'name' | 'source'>;
  readonly summary: InboundSummary;
}

function callersOf({ tally }: OutboundLoad, inbound: readonly SentByNetwork[]): CallersCount {
  const outboundUnanswered = tally.sent - tally.refused - tally.completed - tally.rejected;
  const inboundUnanswered = inbound.map(({ summary }) => summary.sent - summary.completed - summary.rejected);
  return {
    outboundAccepted: tally.accepted,
    outboundCompleted: tally.completed,
    inboundCompleted: inbound.map(({ network, summary }) => ({
      network: network.name,
      currency: network.source,
      count: summary.completed,
    })),
    unanswered: inboundUnanswered.reduce((sum, each) => sum + each, outboundUnanswered),
  };
}
