import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SandboxDirectory } from '@tonle/tool-launcher';
import { daysSince } from './days.js';
import type { TestInstallation } from './installation.js';

interface Counts {
  readonly partner: string;
  readonly currency: string;
  readonly lines: number;
  readonly matched: number;
}

interface Job {
  readonly state: string;
  readonly result: readonly Counts[];
}

interface Break {
  readonly partner: string;
  readonly currency: string;
}

export interface Reconciled {
  /** Lines of a network's statements, and those that agree; what differs in its day alone agrees, where midnight came between. */
  of(network: string, currency: string): { readonly lines: number; readonly agreed: number };
  /** Those that are open. */
  readonly breaks: readonly Break[];
}

/** Networks that send their statements by themselves. */
const NOTIFYING = readdirSync('deploy/networks').filter((name) =>
  readFileSync(`deploy/networks/${name}/simulator.json`, 'utf8').includes('"camt.054.'),
);

interface Network {
  readonly participant: string;
  readonly calendar: string;
  readonly statements?: boolean;
}

interface NetworkDays {
  readonly network: string;
  readonly partner: string;
  readonly days: readonly string[];
}

/** The days that each network that sends statements has seen since an instant, by its own time. */
function daysByNetwork(world: TestInstallation, fromMs: number): readonly NetworkDays[] {
  const file = readFileSync(join(world.running.home, 'directory.json'), 'utf8');
  const { entries } = JSON.parse(file) as SandboxDirectory;
  const offsets = new Map(
    entries.flatMap(({ kind, id, body }) =>
      kind === 'calendar' ? [[id, (body as { utcOffsetMinutes: number }).utcOffsetMinutes] as const] : [],
    ),
  );
  return entries.flatMap(({ kind, id: network, body }) => {
    if (kind !== 'network') return [];
    const { participant, calendar, statements } = body as Network;
    if (statements === false) return [];
    return { network, partner: participant, days: daysSince(fromMs, offsets.get(calendar)!) };
  });
}

/** Reconciles one day of a network; one that sends its statements by itself is told to, since the day has not ended. */
async function reconcile(
  world: TestInstallation,
  { network, partner }: NetworkDays,
  day: string,
): Promise<readonly Counts[]> {
  const operator = world.as('OPERATOR');
  if (NOTIFYING.includes(network)) await world.control('POST', `/control/${network}/notify`, { day });
  const request = { job: 'reconcile', day, partner, reason: 'end of the test' };
  // One of the schedule may be at work.
  const { jobId } = await world.until('a reconciliation to begin', async () => {
    const { ok, body } = await operator.post<{ jobId: string }>('/v1/ops/jobs', request);
    return ok ? body : Promise.reject(new Error(JSON.stringify(body)));
  });
  const job = await world.until(`the reconciliation of ${day} with ${partner}`, async () => {
    const { body } = await operator.get<Job>(`/v1/ops/jobs/${jobId}`);
    return ['done', 'failed'].includes(body.state) ? body : undefined;
  });
  if (job.state !== 'done') throw new Error(JSON.stringify(job));
  return job.result;
}

/** Reconciles every day since an instant with these networks, or with all that send statements. */
export async function reconciledSince(
  world: TestInstallation,
  fromMs: number,
  networks?: readonly string[],
): Promise<Reconciled> {
  const known = daysByNetwork(world, fromMs).filter(({ network }) => networks?.includes(network) ?? true);
  const counts: Counts[] = [];
  for (const each of known) for (const day of each.days) counts.push(...(await reconcile(world, each, day)));
  const breaksOf = async (query: string) =>
    (await world.as('OPERATOR').get<{ breaks: Break[] }>(`/v1/ops/breaks?${query}`)).body.breaks;
  const timing = await breaksOf('type=TIMING');
  return {
    of: (network, currency) => {
      const { partner, days } = known.find((each) => each.network === network)!;
      const isIts = (each: { partner: string; currency: string }) =>
        each.partner === partner && each.currency === currency;
      const own = counts.filter(isIts);
      const total = (amounts: readonly number[]) => amounts.reduce((sum, each) => sum + each, 0);
      const ofMidnight = days.length > 1 ? timing.filter(isIts).length : 0;
      return {
        lines: total(own.map(({ lines }) => lines)),
        agreed: total(own.map(({ matched }) => matched)) + ofMidnight,
      };
    },
    breaks: await breaksOf('state=OPEN'),
  };
}
