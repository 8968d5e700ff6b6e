import { currency as currencyOf, magnitude } from '@tonle/money';
import {
  TAXED_TRANSFERS,
  type Accrual,
  type InvoiceDraft,
  type InvoiceLine,
  type InvoiceSeries,
  type InvoiceSide,
} from './invoice.js';
import { millionthsOf, type InvoiceTax } from './tax-policy.js';

/** Parts of a whole that percentages are counted in. */
const WHOLE = 1_000_000n;

/** Undefined: nothing is levied on what this counterparty owes. */
export type TaxOf = (counterparty: string) => InvoiceTax | undefined;

/** The documents of a month: one a counterparty, currency and side, in a fixed order, so that their numbers are too. */
export function draftInvoices(accruals: readonly Accrual[], taxOf: TaxOf = () => undefined): InvoiceDraft[] {
  const groups = new Map<string, Accrual[]>();
  for (const accrual of accruals) {
    const key = [accrual.side, accrual.counterparty, accrual.currency].join(' ');
    groups.set(key, [...(groups.get(key) ?? []), accrual]);
  }
  return [...groups]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, group]) => {
      const { side, counterparty, currency } = group[0]!;
      // What the scheme owes is for its counterparty to tax.
      const tax = side === 'receivable' ? taxOf(counterparty) : undefined;
      const lines = taxed(group.map(lineOf).sort(byName), currency, tax);
      const taxMinor = lines.reduce((sum, line) => sum + line.taxMinor, 0n);
      const amountMinor = lines.reduce((sum, line) => sum + line.amountMinor, taxMinor);
      const named = { side, counterparty, currency, ...(tax !== undefined && { tax }) };
      return { series: seriesOf(side, amountMinor), ...named, amountMinor, taxMinor, lines };
    });
}

const seriesOf = (side: InvoiceSide, amountMinor: bigint): InvoiceSeries => {
  if (side === 'payable') return 'PAY';
  return amountMinor < 0n ? 'CRN' : 'INV';
};

const lineOf = ({ feeType, corridor, count, amountMinor }: Accrual): InvoiceLine => ({
  feeType,
  corridor,
  count,
  amountMinor,
  taxMinor: 0n,
});

/**
 * Lines with their parts of the tax. The tax of an invoice is that on the sum of what is taxed, rounded once, half away from zero, to
 * what can be paid; the lines get what each adds to it in their order, so that they add up to it exactly.
 */
function taxed(lines: readonly InvoiceLine[], code: string, tax: InvoiceTax | undefined): InvoiceLine[] {
  if (tax === undefined) return [...lines];
  const millionths = millionthsOf(tax.percent);
  const { payableStep } = currencyOf(code);
  let [base, levied] = [0n, 0n];
  return lines.map((line) => {
    if (!TAXED_TRANSFERS.includes(line.feeType)) return line;
    base += line.amountMinor;
    const upTo = taxOn(base, millionths, payableStep);
    const taxMinor = upTo - levied;
    levied = upTo;
    return { ...line, taxMinor };
  });
}

/** Half away from zero, so that a credit note gives back what its invoice took; whole steps of what can be paid. */
export function taxOn(baseMinor: bigint, millionths: bigint, payableStep: bigint): bigint {
  const size = magnitude(baseMinor);
  const unit = WHOLE * payableStep;
  const steps = (2n * size * millionths + unit) / (2n * unit);
  return (baseMinor < 0n ? -steps : steps) * payableStep;
}

const byName = (a: InvoiceLine, b: InvoiceLine): number => {
  const [left, right] = [`${a.feeType} ${a.corridor}`, `${b.feeType} ${b.corridor}`];
  return left < right ? -1 : 1;
};

interface Owed {
  readonly number: string;
  readonly amountMinor: bigint;
}

/**
 * What is paid of each: money that names an invoice fills that one; the rest, and credit notes, fill them in their order, oldest first.
 * What is left over is a credit of the counterparty.
 */
export function allocatePaid(
  invoices: readonly Owed[],
  paidMinor: bigint,
  named: ReadonlyMap<string, bigint> = new Map(),
): { readonly paid: ReadonlyMap<string, bigint>; readonly leftMinor: bigint } {
  const credits = invoices.filter(({ amountMinor }) => amountMinor < 0n);
  const paid = new Map(credits.map(({ number, amountMinor }) => [number, amountMinor]));
  let left = paidMinor - credits.reduce((sum, { amountMinor }) => sum + amountMinor, 0n);
  const owed = invoices.filter(({ amountMinor }) => amountMinor >= 0n);
  const fill = (number: string, most: bigint) => {
    const part = left < 0n ? 0n : left < most ? left : most;
    paid.set(number, (paid.get(number) ?? 0n) + part);
    left -= part;
  };
  for (const { number, amountMinor } of owed) {
    const given = named.get(number) ?? 0n;
    fill(number, given < amountMinor ? given : amountMinor);
  }
  for (const { number, amountMinor } of owed) fill(number, amountMinor - paid.get(number)!);
  return { paid, leftMinor: left };
}
