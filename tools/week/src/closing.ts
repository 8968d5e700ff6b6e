import type { Desk } from './desk.js';
import type { CountedBreaks } from './summary.js';

interface Step {
  readonly step: string;
  readonly state: string;
  readonly finding: string;
  readonly found: number;
  readonly mayCarry: boolean;
  readonly problems: readonly string[];
}

interface Checklist {
  readonly steps: readonly Step[];
}

/** What was carried into a later day, and why. */
export interface ClosedDay {
  readonly day: string;
  readonly sha256: string;
  /** By step, with the first of its problems. */
  readonly carried: readonly string[];
}

/** Gives every open break an owner: finance has seen it. */
export async function ownBreaks(desk: Desk): Promise<number> {
  const { breaks } = await desk.get<{ breaks: { breakId: string; state: string; owner?: string }[] }>(
    '/v1/ops/breaks?state=OPEN',
  );
  for (const { breakId } of breaks) {
    const body = { decision: 'assign', owner: 'finance', reason: 'seen in the morning' };
    await desk.post(`/v1/ops/breaks/${breakId}`, body);
  }
  return breaks.length;
}

/** All breaks that there were, by type and state. */
export async function countBreaks(desk: Desk): Promise<CountedBreaks[]> {
  const { breaks } = await desk.get<{ breaks: { type: string; state: string }[] }>('/v1/ops/breaks');
  const counts = new Map<string, number>();
  for (const { type, state } of breaks)
    counts.set(`${type} ${state}`, (counts.get(`${type} ${state}`) ?? 0) + 1);
  return [...counts].sort().map(([name, count]) => {
    const [type, state] = name.split(' ') as [string, string];
    return { type, state, breaks: count };
  });
}

/** Closes a day: what may be carried is signed for, with what the step has found as the reason. Rejects when a step cannot be. */
export async function closeDay(desk: Desk, day: string): Promise<ClosedDay> {
  const { sha256, carried } = await closePeriod(desk, day);
  return { day, sha256, carried };
}

/** The same of a month; where a person has to have looked, one has. */
export async function closePeriod(
  desk: Desk,
  period: string,
): Promise<{ readonly sha256: string; readonly carried: readonly string[] }> {
  const path = `/v1/ops/close/${period}`;
  const carried = new Set<string>();
  const { sha256 } = await desk.until(`${period} to be closed`, async () => {
    const { steps } = await desk.get<Checklist>(path);
    const open = steps.filter(({ state }) => state === 'open');
    const stuck = open.filter(({ found, mayCarry }) => found > 0 && !mayCarry);
    if (stuck.length > 0)
      throw new Error(stuck.map(({ step, problems }) => `${step}: ${problems.join('; ')}`).join(', '));
    for (const { step, finding, found, problems } of open) {
      const seen = found > 0 ? `carried: ${problems[0] ?? finding}` : 'looked at it';
      await desk.post(`${path}/steps/${step}`, { finding, reason: seen.slice(0, 200) });
      if (found > 0) carried.add(step);
    }
    return desk.post<{ sha256: string }>(path, { reason: `${period} is done` });
  });
  return { sha256, carried: [...carried] };
}
