import { refused, type LedgerEntry, type Refusal } from '@tonle/contracts';
import { railOutsideAccount, readAccount } from '@tonle/ledger';
import { railLinesOf, type RailLineOpen } from '../holding/rail-line-open.store.js';
import type { Transaction } from '@tonle/persistence';

/**
 * What breaks are about when the owner of an account on a gross rail has paid money in there, or taken it out, past the switch: books
 * what the rail's lines moved. Refuses `break_action_unfit` for a break about anything else, and for one that was booked before.
 */
export async function railFunds(
  transaction: Transaction,
  breakIds: readonly string[],
): Promise<readonly RailLineOpen[] | Refusal> {
  const lines = await railLinesOf(transaction, breakIds);
  const other = breakIds.find((breakId) => !lines.some((line) => line.breakId === breakId));
  return other === undefined
    ? lines
    : refused(
        'break_action_unfit',
        `${other} is about no line of a rail that moves an account of ours without a leg of ours, or is booked.`,
      );
}

/** The entry of a line: its own proof (domain 6.8). Pure. */
export function railFundsEntry(
  { code, partner, currency, lineId, minor, part }: RailLineOpen,
  approvalId: string,
  reason: string,
): LedgerEntry {
  const outside = railOutsideAccount(readAccount(code).owner[1]!, currency);
  const [debit, credit, moved] = minor > 0n ? [code, outside, minor] : [outside, code, -minor];
  const line = `rail:${partner}:${currency}:${lineId}`;
  return {
    ...{ entryId: `${line}:${part}`, kind: 'funds', currency, debit, credit },
    minor: moved.toString(),
    ...{ lineId: line, part, approvalId, reason: reason.slice(0, 500) },
  };
}
