import type { Desk } from './desk.js';

const LEVEL = 'P-B';

interface ComparedDay {
  readonly level: string;
  readonly partner: string;
  readonly currency: string;
  readonly run: number;
  readonly counts: { readonly ours: number; readonly waiting: number };
}

/** What a network says that it settles together of a day, and how much of it waits for banks; what differs is a break. */
export interface PlayedBatches {
  readonly partner: string;
  readonly currency: string;
  readonly day: string;
  readonly batches: number;
  readonly waiting: number;
}

/** The batches of all days; where some waited when they were compared last, the day is compared once more. */
export async function batchesOf(desk: Desk, days: readonly string[]): Promise<readonly PlayedBatches[]> {
  const all: PlayedBatches[] = [];
  for (const day of days) {
    const before = await comparedOn(desk, day);
    const open = before.filter(({ waiting }) => waiting > 0);
    for (const partner of new Set(open.map((each) => each.partner)))
      await desk.job('reconcile', { day, partner });
    all.push(...(open.length === 0 ? before : await comparedOn(desk, day)));
  }
  return all;
}

/** By the newest comparison of each partner and currency. */
async function comparedOn(desk: Desk, day: string): Promise<readonly PlayedBatches[]> {
  const { runs } = await desk.get<{ runs: ComparedDay[] }>(
    `/v1/ops/reconciliation/runs?day=${day}&limit=200`,
  );
  const newest = new Map<string, ComparedDay>();
  for (const each of runs.filter(({ level }) => level === LEVEL)) {
    const name = `${each.partner} ${each.currency}`;
    if (each.run > (newest.get(name)?.run ?? 0)) newest.set(name, each);
  }
  return [...newest.values()].map(({ partner, currency, counts: { ours, waiting } }) => ({
    ...{ partner, currency, day },
    ...{ batches: ours, waiting },
  }));
}
