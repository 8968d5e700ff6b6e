import { plainText, type Reason, type Refusal } from '@tonle/contracts';
import {
  inboundMessages,
  newestOf,
  refundContentHash,
  refundInstruction,
  type InboundRoute,
  type RawMessage,
  type RefundMessage,
  type Unreadable,
  endToEndIdOf,
  readCall,
  unreadable,
} from '@tonle/network';
import { answer, orderCall, refundCall, type Result } from '@tonle/network-aplus';
import { RESULTS } from './codes.js';
import { NAME } from './push.js';

// What merchants abroad give back of orders that our payers have paid: a payment to the payer. `result` is its end here, and U is
// asked again under the same id.

const REASON_MAX = 140;
/** refund: a part of an order, or all of it; `refundRequestId` makes a repeat known. */
export const refundRoute = returnRoute('refund', readRefund, (refusal) => RESULTS.ofRefusal(refusal));

/**
 * cancelPayment: a merchant wants no more of an order. Nothing was paid: so be it, nothing is told any more and whoever pays
 * gets the money back. What was paid is given back, as far as it was not before; what is under way is asked about again.
 */
export const cancelRoute = returnRoute(
  'cancelPayment',
  readCancellation,
  (refusal) =>
    NOTHING_PAID.has(refusal.reason)
      ? RESULTS.done
      : RESULTS.of(NO_CANCELLATION[refusal.reason] ?? RESULTS.ofRefusal(refusal).resultCode),
  // A refund that came at the same moment has taken of what it was to give back.
  (result) => (result.resultCode === EXCEEDS ? RESULTS.of(NO_CANCELLATION.refund_exceeds!) : result),
);

const EXCEEDS = 'REFUND_AMOUNT_EXCEED';
const NOTHING_PAID: ReadonlySet<Reason> = new Set(['original_unknown', 'original_not_paid']);
/** Refused by another code than a refund would be. */
const NO_CANCELLATION: Readonly<Partial<Record<Reason, string>>> = {
  refund_too_late: 'CANCEL_WINDOW_EXCEED',
  refund_exceeds: 'PROCESS_FAIL',
  already_refunded: 'PROCESS_FAIL',
};

function readRefund(message: RawMessage): RefundMessage | Unreadable {
  const read = readCall(refundCall, message);
  if (!read.success) return unreadable(read.error);
  const { paymentRequestId, refundRequestId, refundAmount, refundReason, ...told } = read.data;
  const { refundFromAmount: orderAmount, refundQuote: quote } = told;
  return {
    dialect: NAME,
    messageId: refundRequestId,
    endToEndId: endToEndIdOf(refundRequestId),
    refund: { externalRef: paymentRequestId, amount: refundAmount },
    ...(refundReason !== undefined && { remittance: plainText(refundReason, REASON_MAX) }),
    partnerTerms: {
      ...(orderAmount !== undefined && { orderAmount }),
      ...(quote !== undefined && { quote }),
    },
    message,
  };
}

/** A cancellation has no id of its own on the wire; a refund may have any. */
export const cancellationIdOf = (paymentRequestId: string): string => `cancel ${paymentRequestId}`;

function readCancellation(message: RawMessage): RefundMessage | Unreadable {
  const read = readCall(orderCall, message);
  if (!read.success) return unreadable(read.error);
  const { paymentRequestId: externalRef } = read.data;
  return {
    dialect: NAME,
    messageId: cancellationIdOf(externalRef),
    endToEndId: endToEndIdOf(externalRef),
    refund: { externalRef, callsOff: true },
    message,
  };
}

function returnRoute(
  operation: string,
  read: (message: RawMessage) => RefundMessage | Unreadable,
  resultOf: (refusal: Refusal) => Result,
  endOf: (result: Result) => Result = (result) => result,
): InboundRoute {
  return inboundMessages<RefundMessage>({
    operation,
    subjectOf: ({ messageId }) => messageId,
    refundOf: ({ refund: asked }) => asked,
    dialect: {
      name: NAME,
      read: (message) => {
        const asked = read(message);
        if ('kind' in asked) return asked;
        const key = { messageId: asked.messageId, contentHash: refundContentHash(asked) };
        return { kind: 'instruction', asked, key };
      },
      instruct: refundInstruction,
      write: (said) => {
        if (said.kind === 'refused') return answer({ result: resultOf(said) });
        if (said.kind !== 'taken') throw new Error(`${said.kind} is no answer of ${NAME}`);
        const { paymentResult: result, paymentTime: refundTime } = RESULTS.outcomeOf(newestOf(said));
        return answer({ result: endOf(result), refundId: said.request.uetr.replaceAll('-', ''), refundTime });
      },
      writeUnreadable: (said) => RESULTS.ofUnreadable(said),
    },
  });
}
