import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { writeKhqr, writeThaiQr, type QrWriting } from '@tonle/emvqr';
import { contentDigest } from '@tonle/security';
import { GatewayWorld, type HttpAnswer } from '../testing/gateway-world.js';

// Bad input: each kind has a reason of its own, nothing changes, and no stack trace is shown.

let world: GatewayWorld;
let payable: { lookupId: string; quoteId: string; debtor: object };
beforeAll(async () => {
  world = await GatewayWorld.start('gateway_access', { TONLE_GATEWAY_RATE_PER_SECOND: '150' });
  payable = await world.payable();
});
afterAll(() => world.close());

async function expectProblem(
  ask: () => Promise<HttpAnswer>,
  status: number,
  code: string,
  path?: string,
): Promise<void> {
  const before = await world.count();
  const answer = await ask();
  expect({ status: answer.status, code: answer.json?.code }).toEqual({ status, code });
  expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  expect(answer.text).not.toMatch(/\bat .+\.(ts|js):|node_modules|Error:/);
  if (path !== undefined)
    expect(answer.json.errors.map((error: { path: string }) => error.path)).toContain(path);
  expect(await world.count()).toBe(before);
}

const now = () => Math.floor(world.platform.clock.now() / 1000);

describe('who asks', () => {
  const cases: [string, () => Promise<HttpAnswer>, number, string][] = [
    ['no signature', () => world.get('/v1/payments', { sign: false }), 401, 'signature_missing'],
    [
      'a garbled signature',
      () => world.get('/v1/payments', { tamper: { signature: 'sig1=:AAAA' } }),
      401,
      'signature_invalid',
    ],
    ['an unknown key', () => world.get('/v1/payments', { sign: { keyId: 'NOBODY-1' } }), 401, 'key_unknown'],
    [
      'a key past its validity',
      () => world.get('/v1/payments', { sign: { keyId: 'KHMEKONG-old' } }),
      401,
      'key_unknown',
    ],
    [
      'the key of another',
      () => world.get('/v1/payments', { sign: { keyId: 'KHANGKOR-1' } }),
      401,
      'signature_invalid',
    ],
    [
      'an old signature',
      () => world.get('/v1/payments', { sign: { created: now() - 400 } }),
      401,
      'signature_expired',
    ],
    [
      'one from the future',
      () => world.get('/v1/payments', { sign: { created: now() + 400 } }),
      401,
      'signature_expired',
    ],
    [
      'another path',
      () => world.get('/v1/payments', { sign: { url: '/v1/corridors' } }),
      401,
      'signature_invalid',
    ],
    [
      'another query',
      () => world.get('/v1/payments?limit=5', { sign: { url: '/v1/payments?limit=6' } }),
      401,
      'signature_invalid',
    ],
    ['another body', () => world.post('/v1/quotes', {}, { sign: { body: '[]' } }), 401, 'signature_invalid'],
    [
      'a digest of another body',
      () => world.post('/v1/quotes', {}, { tamper: { 'content-digest': contentDigest('x') } }),
      401,
      'signature_invalid',
    ],
    [
      'an idempotency key that is not signed',
      () => world.post('/v1/payments', payable, { tamper: { 'idempotency-key': 'x' } }),
      401,
      'signature_invalid',
    ],
    ['no scope', () => world.get('/v1/ops/liquidity'), 403, 'not_permitted'],
    ['another scope', () => world.post('/v1/quotes', {}, { participant: 'FXNAGA' }), 403, 'not_permitted'],
    [
      'a paused participant',
      () => world.post('/v1/quotes', {}, { participant: 'KHPAUSED' }),
      422,
      'participant_paused',
    ],
  ];
  it.each(cases)('is refused with %s', (_what, ask, status, code) => expectProblem(ask, status, code));

  it('may not send the same signature twice', async () => {
    const sign = { nonce: 'the-same-nonce' };
    expect((await world.get('/v1/payments', { sign })).status).toBe(200);
    await expectProblem(() => world.get('/v1/payments', { sign }), 401, 'signature_replayed');
  });

  it('may use Ed25519', async () => {
    expect((await world.get('/v1/payments', { participant: 'KHANGKOR' })).status).toBe(200);
  });

  it('is slowed down, and told when to come back', async () => {
    const answers = await Promise.all(
      Array.from({ length: 200 }, () => world.get('/v1/corridors', { participant: 'FXNAGA' })),
    );
    const slowed = answers.filter((answer) => answer.status === 429);
    expect(slowed.length).toBeGreaterThanOrEqual(50);
    expect(slowed[0]!.json.code).toBe('rate_limited');
    expect(slowed[0]!.headers.get('retry-after')).not.toBeNull();
    expect((await world.get('/v1/corridors')).status).toBe(200);
    world.platform.clock.advance(2_000);
  });
});

describe('what is asked', () => {
  const pay = (change: object, headers: Record<string, string> = { 'idempotency-key': 'bad-1' }) =>
    world.post('/v1/payments', { ...payable, ...change }, { headers });
  const quote = (amount: unknown, more: object = {}) =>
    world.post('/v1/quotes', { targetCurrency: 'THB', amount, ...more });
  const thb = (amount: string) => ({ currency: 'THB', amount });
  type Case = [string, () => Promise<HttpAnswer>, number, string, string?];
  const cases: Case[] = [
    ['malformed JSON', () => world.post('/v1/payments', '{"a":'), 400, 'malformed_json'],
    ['an empty body', () => world.post('/v1/quotes', ''), 400, 'schema_invalid'],
    ['a list', () => world.post('/v1/quotes', []), 400, 'schema_invalid'],
    [
      'another content type',
      () => world.send('POST', '/v1/quotes', 'a=1', { headers: { 'content-type': 'text/csv' } }),
      415,
      'unsupported_media_type',
    ],
    ['XML where JSON is read', () => world.postXml('/v1/quotes', '<a/>'), 415, 'unsupported_media_type'],
    ['JSON where XML is read', () => world.post('/iso20022/pacs.008', {}), 415, 'unsupported_media_type'],
    ['10 MB', () => world.post('/v1/payments', 'x'.repeat(10_000_000)), 413, 'body_too_large'],
    ['an unknown path', () => world.get('/v1/nothing'), 404, 'path_unknown'],
    ['an unknown method', () => world.send('PUT', '/v1/payments', undefined, {}), 405, 'method_not_allowed'],
    ['no idempotency key', () => pay({}, {}), 400, 'key_missing'],
    ['no idempotency key, whatever the body', () => pay({ amuont: 1 }, {}), 400, 'key_missing'],
    [
      'an unusable idempotency key',
      () => pay({}, { 'idempotency-key': 'x'.repeat(141) }),
      400,
      'schema_invalid',
      'Idempotency-Key',
    ],
    ['an unknown field', () => pay({ amuont: 1 }), 400, 'schema_invalid', '/amuont'],
    [
      'an unknown field inside',
      () => pay({ debtor: { name: 'A', account: 'u@mekong', 'a/b': 1 } }),
      400,
      'schema_invalid',
      '/debtor/a~1b',
    ],
    ['a missing field', () => pay({ quoteId: undefined }), 400, 'schema_invalid', '/quoteId'],
    ['an id that is none', () => pay({ quoteId: "1' OR 1=1" }), 400, 'schema_invalid', '/quoteId'],
    [
      'a long name',
      () => pay({ debtor: { name: 'x'.repeat(141), account: 'u@mekong' } }),
      400,
      'schema_invalid',
      '/debtor/name',
    ],
    ...['a\u0000b', 'a\ud83d', 'a\uffff', '\u202eb', 'a\nb'].map((remittance): Case => [
      `the text ${JSON.stringify(remittance)}`,
      () => pay({ remittance }),
      400,
      'schema_invalid',
      '/remittance',
    ]),
    [
      'a code with a character that no code has',
      () => world.post('/v1/lookups', { qrText: '000201\u202e' }),
      400,
      'schema_invalid',
      '/qrText',
    ],
    [
      'a foreign account',
      () => pay({ debtor: { name: 'A', account: 'u0000001@angkor' } }),
      403,
      'not_permitted',
      '/debtor/account',
    ],
    [
      'an account of nowhere',
      () => pay({ debtor: { name: 'A', account: '12345' } }),
      422,
      'account_unknown',
      '/debtor/account',
    ],
    [
      'an unknown lookup',
      () => pay({ lookupId: '00000000-0000-7000-8000-000000000000' }),
      422,
      'lookup_unknown',
      '/lookupId',
    ],
    [
      'an unknown quote',
      () => pay({ quoteId: '99999999-9999-4999-8999-999999999999' }),
      422,
      'quote_unknown',
      '/quoteId',
    ],
    [
      'an unknown currency',
      () => quote({ currency: 'XXX', amount: '1' }),
      422,
      'unknown_currency',
      '/amount/currency',
    ],
    [
      'a currency of no side',
      () => quote({ currency: 'EUR', amount: '1' }),
      422,
      'unknown_currency',
      '/amount/currency',
    ],
    [
      'a source currency not served',
      () => quote(thb('1'), { sourceCurrency: 'EUR' }),
      422,
      'unknown_currency',
      '/sourceCurrency',
    ],
    [
      'no corridor',
      () => world.post('/v1/quotes', { targetCurrency: 'EUR', amount: { currency: 'EUR', amount: '1' } }),
      422,
      'corridor_unknown',
    ],
    ['too many decimals', () => quote(thb('1.001')), 422, 'too_many_decimals', '/amount/amount'],
    [
      'half a riel',
      () => quote({ currency: 'KHR', amount: '100.50' }),
      422,
      'too_many_decimals',
      '/amount/amount',
    ],
    ['zero', () => quote(thb('0.00')), 422, 'amount_not_positive', '/amount/amount'],
    ['a negative amount', () => quote(thb('-5')), 422, 'malformed_amount', '/amount/amount'],
    ['an exponent', () => quote(thb('1e3')), 422, 'malformed_amount', '/amount/amount'],
    ['a huge amount', () => quote(thb('9'.repeat(18))), 422, 'amount_too_large', '/amount/amount'],
    [
      'a number for an amount',
      () => quote({ currency: 'THB', amount: 820 }),
      400,
      'schema_invalid',
      '/amount/amount',
    ],
    ['no amount', () => quote(undefined), 400, 'schema_invalid', '/amount'],
    ['a wrong page size', () => world.get('/v1/payments?limit=201'), 400, 'schema_invalid', '/limit'],
    ['an unknown filter', () => world.get('/v1/payments?color=red'), 400, 'schema_invalid', '/color'],
    ['an unreadable payment id', () => world.get('/v1/payments/abc'), 400, 'schema_invalid', '/paymentId'],
  ];
  it.each(cases.map(([what, ...rest]) => ({ what, rest })))('is refused: $what', ({ rest }) =>
    expectProblem(...rest),
  );
});

describe('codes and payees', () => {
  const textOf = (code: QrWriting) => (code.kind === 'written' ? code.text : code.detail);
  const thai = textOf(writeThaiQr({ proxyType: 'MBNO', proxy: '0812345678', amount: '820.00' }));
  const khqr = (createdAtMs: number) =>
    textOf(
      writeKhqr({
        currency: 'KHR',
        bakongAccountId: 'shop00001@mekong',
        payeeName: 'Shop',
        payeeCity: 'Phnom Penh',
        merchantCategory: '5999',
        amount: '1000',
        createdAtMs,
        expiresAtMs: createdAtMs + 60_000,
      }),
    );
  const lookup = (body: object) => world.post('/v1/lookups', body);
  const cases: [string, () => Promise<HttpAnswer>, number, string][] = [
    ['text that is no code', () => lookup({ qrText: 'hello' }), 422, 'qr_unreadable'],
    [
      'a code that was changed',
      () => lookup({ qrText: thai.replace('820.00', '920.00') }),
      422,
      'qr_tampered',
    ],
    [
      'a code of the own country',
      () => lookup({ qrText: khqr(world.platform.clock.now()) }),
      422,
      'qr_not_served',
    ],
    [
      'an expired code',
      () => lookup({ qrText: khqr(world.platform.clock.now() - 120_000) }),
      422,
      'qr_expired',
    ],
    [
      'both a code and an account',
      () => lookup({ qrText: 'x', account: '1', accountType: 'MBNO', country: 'TH' }),
      400,
      'schema_invalid',
    ],
    ['neither', () => lookup({}), 400, 'schema_invalid'],
    [
      'an account without its country',
      () => lookup({ account: '1', accountType: 'MBNO' }),
      400,
      'schema_invalid',
    ],
    [
      'a country that is not joined',
      () => lookup({ account: '1', accountType: 'MBNO', country: 'FR' }),
      422,
      'qr_not_served',
    ],
    [
      'a payee that is unknown there',
      () => lookup({ account: '099912', accountType: 'BIID', country: 'TH' }),
      422,
      'payee_unknown',
    ],
  ];
  it.each(cases)('are refused: %s', (_what, ask, status, code) => expectProblem(ask, status, code));

  it('are shown with the name to display and a masked account', async () => {
    const answer = await lookup({ account: '0066812345678', accountType: 'MBNO', country: 'TH' });
    expect(answer.json).toMatchObject({
      corridor: 'KH-TH',
      payee: { displayName: 'Somchai J.', account: '***5678', accountType: 'MBNO' },
      currency: 'THB',
    });
    expect(answer.text).not.toContain('Jaidee');
  });

  it('are found by the text of a code', async () => {
    expect((await lookup({ qrText: thai })).json).toMatchObject({ corridor: 'KH-TH', currency: 'THB' });
  });

  it('fix the amount when the code does', async () => {
    world.lookups.set('5', {
      kind: 'found',
      creditor: { name: 'Shop', account: '5', accountType: 'BIID' },
      displayName: 'Shop',
      creditorAgent: 'THSWITCH',
      currency: 'THB',
      amount: { currency: 'THB', minor: '5000' },
      validUntil: new Date(world.platform.clock.now() + 60_000).toISOString(),
    });
    const { lookupId } = (await lookup({ account: '5', accountType: 'BIID', country: 'TH' })).json;
    const other = { lookupId, amount: { currency: 'THB', amount: '50.01' } };
    await expectProblem(() => world.post('/v1/quotes', other), 422, 'amount_mismatch', '/amount');
    expect((await world.post('/v1/quotes', { lookupId })).json.target).toEqual({
      currency: 'THB',
      amount: '50.00',
    });
    const { quoteId } = (
      await world.post('/v1/quotes', { targetCurrency: 'THB', amount: { currency: 'THB', amount: '60' } })
    ).json;
    const mixed = { ...payable, lookupId, quoteId };
    await expectProblem(() => world.pay(mixed, 'mixed-1'), 422, 'amount_mismatch', '/quoteId');
  });
});

describe('standing rates', () => {
  const fx = { participant: 'FXNAGA' };
  const rate = (text: string) => ({ sourceCurrency: 'KHR', targetCurrency: 'THB', rate: text });
  it('are pushed and withdrawn by a provider', async () => {
    const pushed = await world.post('/v1/fx/rates', { rates: [rate('0.0081'), rate('0')] }, fx);
    expect(pushed.json.items).toEqual([
      { sourceCurrency: 'KHR', targetCurrency: 'THB', version: 1 },
      { sourceCurrency: 'KHR', targetCurrency: 'THB', refused: 'rate_refused' },
    ]);
    expect((await world.send('DELETE', '/v1/fx/rates?sourceCurrency=KHR', undefined, fx)).json).toEqual({
      withdrawn: 2,
    });
    await expectProblem(
      () => world.post('/v1/fx/rates', { rates: [rate('0')] }, fx),
      422,
      'rate_refused',
      '/rates/0',
    );
    await expectProblem(() => world.post('/v1/fx/rates', { rates: [] }, fx), 400, 'schema_invalid', '/rates');
  });
});
