import type { AcknowledgedStatus, TransferSubject } from '@tonle/bank-files';
import { Journal, type JournalOptions } from '../kit/journal.js';
import type { BankScheme } from './bank-scheme.js';

/** One movement between the scheme's account and another: the scheme's line. */
export interface BookedBankLine {
  readonly id: string;
  readonly currency: string;
  /** Minor units, negative for what left the scheme's account. */
  readonly minor: string;
  /** The other account; absent for money from elsewhere. */
  readonly account?: string;
  readonly counterparty?: string;
  /** The day in whose statement it stands. */
  readonly day: string;
  readonly valueDate: string;
  readonly endToEndId?: string;
  readonly uetr?: string;
  readonly remittance?: string;
  readonly at: number;
}

/** One transfer of an instruction, as it was told. */
export type OrderedTransfer = TransferSubject & {
  readonly endToEndId: string;
  readonly uetr?: string;
  /** As of a line. */
  readonly minor: string;
  readonly account: string;
};

interface OpenedEntry {
  readonly kind: 'opened';
  /** The first day that has a statement. */
  readonly day: string;
  /** Minor units on the scheme's account of each currency; books of earlier versions began with nothing. */
  readonly schemeOpenings?: Readonly<Record<string, string>>;
}

/** An instruction and what the bank said to it. */
export interface OrderEntry {
  readonly kind: 'instruction';
  readonly messageId: string;
  readonly currency: string;
  readonly sequence: number;
  readonly sha256: string;
  readonly valueDate: string;
  readonly status: AcknowledgedStatus;
  readonly reason?: string;
  readonly detail?: string;
  readonly transfers: readonly OrderedTransfer[];
  readonly at: number;
}

interface DecisionEntry {
  readonly kind: 'decision';
  readonly messageId: string;
  readonly at: number;
}

interface PostponedEntry {
  readonly kind: 'postponed';
  readonly messageId: string;
  readonly index: number;
  readonly until: string;
}

interface PaidEntry {
  readonly kind: 'paid';
  readonly messageId: string;
  readonly index: number;
  readonly lines: readonly BookedBankLine[];
}

interface LineEntry {
  readonly kind: 'line';
  readonly line: BookedBankLine;
}

/** The statement of a day was sent anew. */
interface ReissuedEntry {
  readonly kind: 'reissued';
  readonly currency: string;
  readonly day: string;
}

type Entry =
  OpenedEntry | OrderEntry | DecisionEntry | PostponedEntry | PaidEntry | LineEntry | ReissuedEntry;

export interface BankOrder {
  readonly entry: OrderEntry;
  status: AcknowledgedStatus;
  /** By the transfer's place: done, or not before a day. */
  readonly done: Set<number>;
  readonly until: Map<number, string>;
}

/** A bank's books: what it was told, what it booked. Balances are what the lines make. */
export class BankBooks {
  private journal!: Journal<Entry>;
  private readonly orders = new Map<string, BankOrder>();
  private readonly booked: BookedBankLine[] = [];
  private readonly balances = new Map<string, bigint>();
  private readonly highest = new Map<string, number>();
  private readonly reissues = new Map<string, number>();
  private opened: OpenedEntry | undefined;

  private constructor(private readonly scheme: Pick<BankScheme, 'mark' | 'currencies'>) {}

  /** Opens the books, with this day when they are new. */
  static async open(
    path: string,
    scheme: Pick<BankScheme, 'mark' | 'currencies'>,
    today: string,
    options?: JournalOptions,
  ): Promise<BankBooks> {
    const books = new BankBooks(scheme);
    books.journal = await Journal.open<Entry>(path, (entry) => books.apply(entry), options);
    if (books.opened === undefined) {
      const schemeOpenings = Object.fromEntries(
        Object.entries(scheme.currencies).map(([currency, { schemeOpening }]) => [currency, schemeOpening]),
      );
      await books.write({ kind: 'opened', day: today, schemeOpenings });
    }
    return books;
  }

  /** The first day that has a statement. */
  get since(): string {
    return this.opened!.day;
  }

  order(messageId: string): BankOrder | undefined {
    return this.orders.get(messageId);
  }

  allOrders(): readonly BankOrder[] {
    return [...this.orders.values()];
  }

  /** The highest number of an instruction that was taken or refused; 0 at first. */
  highestSequence(currency: string): number {
    return this.highest.get(currency) ?? 0;
  }

  lines(currency: string): readonly BookedBankLine[] {
    return this.booked.filter((line) => line.currency === currency);
  }

  /** Minor units on the scheme's account when the books were opened. */
  schemeOpening(currency: string): bigint {
    return BigInt(this.opened?.schemeOpenings?.[currency] ?? '0');
  }

  /** Minor units on the scheme's account. */
  schemeBalance(currency: string): bigint {
    return this.schemeOpening(currency) + (this.balances.get(currency) ?? 0n);
  }

  /** Minor units on an account of a participant; undefined when the bank does not keep it. */
  balance(currency: string, account: string): bigint | undefined {
    const kept = this.scheme.currencies[currency]?.accounts[account];
    if (kept === undefined) return undefined;
    return BigInt(kept.opening) - (this.balances.get(`${currency} ${account}`) ?? 0n);
  }

  /** How often the statement of the day was sent anew. */
  reissued(currency: string, day: string): number {
    return this.reissues.get(`${currency} ${day}`) ?? 0;
  }

  /** References of 16 characters: `TH26112900000001`. Those of lines that are being made follow each other. */
  nextLineId(day: string, ahead = 0): string {
    const number = (this.booked.length + ahead + 1).toString().padStart(8, '0');
    return `${this.scheme.mark}${day.slice(2).replaceAll('-', '')}${number}`;
  }

  addOrder(entry: Omit<OrderEntry, 'kind'>): Promise<void> {
    return this.write({ kind: 'instruction', ...entry });
  }

  decide(messageId: string, at: number): Promise<void> {
    return this.write({ kind: 'decision', messageId, at });
  }

  postpone(messageId: string, index: number, until: string): Promise<void> {
    return this.write({ kind: 'postponed', messageId, index, until });
  }

  /** Everything that one transfer books, in one entry: a kill leaves all of it or nothing. */
  pay(messageId: string, index: number, lines: readonly BookedBankLine[]): Promise<void> {
    return this.write({ kind: 'paid', messageId, index, lines });
  }

  addLine(line: BookedBankLine): Promise<void> {
    return this.write({ kind: 'line', line });
  }

  reissue(currency: string, day: string): Promise<void> {
    return this.write({ kind: 'reissued', currency, day });
  }

  /** Only what is on disk may be told. */
  settled(): Promise<void> {
    return this.journal.settled();
  }

  close(): Promise<void> {
    return this.journal.close();
  }

  private write(entry: Entry): Promise<void> {
    const written = this.journal.append(entry);
    this.apply(entry);
    return written;
  }

  private apply(entry: Entry): void {
    switch (entry.kind) {
      case 'opened':
        this.opened = entry;
        return;
      case 'instruction':
        this.orders.set(entry.messageId, { entry, status: entry.status, done: new Set(), until: new Map() });
        this.highest.set(entry.currency, Math.max(this.highestSequence(entry.currency), entry.sequence));
        return;
      case 'decision':
        this.orders.get(entry.messageId)!.status = 'accepted';
        return;
      case 'postponed':
        this.orders.get(entry.messageId)!.until.set(entry.index, entry.until);
        return;
      case 'paid':
        this.orders.get(entry.messageId)!.done.add(entry.index);
        for (const line of entry.lines) this.book(line);
        return;
      case 'line':
        this.book(entry.line);
        return;
      case 'reissued': {
        const key = `${entry.currency} ${entry.day}`;
        this.reissues.set(key, (this.reissues.get(key) ?? 0) + 1);
        return;
      }
    }
  }

  private book(line: BookedBankLine): void {
    const { currency, account } = line;
    this.booked.push(line);
    const keys = account === undefined ? [currency] : [currency, `${currency} ${account}`];
    for (const key of keys) this.balances.set(key, (this.balances.get(key) ?? 0n) + BigInt(line.minor));
  }
}
