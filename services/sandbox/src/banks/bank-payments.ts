import { transferRemittance } from '@tonle/bank-files';
import type { FaultBook } from '../kit/fault-book.js';
import type { BankBooks, BankOrder, BookedBankLine, OrderedTransfer } from './bank-books.js';
import type { BankDays, BankScheme } from './bank-scheme.js';

const SHORT_MINOR = 100n;

/** Carries out what was accepted, each transfer once, on its day and while the payer's account bears it. */
export class BankPayments {
  constructor(
    private readonly scheme: BankScheme,
    private readonly books: BankBooks,
    private readonly days: BankDays,
    private readonly faults: FaultBook,
  ) {}

  /** Pays what is due; resolves when all of it is durable. What is not covered waits. */
  async payDue(now: number): Promise<void> {
    const today = this.days.today(now);
    if (!this.days.isOpen(today)) return;
    const due = this.books
      .allOrders()
      .filter(({ status, entry }) => status === 'accepted' && entry.valueDate <= today)
      .flatMap((order) => order.entry.transfers.map((transfer, index) => ({ order, transfer, index })))
      .filter(({ order, index }) => !order.done.has(index) && (order.until.get(index) ?? today) <= today);
    // What comes in pays what goes out.
    const isPayIn = ({ transfer }: (typeof due)[number]): boolean => BigInt(transfer.minor) > 0n;
    const inOrder = [...due.filter(isPayIn), ...due.filter((each) => !isPayIn(each))];
    await Promise.all(inOrder.map(({ order, transfer, index }) => this.pay(order, transfer, index, now)));
  }

  private pay(order: BankOrder, transfer: OrderedTransfer, index: number, now: number): Promise<void> {
    const { currency, messageId } = order.entry;
    const minor = BigInt(transfer.minor);
    const payer =
      minor > 0n ? this.books.balance(currency, transfer.account) : this.books.schemeBalance(currency);
    if ((payer ?? 0n) < (minor > 0n ? minor : -minor)) return Promise.resolve();
    const fault = this.faults.pick(this.scheme.id, 'payments', {
      accounts: [transfer.account],
      minor: minor > 0n ? minor : -minor,
      currency,
      uetr: transfer.uetr,
      reference: transfer.endToEndId,
    });
    const today = this.days.today(now);
    if (fault?.fault === 'pays_late')
      return this.books.postpone(messageId, index, this.days.openFrom(this.days.after(today)));
    const line = this.lineOf(order, transfer, now);
    if (fault?.fault === 'pays_twice') {
      const second = { ...line, id: this.books.nextLineId(line.day, 1) };
      return this.books.pay(messageId, index, [line, second]);
    }
    if (fault?.fault === 'pays_short') {
      const less = BigInt(fault.addMinor ?? SHORT_MINOR);
      return this.books.pay(messageId, index, [{ ...line, minor: shortened(minor, less).toString() }]);
    }
    if (fault?.fault !== 'wrong_reference') return this.books.pay(messageId, index, [line]);
    const { uetr: _uetr, remittance: _remittance, ...bare } = line;
    return this.books.pay(messageId, index, [
      { ...bare, endToEndId: `X${transfer.endToEndId}`.slice(0, 35) },
    ]);
  }

  private lineOf({ entry }: BankOrder, transfer: OrderedTransfer, now: number): BookedBankLine {
    const { currency, valueDate } = entry;
    const { account, minor, endToEndId, uetr } = transfer;
    const day = this.days.today(now);
    return {
      id: this.books.nextLineId(day),
      ...{ currency, minor, account, day, endToEndId, at: now },
      counterparty: this.scheme.currencies[currency]!.accounts[account]!.name,
      // Booked after its day it has the value of the day on which it is booked.
      valueDate: valueDate < day ? day : valueDate,
      ...(uetr !== undefined && { uetr }),
      remittance: transferRemittance(transfer),
    };
  }
}

/** Less than was told, in the same direction, and never nothing. */
function shortened(minor: bigint, less: bigint): bigint {
  const size = minor > 0n ? minor : -minor;
  const short = less < size && less > 0n ? size - less : 1n;
  return minor > 0n ? short : -short;
}
