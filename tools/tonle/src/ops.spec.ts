import { createServer, type Server } from 'node:http';
import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { makeSandboxKeys } from '@tonle/security';
import { csvField } from './day-report.js';
import { runTonle } from './program.js';

// `tonle ops` before a server that answers as the gateway does.
const payment = (number: number, state = 'COMPLETED', amount = '100240.00') => ({
  paymentId: `0199a0b0-0000-7000-8000-00000000000${number}`,
  uetr: '1a2b3c4d-0000-4000-8000-000000000001',
  state,
  isoStatus: 'ACCC',
  direction: 'outbound',
  corridor: 'KH-TH',
  debtorAgent: 'KHMEKONG',
  creditorAgent: 'THSWITCH',
  source: { currency: 'KHR', amount },
  target: { currency: 'THB', amount: '820.00' },
  rate: '0.00818040',
  fxProvider: 'FXNAGA',
  partnerRefs: { credit: '=1+1,"x"' },
  receivedAt: '2026-11-22T10:00:00.000Z',
  windows: [{ windowId: 'THSWITCH-THB-2026-11-22' }],
  history: [{ event: 'submitted', to: 'RECEIVED', at: '2026-11-22T10:00:00.000Z', times: 2 }],
});
const PAGES: Record<string, unknown> = {
  '': { payments: [payment(3), payment(2)], next: payment(2).paymentId },
  [payment(2).paymentId]: { payments: [payment(1, 'REJECTED', '0.50')] },
};
const BREAK = { breakId: 'b', type: 'AMOUNT', partner: 'THSWITCH', day: '2026-11-22', detail: 'd' };
const SILENT = {
  network: 'THSWITCH',
  adapter: 'adapter-thailand',
  adapterAnswers: true,
  lookups: { breaker: 'open', failingSince: '2026-11-22T10:00:00.000Z', because: 'timeout' },
  legs: { sends: 'open', enquiries: 'closed' },
};
const QUIET: Record<string, unknown> = {
  '/v1/ops/audit': { ok: true },
  '/v1/ops/liquidity': { accounts: [] },
  '/v1/ops/approvals': { approvals: [], silentServices: [] },
  '/v1/ops/recalls': { recalls: [] },
  '/v1/ops/breaks': { breaks: [{ ...BREAK, state: 'RESOLVED' }] },
  '/v1/ops/corridor-stops': { stops: [] },
  ...{ '/v1/ops/holds': { holds: [] }, '/v1/ops/unknowns': { payments: [], counts: [] } },
  '/v1/ops/reviews': { reviews: [], undecided: [] },
  '/v1/ops/dead-letters': { deadLetters: [], count: 0, silentServices: [] },
  '/v1/ops/actions': { actions: [], silentServices: ['settlement'] },
  '/v1/ops/statements/missing': { missing: [] },
  '/v1/ops/calendars': { calendars: [{ calendar: 'KH', holidaysUntil: '2027-12-31', endsSoon: false }] },
  '/v1/ops/services': { services: [{ service: 'gateway', state: 'ok', troubles: [], queueOldestMs: 40 }] },
  '/v1/ops/partners': {
    partners: [
      {
        network: 'KHBAKONG',
        adapter: 'adapter-bakong',
        adapterAnswers: true,
        lookups: { breaker: 'closed' },
      },
    ],
  },
  ...{ '/v1/ops/banks': { accounts: [] }, '/v1/ops/ledger/entries': { entries: [] } },
  ...{ '/v1/ops/windows': { windows: [] }, '/v1/ops/ledger/copy': { differences: [] } },
  '/v1/ops/switches': { corridors: [], participants: [] },
  '/v1/corridors': {
    corridors: [
      {
        corridor: 'KH-TH',
        status: 'pilot',
        home: { network: 'KHBAKONG' },
        partner: { network: 'THSWITCH' },
        open: { outbound: true, inbound: false },
      },
    ],
  },
};

let server: Server;
let home: string;
let asked: URL[];
let sent: string[];
let answers: Record<string, unknown>;
beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'tonle-ops-'));
  makeSandboxKeys(join(home, 'keys'), ['OPERATOR']);
  server = createServer((request, response) => {
    const url = new URL(request.url!, 'http://gateway');
    asked.push(url);
    request.on('data', (chunk: Buffer) => sent.push(chunk.toString()));
    const body =
      answers[url.pathname] ??
      (url.pathname === '/v1/ops/payments'
        ? PAGES[url.searchParams.get('cursor') ?? '']
        : { payment: payment(3), legs: [], silentAdapters: ['adapter-thailand'] });
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
});
afterAll(async () => {
  await new Promise((done) => server.close(done));
  rmSync(home, { recursive: true });
});
beforeEach(() => {
  [asked, sent] = [[], []];
  answers = { ...QUIET };
});

async function tonle(...args: string[]): Promise<{ code: number; out: string }> {
  const out: string[] = [];
  const output = { json: false, out: (text: string) => void out.push(text), err: () => undefined };
  const { port } = server.address() as AddressInfo;
  const environment = { TONLE_HOME: home, TONLE_GATEWAY_URL: `http://127.0.0.1:${port}` };
  return { code: await runTonle(args, output, environment), out: out.join('\n') };
}

describe('tonle ops', () => {
  it('says in one look whether something needs people', async () => {
    const quiet = await tonle('ops', 'status');
    expect(quiet).toMatchObject({ code: 0, out: expect.stringContaining('2 or more processing') });
    answers['/v1/ops/breaks'] = { breaks: [{ state: 'OPEN' }, { state: 'RESOLVED' }] };
    expect(await tonle('ops', 'status')).toMatchObject({
      code: 1,
      out: expect.stringMatching(/open breaks\s+1: \.\/tonle ops breaks/),
    });
    answers = { ...QUIET, '/v1/ops/approvals': { approvals: [{}], silentServices: [] } };
    expect(await tonle('ops', 'status')).toMatchObject({
      code: 1,
      out: expect.stringMatching(/approvals\s+1: \.\/tonle approvals list/),
    });
    for (const [usedPercent, code] of [
      [50, 0],
      [75, 1],
    ]) {
      const near = { participant: 'FXNAGA', cap: { currency: 'THB', amount: '1' }, usedPercent };
      answers = { ...QUIET, '/v1/ops/liquidity': { accounts: [near] } };
      expect(await tonle('ops', 'status')).toMatchObject({
        code,
        out: expect.stringContaining(`FXNAGA THB ${usedPercent} % used`),
      });
    }
    const late = {
      partner: 'APLUS',
      currency: 'USD',
      day: '2026-11-28',
      cause: 'not_here: \u001b[2J no file',
    };
    answers = { ...QUIET, '/v1/ops/statements/missing': { missing: [late] } };
    expect(await tonle('ops', 'status')).toMatchObject({
      code: 1,
      out: expect.stringMatching(/missing statement\s+APLUS USD of 2026-11-28: not_here: [^\u001b]*no file/),
    });
    const correction = { approvalId: 'settlement.C1', proposedBy: 'OPERATOR' };
    answers = { ...QUIET, '/v1/ops/statements/missing': { missing: [{ ...late, correction }] } };
    expect((await tonle('ops', 'status')).out).toMatch(
      /no file; OPERATOR proposes to take it, another operator decides: approvals show settlement\.C1/,
    );
    answers = { ...QUIET, '/v1/ops/recalls': { recalls: [{ recallId: 'R' }] } };
    expect(await tonle('ops', 'status')).toMatchObject({
      code: 1,
      out: expect.stringMatching(/unpaid recalls\s+1: \.\/tonle recall list --money-missing true/),
    });
    const ends = { calendar: 'VN', holidaysUntil: '2026-12-31', endsSoon: true };
    answers = { ...QUIET, '/v1/ops/calendars': { calendars: [ends] } };
    expect(await tonle('ops', 'status')).toMatchObject({
      code: 1,
      out: expect.stringMatching(/calendars\s+holidays of VN end on 2026-12-31/),
    });
    answers = { ...QUIET, '/v1/ops/partners': { partners: [SILENT] } };
    expect(await tonle('ops', 'status')).toMatchObject({
      code: 1,
      out: expect.stringMatching(/silent partners\s+THSWITCH: \.\/tonle ops partners/),
    });
    const since = '2026-11-28T09:00:00.000Z';
    // Of one payee's bank, or the first of an outage: it is named, and nobody is called yet.
    const begins = { ...SILENT, lookups: { breaker: 'closed', failingSince: since }, legs: undefined };
    answers = { ...QUIET, '/v1/ops/partners': { partners: [begins] } };
    expect(await tonle('ops', 'status')).toMatchObject({
      code: 0,
      out: expect.stringMatching(/silent partners\s+THSWITCH \(lookups fail since 2026-11-28T09[^)]*\): /),
    });
    const away = { part: 'broker', since, says: 'refuses connections: it is down' };
    const fx = { service: 'fx', state: 'unavailable', troubles: [away] };
    const gateway = { service: 'gateway', state: 'silent', troubles: [], queueOldestMs: 6_100 };
    answers = { ...QUIET, '/v1/ops/services': { services: [fx, gateway] } };
    const told = await tonle('ops', 'status');
    expect(told.out).toMatch(/fx\s+unavailable: broker refuses connections: it is down, since 2026-11-28T09/);
    expect(told.out).toMatch(/gateway\s+DOES NOT ANSWER[^]*oldest in a queue\s+6\.1 s/);
    expect(told.code).toBe(1);
    answers = { ...QUIET, '/v1/ops/dead-letters': { deadLetters: [], count: 3, silentServices: [] } };
    expect(await tonle('ops', 'status')).toMatchObject({
      code: 1,
      out: expect.stringMatching(/dead letters\s+3: \.\/tonle deadletter groups/),
    });
    const stop = { stopId: 's-1', corridor: 'KH-TH', invariant: 'I5', what: 'payment p posted source' };
    answers = { ...QUIET, '/v1/ops/corridor-stops': { stops: [stop] } };
    expect(await tonle('ops', 'status')).toMatchObject({
      code: 1,
      out: expect.stringMatching(/stopped KH-TH\s+I5 payment p posted source; acknowledge s-1/),
    });
    answers = { ...QUIET, '/v1/ops/audit': { ok: false } };
    expect(await tonle('ops', 'status')).toMatchObject({ code: 1, out: expect.stringContaining('BROKEN') });
  });

  it('names commands that work as they stand: with the options of this call', async () => {
    answers['/v1/ops/holds'] = { holds: [{}] };
    const { port } = server.address() as AddressInfo;
    const gateway = `http://127.0.0.1:${port}`;
    const given = ['--home', home, '--gateway', gateway, '--as', 'OPERATOR'];
    const again = `./tonle --home ${home} --gateway ${gateway} --as OPERATOR`;
    expect((await tonle(...given, 'ops', 'status')).out).toContain(`1: ${again} ask GET /v1/ops/holds`);
    const { out } = await tonle(...given, 'ops', 'payments', '--id', "it's", '--participant', 'KHMEKONG');
    expect(out).toContain(
      `More: ${again} ops payments --id 'it'\\''s' --participant KHMEKONG --cursor ${payment(2).paymentId}`,
    );
    answers['/v1/ops/actions'] = { actions: [], silentServices: [], next: 'c' };
    expect((await tonle('ops', 'actions', '--cursor', 'b', '--limit', '1')).out).toContain(
      'More: ./tonle ops actions --cursor c --limit 1',
    );
  });

  it('searches, pages and shows one payment by any id', async () => {
    const { out } = await tonle('ops', 'payments', '--state', 'completed', '--participant', 'KHMEKONG');
    expect(asked[0]!.search).toBe('?state=completed&participant=KHMEKONG');
    expect(out).toContain('100,240 KHR');
    expect(out).toContain(`--cursor ${payment(2).paymentId}`);
    const one = await tonle('ops', 'payment', 'TH-REF-1');
    expect(asked[1]!.search).toBe('?id=TH-REF-1&limit=1');
    expect(one.out).toContain('adapter-thailand does not answer: its legs are not shown');
    expect(one.out).toContain('submitted (2 times)');
  });

  it("shows what two operators found of a leg beside the network's last word", async () => {
    const leg = { adapter: 'adapter-thailand', outcome: 'unknown', attempts: 1, enquiries: 9 };
    const decided = { proposalId: 'p', at: '2026-11-22T11:00:00.000Z' };
    answers[`/v1/ops/payments/${payment(3).paymentId}`] = {
      payment: payment(3),
      legs: [
        { ...leg, leg: 'debit', decided: { ...decided, paid: true, partnerReference: 'FOUND-1' } },
        { ...leg, leg: 'credit', decided: { ...decided, paid: false } },
      ],
      silentAdapters: [],
    };
    const { out } = await tonle('ops', 'payment', 'TH-REF-1');
    expect(out).toMatch(/debit .* unknown .* two operators: paid under FOUND-1, 2026-11-22T11:00/);
    expect(out).toMatch(/credit .* unknown .* two operators: not paid, 2026-11-22T11:00/);
    expect(out).toContain('1 attempt, 9 enquiries');
  });

  it('finds the switch at fault with a payment by any of its ids', async () => {
    const found = ['--reason', 'an outage', '--evidence', 'incident 12'];
    const { code, out } = await tonle('ops', 'switch-fault', 'MSG-1', ...found);
    const { paymentId } = payment(3);
    expect([code, out]).toEqual([0, expect.stringContaining(`refund ${paymentId} --fault switch`)]);
    expect(asked.map(({ pathname, searchParams }) => [pathname, searchParams.get('id')])).toEqual([
      ['/v1/ops/payments', 'MSG-1'],
      [`/v1/ops/payments/${paymentId}/switch-fault`, null],
    ]);
  });

  it('sums up a day over all pages, and writes it as CSV', async () => {
    const { out } = await tonle('ops', 'report', '--day', '2026-11-22');
    expect(asked[0]!.searchParams.get('from')).toBe('2026-11-21T17:00:00.000Z');
    expect(asked[0]!.searchParams.get('until')).toBe('2026-11-22T17:00:00.000Z');
    expect(out).toContain('3 payments');
    expect(out).toMatch(/COMPLETED\s+2\s+200,480 KHR\s+1,640.00 THB/);
    const lines = (await tonle('ops', 'report', '--day', '2026-11-22', '--csv')).out.split('\n');
    expect(lines).toHaveLength(4);
    expect(lines[0]!.split(',')).toHaveLength(35);
    expect(lines[1]).toContain('REJECTED');
    expect(lines[2]).toContain(`,"'=1+1,""x""",`);
    expect((await tonle('ops', 'report', '--day', '2026-02-30')).code).toBe(2);
    const refund = { ...payment(4), direction: 'inbound', refundOf: payment(3).paymentId };
    answers['/v1/ops/payments'] = { payments: [refund, { ...refund, refundOf: undefined }] };
    expect((await tonle('ops', 'report', '--day', '2026-11-22')).out).toMatch(
      /inbound\s+COMPLETED\s+1 [^]*inbound refunds\s+COMPLETED\s+1 /,
    );
    answers['/v1/ops/payments'] = { payments: [payment(3)] };
    expect((await tonle('ops', 'report', '--day', '2026-11-22')).out).toMatch(/1 payment$/m);
  });

  it('lists partners, breaks and actions', async () => {
    expect((await tonle('ops', 'partners')).out).toMatch(
      /KH-TH\s+pilot\s+KHBAKONG - THSWITCH\s+open outbound/,
    );
    const keys = [
      { keyId: 'UPI-1', fingerprint: 'ab12', standing: 'new' },
      { keyId: 'UPI-2', fingerprint: 'cd34', standing: 'differs' },
      { keyId: 'UPI-3', fingerprint: 'ef56', standing: 'held' },
    ];
    const telling = { network: 'UPI', adapter: 'adapter-unionpay', adapterAnswers: true, keys };
    answers['/v1/ops/partners'] = {
      partners: [SILENT, { ...SILENT, network: 'X', adapterAnswers: false }, telling],
    };
    const { out } = await tonle('ops', 'partners');
    expect(out).toMatch(
      /UPI\s+tells of a new key UPI-1 \(SHA-256 ab12\), tells of another key under the id UPI-2 \(SHA-256 cd34\)$/m,
    );
    expect(out).toMatch(/THSWITCH\s+lookups fail since \S+ \(timeout\), payments are not sent/);
    expect(out).toMatch(/X\s+adapter-thailand does not answer/);
    expect((await tonle('ops', 'breaks', '--state', 'OPEN')).out).toContain('RESOLVED');
    expect(asked.at(-1)!.search).toBe('?state=OPEN');
    expect((await tonle('ops', 'actions')).out).toBe('No action matches.');
  });
});

it('tonle ops lookups shows who asks most first, and whose counts are missing', async () => {
  const counts = (asked: number) => ({ asked, found: 1, notFound: 2, unanswered: 3, refused: 4, paid: 5 });
  const of = (participant: string, asked: number) => ({
    participant,
    door: 'gateway',
    hour: counts(1),
    day: counts(asked),
  });
  answers['/v1/ops/lookups'] = {
    participants: [of('KHMEKONG', 9), of('KHANGKOR', 700)],
    silentAdapters: ['adapter-bakong'],
  };
  const { code, out } = await tonle('ops', 'lookups');
  expect(code).toBe(0);
  expect(out).toMatch(
    /PARTICIPANT.*\nKHANGKOR.*\nKHANGKOR\s+gateway\s+last day\s+700\s+1\s+2\s+3\s+4\s+5\nKHMEKONG/,
  );
  expect(out).toContain('adapter-bakong does not answer: its counts are not shown');
  answers['/v1/ops/lookups'] = { participants: [], silentAdapters: [] };
  expect((await tonle('ops', 'lookups')).out).toContain('Nobody');
});

it('a field of CSV is quoted, and never a formula', () => {
  expect(['a', 'a"b', 'a,b', undefined].map(csvField)).toEqual(['a', '"a""b"', '"a,b"', '']);
  const formulas = ['=1', '-1', '@x', '＝1', "'=1"];
  expect(formulas.map(csvField)).toEqual(formulas.map((text) => `'${text}`));
});

describe('what operators stop', () => {
  it('shows what is off, who did it and why', async () => {
    const off = {
      corridor: 'KH-TH',
      direction: 'outbound',
      status: 'draining',
      words: 'Corridor KH-TH is being drained.',
      setBy: 'OPERATOR-1',
      reason: 'maintenance',
      underWay: 2,
    };
    const planned = { ...off, corridor: 'KH-JP', status: 'closed' };
    answers['/v1/ops/switches'] = { corridors: [off, planned], participants: [] };
    const { code, out } = await tonle('ops', 'status');
    expect(code).toBe(0);
    expect(out).toContain(
      'draining KH-TH outbound: Corridor KH-TH is being drained. (OPERATOR-1: maintenance), 2 payments under way',
    );
    expect(out).not.toContain('KH-JP');
  });

  it('pauses a corridor for a while, and says what is still under way', async () => {
    answers['/v1/ops/corridors/KH-TH'] = { done: true, underWay: 1 };
    const pause = ['ops', 'corridor', 'pause', 'KH-TH', '--reason', 'maintenance'];
    expect(await tonle(...pause, '--for', '15m')).toEqual({
      code: 0,
      out: 'Done: pause corridor KH-TH; 1 payment under way there.',
    });
    expect((await tonle(...pause, '--for', 'a while')).code).toBe(2);
  });

  it('opens what the auditor has stopped, by all that it found', async () => {
    answers['/v1/ops/corridors/KH-TH'] = { done: false, approvalId: 'routing.7', underWay: 0 };
    const open = ['ops', 'corridor', 'open', 'KH-TH', '--reason', 'mended'];
    const { code, out } = await tonle(...open, '--direction', 'outbound', '--acknowledge', 's-1', 's-2');
    expect([code, out]).toEqual([0, expect.stringMatching(/^Not yet, .*: open corridor KH-TH/)]);
    expect(out).toMatch(/--as OPERATOR2 approvals approve routing\.7 --acknowledge auditor_stopped --reason/);
    expect(JSON.parse(sent.join(''))).toMatchObject({ open: true, acknowledges: ['s-1', 's-2'] });
    expect((await tonle(...open)).code).toBe(2);
  });

  it('says of an audit how many violations there are, and how many of them were acknowledged', async () => {
    const finding = { invariant: 'I4', ok: false, checked: 30, violations: ['payment p has two legs'] };
    const findings = [
      { ...finding, found: 26, acknowledged: 25 },
      { ...finding, invariant: 'I5' },
    ];
    answers['/v1/ops/audit'] = { ok: false, services: [{ service: 'routing', at: '', findings }] };
    const { code, out } = await tonle('audit');
    expect(code).toBe(1);
    expect(out).toMatch(/routing I4 .*: payment p has two legs\n.*: 26 in all, 25 of them acknowledged\n/);
    expect(out.match(/in all/g)).toHaveLength(1);
  });
});
