import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { allocatePaid, draftInvoices } from './invoice.decide.js';
import { invoiceNumber, type Accrual } from './invoice.js';

const accrual = (more: Partial<Accrual> = {}): Accrual => ({
  side: 'receivable',
  counterparty: 'KHMEKONG',
  currency: 'KHR',
  feeType: 'fee',
  corridor: 'KH-TH',
  count: 3,
  amountMinor: 30_000n,
  ...more,
});

describe('the invoices of a month', () => {
  it('are one a counterparty, currency and side, with a line a type and corridor', () => {
    const drafts = draftInvoices([
      accrual({ counterparty: 'KHANGKOR' }),
      accrual({ feeType: 'fee_return', count: 1, amountMinor: -10_000n }),
      accrual(),
      accrual({ corridor: 'KH-LA', count: 1, amountMinor: 500n }),
      accrual({ side: 'payable', counterparty: 'FXNAGA', feeType: 'fx_difference', amountMinor: 7n }),
    ]);
    expect(
      drafts.map(({ series, counterparty, amountMinor }) => [series, counterparty, amountMinor]),
    ).toEqual([
      ['PAY', 'FXNAGA', 7n],
      ['INV', 'KHANGKOR', 30_000n],
      ['INV', 'KHMEKONG', 20_500n],
    ]);
    expect(drafts[2]!.lines.map(({ feeType, corridor }) => `${feeType} ${corridor}`)).toEqual([
      'fee KH-LA',
      'fee KH-TH',
      'fee_return KH-TH',
    ]);
  });

  it('are a credit note when more was given back than owed', () => {
    const [draft] = draftInvoices([accrual({ feeType: 'fee_return', amountMinor: -1n })]);
    expect(draft).toMatchObject({ series: 'CRN', amountMinor: -1n });
  });

  it('do not hang on the order of what they are made of, and add up', () => {
    const some = fc.array(
      fc.record({
        side: fc.constantFrom('receivable' as const, 'payable' as const),
        counterparty: fc.constantFrom('A', 'B'),
        currency: fc.constantFrom('KHR', 'USD'),
        feeType: fc.constantFrom('fee', 'fee_return'),
        corridor: fc.constantFrom('KH-TH', 'KH-LA'),
        count: fc.nat(),
        amountMinor: fc.bigInt(-(10n ** 12n), 10n ** 12n),
      }),
      { maxLength: 16 },
    );
    fc.assert(
      fc.property(some, (drawn) => {
        const byKey = new Map(
          drawn.map((one) => [
            [one.side, one.counterparty, one.currency, one.feeType, one.corridor].join(' '),
            one,
          ]),
        );
        const accruals = [...byKey.values()];
        const drafts = draftInvoices(accruals);
        expect(draftInvoices([...accruals].reverse())).toEqual(drafts);
        const total = (list: readonly { readonly amountMinor: bigint }[]) =>
          list.reduce((sum, { amountMinor }) => sum + amountMinor, 0n);
        expect(total(drafts)).toBe(total(accruals));
      }),
    );
  });

  it('are numbered by series and year', () => {
    expect(invoiceNumber('INV', '2026', 17)).toBe('INV-2026-000017');
  });
});

describe('what is paid', () => {
  const invoices = [
    { number: 'INV-1', amountMinor: 100n },
    { number: 'CRN-1', amountMinor: -30n },
    { number: 'INV-2', amountMinor: 50n },
  ];

  it('fills the oldest first, credit notes with it', () => {
    const { paid, leftMinor } = allocatePaid(invoices, 90n);
    expect([...paid]).toEqual([
      ['CRN-1', -30n],
      ['INV-1', 100n],
      ['INV-2', 20n],
    ]);
    expect(leftMinor).toBe(0n);
  });

  it('is never more than was invoiced, and all of it is somewhere', () => {
    const amounts = fc.array(fc.bigInt(-1_000n, 1_000n), { maxLength: 10 });
    fc.assert(
      fc.property(amounts, fc.bigInt(0n, 5_000n), (minors, money) => {
        const owed = minors.map((amountMinor, index) => ({ number: `${index}`, amountMinor }));
        const { paid, leftMinor } = allocatePaid(owed, money);
        let sum = leftMinor;
        for (const { number, amountMinor } of owed) {
          const part = paid.get(number)!;
          sum += part;
          expect(amountMinor < 0n ? part === amountMinor : part >= 0n && part <= amountMinor).toBe(true);
        }
        expect(sum).toBe(money);
      }),
    );
  });
});
