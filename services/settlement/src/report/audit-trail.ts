import { GENESIS, linkFaults, type AuditEntry } from '@tonle/contracts';
import type { Queryable } from '@tonle/persistence';
import { changedEntries, entryBefore, trailPage, type TrailKey } from './audit-trail.store.js';
import type { ReportValues } from './report-definition.js';

const PAGE = 1_000;

/** An entry of the copied logs that is not what the chain says. */
export interface TrailFault {
  readonly service: string;
  readonly number: number;
  readonly fault: string;
}

/**
 * What is wrong with the entries of a report's days: each is held against its hash and against the one before it, and against what was copied
 * of it at first. Page by page: faults alone are kept.
 */
export async function trailFaults(
  database: Queryable,
  { day, until, knownAt }: ReportValues,
): Promise<TrailFault[]> {
  const span = { day: day as string, until: (until ?? day) as string, knownAt: knownAt as Date };
  const faults = new Map<string, { service: string; number: number; words: string[] }>();
  const tell = (service: string, number: number, words: readonly string[]): void => {
    if (words.length === 0) return;
    const key = `${service} ${number}`;
    const told = faults.get(key);
    if (told === undefined) faults.set(key, { service, number, words: [...words] });
    else told.words.push(...words);
  };
  let link: AuditEntry | undefined;
  for (let after: TrailKey = { service: '', id: '' }; ;) {
    const page = await trailPage(database, span, after, PAGE);
    for (const { service, id, entry } of page) {
      if (link?.service !== service) link = await entryBefore(database, { service, id }, span.knownAt);
      tell(service, entry.number, linkFaults(link ?? { service, number: 0, hash: GENESIS }, entry));
      link = entry;
    }
    if (page.length < PAGE) break;
    after = page.at(-1)!;
  }
  for (const { service, number } of await changedEntries(database, span))
    tell(service, number, [`entry ${number} of ${service} was another when it was copied first`]);
  return [...faults.values()].map(({ words, ...of }) => ({ ...of, fault: words.join('; ') }));
}
