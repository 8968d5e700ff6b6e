import { createServer, type IncomingMessage, type Server } from 'node:http';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { writeKhqr, writeThaiQr } from '@tonle/emvqr';
import { loadPublicKey, makeSandboxKeys, registerKey, verifyRequest } from '@tonle/security';
import { runTonle } from './program.js';

interface Asked {
  readonly method: string;
  readonly path: string;
  readonly participant: string;
  readonly body: unknown;
  readonly headers: IncomingMessage['headers'];
}
type Answer = readonly [status: number, body: unknown];

const LOOKUP = {
  lookupId: '0199a0b0-0000-7000-8000-000000000001',
  corridor: 'KH-TH',
  payee: { displayName: 'Som Tam', account: '***0015', accountType: 'BIID' },
  currency: 'THB',
  validUntil: '2026-11-22T10:02:00.000Z',
};
const QUOTE = {
  quoteId: '1a2b3c4d-0000-4000-8000-000000000001',
  corridor: 'KH-TH',
  fixed: 'target',
  source: { currency: 'KHR', amount: '100240.00' },
  target: { currency: 'THB', amount: '820.00' },
  rate: '0.00818040',
  fxProvider: 'FXNAGA',
  fees: [],
  expiresAt: '2026-11-22T10:10:00.000Z',
  candidates: [
    {
      provider: 'FXNAGA',
      chosen: true,
      rate: '0.00818040',
      source: { currency: 'KHR', amount: '100240.00' },
      totalCostPercent: '0.2100',
    },
    { provider: 'FXSINGHA', chosen: false, lostBecause: 'rate_stale' },
  ],
};
const customer = { name: 'Sok Dara', account: 'u0000001@mekong', accountType: 'bakong', agent: 'KHMEKONG' };
const PAYMENT = {
  paymentId: '0199a0b0-0000-7000-8000-000000000002',
  uetr: '1a2b3c4d-0000-4000-8000-000000000002',
  state: 'completed',
  step: 'COMPLETED',
  isoStatus: 'ACCC',
  direction: 'outbound',
  corridor: 'KH-TH',
  messageId: 'k1',
  endToEndId: 'NOTPROVIDED',
  source: QUOTE.source,
  target: QUOTE.target,
  rate: QUOTE.rate,
  fxProvider: 'FXNAGA',
  fees: [],
  debtor: customer,
  creditor: { name: 'Som Tam', account: '010500000000015', accountType: 'BIID', agent: 'THSWITCH' },
  partnerReferences: { debit: 'D1', credit: 'C1' },
  receivedAt: '2026-11-22T10:00:00.000Z',
  history: [
    { from: null, event: 'submit', to: 'RECEIVED', at: '2026-11-22T10:00:00.004Z' },
    { from: 'CREDIT_SENT', event: 'credit_accepted', to: 'COMPLETED', at: '2026-11-22T10:00:00.131Z' },
  ],
};

let server: Server;
let home: string;
let asked: Asked[];
let answers: Map<string, Answer | 'hang up once'>;

/** Verifies signatures as the gateway does; the answers are the test's. */
function answer(request: IncomingMessage, rawBody: Buffer): Answer | 'hang up once' {
  const verdict = verifyRequest(
    { method: request.method!, url: request.url!, headers: request.headers, rawBody },
    keyOf,
    Date.now(),
  );
  if (verdict.kind === 'refused') return [401, { title: verdict.detail, code: verdict.reason }];
  const { method = '', url = '', headers } = request;
  const body: unknown = rawBody.length === 0 ? undefined : JSON.parse(rawBody.toString());
  asked.push({ method, path: url, participant: verdict.keyId.replace(/-1$/, ''), body, headers });
  return (
    answers.get(`${method} ${url}`) ?? [
      404,
      { title: 'Not found', code: 'not_found', remedy: 'Check the id.' },
    ]
  );
}

const keyOf = (keyId: string) =>
  registerKey({
    algorithm: 'ecdsa-p256-sha256',
    publicKeyPem: loadPublicKey(join(home, 'keys', `${keyId.replace(/-1$/, '')}.pub.pem`))
      .export({ type: 'spki', format: 'pem' })
      .toString(),
    validFrom: '2020-01-01T00:00:00Z',
    validTo: '2099-01-01T00:00:00Z',
  });

async function tonle(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const out: string[] = [];
  const err: string[] = [];
  const output = {
    json: false,
    out: (text: string) => void out.push(text),
    err: (text: string) => void err.push(text),
  };
  const { port } = server.address() as AddressInfo;
  const code = await runTonle(args, output, {
    TONLE_HOME: home,
    TONLE_GATEWAY_URL: `http://127.0.0.1:${port}`,
  });
  return { code, out: out.join('\n'), err: err.join('\n') };
}

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'tonle-cli-'));
  makeSandboxKeys(join(home, 'keys'), ['KHMEKONG', 'KHANGKOR', 'OPERATOR']);
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const given = answer(request, Buffer.concat(chunks));
      if (given === 'hang up once') {
        answers.set(`${request.method} ${request.url}`, [200, PAYMENT]);
        request.socket.destroy();
        return;
      }
      response.writeHead(given[0], { 'content-type': 'application/json' }).end(JSON.stringify(given[1]));
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
  answers = new Map<string, Answer | 'hang up once'>([
    ['POST /v1/lookups', [200, LOOKUP]],
    ['POST /v1/quotes', [200, QUOTE]],
    ['POST /v1/payments', [200, PAYMENT]],
    [`GET /v1/payments/${PAYMENT.paymentId}`, [200, PAYMENT]],
    ['GET /v1/payments', [200, { payments: [PAYMENT], next: PAYMENT.paymentId }]],
  ]);
});

describe('tonle pay', () => {
  const withKey = 'GET /v1/payments?messageId=k1&direction=outbound';

  it('shows what became of a key that was used, and pays nothing new', async () => {
    answers.set(withKey, [200, { payments: [PAYMENT] }]);
    const { code, out, err } = await tonle('pay', '--qr', 'CODE', '--amount', '820', '--key', 'k1');
    expect(code).toBe(0);
    expect(asked.map(({ method }) => method)).toEqual(['GET']);
    expect(out).toContain('completed (ACCC)');
    expect(err).toContain('nothing new was paid');
  });

  it('looks up, quotes and pays with signed requests, and shows the timeline', async () => {
    answers.set(withKey, [200, { payments: [] }]);
    const { code, out } = await tonle('pay', '--qr', 'CODE', '--amount', '820', '--wait', '5', '--key', 'k1');
    expect(code).toBe(0);
    expect(asked.map(({ method, path, participant }) => [method, path, participant])).toEqual([
      ['GET', withKey.slice(4), 'KHMEKONG'],
      ['POST', '/v1/lookups', 'KHMEKONG'],
      ['POST', '/v1/quotes', 'KHMEKONG'],
      ['POST', '/v1/payments', 'KHMEKONG'],
    ]);
    expect(asked[2]!.body).toEqual({ lookupId: LOOKUP.lookupId, amount: { currency: 'THB', amount: '820' } });
    expect(asked[3]!.headers).toMatchObject({ 'idempotency-key': 'k1', prefer: 'wait=5' });
    expect(asked[3]!.body).toMatchObject({
      quoteId: QUOTE.quoteId,
      debtor: { account: 'u0000001@mekong', accountType: 'bakong' },
    });
    for (const text of [
      'completed (ACCC)',
      '100,240 KHR -> 820.00 THB',
      '1 KHR = 0.00818040 THB by FXNAGA',
      'D1',
      'C1',
    ]) {
      expect(out).toContain(text);
    }
    expect(out).toMatch(/ 4 ms {2}RECEIVED +submit\n +131 ms {2}COMPLETED/);
  });

  it('sends the same key again when the connection breaks, and never another', async () => {
    answers.set('POST /v1/payments', 'hang up once');
    expect(await tonle('pay', '--qr', 'CODE', '--amount', '820')).toMatchObject({ code: 0 });
    const keys = asked
      .filter(({ path }) => path === '/v1/payments')
      .map(({ headers }) => headers['idempotency-key']);
    expect(keys).toHaveLength(2);
    expect(keys[0]).toBe(keys[1]);
  });

  it('exits 1 when the payment failed or is still under way', async () => {
    const problem = {
      title: 'The partner refused',
      code: 'partner_rejected',
      isoReason: 'AC04',
      remedy: 'See the ISO reason.',
    };
    answers.set('POST /v1/payments', [200, { ...PAYMENT, state: 'failed', step: 'REJECTED', problem }]);
    expect(await tonle('pay', '--qr', 'CODE')).toMatchObject({
      code: 1,
      out: expect.stringContaining('ISO AC04'),
    });
    answers.set('POST /v1/payments', [202, { ...PAYMENT, state: 'processing', step: 'CREDIT_SENT' }]);
    expect(await tonle('pay', '--qr', 'CODE')).toMatchObject({
      code: 1,
      out: expect.stringContaining('tonle payment show'),
    });
    expect(await tonle('pay', '--qr', 'CODE', '--wait', '0')).toMatchObject({ code: 0 });
  });

  it('tells title, fields and what to do of a refusal', async () => {
    const problem = {
      title: 'A field is missing or malformed',
      code: 'schema_invalid',
      remedy: 'Correct the fields named in `errors`.',
      errors: [{ path: '/amount/amount', message: '"x" is not a valid amount.' }],
    };
    answers.set('POST /v1/quotes', [400, problem]);
    const { code, err } = await tonle('pay', '--qr', 'CODE', '--amount', '820');
    expect(code).toBe(2);
    for (const text of [
      problem.title,
      'schema_invalid',
      '/amount/amount: "x" is not a valid amount.',
      problem.remedy,
    ])
      expect(err).toContain(text);
    const json = await tonle('--json', 'pay', '--qr', 'CODE');
    expect(JSON.parse(json.out)).toMatchObject({ code: 'schema_invalid', status: 400 });
  });
});

describe('other commands', () => {
  it('looks up an account however it is written, as whom it is told', async () => {
    expect(
      await tonle('--as', 'KHANGKOR', 'lookup', '--account', '081-234-5678', '--type', 'MBNO'),
    ).toMatchObject({ code: 0 });
    expect(asked[0]).toMatchObject({
      participant: 'KHANGKOR',
      body: { account: '0066812345678', accountType: 'MBNO', country: 'TH' },
    });
  });

  it('quotes with every candidate and why it lost', async () => {
    const { code, out } = await tonle('quote', '--to', 'THB', '--amount', 'KHR 100,240');
    expect(code).toBe(0);
    expect(asked[0]!.body).toEqual({ targetCurrency: 'THB', amount: { currency: 'KHR', amount: '100240' } });
    expect(out).toMatch(/FXNAGA +0\.00818040 .*0\.2100 % {2}chosen/);
    expect(out).toMatch(/FXSINGHA .*rate_stale/);
  });

  it('shows a payment by id, UETR or reference, and lists them one a line', async () => {
    expect((await tonle('payment', 'show', PAYMENT.paymentId)).out).toContain(PAYMENT.uetr);
    answers.set(`GET /v1/payments?uetr=${PAYMENT.uetr}`, [200, { payments: [PAYMENT] }]);
    expect(await tonle('payment', 'show', PAYMENT.uetr)).toMatchObject({ code: 0 });
    answers.set('GET /v1/payments?partnerReference=NONE', [200, { payments: [] }]);
    expect(await tonle('payment', 'show', 'NONE')).toMatchObject({ code: 1 });
    expect((await tonle('payment', 'list')).out).toMatch(
      /PAYMENT +STATE[^]*100,240 KHR +820\.00 THB[^]*--cursor/,
    );
    expect(JSON.parse((await tonle('payment', 'list', '--json')).out)).toMatchObject({
      paymentId: PAYMENT.paymentId,
    });
  });

  it('audits as the operator and exits 1 when an invariant is broken', async () => {
    const finding = { invariant: 'I1', ok: true, checked: 7, violations: [] };
    const services = [
      { service: 'routing', at: '2026-11-22T10:00:00.000Z', findings: [finding], totals: {} },
    ];
    answers.set('GET /v1/ops/audit', [200, { services }]);
    expect(await tonle('audit')).toMatchObject({
      code: 0,
      out: expect.stringContaining('All 1 checks passed.'),
    });
    expect(asked[0]!.participant).toBe('OPERATOR');
    const broken = { ...finding, ok: false, violations: ['KHR does not sum to zero'] };
    answers.set('GET /v1/ops/audit', [200, { services: [{ ...services[0], findings: [broken] }] }]);
    expect(await tonle('audit')).toMatchObject({
      code: 1,
      out: expect.stringContaining('both its accounts: KHR does not sum to zero'),
    });
    answers.set('GET /v1/ops/audit', [200, {}]);
    expect(await tonle('audit')).toMatchObject({ code: 1 });
  });

  it("asks anything of the API, operators' paths as the operator", async () => {
    answers.set('GET /v1/ops/windows?state=OPEN', [200, { windows: [] }]);
    const { code, out } = await tonle('ask', 'get', '/v1/ops/windows?state=OPEN');
    expect([code, JSON.parse(out)]).toEqual([0, { windows: [] }]);
    expect(asked[0]).toMatchObject({ participant: 'OPERATOR', path: '/v1/ops/windows?state=OPEN' });
    answers.set('POST /v1/ops/jobs', [202, { jobId: 'J1' }]);
    const job = { job: 'reconcile', reason: 'a test' };
    expect(await tonle('--json', 'ask', 'POST', '/v1/ops/jobs', JSON.stringify(job))).toMatchObject({
      code: 0,
      out: '{"jobId":"J1"}',
    });
    expect(asked[1]).toMatchObject({ method: 'POST', body: job });
    expect(await tonle('--as', 'FXNAGA', 'ask', 'GET', '/v1/fx')).toMatchObject({ code: 2 });
    expect(await tonle('--as', 'KHANGKOR', 'ask', 'GET', '/v1/nothing')).toMatchObject({ code: 1 });
    expect(asked.at(-1)).toMatchObject({ participant: 'KHANGKOR' });
    for (const args of [
      ['PATCH', '/v1/payments'],
      ['GET', 'v1/payments'],
      ['POST', '/v1/ops/jobs', '{'],
    ])
      expect(await tonle('ask', ...args)).toMatchObject({ code: 2 });
  });

  it('reads codes', async () => {
    const khqr = writeKhqr({ bakongAccountId: 'shop00001@mekong', currency: 'KHR', payeeName: 'Shop' });
    const thai = writeThaiQr({ billerId: '010500000000015', reference1: 'A' });
    if (khqr.kind === 'refused' || thai.kind === 'refused') throw new Error('not written');
    expect(await tonle('qr', 'read', khqr.text)).toMatchObject({
      code: 0,
      out: expect.stringMatching(/KHQR individual[^]*md5/),
    });
    expect(JSON.parse((await tonle('qr', 'read', '--json', thai.text)).out)).toMatchObject({
      scheme: 'THAI_BILL_PAYMENT',
      kind: 'read',
    });
    expect(await tonle('qr', 'read', `${khqr.text.slice(0, -1)}!`)).toMatchObject({
      code: 1,
      out: expect.stringContaining('CRC_MALFORMED'),
    });
    expect((await tonle('qr', 'read', '6212345678901234567')).out).toContain('621234*********4567');
    expect((await tonle('qr', 'read', 'https://qr.alipayplus.com/1')).out).toMatch(/amount +a lookup tells/);
  });

  it('writes codes of sandbox payees', async () => {
    const thai = await tonle('qr', 'sample', 'thai');
    expect(JSON.parse((await tonle('--json', 'qr', 'read', thai.out)).out)).toMatchObject({
      scheme: 'THAI_BILL_PAYMENT',
      account: { account: '010500000000123', variant: 'cross_border' },
    });
    const khqr = await tonle('qr', 'sample', 'khqr', '--amount', '41000');
    expect((await tonle('qr', 'read', khqr.out)).out).toMatch(/amount +41000 KHR/);
    expect(await tonle('qr', 'sample', 'khqr', '--amount', '0.5')).toMatchObject({ code: 2 });
    for (const [kind, shown] of [
      ['lao', /LAOQR[^]*amount +57000 LAK/],
      ['vietnamese', /VIETQR[^]*amount +57000 VND/],
      ['unionpay', /UNIONPAY[^]*amount +57000 HKD/],
      ['japanese', /JPQR[^]*amount +57000 JPY/],
    ] as const) {
      const sample = await tonle('qr', 'sample', kind, '--amount', '57000');
      expect((await tonle('qr', 'read', sample.out)).out).toMatch(shown);
    }
    expect(await tonle('qr', 'sample', 'constructor')).toMatchObject({ code: 2 });
  });

  it('checks ISO 20022 files', async () => {
    const file = join(home, 'broken.xml');
    writeFileSync(
      file,
      '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pacs.008.001.08"><FIToFICstmrCdtTrf/></Document>',
    );
    const { code, out } = await tonle('iso20022', 'check', file);
    expect(code).toBe(1);
    expect(out).toMatch(/not valid[^]*line 1[^]*FIToFICstmrCdtTrf/);
  });

  it('exits 2 for a usage error, 1 when nobody answers, and 0 for help', async () => {
    for (const args of [
      ['pay', '--frob'],
      ['frob'],
      ['pay'],
      ['pay', '--qr', 'C', '--wait', 'x'],
      ['quote', '--amount', '1'],
      ['iso20022', 'check', join(home, 'none.xml')],
      ['--as', 'NOBODY', 'lookup', '--qr', 'C'],
      ['lookup', '--qr', 'C', '--gateway', 'nowhere'],
    ]) {
      expect({ args, code: (await tonle(...args)).code }).toEqual({ args, code: 2 });
    }
    expect(await tonle('payment', 'list', '--gateway', 'http://127.0.0.1:1')).toMatchObject({
      code: 1,
      err: expect.stringContaining('does not answer'),
    });
    expect(await tonle('--help')).toMatchObject({ code: 0, out: expect.stringContaining('Exit code') });
  });
});
