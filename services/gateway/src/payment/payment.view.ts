import {
  type LinkedRefund,
  ISO_STATUS,
  knownReason,
  publicState,
  REASONS,
  reasonWords,
  type PaymentEventMessage,
  type PaymentSubmit,
  type PaymentView,
  type RefundCause,
} from '@tonle/contracts';
import type { Corridor } from '@tonle/directory';
import { newestOf, refundableOf, type Taken } from '@tonle/door';
import { amountToJson } from '@tonle/money';
import { maskAccount } from '@tonle/security';
import { showAmount } from '../http/public-amount.js';
import { showBetween } from './between.view.js';
import { showPartnerTerms } from './partner-terms.view.js';
import type { PublicPayment } from './payment.schema.js';

/**
 * A payment as its sender sees it: from the request row, and the newest thing known of it. What is absent because
 * routing has not told it yet is left out.
 */
export function showPayment(taken: Taken<PaymentEventMessage>): PublicPayment {
  const { request } = taken;
  const { submit } = request;
  const event = newestOf(taken);
  const state = event?.state ?? 'RECEIVED';
  const receivedAt = request.receivedAt.toISOString();
  return {
    paymentId: request.paymentId,
    uetr: request.uetr,
    state: publicState(state),
    step: state,
    isoStatus: event?.isoStatus ?? ISO_STATUS[state],
    ...problemOf(event),
    ...(event?.waitsUntil === undefined ? {} : { waitsUntil: event.waitsUntil }),
    direction: submit.direction,
    corridor: submit.corridor,
    sender: request.sender,
    messageId: request.messageId,
    endToEndId: submit.endToEndId,
    quoteId: submit.quoteId,
    source: showAmount(submit.source),
    target: showAmount(submit.target),
    ...creditedOf(event),
    ...(submit.refundOf === undefined ? {} : { refundOf: submit.refundOf.paymentId }),
    ...causeOf(submit.refundCause, request.sender, submit.debtorAgent),
    ...(event === undefined || event.rate === '' ? {} : { rate: event.rate }),
    ...showBetween(submit.source, submit.target, event?.fxProvider),
    fees: (event?.fees ?? []).map((fee) => ({ ...fee, amount: showAmount(fee.amount) })),
    ...showPartnerTerms(event?.partnerTerms ?? submit.partnerTerms),
    debtor: shownCustomer(submit.debtor, submit.debtor.name, submit.debtorAgent),
    creditor: shownCustomer(creditorOf(submit), request.creditorShown, submit.creditorAgent),
    ...(submit.purpose === undefined ? {} : { purpose: submit.purpose }),
    ...(submit.remittance === undefined ? {} : { remittance: submit.remittance }),
    partnerReferences: event?.partnerRefs ?? {},
    receivedAt,
    acceptedAt: submit.acceptedAt,
    updatedAt: event?.at ?? receivedAt,
    ...endOf(event),
    history: event?.history ?? [],
    links: { self: `/v1/payments/${request.paymentId}` },
  };
}

/**
 * A payment as the payee's bank sees it: what the transfer tells it, with the payer's account masked, and neither the fees
 * of others nor references on the payer's network.
 */
export function showReceived(
  view: PaymentView,
  corridor: Corridor | undefined,
  nowMs: number,
): PublicPayment {
  const { debtor, debtorAgent, creditorAgent, partnerRefs } = view;
  return {
    ...showOfOthers(view, creditorAgent),
    ...showRefundable(view, corridor, nowMs),
    debtor: shownCustomer({ ...debtor, account: maskAccount(debtor.account) }, debtor.name, debtorAgent),
    partnerReferences: partnerRefs.credit === undefined ? {} : { credit: partnerRefs.credit },
  };
}

/** A payment as the payer's bank sees it that was drawn on a code of its customer. */
export function showDrawn(view: PaymentView, corridor: Corridor | undefined, nowMs: number): PublicPayment {
  const { debtor, debtorAgent, partnerRefs } = view;
  return {
    ...showOfOthers(view, debtorAgent),
    ...showRefundable(view, corridor, nowMs),
    debtor: shownCustomer(debtor, debtor.name, debtorAgent),
    partnerReferences: partnerRefs,
  };
}

/** What is the same for both banks of a payment that neither sent here: each sees its own fees. */
function showOfOthers(view: PaymentView, bank: string): Omit<PublicPayment, 'debtor' | 'partnerReferences'> {
  const { paymentId, creditor } = view;
  return {
    paymentId,
    uetr: view.uetr,
    state: publicState(view.state),
    step: view.state,
    isoStatus: view.isoStatus,
    ...problemOf(view),
    direction: view.direction,
    corridor: view.corridor,
    sender: view.sender,
    messageId: view.messageId,
    endToEndId: view.endToEndId,
    quoteId: view.quoteId,
    source: showAmount(view.source),
    target: showAmount(view.target),
    ...creditedOf(view),
    ...(view.refundOf === undefined ? {} : { refundOf: view.refundOf }),
    ...causeOf(view.refundCause, bank, view.debtorAgent),
    ...(view.rate === '' ? {} : { rate: view.rate }),
    ...showBetween(view.source, view.target, view.fxProvider),
    fees: view.fees
      .filter(({ payer }) => payer === bank)
      .map((fee) => ({ ...fee, amount: showAmount(fee.amount) })),
    ...showPartnerTerms(view.partnerTerms),
    ...(view.paymentCodeId === undefined ? {} : { paymentCodeId: view.paymentCodeId }),
    creditor: shownCustomer(creditor, creditor.name, view.creditorAgent),
    ...(view.purpose === undefined ? {} : { purpose: view.purpose }),
    ...(view.remittance === undefined ? {} : { remittance: view.remittance }),
    receivedAt: view.receivedAt,
    acceptedAt: view.acceptedAt,
    updatedAt: view.at,
    ...endOf(view),
    history: view.history,
    links: { self: `/v1/payments/${paymentId}` },
  };
}

/** What refunds have given back of a payment, and what they may still. */
export function showRefundable(
  view: PaymentView,
  corridor: Corridor | undefined,
  nowMs: number,
): Pick<PublicPayment, 'refundedAmount' | 'refundableAmount' | 'refunds'> {
  const { refundedAmount, refunds } = view;
  const refundable = refundableOf(view, corridor, nowMs);
  return {
    ...(refundedAmount === undefined ? {} : { refundedAmount: showAmount(refundedAmount) }),
    ...(refundable === undefined ? {} : { refundableAmount: showAmount(amountToJson(refundable)) }),
    ...(refunds === undefined ? {} : { refunds: refunds.map(showLinkedRefund) }),
  };
}

/** A refund, where its payment or a recall of that is shown. */
export function showLinkedRefund({
  amount,
  ...refund
}: LinkedRefund): NonNullable<PublicPayment['refunds']>[0] {
  return { ...refund, amount: showAmount(amount) };
}

/** Why a refund is made; without a `bank` as operators see it. What is invoiced is told to whom it is invoiced. */
export function showRefundCause(
  { fault, fxBearer, conversion, feeReturned }: RefundCause,
  bank?: { readonly of: string; readonly debtorAgent: string },
): NonNullable<PublicPayment['refundCause']> {
  const bears = bank === undefined || (fxBearer === 'receiving_side' && bank.of === bank.debtorAgent);
  const isPayer = bank === undefined || bank.of === feeReturned?.payer;
  return {
    fault,
    fxBearer,
    ...(conversion !== undefined &&
      bears && { conversion: { ...conversion, source: showAmount(conversion.source) } }),
    ...(feeReturned !== undefined &&
      isPayer && { feeReturned: { ...feeReturned, amount: showAmount(feeReturned.amount) } }),
  };
}

function causeOf(
  cause: RefundCause | undefined,
  bank: string,
  debtorAgent: string,
): Pick<PublicPayment, 'refundCause'> {
  return cause === undefined ? {} : { refundCause: showRefundCause(cause, { of: bank, debtorAgent }) };
}

/** Who refunds a payment has been told its payer's account masked, and is so here, too. */
function creditorOf({ creditor, refundOf }: PaymentSubmit): PaymentSubmit['creditor'] {
  return refundOf === undefined ? creditor : { ...creditor, account: maskAccount(creditor.account) };
}

function creditedOf(event: PaymentEventMessage | undefined): Pick<PublicPayment, 'creditedAmount'> {
  const creditedAmount = event?.creditedAmount;
  return creditedAmount === undefined ? {} : { creditedAmount: showAmount(creditedAmount) };
}

function endOf(
  event: PaymentEventMessage | undefined,
): Pick<PublicPayment, 'completedAt' | 'settlementDate'> {
  const settlementDate = event?.windows[0]?.day;
  return {
    ...(event?.completedAt === undefined ? {} : { completedAt: event.completedAt }),
    ...(settlementDate === undefined ? {} : { settlementDate }),
  };
}

function shownCustomer(
  customer: { account: string; accountType: string },
  name: string,
  agent: string,
): PublicPayment['debtor'] {
  return { name, account: customer.account, accountType: customer.accountType, agent };
}

function problemOf(event: PaymentEventMessage | undefined): { problem?: PublicPayment['problem'] } {
  if (event === undefined || publicState(event.state) !== 'failed') return {};
  const code = knownReason(event.reason ?? 'partner_rejected');
  const entry = REASONS[code];
  const detail = reasonWords(event);
  return {
    problem: {
      type: `urn:tonle:problem:${code}`,
      title: entry.title,
      code,
      ...(detail === undefined ? {} : { detail }),
      isoReason: event.isoReason ?? entry.iso,
      retry: entry.retry,
      remedy: entry.remedy,
    },
  };
}
