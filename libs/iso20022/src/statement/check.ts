import { magnitude, minorText, parseBookedAmount, plainDecimal } from '@tonle/money';
import type { AccountReport, Notification, Statement } from '../model-account.js';
import { EntryTally, type Tally } from './tally.js';

/** Why a statement is not believed, in the order in which they are looked for. */
export type StatementFaultCode =
  /** It says of itself that it is a copy or a duplicate. */
  | 'copy'
  /** It is a page of several, and not all are here. */
  | 'page_missing'
  /** It has no opening or no closing balance in the account's currency. */
  | 'balance_missing'
  /** Two balances of one kind differ. */
  | 'balance_ambiguous'
  /** Opening and movements do not make the closing balance. */
  | 'balance_differs'
  /** A number of entries is not the one that is stated. */
  | 'count_differs'
  /** A sum is not the one that is stated. */
  | 'sum_differs'
  /** A batch has another number of transactions, total or direction than it states. */
  | 'batch_differs'
  /** An entry is in another currency than the account. */
  | 'currency_differs'
  /** Of statements that follow each other: one is there twice, one is missing between two, or one does not begin where
   * the one before it ended. */
  | 'repeated'
  | 'sequence_gap'
  | 'chain_differs';

export interface StatementFault {
  readonly code: StatementFaultCode;
  /** What differs, with both figures. */
  readonly detail: string;
}

const OPENING: ReadonlySet<string> = new Set(['OPBD', 'PRCD']);
const CLOSING: ReadonlySet<string> = new Set(['CLBD']);

/** What of a message decides whether it ties; its entries are in a tally. */
export type AccountHead = Omit<Statement, 'entries'> | Omit<AccountReport | Notification, 'entries'>;

/**
 * Does the statement tie (opening + movements = closing, counts, sums, pages)? Only one without a fault may be believed:
 * a part taken for the whole day turns payments that are fine into missing ones. Only booked entries move balances. Pure.
 */
export function checkStatement(statement: Statement): StatementFault[] {
  return faultsOf(statement, new EntryTally().addAll(statement.entries));
}

/**
 * `checkStatement` for entries that were counted as they came, and for reports and notifications: these need no
 * balances, but what they state has to be so. Pure.
 */
export function faultsOf(head: AccountHead, tally: EntryTally): StatementFault[] {
  const balances = ('balances' in head ? head.balances : undefined) ?? [];
  const currency = currencyOf(head, tally);
  const foreign = tally.currencies.filter((each) => each !== currency);
  return [
    ...copyFaults(head),
    ...pageFaults(head),
    ...balanceFaults(head.kind, balances, currency, tally.booked(currency)),
    ...totalFaults(head, tally),
    ...tally.batches.map((detail) => fault('batch_differs', detail)),
    ...foreign.map((each) => fault('currency_differs', `entries in ${each}, the account is in ${currency}`)),
  ];
}

function currencyOf(head: AccountHead, tally: EntryTally): string {
  const balance = 'balances' in head ? head.balances?.[0] : undefined;
  return head.account.currency ?? balance?.amount.currency ?? tally.currencies[0] ?? '';
}

/** Of the totals that it states, those that its entries do not make. Pure. */
export function totalFaults(head: AccountHead, tally: EntryTally): StatementFault[] {
  const currency = currencyOf(head, tally);
  return [
    ...totalOf('entries', tally.all, head.entryCount, head.entrySum, currency),
    ...totalOf('credits', tally.credits, head.creditCount, head.creditSum, currency),
    ...totalOf('debits', tally.debits, head.debitCount, head.debitSum, currency),
    ...netFaults(head, tally.credits.minor - tally.debits.minor, currency),
  ];
}

function netFaults({ netSum, netCredit }: AccountHead, net: bigint, currency: string): StatementFault[] {
  if (netSum === undefined) return [];
  const stated = minorOf(netSum, currency);
  // Nothing has no direction, and some banks state none.
  if (stated === magnitude(net) && (net === 0n || (netCredit ?? net > 0n) === net > 0n)) return [];
  const direction = netCredit === false ? 'DBIT' : 'CRDT';
  return [
    fault('sum_differs', `the net is stated as ${netSum} ${direction}, it is ${minorText(net, currency)}`),
  ];
}

function copyFaults({ copy }: AccountHead): StatementFault[] {
  return copy === undefined ? [] : [fault('copy', `it is marked as a copy (${copy})`)];
}

function pageFaults({ page }: AccountHead): StatementFault[] {
  if (page === undefined || (page.last && Number.parseInt(page.number, 10) === 1)) return [];
  return [
    fault('page_missing', `this is page ${page.number}${page.last ? ', the last' : ', and more follow'}`),
  ];
}

type Balances = Statement['balances'];

function balanceFaults(
  kind: AccountHead['kind'],
  balances: Balances,
  currency: string,
  moved: bigint,
): StatementFault[] {
  const opening = openingOf(balances, currency);
  const closing = closingOf(balances, currency);
  if (typeof opening === 'bigint' && typeof closing === 'bigint') {
    if (opening + moved === closing) return [];
    const [begins, movements, ends] = [opening, moved, closing].map((minor) => minorText(minor, currency));
    const detail = `opening ${begins} and movements of ${movements} do not make the closing balance of ${ends}`;
    return [fault('balance_differs', detail)];
  }
  const faults = [
    ...(typeof opening === 'bigint' ? [] : [fault(opening, `opening balance in ${currency}`)]),
    ...(typeof closing === 'bigint' ? [] : [fault(closing, `closing balance in ${currency}`)]),
  ];
  return kind === 'statement' ? faults : faults.filter(({ code }) => code !== 'balance_missing');
}

/** Signed minor units, or why there are none. */
export function openingOf(balances: Balances, currency: string): SignedBalance {
  return balanceOf(balances, OPENING, currency);
}

/** Signed minor units, or why there are none. */
export function closingOf(balances: Balances, currency: string): SignedBalance {
  return balanceOf(balances, CLOSING, currency);
}

type SignedBalance = bigint | 'balance_missing' | 'balance_ambiguous';

function balanceOf(balances: Balances, types: ReadonlySet<string>, currency: string): SignedBalance {
  const found = balances
    .filter(({ type, amount }) => types.has(type) && amount.currency === currency)
    .map(({ amount, credit }) => (credit ? amount.minor : -amount.minor));
  if (found.length === 0) return 'balance_missing';
  return new Set(found).size > 1 ? 'balance_ambiguous' : found[0]!;
}

/** Sums are without direction: what the entries add up to. */
function totalOf(
  what: string,
  tally: Tally,
  count: number | undefined,
  sum: string | undefined,
  currency: string,
): StatementFault[] {
  const faults: StatementFault[] = [];
  if (count !== undefined && count !== tally.count)
    faults.push(fault('count_differs', `the number of ${what} is stated as ${count}, it is ${tally.count}`));
  if (sum !== undefined && minorOf(sum, currency) !== tally.minor)
    faults.push(
      fault('sum_differs', `${what} are stated as ${sum}, they are ${minorText(tally.minor, currency)}`),
    );
  return faults;
}

/** A sum has no currency of its own: it is that of the account. Undefined when it cannot be one. */
function minorOf(sum: string, currency: string): bigint | undefined {
  const read = parseBookedAmount(currency, plainDecimal(sum));
  return read.kind === 'ok' ? read.amount.minor : undefined;
}

function fault(code: StatementFaultCode, detail: string): StatementFault {
  return { code, detail };
}
