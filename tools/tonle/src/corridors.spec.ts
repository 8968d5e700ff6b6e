import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { makeSandboxKeys } from '@tonle/security';
import type { ShownCorridor } from './corridors.js';
import { runTonle } from './program.js';

const EXAMPLE = '../../../services/gateway/src/reference/examples/listCorridors.200.json';
const { corridors: published } = JSON.parse(readFileSync(new URL(EXAMPLE, import.meta.url), 'utf8')) as {
  corridors: ShownCorridor[];
};
const LIVE = published[0]!;
const NOTE = 'Only a memorandum is signed, and nobody knows yet what its messages look like.';
const closed = (direction: string) =>
  `Corridor KH-SB is closed for ${direction} payments. It is planned: ${NOTE}`;
const PLANNED: ShownCorridor = {
  ...LIVE,
  corridor: 'KH-SB',
  status: 'planned',
  note: NOTE,
  open: { outbound: false, inbound: false },
  closedBecause: { outbound: closed('outbound'), inbound: closed('inbound') },
  partner: { ...LIVE.partner, name: 'Island bank', schemes: [], utcOffset: '+11:00' },
};
const AT_NIGHT: ShownCorridor = {
  ...LIVE,
  corridor: 'KH-VN',
  open: { outbound: true, inbound: false },
  closedBecause: { inbound: 'Corridor KH-VN: NAPAS accepts payments from 08:00 to 17:00 (UTC+07:00).' },
  partner: { ...LIVE.partner, openingHours: { from: '08:00', to: '17:00', bankingDaysOnly: true } },
  requiredPurposes: { outbound: ['SALA'], inbound: [] },
};
const corridors = [LIVE, PLANNED, AT_NIGHT];

let server: Server;
let home: string;
beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'tonle-corridors-'));
  makeSandboxKeys(join(home, 'keys'), ['KHMEKONG']);
  server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ corridors }));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
});
afterAll(async () => {
  await new Promise((done) => server.close(done));
  rmSync(home, { recursive: true });
});

async function tonle(...args: string[]): Promise<readonly string[]> {
  const out: string[] = [];
  const output = { json: false, out: (text: string) => void out.push(text), err: () => undefined };
  const { port } = server.address() as AddressInfo;
  const environment = { TONLE_HOME: home, TONLE_GATEWAY_URL: `http://127.0.0.1:${port}` };
  expect(await runTonle(args, output, environment)).toBe(0);
  return out.join('\n').split('\n');
}

it('lists the corridors in a table that fits a terminal', async () => {
  const lines = await tonle('corridors');
  expect(lines.filter((line) => line.length > 120)).toEqual([]);
  const [head, first, second] = lines;
  expect(head).toMatch(/^CORRIDOR +STATUS +OPEN +CURRENCIES +ONE PAYMENT +HOURS +QR CODES +ACCOUNTS$/);
  expect(first).toMatch(
    /^KH-TH +live +both +KHR USD \/ THB +10,000,000 KHR +always +THAI_CREDIT_TRANSFER, +MBNO, BIID, NIDN,$/,
  );
  expect(second).toMatch(/^ +2,500\.00 USD +cut-off 23:00 +THAI_BILL_PAYMENT, +EWLT, bank_account$/);
  expect(lines.join('\n').replaceAll(/\s+/g, ' ')).toContain(
    'Thai switch (sandbox). One payer a day: 52,000,000 KHR, 13,000.00 USD, 2,000,000.00 THB. ' +
      'Refunds for 180 days, at the rate of the payment. Next holiday: 2026-12-07.',
  );
});

it('says once why one is not live, and why one takes nothing now', async () => {
  const text = (await tonle('corridors')).join('\n');
  expect(text).toMatch(/^KH-SB +planned +closed +KHR USD/m);
  expect(text).toMatch(/^KH-VN +live +outbound +/m);
  expect(text).toMatch(/ 08:00-17:00 [^]* banking days /);
  const words = text.replaceAll(/\s+/g, ' ');
  expect(words.split(`Planned: ${NOTE}`)).toHaveLength(2);
  expect(words).not.toContain('It is planned');
  expect(words).toContain('NAPAS accepts payments from 08:00 to 17:00 (UTC+07:00).');
  expect(words).toContain('Purposes outbound: SALA.');
});

it('writes one corridor a line with --json', async () => {
  const lines = await tonle('corridors', '--json');
  expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual(corridors);
});
