import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { BOOKS_CHECKS } from '../../audit/books-audit-sql.js';
import { InvoiceService } from '../../invoice/invoice.service.js';
import { TaxPolicy } from '../../invoice/tax-policy.js';
import type { ProvenLedger } from '../../journal/proven-ledger.js';
import { LedgerEntries } from '../../ledger/ledger-entries.js';
import { LedgerEntryStore } from '../../ledger/ledger-entry.store.js';
import { tellFacts } from '../fact.testing.js';
import { minorsOf, paymentOf, reportWorld, type ReportWorld } from '../report.testing.js';

// Real: PostgreSQL, the service that issues invoices.

const BY = { operator: 'dara', participant: 'OPERATOR', reason: 'the month is over' };
const ISSUED = '2026-12-01';

describe('fees, taxes and invoices in reports', () => {
  let world: ReportWorld;
  let service: InvoiceService;
  const [first, second] = [paymentOf('82000'), paymentOf('9000')];
  const post = (chainId: string, kind: string, debit: string, credit: string, minor: bigint, day: string) =>
    world.book({ chainId, kind, debit, credit, minor, at: `${day}T05:00:00Z` });
  const fee = (chainId: string, payer: string, minor: bigint, day = '2026-11-20') =>
    post(chainId, 'fee', `FEE_RECEIVABLE:${payer}:KHR`, 'FEE_REVENUE:KHR', minor, day);
  const fees = (parameters: object = {}) =>
    world.rows({ report: 'R13', parameters: { day: '2026-11-20', ...parameters }, basis: 'now' });
  const invoices = (more: object = {}) =>
    world.rows({ report: 'R14', parameters: { day: ISSUED }, basis: 'now', ...more });
  const balance = async (kind: string) =>
    -minorsOf(
      (
        await world.rows({ report: 'R25', parameters: { day: ISSUED, until: '2026-12-20' }, basis: 'now' })
      ).filter((row) => row['kind'] === kind),
      'closing',
    );

  beforeAll(async () => {
    world = await reportWorld('report_fees');
    const { platform, directory, test } = world;
    const kinds = directory
      .participants()
      .map(({ participantId: participant, kind }) => ({ participant, kind, country: null, caps: {} }));
    await tellFacts(
      test.database,
      'routing.participant',
      Object.fromEntries(kinds.map((each) => [each.participant, each])),
      { atMs: platform.clock.now(), sealedMs: Date.parse('2999-01-01T00:00:00Z') },
    );
    await world.take(first, second);
    await fee(first.paymentId, 'KHMEKONG', 30_400n);
    await fee(second.paymentId, 'KHMEKONG', 10_000n);
    await fee(randomUUID(), 'KHANGKOR', 700n);
    await fee(randomUUID(), 'KHMEKONG', 900n, '2026-12-02');
    const refund = randomUUID();
    await post(refund, 'fee_return', 'FEE_REVENUE:KHR', 'FEE_RECEIVABLE:KHMEKONG:KHR', 1_000n, '2026-11-21');
    await post(
      refund,
      'fx_difference',
      'FX_RECEIVABLE:THSWITCH:THB',
      'FX_PAYABLE:FXNAGA:THB',
      42n,
      '2026-11-21',
    );
    platform.clock.set(Date.parse('2026-12-01T02:00:00Z'));
    const taxes = new TaxPolicy([
      { name: 'VAT', country: 'KH', percent: '10', from: '2026-01' },
      { name: 'VAT', country: 'TH', percent: '7', from: '2026-01' },
      { name: 'exempt', counterparty: 'KHANGKOR', percent: '0', from: '2026-01' },
    ]);
    const entries = new LedgerEntries(new LedgerEntryStore(), platform.clock);
    const ledger = { reaches: () => Promise.resolve(true) } as unknown as ProvenLedger;
    service = new InvoiceService(platform, ledger, entries, taxes, directory);
    expect(await service.issue({ month: '2026-11', ...BY })).toHaveLength(4);
    // Routing books what is due.
    const due = await test.database.query<{ debit: string; credit: string; minor: bigint; entryId: string }>(
      'SELECT entry_id AS "entryId", debit, credit, minor FROM ledger_entry',
    );
    for (const { debit, credit, minor } of due)
      await post(randomUUID(), 'invoice_tax', debit, credit, minor, ISSUED);
    await post(
      randomUUID(),
      'fee_paid',
      'NOSTRO:KHSETTLE:KHR',
      'FEE_RECEIVABLE:KHMEKONG:KHR',
      20_001n,
      '2026-12-03',
    );
    platform.clock.set(Date.parse('2026-12-20T02:00:00Z'));
  });
  afterAll(() => world.close());

  it('R14 tells lines with tax, what is paid of them, and how many payments they are of', async () => {
    const rows = await invoices();
    const shown = rows.map(({ number, feeType, corridor, payments, amount, taxName, tax, total, due }) =>
      [number, feeType, corridor, payments, amount, taxName, tax, total, due].join(' '),
    );
    expect(shown).toEqual([
      'INV-2026-000001 fee  0 7.00 exempt 0.00 7.00 2026-12-30',
      'INV-2026-000002 fee KH-TH 2 404.00 VAT 40.00 444.00 2026-12-30',
      'INV-2026-000002 fee_return  0 -10.00 VAT -1.00 -11.00 2026-12-30',
      'INV-2026-000003 fx_difference  0 0.42 VAT 0.00 0.42 2026-12-30',
      'PAY-2026-000001 fx_difference  0 0.42  0.00 0.42 2026-12-30',
    ]);
  });

  it('ties: lines, invoices, the ledger and what was paid come to the same', async () => {
    const rows = await invoices();
    const riel = rows.filter(({ currency, side }) => currency === 'KHR' && side === 'receivable');
    expect(minorsOf(riel, 'tax')).toBe(await balance('TAX_PAYABLE'));
    expect(minorsOf(riel, 'paid')).toBe(20_001n);
    const [issued] = await world.test.database.query<{ minor: bigint }>(
      `SELECT sum(amount_minor)::bigint AS minor FROM invoice WHERE currency = 'KHR'`,
    );
    expect(minorsOf(riel, 'total')).toBe(issued!.minor);
    // What is owed is what was invoiced and not paid, and what was accrued since.
    expect(minorsOf(riel, 'total') - minorsOf(riel, 'paid') + 900n).toBe(-(await balance('FEE_RECEIVABLE')));
    const linked = await world.rows({ report: 'R33', parameters: { day: ISSUED }, basis: 'now' });
    for (const number of new Set(rows.map((row) => row['number'])))
      expect(
        minorsOf(
          linked.filter((row) => row['number'] === number),
          'amount',
        ),
      ).toBe(
        minorsOf(
          rows.filter((row) => row['number'] === number),
          'amount',
        ),
      );
    expect(linked.filter(({ paymentId }) => paymentId === first.paymentId)).toMatchObject([
      { number: 'INV-2026-000002', amount: '304.00', corridor: 'KH-TH' },
    ]);
  });

  it('ties to what the list of invoices says is paid', async () => {
    const rows = await invoices();
    const listed = await service.list({
      limit: 10,
      month: undefined,
      counterparty: undefined,
      before: undefined,
    });
    for (const { number, paidMinor, amountMinor } of listed) {
      const own = rows.filter((row) => row['number'] === number);
      expect([number, minorsOf(own, 'paid'), minorsOf(own, 'total')]).toEqual([
        number,
        paidMinor,
        amountMinor,
      ]);
    }
  });

  it('R14 is a participant its own', async () => {
    const own = await invoices({ receiver: 'KHMEKONG' });
    expect(new Set(own.map(({ counterparty }) => counterparty))).toEqual(new Set(['KHMEKONG']));
    expect(await invoices({ receiver: 'LAPNET' })).toEqual([]);
    expect(
      await world.rows({ report: 'R33', parameters: { day: ISSUED }, basis: 'now', receiver: 'KHANGKOR' }),
    ).toHaveLength(1);
  });

  it('R13 tells what was accrued by corridor and payer, what is on invoices, and what is paid', async () => {
    const rows = await fees();
    const shown = rows.map(
      ({ side, corridor, payerType, feeType, count, base, amount, accrued, invoiced, tax }) =>
        [side, corridor, payerType, feeType, count, base, amount, accrued, invoiced, tax].join(' '),
    );
    expect(shown).toEqual([
      'payable  fx_provider fx_difference 1  0.42 0.00 0.42 0.00',
      'receivable  bank fee 1  7.00 0.00 7.00 0.00',
      'receivable  bank fee_return 1  -10.00 0.00 -10.00 -1.00',
      'receivable  network fx_difference 1  0.42 0.00 0.42 0.00',
      'receivable KH-TH bank fee 2 200480.00 404.00 0.00 404.00 40.00',
    ]);
    const december = await fees({ day: '2026-12-05' });
    expect(december).toMatchObject([
      { month: '2026-12', amount: '9.00', accrued: '9.00', invoiced: '0.00', paid: '0.00' },
    ]);
    const revenue = [...rows, ...december].filter(({ feeType }) => feeType!.startsWith('fee'));
    expect(minorsOf(revenue, 'amount')).toBe(await balance('FEE_REVENUE'));
    const riel = rows.filter(({ currency }) => currency === 'KHR');
    expect([minorsOf(riel, 'paid'), minorsOf(riel, 'tax')]).toEqual([20_001n, await balance('TAX_PAYABLE')]);
  });

  it('R13 of then knows of no invoice that was issued since', async () => {
    const then = await world.rows({ report: 'R13', parameters: { day: '2026-11-01', until: '2026-11-30' } });
    expect(new Set(then.map(({ invoiced, tax }) => `${invoiced} ${tax}`))).toEqual(new Set(['0.00 0.00']));
    const early = await world.rows({ report: 'R13', parameters: { day: '2026-11-20' } });
    expect(early.some(({ feeType }) => feeType === 'fee_return')).toBe(false);
    expect(await fees({ day: '2026-10-05' })).toEqual([]);
  });

  it('R32 tells how long invoices are overdue', async () => {
    const ageing = async (day: string) =>
      (await world.rows({ report: 'R32', parameters: { day }, basis: 'now' })).map(
        ({ section, with: who, band, amount }) => [section, who, band, amount].join(' '),
      );
    expect(await ageing('2026-12-05')).toEqual([
      'Receivables KHANGKOR not due 7.00',
      'Receivables KHMEKONG not due 232.99',
      'Receivables THSWITCH not due 0.42',
      'Payables FXNAGA not due 0.42',
    ]);
    world.platform.clock.set(Date.parse('2027-03-01T00:00:00Z'));
    expect((await ageing('2027-02-10'))[0]).toBe('Receivables KHANGKOR 31-60 overdue 7.00');
  });

  it('R14 has money on the invoice that it names, before older ones get the rest', async () => {
    const { database } = world.test;
    const paid = async () =>
      minorsOf(
        (await invoices()).filter(({ counterparty }) => counterparty === 'KHMEKONG'),
        'paid',
      );
    await database.query(
      `INSERT INTO invoice (number, series, year, sequence, side, counterparty, currency, month, amount_minor, due_on, issued_at, operator)
       VALUES ('INV-2026-000004', 'INV', '2026', 4, 'receivable', 'KHMEKONG', 'KHR', '2026-12', 900, '2027-01-30', '2026-12-31T20:00:00Z', 'dara')`,
    );
    await database.query(
      `INSERT INTO invoice_line (number, line_no, fee_type, corridor, count, amount_minor) VALUES ('INV-2026-000004', 1, 'fee', '', 1, 900)`,
    );
    await database.query(
      `INSERT INTO bank_statement (statement_id, bank, currency, kind, bank_id, from_day, day, opening_minor, closing_minor, line_count,
         sha256, file_no, format, bytes, taken_at, taken_by)
       VALUES (gen_random_uuid(), 'KHSETTLE', 'KHR', 'statement', 'S1', '2027-01-02', '2027-01-02', 0, 0, 0, '00', 1, 'camt.053', '',
         '2027-01-02T05:00:00Z', 'link')`,
    );
    await database.query(
      `INSERT INTO bank_line (line_id, statement_id, bank, currency, day, value_date, amount_minor, reversal, taken_at)
       SELECT 'L1', statement_id, bank, currency, day, day, 800, false, taken_at FROM bank_statement`,
    );
    await database.query(
      `INSERT INTO bank_allocation VALUES ('L1', 1, 'fee', 'INV-2026-000004', 800, 'e', 1, '2027-01-02T05:00:00Z')`,
    );
    world.platform.clock.advance(1000);
    expect(await paid()).toBe(19_201n);
    const named = await world.rows({ report: 'R14', parameters: { day: '2027-01-01' }, basis: 'now' });
    expect(named).toMatchObject([{ number: 'INV-2026-000004', total: '9.00', paid: '8.00' }]);
    // The bank takes the line back: it pays that invoice no more.
    await database.query(
      `INSERT INTO bank_line (line_id, statement_id, bank, currency, day, value_date, amount_minor, reversal, taken_at)
       SELECT 'L2', statement_id, bank, currency, day, day, -800, true, taken_at FROM bank_statement`,
    );
    await database.query(
      `INSERT INTO bank_allocation (line_id, part, target, target_id, amount_minor, entry_id, rule_version, at, reverses_line, reverses_part)
       VALUES ('L2', 1, 'reversal', 'L1', -800, 'f', 1, '2027-01-02T06:00:00Z', 'L1', 1)`,
    );
    world.platform.clock.advance(1000);
    expect(await paid()).toBe(20_001n);
  });

  it('has an audit that sees a tax that is not booked', async () => {
    const check = BOOKS_CHECKS.find(({ invariant }) => invariant.includes('the tax is booked'))!;
    const violations = () => world.test.database.query(check.violations);
    expect(await violations()).toEqual([]);
    await world.test.database.query(
      `UPDATE ledger_entry SET minor = minor + 100 WHERE entry_id = 'tax:INV-2026-000002'`,
    );
    expect(await violations()).toMatchObject([{ violation: expect.stringContaining('INV-2026-000002') }]);
  });
});
