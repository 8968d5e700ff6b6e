import type { LedgerEntry } from '@tonle/contracts';
import { nostroAccount, prefundAccount, suspenseAccount, type AccountCode } from '@tonle/ledger';
import { magnitude } from '@tonle/money';
import type { BankLine } from './bank-line.js';

/** What a part of a line is for: a deposit of a participant, an invoice on an account of its counterparty, or nobody knows. */
export interface EntryPart {
  readonly part: number;
  readonly minor: bigint;
  readonly participant?: string;
  readonly account?: AccountCode;
}

/** Money that came is debited to the bank's mirror, money that went is credited; the other side is what it was for. */
export function entryOfPart(line: BankLine, { part, minor, participant, account }: EntryPart): LedgerEntry {
  const { bank, currency, lineId } = line;
  const nostro = nostroAccount(bank, currency);
  const [kind, other] =
    account !== undefined
      ? (['fee_paid', account] as const)
      : participant !== undefined
        ? (['funds', prefundAccount(participant, currency)] as const)
        : (['suspense', suspenseAccount(currency)] as const);
  return {
    entryId: entryIdOf(line, part),
    ...{ kind, currency },
    ...(minor > 0n ? { debit: nostro, credit: other } : { debit: other, credit: nostro }),
    minor: magnitude(minor).toString(),
    lineId,
    part,
  };
}

/** The same for ever, so that a part is booked once. */
export function entryIdOf({ lineId }: Pick<BankLine, 'lineId'>, part: number): string {
  return `bank:${lineId}:${part}`;
}
