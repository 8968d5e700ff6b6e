import { amount, type Amount, magnitude } from '@tonle/money';
import type { StatementEntry, StatementTransaction } from '../model-account.js';
import { batchTotal, directionsOf, signed } from './batch.js';

/** One movement of an account: a transaction of an entry, an entry as a whole, or what its transactions leave over. */
export interface BookedLine {
  readonly entry: StatementEntry;
  /** Empty for an entry as a whole and for a rest. */
  readonly transaction: StatementTransaction;
  /** More than zero. */
  readonly amount: Amount;
  readonly credit: boolean;
  /** Money that came back, or was taken back: never a movement of its own right. */
  readonly reversal: boolean;
  /** `transaction`: one of its parts. `entry`: the whole. `rest`: charges and the like that no part tells. */
  readonly of: 'transaction' | 'entry' | 'rest';
}

const NOTHING: StatementTransaction = {};
/** What writers put where they have no reference. */
const NO_REFERENCE = /^(NOTPROVIDED|NOTAVAILABLE|NONREF|NOREF|NOREFERENCE|NONE|NA|UNKNOWN|0*)$/;

/** A reference that stands for something; undefined for the fillers of the field. */
export function referenceOf(text: string | undefined): string | undefined {
  const plain = text?.trim();
  const letters = plain?.toUpperCase().replace(/[^\p{L}\p{N}]/gu, '');
  return letters === undefined || NO_REFERENCE.test(letters) ? undefined : plain;
}

/**
 * The movements of one entry, every amount counted once and every direction as the bank wrote it; together they make the
 * entry's amount to the last unit. Parts without amounts of their own are one line with the entry's total (a lone part keeps
 * its references), or with what their batches state; what parts or batches leave over is a line of its own. An amount in another
 * currency than the entry's is information, no movement. Pure.
 */
export function bookedLines(entry: StatementEntry): BookedLine[] {
  const { currency, minor } = entry.amount;
  const isPart = ({ amount: own }: StatementTransaction): boolean => own?.currency === currency;
  const silent = entry.transactions.filter((each) => !isPart(each));
  if (silent.length === entry.transactions.length)
    return minor === 0n ? [] : wholeOf(entry, silent.length === 1 ? silent[0]! : NOTHING);
  const directions = directionsOf(entry);
  const lines = entry.transactions.flatMap((part, index) => {
    if (!isPart(part) || part.amount!.minor === 0n) return [];
    return [line(entry, part, part.amount!, directions[index]!, 'transaction')];
  });
  // One part alone without an amount has what the others leave.
  return withRest(entry, lines, silent.length === 1 ? silent[0] : undefined);
}

function wholeOf(entry: StatementEntry, transaction: StatementTransaction): BookedLine[] {
  const stated = batchTotal(entry) ?? 0n;
  if (stated === 0n) return [line(entry, transaction, entry.amount, entry.credit, 'entry')];
  const whole = amount(entry.amount.currency, magnitude(stated));
  return withRest(entry, [line(entry, transaction, whole, stated > 0n, 'entry')]);
}

/** With what the lines leave of their entry: that of `heir`, when there is one. */
function withRest(entry: StatementEntry, lines: BookedLine[], heir?: StatementTransaction): BookedLine[] {
  const rest = signed(entry.amount, entry.credit) - lines.reduce((sum, each) => sum + signedOf(each), 0n);
  if (rest === 0n) return lines;
  const left = amount(entry.amount.currency, magnitude(rest));
  const of = heir === undefined ? 'rest' : 'transaction';
  return [...lines, line(entry, heir ?? NOTHING, left, rest > 0n, of)];
}

/** Minor units, negative for a debit. */
export function signedOf({ amount: value, credit }: Pick<BookedLine, 'amount' | 'credit'>): bigint {
  return signed(value, credit);
}

function line(
  entry: StatementEntry,
  transaction: StatementTransaction,
  value: Amount,
  credit: boolean,
  of: BookedLine['of'],
): BookedLine {
  const reversal = entry.reversal === true || transaction.returnReason !== undefined;
  return { entry, transaction, amount: value, credit, reversal, of };
}
