import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { financeCalls } from '@tonle/contracts';
import { auditedActions } from '@tonle/platform';
import { auditFindings } from '../audit/audit.store.js';
import { BooksWorld } from '../close/books.testing.js';
import { completed } from '../payment/payment-event.testing.js';

// Real: PostgreSQL, the payments' handler, the calls of settlement.

const MONTH = '2026-11';
let world: BooksWorld;

const fee = (payer: string, minor: bigint, chainId: string = randomUUID(), at = '2026-11-20T05:00:00Z') =>
  world.post(chainId, 'fee', `FEE_RECEIVABLE:${payer}:KHR`, 'FEE_REVENUE:KHR', minor, at);
const issue = (month = MONTH) =>
  world.platform.calls.call(financeCalls.issueInvoices, {
    ...{ month, operator: 'OPERATOR-1', participant: 'OPERATOR', reason: 'the month is over' },
  });
const invoices = async (filter: object = {}) =>
  (await world.platform.calls.call(financeCalls.invoices, { limit: 10, ...filter })).invoices;

beforeAll(async () => {
  world = await BooksWorld.start('invoices');
  const payment = completed();
  await world.pay(payment);
  await fee('KHMEKONG', 10_000n, payment.paymentId);
  await fee('KHMEKONG', 5_000n);
  await fee('KHANGKOR', 700n);
  // The first instant of December in Phnom Penh.
  await fee('KHANGKOR', 900n, randomUUID(), '2026-11-30T17:00:00Z');
  const refund = randomUUID();
  await world.post(
    ...([refund, 'fee_return', 'FEE_REVENUE:KHR', 'FEE_RECEIVABLE:KHMEKONG:KHR', 1_000n] as const),
    '2026-11-21T05:00:00Z',
  );
  await world.post(
    ...([refund, 'fx_difference', 'FX_RECEIVABLE:THSWITCH:THB', 'FX_PAYABLE:FXNAGA:THB', 42n] as const),
    '2026-11-21T05:00:00Z',
  );
});
afterAll(() => world.stop());

describe('what was accrued in a month', () => {
  it('is told by counterparty, type and corridor, before it is invoiced', async () => {
    const { fees } = await world.platform.calls.call(financeCalls.fees, { month: MONTH });
    const rows = fees.map(({ counterparty, feeType, corridor, count, amountMinor, number }) =>
      [counterparty, feeType, corridor, count, amountMinor, number ?? '-'].join(' '),
    );
    expect(rows).toEqual([
      'FXNAGA fx_difference  1 42 -',
      'KHANGKOR fee  1 700 -',
      'KHMEKONG fee  1 5000 -',
      'KHMEKONG fee KH-TH 1 10000 -',
      'KHMEKONG fee_return  1 -1000 -',
      'THSWITCH fx_difference  1 42 -',
    ]);
  });

  it('is invoiced when the month is over and all of it is here, once, with numbers without a gap', async () => {
    world.platform.clock.set(Date.parse('2026-11-30T16:59:59Z'));
    expect(await issue()).toMatchObject({ reason: 'period_not_over' });
    world.endDay('2026-11-30');
    await world.proveUntil('2026-11-20');
    expect(await issue()).toMatchObject({ reason: 'ledger_not_known_yet' });
    await world.proveUntil('2999-01-01');
    expect((await world.checklist(MONTH)).steps.find(({ step }) => step === 'fees_invoiced')).toMatchObject({
      found: 4,
    });
    const numbers = ['PAY-2026-000001', 'INV-2026-000001', 'INV-2026-000002', 'INV-2026-000003'];
    expect(await issue()).toEqual({ kind: 'issued', numbers });
    expect(await issue()).toEqual({ kind: 'issued', numbers: [] });
    expect((await world.checklist(MONTH)).steps.find(({ step }) => step === 'fees_invoiced')).toMatchObject({
      state: 'done',
    });
    expect(await auditedActions(world.test.database)).toContain('invoice.issue');
  });

  it('two that issue at the same time issue it once', async () => {
    world.endDay('2026-12-31');
    const both = await Promise.all([issue('2026-12'), issue('2026-12')]);
    const numbers = both.flatMap((answer) => (answer.kind === 'issued' ? answer.numbers : ['refused']));
    expect(numbers).toEqual(['INV-2026-000004']);
    expect(await invoices({ month: '2026-12' })).toMatchObject([
      { counterparty: 'KHANGKOR', amountMinor: '900', dueOn: '2027-01-30' },
    ]);
  });

  it('is shown to be other than its invoice, should the ledger ever say so', async () => {
    await world.test.database.query(`UPDATE invoice SET amount_minor = 1 WHERE number = 'INV-2026-000002'`);
    const found = (await world.checklist(MONTH)).steps.find(({ step }) => step === 'fees_invoiced')!;
    expect(found.problems).toEqual(['receivable KHMEKONG KHR: accrued 140 KHR, the invoice says 0.01 KHR']);
    await world.test.database.query(
      `UPDATE invoice SET amount_minor = 14000 WHERE number = 'INV-2026-000002'`,
    );
  });
});

describe('the audit of fees', () => {
  const found = async () => {
    const findings = await auditFindings(world.test.database);
    return findings.find(({ invariant }) => invariant.startsWith('what was accrued'))!;
  };

  it('holds what was accrued against what was invoiced, for each counterparty', async () => {
    expect(await found()).toMatchObject({ ok: true, checked: 4 });
  });

  it.each([
    [
      'an accrual of an invoiced month that no invoice has',
      `INSERT INTO ledger_transfer (chain_id, kind, debit, credit, minor, at)
       SELECT gen_random_uuid(), 'fee', d.account_id, c.account_id, 11, '2026-11-05' FROM ledger_account AS d, ledger_account AS c
       WHERE d.code = 'FEE_RECEIVABLE:KHMEKONG:KHR' AND c.code = 'FEE_REVENUE:KHR'`,
      'receivable KHMEKONG: accrued 140.11 KHR up to 2026-12, invoiced 140 KHR',
    ],
    [
      'an invoice for what nobody owes',
      `UPDATE invoice SET counterparty = 'KHRUMDUOL' WHERE number = 'INV-2026-000004'`,
      'receivable KHANGKOR: accrued 16 KHR up to 2026-12, invoiced 7 KHR',
    ],
  ])('finds %s', async (_name, statement, violation) => {
    await world.test.undone(async (on) => {
      await on.query(statement);
      const findings = await auditFindings(on);
      expect(findings.flatMap(({ violations }) => violations)).toContain(violation);
    });
    expect(await found()).toMatchObject({ violations: [] });
  });
});

describe('an invoice', () => {
  it('is found by its number, with its lines', async () => {
    const found = await world.platform.calls.call(financeCalls.invoice, { number: 'INV-2026-000002' });
    expect(found).toMatchObject({
      invoice: {
        ...{ counterparty: 'KHMEKONG', amountMinor: '14000', paidMinor: '0', dueOn: '2026-12-30' },
        lines: [
          { feeType: 'fee', corridor: '', count: 1, amountMinor: '5000' },
          { feeType: 'fee', corridor: 'KH-TH', count: 1, amountMinor: '10000' },
          { feeType: 'fee_return', corridor: '', count: 1, amountMinor: '-1000' },
        ],
      },
    });
    const unknown = await world.platform.calls.call(financeCalls.invoice, { number: 'INV-2026-000099' });
    expect(unknown).toMatchObject({ reason: 'not_found' });
  });

  it('is paid by bank lines, the oldest first', async () => {
    const pay = (debit: string, credit: string, minor: bigint) =>
      world.post(randomUUID(), 'fee_paid', debit, credit, minor, '2027-01-04T05:00:00Z');
    await pay('NOSTRO:KHSETTLE:KHR', 'FEE_RECEIVABLE:KHANGKOR:KHR', 1_000n);
    await pay('FX_PAYABLE:FXNAGA:THB', 'NOSTRO:THSETTLE:THB', 42n);
    const paid = new Map((await invoices()).map(({ number, paidMinor }) => [number, paidMinor]));
    expect(Object.fromEntries(paid)).toEqual({
      'PAY-2026-000001': '42',
      'INV-2026-000001': '700',
      'INV-2026-000002': '0',
      'INV-2026-000003': '0',
      'INV-2026-000004': '300',
    });
    expect(await invoices({ counterparty: 'KHANGKOR', before: 'INV-2026-000004' })).toMatchObject([
      { number: 'INV-2026-000001' },
    ]);
  });
});
