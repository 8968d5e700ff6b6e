import { amount } from '@tonle/money';
import type { Corridor } from '@tonle/directory';
import {
  isMadeExact,
  refundCauseOf,
  whyNotAsMuch,
  whyNotRefunded,
  type RefundablePayment,
} from '@tonle/payment';
import { isOneCurrency, type PaymentSubmit, type Reason, type RefundedPayment } from '@tonle/contracts';
import type { MoneyAmount, Payment } from '../payment/payment.js';

interface RefundFacts {
  readonly submit: PaymentSubmit;
  readonly corridor: Corridor;
  /** The payment that it gives back, as it is now; undefined when there is none. */
  readonly original: Payment | undefined;
  /** What other refunds of it give back, open or completed. */
  readonly refundedMinor: bigint;
  /** Operators have found this switch at fault with it. */
  readonly isSwitchFault: boolean;
  /** Settlement has a break about it: nothing is given back (domain 7.6). */
  readonly isHeld: boolean;
}

interface RefundRefusal {
  readonly reason: Reason;
  readonly detail?: string;
}

/**
 * Why a submission may not give back the payment that it names, in the order of the doors; undefined when it may, or names none.
 * Pure (domain 6.11).
 */
export function refundRefusal(facts: RefundFacts): RefundRefusal | undefined {
  const { submit, corridor, original } = facts;
  const { refundOf } = submit;
  if (refundOf === undefined) return undefined;
  if (original === undefined || !isSame(original, refundOf)) return { reason: 'original_unknown' };
  const payment = refundableFrom(original, facts.refundedMinor);
  return (
    whyNotRefunded(payment, corridor.refunds?.days, Date.parse(submit.receivedAt)) ??
    whyNotBack(submit, original) ??
    whyNotAsMuch(BigInt(submit.source.minor), payment) ??
    (facts.isHeld ? { reason: 'refund_held' as const } : undefined) ??
    whyNotFor(submit, corridor, facts.isSwitchFault)
  );
}

/**
 * A cause follows from the fault in its corridor: the corridor may have changed since it was priced. That the fault is ours, operators have
 * found.
 */
function whyNotFor(
  { refundCause, source, target }: PaymentSubmit,
  { refunds }: Corridor,
  isSwitchFault: boolean,
): RefundRefusal | undefined {
  if (refundCause === undefined) return undefined;
  const { fault, fxBearer, conversion } = refundCause;
  if (fault === 'switch' && !isSwitchFault) return { reason: 'refund_fault_not_found' };
  const caused = refundCauseOf(fault, refunds?.rate, isOneCurrency(source, target));
  const isSame = caused.fxBearer === fxBearer && isMadeExact(caused) === (conversion !== undefined);
  return isSame
    ? undefined
    : { reason: 'rate_differs', detail: 'Refunds of this corridor have another rate by now: ask again.' };
}

/** What decides about refunds of a payment, as routing has it. */
export function refundableFrom(
  { corridor, state, instruction, completedAtMs, creditBooked, target }: Payment,
  refundedMinor: bigint,
): RefundablePayment {
  const { currency, minor } = creditBooked ?? target;
  const isRefund = instruction.refundOf !== undefined;
  return { corridor, state, isRefund, completedAtMs, owed: amount(currency, minor), refundedMinor };
}

/** Is it the payment that the refund tells of? */
function isSame({ instruction, source, target }: Payment, told: RefundedPayment): boolean {
  return (
    instruction.uetr === told.uetr &&
    instruction.messageId === told.messageId &&
    instruction.quoteId === told.quoteId &&
    isAmount(source, told.source) &&
    isAmount(target, told.target)
  );
}

const isAmount = ({ currency, minor }: MoneyAmount, told: RefundedPayment['source']) =>
  told.currency === currency && BigInt(told.minor) === minor;

/** A refund runs the original's way back: between the same institutions, to the account that paid, in its currencies. */
function whyNotBack(submit: PaymentSubmit, original: Payment): RefundRefusal | undefined {
  const { debtorAgent, creditorAgent, debtor } = original.instruction;
  const isBack =
    submit.corridor === original.corridor &&
    submit.direction !== original.direction &&
    submit.debtorAgent === creditorAgent &&
    submit.creditorAgent === debtorAgent;
  if (!isBack)
    return { reason: 'original_unknown', detail: 'It is no payment between these two, the other way.' };
  if (submit.creditor.account !== debtor.account)
    return { reason: 'original_unknown', detail: 'A refund goes to the account that paid.' };
  const { source, target } = original;
  if (submit.source.currency === target.currency && submit.target.currency === source.currency)
    return undefined;
  const detail = `A refund of this payment is of ${target.currency}, paid out in ${source.currency}.`;
  return { reason: 'unknown_currency', detail };
}
