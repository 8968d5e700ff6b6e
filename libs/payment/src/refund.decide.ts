import {
  refused,
  TERMINAL_STATES,
  type PaymentState,
  type RefundCause,
  type RefundFault,
  type Refusal,
} from '@tonle/contracts';
import { amountText, type Amount } from '@tonle/money';

const DAY_MS = 86_400_000;

/** What decides whether a payment may be given back. */
export interface RefundablePayment {
  readonly corridor: string;
  readonly state: PaymentState;
  readonly isRefund: boolean;
  /** Null while it is not completed. */
  readonly completedAtMs: number | null;
  /** What its payee's network was owed: as much may be given back. */
  readonly owed: Amount;
  /** What its refunds give back, open ones and completed ones, in the same currency. */
  readonly refundedMinor: bigint;
}

/**
 * Why nothing of a payment is given back any more, or yet (domain 6.11), first: `refund_not_served`, `original_not_paid`,
 * `original_not_completed`, `refund_too_late`. `days` are those of its corridor; undefined: it has no refunds. Pure.
 */
export function whyNotRefunded(
  { corridor, state, isRefund, completedAtMs }: RefundablePayment,
  days: number | undefined,
  nowMs: number,
): Refusal | undefined {
  if (isRefund) return refused('refund_not_served', 'It is a refund itself.');
  if (days === undefined) return refused('refund_not_served', `Corridor ${corridor} has no refunds.`);
  if (state !== 'COMPLETED' || completedAtMs === null)
    return TERMINAL_STATES.has(state)
      ? refused('original_not_paid')
      : refused('original_not_completed', 'It is under way.');
  return nowMs > completedAtMs + days * DAY_MS
    ? refused('refund_too_late', `Payments of corridor ${corridor} are refunded within ${days} days.`)
    : undefined;
}

/**
 * Why not so much of it, once its currency is right: `already_refunded`, `amount_not_positive`, `refund_exceeds`. In this order,
 * and after all of `whyNotRefunded`. Pure.
 */
export function whyNotAsMuch(askedMinor: bigint, payment: RefundablePayment): Refusal | undefined {
  const { owed } = payment;
  const left = leftToRefund(payment);
  if (left.minor <= 0n) return refused('already_refunded', `All of ${amountText(owed)} has been given back.`);
  if (askedMinor <= 0n) return refused('amount_not_positive');
  if (askedMinor <= left.minor) return undefined;
  const asked = amountText({ currency: owed.currency, minor: askedMinor });
  return refused(
    'refund_exceeds',
    `Of ${amountText(owed)}, ${amountText(left)} is left to refund; this refund is of ${asked}.`,
  );
}

const BEARERS_TODAY: Readonly<Record<RefundFault, RefundCause['fxBearer']>> = {
  merchant_request: 'payer',
  payer_request: 'payer',
  receiving_side: 'receiving_side',
  switch: 'scheme',
};

/**
 * Why a refund is made, and who bears that rates have moved since: the provider, which gives it at the rate of the payment; where it is
 * made at that of the day, the payer, or whoever is at fault: then the payer gets exactly its part of what it paid. Pure (domain 6.11).
 */
export function refundCauseOf(
  fault: RefundFault,
  rate: 'original' | 'today' | undefined,
  isOneCurrency: boolean,
): Pick<RefundCause, 'fault' | 'fxBearer'> {
  if (isOneCurrency) return { fault, fxBearer: 'none' };
  return { fault, fxBearer: rate === 'today' ? BEARERS_TODAY[fault] : 'provider' };
}

/** Does somebody at fault pay for it that the payer gets exactly its part of what it paid? */
export function isMadeExact({ fxBearer }: Pick<RefundCause, 'fxBearer'>): boolean {
  return fxBearer === 'receiving_side' || fxBearer === 'scheme';
}

/** What may still be given back, as far as amounts go. */
export function leftToRefund({ owed, refundedMinor }: RefundablePayment): Amount {
  return { currency: owed.currency, minor: owed.minor - refundedMinor };
}
