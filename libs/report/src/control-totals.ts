import { amount, formatAmount } from '@tonle/money';
import { currencyOf, type ColumnTotal, type ReportColumn, type ReportRow } from './report-table.js';

interface Sum {
  readonly column: string;
  readonly currency: string;
  count: number;
  debit: bigint;
  credit: bigint;
}

/** Adds up the amounts of a report while its rows pass, exactly. */
export class ControlTotals {
  private readonly sums = new Map<string, Sum>();
  private readonly amounts: readonly ReportColumn[];
  private counted = 0;

  constructor(columns: readonly ReportColumn[]) {
    this.amounts = columns.filter(({ type, isBalance }) => type === 'amount' && isBalance !== true);
  }

  add(rows: readonly ReportRow[]): void {
    this.counted += rows.length;
    for (const row of rows)
      for (const column of this.amounts) {
        const minor = row[column.key];
        if (typeof minor === 'bigint') this.count(column.key, currencyOf(column, row), minor);
      }
  }

  get rows(): number {
    return this.counted;
  }

  /** In the order of columns, then currencies. */
  totals(): ColumnTotal[] {
    const place = new Map(this.amounts.map(({ key }, index) => [key, index]));
    return [...this.sums.values()]
      .sort((a, b) => place.get(a.column)! - place.get(b.column)! || (a.currency < b.currency ? -1 : 1))
      .map(({ column, currency, count, debit, credit }) => {
        const text = (minor: bigint) => formatAmount(amount(currency, minor));
        return {
          column,
          currency,
          count,
          debit: text(debit),
          credit: text(credit),
          net: text(credit - debit),
        };
      });
  }

  private count(column: string, currency: string, minor: bigint): void {
    const key = `${column} ${currency}`;
    const sum = this.sums.get(key) ?? { column, currency, count: 0, debit: 0n, credit: 0n };
    sum.count += 1;
    if (minor < 0n) sum.debit -= minor;
    else sum.credit += minor;
    this.sums.set(key, sum);
  }
}
