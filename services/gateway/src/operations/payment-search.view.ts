import { reasonWords, type LegFinding, type LegWord, type PaymentView } from '@tonle/contracts';
import { showAmount } from '../http/public-amount.js';
import { showBetween } from '../payment/between.view.js';
import { showLinkedRefund, showRefundCause } from '../payment/payment.view.js';
import { showPartnerTerms } from '../payment/partner-terms.view.js';
import type { AdapterLeg, OperatorPayment, OperatorPaymentDetail } from './payment-search.schema.js';

export function showOperatorPayment(payment: PaymentView): OperatorPayment {
  const { source, target, fees, obligations, replyTo: _replyTo, lane: _lane, ...known } = payment;
  const { reasonText: _first, reasonMore: _more, partnerTerms, fxProvider, ...parts } = known;
  const { creditedAmount, refundedAmount, refunds, refundCause, ...rest } = parts;
  const reasonText = reasonWords(payment);
  return {
    ...rest,
    ...(reasonText === undefined ? {} : { reasonText }),
    ...showBetween(source, target, fxProvider),
    source: showAmount(source),
    target: showAmount(target),
    ...(creditedAmount === undefined ? {} : { creditedAmount: showAmount(creditedAmount) }),
    ...(refundedAmount === undefined ? {} : { refundedAmount: showAmount(refundedAmount) }),
    ...(refunds === undefined ? {} : { refunds: refunds.map(showLinkedRefund) }),
    ...(refundCause === undefined ? {} : { refundCause: showRefundCause(refundCause) }),
    fees: fees.map(({ amount, ...fee }) => ({ ...fee, amount: showAmount(amount) })),
    ...showPartnerTerms(partnerTerms),
    obligations: obligations.map(({ amount, ...sides }) => ({ ...sides, amount: showAmount(amount) })),
  };
}

export function showOperatorLeg(adapter: string, leg: AdapterLeg): OperatorPaymentDetail['legs'][number] {
  const { outcome, partnerRef, nextEnquiryAt, decided, answered, answers, exchanges } = leg;
  return {
    leg: leg.leg,
    adapter,
    ...(outcome === null ? {} : { outcome }),
    ...(partnerRef === null ? {} : { partnerReference: partnerRef }),
    attempts: leg.attempts,
    enquiries: leg.enquiries,
    ...(answered === undefined ? {} : { answered }),
    ...(nextEnquiryAt === null ? {} : { nextEnquiryAt }),
    ...(answers === undefined ? {} : { answers: answers.map(showWord) }),
    ...(exchanges === undefined ? {} : { exchanges }),
    ...(decided === null || decided === undefined ? {} : { decided: showFinding(decided) }),
  };
}

function showWord({
  partnerRef,
  reason,
  amount,
  ...rest
}: LegWord): NonNullable<OperatorPaymentDetail['legs'][number]['answers']>[number] {
  return {
    ...rest,
    ...(partnerRef === undefined ? {} : { partnerReference: partnerRef }),
    ...(reason === undefined ? {} : { isoReason: reason }),
    ...(amount === undefined ? {} : { amount: showAmount(amount) }),
  };
}

function showFinding({
  partnerRef,
  amount,
  ...rest
}: LegFinding): OperatorPaymentDetail['legs'][number]['decided'] {
  return {
    ...rest,
    ...(partnerRef === undefined ? {} : { partnerReference: partnerRef }),
    amount: showAmount(amount),
  };
}
