import type { CalendarBody, Directory } from '@tonle/directory';
import type { StrongKey } from './reconciliation.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

/** One network and currency: a statement to compare with ours. */
export interface ReconciliationTarget {
  readonly adapter: string;
  readonly partner: string;
  readonly currency: string;
  readonly side: 'home' | 'partner';
  /** What finds our payment in its statements for certain. */
  readonly strongKey: StrongKey;
  readonly corridors: readonly string[];
  readonly calendar: CalendarBody;
}

/**
 * What there is to reconcile: each network in service and each of its currencies once, also when its corridors have
 * ended, since what was paid there last has to be in a statement yet.
 */
export function reconciliationTargets(directory: Directory): ReconciliationTarget[] {
  const targets = new Map<string, ReconciliationTarget & { corridors: string[] }>();
  for (const { corridorId, home, partner } of directory.corridorsIncludingEnded()) {
    for (const { networkId, adapter, participant, side, strongKey, currencies, calendar } of [
      home,
      partner,
    ]) {
      if (directory.network(networkId) === undefined) continue;
      for (const currency of currencies) {
        const key = `${participant}:${currency}`;
        const known = targets.get(key);
        if (known !== undefined) {
          known.corridors.push(corridorId);
          continue;
        }
        const corridors = [corridorId];
        targets.set(key, { adapter, partner: participant, currency, side, strongKey, corridors, calendar });
      }
    }
  }
  return [...targets.values()];
}

/** Those whose day ended within the last hour: their statements are complete, and a run an hour meets each once. */
export function justPastMidnight(
  targets: readonly ReconciliationTarget[],
  nowMs: number,
): ReconciliationTarget[] {
  return targets.filter(({ calendar }) => (nowMs + calendar.utcOffsetMinutes * MINUTE_MS) % DAY_MS < HOUR_MS);
}
