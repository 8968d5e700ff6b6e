import type { Accrual, InvoiceDraft, InvoiceLine, InvoiceSeries, InvoiceSide } from './invoice.js';

/** The documents of a month: one a counterparty, currency and side, in a fixed order, so that their numbers are too. */
export function draftInvoices(accruals: readonly Accrual[]): InvoiceDraft[] {
  const groups = new Map<string, Accrual[]>();
  for (const accrual of accruals) {
    const key = [accrual.side, accrual.counterparty, accrual.currency].join(' ');
    groups.set(key, [...(groups.get(key) ?? []), accrual]);
  }
  return [...groups]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, group]) => {
      const { side, counterparty, currency } = group[0]!;
      const lines = group.map(lineOf).sort(byName);
      const amountMinor = lines.reduce((sum, line) => sum + line.amountMinor, 0n);
      return { series: seriesOf(side, amountMinor), side, counterparty, currency, amountMinor, lines };
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
});

const byName = (a: InvoiceLine, b: InvoiceLine): number => {
  const [left, right] = [`${a.feeType} ${a.corridor}`, `${b.feeType} ${b.corridor}`];
  return left < right ? -1 : 1;
};

interface Owed {
  readonly number: string;
  readonly amountMinor: bigint;
}

/**
 * What is paid of each, oldest first: credit notes and money fill the invoices in their order. What is left over is a credit of
 * the counterparty.
 */
export function allocatePaid(
  invoices: readonly Owed[],
  paidMinor: bigint,
): { readonly paid: ReadonlyMap<string, bigint>; readonly leftMinor: bigint } {
  const credits = invoices.filter(({ amountMinor }) => amountMinor < 0n);
  const paid = new Map(credits.map(({ number, amountMinor }) => [number, amountMinor]));
  let left = paidMinor - credits.reduce((sum, { amountMinor }) => sum + amountMinor, 0n);
  for (const { number, amountMinor } of invoices) {
    if (amountMinor < 0n) continue;
    const part = left < 0n ? 0n : left < amountMinor ? left : amountMinor;
    paid.set(number, part);
    left -= part;
  }
  return { paid, leftMinor: left };
}
