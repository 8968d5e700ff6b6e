import { plainText, refused, type Refusal } from '@tonle/contracts';
import { type Drawing, type RawMessage, endToEndIdOf, readCall } from '@tonle/network';
import { payCall } from './calls.js';

/** A `pay` that was under way for longer is refused, and lives no longer when it does not say until when. */
const LIFETIME_MS = 60_000;
const TEXT_MAX = 140;

/** `pay`, to the wallet of a payer who shows a payment code: whose code, how much, for which merchant. */
export function readPay(message: RawMessage): { readonly kind: 'ok'; readonly drawing: Drawing } | Refusal {
  const read = readCall(payCall, message);
  const sentMs = Date.parse(String(message.headers['request-time']));
  if (!read.success || Number.isNaN(sentMs)) return refused('schema_invalid');
  const { paymentRequestId, paymentAmount, payToAmount, paymentQuote, paymentExpiryTime, order } = read.data;
  const { merchantName, merchantAddress } = order.merchant;
  const country = merchantAddress?.region;
  const drawing: Drawing = {
    drawingId: paymentRequestId,
    code: read.data.paymentMethod.paymentMethodId,
    amount: paymentAmount,
    payee: {
      name: plainText(merchantName, TEXT_MAX).trim() || paymentRequestId,
      account: paymentRequestId,
      accountType: 'ORDER',
      ...(country !== undefined && { country }),
    },
    endToEndId: endToEndIdOf(paymentRequestId),
    ...(order.orderDescription !== undefined && { remittance: plainText(order.orderDescription, TEXT_MAX) }),
    partnerTerms: {
      ...(payToAmount !== undefined && { orderAmount: payToAmount }),
      ...(paymentQuote !== undefined && { quote: paymentQuote }),
    },
    sentMs,
    acceptanceMs: LIFETIME_MS,
    expiresMs: paymentExpiryTime === undefined ? sentMs + LIFETIME_MS : Date.parse(paymentExpiryTime),
  };
  return { kind: 'ok', drawing };
}
