import { FACT_SOURCES } from '@tonle/contracts';
import type { Database } from '@tonle/persistence';
import type { Clock } from '../platform.js';
import type { FactGatherer, FactPart } from './fact-gatherer.js';
import type { ToldFactStore } from './told-fact.store.js';

/** A round leaves the rest to the next: nobody waits for facts, payments wait for the machine. */
const ROUNDS_MAX = 20;
/** Timers are real time, what is due goes by the clock: where that is moved, nobody waits for a long timer. A look costs one row. */
const LOOK_EVERY_MS = 15_000;

/** Gathers what has changed of one source, one instance at a time, and tells it. */
export class GatherFactsJob {
  /** Between two looks whether it is time. */
  readonly pauseMs: number;
  private hasBegun = false;

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly facts: ToldFactStore,
    private readonly gatherer: FactGatherer,
  ) {
    this.pauseMs = Math.min(gatherer.everyMs, LOOK_EVERY_MS);
  }

  readonly run = async (): Promise<void> => {
    const { source, everyMs } = this.gatherer;
    if (!this.hasBegun) await this.facts.begin(this.database, source);
    this.hasBegun = true;
    let isMore = await this.round(this.clock.now() - everyMs + this.pauseMs / 2);
    for (let rounds = 1; isMore && rounds < ROUNDS_MAX; rounds += 1) isMore = await this.round(undefined);
  };

  /** True when there is more. */
  private round(gatheredSinceMs: number | undefined): Promise<boolean> {
    const { facts, gatherer } = this;
    const { source } = gatherer;
    return this.database.transaction(async (transaction) => {
      if (!(await facts.take(transaction, source, gatheredSinceMs))) return false;
      // Taken before anything is read: what is told is never older than what was told.
      const nowMs = this.clock.now();
      const gathered = await gatherer.gather(transaction, nowMs);
      for (const part of gathered.parts) await facts.tell(transaction, source, checked(source, part), nowMs);
      await facts.note(transaction, source, nowMs, gathered.sealedMs);
      return gathered.isMore === true;
    });
  }
}

/** Throws where a fact is not what the list of sources says: nobody could read it. */
function checked(source: FactGatherer['source'], part: FactPart): FactPart {
  const { prefix, facts } = part;
  const { body } = FACT_SOURCES[source];
  for (const fact of facts)
    if (!fact.id.startsWith(prefix ?? ''))
      throw new Error(`fact ${fact.id} of ${source} is not in part ${prefix}`);
  return { ...part, facts: facts.map((fact) => ({ id: fact.id, body: body.parse(fact.body) as object })) };
}
