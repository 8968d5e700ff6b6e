import { amount, amountText } from '@tonle/money';
import type { Corridor } from '@tonle/directory';
import { isTerminal } from '@tonle/payment';
import type { PaymentSubmit, Reason, RefundedPayment } from '@tonle/contracts';
import type { MoneyAmount, Payment } from '../payment/payment.js';

const DAY_MS = 86_400_000;

interface RefundFacts {
  readonly submit: PaymentSubmit;
  readonly corridor: Corridor;
  /** The payment that it gives back, as it is now; undefined when there is none. */
  readonly original: Payment | undefined;
  /** What other refunds of it give back, open or completed. */
  readonly refundedMinor: bigint;
}

interface RefundRefusal {
  readonly reason: Reason;
  readonly detail?: string;
}

/** Why a submission may not give back the payment that it names; undefined when it may, or names none. Pure (domain 6.11). */
export function refundRefusal(facts: RefundFacts): RefundRefusal | undefined {
  const { submit, corridor, original, refundedMinor } = facts;
  const { refundOf } = submit;
  if (refundOf === undefined) return undefined;
  if (original === undefined || !isSame(original, refundOf)) return { reason: 'original_unknown' };
  if (original.completedAtMs === null || original.state !== 'COMPLETED')
    return { reason: isTerminal(original.state) ? 'original_not_paid' : 'original_not_completed' };
  const { refunds } = corridor;
  if (refunds === undefined || original.instruction.refundOf !== undefined)
    return { reason: 'refund_not_served' };
  const crooked = whyNotBack(submit, original);
  if (crooked !== undefined) return crooked;
  if (Date.parse(submit.receivedAt) > original.completedAtMs + refunds.days * DAY_MS) {
    const detail = `Payments of corridor ${corridor.corridorId} are refunded within ${refunds.days} days.`;
    return { reason: 'refund_too_late', detail };
  }
  const owed = owedOf(original);
  const leftMinor = owed.minor - refundedMinor;
  const askedMinor = BigInt(submit.source.minor);
  if (askedMinor <= leftMinor) return undefined;
  const [asked, most, left] = [askedMinor, owed.minor, leftMinor].map((minor) =>
    amountText(amount(owed.currency, minor)),
  );
  const detail = `Of ${most}, ${left} is left to refund; this refund is of ${asked}.`;
  return { reason: 'refund_exceeds', detail };
}

/** What a payment's payee got: as much may be given back. */
function owedOf({ creditBooked, target }: Payment): MoneyAmount {
  return creditBooked ?? target;
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
