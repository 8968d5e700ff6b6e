import type { FactBody, FactRow, FactSourceName } from '@tonle/contracts';
import type { Queryable } from '@tonle/persistence';

/** What is told of one thing; its id is its own for ever. */
export interface GatheredFact {
  readonly id: string;
  readonly body: object;
}

/** All facts whose ids begin so: what was told of that part and is not here any more is gone. */
export interface FactPart {
  /** Empty: all of the source. Absent: these facts alone, and nothing is gone. */
  readonly prefix?: string;
  readonly facts: readonly GatheredFact[];
}

export interface GatheredFacts {
  readonly parts: readonly FactPart[];
  /** Epoch ms up to which everything is told now. */
  readonly sealedMs: number;
  /** There is more than one round takes: the next may come at once. */
  readonly isMore?: boolean;
}

/** Reads the facts of one source out of a service's own tables, by statements over sets; never on the way of a payment. */
export interface FactGatherer {
  readonly source: FactSourceName;
  readonly everyMs: number;
  /** Alone: of several instances one gathers a source at a time. */
  gather(transaction: Queryable, nowMs: number): Promise<GatheredFacts>;
}

/** Facts of things as they stand now: all of them, each time. For what there are thousands of at most. */
export function standingFacts<Name extends FactSourceName>(
  source: Name,
  everyMs: number,
  read: (
    database: Queryable,
    nowMs: number,
  ) => Promise<readonly { readonly id: string; readonly body: FactBody<Name> }[]>,
): FactGatherer {
  return {
    ...{ source, everyMs },
    gather: async (transaction, nowMs) => ({
      parts: [{ prefix: '', facts: await read(transaction, nowMs) }],
      sealedMs: nowMs,
    }),
  };
}

/**
 * Facts that stand in a table of the service as they are told: rows that only come, by numbers that are given in the order of their commits,
 * as those of the audit log.
 */
export interface FactLog {
  readonly source: FactSourceName;
  /** The newest number. */
  head(database: Queryable): Promise<bigint>;
  /** Rows behind a number, in order. */
  page(
    database: Queryable,
    after: bigint,
    max: number,
  ): Promise<readonly (FactRow & { readonly place: bigint })[]>;
}
