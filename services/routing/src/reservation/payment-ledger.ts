import { amount, amountText } from '@tonle/money';
import {
  paymentLines,
  prefundAccount,
  purseChecks,
  type AccountCode,
  type LedgerRefund,
  type PaymentLines,
  type PurseCheck,
  type TransferLine,
} from '@tonle/ledger';
import type { RefundCause } from '@tonle/contracts';
import type { Directory } from '@tonle/directory';
import type { Payment } from '../payment/payment.js';

/** A transfer line on account ids, as rows keep it. */
export type BookLine = TransferLine<number>;

/** Everything the ledger may have to do for one payment, and the purses that must cover it first. */
export interface PaymentLedger {
  readonly lines: PaymentLines;
  readonly purses: readonly PurseCheck<AccountCode>[];
}

/** Numbers of accounts. Throws (broken) for an account that was not made before. */
export interface AccountIds {
  idOf(code: AccountCode): number;
}

/** The lines of a payment in its corridor. Undefined for a corridor that is unknown: nothing was ever reserved. */
function paymentLedger(payment: Payment, directory: Directory): PaymentLedger | undefined {
  const corridor = directory.corridorIncludingEnded(payment.corridor);
  if (corridor === undefined || payment.fxProvider === '') return undefined;
  const { direction, fxProvider, source, target, fees, instruction } = payment;
  const { debtorAgent, creditorAgent } = instruction;
  const { home, partner } = corridor;
  const { refundCause } = instruction;
  const facts = {
    ...{ direction, debtorAgent, creditorAgent, fxProvider, source, target, fees, home, partner },
    ...(refundCause === undefined ? {} : { refund: ledgerRefund(refundCause) }),
  };
  return {
    lines: paymentLines(facts),
    purses: purseChecks(facts, (participant, currency) => directory.capMinor(participant, currency)),
  };
}

/** What is invoiced because of why a refund is made; its submission has been checked against its quote. */
function ledgerRefund({ fxBearer, conversion, feeReturned }: RefundCause): LedgerRefund {
  const bearer = fxBearer === 'scheme' ? fxBearer : 'receiving_side';
  return {
    ...(conversion === undefined ? {} : { conversion: { minor: BigInt(conversion.source.minor), bearer } }),
    ...(feeReturned === undefined
      ? {}
      : {
          fee: {
            payer: feeReturned.payer,
            currency: feeReturned.amount.currency,
            minor: BigInt(feeReturned.amount.minor),
          },
        }),
  };
}

/** Whose purse does not cover what, in words; what is left in it is nobody else's business. */
export function shortText(
  { source, target, fxProvider, instruction: { debtorAgent } }: Payment,
  purse: PurseCheck<AccountCode>,
): string {
  const isPayers =
    purse.kind === 'headroom' && purse.prefund === prefundAccount(debtorAgent, source.currency);
  const [owner, { currency }] = isPayers ? [debtorAgent, source] : [fxProvider, target];
  return `The funds of ${owner} do not cover ${amountText(amount(currency, purse.minor))}.`;
}

/** Lines of the payments of one batch, worked out once each: they depend on nothing that a batch changes. */
export class PaymentLedgers {
  private readonly known = new Map<string, PaymentLedger | undefined>();

  constructor(private readonly directory: Directory) {}

  of(payment: Payment): PaymentLedger | undefined {
    if (this.known.has(payment.id)) return this.known.get(payment.id);
    const ledger = paymentLedger(payment, this.directory);
    this.known.set(payment.id, ledger);
    return ledger;
  }
}

/** Every account that a payment may touch or test. */
export function ledgerAccounts({ lines, purses }: PaymentLedger): AccountCode[] {
  const moved = [...lines.obligations, ...lines.debit_discharge, ...lines.credit_discharge];
  return [
    ...moved.flatMap(({ debit, credit }) => [debit, credit]),
    ...purses.flatMap((purse) => (purse.kind === 'rail' ? [purse.rail] : [purse.prefund, purse.position])),
  ];
}

export function bookLines(lines: readonly TransferLine[], accounts: AccountIds): BookLine[] {
  return lines.map(({ kind, debit, credit, minor, reserved }) => ({
    kind,
    debit: accounts.idOf(debit),
    credit: accounts.idOf(credit),
    minor,
    reserved,
  }));
}

/** Purses on account ids. */
export function bookPurses(
  purses: readonly PurseCheck<AccountCode>[],
  accounts: AccountIds,
): PurseCheck<number>[] {
  return purses.map((purse) =>
    purse.kind === 'rail'
      ? { ...purse, rail: accounts.idOf(purse.rail) }
      : { ...purse, prefund: accounts.idOf(purse.prefund), position: accounts.idOf(purse.position) },
  );
}
