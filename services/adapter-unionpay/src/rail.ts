import type { LegCommand } from '@tonle/contracts';
import { minorText } from '@tonle/money';
import {
  meaningOfCode,
  type AskedLeg,
  type EnquiredLeg,
  type LegAnswer,
  type Rail,
  type WireReply,
  type WireRequest,
} from '@tonle/network';
import {
  amountFields,
  amountIn,
  isDrawn,
  payerFields,
  type QrcFields,
  qrcQuestion,
  qrcRequest,
  questionIdOf,
  readQrcAnswer,
  termsOf,
  textOf,
} from '@tonle/network-upi';
import { CODES } from './codes.js';
import { operationOf, prepareLeg, priceOf } from './payment.js';
import type { UnionPaySettings } from './settings.js';

const ENQUIRY = 'TRX_RESULT_INQUIRY';
const ENQUIRY_MS = 9_000;

/**
 * MPQRC_PAYMENT_EMV and _URL pay, ADDITIONAL_PROCESSING_RESULT tells that what was drawn on a code may be debited, CANCELLATION and
 * REFUND give back to card holders, TRX_RESULT_INQUIRY asks by the message id of either: it is never sent under another.
 */
export function unionPayRail(settings: UnionPaySettings): Rail {
  return {
    legs: ['credit'],
    refunds: true,
    // A signature holds for minutes only: what comes late is refused (our reading, docs/networks/unionpay.md).
    notFoundIsFinal: true,
    refusesRepeats: true,
    sendMs: settings.sendMs,
    prepare: (command) => prepareLeg(command, settings),
    send: ({ command, bytes }) => qrcRequest(operationOf(command), bytes),
    enquire: (leg, at) => enquiryOf(leg, at, settings),
    read: (reply, leg, asked) => (asked === ENQUIRY ? readEnquiry(reply, leg) : readPayment(reply, leg)),
  };
}

function enquiryOf({ command, externalRef }: EnquiredLeg, at: number, own: UnionPaySettings): WireRequest {
  const { institution, token } = own;
  const msgID = questionIdOf(institution, externalRef, at);
  const fields = {
    ...(command.refundOf === undefined && payerFields(command, token)),
    origMsgID: externalRef,
    origMsgType: operationOf(command),
    ...amountFields('trx', priceOf(command)),
  };
  return qrcQuestion(ENQUIRY, { msgID, insID: institution, at }, fields, ENQUIRY_MS);
}

function readPayment(reply: WireReply, leg: AskedLeg): LegAnswer {
  const answer = readQrcAnswer(reply);
  if ('kind' in answer) return answer;
  const { msgInfo, trxInfo, msgResponse } = answer;
  if (msgInfo.msgID !== leg.externalRef) return ambiguous('an answer to another message');
  const { responseCode, responseMsg } = msgResponse;
  const meaning = meaningOfCode(CODES.responses, responseCode);
  switch (meaning?.means) {
    case 'approved':
      // A result has only been received: the debit accepts it.
      return isDrawn(leg.command) ? { kind: 'in_progress' } : accepted(trxInfo, leg.command, leg.externalRef);
    case 'rejected':
      return { kind: 'rejected', reason: meaning.iso ?? 'MS03', reasonText: responseMsg };
    case 'open':
    case 'repeat':
      return { kind: 'in_progress' };
    case 'not_found':
      // Of a payment there is nothing that could be missing; of a refund what it gives back, of a result what asked for it.
      return leg.command.refundOf === undefined && !isDrawn(leg.command)
        ? ambiguous(`code ${responseCode}`)
        : { kind: 'rejected', reason: meaning.iso ?? 'AG09', reasonText: responseMsg };
    case undefined:
      return { ...ambiguous(`code ${responseCode}`), unmapped: `response code ${responseCode}` };
  }
}

/** Its response code is about the question; what it says of the payment is in `paymentStatus`. */
function readEnquiry(reply: WireReply, leg: AskedLeg): LegAnswer {
  const answer = readQrcAnswer(reply);
  if ('kind' in answer) return answer;
  const { trxInfo, msgResponse } = answer;
  const asked = textOf(trxInfo, 'origMsgID') ?? leg.externalRef;
  if (asked !== leg.externalRef) return ambiguous('an answer about another payment');
  const meaning = meaningOfCode(CODES.responses, msgResponse.responseCode);
  const because = `code ${msgResponse.responseCode}`;
  if (meaning === undefined) return { ...ambiguous(because), unmapped: `response ${because}` };
  if (meaning.means === 'not_found') return { kind: 'not_found' };
  return meaning.means === 'approved'
    ? readPaymentStatus(trxInfo, leg.command, leg.externalRef)
    : ambiguous(because);
}

/** What a status says of our payment, in an answer or in a notification. Total. */
export function readPaymentStatus(fields: QrcFields, command: LegCommand, externalRef: string): LegAnswer {
  const status = textOf(fields, 'paymentStatus') ?? '';
  const meaning = meaningOfCode(CODES.paymentStatus, status);
  switch (meaning?.means) {
    case 'approved':
      return accepted(fields, command, externalRef);
    case 'rejected': {
      const why = textOf(fields, 'rejectionReason') ?? '';
      const reason = meaningOfCode(CODES.responses, why)?.iso ?? 'MS03';
      return { kind: 'rejected', reason, reasonText: why, partnerRef: textOf(fields, 'qrcVoucherNo') };
    }
    case 'open':
      return { kind: 'in_progress' };
    default:
      return { ...ambiguous(`status ${status}`), unmapped: `payment status ${status.slice(0, 20)}` };
  }
}

/**
 * Paid, if it says what was asked for. Less is a discount when it names the original amount: then, of a refund and of anything
 * else, what is settled is told as it is, and routing compares (domain 6.4).
 */
function accepted(fields: QrcFields, command: LegCommand, externalRef: string): LegAnswer {
  const partnerRef = textOf(fields, 'qrcVoucherNo') ?? externalRef;
  const [paid, price] = [amountIn(fields, 'trx'), priceOf(command)];
  const partnerTerms = termsOf(fields);
  const told = partnerTerms?.orderAmount ?? paid;
  const isAsked = told?.currency === price?.currency && told?.minor === price?.minor;
  const isMore = paid !== undefined && told !== undefined && BigInt(paid.minor) > BigInt(told.minor);
  const settled = [amountIn(fields, 'sett'), paid].find((each) => each?.currency === command.amount.currency);
  if (paid === undefined || price === undefined || (isAsked && !isMore)) {
    const isOther = partnerTerms?.discountAmount !== undefined || command.refundOf !== undefined;
    return { kind: 'accepted', partnerRef, amount: isOther ? settled : undefined, partnerTerms };
  }
  if (settled !== undefined) return { kind: 'accepted', partnerRef, amount: settled, partnerTerms };
  const [given, due] = [paid, price].map(({ currency, minor }) => minorText(BigInt(minor), currency));
  const reasonText = `paid ${given} in place of ${due}`;
  return { kind: 'conflicting', reasonText, partnerRef };
}

function ambiguous(because: string): LegAnswer & { kind: 'ambiguous' } {
  return { kind: 'ambiguous', because };
}
