import { createServer, type Server } from 'node:http';
import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { makeSandboxKeys } from '@tonle/security';
import { runTonle } from './program.js';

// Clears the screen, sets the title, turns text around, and adds a line that looks like ours.
const HOSTILE = 'Som\u001b[2J\u001b]0;x\u0007\u009b31m\u202eTam\n  state  completed';

let home: string;
let server: Server;
let answer: readonly [number, unknown];

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'tonle-hostile-'));
  makeSandboxKeys(join(home, 'keys'), ['KHMEKONG', 'OPERATOR']);
  server = createServer((_request, response) =>
    response.writeHead(answer[0], { 'content-type': 'application/json' }).end(JSON.stringify(answer[1])),
  );
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
});
afterAll(async () => {
  await new Promise((done) => server.close(done));
  rmSync(home, { recursive: true });
});

async function printed(...args: string[]): Promise<string> {
  const lines: string[] = [];
  const keep = (text: string): void => void lines.push(text);
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await runTonle(['--home', home, '--gateway', url, ...args], { json: false, out: keep, err: keep }, {});
  return lines.join('\n');
}

const LOOKUP = {
  lookupId: '0199a0b0-0000-7000-8000-000000000001',
  corridor: 'KH-TH',
  payee: { displayName: HOSTILE, account: '***0015', accountType: 'BIID' },
  currency: 'THB',
  validUntil: '2026-11-22T10:02:00.000Z',
};
const STORY = {
  paymentId: HOSTILE,
  payments: [{ paymentId: HOSTILE }],
  entries: [
    {
      id: 'x/1',
      at: '2026-11-22T10:02:00.000Z',
      service: HOSTILE,
      kind: 'state',
      words: HOSTILE,
      facts: { to: HOSTILE, reasonText: HOSTILE },
    },
  ],
  incomplete: [HOSTILE],
  cut: [],
};
const PROBLEM = {
  title: HOSTILE,
  status: 422,
  code: 'x',
  detail: HOSTILE,
  errors: [{ path: '/a', message: HOSTILE }],
};

it.each<[string, readonly [number, unknown], string[]]>([
  ['a payee', [200, LOOKUP], ['lookup', '--qr', 'CODE']],
  ['a payee as JSON', [200, LOOKUP], ['--json', 'lookup', '--qr', 'CODE']],
  ['a problem', [422, PROBLEM], ['lookup', '--qr', 'CODE']],
  ['a problem as JSON', [422, PROBLEM], ['--json', 'lookup', '--qr', 'CODE']],
  ['any answer', [200, LOOKUP], ['ask', 'GET', '/v1/corridors']],
  ['a code', [200, {}], ['qr', 'read', HOSTILE]],
  ['a code as JSON', [200, {}], ['--json', 'qr', 'read', HOSTILE]],
  ['a story', [200, STORY], ['explain', 'CODE']],
  ['a wrong option', [200, {}], ['lookup', `--${HOSTILE}`]],
])('%s does nothing to the terminal, and adds no line', async (_what, given, args) => {
  answer = given;
  const text = await printed(...args);
  expect(text).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202e]/);
  if (args.at(-1) === 'CODE') expect(text).not.toMatch(/^ {2}state {2}completed/m);
  if (args[0] === '--json' && given[0] !== 200) expect(JSON.parse(text)).toEqual(given[1]);
  expect(text).not.toBe('');
});
