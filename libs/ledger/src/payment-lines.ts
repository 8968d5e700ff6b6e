import {
  feeReceivableAccount,
  feeRevenueAccount,
  positionAccount,
  railAccount,
  railOutsideAccount,
} from './account.js';
import { transferLine, type TransferLine } from './transfer.js';

/** One side of the payment's corridor, as far as the ledger cares (domain 6.8). */
export interface LedgerSide {
  readonly settlementMode: 'GROSS_RT' | 'DEFERRED_NET';
  /** The gross rail's name; needed for GROSS_RT. */
  readonly rail?: string | undefined;
}

export interface LedgerAmount {
  readonly currency: string;
  readonly minor: bigint;
}

/** The facts of a payment that decide its transfers. */
export interface LedgerPayment {
  readonly direction: 'outbound' | 'inbound';
  /** Owes the source amount: the payer's bank (outbound) or the partner network (inbound). */
  readonly debtorAgent: string;
  /** Is owed the target amount: the partner network (outbound) or the payee's bank (inbound). */
  readonly creditorAgent: string;
  readonly fxProvider: string;
  readonly source: LedgerAmount;
  readonly target: LedgerAmount;
  /** Invoiced fees; a fee of zero makes no transfer. */
  readonly fees: readonly { readonly payer: string; readonly amount: LedgerAmount }[];
  readonly home: LedgerSide;
  readonly partner: LedgerSide;
}

/** A purse that must cover an amount before a reservation (I7). */
export type LiquidityCheck =
  | {
      readonly kind: 'headroom';
      readonly participant: string;
      readonly currency: string;
      readonly amount: bigint;
    }
  | {
      readonly kind: 'rail';
      readonly provider: string;
      readonly rail: string;
      readonly currency: string;
      readonly amount: bigint;
    };

const sourceSide = (payment: LedgerPayment) =>
  payment.direction === 'outbound' ? payment.home : payment.partner;
const targetSide = (payment: LedgerPayment) =>
  payment.direction === 'outbound' ? payment.partner : payment.home;

function railOf(side: LedgerSide): string {
  if (side.rail === undefined) throw new Error('a gross side without the name of its rail');
  return side.rail;
}

/** Both obligations and the fees: J1 of domain 6.8 and the fee chain. */
function obligationLines(payment: LedgerPayment): TransferLine[] {
  const { source, target, fxProvider } = payment;
  const provider = (currency: string) => positionAccount(fxProvider, currency);
  const lines = [
    transferLine(
      'obligation_source',
      positionAccount(payment.debtorAgent, source.currency),
      provider(source.currency),
      source.minor,
      true,
    ),
    transferLine(
      'obligation_target',
      provider(target.currency),
      positionAccount(payment.creditorAgent, target.currency),
      target.minor,
      true,
    ),
  ];
  for (const { payer, amount } of payment.fees) {
    if (amount.minor === 0n) continue;
    const { currency, minor } = amount;
    lines.push(
      transferLine('fee', feeReceivableAccount(payer, currency), feeRevenueAccount(currency), minor, true),
    );
  }
  return lines;
}

/**
 * What a reservation makes pending: both obligations, the fees and, when the payee is credited over a gross
 * rail, the provider's money on that rail (decisions 21). Voiding takes away the same lines.
 */
export function reservationLines(payment: LedgerPayment): TransferLine[] {
  const discharge = dischargeLines(payment, 'credit').filter((line) => line.reserved);
  return [...obligationLines(payment), ...discharge];
}

/** What completion posts: both obligations and the fees. The credit leg's discharge comes with it, apart. */
export function postLines(payment: LedgerPayment): TransferLine[] {
  return obligationLines(payment);
}

/**
 * The discharge J2 when a leg's evidence came: the position transfer and the rail transfer. Empty when that
 * leg's side is not a gross rail. Debit leg: the rail gave the provider the payer's money. Credit leg: the
 * rail took the payee's money from the provider.
 */
export function dischargeLines(payment: LedgerPayment, leg: 'debit' | 'credit'): TransferLine[] {
  const side = leg === 'debit' ? sourceSide(payment) : targetSide(payment);
  if (side.settlementMode !== 'GROSS_RT') return [];
  const { currency, minor } = leg === 'debit' ? payment.source : payment.target;
  const provider = positionAccount(payment.fxProvider, currency);
  const mirror = railAccount(payment.fxProvider, railOf(side), currency);
  const outside = railOutsideAccount(railOf(side), currency);
  if (leg === 'debit') {
    return [
      transferLine('discharge', provider, positionAccount(payment.debtorAgent, currency), minor, false),
      transferLine('discharge_rail', mirror, outside, minor, false),
    ];
  }
  return [
    transferLine('discharge', positionAccount(payment.creditorAgent, currency), provider, minor, false),
    transferLine('discharge_rail', outside, mirror, minor, true),
  ];
}

/** -J2 when the debit leg's reversal was accepted. Empty when the payer's side is not a gross rail. */
export function reversalLines(payment: LedgerPayment): TransferLine[] {
  return dischargeLines(payment, 'debit').map((line) =>
    transferLine(
      line.kind === 'discharge' ? 'reversal' : 'reversal_rail',
      line.credit,
      line.debit,
      line.amount,
      false,
    ),
  );
}

/**
 * The purses that must cover a payment before it is reserved. A deferred side: the debtor's headroom. A gross
 * side: what the provider holds on the rail, when it pays; nothing when it receives, for the rail itself
 * refuses a payer without money (domain 6.8, decisions 21).
 */
export function liquidityChecks(payment: LedgerPayment): LiquidityCheck[] {
  const checks: LiquidityCheck[] = [];
  if (sourceSide(payment).settlementMode === 'DEFERRED_NET') {
    const { currency, minor } = payment.source;
    checks.push({ kind: 'headroom', participant: payment.debtorAgent, currency, amount: minor });
  }
  const { currency, minor } = payment.target;
  const target = targetSide(payment);
  if (target.settlementMode === 'DEFERRED_NET') {
    checks.push({ kind: 'headroom', participant: payment.fxProvider, currency, amount: minor });
  } else {
    checks.push({
      kind: 'rail',
      provider: payment.fxProvider,
      rail: railOf(target),
      currency,
      amount: minor,
    });
  }
  return checks;
}
