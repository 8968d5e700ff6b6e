import { createHash } from 'node:crypto';
import { Journal, type JournalOptions } from '../../kit/journal.js';
import type { IsoScheme } from './scheme.js';

/**
 * A payment that came to us from Tonle: the network pays a payee. Known by UETR and MsgId; one that gives a debit back has its
 * own id in place of the UETR.
 */
export interface CreditEntry {
  readonly kind: 'credit';
  readonly uetr: string;
  readonly messageId: string;
  readonly endToEndId: string;
  readonly transactionId?: string;
  readonly account: string;
  readonly currency: string;
  /** Minor units that were booked. */
  readonly minor: string;
  readonly status: 'ACCC' | 'RJCT' | 'PDNG';
  readonly reason?: string;
  /** The switch's own reference. */
  readonly reference: string;
  readonly acceptedAt: number;
  readonly at: number;
  /** The debit that it gives back to its payer. */
  readonly refundOf?: string;
  /** What else its answers say, in the words of a wire that has more to tell. */
  readonly told?: Readonly<Record<string, unknown>>;
}

/** A payment of the network's payer: the payer is debited before Tonle hears of it. */
export interface DebitEntry {
  readonly kind: 'debit';
  readonly uetr: string;
  readonly messageId: string;
  readonly endToEndId: string;
  readonly transactionId: string;
  readonly payer: string;
  readonly currency: string;
  readonly minor: string;
  readonly quoteId: string;
  readonly acceptedAt: number;
  readonly at: number;
  /** The credit that its payee gives back: the payee is the payer here. */
  readonly refundOf?: string;
  /** As of a credit. */
  readonly told?: Readonly<Record<string, unknown>>;
}

/** How an entry ended. A debit that ends RJCT gives the payer the money back. */
export interface FinalEntry {
  readonly kind: 'final';
  readonly of: 'credit' | 'debit';
  readonly uetr: string;
  readonly status: 'ACCC' | 'RJCT';
  readonly reason?: string;
  /** Of a debit: Tonle's reference. */
  readonly reference?: string;
  readonly at: number;
}

type Entry = CreditEntry | DebitEntry | FinalEntry;

/** The messages that move money. */
export type Family = 'pacs.008' | 'pacs.004';

/** Which of them an entry stands for, on a wire that has both. */
export function familyOf({ refundOf }: Pick<DebitEntry, 'refundOf'>): Family {
  return refundOf === undefined ? 'pacs.008' : 'pacs.004';
}

export interface CreditRecord {
  readonly entry: CreditEntry;
  final: { readonly status: 'ACCC' | 'RJCT'; readonly reason?: string; readonly at: number } | undefined;
  readonly number: number;
}

export interface DebitRecord {
  readonly entry: DebitEntry;
  final: FinalEntry | undefined;
}

export interface BookedEntry {
  readonly credit: boolean;
  readonly uetr: string;
  readonly endToEndId: string;
  readonly transactionId?: string;
  readonly messageId: string;
  readonly reference: string;
  readonly currency: string;
  readonly minor: bigint;
  readonly at: number;
  /** The entry that it gives back. */
  readonly refundOf?: string;
}

/** A network's books: what it paid out for Tonle, and what it collected from its own payers. */
export class IsoBooks {
  private journal!: Journal<Entry>;
  private readonly credits = new Map<string, CreditRecord>();
  private readonly debits = new Map<string, DebitRecord>();
  private readonly movements = new Map<string, bigint>();
  /** Refunds by what they give back. */
  private readonly refunds = new Map<string, (CreditRecord | DebitRecord)[]>();

  private constructor(private readonly scheme: Pick<IsoScheme, 'mark' | 'utcOffsetMinutes'>) {}

  static async open(
    path: string,
    scheme: Pick<IsoScheme, 'mark' | 'utcOffsetMinutes'>,
    options?: JournalOptions,
  ): Promise<IsoBooks> {
    const books = new IsoBooks(scheme);
    books.journal = await Journal.open<Entry>(path, (entry) => books.apply(entry), options);
    return books;
  }

  credit(uetr: string): CreditRecord | undefined {
    return this.credits.get(uetr);
  }

  /** The first credit about which this was told. */
  creditTold(name: string, value: string): CreditRecord | undefined {
    return [...this.credits.values()].find(({ entry }) => entry.told?.[name] === value);
  }

  debit(uetr: string): DebitRecord | undefined {
    return this.debits.get(uetr);
  }

  /** Books a credit; resolves when durable. The record is there at once, so that a twin finds it. */
  async addCredit(entry: Omit<CreditEntry, 'kind' | 'reference'>): Promise<CreditRecord> {
    await this.write({
      ...entry,
      kind: 'credit',
      reference: this.referenceOf(entry.uetr, entry.messageId, entry.at),
    });
    return this.credits.get(entry.uetr)!;
  }

  addDebit(entry: Omit<DebitEntry, 'kind'>): Promise<void> {
    return this.write({ ...entry, kind: 'debit' });
  }

  /** Ends an open entry. An entry that has ended stays as it is. */
  async end(final: Omit<FinalEntry, 'kind'>): Promise<void> {
    const record = final.of === 'credit' ? this.credits.get(final.uetr) : this.debits.get(final.uetr);
    if (record === undefined || record.final !== undefined) return;
    await this.write({ ...final, kind: 'final' });
  }

  /** Resolves when everything that was decided so far is durable; an answer may rest on it only then. */
  settled(): Promise<void> {
    return this.journal.settled();
  }

  openCredits(): readonly CreditRecord[] {
    return [...this.credits.values()].filter((record) => record.final === undefined);
  }

  /** What names it as the entry that it gives back. */
  refundsOf(uetr: string): readonly (CreditRecord | DebitRecord)[] {
    return this.refunds.get(uetr) ?? [];
  }

  debitsSince(from: number): readonly DebitRecord[] {
    return [...this.debits.values()].filter(({ entry }) => entry.at >= from);
  }

  openDebits(): readonly DebitRecord[] {
    return [...this.debits.values()].filter((record) => record.final === undefined);
  }

  /** What moved on an account since the books began: minor units, negative when money left it. */
  movement(account: string): bigint {
    return this.movements.get(account) ?? 0n;
  }

  /** What was given back of an entry, or is about to be: minor units. */
  refunded(uetr: string): bigint {
    const standing = (this.refunds.get(uetr) ?? []).filter(({ final }) => final?.status !== 'RJCT');
    return standing.reduce((sum, { entry }) => sum + BigInt(entry.minor), 0n);
  }

  /** Accepted payments that ended in a span of time: `credit` is money for Tonle's side (collected), else paid out. */
  statement(from: number, to: number): BookedEntry[] {
    const lines: BookedEntry[] = [];
    for (const { entry, final } of this.credits.values()) {
      if (final?.status === 'ACCC' && final.at >= from && final.at < to)
        lines.push(line(entry, entry.reference, final.at, false));
    }
    for (const { entry, final } of this.debits.values()) {
      if (final?.status !== 'ACCC' || final.at < from || final.at >= to) continue;
      lines.push(line(entry, final.reference ?? entry.transactionId, final.at, true));
    }
    return lines.sort((a, b) => a.at - b.at);
  }

  /** Counts and sums by what became of the payments. */
  totals(): Record<string, { count: number; minor: string }> {
    const sums = new Map<string, { count: number; minor: bigint }>();
    const add = (key: string, minor: string): void => {
      const sum = sums.get(key) ?? { count: 0, minor: 0n };
      sums.set(key, { count: sum.count + 1, minor: sum.minor + BigInt(minor) });
    };
    for (const { entry, final } of this.credits.values())
      add(`credit:${final?.status ?? 'PDNG'}:${entry.currency}`, entry.minor);
    for (const { entry, final } of this.debits.values())
      add(`debit:${final?.status ?? 'OPEN'}:${entry.currency}`, entry.minor);
    return Object.fromEntries(
      [...sums].map(([key, sum]) => [key, { count: sum.count, minor: sum.minor.toString() }]),
    );
  }

  close(): Promise<void> {
    return this.journal.close();
  }

  private async write(entry: Entry): Promise<void> {
    const durable = this.journal.append(entry);
    this.apply(entry);
    await durable;
  }

  private apply(entry: Entry): void {
    if (entry.kind === 'credit') {
      const final =
        entry.status === 'PDNG' ? undefined : { status: entry.status, reason: entry.reason, at: entry.at };
      this.keep(this.credits, { entry, final, number: this.credits.size + 1 });
      if (entry.status === 'ACCC') this.move(entry.account, BigInt(entry.minor));
    } else if (entry.kind === 'debit') {
      this.keep(this.debits, { entry, final: undefined });
      this.move(entry.payer, -BigInt(entry.minor));
    } else if (entry.of === 'credit') {
      const record = this.credits.get(entry.uetr)!;
      record.final = { status: entry.status, reason: entry.reason, at: entry.at };
      if (entry.status === 'ACCC') this.move(record.entry.account, BigInt(record.entry.minor));
    } else {
      const record = this.debits.get(entry.uetr)!;
      record.final = entry;
      if (entry.status === 'RJCT') this.move(record.entry.payer, BigInt(record.entry.minor));
    }
  }

  private keep<R extends CreditRecord | DebitRecord>(records: Map<string, R>, record: R): void {
    const { uetr, refundOf } = record.entry;
    records.set(uetr, record);
    if (refundOf !== undefined) this.refunds.set(refundOf, [...(this.refunds.get(refundOf) ?? []), record]);
  }

  /** The network's mark, the local day, and 16 hex digits that follow from the payment's keys. */
  private referenceOf(uetr: string, messageId: string, at: number): string {
    const { mark, utcOffsetMinutes } = this.scheme;
    const day = new Date(at + utcOffsetMinutes * 60_000).toISOString().slice(0, 10).replaceAll('-', '');
    return `${mark}${day}${createHash('sha256').update(`${uetr}|${messageId}`).digest('hex').slice(0, 16)}`;
  }

  private move(account: string, minor: bigint): void {
    this.movements.set(account, this.movement(account) + minor);
  }
}

function line(entry: CreditEntry | DebitEntry, reference: string, at: number, credit: boolean): BookedEntry {
  const { uetr, endToEndId, transactionId, messageId, currency, refundOf } = entry;
  return {
    ...(refundOf !== undefined && { refundOf }),
    credit,
    uetr,
    endToEndId,
    transactionId,
    messageId,
    reference,
    currency,
    minor: BigInt(entry.minor),
    at,
  };
}
