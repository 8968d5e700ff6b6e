/** What a counter counts for, such as a debtor's day: columns of its table. */
export type CounterKey<Key> = Readonly<Record<keyof Key, string>>;

/** A table of counters: key columns, in the order in which keys are sorted and rows locked, and `used_minor`. */
export interface CounterTable<Key> {
  readonly name: string;
  readonly key: Readonly<Record<keyof Key & string, 'text' | 'date' | 'uuid'>>;
}

/** A counter as it is stored, or what is added to it. */
export interface Counted<Key> {
  readonly key: Key;
  readonly minor: bigint;
}

/** Counters of one batch: what was stored, and what the batch takes and gives back. */
export class CounterBook<Key extends CounterKey<Key>> {
  private readonly stored = new Map<string, bigint>();
  private readonly changes = new Map<string, { key: Key; minor: bigint }>();

  constructor(
    readonly table: CounterTable<Key>,
    stored: readonly Counted<Key>[],
  ) {
    for (const { key, minor } of stored) this.stored.set(counterText(table, key), minor);
  }

  usedMinor(key: Key): bigint {
    const text = counterText(this.table, key);
    return (this.stored.get(text) ?? 0n) + (this.changes.get(text)?.minor ?? 0n);
  }

  /** Takes (positive) or gives back (negative). */
  add(key: Key, minor: bigint): void {
    const text = counterText(this.table, key);
    const known = this.changes.get(text);
    if (known === undefined) this.changes.set(text, { key, minor });
    else known.minor += minor;
  }

  /** What changes, in key order: the order in which rows are locked. */
  deltas(): Counted<Key>[] {
    return [...this.changes]
      .filter(([, { minor }]) => minor !== 0n)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, { key, minor }]) => ({ key, minor }));
  }
}

/** A key as text, the same for the same counter. */
export function counterText<Key extends CounterKey<Key>>(
  { key: columns }: CounterTable<Key>,
  key: Key,
): string {
  return columnsOf(columns)
    .map((name) => key[name])
    .join('|');
}

export function columnsOf<Key>(columns: CounterTable<Key>['key']): (keyof Key & string)[] {
  return Object.keys(columns) as (keyof Key & string)[];
}
