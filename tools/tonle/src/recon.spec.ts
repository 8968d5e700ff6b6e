import { createServer, type Server } from 'node:http';
import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { makeSandboxKeys } from '@tonle/security';
import { runTonle } from './program.js';

// `tonle recon` before a server that answers as the gateway does.

const ID = '0193f5d2-1111-7000-8000-000000000001';
const OTHER = '0193f5d2-1111-7000-8000-000000000002';
const BREAK = {
  ...{
    breakId: ID,
    type: 'MISSING_AT_US',
    severity: 1,
    partner: 'THSWITCH',
    day: '2026-11-27',
    state: 'OPEN',
  },
  ...{ key: 'k', openedAt: '2026-11-28T02:00:00.000Z', detail: 'line l1 belongs to no payment of ours' },
  ...{ desk: 'operations', band: 'T+1', escalation: 'team_lead', reopened: false },
  theirs: { currency: 'THB', amount: '820.00' },
};

let server: Server;
let folder: string;
let asked: { readonly what: string; readonly body: unknown }[];
const answers: Record<string, unknown> = {
  'GET /v1/ops/breaks?standing=true&severity=1': { breaks: [BREAK], next: ID },
  [`GET /v1/ops/breaks/${ID}`]: {
    ...BREAK,
    suggestion: { rule: 'LP3', pass: 3, with: ['x'], breakIds: ['OTHER'] },
    history: [{ at: '2026-11-28T03:00:00.000Z', by: 'system', step: 'escalate', detail: 'team_lead' }],
  },
  'POST /v1/ops/breaks/proposals': { approvalId: 'settlement.A' },
  'POST /v1/ops/breaks/decisions': { decided: 2 },
  'GET /v1/ops/breaks/ageing': { ageing: [] },
};
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tonle-recon-'));
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
});
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

async function run(...args: string[]): Promise<{ code: number; out: string }> {
  const out: string[] = [];
  const gateway = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const code = await runTonle(
    ['--home', folder, '--gateway', gateway, 'recon', ...args],
    { json: false, out: (text) => out.push(text), err: () => undefined },
    {},
  );
  return { code, out: out.join('\n') };
}

it('lists breaks that stand, with whom they are for and how old they are', async () => {
  const { code, out } = await run('breaks', '--severity', '1');
  expect(code).toBe(0);
  for (const part of [ID, 'T+1', '(operations)', 'theirs 820.00 THB', `--cursor ${ID}`])
    expect(out).toContain(part);
  expect((await run('ageing')).out).toBe('No break stands.');
});

it('shows one with what fits and what was done', async () => {
  const { out } = await run('show', ID);
  for (const part of ['brought to team_lead', 'fits by rule LP3: OTHER', 'escalate by system: team_lead'])
    expect(out).toContain(part);
});

it('proposes, and decides about one or several', async () => {
  const why = ['--reason', 'ticket 4711'];
  const evidence = ['--action', 'write_off', '--result', 'loss', '--evidence', 'mail'];
  expect((await run('propose', ID, OTHER, ...evidence, ...why)).out).toContain(
    'approvals approve settlement.A',
  );
  expect((await run('reopen', ID, ...why)).code).toBe(0);
  expect((await run('assign-all', ID, OTHER, '--type', 'AMOUNT', '--owner', 'dara', ...why)).out).toBe(
    '2 breaks decided: assign',
  );
  const reason = 'ticket 4711';
  const breakIds = [ID, OTHER];
  expect(asked).toEqual([
    {
      what: 'POST /v1/ops/breaks/proposals',
      body: { breakIds, action: 'write_off', result: 'loss', evidence: 'mail', reason },
    },
    { what: `POST /v1/ops/breaks/${ID}`, body: { decision: 'reopen', reason } },
    {
      what: 'POST /v1/ops/breaks/decisions',
      body: { breakIds, decision: 'assign', type: 'AMOUNT', owner: 'dara', reason },
    },
  ]);
});
