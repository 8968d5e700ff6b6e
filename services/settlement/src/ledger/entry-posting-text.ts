import type { LedgerEntry } from '@tonle/contracts';
import { amount, amountText } from '@tonle/money';

/** What an entry would book, in a sentence for whoever approves it. Pure. */
export function entryPostingText({
  kind,
  debit,
  credit,
  currency,
  minor,
}: Pick<LedgerEntry, 'kind' | 'debit' | 'credit' | 'currency' | 'minor'>): string {
  return `${kind}: ${amountText(amount(currency, BigInt(minor)))}, debit ${debit}, credit ${credit}`;
}
