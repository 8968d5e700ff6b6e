import type { InvoiceTax } from './tax-policy.js';

// What participants owe the scheme for its services and for refunds by their fault, and what it owes them: accrued in the ledger
// by each payment, invoiced by the month with the tax on it (reports R13 and R14).

/** Who owes: `receivable`, the participant; `payable`, the scheme, which writes the document for it. */
export type InvoiceSide = 'receivable' | 'payable';

/** Kinds of accounts, by who owes what stands on them. */
export const INVOICED_ACCOUNTS = {
  receivable: ['FEE_RECEIVABLE', 'FX_RECEIVABLE'],
  payable: ['FEE_PAYABLE', 'FX_PAYABLE'],
} as const satisfies Readonly<Record<InvoiceSide, readonly string[]>>;

/** Kinds of transfers that make up invoices; every other one on these accounts pays, or writes off. */
export const INVOICED_TRANSFERS = ['fee', 'fee_return', 'fx_difference'] as const;

/** Of these, what the scheme's services cost: taxes are on it. What exact refunds owe makes good a loss, and has none. */
export const TAXED_TRANSFERS: readonly string[] = ['fee', 'fee_return'];

/** The tax of an invoice, booked when it is issued: neither accrued nor paid. */
export const TAX_TRANSFER = 'invoice_tax';

/** Days after the end of the month until which an invoice is to be paid. */
export const INVOICE_DUE_DAYS = 30;

/** What a counterparty has run up in a month, by type and corridor, as the ledger has it. */
export interface Accrual {
  readonly side: InvoiceSide;
  readonly counterparty: string;
  readonly currency: string;
  /** Kind of the transfers. */
  readonly feeType: string;
  /** Empty where no payment of ours is known for them. */
  readonly corridor: string;
  readonly count: number;
  /** Owed (above zero) or given back; minor units. */
  readonly amountMinor: bigint;
}

export interface InvoiceLine {
  readonly feeType: string;
  readonly corridor: string;
  readonly count: number;
  readonly amountMinor: bigint;
  /** Beside the amount. */
  readonly taxMinor: bigint;
}

/** An invoice, or a credit note where more was given back than owed; before it has a number. */
export interface InvoiceDraft {
  readonly series: InvoiceSeries;
  readonly side: InvoiceSide;
  readonly counterparty: string;
  readonly currency: string;
  /** With the tax. */
  readonly amountMinor: bigint;
  readonly taxMinor: bigint;
  /** Absent: none is levied. */
  readonly tax?: InvoiceTax;
  readonly lines: readonly InvoiceLine[];
}

/** Each has numbers of its own, from 1 on in each year, without a gap. */
export type InvoiceSeries = 'INV' | 'CRN' | 'PAY';

/** `INV-2026-000017` */
export const invoiceNumber = (series: InvoiceSeries, year: string, sequence: number): string =>
  `${series}-${year}-${String(sequence).padStart(6, '0')}`;
