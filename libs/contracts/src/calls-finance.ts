import { z } from 'zod';
import { askedDay, askedMonth } from './calendar-text.js';
import { keptProposal } from './calls-approvals.js';
import { contract, fieldRefusal, instant, operatorAction, refusal } from './calls-contract.js';
import { uuid } from './messages.js';

// What settlement answers about its books: days and months and their close, FX positions, fees and invoices, the journal.

const minor = z.string().regex(/^-?\d{1,30}$/);
const count = z.number().int();
const byPerson = { ...operatorAction, participant: z.string() };
const done = z.discriminatedUnion('kind', [z.object({ kind: z.literal('done') }), refusal]);

/** `2026-11-28`, a day of the books, or `2026-11`, a month of them. */
export const accountingPeriod = z.union([askedDay, askedMonth]);

export const CLOSE_STEP_STATES = ['done', 'carried', 'open'] as const;
export const CLOSE_OWNERS = ['operations', 'finance', 'treasury'] as const;

export const listedPeriod = z.object({
  period: z.string(),
  state: z.enum(['open', 'closed']),
  /** How often it was closed. */
  version: count,
  sha256: z.string().optional(),
  closedAt: instant.optional(),
  closedBy: z.string().optional(),
});
export type ListedPeriod = z.infer<typeof listedPeriod>;

export const closeStep = z.object({
  step: z.string(),
  title: z.string(),
  owner: z.enum(CLOSE_OWNERS),
  state: z.enum(CLOSE_STEP_STATES),
  /** What it has found may be left to a later period, when a person says why. */
  mayCarry: z.boolean().default(false),
  /** A person has to have looked, also when nothing is wrong. */
  needsPerson: z.boolean().default(false),
  facts: z.record(z.string(), z.string()),
  problems: z.array(z.string()),
  found: count,
  findingSha256: z.string(),
  note: z.object({ note: z.string(), operator: z.string(), participant: z.string(), at: instant }).optional(),
});
export type CloseStep = z.infer<typeof closeStep>;

const positionState = z.object({
  quantityMinor: minor,
  costMinor: minor,
  earnedMinor: minor,
  unrealisedMinor: minor,
});

export const fxPosition = z.object({
  provider: z.string(),
  corridor: z.string(),
  base: z.string(),
  counter: z.string(),
  day: z.string(),
  opening: positionState,
  closing: positionState,
  boughtMinor: minor,
  boughtForMinor: minor,
  soldMinor: minor,
  soldForMinor: minor,
  settledMinor: minor,
  spreadMinor: minor,
  residualMinor: minor,
  realisedMinor: minor,
  unrealisedChangeMinor: minor,
  market: z
    .object({
      sourceCurrency: z.string(),
      targetCurrency: z.string(),
      rate: z.string(),
      source: z.string(),
      day: z.string(),
    })
    .optional(),
});
export type FxPosition = z.infer<typeof fxPosition>;

export const INVOICE_SIDES = ['receivable', 'payable'] as const;
const invoiceLine = z.object({
  feeType: z.string(),
  corridor: z.string(),
  count,
  amountMinor: minor,
});
export const accruedFee = invoiceLine.extend({
  side: z.enum(INVOICE_SIDES),
  counterparty: z.string(),
  currency: z.string(),
  /** The invoice that it is on, when there is one. */
  number: z.string().optional(),
});
export type AccruedFee = z.infer<typeof accruedFee>;

export const listedInvoice = z.object({
  number: z.string(),
  side: z.enum(INVOICE_SIDES),
  counterparty: z.string(),
  currency: z.string(),
  month: z.string(),
  /** With the tax. */
  amountMinor: minor,
  taxMinor: minor.default('0'),
  /** Absent: none is levied. */
  tax: z.object({ name: z.string(), percent: z.string() }).optional(),
  paidMinor: minor,
  dueOn: z.string(),
  issuedAt: instant,
});
export type ListedInvoice = z.infer<typeof listedInvoice>;
export const wholeInvoice = listedInvoice.extend({
  lines: z.array(invoiceLine.extend({ taxMinor: minor.default('0') })),
});
export type WholeInvoice = z.infer<typeof wholeInvoice>;

export const journalLine = z.object({
  journalId: z.string(),
  at: instant,
  kind: z.string(),
  currency: z.string(),
  debit: z.string(),
  credit: z.string(),
  amountMinor: minor,
  document: z.string(),
  windowId: z.string().optional(),
  /** Of a bank line: its value date. Absent: the day itself. */
  valueDate: z.string().optional(),
});
export type PublishedJournalLine = z.infer<typeof journalLine>;

export const financeCalls = {
  periods: contract(
    'settlement',
    'settlement.periods',
    5000,
    z.object({
      kind: z.enum(['day', 'month']),
      before: z.string().optional(),
      limit: count.min(1).max(1000),
    }),
    z.object({ periods: z.array(listedPeriod) }),
  ),
  /** As it stands; of a closed period, as it stood when it was closed. */
  checklist: contract(
    'settlement',
    'settlement.checklist',
    60_000,
    z.object({ period: accountingPeriod }),
    listedPeriod.extend({ steps: z.array(closeStep) }),
  ),
  signStep: contract(
    'settlement',
    'settlement.sign-close-step',
    60_000,
    z.object({ period: accountingPeriod, step: z.string(), findingSha256: z.string(), ...byPerson }),
    done,
  ),
  /** Looks at every step once more, keeps the report and locks the period. */
  closePeriod: contract(
    'settlement',
    'settlement.close-period',
    120_000,
    z.object({ period: accountingPeriod, ...byPerson }),
    z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('closed'), version: count, sha256: z.string() }),
      refusal,
    ]),
  ),
  /** One operator proposes; it is opened when two others have approved. */
  proposeReopening: contract(
    'settlement',
    'settlement.propose-reopening',
    5000,
    z.object({ period: accountingPeriod, ...byPerson }),
    z.discriminatedUnion('kind', [
      z.object({
        kind: z.literal('proposed'),
        approvalId: uuid,
        approvalsRequired: count,
        expiresAt: instant,
      }),
      refusal,
    ]),
  ),
  /** The report that a period was closed with, exactly as it was kept. */
  closeReport: contract(
    'settlement',
    'settlement.close-report',
    10_000,
    z.object({ period: accountingPeriod, version: count.optional() }),
    z.discriminatedUnion('kind', [
      z.object({
        kind: z.literal('found'),
        period: z.string(),
        version: count,
        report: z.string(),
        sha256: z.string(),
        /** Ed25519 over the report's bytes, base64; absent where settlement has no key. */
        signature: z.string().optional(),
        closedAt: instant,
        closedBy: z.string(),
        /** A later version takes its place. */
        reopenedAt: instant.optional(),
      }),
      refusal,
    ]),
  ),
  /** Postings of a day in the order of time. */
  journal: contract(
    'settlement',
    'settlement.journal',
    30_000,
    z.object({
      day: z.iso.date(),
      /** The last line of the page before. */
      after: z.string().optional(),
      limit: count.min(1).max(5000),
    }),
    z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('page'), lines: z.array(journalLine), complete: z.boolean() }),
      refusal,
    ]),
  ),
  fxPositions: contract(
    'settlement',
    'settlement.fx-positions',
    30_000,
    z.object({ day: z.iso.date() }),
    z.object({
      positions: z.array(fxPosition),
      /** As of now; empty while fx does not answer. */
      exposures: z.array(
        z.object({ provider: z.string(), currency: z.string(), limitMinor: minor, usedMinor: minor }),
      ),
    }),
  ),
  /** Done when it stands already; otherwise when others have approved it. */
  setReferenceRate: contract(
    'settlement',
    'settlement.set-reference-rate',
    5000,
    z.object({
      day: z.iso.date(),
      sourceCurrency: z.string(),
      targetCurrency: z.string(),
      rate: z.string(),
      ...byPerson,
    }),
    z.discriminatedUnion('kind', [z.object({ kind: z.literal('done') }), keptProposal, fieldRefusal]),
  ),
  /** What was accrued in a month, and on which invoice it is. */
  fees: contract(
    'settlement',
    'settlement.fees',
    30_000,
    z.object({ month: askedMonth }),
    z.object({ fees: z.array(accruedFee) }),
  ),
  issueInvoices: contract(
    'settlement',
    'settlement.issue-invoices',
    60_000,
    z.object({ month: askedMonth, ...byPerson }),
    z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('issued'), numbers: z.array(z.string()) }),
      refusal,
    ]),
  ),
  invoices: contract(
    'settlement',
    'settlement.invoices',
    10_000,
    z.object({
      month: askedMonth.optional(),
      counterparty: z.string().optional(),
      before: z.string().optional(),
      limit: count.min(1).max(1000),
    }),
    z.object({ invoices: z.array(listedInvoice) }),
  ),
  invoice: contract(
    'settlement',
    'settlement.invoice',
    10_000,
    z.object({ number: z.string() }),
    z.discriminatedUnion('kind', [z.object({ kind: z.literal('found'), invoice: wholeInvoice }), refusal]),
  ),
};
