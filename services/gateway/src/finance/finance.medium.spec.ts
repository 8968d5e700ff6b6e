import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { financeCalls, refused, refusedField } from '@tonle/contracts';
import { GatewayWorld } from '../testing/gateway-world.js';

// Real: the gateway's HTTP and PostgreSQL. Settlement is played by the test.

const ops = { participant: 'OPERATOR' };
const DAY = '2026-11-27';
const HASH = 'a'.repeat(64);
let world: GatewayWorld;
let asked: object[];

beforeAll(async () => {
  world = await GatewayWorld.start('gateway_finance');
  asked = [];
});
afterAll(() => world.close());

const keep =
  <Answer>(answer: Answer) =>
  (request: object) => {
    asked.push(request);
    return Promise.resolve(answer);
  };
const by = { participant: 'OPERATOR', operator: expect.stringContaining('OPERATOR') };

describe('the close of a day', () => {
  const STEP = {
    ...{
      step: 'windows_settled',
      title: 'Windows are settled',
      owner: 'finance' as const,
      state: 'open' as const,
    },
    ...{ mayCarry: true, needsPerson: false, facts: { windows: '2' }, found: 1, findingSha256: HASH },
    problems: ['window A is INSTRUCTED'],
  };

  it.each(['2999-12-31', '2999-12', '9999-12-31', '9999-12', '0000-01-01', '0000-01'])(
    'is not looked at nor signed for %s, of which nothing is known',
    async (period) => {
      const looked = await world.get(`/v1/ops/close/${period}`, ops);
      const step = { finding: HASH, reason: 'Monday' };
      const signed = await world.post(`/v1/ops/close/${period}/steps/windows_settled`, step, ops);
      expect([looked, signed]).toMatchObject([
        { status: 400, json: { code: 'schema_invalid', errors: [{ path: '/period' }] } },
        { status: 400, json: { code: 'schema_invalid', errors: [{ path: '/period' }] } },
      ]);
    },
  );

  it('is looked at step by step, signed, and done', async () => {
    const { calls } = world.platform;
    calls.serve(financeCalls.checklist, ({ period }) =>
      Promise.resolve({ period, state: 'open' as const, version: 0, steps: [STEP] }),
    );
    const { findingSha256: _hash, ...shown } = STEP;
    expect(await world.get(`/v1/ops/close/${DAY}`, ops)).toMatchObject({
      status: 200,
      json: { period: DAY, state: 'open', steps: [{ ...shown, finding: HASH }] },
    });
    calls.serve(financeCalls.signStep, keep({ kind: 'done' as const }));
    calls.serve(financeCalls.closePeriod, keep(refused('close_steps_open', 'Open: windows_settled.')));
    const sign = await world.post(
      `/v1/ops/close/${DAY}/steps/windows_settled`,
      { finding: HASH, reason: 'Monday' },
      ops,
    );
    expect(sign).toMatchObject({ status: 200, json: { done: true } });
    expect(await world.post(`/v1/ops/close/${DAY}`, { reason: 'whole' }, ops)).toMatchObject({
      ...{ status: 409, json: { code: 'close_steps_open', detail: 'Open: windows_settled.' } },
    });
    calls.serve(financeCalls.closePeriod, keep({ kind: 'closed' as const, version: 1, sha256: HASH }));
    expect((await world.post(`/v1/ops/close/${DAY}`, { reason: 'whole' }, ops)).json).toEqual({
      ...{ version: 1, sha256: HASH },
    });
    expect(asked.slice(0, 2)).toEqual([
      { period: DAY, step: 'windows_settled', findingSha256: HASH, reason: 'Monday', ...by },
      { period: DAY, reason: 'whole', ...by },
    ]);
    expect((await world.post(`/v1/ops/close/${DAY}`, { reason: 'whole' })).status).toBe(403);
    expect((await world.get('/v1/ops/close/2026-02-30', ops)).status).toBe(400);
  });

  it('is reopened by a proposal, and its report is given as it was kept', async () => {
    const { calls } = world.platform;
    const proposed = {
      approvalId: world.platform.random.id(0),
      approvalsRequired: 2,
      expiresAt: `${DAY}T00:00:00Z`,
    };
    calls.serve(financeCalls.proposeReopening, keep({ kind: 'proposed' as const, ...proposed }));
    const reopen = await world.post(`/v1/ops/close/${DAY}/reopening`, { reason: 'corrected' }, ops);
    const named = { ...proposed, approvalId: `settlement.${proposed.approvalId}` };
    expect(reopen).toMatchObject({ status: 200, json: named });
    const report = '{"kind":"close_report"}';
    const kept = {
      period: DAY,
      version: 2,
      report,
      sha256: HASH,
      closedAt: `${DAY}T18:00:00Z`,
      closedBy: 'OPERATOR-1',
    };
    asked.length = 0;
    calls.serve(financeCalls.closeReport, keep({ kind: 'found' as const, ...kept, signature: 'c2ln' }));
    expect((await world.get(`/v1/ops/close/${DAY}/report?version=2`, ops)).json).toEqual({
      ...{ ...kept, signature: 'c2ln' },
    });
    expect(asked).toEqual([{ period: DAY, version: 2 }]);
  });

  it('is listed, newest first, page by page', async () => {
    const periods = ['2026-11-28', DAY].map((period) => ({ period, state: 'closed' as const, version: 1 }));
    world.platform.calls.serve(financeCalls.periods, keep({ periods }));
    asked.length = 0;
    const page = await world.get('/v1/ops/close?limit=1&cursor=2026-11-29', ops);
    expect(page.json).toEqual({ periods: [periods[0]], next: '2026-11-28' });
    expect(asked).toEqual([{ kind: 'day', before: '2026-11-29', limit: 2 }]);
  });
});

describe('the journal', () => {
  it('is given by pages, each amount in its currency, with a value date', async () => {
    const journalId = `${world.platform.random.id(0)}:fee`;
    const line = {
      ...{ journalId, at: `${DAY}T17:30:00.000Z`, kind: 'fee', currency: 'KHR', amountMinor: '10000' },
      ...{ debit: 'FEE_RECEIVABLE:KHMEKONG:KHR', credit: 'FEE_REVENUE:KHR', document: 'p' },
    };
    world.platform.calls.serve(
      financeCalls.journal,
      keep({ kind: 'page' as const, lines: [line], complete: false }),
    );
    const { json } = await world.get(`/v1/ops/close/${DAY}/journal?limit=1`, ops);
    expect(json).toMatchObject({
      lines: [{ journalId, amount: { currency: 'KHR', amount: '100.00' }, valueDate: '2026-11-28' }],
      ...{ complete: false, next: journalId },
    });
    expect((await world.get('/v1/ops/close/2026-11/journal', ops)).status).toBe(400);
    world.platform.calls.serve(financeCalls.journal, keep(refused('not_found')));
    const strange = await world.get(`/v1/ops/close/${DAY}/journal?cursor=${journalId}`, ops);
    expect([strange.status, strange.json.errors[0].path]).toEqual([400, '/cursor']);
  });
});

describe('FX positions', () => {
  const state = (quantityMinor: string, costMinor: string, earnedMinor: string, unrealisedMinor: string) => ({
    ...{ quantityMinor, costMinor, earnedMinor, unrealisedMinor },
  });

  it('are shown as amounts, with average rate and exposure', async () => {
    const position = {
      ...{ provider: 'FXNAGA', corridor: 'KH-TH', base: 'THB', counter: 'KHR', day: DAY },
      ...{
        boughtMinor: '0',
        boughtForMinor: '0',
        soldMinor: '82000',
        soldForMinor: '10024000',
        settledMinor: '0',
      },
      ...{ spreadMinor: '19959', residualMinor: '41', realisedMinor: '0', unrealisedChangeMinor: '5' },
      opening: state('0', '0', '7', '0'),
      closing: state('-82000', '-10004000', '20007', '5'),
    };
    const exposures = [{ provider: 'FXNAGA', currency: 'THB', limitMinor: '300000', usedMinor: '100000' }];
    world.platform.calls.serve(financeCalls.fxPositions, keep({ positions: [position], exposures }));
    const { json } = await world.get(`/v1/ops/fx-positions?day=${DAY}`, ops);
    expect(json.positions).toMatchObject([
      {
        closing: { currency: 'THB', amount: '-820.00' },
        cost: { currency: 'KHR', amount: '-100040.00' },
        averageRate: '122.00000000',
        residual: { currency: 'KHR', amount: '0.41' },
        openingResult: { currency: 'KHR', amount: '0.07' },
        closingResult: { currency: 'KHR', amount: '200.12' },
        exposure: { used: { currency: 'THB', amount: '1000.00' }, usedPercent: '33.33' },
      },
    ]);
    const rate = { day: DAY, sourceCurrency: 'THB', targetCurrency: 'KHR', rate: '0', reason: 'fixing' };
    world.platform.calls.serve(
      financeCalls.setReferenceRate,
      keep(refusedField('schema_invalid', '/rate', 'Write digits above zero.')),
    );
    expect(await world.post('/v1/ops/reference-rates', rate, ops)).toMatchObject({
      ...{ status: 400, json: { errors: [{ path: '/rate' }] } },
    });
    const future = await world.post('/v1/ops/reference-rates', { ...rate, day: '2999-01-01' }, ops);
    expect([future.status, future.json.errors[0].path]).toEqual([400, '/day']);
  });
});

describe('invoices', () => {
  const invoice = {
    ...{ number: 'INV-2026-000001', side: 'receivable' as const, counterparty: 'KHMEKONG', currency: 'KHR' },
    ...{ month: '2026-11', amountMinor: '1540000', paidMinor: '400000', dueOn: '2026-12-30' },
    ...{ taxMinor: '140000', tax: { name: 'VAT', percent: '10' } },
    issuedAt: '2026-12-01T02:00:00.000Z',
  };

  it('are listed with what is due of each, by month and counterparty', async () => {
    world.platform.calls.serve(financeCalls.invoices, keep({ invoices: [invoice] }));
    const { json } = await world.get('/v1/ops/invoices?counterparty=KHMEKONG', ops);
    expect(json.invoices).toMatchObject([
      {
        due: { currency: 'KHR', amount: '11400.00' },
        tax: { name: 'VAT', percent: '10', levied: { currency: 'KHR', amount: '1400.00' } },
      },
    ]);
    const unknown = await world.get('/v1/ops/invoices?counterparty=KHMEKON', ops);
    expect([unknown.status, unknown.json.errors[0].path]).toEqual([400, '/counterparty']);
    expect((await world.get('/v1/ops/invoices?month=2999-01', ops)).status).toBe(400);
  });

  it('are issued, and shown with their lines; fees too', async () => {
    const { calls } = world.platform;
    calls.serve(financeCalls.issueInvoices, keep({ kind: 'issued' as const, numbers: [invoice.number] }));
    const issued = await world.post('/v1/ops/invoices', { month: '2026-11', reason: 'month end' }, ops);
    expect(issued.json).toEqual({ numbers: [invoice.number] });
    const line = { feeType: 'fee', corridor: 'KH-TH', count: 2, amountMinor: '1400000' };
    const taxed = { ...line, taxMinor: '140000' };
    calls.serve(
      financeCalls.invoice,
      keep({ kind: 'found' as const, invoice: { ...invoice, lines: [taxed] } }),
    );
    expect((await world.get(`/v1/ops/invoices/${invoice.number}`, ops)).json.lines).toEqual([
      {
        ...{ feeType: 'fee', corridor: 'KH-TH', count: 2, amount: { currency: 'KHR', amount: '14000.00' } },
        levied: { currency: 'KHR', amount: '1400.00' },
      },
    ]);
    const fee = { ...line, side: 'receivable' as const, counterparty: 'KHMEKONG', currency: 'KHR' };
    calls.serve(financeCalls.fees, keep({ fees: [fee] }));
    expect((await world.get('/v1/ops/fees?month=2026-11', ops)).json.fees).toMatchObject([
      { counterparty: 'KHMEKONG', amount: { currency: 'KHR', amount: '14000.00' } },
    ]);
  });
});
