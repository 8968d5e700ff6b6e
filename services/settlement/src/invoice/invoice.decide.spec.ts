import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { currency, magnitude } from '@tonle/money';
import { allocatePaid, draftInvoices, taxOn } from './invoice.decide.js';
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

describe('the tax of an invoice', () => {
  const taxes = (percent: string) => () => ({ name: 'VAT', percent });
  const [riel, baht] = [
    { currency: 'KHR', amountMinor: 30_400n },
    { currency: 'THB', amountMinor: 1_005n },
  ];

  it('is on services alone, in the total, and rounded once to what can be paid, half away from zero', () => {
    const some = [
      accrual(riel),
      accrual({ ...riel, feeType: 'fee_return', amountMinor: -10_000n }),
      accrual({ ...riel, feeType: 'fx_difference', amountMinor: 700n }),
    ];
    // 10 % of 204.00 riel are 20.40: riel are paid whole.
    expect(draftInvoices(some, taxes('10'))).toMatchObject([
      { taxMinor: 2_000n, amountMinor: 23_100n, tax: { name: 'VAT', percent: '10' } },
    ]);
    // 50.25 satang round to 50, 50.5 to 51.
    expect(draftInvoices([accrual(baht)], taxes('5'))).toMatchObject([{ taxMinor: 50n }]);
    expect(draftInvoices([accrual({ ...baht, amountMinor: 1_010n })], taxes('5'))).toMatchObject([
      { taxMinor: 51n },
    ]);
    expect(draftInvoices([accrual({ ...baht, side: 'payable' })], taxes('5'))).toMatchObject([
      { taxMinor: 0n },
    ]);
    expect(draftInvoices([accrual({ ...baht, currency: 'JPY' })], taxes('10'))).toMatchObject([
      { taxMinor: 101n },
    ]);
  });

  it('of a credit note gives back what its invoice took; is of its lines together; and is no more than half a step off', () => {
    const amounts = fc.array(fc.bigInt(-(10n ** 14n), 10n ** 14n), { minLength: 1, maxLength: 6 });
    const code = fc.constantFrom('KHR', 'THB', 'JPY');
    const rate = fc.integer({ min: 0, max: 1_000_000 });
    const percentOf = (millionths: number) =>
      `${Math.trunc(millionths / 10_000)}.${`${millionths % 10_000}`.padStart(4, '0')}`;
    fc.assert(
      fc.property(amounts, code, rate, (minors, of, millionths) => {
        const { payableStep } = currency(of);
        const draftOf = (sign: bigint) =>
          draftInvoices(
            minors.map((minor, at) =>
              accrual({ currency: of, corridor: `C${at}`, amountMinor: sign * minor }),
            ),
            taxes(percentOf(millionths)),
          )[0]!;
        const draft = draftOf(1n);
        const base = minors.reduce((sum, minor) => sum + minor, 0n);
        expect(draft.lines.reduce((sum, { taxMinor }) => sum + taxMinor, 0n)).toBe(draft.taxMinor);
        expect(draft.amountMinor).toBe(base + draft.taxMinor);
        expect(draftOf(-1n).taxMinor).toBe(-draft.taxMinor);
        expect(draft.taxMinor).toBe(taxOn(base, BigInt(millionths), payableStep));
        expect(draft.taxMinor % payableStep).toBe(0n);
        const off = draft.taxMinor * 1_000_000n - base * BigInt(millionths);
        expect(magnitude(off) * 2n <= payableStep * 1_000_000n).toBe(true);
      }),
    );
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

  it('fills the invoice that it names first', () => {
    const { paid } = allocatePaid(invoices, 60n, new Map([['INV-2', 50n]]));
    expect([...paid]).toEqual([
      ['CRN-1', -30n],
      ['INV-1', 40n],
      ['INV-2', 50n],
    ]);
  });

  it('is never more than was invoiced, and all of it is somewhere', () => {
    const amounts = fc.array(fc.bigInt(-1_000n, 1_000n), { maxLength: 10 });
    fc.assert(
      fc.property(amounts, fc.bigInt(0n, 5_000n), fc.nat(2_000), (minors, money, given) => {
        const owed = minors.map((amountMinor, index) => ({ number: `${index}`, amountMinor }));
        const { paid, leftMinor } = allocatePaid(owed, money, new Map([['0', BigInt(given)]]));
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
