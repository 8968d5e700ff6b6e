import { refused, type InboundOutcome, type Refusal } from '@tonle/contracts';
import {
  inboundMessages,
  type Inbound,
  type InboundCodes,
  type InboundLegs,
  type RawMessage,
  type StoredRequest,
  type WireRequest,
  readCall,
  wireTime,
} from '@tonle/network';
import { readQr } from '@tonle/emvqr';
import {
  answer,
  call,
  decodeCall,
  drawnNotice,
  drawnStanding,
  orderCall,
  payRoute,
  wireAmount,
} from '@tonle/network-aplus';
import { RESULTS } from './codes.js';
import { inquiryDialect, pushDialect, standing } from './push.js';
import { cancelRoute, refundRoute } from './returns.js';
import type { AlipaySettings } from './settings.js';

/** Alipay+ asks at these after a push: the notice of its end goes out beside it (push mode guide). */
const NOTICE_WAITS_MS = [0, 4_000, 4_000, 30_000, 60_000, 60_000, 60_000, 300_000, 300_000];
const BASE = '/alipayplus/v1/';

/** What Alipay+ calls: as of an acquirer in push mode, and as of a wallet about what it was told. */
export function alipayInbound(settings: AlipaySettings): Inbound {
  const { acquirerId, listener } = settings;
  return {
    listener,
    refusal: (refusal) => answer({ result: RESULTS.ofRefusal(refusal) }),
    routes: {
      [`${BASE}userInitiatedPay`]: decodeRoute(settings),
      [`${BASE}pushPayment`]: inboundMessages({
        dialect: pushDialect(acquirerId),
        operation: 'pushPayment',
        subjectOf: ({ messageId }) => messageId,
        scannedOf: (pushed) => pushed,
      }),
      [`${BASE}inquiryPushPayment`]: inboundMessages({
        dialect: inquiryDialect(acquirerId),
        operation: 'inquiryPushPayment',
        subjectOf: ({ paymentId }) => paymentId,
      }),
      [`${BASE}pay`]: payRoute(RESULTS),
      [`${BASE}inquiryPayment`]: inquiryRoute,
      [`${BASE}refund`]: refundRoute,
      [`${BASE}cancelPayment`]: cancelRoute,
    },
    notice: {
      waitsMs: NOTICE_WAITS_MS,
      write: (request) => noticeOf(settings, request),
      isTaken: (reply) => {
        const read = RESULTS.read(reply);
        return read.kind === 'result' && read.means === 'done';
      },
    },
  };
}

/** Of a push its end; of what was drawn on a code its failure. Of a refund, the call itself is repeated until it has an end. */
function noticeOf(settings: AlipaySettings, request: StoredRequest<InboundOutcome>): WireRequest | undefined {
  const { submit, news } = request;
  if (submit.refundOf !== undefined) return undefined;
  if (submit.paymentCodeId !== undefined) return drawnNotice(RESULTS, settings.mppId, request);
  const { acquirerId } = settings;
  return call('notifyPushPayment', { acquirerId, ...standing(submit, news ?? undefined) });
}

/** Decodes a KHQR code: what is answered follows from the code and its merchant, so the same code has the same answer. */
function decodeRoute({ acquirerId }: AlipaySettings): InboundCodes {
  return {
    kind: 'codes',
    operation: 'userInitiatedPay',
    unpriced: true,
    read: (message) => {
      const read = readCall(decodeCall, message);
      if (!read.success) return refused('schema_invalid');
      if ((read.data.acquirerId ?? acquirerId) !== acquirerId) return refused('wrong_recipient');
      return { kind: 'ok', qrText: read.data.codeValue };
    },
    write: ({ payee, amount }, message) => {
      const code = readQr(readCall(decodeCall, message).data?.codeValue ?? '', 0);
      const { merchantCategory, payeeCity, additional } = code.kind === 'read' ? code : {};
      const { creditor, qrExpiresAt, remittance } = payee;
      const orderAmount = amount === undefined ? undefined : wireAmount(amount);
      return answer({
        result: RESULTS.done,
        acquirerId,
        codeType: amount === undefined ? 'ENTRY_CODE' : 'PRIVATE_ORDER_CODE',
        paymentAmount: orderAmount,
        paymentExpiryTime: qrExpiresAt === undefined ? undefined : wireTime(Date.parse(qrExpiresAt)),
        order: {
          referenceOrderId: additional?.['billNumber'],
          orderDescription: remittance ?? payee.displayName,
          orderAmount: orderAmount ?? undefined,
          merchant: {
            referenceMerchantId: creditor.account,
            merchantName: payee.displayName,
            merchantMCC: merchantCategory,
            merchantAddress: { region: creditor.country, city: payeeCity },
          },
        },
      });
    },
  };
}

function readAsked(message: RawMessage): { readonly kind: 'ok'; readonly externalRef: string } | Refusal {
  const read = readCall(orderCall, message);
  return read.success ? { kind: 'ok', externalRef: read.data.paymentRequestId } : refused('schema_invalid');
}

/** How the payer's payment for an order stands, as we told it. What was not told is not paid yet. */
const inquiryRoute: InboundLegs = {
  kind: 'legs',
  operation: 'inquiryPayment',
  read: readAsked,
  writeDrawn: (drawn, id) => answer({ result: RESULTS.done, ...drawnStanding(RESULTS, drawn, id) }),
  write: (leg, paymentRequestId) => {
    if (leg === undefined) return answer({ result: RESULTS.of('ORDER_NOT_EXIST') });
    const outcomes: Record<string, Pick<InboundOutcome, 'state' | 'isoReason'>> = {
      accepted: { state: 'COMPLETED' },
      rejected: { state: 'REJECTED', ...(leg.reason !== undefined && { isoReason: leg.reason }) },
    };
    const paymentAmount = wireAmount(leg.command.amount);
    return answer({
      result: RESULTS.done,
      paymentRequestId,
      paymentAmount,
      ...RESULTS.outcomeOf(outcomes[leg.outcome ?? '']),
    });
  },
};
