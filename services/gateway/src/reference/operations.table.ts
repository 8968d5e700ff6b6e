import type { z } from 'zod';
import type { Reason } from '@tonle/contracts';
import type { Scope } from '../access/access.js';
import { publicCorridors } from '../directory/corridor.controller.js';
import { createLookupBody, publicLookup } from '../lookup/lookup.schema.js';
import * as ops from '../operations/operations.schema.js';
import {
  createPaymentBody,
  listPaymentsQuery,
  publicPayment,
  publicPaymentList,
} from '../payment/payment.schema.js';
import { createQuoteBody, publicQuote } from '../quote/quote.schema.js';
import { pushRatesBody, pushedRates, withdrawRatesQuery, withdrawnRates } from '../rate/rate.controller.js';

/** One operation of the public API, as the reference tells it. */
export interface Operation {
  readonly method: 'get' | 'post' | 'delete';
  /** Parameters in braces. */
  readonly path: string;
  readonly tag: string;
  readonly summary: string;
  readonly description?: string;
  readonly scope: Scope | 'any';
  readonly body?: z.ZodType;
  readonly query?: z.ZodType;
  /** The caller may be held (Prefer: wait), and an idempotency key is needed. */
  readonly pays?: boolean;
  readonly answers: Readonly<Record<number, { readonly description: string; readonly schema?: z.ZodType }>>;
  /** ISO 20022 XML in and out; `body` and schemas do not apply. */
  readonly xml?: boolean;
  /** Reasons beside those that any request may meet. */
  readonly reasons: readonly Reason[];
}

const AMOUNT = [
  'unknown_currency',
  'malformed_amount',
  'too_many_decimals',
  'amount_not_positive',
  'amount_too_large',
] as const;
const AWAY = ['unavailable'] as const;
const PAYING = [
  'key_reused',
  'uetr_in_use',
  'quote_unknown',
  'corridor_unknown',
  'amount_mismatch',
  'not_permitted',
  'account_unknown',
  'participant_paused',
  ...AWAY,
] as const;
const CODES = ['qr_unreadable', 'qr_tampered', 'qr_expired', 'qr_not_served', 'corridor_closed'] as const;
const PAYEES = [
  'payee_unknown',
  'payee_not_eligible',
  'account_unknown',
  'account_closed',
  'account_blocked',
  'partner_silent',
] as const;

const REST: readonly Operation[] = [
  {
    method: 'post',
    path: '/v1/lookups',
    tag: 'Pay',
    summary: 'Who would be paid?',
    description: "Reads a scanned code or takes an account or proxy, and asks the payee's network.",
    scope: 'payments',
    body: createLookupBody,
    answers: { 200: { description: 'The payee', schema: publicLookup } },
    reasons: [...CODES, ...PAYEES, ...AWAY],
  },
  {
    method: 'post',
    path: '/v1/quotes',
    tag: 'Pay',
    summary: 'What would it cost?',
    description:
      'The cheapest provider for this amount, why the others lost, and until when the quote holds. A quote is used at most once.',
    scope: 'payments',
    body: createQuoteBody,
    answers: { 200: { description: 'The quote', schema: publicQuote } },
    reasons: [
      ...AMOUNT,
      'lookup_unknown',
      'amount_mismatch',
      'corridor_unknown',
      'corridor_closed',
      'no_quote_available',
      ...AWAY,
    ],
  },
  {
    method: 'post',
    path: '/v1/payments',
    tag: 'Pay',
    summary: 'Pay a looked-up payee with a quote',
    description:
      'Durable when answered. Send it again with the same Idempotency-Key as often as you like: it is one payment, and the answer is how it stands. ' +
      'A payment that fails after it was taken is answered 200 with `state: failed` and its `problem`.',
    scope: 'payments',
    body: createPaymentBody,
    pays: true,
    answers: {
      200: { description: 'The payment has ended', schema: publicPayment },
      202: { description: 'The payment is under way', schema: publicPayment },
    },
    reasons: ['key_missing', 'lookup_unknown', 'lookup_expired', ...PAYING],
  },
  {
    method: 'get',
    path: '/v1/payments/{paymentId}',
    tag: 'Pay',
    summary: 'How does a payment stand?',
    scope: 'payments',
    answers: { 200: { description: 'The payment', schema: publicPayment } },
    reasons: ['not_found'],
  },
  {
    method: 'get',
    path: '/v1/payments',
    tag: 'Pay',
    summary: 'Your payments, newest first',
    description:
      'By UETR, partner reference, message id, end-to-end id or state. `next` is the cursor of the next page.',
    scope: 'payments',
    query: listPaymentsQuery,
    answers: { 200: { description: 'A page', schema: publicPaymentList } },
    reasons: [],
  },
  {
    method: 'get',
    path: '/v1/corridors',
    tag: 'Pay',
    summary: 'Where can be paid, in which currencies, up to which limits',
    scope: 'any',
    answers: { 200: { description: 'All corridors', schema: publicCorridors } },
    reasons: [],
  },
  {
    method: 'post',
    path: '/v1/fx/rates',
    tag: 'Provide exchange',
    summary: 'Push standing rates',
    description: 'Each replaces the last rate of its pair. 422 only when none was taken.',
    scope: 'rates',
    body: pushRatesBody,
    answers: { 200: { description: 'What became of each rate', schema: pushedRates } },
    reasons: ['rate_refused', ...AWAY],
  },
  {
    method: 'delete',
    path: '/v1/fx/rates',
    tag: 'Provide exchange',
    summary: 'Withdraw standing rates, all or of one pair',
    scope: 'rates',
    query: withdrawRatesQuery,
    answers: { 200: { description: 'How many were withdrawn', schema: withdrawnRates } },
    reasons: [...AWAY],
  },
];

const ISO_20022: readonly Operation[] = [
  {
    method: 'post',
    path: '/iso20022/pacs.008',
    tag: 'ISO 20022',
    summary: 'Pay (pacs.008.001.08, .12 or .13)',
    description:
      'Answered by pacs.002 of the same family: .08 by .10, .12 by .14, .13 by .15. ' +
      'The quote id stands in AgrdRate/QtId (.13) or as `/QUOT/<id>` in InstrForNxtAgt. ' +
      'MsgId and UETR are the key of the request; a repeat gives the same payment, other content is RJCT DUPL.',
    scope: 'payments',
    pays: true,
    xml: true,
    answers: {
      200: { description: 'pacs.002: the payment has ended, or was not taken (RJCT)' },
      202: { description: 'pacs.002: the payment is under way' },
      400: { description: 'admi.002: this cannot be read as such a message' },
    },
    reasons: ['element_missing', 'participant_unknown', 'rate_differs', 'unknown_currency', ...PAYING],
  },
  {
    method: 'post',
    path: '/iso20022/pacs.028',
    tag: 'ISO 20022',
    summary: 'How does a payment stand? (pacs.028.001.03, .05 or .06)',
    description:
      'Asked by UETR, original message id or end-to-end id. An unknown payment is answered without status and with reason AG09.',
    scope: 'payments',
    xml: true,
    answers: { 200: { description: 'pacs.002' }, 400: { description: 'admi.002' } },
    reasons: [],
  },
  {
    method: 'post',
    path: '/iso20022/acmt.023',
    tag: 'ISO 20022',
    summary: 'Who stands behind an account or proxy? (acmt.023.001.02 to .04)',
    scope: 'payments',
    xml: true,
    answers: { 200: { description: 'acmt.024' }, 400: { description: 'admi.002' } },
    reasons: ['partner_silent', ...AWAY],
  },
];

const OPERATE: readonly Operation[] = (
  [
    {
      method: 'get',
      path: '/v1/ops/audit',
      summary: 'Check the invariants over the tables of every service',
      answers: { 200: { description: 'Findings', schema: ops.publicAudit } },
    },
    {
      method: 'get',
      path: '/v1/ops/payments/{paymentId}',
      summary: 'Any payment as routing knows it',
      answers: { 200: { description: 'The payment' } },
    },
    {
      method: 'get',
      path: '/v1/ops/holds',
      summary: 'Payments that wait for a decision on screening',
      answers: { 200: { description: 'Holds', schema: ops.publicHolds } },
    },
    {
      method: 'post',
      path: '/v1/ops/holds/{paymentId}/decision',
      summary: 'Clear or confirm a hold',
      body: ops.decideHoldBody,
      answers: { 200: { description: 'Done', schema: ops.doneAnswer } },
    },
    {
      method: 'post',
      path: '/v1/ops/corridors/{corridor}',
      summary: 'Open or close a direction of a corridor',
      body: ops.setCorridorBody,
      answers: { 200: { description: 'Done', schema: ops.doneAnswer } },
    },
    {
      method: 'get',
      path: '/v1/ops/liquidity',
      summary: 'Prefunds, caps, positions and headroom',
      answers: { 200: { description: 'Accounts', schema: ops.publicLiquidity } },
    },
    {
      method: 'get',
      path: '/v1/ops/windows',
      summary: 'Settlement windows',
      query: ops.windowsQuery,
      answers: { 200: { description: 'Windows', schema: ops.publicWindows } },
    },
    {
      method: 'get',
      path: '/v1/ops/breaks',
      summary: 'Reconciliation breaks',
      query: ops.breaksQuery,
      answers: { 200: { description: 'Breaks', schema: ops.publicBreaks } },
    },
    {
      method: 'post',
      path: '/v1/ops/jobs',
      summary: 'Start a settlement job by hand',
      body: ops.runJobBody,
      answers: { 202: { description: 'Started', schema: ops.startedJob } },
    },
    {
      method: 'get',
      path: '/v1/ops/jobs/{jobId}',
      summary: 'How does a job stand?',
      answers: { 200: { description: 'The job', schema: ops.publicJob } },
    },
  ] as const
).map((operation): Operation => ({
  tag: 'Operate',
  scope: 'ops',
  reasons: ['not_found', ...AWAY],
  ...operation,
}));

export const OPERATIONS: readonly Operation[] = [...REST, ...ISO_20022, ...OPERATE];
