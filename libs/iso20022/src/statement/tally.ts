import type { StatementEntry } from '../model-account.js';
import { batchFaults } from './batch.js';

/** How many entries, and what they add up to without direction. */
export interface Tally {
  readonly count: number;
  readonly minor: bigint;
}

const NOTHING: Tally = { count: 0, minor: 0n };
const BOOKED = 'BOOK';
/** So many are told: one is enough to believe nothing. */
const FAULTS_MAX = 20;

/** What entries add up to, counted as they come: a statement may be larger than the memory. */
export class EntryTally {
  private readonly moved = new Map<string, bigint>();
  private sides: { readonly credits: Tally; readonly debits: Tally } = { credits: NOTHING, debits: NOTHING };

  /** What batches of the entries state and is not so, in words; the first of them. */
  batches: readonly string[] = [];

  add(entry: StatementEntry): void {
    const {
      amount: { currency, minor },
      credit,
      status,
    } = entry;
    this.tellOf(batchFaults(entry));
    const { credits, debits } = this.sides;
    const side = credit ? credits : debits;
    const grown = { count: side.count + 1, minor: side.minor + minor };
    this.sides = credit ? { credits: grown, debits } : { credits, debits: grown };
    const signed = status === BOOKED ? (credit ? minor : -minor) : 0n;
    this.moved.set(currency, this.booked(currency) + signed);
  }

  addAll(entries: readonly StatementEntry[]): this {
    for (const each of entries) this.add(each);
    return this;
  }

  /** Both together. */
  plus(other: EntryTally): EntryTally {
    const sum = new EntryTally();
    sum.sides = { credits: added(this.credits, other.credits), debits: added(this.debits, other.debits) };
    for (const currency of [...this.currencies, ...other.currencies])
      sum.moved.set(currency, this.booked(currency) + other.booked(currency));
    sum.tellOf([...this.batches, ...other.batches]);
    return sum;
  }

  private tellOf(faults: readonly string[]): void {
    if (faults.length > 0) this.batches = [...this.batches, ...faults].slice(0, FAULTS_MAX);
  }

  get credits(): Tally {
    return this.sides.credits;
  }

  get debits(): Tally {
    return this.sides.debits;
  }

  get all(): Tally {
    return added(this.credits, this.debits);
  }

  /** Currencies of the entries, in their order. */
  get currencies(): readonly string[] {
    return [...this.moved.keys()];
  }

  /** Booked credits less booked debits, minor units. */
  booked(currency: string): bigint {
    return this.moved.get(currency) ?? 0n;
  }
}

function added(a: Tally, b: Tally): Tally {
  return { count: a.count + b.count, minor: a.minor + b.minor };
}
