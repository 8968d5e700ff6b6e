import {
  refused,
  TERMINAL_STATES,
  type Customer,
  type PaymentView,
  type QuoteRequest,
  type RefundedPayment,
  type Refusal,
} from '@tonle/contracts';
import type { Corridor } from '@tonle/directory';
import { amountFromJson, amountText, amountToJson, type Amount, type AmountJson } from '@tonle/money';

const DAY_MS = 86_400_000;

/** What a refund of a payment would move, and between whom: the original the other way. */
export interface RefundTerms {
  readonly original: RefundedPayment;
  readonly debtor: Customer;
  readonly debtorAgent: string;
  readonly creditor: Customer;
  readonly creditorAgent: string;
  /** What is given back, in the original payee's currency: given, or all that is left. */
  readonly amount: AmountJson;
}

/** A refund that may be quoted, as far as can be seen here: routing decides in its own transaction. */
export type RefundDecision = { readonly kind: 'ok'; readonly terms: RefundTerms } | Refusal;

/** What a payment's payee may still give back: what its network was owed, less what refunds have given back or are about to. */
function leftOf({ creditedAmount, target, refundedAmount }: PaymentView): Amount {
  const paid = amountFromJson(creditedAmount ?? target);
  const refunded = refundedAmount === undefined ? 0n : amountFromJson(refundedAmount).minor;
  return { currency: paid.currency, minor: paid.minor - refunded };
}

/** What may still be given back of a payment now; undefined where refunds of it are none of the corridor's, or too late. */
export function refundableOf(
  view: PaymentView,
  corridor: Corridor | undefined,
  nowMs: number,
): Amount | undefined {
  return whyNotRefunded(view, corridor, nowMs) === undefined ? leftOf(view) : undefined;
}

/**
 * May this much of a payment be given back (domain 6.11)? In this order: `refund_not_served`, `original_not_paid`,
 * `original_not_completed`, `refund_too_late`, `unknown_currency`, `amount_not_positive`, `refund_exceeds`. Without an amount all
 * that is left. Whose the payment is, the caller has looked at. Pure.
 */
export function decideRefund(
  view: PaymentView,
  corridor: Corridor | undefined,
  asked: AmountJson | undefined,
  nowMs: number,
): RefundDecision {
  const refusal = whyNotRefunded(view, corridor, nowMs);
  if (refusal !== undefined) return refusal;
  const left = leftOf(view);
  const amount = asked === undefined ? left : amountOf(asked, left);
  if ('kind' in amount) return amount;
  if (left.minor <= 0n) return refused('refund_exceeds', 'All of it has been given back.');
  if (amount.minor > left.minor) return refused('refund_exceeds', `${amountText(left)} is left.`);
  const { debtor, debtorAgent, creditor, creditorAgent } = view;
  return {
    kind: 'ok',
    terms: {
      original: refundedOf(view),
      debtor: creditor,
      debtorAgent: creditorAgent,
      creditor: debtor,
      creditorAgent: debtorAgent,
      amount: amountToJson(amount),
    },
  };
}

/** What fx is asked for a refund: the payee's amount is fixed, and the original's quote says at what rate (domain 6.11). */
export function refundQuoteRequest(view: PaymentView, sender: string, amount: AmountJson): QuoteRequest {
  return {
    participant: sender,
    corridor: view.corridor,
    sourceCurrency: view.target.currency,
    targetCurrency: view.source.currency,
    direction: view.direction === 'outbound' ? 'inbound' : 'outbound',
    fixed: 'source',
    amount,
    refundOf: view.quoteId,
  };
}

function whyNotRefunded(
  { refundOf, state, acceptedAt, completedAt = acceptedAt }: PaymentView,
  corridor: Corridor | undefined,
  nowMs: number,
): Refusal | undefined {
  if (corridor?.refunds === undefined) return refused('refund_not_served', 'The corridor has no refunds.');
  if (refundOf !== undefined) return refused('refund_not_served', 'It is a refund itself.');
  if (state !== 'COMPLETED')
    return TERMINAL_STATES.has(state)
      ? refused('original_not_paid')
      : refused('original_not_completed', 'It is under way.');
  const { days } = corridor.refunds;
  return nowMs > Date.parse(completedAt) + days * DAY_MS
    ? refused('refund_too_late', `It can be refunded for ${days} days.`)
    : undefined;
}

function amountOf(asked: AmountJson, left: Amount): Amount | Refusal {
  if (asked.currency !== left.currency)
    return refused('unknown_currency', `It was paid in ${left.currency}.`);
  const amount = amountFromJson(asked);
  return amount.minor > 0n ? amount : refused('amount_not_positive');
}

function refundedOf(view: PaymentView): RefundedPayment {
  const { paymentId, uetr, messageId, endToEndId, quoteId, source, target, acceptedAt, partnerTerms } = view;
  const partnerRef = view.direction === 'outbound' ? view.partnerRefs.credit : undefined;
  return {
    ...{ paymentId, uetr, messageId, endToEndId, quoteId, source, target, acceptedAt },
    ...(partnerRef === undefined ? {} : { partnerRef }),
    ...(partnerTerms === undefined ? {} : { partnerTerms }),
  };
}
