import { z } from 'zod';
import {
  askedDay,
  askedInstant as instant,
  carriedText,
  FX_BEARERS,
  PAYMENT_STATES,
  REFUND_FAULTS,
} from '@tonle/contracts';
import { publicAmount } from '../http/public-amount.js';
import { publicPartnerTerms } from './partner-terms.schema.js';

// What participants send and get. One schema checks, types and documents (OpenAPI).

const uuid = z
  .string()
  .regex(/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/, 'Must be a UUID in lower case.');
const uuidV4 = z
  .string()
  .regex(
    /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    'Must be a UUID of version 4 in lower case.',
  );
/** ISO 3166-1 alpha-2. */
const countryCode = z.string().regex(/^[A-Z]{2}$/, 'Must be a country as two capital letters, such as TH.');
/** ISO 4217. */
const currencyCode = z
  .string()
  .regex(/^[A-Z]{3}$/, 'Must be a currency as three capital letters, such as THB.');
/** How many entries a page of a list has at most; `max` is the largest that may be asked for. */
const pageLimit = (max: number): z.ZodType<number, string | undefined> =>
  z
    .string()
    .regex(/^\d{1,3}$/, `Must be a number from 1 to ${max}.`)
    .transform((text) => Number.parseInt(text, 10))
    .pipe(z.int().min(1).max(max))
    .default(50);

/** Printable text without leading or trailing blanks. */
export function printable(max: number): z.ZodString {
  return carriedText
    .min(1)
    .max(max)
    .refine((text) => text === text.trim(), 'Must not begin or end with white space.');
}

/** ISO 20022 identifiers: no slash at the ends, none doubled. */
const isoId = printable(35).regex(
  /^[A-Za-z0-9?:().,'+ -]+(\/[A-Za-z0-9?:().,'+ -]+)*$/,
  "Must have only Latin letters, digits, blanks and / - ? : ( ) . , ' +, with no slash at an end or doubled.",
);

export const customerBody = z
  .strictObject({
    name: printable(140).meta({ examples: ['Sok Dara'] }),
    account: printable(99).meta({ examples: ['u0000123@mekong'] }),
    accountType: printable(35)
      .optional()
      .meta({ description: "Default: the kind of accounts that the payer's network has" }),
    country: countryCode.optional(),
    town: printable(35).optional(),
  })
  .meta({ id: 'Customer' });

export const createPaymentBody = z
  .strictObject({
    lookupId: uuid.meta({ description: 'The payee, from POST /v1/lookups' }),
    quoteId: uuidV4.meta({
      description: 'The quote, which gives amounts and currencies; from POST /v1/quotes',
    }),
    debtor: customerBody,
    purpose: z
      .string()
      .regex(/^[A-Z0-9]{4}$/, 'Must be a purpose code of four capital letters or digits, such as GDDS.')
      .optional()
      .meta({ description: 'ISO 20022 external purpose code', examples: ['GDDS'] }),
    remittance: printable(140).optional(),
    endToEndId: isoId.optional().meta({ description: 'Default NOTPROVIDED' }),
    uetr: uuidV4.optional().meta({ description: 'Generated when absent' }),
    confirmDuplicateOf: uuid.optional(),
  })
  .meta({ id: 'CreatePayment' });
export type CreatePayment = z.infer<typeof createPaymentBody>;

const problemFields = z
  .object({
    type: z.string(),
    title: z.string(),
    code: z.string(),
    detail: z.string().optional(),
    isoReason: z.string(),
    retry: z.string(),
    remedy: z.string(),
  })
  .meta({ id: 'PaymentProblem' });

const shownCustomer = z.object({
  name: z.string(),
  account: z.string(),
  accountType: z.string(),
  agent: z.string(),
});

/** Why a refund is made. */
export const publicRefundCause = z
  .object({
    fault: z.enum(REFUND_FAULTS).meta({ description: 'Whose wish or fault it is' }),
    fxBearer: z.enum(FX_BEARERS).meta({
      description:
        'Who bears that rates have moved since the payment: `provider`, at the rate of the payment; `payer`, at that of the day; ' +
        '`receiving_side` or `scheme`, whose fault it is: the payer gets exactly its part of what it paid; `none` in one currency',
    }),
    conversion: z
      .object({
        source: publicAmount.meta({ description: 'What the FX provider gets for the target' }),
        rate: z.string().meta({ description: 'The rate of the day' }),
      })
      .optional()
      .meta({
        description:
          'Of a fault: whoever bears it is invoiced how much this is more than the source, or less',
      }),
    feeReturned: z
      .object({ payer: z.string(), amount: publicAmount })
      .optional()
      .meta({ description: 'What of the scheme fee of the payment is given back to whoever owed it' }),
  })
  .meta({ description: 'Of a refund: why it is made, and what follows' });

/** Refunds of a payment. */
export const linkedRefunds = z
  .array(
    z.object({
      paymentId: uuid,
      state: z.enum(PAYMENT_STATES).meta({ description: 'State of the refund inside the switch' }),
      amount: publicAmount.meta({ description: 'In the currency that the payee got' }),
    }),
  )
  .meta({ description: 'Refunds of the payment, oldest first' });

/** A payment as its sender sees it, or the payee's bank. */
export const publicPayment = z
  .object({
    paymentId: uuid,
    uetr: uuid,
    state: z.enum(['processing', 'completed', 'failed', 'blocked']),
    step: z.enum(PAYMENT_STATES).meta({ description: 'State of the payment inside the switch' }),
    isoStatus: z.string().meta({ description: 'ISO 20022 transaction status', examples: ['ACCC'] }),
    problem: problemFields.optional().meta({ description: 'Why it failed' }),
    waitsUntil: instant.optional().meta({
      description:
        'A network does not answer: nothing is debited, and the payment goes on when it does, or fails then as `partner_away`',
    }),
    direction: z.enum(['outbound', 'inbound']),
    corridor: z.string(),
    sender: z.string(),
    messageId: z.string().meta({ description: 'Idempotency-Key, or MsgId of the ISO message' }),
    endToEndId: z.string(),
    quoteId: uuid,
    source: publicAmount,
    target: publicAmount,
    creditedAmount: publicAmount.optional(),
    refundOf: uuid.optional(),
    refundCause: publicRefundCause.optional(),
    refundedAmount: publicAmount.optional(),
    refundableAmount: publicAmount.optional(),
    refunds: linkedRefunds.optional(),
    rate: z.string().optional(),
    fxProvider: z.string().optional(),
    settlementBank: z.string().optional(),
    fees: z.array(z.object({ kind: z.string(), payer: z.string(), amount: publicAmount })),
    partnerTerms: publicPartnerTerms.optional(),
    paymentCodeId: uuid.optional(),
    debtor: shownCustomer.meta({ description: "To the payee's bank the account is masked" }),
    creditor: shownCustomer.meta({ description: 'Of a refund that you made the account is masked' }),
    purpose: z.string().optional(),
    remittance: z.string().optional(),
    partnerReferences: z.object({
      debit: z.string().optional(),
      credit: z.string().optional(),
      reversal: z.string().optional(),
    }),
    receivedAt: instant,
    acceptedAt: instant,
    updatedAt: instant,
    completedAt: instant.optional(),
    settlementDate: askedDay
      .optional()
      .meta({ description: "Interbank settlement date: the day of the home network's settlement window" }),
    history: z.array(
      z.object({
        from: z.string().nullable(),
        event: z.string(),
        to: z.string(),
        at: instant.meta({ description: 'The last time, when it happened several times' }),
        times: z.int().optional().meta({ description: 'How often; absent for once' }),
      }),
    ),
    links: z.object({ self: z.string() }),
  })
  .meta({ id: 'Payment' });
export type PublicPayment = z.infer<typeof publicPayment>;

export const listNote = z
  .string()
  .optional()
  .meta({ description: 'Of an empty page that was asked for by an id: that nothing has it' });

export const publicPaymentList = z
  .object({ payments: z.array(publicPayment), next: z.string().optional(), note: listNote })
  .meta({ id: 'PaymentList' });
export type PublicPaymentList = z.infer<typeof publicPaymentList>;

const PAGE_MAX = 200;

export const listPaymentsQuery = z.strictObject({
  direction: z.enum(['outbound', 'inbound']).optional().meta({
    description: 'outbound: what you sent; inbound: what comes in for your customers; both when absent',
  }),
  uetr: uuid.optional(),
  partnerReference: printable(140).optional(),
  messageId: printable(140).optional(),
  endToEndId: printable(35).optional(),
  refundOf: uuid.optional().meta({ description: 'Refunds of this payment' }),
  state: z.enum(['processing', 'completed', 'failed', 'blocked']).optional(),
  from: instant.optional().meta({ description: 'Received at or after this; with a zone' }),
  until: instant.optional().meta({ description: 'Received before this; with a zone' }),
  settlementDate: askedDay
    .optional()
    .meta({ description: "Interbank settlement date: the day of the home network's settlement window" }),
  currency: z
    .string()
    .max(8)
    .optional()
    .meta({ description: 'Of either side', examples: ['THB'] }),
  amountMin: z
    .string()
    .max(40)
    .optional()
    .meta({ description: 'At least this much in `currency`, decimal text', examples: ['820.00'] }),
  amountMax: z.string().max(40).optional().meta({ description: 'At most this much in `currency`' }),
  cursor: uuid.optional().meta({ description: '`next` of the page before' }),
  limit: pageLimit(PAGE_MAX),
});
export type ListPayments = z.infer<typeof listPaymentsQuery>;

export const idempotencyKey = z
  .string()
  .regex(/^[!-~]{1,140}$/, 'Must have 1 to 140 visible ASCII characters, without blanks.')
  .meta({ description: 'Reuse the same value for every retry' });
export { countryCode, isoId, currencyCode, instant, pageLimit, uuid, uuidV4 };
