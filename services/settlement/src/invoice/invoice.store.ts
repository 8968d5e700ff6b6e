import type { Queryable, Transaction } from '@tonle/persistence';
import {
  invoiceNumber,
  type InvoiceDraft,
  type InvoiceLine,
  type InvoiceSeries,
  type InvoiceSide,
} from './invoice.js';

export interface IssuedInvoice {
  readonly number: string;
  readonly side: InvoiceSide;
  readonly counterparty: string;
  readonly currency: string;
  readonly month: string;
  /** With the tax. */
  readonly amountMinor: bigint;
  readonly taxMinor: bigint;
  readonly taxName: string | null;
  readonly taxPercent: string | null;
  readonly dueOn: string;
  readonly issuedAt: Date;
  readonly operator: string;
}

export interface IssueOf {
  readonly month: string;
  readonly dueOn: string;
  readonly at: Date;
  readonly operator: string;
}

/** A document with its number. */
export type NumberedInvoice = InvoiceDraft & { readonly number: string };

const SELECT_INVOICES = `
  SELECT number, side, counterparty, currency, month, amount_minor AS "amountMinor", tax_minor AS "taxMinor",
    tax_name AS "taxName", tax_percent AS "taxPercent", due_on::text AS "dueOn",
    issued_at AS "issuedAt", operator
  FROM invoice`;

/** Gives each document its number and keeps it; those of the month that are there already are left out. Returns the new ones. */
export async function issueInvoices(
  transaction: Transaction,
  drafts: readonly InvoiceDraft[],
  of: IssueOf,
): Promise<NumberedInvoice[]> {
  const issued = await invoicesOfMonth(transaction, of.month);
  const known = new Set(issued.map(keyOf));
  const fresh = drafts.filter((draft) => !known.has(keyOf(draft)));
  const numbered: NumberedInvoice[] = [];
  for (const draft of fresh) numbered.push({ ...draft, number: await issue(transaction, draft, of) });
  return numbered;
}

const keyOf = ({ side, counterparty, currency }: Pick<InvoiceDraft, 'side' | 'counterparty' | 'currency'>) =>
  [side, counterparty, currency].join(' ');

async function issue(transaction: Transaction, draft: InvoiceDraft, of: IssueOf): Promise<string> {
  const { series, side, counterparty, currency, amountMinor, taxMinor, tax, lines } = draft;
  const year = of.month.slice(0, 4);
  const sequence = await nextSequence(transaction, series, year);
  const number = invoiceNumber(series, year, sequence);
  await transaction.query(
    `INSERT INTO invoice
       (number, series, year, sequence, side, counterparty, currency, month, amount_minor, due_on, issued_at, operator,
        tax_minor, tax_name, tax_percent)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10::date, $11, $12, $13, $14, $15)`,
    [
      ...[number, series, year, sequence, side, counterparty, currency],
      ...[of.month, amountMinor, of.dueOn, of.at, of.operator],
      ...[taxMinor, tax?.name ?? null, tax?.percent ?? null],
    ],
  );
  await transaction.query(
    `INSERT INTO invoice_line (number, line_no, fee_type, corridor, count, amount_minor, tax_minor)
     SELECT $1, *
     FROM unnest($2::int[], $3::text[], $4::text[], $5::int[], $6::bigint[], $7::bigint[])`,
    [
      number,
      lines.map((_line, index) => index + 1),
      lines.map(({ feeType }) => feeType),
      lines.map(({ corridor }) => corridor),
      lines.map(({ count }) => count),
      lines.map((line) => line.amountMinor),
      lines.map((line) => line.taxMinor),
    ],
  );
  return number;
}

/** The row is locked until the commit: a number that is rolled back is given again. */
async function nextSequence(transaction: Transaction, series: InvoiceSeries, year: string): Promise<number> {
  const [row] = await transaction.query<{ last: number }>(
    `INSERT INTO invoice_series (series, year, last)
     VALUES ($1, $2, 1)
     ON CONFLICT (series, year) DO UPDATE SET last = invoice_series.last + 1
     RETURNING last`,
    [series, year],
  );
  return row!.last;
}

/** Of a month, in the order of their numbers. */
export function invoicesOfMonth(database: Queryable, month: string): Promise<IssuedInvoice[]> {
  return database.query<IssuedInvoice>(`${SELECT_INVOICES} WHERE month = $1 ORDER BY number`, [month]);
}

/** All of some counterparties, the oldest first: money fills them in this order. */
export function invoicesOf(database: Queryable, counterparties: readonly string[]): Promise<IssuedInvoice[]> {
  return database.query<IssuedInvoice>(
    `${SELECT_INVOICES}
     WHERE counterparty = ANY($1)
     ORDER BY month, number`,
    [counterparties],
  );
}

export interface InvoiceFilter {
  readonly month: string | undefined;
  readonly counterparty: string | undefined;
  readonly before: string | undefined;
  readonly limit: number;
}

/** The last number first. */
export function listInvoices(database: Queryable, filter: InvoiceFilter): Promise<IssuedInvoice[]> {
  return database.query<IssuedInvoice>(
    `${SELECT_INVOICES}
     WHERE ($1::text IS NULL OR month = $1)
       AND ($2::text IS NULL OR counterparty = $2)
       AND ($3::text IS NULL OR number < $3)
     ORDER BY number DESC
     LIMIT $4`,
    [filter.month ?? null, filter.counterparty ?? null, filter.before ?? null, filter.limit],
  );
}

export async function findInvoice(database: Queryable, number: string): Promise<IssuedInvoice | undefined> {
  const [row] = await database.query<IssuedInvoice>(`${SELECT_INVOICES} WHERE number = $1`, [number]);
  return row;
}

export function linesOf(database: Queryable, number: string): Promise<InvoiceLine[]> {
  return database.query<InvoiceLine>(
    `SELECT fee_type AS "feeType", corridor, count, amount_minor AS "amountMinor", tax_minor AS "taxMinor"
     FROM invoice_line
     WHERE number = $1
     ORDER BY line_no`,
    [number],
  );
}
