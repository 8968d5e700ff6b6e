import { parseBookedAmount } from '@tonle/money';
import type { Statement, StatementEntry } from '../model-account.js';

/** Why a statement is not believed, in the order in which they are looked for. */
export type StatementFaultCode =
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
  /** An entry is in another currency than the account. */
  | 'currency_differs';

export interface StatementFault {
  readonly code: StatementFaultCode;
  /** What differs, with both figures. */
  readonly detail: string;
}

const OPENING: ReadonlySet<string> = new Set(['OPBD', 'PRCD']);
const CLOSING: ReadonlySet<string> = new Set(['CLBD']);
const BOOKED = 'BOOK';

/**
 * Does the statement tie (opening + movements = closing, counts, sums, pages)? Only one without a fault may be believed:
 * a part taken for the whole day turns payments that are fine into missing ones. Only booked entries move balances. Pure.
 */
export function checkStatement(statement: Statement): StatementFault[] {
  const currency = statement.account.currency ?? statement.balances[0]?.amount.currency ?? '';
  const foreign = statement.entries.filter(({ amount }) => amount.currency !== currency);
  const faults = foreign.map(({ amount, reference }): StatementFault => {
    return fault(
      'currency_differs',
      `entry ${reference ?? ''} is in ${amount.currency}, the account in ${currency}`,
    );
  });
  return [
    ...pageFaults(statement),
    ...balanceFaults(statement, currency),
    ...totalFaults(statement),
    ...faults,
  ];
}

function pageFaults({ page }: Statement): StatementFault[] {
  if (page === undefined || (page.last && Number.parseInt(page.number, 10) === 1)) return [];
  return [
    fault('page_missing', `this is page ${page.number}${page.last ? ', the last' : ', and more follow'}`),
  ];
}

function balanceFaults(statement: Statement, currency: string): StatementFault[] {
  const opening = balanceOf(statement, OPENING, currency);
  const closing = balanceOf(statement, CLOSING, currency);
  if (typeof opening !== 'bigint') return [fault(opening, `opening balance in ${currency}`)];
  if (typeof closing !== 'bigint') return [fault(closing, `closing balance in ${currency}`)];
  const moved = sumOf(
    statement.entries.filter(({ status, amount }) => status === BOOKED && amount.currency === currency),
  );
  if (opening + moved === closing) return [];
  const detail = `opening ${opening} and movements of ${moved} do not make the closing balance of ${closing} (minor units)`;
  return [fault('balance_differs', detail)];
}

function balanceOf(
  { balances }: Statement,
  types: ReadonlySet<string>,
  currency: string,
): bigint | 'balance_missing' | 'balance_ambiguous' {
  const found = balances
    .filter(({ type, amount }) => types.has(type) && amount.currency === currency)
    .map(({ amount, credit }) => (credit ? amount.minor : -amount.minor));
  if (found.length === 0) return 'balance_missing';
  return new Set(found).size > 1 ? 'balance_ambiguous' : found[0]!;
}

function totalFaults(statement: Statement): StatementFault[] {
  const { entries } = statement;
  const credits = entries.filter(({ credit }) => credit);
  const debits = entries.filter(({ credit }) => !credit);
  return [
    ...totalOf('entries', entries, statement.entryCount, statement.entrySum),
    ...totalOf('credits', credits, statement.creditCount, statement.creditSum),
    ...totalOf('debits', debits, statement.debitCount, statement.debitSum),
  ];
}

/** Sums are without direction: what the entries add up to. */
function totalOf(
  what: string,
  entries: readonly StatementEntry[],
  count: number | undefined,
  sum: string | undefined,
): StatementFault[] {
  const faults: StatementFault[] = [];
  if (count !== undefined && count !== entries.length)
    faults.push(fault('count_differs', `${count} ${what} are stated, ${entries.length} are here`));
  const total = entries.reduce((sumSoFar, { amount }) => sumSoFar + amount.minor, 0n);
  const stated = sum === undefined ? undefined : minorOf(sum, entries[0]?.amount.currency);
  if (stated !== undefined && stated !== total)
    faults.push(fault('sum_differs', `${what} are stated as ${sum}, they are ${total} minor units`));
  return faults;
}

/** A sum has no currency of its own: it is that of its entries, and without entries only zero. */
function minorOf(sum: string, currency: string | undefined): bigint | undefined {
  const read = parseBookedAmount(currency ?? 'USD', sum);
  return read.kind === 'ok' ? read.amount.minor : -1n;
}

function sumOf(entries: readonly StatementEntry[]): bigint {
  return entries.reduce((sum, { amount, credit }) => sum + (credit ? amount.minor : -amount.minor), 0n);
}

function fault(code: StatementFaultCode, detail: string): StatementFault {
  return { code, detail };
}
