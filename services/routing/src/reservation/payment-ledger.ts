import {
  dischargeLines,
  liquidityChecks,
  positionAccount,
  prefundAccount,
  railAccount,
  reservationLines,
  reversalLines,
  type AccountCode,
  type LedgerPayment,
  type LiquidityCheck,
  type TransferLine,
} from '@tonle/ledger';
import type { Directory } from '../directory/directory.js';
import type { Payment } from '../payment/payment.js';
import type { BookLine, PurseCheck } from './account-book.js';
import type { AccountStore } from './account.store.js';

/** Everything the ledger may have to do for one payment. */
export interface PaymentLedger {
  readonly reservation: readonly TransferLine[];
  readonly dischargeDebit: readonly TransferLine[];
  readonly dischargeCredit: readonly TransferLine[];
  readonly reversal: readonly TransferLine[];
  readonly checks: readonly LiquidityCheck[];
}

/** The lines of a payment in its corridor. Undefined for a corridor that is unknown: nothing was ever reserved. */
export function paymentLedger(payment: Payment, directory: Directory): PaymentLedger | undefined {
  const corridor = directory.corridor(payment.corridor);
  if (corridor === undefined || payment.fxProvider === '') return undefined;
  const facts: LedgerPayment = {
    direction: payment.direction,
    debtorAgent: payment.instruction.debtorAgent,
    creditorAgent: payment.instruction.creditorAgent,
    fxProvider: payment.fxProvider,
    source: payment.source,
    target: payment.target,
    fees: payment.fees.map(({ payer, currency, minor }) => ({ payer, amount: { currency, minor } })),
    home: corridor.home,
    partner: corridor.partner,
  };
  return {
    reservation: reservationLines(facts),
    dischargeDebit: dischargeLines(facts, 'debit'),
    dischargeCredit: dischargeLines(facts, 'credit'),
    reversal: reversalLines(facts),
    checks: liquidityChecks(facts),
  };
}

/** Lines of the payments of one batch, worked out once each: they depend on nothing that a batch changes. */
export class PaymentLedgers {
  readonly #known = new Map<string, PaymentLedger | undefined>();

  constructor(readonly directory: Directory) {}

  of(payment: Payment): PaymentLedger | undefined {
    if (this.#known.has(payment.id)) return this.#known.get(payment.id);
    const ledger = paymentLedger(payment, this.directory);
    this.#known.set(payment.id, ledger);
    return ledger;
  }
}

/** Every account that a payment may touch or test. */
export function ledgerAccounts(ledger: PaymentLedger): AccountCode[] {
  const lines = [...ledger.reservation, ...ledger.dischargeDebit, ...ledger.dischargeCredit];
  return [...lines.flatMap(({ debit, credit }) => [debit, credit]), ...ledger.checks.flatMap(checkAccounts)];
}

function checkAccounts(check: LiquidityCheck): AccountCode[] {
  return check.kind === 'rail'
    ? [railAccount(check.provider, check.rail, check.currency)]
    : [prefundAccount(check.participant, check.currency), positionAccount(check.participant, check.currency)];
}

export function bookLines(lines: readonly TransferLine[], accounts: AccountStore): BookLine[] {
  return lines.map(({ kind, debit, credit, amount, reserved }) => ({
    kind,
    debit: accounts.idOf(debit),
    credit: accounts.idOf(credit),
    minor: amount,
    reserved,
  }));
}

/** The purses on account ids, with the caps that the directory grants now. */
export function purseChecks(
  checks: readonly LiquidityCheck[],
  accounts: AccountStore,
  directory: Directory,
): PurseCheck[] {
  return checks.map((check) => {
    if (check.kind === 'rail') {
      return {
        kind: 'rail',
        rail: accounts.idOf(railAccount(check.provider, check.rail, check.currency)),
        minor: check.amount,
      };
    }
    const { participant, currency, amount } = check;
    return {
      kind: 'headroom',
      prefund: accounts.idOf(prefundAccount(participant, currency)),
      position: accounts.idOf(positionAccount(participant, currency)),
      capMinor: directory.capMinor(participant, currency),
      minor: amount,
    };
  });
}
