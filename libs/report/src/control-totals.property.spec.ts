import { describe, expect, it } from '@jest/globals';
import { amount, currency, formatAmount } from '@tonle/money';
import fc from 'fast-check';
import { ControlTotals } from './control-totals.js';
import { anyRow, COLUMNS, row } from './report.testing.js';

function totalsOf(rows: readonly (typeof anyRow extends fc.Arbitrary<infer R> ? R : never)[]) {
  const totals = new ControlTotals(COLUMNS);
  totals.add(rows);
  return totals;
}

describe('control totals', () => {
  it('add up exactly, in each currency apart', () => {
    fc.assert(
      fc.property(fc.array(anyRow, { maxLength: 30 }), (rows) => {
        const totals = totalsOf(rows);
        expect(totals.rows).toBe(rows.length);
        for (const { currency: code, count, net, debit, credit } of totals.totals()) {
          const minors = rows
            .filter((each) => each['currency'] === code)
            .map((each) => each['amount'] as bigint);
          const sum = (of: readonly bigint[]) => of.reduce((all, minor) => all + minor, 0n);
          expect(count).toBe(minors.length);
          expect(net).toBe(formatAmount(amount(code, sum(minors))));
          expect(debit).toBe(formatAmount(amount(code, -sum(minors.filter((minor) => minor < 0n)))));
          expect(credit).toBe(formatAmount(amount(code, sum(minors.filter((minor) => minor > 0n)))));
          expect(net.split('.')[1]?.length ?? 0).toBe(currency(code).scale);
        }
      }),
    );
  });

  it('leave balances out, and cells without an amount', () => {
    const columns = COLUMNS.map((column) =>
      column.key === 'amount' ? { ...column, isBalance: true } : column,
    );
    const totals = new ControlTotals(columns);
    totals.add([row()]);
    expect(totals.totals()).toEqual([]);
    expect(totalsOf([row({ amount: null })]).totals()).toEqual([]);
  });
});
