import { EVERY_SERVICE, FACT_SOURCES, factsCall, FACTS_MAX, type FactRow } from '@tonle/contracts';
import { ServiceUnavailable, type ServiceCalls } from '@tonle/messaging';
import type { Database } from '@tonle/persistence';
import type { Clock } from '@tonle/platform';
import type { Telemetry } from '@tonle/telemetry';
import type { FactCopyKey, FactStore } from './fact.store.js';

/** A round takes so much and leaves the rest to the next: nobody waits for the copy, payments wait for the machine. */
const PAGES_MAX = 20;
/** What was copied is looked at again so often: a service whose database was restored may have told something else since. */
const AGAIN_AFTER_MS = 7 * 86_400_000;
/** Hours are told once they are over. */
const LACKING_AFTER_MS = 3 * 3_600_000;

/** What is copied: each source, of each service that has it. */
export interface CopiedSource {
  readonly services: readonly string[];
  readonly body: { safeParse(body: unknown): { readonly success: boolean; readonly error?: Error } };
}

/** Copies what other services tell for reports, each source for itself: one that cannot be had keeps no other waiting. */
export class CopyFactsJob {
  private readonly behind;
  private readonly sealedMs = new Map<string, number>();
  private begun = '';

  constructor(
    private readonly database: Database,
    private readonly calls: ServiceCalls,
    private readonly clock: Clock,
    private readonly telemetry: Telemetry,
    private readonly facts: FactStore,
    /** Every service of the switch as it is now; none while that is not known. */
    private readonly services: () => readonly string[],
    private readonly sources: Readonly<Record<string, CopiedSource>> = FACT_SOURCES,
  ) {
    this.behind = telemetry.gauge(
      'tonle_fact_copy_behind_seconds',
      'How far what is copied of a source of facts is behind the clock',
      ['source', 'owner'],
    );
  }

  /** Rejects when a source could not be had: all others are copied, and it goes on from where it is. */
  readonly run = async (): Promise<void> => {
    const keys = await this.begin();
    const failures: unknown[] = [];
    const away = new Set<string>();
    for (const key of keys) {
      try {
        // Who is away is asked once a round, however many sources it has.
        for (
          let pages = 0;
          pages < PAGES_MAX && !away.has(key.service) && (await this.copy(key));
          pages += 1
        );
      } catch (error) {
        if (error instanceof ServiceUnavailable) away.add(key.service);
        this.telemetry.log.warn({ err: error, ...key }, 'facts were not copied');
        failures.push(error);
      }
      await this.measure(key);
    }
    if (failures.length === 1) throw failures[0];
    if (failures.length > 1) throw new AggregateError(failures, `${failures.length} sources were not copied`);
  };

  /** Sources of which nothing was had for hours: reports wait for them. */
  readonly lacking = (): string[] => {
    const oldestMs = this.clock.now() - LACKING_AFTER_MS;
    return [...this.sealedMs].flatMap(([key, sealedMs]) => (sealedMs < oldestMs ? [key] : []));
  };

  /** What is copied now. Who is no service of the switch any more is not waited for; what it told stays. */
  private async begin(): Promise<FactCopyKey[]> {
    const every = this.services();
    const entries = Object.entries(this.sources);
    const isOfAll = (services: readonly string[]) => services === EVERY_SERVICE;
    const keys = entries.flatMap(([source, { services }]) =>
      (isOfAll(services) ? every : services).map((service) => ({ source, service })),
    );
    const begun = JSON.stringify(keys);
    if (begun === this.begun) return keys;
    const changing = entries.flatMap(([source, { services }]) => (isOfAll(services) ? [source] : []));
    await this.facts.begin(this.database, keys);
    if (every.length > 0) await this.facts.leave(this.database, changing, every);
    for (const source of changing)
      for (const name of this.sealedMs.keys())
        if (name.startsWith(`${source} of `) && !every.includes(name.slice(source.length + 4)))
          this.sealedMs.delete(name);
    this.begun = begun;
    return keys;
  }

  /** True when there are more. */
  private async copy(key: FactCopyKey): Promise<boolean> {
    const { place, begunAt } = await this.facts.state(this.database, key);
    const after = place === null ? {} : { after: place };
    const { source } = key;
    const answer = await this.calls.call(factsCall(key.service), { source, ...after, max: FACTS_MAX });
    for (const row of answer.rows) this.check(source, row);
    const isOurs = await this.database.transaction((transaction) =>
      this.facts.append(transaction, key, place, answer, () => this.clock.now()),
    );
    if (!isOurs) return false;
    const begunMs = begunAt?.getTime() ?? this.clock.now();
    if (!answer.isMore && this.clock.now() >= begunMs + AGAIN_AFTER_MS)
      await this.facts.beginAgain(this.database, key, answer.next);
    return answer.isMore;
  }

  /** A fact that reports cannot read is not kept: one version of Tonle tells what another one does not know. */
  private check(source: string, { id, body }: FactRow): void {
    if (body === null) return;
    const read = this.sources[source]!.body.safeParse(body);
    if (!read.success) throw new Error(`fact ${id} of ${source} cannot be read: ${read.error?.message}`);
  }

  private async measure(key: FactCopyKey): Promise<void> {
    const { source, service: owner } = key;
    const { sealedUpTo } = await this.facts.state(this.database, key);
    const name = `${source} of ${owner}`;
    const sealedMs = sealedUpTo?.getTime() ?? this.sealedMs.get(name) ?? this.clock.now();
    this.sealedMs.set(name, sealedMs);
    this.behind.set({ source, owner }, Math.max(0, this.clock.now() - sealedMs) / 1_000);
  }
}
