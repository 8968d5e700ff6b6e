import type { LedgerEntry } from '@tonle/contracts';
import { nostroAccount, prefundAccount, suspenseAccount } from '@tonle/ledger';
import type { BankLine } from './bank-line.js';

/** Money that came is debited to the bank's mirror, money that went is credited; the other side is what it was for. */
export function entryOfPart(
  line: BankLine,
  {
    part,
    minor,
    participant,
  }: { readonly part: number; readonly minor: bigint; readonly participant?: string },
): LedgerEntry {
  const { bank, currency, lineId } = line;
  const [nostro, other] = [
    nostroAccount(bank, currency),
    participant === undefined ? suspenseAccount(currency) : prefundAccount(participant, currency),
  ];
  return {
    entryId: entryIdOf(line, part),
    kind: participant === undefined ? 'suspense' : 'funds',
    currency,
    ...(minor > 0n ? { debit: nostro, credit: other } : { debit: other, credit: nostro }),
    minor: (minor < 0n ? -minor : minor).toString(),
    lineId,
    part,
  };
}

/** The same for ever, so that a part is booked once. */
export function entryIdOf({ lineId }: Pick<BankLine, 'lineId'>, part: number): string {
  return `bank:${lineId}:${part}`;
}
