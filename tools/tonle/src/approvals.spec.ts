import { createServer, type Server } from 'node:http';
import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { makeSandboxKeys } from '@tonle/security';
import { runTonle } from './program.js';

// `tonle approvals` before a server that answers as the gateway does.

const ID = 'settlement.0193f5d2-1111-7000-8000-000000000001';
const PATH = '/v1/ops/approvals';
const APPROVAL = {
  ...{
    approvalId: ID,
    service: 'settlement',
    kind: 'settlement.window',
    target: 'TH:THB:2026-11-27',
    state: 'pending',
  },
  amount: { currency: 'THB', amount: '1910.00' },
  ...{ proposedBy: 'OPERATOR', proposedAt: '2026-11-28T02:00:00.000Z', reason: 'nets agree' },
  ...{ approvals: 1, approvalsRequired: 2, expiresAt: '2026-12-02T17:00:00.000Z' },
};
const WHOLE = {
  ...APPROVAL,
  policyVersion: 1,
  policy: { tiers: [{ approvals: 1, upTo: { THB: '350000.00' } }, { approvals: 2 }], expires: { hours: 4 } },
  payload: { windowId: 'TH:THB:2026-11-27' },
  before: { state: 'NETTED' },
  after: { state: 'APPROVED', nets: ['A -1910.00'] },
  warnings: [{ code: 'late', text: 'its value date was yesterday' }],
  verdicts: [
    { verdict: 'approve', participant: 'OPERATOR2', reason: 'seen', at: '2026-11-28T03:00:00.000Z' },
  ],
};

let server: Server;
let folder: string;
let asked: { readonly what: string; readonly body: unknown }[];
let answers: Record<string, unknown>;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tonle-approvals-'));
  makeSandboxKeys(join(folder, 'keys'), ['OPERATOR']);
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const what = `${request.method} ${decodeURIComponent(request.url!)}`;
      const text = Buffer.concat(chunks).toString();
      asked.push({ what, body: text === '' ? undefined : JSON.parse(text) });
      response
        .writeHead(200, { 'content-type': 'application/json' })
        .end(JSON.stringify(answers[what] ?? {}));
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
});
beforeEach(() => {
  asked = [];
  answers = {
    [`GET ${PATH}?state=pending`]: { approvals: [APPROVAL], next: 'c', silentServices: ['routing'] },
    [`GET ${PATH}?state=expired`]: { approvals: [], silentServices: [] },
    [`GET ${PATH}/${ID}`]: WHOLE,
  };
});
afterAll(async () => {
  await new Promise((done) => server.close(done));
  rmSync(folder, { recursive: true });
});

async function run(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const [out, err]: [string[], string[]] = [[], []];
  const gateway = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const code = await runTonle(
    ['--home', folder, '--gateway', gateway, ...args],
    { json: false, out: (text) => out.push(text), err: (text) => err.push(text) },
    {},
  );
  return { code, out: out.join('\n'), err: err.join('\n') };
}

describe('tonle approvals', () => {
  it('lists what waits for another operator, and says whose are not shown', async () => {
    const { code, out, err } = await run('approvals', 'list');
    expect(code).toBe(0);
    expect(out).toContain(
      `${ID}  settlement.window  TH:THB:2026-11-27  1,910.00 THB  pending  1 of 2 approvals`,
    );
    expect(out).toContain('--cursor c');
    expect(err).toContain('routing does not answer');
    expect((await run('approvals', 'list', '--state', 'expired')).out).toBe('None.');
    expect(JSON.parse((await run('--json', 'approvals', 'list')).out)).toEqual(APPROVAL);
  });

  it('shows what it would do, its warnings and who has decided', async () => {
    const { out } = await run('approvals', 'show', ID);
    for (const part of [
      'windowId TH:THB:2026-11-27',
      'change    state NETTED -> APPROVED',
      'after     nets 1 A -1910.00',
      'pending, 1 of 2 approvals, policy 1',
      'policy    tiers 1.upTo.THB 350000.00',
      'policy    tiers 2.approvals 2',
      'policy    expires.hours 4',
      'late: its value date was yesterday',
      'by OPERATOR2 at 2026-11-28T03:00:00.000Z: seen',
    ])
      expect(out).toContain(part);
  });

  it.each([
    ['approve', 'executed', 'Approved, and done.'],
    ['approve', 'pending', '1 of 2 approvals: another operator has to approve too.'],
    ['approve', 'approved', 'Approved: it will be done at its time.'],
    ['reject', 'rejected', 'It is rejected: nothing was changed.'],
    ['withdraw', 'withdrawn', 'It is withdrawn: nothing was changed.'],
  ])('%s: %s', async (verdict, state, text) => {
    answers[`POST ${PATH}/${ID}/decision`] = { state, approvals: 1, approvalsRequired: 2 };
    const acknowledge = verdict === 'approve' ? ['--acknowledge', 'late', 'large'] : [];
    const { code, out } = await run('approvals', verdict, ID, '--reason', 'seen it', ...acknowledge);
    expect([code, out]).toEqual([0, text]);
    expect(asked.at(-1)!.body).toEqual({
      verdict,
      reason: 'seen it',
      acknowledged: verdict === 'approve' ? ['late', 'large'] : [],
    });
  });
});
