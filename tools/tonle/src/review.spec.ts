import { createServer, type Server } from 'node:http';
import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { makeSandboxKeys } from '@tonle/security';
import { runTonle } from './program.js';

// A gateway that answers what the test says and keeps what it was asked.

const PAYMENT = '0199a0b0-0000-7000-8000-000000000001';
const PROPOSAL = '0199a0b0-0000-7000-8000-000000000002';
const REVIEW = {
  paymentId: PAYMENT,
  uetr: '1a2b3c4d-0000-4000-8000-000000000002',
  corridor: 'KH-TH',
  direction: 'outbound',
  leg: 'debit',
  since: '2026-11-22T10:00:00.000Z',
  because: 'leg_exhausted:debit',
  amount: { currency: 'KHR', amount: '100240.00' },
  attempts: 1,
  decisions: ['paid', 'not_paid'],
  notPaidFrom: '2026-11-22T09:00:00.000Z',
};
const proposal = {
  approvalId: `routing.${PROPOSAL}`,
  decision: 'paid',
  reference: 'hash-7',
  booked: { currency: 'KHR', amount: '100340.00' },
  reason: 'the partner was asked',
  evidence: 'statement line 7',
  proposedBy: 'OPERATOR',
  proposedAt: '2026-11-22T11:00:00.000Z',
};
const stuck = {
  paymentId: PROPOSAL,
  state: 'DEBIT_SENT',
  since: '2026-11-22T10:00:00.000Z',
  times: 3,
  cause: 'Error: corridor X is gone',
};

let server: Server;
let home: string;
let asked: { method?: string; path?: string; by: string; body: unknown }[];
let listed: { reviews: unknown[]; undecided: unknown[] };

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'tonle-review-'));
  makeSandboxKeys(join(home, 'keys'), ['OPERATOR', 'OPERATOR2']);
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString();
      const by = /keyid="([^"]+)"/.exec(String(request.headers['signature-input']))?.[1] ?? '';
      const { method, url: path } = request;
      asked.push({ method, path, by, body: text === '' ? undefined : JSON.parse(text) });
      const kept = {
        approvalId: `routing.${PROPOSAL}`,
        approvalsRequired: 2,
        expiresAt: '2026-11-22T15:00:00.000Z',
      };
      const answer = method === 'GET' ? listed : kept;
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
});
afterAll(async () => {
  await new Promise((done) => server.close(done));
  rmSync(home, { recursive: true });
});
beforeEach(() => {
  asked = [];
  listed = { reviews: [{ ...REVIEW, proposal }], undecided: [stuck] };
});

async function tonle(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const [out, err]: string[][] = [[], []];
  const output = {
    json: false,
    out: (text: string) => void out!.push(text),
    err: (text: string) => void err!.push(text),
  };
  const { port } = server.address() as AddressInfo;
  const environment = { TONLE_HOME: home, TONLE_GATEWAY_URL: `http://127.0.0.1:${port}` };
  const code = await runTonle(args, output, environment);
  return { code, out: out!.join('\n'), err: err!.join('\n') };
}

describe('tonle review', () => {
  it('lists what waits, what is proposed, and what breaks', async () => {
    const { code, out } = await tonle('review', 'list');
    expect(code).toBe(0);
    for (const text of [
      `${PAYMENT}  debit of 100,240 KHR, KH-TH outbound`,
      'leg_exhausted:debit',
      'paid by OPERATOR at',
      '100,340 KHR',
      'statement line 7',
      PROPOSAL,
      'cannot be processed in state DEBIT_SENT',
      'corridor X is gone',
    ])
      expect(out).toContain(text);
    const lines = (await tonle('--json', 'review', 'list')).out
      .split('\n')
      .map((line) => JSON.parse(line) as unknown);
    expect(lines).toEqual([{ ...REVIEW, proposal }, stuck]);
    listed = { reviews: [], undecided: [] };
    expect((await tonle('review', 'list')).out).toBe('Nothing to review.');
  });

  it('proposes with reason and evidence, as the operator', async () => {
    const said = ['--reason', 'asked', '--evidence', 'ticket 7'];
    const paid = ['--decision', 'paid', '--reference', 'hash-7', '--booked', '100340 KHR'];
    expect(await tonle('review', 'propose', PAYMENT, ...paid, ...said)).toMatchObject({
      code: 0,
      out: [
        'Proposed. 2 other operators must approve, each with a key of their own, until 2026-11-22T15:00:00.000Z:',
        `  ./tonle --as OPERATOR2 approvals show routing.${PROPOSAL}`,
        `  ./tonle --as OPERATOR2 approvals approve routing.${PROPOSAL} --reason "..."`,
        `  ./tonle --as OPERATOR3 approvals approve routing.${PROPOSAL} --reason "..."`,
      ].join('\n'),
    });
    await tonle('review', 'propose', PAYMENT, '--decision', 'not-paid', ...said);
    expect(asked).toMatchObject([
      {
        method: 'POST',
        path: `/v1/ops/reviews/${PAYMENT}/proposal`,
        by: 'OPERATOR-1',
        body: {
          decision: 'paid',
          reference: 'hash-7',
          booked: { currency: 'KHR', amount: '100340' },
          reason: 'asked',
          evidence: 'ticket 7',
        },
      },
      { body: { decision: 'not_paid', reason: 'asked', evidence: 'ticket 7' } },
    ]);
    expect(await tonle('review', 'propose', PAYMENT, '--decision', 'paid')).toMatchObject({ code: 2 });
  });
});
