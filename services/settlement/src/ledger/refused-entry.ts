import type { LedgerEntry } from '@tonle/contracts';
import { readAccount } from '@tonle/ledger';
import type { EndedDifference, SettlementDifference } from '../reconciliation/settlement-difference.js';

/** Whose it is where neither a bank nor a participant is named. */
const SCHEME = 'TONLE';

type RefusedEntry = Pick<LedgerEntry, 'entryId' | 'currency' | 'debit' | 'credit' | 'minor'>;

/** The break that stands while the ledger refuses an entry: books and bank differ by it. Pure. */
export function refusedDifference(
  entry: RefusedEntry,
  detail: string | undefined,
  at: Date,
): SettlementDifference {
  return {
    ...endedRefusal(entry),
    day: at.toISOString().slice(0, 10),
    ourMinor: BigInt(entry.minor),
    theirMinor: 0n,
    detail: `the ledger refuses ${entry.debit} to ${entry.credit}: ${detail ?? 'without a word'}`,
  };
}

/** Names the break of an entry. Pure. */
export function endedRefusal(entry: RefusedEntry): EndedDifference {
  return {
    type: 'STATUS_CONFLICT',
    ...{ partner: partnerOf(entry), currency: entry.currency, key: `entry ${entry.entryId}` },
  };
}

/** The bank of an entry that moves its mirror, else the first participant that it names. */
function partnerOf({ debit, credit }: RefusedEntry): string {
  const names = [debit, credit].map(readAccount);
  const bank = names.find(({ kind }) => kind === 'NOSTRO');
  return (bank ?? names.find(({ owner }) => owner.length > 0))?.owner.at(-1) ?? SCHEME;
}
