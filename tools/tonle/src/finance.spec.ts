import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { makeSandboxKeys } from '@tonle/security';
import { runTonle } from './program.js';

// A gateway that answers what the test says and keeps what it was asked.

const DAY = '2026-11-27';
const REPORT = '{"kind":"close_report"}';
const thb = (amount: string) => ({ currency: 'THB', amount });
const khr = (amount: string) => ({ currency: 'KHR', amount });

let server: Server;
let home: string;
let answers: Record<string, unknown>;
let asked: { readonly at: string; readonly body: unknown }[];
let out: string[];
let err: string[];

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'tonle-finance-'));
  makeSandboxKeys(join(home, 'keys'), ['OPERATOR']);
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString();
      const at = `${request.method} ${request.url}`;
      asked.push({ at, body: text === '' ? undefined : JSON.parse(text) });
      const answer = answers[at];
      response.writeHead(answer === undefined ? 404 : 200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(answer ?? { title: 'Not found', code: 'not_found' }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => {
  server.close();
  rmSync(home, { recursive: true });
});
beforeEach(() => {
  [asked, out, err] = [[], [], []];
});

const run = (...args: string[]) => {
  const { port } = server.address() as AddressInfo;
  const terminal = {
    json: false,
    out: (text: string) => out.push(text),
    err: (text: string) => err.push(text),
  };
  const given = ['--home', home, '--gateway', `http://127.0.0.1:${port}`];
  return runTonle([...given, ...args], terminal, {});
};

const step = (name: string, more: object) => ({
  ...{ step: name, title: `Title of ${name}`, owner: 'finance', state: 'done', mayCarry: true },
  ...{ needsPerson: false, problems: [], found: 0, finding: 'f'.repeat(64), ...more },
});

describe('tonle close', () => {
  it('shows what is open, what may be signed and how, and exits with 1', async () => {
    const steps = [
      step('trial_balance', { mayCarry: false }),
      step('windows_settled', { state: 'open', problems: ['window A is INSTRUCTED'], found: 1 }),
    ];
    answers = { [`GET /v1/ops/close/${DAY}`]: { period: DAY, state: 'open', version: 0, steps } };
    expect(await run('close', 'show', DAY)).toBe(1);
    const text = out.join('\n');
    expect(text).toContain('windows_settled: 1 problem\n  window A is INSTRUCTED');
    expect(text).toMatch(/close sign 2026-11-27 windows_settled --reason/);
    expect(text).not.toContain('close sign 2026-11-27 trial_balance');
    answers = {
      ...{
        [`GET /v1/ops/close/${DAY}`]: { period: DAY, state: 'open', version: 0, steps: steps.slice(0, 1) },
      },
    };
    out = [];
    expect(await run('close', 'show', DAY)).toBe(0);
    expect(out.join('\n')).toContain(`close run ${DAY} --reason`);
  });

  it('signs what a step finds now', async () => {
    const steps = [step('windows_settled', { state: 'open', problems: ['window A'], found: 1 })];
    answers = {
      [`GET /v1/ops/close/${DAY}`]: { period: DAY, state: 'open', version: 0, steps },
      [`POST /v1/ops/close/${DAY}/steps/windows_settled`]: { done: true },
    };
    expect(await run('close', 'sign', DAY, 'windows_settled', '--reason', 'Monday')).toBe(0);
    expect(asked[1]!.body).toEqual({ finding: 'f'.repeat(64), reason: 'Monday' });
    expect(await run('close', 'sign', DAY, 'no_step', '--reason', 'Monday')).toBe(2);
    expect(err.join()).toContain('Known: windows_settled.');
  });

  it.each([
    [{ state: 'done' }, 'is done: there is nothing to sign'],
    [{ state: 'done', note: { note: 'taken', operator: 'ops-1' } }, 'is done, signed by ops-1: taken'],
    [
      { state: 'carried', found: 1, note: { note: 'Monday', operator: 'ops-1' } },
      'is carried already, signed by ops-1: Monday',
    ],
    [{ state: 'open', found: 1, mayCarry: false }, 'may not be carried: mend what it has found'],
  ])('signs nothing of a step with %j, and says why', async (more, words) => {
    const steps = [step('trial_balance', more)];
    answers = { [`GET /v1/ops/close/${DAY}`]: { period: DAY, state: 'open', version: 0, steps } };
    expect(await run('close', 'sign', DAY, 'trial_balance', '--reason', 'Monday')).toBe(1);
    expect(err.join()).toContain(words);
    expect(asked).toHaveLength(1);
  });

  it('prints what each of the others does about a reopening', async () => {
    answers = {
      [`POST /v1/ops/close/${DAY}/reopening`]: { approvalId: 'settlement.A', approvalsRequired: 2 },
    };
    expect(await run('--as', 'OPERATOR', 'close', 'reopen', DAY, '--reason', 'corrected')).toBe(0);
    for (const other of ['OPERATOR2', 'OPERATOR3'])
      expect(out.join('\n')).toContain(`--as ${other} approvals approve settlement.A --reason`);
    expect(out.join('\n')).not.toContain('--as OPERATOR approvals approve');
  });

  it('lists on where a page ended', async () => {
    const periods = [{ period: '2026-11', state: 'closed', version: 1 }];
    answers = { 'GET /v1/ops/close?kind=month&limit=1': { periods, next: '2026-11' } };
    expect(await run('close', 'list', '--months', '--limit', '1')).toBe(0);
    expect(err.join()).toMatch(/close list --months --limit 1 --cursor 2026-11/);
  });

  it('closes, reopens and lists', async () => {
    answers = {
      [`POST /v1/ops/close/${DAY}`]: { version: 1, sha256: 'abc' },
      [`POST /v1/ops/close/${DAY}/reopening`]: { approvalId: 'id', approvalsRequired: 2 },
      'GET /v1/ops/close?kind=month': { periods: [{ period: '2026-11', state: 'closed', version: 1 }] },
    };
    expect(await run('close', 'run', DAY, '--reason', 'whole')).toBe(0);
    expect(await run('close', 'reopen', DAY, '--reason', 'corrected')).toBe(0);
    expect(await run('close', 'list', '--months')).toBe(0);
    const text = out.join('\n');
    expect(text).toContain(`${DAY} is closed.`);
    expect(text).toContain('2 other operators must approve');
    expect(text).toContain('2026-11  closed  1');
  });

  it('writes the report as it was kept, and says when it is not what its hash says', async () => {
    const sha256 = createHash('sha256').update(REPORT).digest('hex');
    const kept = { report: REPORT, sha256, signature: 'c2ln' };
    answers = { [`GET /v1/ops/close/${DAY}/report`]: kept };
    const file = join(home, 'report.json');
    expect(await run('close', 'report', DAY, '--out', file)).toBe(0);
    expect([readFileSync(file, 'utf8'), readFileSync(`${file}.sig`, 'utf8')]).toEqual([REPORT, 'sig']);
    answers = { [`GET /v1/ops/close/${DAY}/report?version=1`]: { ...kept, report: '{}' } };
    expect(await run('close', 'report', DAY, '--version', '1')).toBe(1);
    expect(err.join()).toContain('is not what its hash');
  });

  it('writes the journal as two rows a posting, over all pages, and says when more may come', async () => {
    const line = {
      ...{ journalId: 'j:fee', at: `${DAY}T01:00:00Z`, valueDate: DAY, kind: 'fee', document: '=p' },
      ...{ debit: 'FEE_RECEIVABLE:A:KHR', credit: 'FEE_REVENUE:KHR', amount: khr('100.00') },
    };
    const path = `GET /v1/ops/close/${DAY}/journal?limit=500`;
    answers = {
      [path]: { lines: [line], complete: false, next: 'j:fee' },
      [`${path}&cursor=j%3Afee`]: { lines: [], complete: true },
    };
    expect(await run('close', 'journal', DAY)).toBe(0);
    expect(out.slice(1)).toEqual([
      `j:fee,${DAY}T01:00:00Z,${DAY},FEE_RECEIVABLE:A:KHR,100.00,,KHR,fee,'=p,`,
      `j:fee,${DAY}T01:00:00Z,${DAY},FEE_REVENUE:KHR,,100.00,KHR,fee,'=p,`,
    ]);
    answers = { [path]: { lines: [], complete: false } };
    expect(await run('close', 'journal', DAY)).toBe(1);
  });
});

describe('tonle fx-position, fx-rate, fees and invoices', () => {
  it('show amounts below zero, rates and exposure', async () => {
    const position = {
      ...{ provider: 'FXNAGA', corridor: 'KH-TH', averageRate: '122.00000000' },
      ...{ bought: thb('0.00'), sold: thb('1820.00'), settled: thb('0.00'), closing: thb('-1820.00') },
      ...{ spread: khr('20000.00'), residual: khr('0.41'), realised: khr('0.00'), unrealised: khr('0.00') },
      ...{ closingResult: khr('20000.41'), exposure: { usedPercent: '33.33' } },
      market: { rate: '122', sourceCurrency: 'THB', targetCurrency: 'KHR' },
    };
    answers = { [`GET /v1/ops/fx-positions?day=${DAY}`]: { day: DAY, positions: [position] } };
    expect(await run('fx-position', '--day', DAY)).toBe(0);
    const text = out.join('\n');
    expect(text).toMatch(/Holds +-1,820.00 THB/);
    expect(text).toMatch(/Residual +0.41 KHR/);
    expect(text).toMatch(/Market +122 KHR for one THB/);
    expect(text).toMatch(/Exposure now +33.33 %/);
  });

  it('set a rate, issue invoices, and list them and what they are made of', async () => {
    const invoice = {
      ...{ number: 'INV-2026-000001', counterparty: 'KHMEKONG', month: '2026-11', dueOn: '2026-12-30' },
      ...{ amount: khr('14000.00'), paid: khr('0.00'), due: khr('14000.00') },
    };
    const line = { feeType: 'fee', corridor: 'KH-TH', count: 2, amount: khr('14000.00') };
    answers = {
      'POST /v1/ops/reference-rates': { done: true },
      'POST /v1/ops/invoices': { numbers: ['INV-2026-000001'] },
      'GET /v1/ops/invoices?month=2026-11': { invoices: [invoice], next: 'INV-2026-000001' },
      'GET /v1/ops/invoices/INV-2026-000001': { ...invoice, lines: [line] },
      'GET /v1/ops/fees?month=2026-11': { fees: [{ ...line, counterparty: 'KHMEKONG', side: 'receivable' }] },
    };
    expect(await run('fx-rate', DAY, 'THB', 'KHR', '122.5', '--reason', 'fixing')).toBe(0);
    const rate = { day: DAY, sourceCurrency: 'THB', targetCurrency: 'KHR', rate: '122.5', reason: 'fixing' };
    expect(asked[0]!.body).toEqual(rate);
    expect(await run('invoices', 'issue', '2026-11', '--reason', 'month end')).toBe(0);
    expect(await run('invoices', 'list', '--month', '2026-11')).toBe(0);
    expect(await run('invoices', 'show', 'INV-2026-000001')).toBe(0);
    expect(await run('fees', '--month', '2026-11')).toBe(0);
    expect(out.join('\n')).toContain('Issued: INV-2026-000001.');
    expect(out.join('\n')).toMatch(/KHMEKONG +receivable +fee +KH-TH +2 +14,000 KHR +-/);
    expect(err.join()).toContain('invoices list --month 2026-11 --cursor INV-2026-000001');
  });
});
