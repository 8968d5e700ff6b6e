import { createServer, type Server } from 'node:http';
import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { makeSandboxKeys } from '@tonle/security';
import { limitWords, nearTheirLimit, type ShownLiquidity } from './liquidity.js';
import { runTonle } from './program.js';

// `tonle liquidity` before a server that answers as the gateway does.

const money = (amount: string, currency = 'THB') => ({ currency, amount });
const NAGA: ShownLiquidity = {
  ...{ participant: 'FXNAGA', prefund: money('5000.00'), cap: money('1000.00'), position: money('4740.00') },
  ...{ headroom: money('1260.00'), usedPercent: 79, breachByLastHour: '2026-11-28T12:00:00.000Z' },
  breachByWeekday: '2026-11-28T11:00:00.000Z',
};
const RAIL: ShownLiquidity = {
  ...{
    participant: 'FXNAGA',
    prefund: money('0', 'KHR'),
    cap: money('0', 'KHR'),
    position: money('0', 'KHR'),
  },
  ...{ headroom: money('0', 'KHR'), rail: money('100240.00', 'KHR') },
};

let server: Server;
let folder: string;
let body: unknown;
let answer: object;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tonle-liquidity-'));
  makeSandboxKeys(join(folder, 'keys'), ['OPERATOR']);
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      if (request.method === 'POST')
        body = { url: request.url, ...JSON.parse(Buffer.concat(chunks).toString()) };
      const found = request.method === 'POST' ? answer : { accounts: [NAGA, RAIL] };
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(found));
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
});
afterAll(async () => {
  await new Promise((done) => server.close(done));
  rmSync(folder, { recursive: true });
});

async function run(...args: string[]): Promise<string> {
  const out: string[] = [];
  const gateway = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const output = {
    json: false,
    out: (text: string) => void out.push(text),
    err: (text: string) => void out.push(text),
  };
  await runTonle(['--home', folder, '--gateway', gateway, ...args], output, {});
  return out.join('\n');
}

it('lists what is left, the share that is used, and the sooner of both ways to foresee the end', async () => {
  const lines = (await run('liquidity', 'list')).split('\n').map((line) => line.split(/ {2,}/));
  expect(lines).toEqual([
    ['participant', 'prefund', 'cap', 'headroom', 'used', 'nothing is left'],
    ['FXNAGA', 'THB', '5,000.00 THB', '1,000.00 THB', '1,260.00 THB', '79 %', '2026-11-28T11:00:00.000Z'],
    ['FXNAGA', 'KHR', '0 KHR', '0 KHR', '100,240 KHR'],
  ]);
});

it('lowers a cap, or says who has to approve that it is raised', async () => {
  answer = { done: true };
  expect(await run('liquidity', 'cap', 'FXNAGA', '900 THB', '--reason', 'agreed')).toBe(
    'Done: it holds now.',
  );
  expect(body).toEqual({
    ...{ url: '/v1/ops/participants/FXNAGA/cap', reason: 'agreed' },
    cap: { currency: 'THB', amount: '900' },
  });
  answer = { done: false, approvalId: 'routing.7' };
  expect(await run('liquidity', 'cap', 'FXNAGA', '9,000 THB', '--reason', 'agreed')).toContain(
    '--as OPERATOR2 approvals approve routing.7',
  );
});

it('names those who are near their limit, the nearest first', () => {
  const near = nearTheirLimit([RAIL, { ...NAGA, usedPercent: 49 }, { ...NAGA, usedPercent: 50 }, NAGA]);
  expect(near.map(({ usedPercent }) => usedPercent)).toEqual([79, 50]);
  expect(limitWords(NAGA)).toBe('FXNAGA THB 79 % used, nothing is left at 2026-11-28T11:00:00.000Z');
});
