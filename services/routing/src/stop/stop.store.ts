import type { CorridorStop } from '@tonle/contracts';
import type { Queryable } from '@tonle/persistence';
import type { StoppingViolation } from './stop.decide.js';

type StopRow = Omit<CorridorStop, 'foundAt' | 'goneAt'> & { foundAt: Date; goneAt: Date | null };

const OPEN = `
SELECT id AS "stopId", corridor, service, invariant, about, what, found_at AS "foundAt", gone_at AS "goneAt"
FROM corridor_stop
WHERE resumed_at IS NULL
  AND ($1::text IS NULL OR corridor = $1)
ORDER BY found_at, id
LIMIT 200`;

const INSERT = `
INSERT INTO corridor_stop (id, corridor, service, invariant, about, what, found_at)
SELECT *, $7::timestamptz
FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[])
ON CONFLICT (corridor, service, invariant, about) WHERE gone_at IS NULL DO NOTHING
RETURNING id`;

// What is found no more; where more is broken than is told, nobody knows.
const GONE = `
UPDATE corridor_stop
SET gone_at = $2
WHERE service = $1
  AND gone_at IS NULL
  AND invariant <> ALL ($4::text[])
  AND invariant || ' ' || about <> ALL ($3::text[])`;

const RESUME = `
UPDATE corridor_stop
SET resumed_at = $2, resumed_by = $3
WHERE corridor = $1
  AND resumed_at IS NULL`;

/** What is stored of the payments that violations are about. */
const KNOWN = `
SELECT of.id::text AS id, p.corridor, coalesce(array_agg(DISTINCT a.currency) FILTER (WHERE a.currency IS NOT NULL), '{}') AS currencies
FROM unnest($1::uuid[]) AS of (id)
LEFT JOIN payment AS p ON p.id = of.id
LEFT JOIN transfer AS t ON t.chain_id = of.id
LEFT JOIN account AS a ON a.id IN (t.debit_account, t.credit_account)
GROUP BY of.id, p.corridor`;

export interface NewStop extends StoppingViolation {
  readonly stopId: string;
  readonly corridor: string;
  readonly service: string;
}

/** Corridors that the auditor has stopped, and what of that operators have seen. */
export class StopStore {
  /** Those that nobody has let go on, of one corridor or of all; the oldest first. */
  async open(database: Queryable, corridor?: string): Promise<CorridorStop[]> {
    const rows = await database.query<StopRow>(OPEN, [corridor ?? null]);
    return rows.map(({ foundAt, goneAt, ...stop }) => ({
      ...stop,
      foundAt: foundAt.toISOString(),
      ...(goneAt === null ? {} : { goneAt: goneAt.toISOString() }),
    }));
  }

  /** Keeps those that are new, and answers their ids. */
  async insert(transaction: Queryable, stops: readonly NewStop[], at: Date): Promise<ReadonlySet<string>> {
    const rows = await transaction.query<{ id: string }>(INSERT, [
      stops.map(({ stopId }) => stopId),
      stops.map(({ corridor }) => corridor),
      stops.map(({ service }) => service),
      stops.map(({ invariant }) => invariant),
      stops.map(({ about }) => about),
      stops.map(({ what }) => what),
      at,
    ]);
    return new Set(rows.map(({ id }) => id));
  }

  /** Notes what a service does not find any more; of `unsure` invariants it has not told all. */
  async gone(
    transaction: Queryable,
    service: string,
    still: readonly StoppingViolation[],
    unsure: readonly string[],
    at: Date,
  ): Promise<void> {
    const found = still.map(({ invariant, about }) => `${invariant} ${about}`);
    await transaction.query(GONE, [service, at, found, unsure]);
  }

  async resume(transaction: Queryable, corridor: string, by: string, at: Date): Promise<void> {
    await transaction.query(RESUME, [corridor, at, by]);
  }

  async known(database: Queryable, paymentIds: readonly string[]) {
    const rows = await database.query<{ id: string; corridor: string | null; currencies: string[] }>(KNOWN, [
      paymentIds,
    ]);
    return {
      corridorOf: new Map(
        rows.flatMap(({ id, corridor }) => (corridor === null ? [] : [[id, corridor] as const])),
      ),
      currenciesOf: new Map(rows.map(({ id, currencies }) => [id, currencies] as const)),
    };
  }
}
