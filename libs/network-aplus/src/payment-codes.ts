import { hash } from 'node:crypto';
import { legKeyOf, refused, type InboundOutcome } from '@tonle/contracts';
import {
  asStored,
  newestOf,
  type InboundDrawings,
  type PaymentCodes,
  type StandingDrawing,
  type StoredRequest,
  type WireRequest,
} from '@tonle/network';
import { wireAmount } from './amounts.js';
import { codeAnswer } from './calls.js';
import { answer, call, wireIdOf } from './message.js';
import { readPay } from './pay-message.js';
import type { Result, Results } from './results.js';

/** As long as a user-presented payment lives when nothing else is said. */
const LIFETIME_MS = 60_000;
const ASK_MS = 4_000;

/** Codes that payers of a wallet show: Alipay+ issues them by getPaymentCode. */
export function walletCodes(results: Results, mppId: string): PaymentCodes {
  return {
    lifetimeMs: LIFETIME_MS,
    ask: ({ participant, debtor }) => ({
      // The same customer has the same id, and the account is not told.
      ...call('getPaymentCode', {
        mppId,
        customerId: hash('sha256', `${participant} ${debtor.account}`, 'hex'),
      }),
      path: '/aps/api/v1/codes/getPaymentCode',
      timeoutMs: ASK_MS,
    }),
    read: (reply) => {
      const read = results.read(reply);
      if (read.kind !== 'result')
        return {
          ...refused('partner_silent'),
          ...(read.kind === 'open' && read.unmapped !== undefined && { unmapped: read.unmapped }),
        };
      if (read.means === 'refused' || read.means === 'refused_call')
        return refused('payment_codes_not_served', read.code);
      const found = codeAnswer.safeParse(read.means === 'done' ? read.body : undefined);
      if (!found.success) return refused('partner_silent');
      const { paymentCode: text, expiryTime } = found.data;
      return {
        kind: 'issued',
        text,
        ...(expiryTime !== undefined && { expiresMs: Date.parse(expiryTime) }),
      };
    },
  };
}

/** How a payment that was drawn on a code stands: its end, or that it never will be one. What was decided is final. */
export function drawnStanding(
  results: Results,
  drawn: StandingDrawing,
  paymentRequestId: string,
): { readonly paymentResult: Result; readonly [member: string]: unknown } {
  if (drawn.kind === 'refused') {
    const result = results.ofRefusal(drawn);
    return {
      paymentRequestId,
      paymentResult: result.resultStatus === 'F' ? result : results.ofFailure(),
    };
  }
  const { paymentId, submit } = drawn.request;
  return {
    paymentRequestId,
    mppPaymentId: wireIdOf(legKeyOf(paymentId, 'credit')),
    paymentAmount: wireAmount(submit.target),
    ...results.outcomeOf(newestOf(drawn)),
  };
}

/** pay: a merchant abroad draws on the code of a wallet's payer. What its till is told of the payment is the `result`. */
export function payRoute(results: Results): InboundDrawings {
  return {
    kind: 'drawings',
    operation: 'pay',
    read: readPay,
    write: (drawn, { drawingId }) => {
      const { paymentResult: result, ...standing } = drawnStanding(results, drawn, drawingId);
      return answer({ result, ...standing });
    },
  };
}

/** Of a payment that was drawn its credit leg has told the good end; the other one is told here. */
export function drawnNotice(
  results: Results,
  mppId: string,
  request: StoredRequest<InboundOutcome>,
): WireRequest | undefined {
  const standing = drawnStanding(results, asStored(request), request.submit.creditor.account);
  return standing.paymentResult.resultStatus === 'F'
    ? call('notifyPayment', { mppId, ...standing })
    : undefined;
}
