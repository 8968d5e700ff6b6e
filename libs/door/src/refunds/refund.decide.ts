import {
  refused,
  type Customer,
  type PaymentView,
  type QuoteRequest,
  type RefundCause,
  type RefundedPayment,
  type RefundFault,
  type Refusal,
} from '@tonle/contracts';
import type { Corridor } from '@tonle/directory';
import { amountFromJson, amountToJson, type Amount, type AmountJson } from '@tonle/money';
import {
  leftToRefund,
  refundCauseOf,
  whyNotAsMuch,
  whyNotRefunded,
  type RefundablePayment,
} from '@tonle/payment';

/** What a refund of a payment would move, and between whom: the original the other way. */
export interface RefundTerms {
  readonly original: RefundedPayment;
  readonly debtor: Customer;
  readonly debtorAgent: string;
  readonly creditor: Customer;
  readonly creditorAgent: string;
  /** What is given back, in the original payee's currency: given, or all that is left. */
  readonly amount: AmountJson;
  readonly cause: RefundCause;
}

/** Whose wish or fault it is. `unlessFound`: its message cannot say that it is ours, so that what operators have found says it. */
export interface SaidFault {
  readonly fault: RefundFault;
  readonly unlessFound?: true;
}

/** A refund that may be quoted, as far as can be seen here: routing decides in its own transaction. */
export type RefundDecision = { readonly kind: 'ok'; readonly terms: RefundTerms } | Refusal;

/** The payment as routing tells it. */
function refundableFrom({
  corridor,
  state,
  refundOf,
  acceptedAt,
  completedAt = acceptedAt,
  creditedAmount,
  target,
  refundedAmount,
}: PaymentView): RefundablePayment {
  return {
    corridor,
    state,
    isRefund: refundOf !== undefined,
    completedAtMs: Date.parse(completedAt),
    owed: amountFromJson(creditedAmount ?? target),
    refundedMinor: refundedAmount === undefined ? 0n : amountFromJson(refundedAmount).minor,
  };
}

/** What may still be given back of a payment now; undefined where refunds of it are none of the corridor's, or too late. */
export function refundableOf(
  view: PaymentView,
  corridor: Corridor | undefined,
  nowMs: number,
): Amount | undefined {
  const payment = refundableFrom(view);
  return whyNotRefunded(payment, corridor?.refunds?.days, nowMs) === undefined
    ? leftToRefund(payment)
    : undefined;
}

/**
 * May this much of a payment be given back (domain 6.11)? In the order of routing, which asks again: all of `whyNotRefunded`,
 * `unknown_currency`, all of `whyNotAsMuch`, `refund_fault_not_found`. Without an amount all that is left. Whose the payment is, the caller has looked
 * at. Pure.
 */
export function decideRefund(
  view: PaymentView,
  corridor: Corridor | undefined,
  asked: AmountJson | undefined,
  nowMs: number,
  said: SaidFault = { fault: 'merchant_request' },
): RefundDecision {
  const payment = refundableFrom(view);
  const left = leftToRefund(payment);
  const amount = asked === undefined ? left : amountFromJson(asked);
  const refusal =
    whyNotRefunded(payment, corridor?.refunds?.days, nowMs) ??
    whyNotIn(amount, left) ??
    whyNotAsMuch(amount.minor, payment);
  if (refusal !== undefined) return refusal;
  const fault = said.unlessFound === true && view.switchFault === true ? 'switch' : said.fault;
  if (fault === 'switch' && view.switchFault !== true) return refused('refund_fault_not_found');
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
      cause: refundCauseOf(fault, corridor?.refunds?.rate, view.source.currency === view.target.currency),
    },
  };
}

/** What fx is asked for a refund: the payee's amount is fixed, and the original's quote says at what rate (domain 6.11). */
export function refundQuoteRequest(
  view: PaymentView,
  sender: string,
  { amount, cause }: Pick<RefundTerms, 'amount' | 'cause'>,
): QuoteRequest {
  return {
    participant: sender,
    corridor: view.corridor,
    sourceCurrency: view.target.currency,
    targetCurrency: view.source.currency,
    direction: view.direction === 'outbound' ? 'inbound' : 'outbound',
    fixed: 'source',
    amount,
    refundOf: view.quoteId,
    refundCause: cause,
  };
}

function whyNotIn({ currency }: Amount, paid: Amount): Refusal | undefined {
  return currency === paid.currency
    ? undefined
    : refused('unknown_currency', `It was paid in ${paid.currency}.`);
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
