import { factsCall, type FactRow } from '@tonle/contracts';
import type { Database } from '@tonle/persistence';
import type { Platform } from '../platform.js';
import type { Service } from '../service.js';
import type { FactGatherer, FactLog } from './fact-gatherer.js';
import { GatherFactsJob } from './gather-facts.job.js';
import { ToldFactStore } from './told-fact.store.js';

/** Not in the first seconds, when everything else starts. */
const FIRST_AFTER_MS = 10_000;

/** What is written down now may still be under way. */
const LOG_SEALED_MS = 60_000;

type Host = Pick<Platform, 'service' | 'database' | 'clock'>;

/** Where the facts of a source are read, and up to when they are all there. */
interface ToldSource {
  head(): Promise<bigint>;
  /** Asked before the rows: they are all that it seals. */
  sealedUpTo(): Promise<Date | undefined>;
  page(after: bigint, max: number): Promise<{ readonly rows: FactRow[]; readonly last: bigint | undefined }>;
}

/** What each service tells: its parts declare their sources one after the other. */
const TOLD = new WeakMap<Service, Map<string, ToldSource>>();

/** Gathers what a service tells settlement for reports, and answers for it. Needs the tables of Facts1775003000000. */
export function declareFacts(
  service: Service,
  host: Host,
  gatherers: readonly FactGatherer[],
  logs: readonly FactLog[] = [],
): void {
  const { database, clock } = host;
  const facts = new ToldFactStore();
  const sources = toldSources(service, host.service);
  for (const gatherer of gatherers) {
    const { source } = gatherer;
    const job = new GatherFactsJob(database, clock, facts, gatherer);
    service.job(`gather ${source}`, job.pauseMs, job.run, {
      firstAfterMs: Math.min(FIRST_AFTER_MS, job.pauseMs),
    });
    sources.set(source, gatheredSource(database, facts, source));
  }
  for (const log of logs) sources.set(log.source, loggedSource(host, log));
}

/** Answers for all sources of a service, from the first declared on. */
function toldSources(service: Service, name: string): Map<string, ToldSource> {
  const known = TOLD.get(service);
  if (known !== undefined) return known;
  const sources = new Map<string, ToldSource>();
  TOLD.set(service, sources);
  service.call(factsCall(name), async ({ source, after, max }) => {
    const told = sources.get(source);
    if (told === undefined) throw new Error(`${name} tells no facts of ${source}`);
    const head = await told.head();
    // A place that is not there yet was given by a database that has since been restored: all is told again.
    const asked = after === undefined || BigInt(after) > head ? 0n : BigInt(after);
    const sealedUpTo = await told.sealedUpTo();
    const { rows, last } = await told.page(asked, max);
    const isMore = rows.length === max;
    return {
      ...{ rows, isMore, next: (last ?? asked).toString() },
      ...(!isMore && sealedUpTo !== undefined && { sealedUpTo: sealedUpTo.toISOString() }),
    };
  });
  return sources;
}

function gatheredSource(database: Database, facts: ToldFactStore, source: string): ToldSource {
  return {
    head: () => facts.head(database),
    sealedUpTo: () => facts.sealedUpTo(database, source),
    page: (after, max) => facts.page(database, source, after, max),
  };
}

function loggedSource({ database, clock }: Host, log: FactLog): ToldSource {
  return {
    head: () => log.head(database),
    sealedUpTo: async () => new Date(clock.now() - LOG_SEALED_MS),
    page: async (after, max) => {
      const found = await log.page(database, after, max);
      const rows = found.map(({ id, changedAt, body }) => ({ id, changedAt, body }));
      return { rows, last: found.at(-1)?.place };
    },
  };
}
