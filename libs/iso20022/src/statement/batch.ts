import { type Amount, formatAmount, minorText } from '@tonle/money';
import type { EntryBatch, StatementEntry } from '../model-account.js';

/** Minor units, negative for a debit. */
export function signed({ minor }: Amount, credit: boolean): bigint {
  return credit ? minor : -minor;
}

/** Of each transaction, is it a credit: what one leaves out is its batch's, then its entry's. */
export function directionsOf({ credit, transactions, batches = [] }: StatementEntry): boolean[] {
  const directions = transactions.map((each) => each.credit ?? credit);
  for (const batch of batches) {
    if (batch.credit === undefined) continue;
    for (let at = batch.from; at < batch.from + batch.shown; at++)
      directions[at] = transactions[at]?.credit ?? batch.credit;
  }
  return directions;
}

/**
 * What the batches of an entry add up to, signed minor units; undefined where one states no total in the entry's currency, or
 * a transaction is in none of them.
 */
export function batchTotal({
  amount,
  credit,
  transactions,
  batches = [],
}: StatementEntry): bigint | undefined {
  const shown = batches.reduce((sum, batch) => sum + batch.shown, 0);
  if (batches.length === 0 || shown < transactions.length) return undefined;
  let sum = 0n;
  for (const { total, credit: own = credit } of batches) {
    if (total?.currency !== amount.currency) return undefined;
    sum += signed(total, own);
  }
  return sum;
}

/**
 * What batches state and is not so, in words: their number of transactions, their total, their direction. A batch of which no
 * transaction is shown is taken at its word, and totals that make the entry may be more than their transactions: the rest
 * of an entry is a line of its own. Pure.
 */
export function batchFaults(entry: StatementEntry): string[] {
  const { batches = [], transactions, servicerReference, reference } = entry;
  const name = servicerReference ?? reference;
  if (batches.length === 0) return [];
  const directions = directionsOf(entry);
  const makeEntry = batchTotal(entry) === signed(entry.amount, entry.credit);
  return batches.flatMap((batch, index) => {
    const isAlone = batches.length === 1 && batch.shown === transactions.length;
    const faults = [
      ...countFault(batch),
      ...(makeEntry ? [] : totalFault(entry, batch, directions)),
      ...(isAlone && batch.credit !== undefined && batch.credit !== entry.credit
        ? [`is stated as ${wordOf(batch.credit)}, its entry is ${wordOf(entry.credit)}`]
        : []),
    ];
    const what = `batch ${index + 1} of ${name === undefined ? 'an entry' : `entry ${name}`}`;
    return faults.map((fault) => `${what} ${fault}`);
  });
}

function countFault({ count, shown }: EntryBatch): string[] {
  if (count === undefined || shown === 0 || count === shown) return [];
  return [`states ${count} as the number of its transactions, and shows ${shown}`];
}

function totalFault(
  { transactions }: StatementEntry,
  { total, credit, from, shown }: EntryBatch,
  directions: readonly boolean[],
): string[] {
  if (total === undefined || shown === 0) return [];
  let net = 0n;
  for (const [index, part] of transactions.slice(from, from + shown).entries()) {
    // One without an amount has what the others leave.
    if (part.amount?.currency !== total.currency) return [];
    net += signed(part.amount, directions[from + index]!);
  }
  const isSo =
    credit === undefined ? net === total.minor || -net === total.minor : net === signed(total, credit);
  if (isSo) return [];
  return [
    `is stated as ${formatAmount(total)} ${total.currency}, its transactions make ${minorText(net, total.currency)}`,
  ];
}

const wordOf = (credit: boolean): string => (credit ? 'CRDT' : 'DBIT');
