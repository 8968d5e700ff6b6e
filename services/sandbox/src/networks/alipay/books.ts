import { Journal, type JournalOptions } from '../../kit/journal.js';
import { Clearing, type ClearedItem } from './clearing.js';
import { cancellationIdOf, refundIdOf, type WireAmount } from './rules.js';

/** A wallet's user was charged for a code of Cambodia, and Tonle is told to pay for it. */
export interface PushEntry {
  readonly kind: 'push';
  readonly paymentId: string;
  readonly codeValue: string;
  readonly customerId: string;
  readonly brand: string;
  readonly amount: WireAmount;
  readonly charged: WireAmount;
  readonly at: number;
}

/** How a push ended. F gives the user the money back. */
export interface PushEnd {
  readonly kind: 'push_end';
  readonly paymentId: string;
  readonly status: 'S' | 'F';
  readonly code: string;
  /** What Tonle gets for it. */
  readonly settlement?: WireAmount;
  readonly at: number;
}

/** Tonle's payer has paid an order: its merchant gets the money. Held back while it is pending. */
export interface PaidEntry {
  readonly kind: 'paid';
  readonly paymentRequestId: string;
  readonly mppPaymentId: string;
  readonly merchant: string;
  /** The value that Tonle told. */
  readonly told: string;
  /** What is settled. */
  readonly amount: WireAmount;
  /** What the merchant is to get, where that was told. */
  readonly payTo?: WireAmount;
  readonly status: 'S' | 'U' | 'F';
  readonly code?: string;
  readonly at: number;
}

/** A merchant's till has scanned the code of Tonle's payer. */
export interface DrawnEntry {
  readonly kind: 'drawn';
  readonly paymentRequestId: string;
  readonly code: string;
  readonly merchant: string;
  readonly payTo: WireAmount;
  /** What Tonle settles. */
  readonly amount: WireAmount;
  readonly at: number;
}

/** A merchant wants an order no more. */
interface ClosedEntry {
  readonly kind: 'closed';
  readonly paymentRequestId: string;
  readonly at: number;
}

/** Money that goes back: of a push by Tonle's merchant, of an order by the merchant abroad. */
export interface RefundEntry {
  readonly kind: 'refund';
  readonly refundRequestId: string;
  /** Of a push its paymentId, of an order its paymentRequestId. */
  readonly of: string;
  /** Whose money goes back: to the user of a wallet, or to Tonle's payer. */
  readonly to: 'wallet' | 'tonle';
  /** In the currency of what it gives back. */
  readonly amount: WireAmount;
  readonly settlement: WireAmount;
  readonly status: 'S' | 'U' | 'F';
  readonly code?: string;
  readonly at: number;
}

/** A part of a day's reports was laid down. */
interface LaidEntry {
  readonly kind: 'laid';
  readonly day: string;
  readonly upTo: number;
}

type Entry = DrawnEntry | PushEntry | PushEnd | PaidEntry | ClosedEntry | RefundEntry | LaidEntry;

export interface PushRecord {
  readonly entry: PushEntry;
  end?: PushEnd;
}

/** The books of Alipay+ in the sandbox: pushes to Tonle, and orders that Tonle's payers have paid. */
export class AlipayBooks {
  private journal!: Journal<Entry>;
  private readonly pushes = new Map<string, PushRecord>();
  private readonly orders = new Map<string, PaidEntry>();
  private readonly drawings = new Map<string, DrawnEntry>();
  private readonly closed = new Set<string>();
  private readonly refunds = new Map<string, RefundEntry>();
  private readonly clearing = new Clearing();

  static async open(path: string, options?: JournalOptions): Promise<AlipayBooks> {
    const books = new AlipayBooks();
    books.journal = await Journal.open<Entry>(path, (entry) => books.apply(entry), options);
    return books;
  }

  push(paymentId: string): PushRecord | undefined {
    return this.pushes.get(paymentId);
  }

  openPushes(): readonly PushRecord[] {
    return [...this.pushes.values()].filter(({ end }) => end === undefined);
  }

  paid(paymentRequestId: string): PaidEntry | undefined {
    return this.orders.get(paymentRequestId);
  }

  openOrders(): readonly PaidEntry[] {
    return [...this.orders.values()].filter(({ status }) => status === 'U');
  }

  drawing(paymentRequestId: string): DrawnEntry | undefined {
    return this.drawings.get(paymentRequestId);
  }

  /** Scans that neither were paid nor failed. */
  openDrawings(): readonly DrawnEntry[] {
    return [...this.drawings.values()].filter(
      ({ paymentRequestId: id }) => !this.orders.has(id) && !this.closed.has(id),
    );
  }

  isClosed(paymentRequestId: string): boolean {
    return this.closed.has(paymentRequestId);
  }

  refund(refundRequestId: string): RefundEntry | undefined {
    return this.refunds.get(refundRequestId);
  }

  refundsOf(id: string): readonly RefundEntry[] {
    return [...this.refunds.values()].filter(({ of }) => of === id);
  }

  openRefunds(to: RefundEntry['to']): readonly RefundEntry[] {
    return [...this.refunds.values()].filter(({ status, ...refund }) => status === 'U' && refund.to === to);
  }

  /** What is left of a payment, in its smallest unit: refunds that are open count. */
  left(id: string, paid: WireAmount): bigint {
    return this.refundsOf(id).reduce(
      (left, { status, amount }) => (status === 'F' ? left : left - BigInt(amount.value)),
      BigInt(paid.value),
    );
  }

  /** Resolves when durable; what was known of it is there at once, so that a twin finds it. */
  async write(entry: Entry): Promise<void> {
    const durable = this.journal.append(entry);
    this.apply(entry);
    await durable;
  }

  settled(): Promise<void> {
    return this.journal.settled();
  }

  /** The parts of a day's reports: what was cleared since they were last looked at is one more. */
  async layDown(day: string): Promise<readonly (readonly ClearedItem[])[]> {
    const upTo = this.clearing.nextCut(day);
    if (upTo !== undefined) await this.write({ kind: 'laid', day, upTo });
    await this.settled();
    return this.clearing.parts(day);
  }

  /** Counts and sums, in what is settled: `credit` was paid to merchants and back to users, `debit` is what Tonle gets. */
  totals(): Record<string, { count: number; minor: string }> {
    const sums = new Map<string, { count: number; minor: bigint }>();
    const add = (key: string, { currency, value }: WireAmount): void => {
      const sum = sums.get(`${key}:${currency}`) ?? { count: 0, minor: 0n };
      sums.set(`${key}:${currency}`, { count: sum.count + 1, minor: sum.minor + BigInt(value) });
    };
    for (const { amount, status } of this.orders.values()) add(`credit:${WORDS[status]}`, amount);
    for (const { entry, end } of this.pushes.values())
      add(`debit:${end === undefined ? 'OPEN' : WORDS[end.status]}`, end?.settlement ?? entry.amount);
    for (const { to, status, settlement } of this.refunds.values())
      add(`${to === 'wallet' ? 'credit' : 'debit'}:${WORDS[status]}`, settlement);
    return Object.fromEntries(
      [...sums].map(([key, { count, minor }]) => [key, { count, minor: minor.toString() }]),
    );
  }

  close(): Promise<void> {
    return this.journal.close();
  }

  private apply(entry: Entry): void {
    switch (entry.kind) {
      case 'push':
        this.pushes.set(entry.paymentId, { entry });
        return;
      case 'push_end': {
        const record = this.pushes.get(entry.paymentId);
        if (record === undefined || record.end !== undefined) return;
        record.end = entry;
        if (entry.status === 'S') this.clearing.add(clearedPush(record.entry, entry));
        return;
      }
      case 'paid': {
        const before = this.orders.get(entry.paymentRequestId);
        this.orders.set(entry.paymentRequestId, entry);
        if (entry.status === 'S' && before?.status !== 'S') this.clearing.add(clearedOrder(entry));
        return;
      }
      case 'drawn':
        this.drawings.set(entry.paymentRequestId, entry);
        return;
      case 'laid':
        this.clearing.cut(entry.day, entry.upTo);
        return;
      case 'closed':
        this.closed.add(entry.paymentRequestId);
        return;
      case 'refund': {
        const before = this.refunds.get(entry.refundRequestId);
        this.refunds.set(entry.refundRequestId, entry);
        if (entry.status === 'S' && before?.status !== 'S') this.clearing.add(clearedRefund(entry));
      }
    }
  }
}

function clearedPush({ paymentId, amount }: PushEntry, { settlement = amount, at }: PushEnd): ClearedItem {
  return { role: 'acquirer', type: 'PAYMENT', transactionId: paymentId, amount, settlement, at };
}

/** The id of the order is the one that Tonle knows it by; Alipay+ has one of its own. */
function clearedOrder({ paymentRequestId, amount, merchant, at }: PaidEntry): ClearedItem {
  const ids = { transactionId: `T${paymentRequestId}`, requestId: paymentRequestId };
  return { role: 'wallet', type: 'PAYMENT', ...ids, amount, settlement: amount, merchant, at };
}

function clearedRefund({ refundRequestId, of, to, amount, settlement, at }: RefundEntry): ClearedItem {
  const transactionId = refundIdOf(refundRequestId);
  const told = { transactionId, amount, settlement, at };
  if (to === 'wallet')
    return {
      ...told,
      role: 'acquirer',
      type: 'REFUND',
      requestId: refundRequestId,
      originalTransactionId: of,
    };
  return refundRequestId === cancellationIdOf(of)
    ? { ...told, role: 'wallet', type: 'CANCEL', requestId: of, originalRequestId: of }
    : { ...told, role: 'wallet', type: 'REFUND', requestId: refundRequestId, originalRequestId: of };
}

/** Statuses by the names that all simulators' totals have. */
const WORDS = { S: 'ACCC', F: 'RJCT', U: 'PDNG' } as const;
