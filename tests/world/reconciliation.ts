import { daysSince } from './days.js';
import type { TestInstallation } from './installation.js';
import { until } from './until.js';

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
  /** Lines of the partner's statements, and those that agree; what differs in its day alone agrees, where midnight came between. */
  of(partner: string, currency: string): { readonly lines: number; readonly agreed: number };
  /** Those that are open. */
  readonly breaks: readonly Break[];
}

/** Reconciles with these networks, whose time is `utcOffsetMinutes` east of UTC, every day since an instant. */
export async function reconciledSince(
  world: TestInstallation,
  fromMs: number,
  utcOffsetMinutes: number,
  partners: readonly string[],
): Promise<Reconciled> {
  const operator = world.as('OPERATOR');
  const days = daysSince(fromMs, utcOffsetMinutes);
  const counts: Counts[] = [];
  for (const [partner, day] of partners.flatMap((each) => days.map((day) => [each, day] as const))) {
    const request = { job: 'reconcile', day, partner, reason: 'end of the test' };
    // One of the schedule may be at work.
    const started = await until('a reconciliation to begin', async () => {
      const { ok, body } = await operator.post<{ jobId: string }>('/v1/ops/jobs', request);
      return ok ? body : Promise.reject(new Error(JSON.stringify(body)));
    });
    const job = await until(`the reconciliation of ${day}`, async () => {
      const { body } = await operator.get<Job>(`/v1/ops/jobs/${started.jobId}`);
      return ['done', 'failed'].includes(body.state) && body;
    });
    if (job.state !== 'done') throw new Error(JSON.stringify(job));
    counts.push(...job.result);
  }
  const breaksOf = async (query: string) =>
    (await operator.get<{ breaks: Break[] }>(`/v1/ops/breaks?${query}`)).body.breaks;
  const ofMidnight = days.length > 1 ? await breaksOf('type=TIMING') : [];
  return {
    of: (partner, currency) => {
      const isIts = (each: { partner: string; currency: string }) =>
        each.partner === partner && each.currency === currency;
      const own = counts.filter(isIts);
      const total = (amounts: readonly number[]) => amounts.reduce((sum, each) => sum + each, 0);
      return {
        lines: total(own.map(({ lines }) => lines)),
        agreed: total(own.map(({ matched }) => matched)) + ofMidnight.filter(isIts).length,
      };
    },
    breaks: await breaksOf('state=OPEN'),
  };
}
