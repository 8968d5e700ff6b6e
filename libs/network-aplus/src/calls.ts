import { absent, idOfWire, instantOfWire, wireText } from '@tonle/network';
import { z } from 'zod';
import { amountOfWire } from './amounts.js';
import { quoteOfWire } from './message.js';

// What of each call we read. What else is in it is not looked at.

const code = wireText.max(512);

/** userInitiatedPay, to the acquirer of a code. */
export const decodeCall = z.object({
  acquirerId: absent(wireText),
  codeValue: code,
  customerId: absent(idOfWire),
});

/** The answer to userInitiatedPay, for the wallet that scanned an order: what its merchant gets, and what the wallet settles. */
export const orderAnswer = z.object({
  paymentRequestId: idOfWire,
  paymentAmount: absent(amountOfWire),
  payToAmount: absent(amountOfWire),
  paymentQuote: absent(quoteOfWire),
  paymentExpiryTime: absent(instantOfWire),
  order: z.object({
    referenceOrderId: absent(idOfWire),
    orderDescription: absent(wireText.max(256)),
    merchant: z.object({ merchantName: wireText.max(256) }),
  }),
});

/** pushPayment: a wallet has charged its user for a code. */
export const pushCall = z.object({
  acquirerId: idOfWire,
  paymentId: idOfWire,
  paymentAmount: amountOfWire,
  codeValue: code,
  customerId: absent(idOfWire),
  walletBrandName: absent(wireText.max(128)),
  paymentExpiryTime: absent(instantOfWire),
  customerPaidAmount: absent(amountOfWire),
  settlementAmount: absent(amountOfWire),
  settlementQuote: absent(quoteOfWire),
});

/** inquiryPushPayment. */
export const pushInquiry = z.object({ acquirerId: absent(idOfWire), paymentId: idOfWire });

/** inquiryPayment and cancelPayment: calls about an order. */
export const orderCall = z.object({ paymentRequestId: idOfWire });

/** refund of an order, or of a part of it. */
export const refundCall = z.object({
  paymentRequestId: idOfWire,
  refundRequestId: idOfWire,
  refundAmount: amountOfWire,
  refundReason: absent(wireText.max(256)),
  refundFromAmount: absent(amountOfWire),
  refundQuote: absent(quoteOfWire),
});

/** The answer to getPaymentCode, for the wallet whose payer shows the code. */
export const codeAnswer = z.object({ paymentCode: wireText.max(128), expiryTime: absent(instantOfWire) });

/** pay: a merchant abroad has scanned a payment code. What the wallet settles is `paymentAmount`. */
export const payCall = z.object({
  paymentRequestId: idOfWire,
  paymentAmount: amountOfWire,
  payToAmount: absent(amountOfWire),
  paymentQuote: absent(quoteOfWire),
  paymentMethod: z.object({ paymentMethodId: wireText.max(128) }),
  paymentExpiryTime: absent(instantOfWire),
  order: z.object({
    orderDescription: absent(wireText.max(256)),
    merchant: z.object({
      merchantName: wireText.max(256),
      merchantAddress: absent(z.object({ region: absent(z.string().regex(/^[A-Z]{2}$/)) })),
    }),
  }),
});
