import { createServer, type Server } from 'node:http';
import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { makeSandboxKeys } from '@tonle/security';
import { runTonle } from './program.js';

// `tonle ledger` before a server that answers as the gateway does.

const thb = (amount: string) => ({ currency: 'THB', amount });
const sums = (opening: string, debits: string, credits: string, balance: string) => ({
  currency: 'THB',
  ...{ opening: thb(opening), debits: thb(debits), credits: thb(credits), balance: thb(balance) },
});
const BALANCES = {
  until: '2026-11-27T00:00:00.000Z',
  isProven: true,
  accounts: [
    { account: 'NOSTRO:S:THB', ...sums('0.00', '1910.00', '500.00', '1410.00') },
    { account: 'PREFUND:F:THB', ...sums('0.00', '500.00', '1910.00', '-1410.00') },
  ],
  totals: [sums('0.00', '2410.00', '2410.00', '0.00')],
};
const ENTRY = { entryId: 'bank:S:1', kind: 'funds', debit: 'NOSTRO:S:THB', credit: 'PREFUND:F:THB' };
/** An audit of which one finding is of the ledger, and one is not. */
function audited(ok: boolean) {
  const finding = (invariant: string, holds: boolean) => ({
    ...{ invariant, ok: holds, checked: 1, violations: holds ? [] : ['NOSTRO:S:THB differs by 1.00 THB'] },
  });
  const findings = [
    finding('I2 the copy of the ledger is what routing has posted', ok),
    finding('I22 chain', false),
  ];
  return { ok: false, services: [{ service: 'settlement', at: '', findings }], crossChecks: [] };
}
let answers: Record<string, unknown> = {};
const QUIET: Record<string, unknown> = {
  '/v1/ops/ledger/balances': BALANCES,
  '/v1/ops/ledger/trial-balance': { ...BALANCES, from: '2026-11-26T00:00:00.000Z', isProven: false },
  '/v1/ops/ledger/accounts': {
    accounts: [{ account: 'NOSTRO:S:THB', normalSide: 'debit', meaning: 'What the bank holds' }],
  },
  '/v1/ops/ledger/accounts/NOSTRO%3AS%3ATHB/statement': {
    account: 'NOSTRO:S:THB',
    ...{ from: '2026-11-26T00:00:00.000Z', until: '2026-11-27T00:00:00.000Z' },
    ...{ opening: thb('0.00'), closing: thb('1410.00') },
    entries: [
      {
        ...{ at: '2026-11-26T08:00:00.000Z', kind: 'funds', contra: 'PREFUND:F:THB' },
        ...{ reference: 'bank:S:1', debit: thb('1910.00'), balance: thb('1910.00') },
      },
    ],
    next: '1.00000000-0000-8000-8000-000000000001.funds',
  },
  '/v1/ops/ledger/entries': { entries: [{ ...ENTRY, amount: thb('5.00'), state: 'due' }] },
  '/v1/ops/ledger/copy': { copiedUpTo: '2026-11-27T00:00:00.000Z', differences: [] },
  '/v1/ops/audit': audited(true),
};

let server: Server;
let home: string;
const asked: string[] = [];
beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'tonle-ledger-'));
  makeSandboxKeys(join(home, 'keys'), ['OPERATOR']);
  server = createServer((request, response) => {
    asked.push(request.url!);
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(answers[request.url!.split('?')[0]!] ?? {}));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
});
afterAll(async () => {
  await new Promise((done) => server.close(done));
  rmSync(home, { recursive: true });
});
beforeEach(() => {
  answers = { ...QUIET };
  asked.length = 0;
});

async function run(...args: string[]): Promise<{ exit: number; out: string }> {
  const lines: string[] = [];
  const gateway = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const output = { json: false, out: (text: string) => void lines.push(text), err: () => undefined };
  const environment = { TONLE_HOME: home, TONLE_GATEWAY_URL: gateway };
  const exit = await runTonle(args, output, environment);
  return { exit, out: lines.join('\n') };
}

describe('tonle ledger', () => {
  it('shows balances of an instant, filtered, with what a sign means', async () => {
    const at = '2026-11-27T00:00:00Z';
    const { exit, out } = await run('ledger', 'balances', '--at', at, '--kind', 'NOSTRO');
    expect(exit).toBe(0);
    expect(asked).toEqual([`/v1/ops/ledger/balances?at=${encodeURIComponent(at)}&kind=NOSTRO`]);
    expect(out).toContain('NOSTRO:S:THB    1,410.00 THB');
    expect(out).toContain('-1,410.00 THB');
    expect(out).toContain('Just before 2026-11-27T00:00:00.000Z; proven.');
  });

  it('says that a trial balance is zero, and ends with 1 where it is not', async () => {
    const sound = await run('ledger', 'trial-balance');
    expect([sound.exit, sound.out]).toEqual([0, expect.stringContaining('Every currency sums to zero.')]);
    expect(sound.out).toContain('not all of it is proven yet');
    answers['/v1/ops/ledger/trial-balance'] = { ...BALANCES, totals: [sums('0.00', '1.00', '0.00', '1.00')] };
    const broken = await run('ledger', 'trial-balance');
    expect([broken.exit, broken.out]).toEqual([1, expect.stringContaining('Not zero: THB.')]);
  });

  it('shows a statement line by line, and how to go on', async () => {
    const { exit, out } = await run('ledger', 'statement', 'NOSTRO:S:THB', '--limit', '1');
    expect(exit).toBe(0);
    expect(asked).toEqual(['/v1/ops/ledger/accounts/NOSTRO%3AS%3ATHB/statement?limit=1']);
    expect(out).toMatch(/funds +PREFUND:F:THB +1,910\.00 THB +1,910\.00 THB +bank:S:1/);
    expect(out).toContain('--cursor 1.00000000-0000-8000-8000-000000000001.funds');
  });

  it('lists the chart, and says when nothing matches', async () => {
    expect((await run('ledger', 'accounts')).out).toBe('NOSTRO:S:THB  debit  What the bank holds');
    answers['/v1/ops/ledger/accounts'] = { accounts: [], note: 'Nothing has participant X.' };
    expect((await run('ledger', 'accounts', '--participant', 'X')).out).toBe('Nothing has participant X.');
  });

  it('ends with 1 for an entry that was refused, and a copy that differs', async () => {
    expect((await run('ledger', 'entries')).exit).toBe(0);
    expect((await run('ledger', 'copy')).exit).toBe(0);
    const entry = { ...ENTRY, amount: thb('5.00'), state: 'refused', detail: 'bank_line_used: x' };
    answers['/v1/ops/ledger/entries'] = { entries: [entry] };
    answers['/v1/ops/ledger/copy'] = { differences: ['1 transfers here, 2 in routing'] };
    const [refused, differs] = [await run('ledger', 'entries'), await run('ledger', 'copy')];
    expect([refused.exit, refused.out]).toEqual([1, expect.stringContaining('bank_line_used: x')]);
    expect([differs.exit, differs.out]).toEqual([1, expect.stringContaining('1 transfers here')]);
    answers['/v1/ops/ledger/entries'] = { entries: [] };
    expect((await run('ledger', 'entries')).out).toBe('Everything is booked.');
  });

  it('is checked as a whole, and ends with 1 for whatever does not hold', async () => {
    const sound = await run('ledger', 'check');
    expect(sound).toMatchObject({
      exit: 0,
      out: expect.stringMatching(/1 check, 0 violated\nThe ledger holds\.$/),
    });
    expect(sound.out).toMatch(/trial balance +zero in 1 currency\n +entries +1 due\n/);
    const uneven = { ...BALANCES, totals: [sums('0.00', '2.00', '1.00', '1.00')] };
    const wrong: Record<string, [unknown, string]> = {
      '/v1/ops/audit': [audited(false), 'NOSTRO:S:THB differs by 1.00 THB'],
      '/v1/ops/ledger/copy': [{ differences: ['an hour of it'] }, 'an hour of it'],
      '/v1/ops/ledger/trial-balance': [uneven, 'NOT ZERO: 1.00 THB'],
      '/v1/ops/ledger/entries': [{ entries: [{ state: 'refused' }] }, '1 REFUSED'],
    };
    for (const [path, [answer, words]] of Object.entries(wrong)) {
      answers = { ...QUIET, [path]: answer };
      expect(await run('ledger', 'check')).toMatchObject({ exit: 1, out: expect.stringContaining(words) });
    }
    // Of an audit that says nothing of the ledger nothing follows.
    answers = { ...QUIET, '/v1/ops/audit': { services: [] } };
    expect((await run('ledger', 'check')).exit).toBe(1);
  });

  it('says what can be done about an entry that was refused, and does it', async () => {
    const entry = {
      ...ENTRY,
      amount: thb('5.00'),
      state: 'refused',
      detail: 'bank_line_used: x',
      windowId: 'W',
    };
    answers['/v1/ops/ledger/entries'] = { entries: [entry] };
    const listed = await run('ledger', 'entries', '--refused');
    expect(asked).toEqual(['/v1/ops/ledger/entries?state=refused']);
    expect(listed.out).toContain('bank_line_used: x (window W waits)');
    expect(listed.out).toContain('ledger retry bank:S:1 --reason');
    answers['/v1/ops/ledger/entries/bank%3AS%3A1/retry'] = { entryId: 'bank:S:1', state: 'due' };
    expect((await run('ledger', 'retry', 'bank:S:1', '--reason', 'mended')).exit).toBe(0);
    const approval = '00000000-0000-7000-8000-000000000001';
    answers['/v1/ops/ledger/entries/bank%3AS%3A1/giving-up'] = { approvalId: approval, approvalsRequired: 1 };
    const proposed = await run('ledger', 'give-up', 'bank:S:1', '--reason', 'booked twice');
    expect(proposed.out).toContain(`approvals approve ${approval}`);
    expect(proposed.out).toContain('--acknowledge books_differ');
    answers['/v1/ops/ledger/entries'] = { entries: [] };
    expect((await run('ledger', 'entries', '--refused')).out).toBe('Nothing is refused.');
  });

  it('gives one object with --json', async () => {
    const { out } = await run('--json', 'ledger', 'balances');
    expect(JSON.parse(out)).toEqual(BALANCES);
  });
});
