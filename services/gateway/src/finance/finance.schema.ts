import {
  accountingPeriod,
  askedDay as day,
  askedMonth,
  CLOSE_OWNERS,
  CLOSE_STEP_STATES,
  INVOICE_SIDES,
} from '@tonle/contracts';
import { z } from 'zod';
import { publicAmount } from '../http/public-amount.js';
import { approvalName } from '../operations/approval.schema.js';
import { reason } from '../operations/operations.schema.js';
import { currencyCode, instant, pageLimit, printable } from '../payment/payment.schema.js';

// The books: days and months and their close, FX positions, fees and invoices, the journal.

const PAGE_MAX = 500;
const sha256 = z.string();

export const month = askedMonth.meta({ description: 'A month of the books' });
const PERIOD = /^[0-9]{4}-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12][0-9]|3[01]))?$/;
export const period = z
  .string()
  .regex(PERIOD, 'Must be 2026-11-28 or 2026-11.')
  .superRefine((text, context) => {
    const read = accountingPeriod.safeParse(text);
    if (PERIOD.test(text) && !read.success)
      context.addIssue({ code: 'custom', message: 'There is no such day or month.' });
  })
  .meta({ description: 'A day of the books, such as 2026-11-28, or a month, 2026-11' });
export const stepName = printable(64).meta({ description: 'A step of the checklist' });
export const invoiceNumber = printable(32).meta({ description: 'Number of the invoice' });

export const periodsQuery = z.strictObject({
  kind: z.enum(['day', 'month']).default('day').meta({ description: 'Days or months' }),
  cursor: period.optional().meta({ description: '`next` of the page before' }),
  limit: pageLimit(PAGE_MAX),
});
export type PeriodsQuery = z.infer<typeof periodsQuery>;

const periodFields = {
  period: z.string(),
  state: z.enum(['open', 'closed']),
  version: z.int(),
  sha256: sha256.optional(),
  closedAt: instant.optional(),
  closedBy: z.string().optional(),
};
export const publicPeriods = z
  .object({ periods: z.array(z.object(periodFields)), next: z.string().optional() })
  .meta({ id: 'ClosePeriods' });
export type PublicPeriods = z.infer<typeof publicPeriods>;

export const publicChecklist = z
  .object({
    ...periodFields,
    steps: z.array(
      z.object({
        step: z.string(),
        title: z.string(),
        owner: z.enum(CLOSE_OWNERS),
        state: z.enum(CLOSE_STEP_STATES),
        mayCarry: z.boolean(),
        needsPerson: z.boolean(),
        facts: z.record(z.string(), z.string()),
        problems: z.array(z.string()),
        found: z.int(),
        finding: sha256,
        note: z
          .object({ note: z.string(), operator: z.string(), participant: z.string(), at: instant })
          .optional(),
      }),
    ),
  })
  .meta({ id: 'CloseChecklist' });
export type PublicChecklist = z.infer<typeof publicChecklist>;

export const signStepBody = z
  .strictObject({ finding: z.string().regex(/^[0-9a-f]{64}$/, 'Must be `finding` of the step.'), reason })
  .meta({ id: 'SignCloseStep' });
export type SignStep = z.infer<typeof signStepBody>;
export const reasonBody = z.strictObject({ reason }).meta({ id: 'ClosePeriod' });
export const reopenBody = z.strictObject({ reason }).meta({ id: 'ReopenPeriod' });
export type WithReason = z.infer<typeof reasonBody>;
export const closedPeriod = z.object({ version: z.int(), sha256 }).meta({ id: 'ClosedPeriod' });
export type ClosedPeriod = z.infer<typeof closedPeriod>;
export const proposedReopening = z
  .object({ approvalId: approvalName, approvalsRequired: z.int(), expiresAt: instant })
  .meta({ id: 'ProposedReopening' });
export type ProposedReopening = z.infer<typeof proposedReopening>;

export const reportQuery = z.strictObject({
  version: z
    .string()
    .regex(/^[1-9][0-9]{0,5}$/, 'Must be a number from 1 on.')
    .optional()
    .meta({ description: 'An earlier version, of a period that was reopened; the newest when absent' }),
});
export type ReportQuery = z.infer<typeof reportQuery>;
export const publicReport = z
  .object({
    period: z.string(),
    version: z.int(),
    report: z.string(),
    sha256,
    signature: z.string().optional(),
    closedAt: instant,
    closedBy: z.string(),
    reopenedAt: instant.optional(),
  })
  .meta({ id: 'CloseReport' });
export type PublicReport = z.infer<typeof publicReport>;

const JOURNAL_CURSOR = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}:[a-z_]{1,40}$/;
export const journalQuery = z.strictObject({
  cursor: z
    .string()
    .regex(JOURNAL_CURSOR, 'Must be `next` of the page before.')
    .optional()
    .meta({ description: '`next` of the page before' }),
  limit: pageLimit(PAGE_MAX),
});
export type JournalQuery = z.infer<typeof journalQuery>;
export const publicJournal = z
  .object({
    lines: z.array(
      z.object({
        journalId: z.string(),
        at: instant,
        valueDate: day,
        kind: z.string(),
        debit: z.string(),
        credit: z.string(),
        amount: publicAmount,
        document: z.string(),
        windowId: z.string().optional(),
      }),
    ),
    complete: z.boolean(),
    next: z.string().optional(),
  })
  .meta({ id: 'Journal' });
export type PublicJournal = z.infer<typeof publicJournal>;

export const dayQuery = z.strictObject({
  day: day.optional().meta({ description: 'A day of the books; yesterday when absent' }),
});
export type DayQuery = z.infer<typeof dayQuery>;
export const publicPositions = z
  .object({
    day,
    positions: z.array(
      z.object({
        provider: z.string(),
        corridor: z.string(),
        opening: publicAmount,
        bought: publicAmount,
        boughtFor: publicAmount,
        sold: publicAmount,
        soldFor: publicAmount,
        settled: publicAmount,
        closing: publicAmount,
        cost: publicAmount,
        averageRate: z.string().optional(),
        market: z
          .object({
            sourceCurrency: z.string(),
            targetCurrency: z.string(),
            rate: z.string(),
            source: z.string(),
            day,
          })
          .optional(),
        openingResult: publicAmount,
        spread: publicAmount,
        residual: publicAmount,
        realised: publicAmount,
        unrealisedChange: publicAmount,
        unrealised: publicAmount,
        closingResult: publicAmount,
        exposure: z.object({ limit: publicAmount, used: publicAmount, usedPercent: z.string() }).optional(),
      }),
    ),
  })
  .meta({ id: 'FxPositions' });
export type PublicPositions = z.infer<typeof publicPositions>;

export const referenceRateBody = z
  .strictObject({
    day,
    sourceCurrency: currencyCode,
    targetCurrency: currencyCode,
    rate: z.string().max(20).meta({ description: 'Units of the target currency for one of the source' }),
    reason,
  })
  .meta({ id: 'SetReferenceRate' });
export type SetReferenceRate = z.infer<typeof referenceRateBody>;

const invoiceLine = z.object({
  feeType: z.string(),
  corridor: z.string(),
  count: z.int(),
  amount: publicAmount,
});
export const feesQuery = z.strictObject({ month });
export type FeesQuery = z.infer<typeof feesQuery>;
export const publicFees = z
  .object({
    fees: z.array(
      invoiceLine.extend({
        side: z.enum(INVOICE_SIDES),
        counterparty: z.string(),
        number: z.string().optional(),
      }),
    ),
  })
  .meta({ id: 'Fees' });
export type PublicFees = z.infer<typeof publicFees>;

export const issueInvoicesBody = z.strictObject({ month, reason }).meta({ id: 'IssueInvoices' });
export type IssueInvoices = z.infer<typeof issueInvoicesBody>;
export const issuedInvoices = z.object({ numbers: z.array(z.string()) }).meta({ id: 'IssuedInvoices' });
export type IssuedInvoices = z.infer<typeof issuedInvoices>;

export const invoicesQuery = z.strictObject({
  month: month.optional(),
  counterparty: printable(64).optional().meta({ description: 'Id of a participant' }),
  cursor: z
    .string()
    .regex(/^(?:INV|CRN|PAY)-[0-9]{4}-[0-9]{6}$/, 'Must be `next` of the page before.')
    .optional()
    .meta({ description: '`next` of the page before' }),
  limit: pageLimit(PAGE_MAX),
});
export type InvoicesQuery = z.infer<typeof invoicesQuery>;
const invoiceFields = {
  number: z.string(),
  side: z.enum(INVOICE_SIDES),
  counterparty: z.string(),
  month: z.string(),
  amount: publicAmount,
  tax: z.object({ name: z.string(), percent: z.string(), levied: publicAmount }).optional(),
  paid: publicAmount,
  due: publicAmount,
  dueOn: day,
  issuedAt: instant,
};
export const publicInvoices = z
  .object({ invoices: z.array(z.object(invoiceFields)), next: z.string().optional() })
  .meta({ id: 'Invoices' });
export type PublicInvoices = z.infer<typeof publicInvoices>;
export const publicInvoice = z
  .object({ ...invoiceFields, lines: z.array(invoiceLine.extend({ levied: publicAmount })) })
  .meta({ id: 'Invoice' });
export type PublicInvoice = z.infer<typeof publicInvoice>;
