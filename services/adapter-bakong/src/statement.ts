import { currency as currencyOf } from '@tonle/money';
import { asRecord, DecimalText, type StatementPage, type StatementSource } from '@tonle/network';
import { apiRequest, readApi } from './open-api.js';
import type { StatementHead, StatementLine } from '@tonle/contracts';
import { readTransaction } from './transaction.js';

const PAGE_MAX = 1_000;
const TIME_MS_MAX = Date.parse('9999-12-31T23:59:59Z');

export const bakongStatement: StatementSource = {
  kind: 'paged',
  utcOffsetMinutes: 420,
  pageMax: PAGE_MAX,
  ask: ({ day, currency, cursor, pageMax: size }) =>
    apiRequest('list_transactions', { day, currency, cursor, size }),
  read: (reply, { currency }) => {
    const answer = readApi(reply);
    if (answer.kind !== 'data') throw new Error(`the home network gave no list: ${answer.kind}`);
    return readStatementPage(answer.data, currency);
  },
};

/** Canonical lines of one page of the rail's listing. Throws when the listing cannot be read: no partial truth. */
function readStatementPage(data: unknown, currency: string): StatementPage {
  const page = asRecord(data);
  const transactions = page?.['transactions'];
  if (page === undefined || !Array.isArray(transactions)) throw new Error('the listing has no transactions');
  const lines = transactions.map((each): StatementLine => {
    const read = readTransaction(each);
    if (read === undefined) throw new Error('a transaction of the listing cannot be read');
    if (read.amount.currency !== currency)
      throw new Error(`a transaction of the listing in ${currency} is in ${read.amount.currency}`);
    return {
      lineId: read.hash,
      partnerRef: read.hash,
      externalRef: read.externalRef,
      amount: read.amount,
      fromAccount: read.from,
      toAccount: read.to,
      status: 'booked',
      bookedAt: instantText(read.createdAt),
    };
  });
  const nextCursor = page['nextCursor'];
  if (typeof nextCursor === 'string') return { lines, nextCursor };
  const { count, total } = page;
  const heads = headsOf(page['balances'], currency);
  if (typeof count !== 'number' || !(total instanceof DecimalText)) return { lines, heads };
  return { lines, heads, totals: { count, amountMinor: minorOf(total.text, currency) } };
}

/** What accounts held before the day and at its end; a rail that does not say so is taken at its lines. */
function headsOf(balances: unknown, currency: string): StatementHead[] {
  if (balances === undefined || balances === null) return [];
  if (!Array.isArray(balances)) throw new Error('the balances of the listing cannot be read');
  return balances.map((each): StatementHead => {
    const { accountId, opening, closing } = asRecord(each) ?? {};
    if (
      typeof accountId !== 'string' ||
      !(opening instanceof DecimalText) ||
      !(closing instanceof DecimalText)
    )
      throw new Error('a balance of the listing cannot be read');
    const [openingMinor, closingMinor] = [minorOf(opening.text, currency), minorOf(closing.text, currency)];
    return { account: accountId.toLowerCase(), openingMinor, closingMinor };
  });
}

/** Of a time that tables hold: from 1970 to 9999. */
function instantText(atMs: number): string {
  const at = new Date(atMs >= 0 && atMs <= TIME_MS_MAX ? atMs : NaN);
  if (Number.isNaN(at.getTime()))
    throw new Error('a transaction of the listing has no time that can be read');
  return at.toISOString();
}

/** A total or balance may be zero, or less, or have more digits than an amount. */
function minorOf(text: string, code: string): string {
  const match = /^(-?\d{1,24})(?:\.(\d{1,24}))?$/.exec(text);
  if (match === null) throw new Error(`${text} is no total`);
  const { scale } = currencyOf(code);
  const fraction = (match[2] ?? '').replace(/0+$/, '');
  if (fraction.length > scale) throw new Error(`${text} has too many decimals`);
  return BigInt(match[1]! + fraction.padEnd(scale, '0')).toString();
}
