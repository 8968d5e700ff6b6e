import { z } from 'zod';
import { amountJson } from './amount.js';
import { instant } from './calls-contract.js';
import { partnerTerms } from './partner-terms.js';
import { PAYMENT_STATES } from './states.js';

// What travels about money that goes back (domain 6.11).

export const uuid = z.string().regex(/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/);
const name = z.string().max(200);

/**
 * The payment that a refund gives back, in whole or in part, as those know it who have to find it again (domain 6.11). The refund
 * runs the other way, from the original's payee to its payer.
 */
export const refundedPayment = z.object({
  paymentId: uuid,
  uetr: uuid,
  /** The sender's own id of it: inbound, the partner network's. */
  messageId: z.string().max(140),
  endToEndId: z.string().max(35),
  quoteId: uuid,
  /** Outbound: the reference of the network that credited it. */
  partnerRef: name.optional(),
  source: amountJson,
  target: amountJson,
  acceptedAt: instant,
  /** What the partner had said of its money. */
  partnerTerms: partnerTerms.optional(),
});
export type RefundedPayment = z.infer<typeof refundedPayment>;

/** A refund of a payment, however it stands. */
export const linkedRefund = z.object({
  paymentId: uuid,
  state: z.enum(PAYMENT_STATES),
  /** In the currency that the payee got. */
  amount: amountJson,
});
export type LinkedRefund = z.infer<typeof linkedRefund>;

/** Whose wish or fault a refund is: the payee's wish, the payer's, a fault at the payee's side, or here. */
export const REFUND_FAULTS = ['merchant_request', 'payer_request', 'receiving_side', 'switch'] as const;
export type RefundFault = (typeof REFUND_FAULTS)[number];
/** Who bears that rates have moved since the payment: nobody in one currency; the payee's side or the scheme by their fault. */
export const FX_BEARERS = ['none', 'provider', 'payer', 'receiving_side', 'scheme'] as const;

/** Why a refund is made, and what follows for whoever bears the rate. */
export const refundCause = z.object({
  fault: z.enum(REFUND_FAULTS).catch('merchant_request'),
  fxBearer: z.enum(FX_BEARERS).catch('provider'),
  /** What its provider gets for the target by the rate of the day. Whoever is at fault bears the difference from the refund's source. */
  conversion: z.object({ source: amountJson, rate: name }).optional(),
  /** What of the payment's scheme fee is given back to whoever owed it. */
  feeReturned: z.object({ payer: name, amount: amountJson }).optional(),
});
export type RefundCause = z.infer<typeof refundCause>;

/** Return reasons of ISO 20022 that say whose fault or wish it is; all others are the payee's. */
const FAULTS: Readonly<Record<string, RefundFault>> = {
  CUST: 'payer_request',
  MD06: 'payer_request',
  FOCR: 'payer_request',
  DUPL: 'payer_request',
  FRAD: 'payer_request',
  AC01: 'receiving_side',
  AC03: 'receiving_side',
  AC04: 'receiving_side',
  AC06: 'receiving_side',
  AC13: 'receiving_side',
  AG01: 'receiving_side',
  AG02: 'receiving_side',
  BE04: 'receiving_side',
  RC01: 'receiving_side',
  TECH: 'receiving_side',
};

/** Whose fault or wish a return with this reason is. */
export function refundFaultOf(isoReason: string | undefined): RefundFault {
  return isoReason !== undefined && Object.hasOwn(FAULTS, isoReason)
    ? FAULTS[isoReason]!
    : 'merchant_request';
}
