import { createServer, type Server } from 'node:http';
import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { makeSandboxKeys } from '@tonle/security';
import { runTonle } from './program.js';

// A gateway that keeps who asked for what.

const RECALL = {
  recallId: '0199a0b0-0000-7000-8000-000000000001',
  paymentId: '0199a0b0-0000-7000-8000-000000000002',
  uetr: '1a2b3c4d-0000-4000-8000-000000000002',
  corridor: 'KH-TH',
  direction: 'outbound',
  asker: 'KHMEKONG',
  answerer: 'THSWITCH',
  reason: 'duplicate',
  isoReason: 'DUPL',
  amount: { currency: 'THB', amount: '11.00' },
  state: 'received',
  receivedAt: '2026-11-29T16:18:47.705Z',
  deadline: '2026-12-15T17:00:00.000Z',
  refunds: [],
  history: [],
};

let server: Server;
let home: string;
let asked: string[];

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'tonle-recall-'));
  makeSandboxKeys(join(home, 'keys'), ['KHMEKONG', 'OPERATOR']);
  server = createServer((request, response) => {
    const by = /keyid="([^"]+)"/.exec(String(request.headers['signature-input']))?.[1] ?? '';
    asked.push(`${by} ${request.method} ${request.url}`);
    response.setHeader('content-type', 'application/json');
    const isList = request.method === 'GET';
    response.end(JSON.stringify(isList ? { recalls: [RECALL], next: 'c2' } : RECALL));
    request.resume();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => {
  server.close();
  rmSync(home, { recursive: true, force: true });
});
beforeEach(() => void (asked = []));

async function tonle(...args: string[]): Promise<string> {
  const out: string[] = [];
  const say = (text: string) => void out.push(text);
  const { port } = server.address() as AddressInfo;
  const environment = { TONLE_HOME: home, TONLE_GATEWAY_URL: `http://127.0.0.1:${port}` };
  await runTonle(args, { json: false, out: say, err: say }, environment);
  return out.join('\n');
}

describe('tonle recall', () => {
  it('is of the bank that signs, or of everybody for an operator', async () => {
    await tonle('recall', 'list', '--role', 'to_answer');
    await tonle('--as', 'OPERATOR', 'recall', 'list', '--participant', 'KHANGKOR');
    await tonle('recall', 'pending', RECALL.recallId);
    const deed = ['--because', 'legal-reason', '--reason', 'their letter', '--evidence', 'letter 12'];
    await tonle('--as', 'OPERATOR', 'recall', 'refuse', RECALL.recallId, ...deed);
    expect(asked).toEqual([
      'KHMEKONG-1 GET /v1/recalls?role=to_answer',
      'OPERATOR-1 GET /v1/ops/recalls?participant=KHANGKOR',
      `KHMEKONG-1 POST /v1/recalls/${RECALL.recallId}/answer`,
      `OPERATOR-1 POST /v1/ops/recalls/${RECALL.recallId}/answer`,
    ]);
  });

  it('says how a list goes on', async () => {
    const more = 'More: ./tonle --as KHMEKONG recall list --state received --cursor c2';
    expect(await tonle('--as', 'KHMEKONG', 'recall', 'list', '--state', 'received')).toContain(more);
  });
});
