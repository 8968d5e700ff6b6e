import {
  writeBankStatement,
  writeFinalisation,
  type BankFileLine,
  type BankFileStatement,
  type BankStatementFormat,
} from '@tonle/bank-files';
import type { Fault } from '../kit/fault.js';
import type { BankBooks, BankOrder, BookedBankLine } from './bank-books.js';
import type { BankDays, BankScheme } from './bank-scheme.js';

/** What a finalisation can be wrong in, by the code of its fault. */
export const WRONG_FINALISATIONS = ['amount', 'balance', 'hash', 'sequence', 'window', 'account'] as const;

/** What the bank tells of the scheme's accounts: statements, entries of a day, what it carried out. */
export class BankReporting {
  constructor(
    private readonly scheme: BankScheme,
    private readonly books: BankBooks,
    private readonly days: BankDays,
  ) {}

  /** Single entries come in this form. */
  get notificationFormat(): BankStatementFormat {
    return this.scheme.statement === 'camt.053' ? 'camt.054' : 'csv';
  }

  /** The statement of a day that is over; undefined when there is none. */
  statement(currency: string, day: string, now: number, fault?: Fault): Uint8Array | undefined {
    const kept = this.scheme.currencies[currency];
    const isOver = day < this.days.today(now) && day >= this.books.since;
    if (kept === undefined || !isOver || !this.days.isOpen(day)) return undefined;
    if (fault?.fault === 'statement_missing') return undefined;
    const lines = this.books.lines(currency);
    const openingMinor = this.books.schemeOpening(currency) + sumOf(lines.filter((line) => line.day < day));
    const ofDay = lines.filter((line) => line.day === day);
    const count = this.days.countOpen(this.books.since, day) + (fault?.fault === 'statement_gap' ? 1 : 0);
    const again = this.books.reissued(currency, day);
    const head = {
      kind: 'statement' as const,
      account: kept.scheme,
      currency,
      number: count,
      from: day,
      to: day,
    };
    const statement: BankFileStatement = {
      ...head,
      id: this.statementId(day, count, again),
      openingMinor,
      closingMinor: openingMinor + sumOf(ofDay) + (fault?.fault === 'statement_totals_off' ? 1n : 0n),
      ...(again > 0 && { replaces: this.statementId(day, count, again - 1) }),
      lines: ofDay.map(lineOf),
    };
    return written(statement, this.scheme.statement);
  }

  /** An MT940 has room for 16 characters before the number. */
  private statementId(day: string, number: number, again: number): string {
    const correction = again === 0 ? '' : `C${again}`;
    return `${this.scheme.mark}${day.slice(2).replaceAll('-', '')}${correction}/${number}`;
  }

  /** All entries of a day so far; undefined when there are none. */
  notification(currency: string, day: string): Uint8Array | undefined {
    const kept = this.scheme.currencies[currency];
    const lines = this.books.lines(currency).filter((line) => line.day === day);
    if (kept === undefined || lines.length === 0) return undefined;
    const notification: BankFileStatement = {
      kind: 'notification',
      // The same entries are the same notification.
      id: `${this.scheme.mark}${day.slice(2).replaceAll('-', '')}N${lines.length}`,
      ...{ account: kept.scheme, currency, from: day, to: day },
      lines: lines.map(lineOf),
    };
    return written(notification, this.notificationFormat);
  }

  /** What the bank has carried out of an order of a window that is done; undefined before. */
  finalisation({ entry, done, status }: BankOrder, fault?: Fault): Uint8Array | undefined {
    const { transfers, currency, valueDate } = entry;
    const [first] = transfers;
    if (status !== 'accepted' || done.size < transfers.length || !('windowId' in first!)) return undefined;
    const wrong = fault?.fault === 'wrong_finalisation' ? (fault.code ?? 'amount') : undefined;
    const off = wrong === 'amount' ? 1n : 0n;
    const lines = this.books.lines(currency);
    const schemeBalance =
      this.books.schemeOpening(currency) + sumOf(lines.filter((line) => line.day <= valueDate));
    return writeFinalisation({
      bank: this.scheme.id,
      currency,
      windowId: wrong === 'window' ? `${first.windowId}-X` : first.windowId,
      messageId: entry.messageId,
      sequence: entry.sequence + (wrong === 'sequence' ? 1 : 0),
      instructionSha256:
        wrong === 'hash' ? entry.sha256.replace(/^./, (digit) => (digit === '0' ? '1' : '0')) : entry.sha256,
      valueDate,
      createdAt: new Date(entry.at).toISOString(),
      schemeAccount: wrong === 'account' ? 'X' : this.scheme.currencies[currency]!.scheme,
      schemeBalanceMinor: schemeBalance + (wrong === 'balance' ? 1n : 0n),
      transfers: transfers.map(({ endToEndId, account, minor }, index) => ({
        endToEndId,
        participantAccount: account,
        amountMinor: -BigInt(minor) + (index === 0 ? off : 0n),
        balanceMinor: this.books.balance(currency, account)!,
      })),
    });
  }
}

function sumOf(lines: readonly BookedBankLine[]): bigint {
  return lines.reduce((sum, { minor }) => sum + BigInt(minor), 0n);
}

function lineOf({
  id,
  minor,
  day,
  valueDate,
  endToEndId,
  uetr,
  remittance,
  counterparty,
}: BookedBankLine): BankFileLine {
  const texts = { endToEndId, uetr, remittance, counterparty };
  const known = Object.fromEntries(Object.entries(texts).filter(([, text]) => text !== undefined));
  return { id, amountMinor: BigInt(minor), bookedAt: day, valueDate, ...known };
}

/** With totals that are off, too: whoever reads it has to see it. */
function written(statement: BankFileStatement, format: BankStatementFormat): Uint8Array {
  const writing = writeBankStatement([statement], format);
  if (writing.kind === 'refused') throw new Error(JSON.stringify(writing.errors));
  return writing.bytes;
}
