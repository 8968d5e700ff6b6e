import type { AccountCode } from '@tonle/ledger';
import { holdsReservation, isTerminal } from '@tonle/payment';
import { ledgerAccounts, type PaymentLedgers } from '../reservation/payment-ledger.js';
import type { BatchFacts } from './payment-batch.js';

/** The accounts of a batch: by code those that its messages may move or test, by id those that rows hold lines on. */
export interface BatchAccounts {
  readonly codes: ReadonlySet<AccountCode>;
  readonly ids: ReadonlySet<number>;
}

/** Every account that has to be locked before a batch is decided. A payment at its end moves nothing any more. */
export function accountsOf({
  known,
  submissions,
  fundsMoves,
  ledgers,
}: Pick<BatchFacts, 'known' | 'submissions' | 'fundsMoves'> & {
  readonly ledgers: PaymentLedgers;
}): BatchAccounts {
  const codes = new Set<AccountCode>();
  const open = known.filter(({ state }) => !isTerminal(state));
  // What stands refuses the others: they come to need no account.
  const payable = [...submissions.values()].filter(({ standing }) => standing.first === undefined);
  for (const payment of [...open, ...payable.map((submission) => submission.payment)]) {
    const ledger = ledgers.of(payment);
    if (ledger !== undefined) for (const code of ledgerAccounts(ledger)) codes.add(code);
  }
  for (const { lines } of fundsMoves) for (const { debit, credit } of lines) codes.add(debit).add(credit);
  const ids = new Set<number>();
  for (const { state, lines } of known) {
    if (holdsReservation(state)) for (const { debit, credit } of lines) ids.add(debit).add(credit);
  }
  return { codes, ids };
}
