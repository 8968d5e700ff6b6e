import {
  feeReceivableAccount,
  feeRevenueAccount,
  fxLossAccount,
  fxPayableAccount,
  fxReceivableAccount,
  positionAccount,
  prefundAccount,
  railAccount,
  railOutsideAccount,
  type AccountCode,
} from './account.js';
import type { PurseCheck } from './account-book.js';
import { isEntryKind, type EntryKind } from './entry.js';
import { transferLine, type TransferKind, type TransferLine } from './transfer.js';

/** One side of the payment's corridor, as far as the ledger cares (domain 6.8). */
export interface LedgerSide {
  readonly settlementMode: 'GROSS_RT' | 'DEFERRED_NET';
  /** The gross rail's name; needed for GROSS_RT. */
  readonly rail?: string;
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
  /** Stands between the two in both currencies; in one currency the settlement bank does, and J1 is one chain (decisions 27). */
  readonly fxProvider: string;
  readonly source: LedgerAmount;
  readonly target: LedgerAmount;
  /** Invoiced fees; a fee of zero makes no transfer. */
  readonly fees: readonly (LedgerAmount & { readonly payer: string })[];
  readonly home: LedgerSide;
  readonly partner: LedgerSide;
  /** Of a refund: what is invoiced because of why it is made (domain 6.11). */
  readonly refund?: LedgerRefund;
}

export interface LedgerRefund {
  /** What the provider gets for the target, where that is not the source: `bearer` pays the difference, or gets it. */
  readonly conversion?: { readonly minor: bigint; readonly bearer: 'scheme' | 'receiving_side' };
  /** A fee that is given back. */
  readonly fee?: LedgerAmount & { readonly payer: string };
}

/** Lines that stand in the pending columns for a while, by what they are pending for. */
export type PendingPart =
  /** J1 of domain 6.8, both currencies, and the fees: pending until the payment ends. */
  | 'obligations'
  /** Payee over a gross rail: the provider's money on that rail, kept until the rail has taken it (decisions 21). */
  | 'payout'
  /** Payer over a gross rail: what the rail gave may have to go back, so that nobody is paid out of it. */
  | 'way_back';

/** Everything that the ledger may have to do for one payment, by part. */
export type LinePart =
  | PendingPart
  /** J2 of the payer's leg: the rail gave the provider the payer's money. Empty off gross rails. */
  | 'debit_discharge'
  /** J2 of the payee's leg: the rail took the payee's money from the provider. Frees the payout. */
  | 'credit_discharge'
  /** -J2 of the payer's leg. Frees the way back. */
  | 'reversal';

export type PaymentLines = Readonly<Record<LinePart, readonly TransferLine[]>>;

// Entries are posted at once and never pending.
const PENDING_PART: Readonly<Record<Exclude<TransferKind, EntryKind>, PendingPart | undefined>> = {
  obligation_source: 'obligations',
  obligation_target: 'obligations',
  fee: 'obligations',
  fee_return: 'obligations',
  fx_difference: 'obligations',
  discharge: undefined,
  discharge_rail: 'payout',
  reversal: undefined,
  reversal_rail: 'way_back',
};

/** The part that a pending line belongs to; undefined for lines that are never pending. */
export function pendingPartOf({ kind }: { readonly kind: TransferKind }): PendingPart | undefined {
  return isEntryKind(kind) ? undefined : PENDING_PART[kind];
}

/** Every line of a payment. Throws (broken) for a gross side without the name of its rail. */
export function paymentLines(payment: LedgerPayment): PaymentLines {
  const debit = dischargeOf(payment, 'debit');
  const credit = dischargeOf(payment, 'credit');
  const reversal = debit.map(reversed);
  const isRail = (line: TransferLine) => line.reserved;
  return {
    obligations: obligationLines(payment),
    payout: credit.filter(isRail),
    way_back: reversal.filter(isRail),
    debit_discharge: debit,
    credit_discharge: credit,
    reversal,
  };
}

const sourceSide = (payment: LedgerPayment) =>
  payment.direction === 'outbound' ? payment.home : payment.partner;
const targetSide = (payment: LedgerPayment) =>
  payment.direction === 'outbound' ? payment.partner : payment.home;

function railOf(side: LedgerSide): string {
  if (side.rail === undefined) throw new Error('a gross side without the name of its rail');
  return side.rail;
}

function obligationLines(payment: LedgerPayment): TransferLine[] {
  const { source, target, debtorAgent, creditorAgent } = payment;
  const provider = (currency: string) => positionAccount(payment.fxProvider, currency);
  const debtor = positionAccount(debtorAgent, source.currency);
  const creditor = positionAccount(creditorAgent, target.currency);
  const lines = [
    transferLine('obligation_source', debtor, provider(source.currency), source.minor, true),
    transferLine('obligation_target', provider(target.currency), creditor, target.minor, true),
  ];
  for (const { payer, currency, minor } of payment.fees) {
    if (minor === 0n) continue;
    lines.push(
      transferLine('fee', feeReceivableAccount(payer, currency), feeRevenueAccount(currency), minor, true),
    );
  }
  return [...lines, ...refundLines(payment)];
}

/** Invoiced, as fees are: a gross rail has moved the source itself, and its windows have no net. */
function refundLines({ source, debtorAgent, fxProvider, refund = {} }: LedgerPayment): TransferLine[] {
  const { conversion, fee } = refund;
  const lines: TransferLine[] = [];
  const minor = conversion === undefined ? 0n : conversion.minor - source.minor;
  if (minor !== 0n) {
    const { currency } = source;
    const isSchemes = conversion!.bearer === 'scheme';
    const borne = isSchemes ? fxLossAccount(currency) : fxReceivableAccount(debtorAgent, currency);
    const due = fxPayableAccount(fxProvider, currency);
    const [debit, credit] = minor > 0n ? [borne, due] : [due, borne];
    lines.push(transferLine('fx_difference', debit, credit, minor > 0n ? minor : -minor, true));
  }
  if (fee !== undefined) {
    const [debit, credit] = [feeRevenueAccount(fee.currency), feeReceivableAccount(fee.payer, fee.currency)];
    lines.push(transferLine('fee_return', debit, credit, fee.minor, true));
  }
  return lines;
}

function dischargeOf(payment: LedgerPayment, leg: 'debit' | 'credit'): TransferLine[] {
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

function reversed({ kind, debit, credit, minor }: TransferLine): TransferLine {
  return kind === 'discharge'
    ? transferLine('reversal', credit, debit, minor, false)
    : transferLine('reversal_rail', credit, debit, minor, true);
}

/** Net debit cap of a participant in a currency, minor units. */
export type CapMinor = (participant: string, currency: string) => bigint;

/**
 * The purses that must cover a payment before it is reserved. A deferred side: the debtor's headroom. A gross
 * side: what the provider holds on the rail, when it pays; nothing when it receives, for the rail itself
 * refuses a payer without money (domain 6.8, decisions 21).
 */
export function purseChecks(payment: LedgerPayment, capMinor: CapMinor): PurseCheck<AccountCode>[] {
  const { source, target, fxProvider } = payment;
  const headroomOf = (participant: string, { currency, minor }: LedgerAmount): PurseCheck<AccountCode> => ({
    kind: 'headroom',
    prefund: prefundAccount(participant, currency),
    position: positionAccount(participant, currency),
    capMinor: capMinor(participant, currency),
    minor,
  });
  const side = targetSide(payment);
  const pays: PurseCheck<AccountCode> =
    side.settlementMode === 'DEFERRED_NET'
      ? headroomOf(fxProvider, target)
      : { kind: 'rail', rail: railAccount(fxProvider, railOf(side), target.currency), minor: target.minor };
  return sourceSide(payment).settlementMode === 'DEFERRED_NET'
    ? [headroomOf(payment.debtorAgent, source), pays]
    : [pays];
}
