import type { Queryable } from '@tonle/persistence';
import {
  columnsOf,
  type Counted,
  type CounterBook,
  type CounterKey,
  type CounterTable,
} from './counter-book.js';

/** Two writers counted the same at once: the batch has to be decided again. */
export class CounterRace extends Error {}

/** Counters of one table, read without a lock and checked when written. */
export class CounterStore<Key extends CounterKey<Key>> {
  private readonly names: readonly (keyof Key & string)[];
  private readonly sql: ReturnType<typeof statementsOf>;

  constructor(readonly table: CounterTable<Key>) {
    this.names = columnsOf(table.key);
    this.sql = statementsOf(table);
  }

  async load(transaction: Queryable, keys: readonly Key[]): Promise<Counted<Key>[]> {
    if (keys.length === 0) return [];
    return (await transaction.query<CounterRow>(this.sql.load, this.columns(keys))).map(this.counted);
  }

  /** Writes the batch's sums. Throws CounterRace when somebody else took from a counter that we decided on. */
  async apply(transaction: Queryable, book: CounterBook<Key>): Promise<void> {
    const deltas = book.deltas();
    const taken = deltas.filter(({ minor }) => minor > 0n);
    const given = deltas.filter(({ minor }) => minor < 0n);
    if (taken.length > 0) {
      const rows = await transaction.query<CounterRow>(this.sql.add, this.sums(taken));
      const raced = rows.map(this.counted).find(({ key, minor }) => minor !== book.usedMinor(key));
      if (raced !== undefined)
        throw new CounterRace(`${this.table.name}: ${Object.values(raced.key).join(' ')} moved`);
    }
    if (given.length > 0) await transaction.query(this.sql.giveBack, this.sums(given));
  }

  private readonly counted = ({ minor, ...key }: CounterRow): Counted<Key> => ({
    key: key as unknown as Key,
    minor,
  });

  private sums(deltas: readonly Counted<Key>[]): unknown[] {
    return [...this.columns(deltas.map(({ key }) => key)), deltas.map(({ minor }) => minor)];
  }

  private columns(keys: readonly Key[]): string[][] {
    return this.names.map((name) => keys.map((key) => key[name]));
  }
}

type CounterRow = Record<string, unknown> & { readonly minor: bigint };

function statementsOf<Key>({ name, key }: CounterTable<Key>) {
  const names = columnsOf(key);
  const columns = names.join(', ');
  const counters = names.map((each) => `c.${each}`).join(', ');
  const keys = names.map((each, index) => `$${index + 1}::${key[each]}[]`).join(', ');
  const sums = `unnest(${keys}, $${names.length + 1}::bigint[]) AS u (${columns}, minor)`;
  const isSame = names.map((each) => `c.${each} = u.${each}`).join(' AND ');
  return {
    load: `
SELECT ${counters}, c.used_minor AS minor
FROM unnest(${keys}) AS u (${columns})
JOIN ${name} AS c ON ${isSame}`,
    add: `
INSERT INTO ${name} AS c (${columns}, used_minor)
SELECT ${columns}, minor
FROM ${sums}
ON CONFLICT (${columns}) DO UPDATE
SET used_minor = c.used_minor + EXCLUDED.used_minor
RETURNING ${counters}, c.used_minor AS minor`,
    giveBack: `
UPDATE ${name} AS c
SET used_minor = c.used_minor + u.minor
FROM ${sums}
WHERE ${isSame}`,
  };
}
