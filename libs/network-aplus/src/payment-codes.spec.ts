import { describe, expect, it } from '@jest/globals';
import { REASONS, refused, type Reason } from '@tonle/contracts';
import type { WireReply } from '@tonle/network';
import { readPay } from './pay-message.js';
import { drawnStanding, walletCodes } from './payment-codes.js';
import { resultCodes, Results } from './results.js';

const RESULTS = new Results(
  resultCodes.parse({
    results: {
      SUCCESS: { means: 'done' },
      PAYMENT_IN_PROCESS: { means: 'in_progress' },
      UNKNOWN_EXCEPTION: { means: 'later' },
      BUSINESS_NOT_SUPPORT: { means: 'refused' },
      PROCESS_FAIL: { means: 'refused' },
      INVALID_CODE: { means: 'refused' },
    },
    told: { AB08: 'UNKNOWN_EXCEPTION', AB05: 'UNKNOWN_EXCEPTION' },
    refusals: { payment_code_unknown: 'INVALID_CODE', no_quote_available: 'UNKNOWN_EXCEPTION' },
  }),
);
const answered = (body: unknown): WireReply => ({
  kind: 'answered',
  status: 200,
  headers: {},
  bytes: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
});

describe('getPaymentCode', () => {
  const codes = walletCodes(RESULTS, '1022172000000000001');
  const wanted = {
    codeId: '01990000-0000-7000-8000-000000000001',
    participant: 'KHMEKONG',
    debtor: { name: 'Sok Dara', account: 'u0000123@mekong', accountType: 'bakong' },
    most: { currency: 'KHR', minor: '20000000' },
    at: 0,
  };
  const read = (body: unknown) => codes.read(answered(body), wanted);
  const done = { resultCode: 'SUCCESS', resultStatus: 'S', resultMessage: 'success.' };

  it('tells who the customer is, and not which account', () => {
    const asked = codes.ask(wanted);
    if ('kind' in asked) throw new Error(asked.reason);
    const text = Buffer.from(asked.body!).toString();
    expect(asked.path).toBe('/aps/api/v1/codes/getPaymentCode');
    expect(JSON.parse(text)).toEqual({
      mppId: '1022172000000000001',
      customerId: expect.stringMatching(/^\w{64}$/),
    });
    expect(text).not.toContain('u0000123');
  });

  it.each<[string, unknown, object]>([
    ['a code', { result: done, paymentCode: '281' }, { kind: 'issued', text: '281' }],
    [
      'until when',
      { result: done, paymentCode: '281', expiryTime: '2026-11-22T17:30:00+08:00' },
      { expiresMs: Date.parse('2026-11-22T09:30:00Z') },
    ],
    ['no code', { result: done }, { reason: 'partner_silent' }],
    [
      'a refusal',
      { result: { resultCode: 'BUSINESS_NOT_SUPPORT', resultStatus: 'F' } },
      { reason: 'payment_codes_not_served' },
    ],
    [
      'later',
      { result: { resultCode: 'UNKNOWN_EXCEPTION', resultStatus: 'U' } },
      { reason: 'partner_silent' },
    ],
    [
      'what no table has',
      { result: { resultCode: 'NEVER_SEEN', resultStatus: 'F' } },
      { reason: 'partner_silent', unmapped: 'result NEVER_SEEN' },
    ],
  ])('is answered by %s', (_what, body, meaning) => {
    expect(read(body)).toMatchObject(meaning);
  });

  it('is total: noise is no code', () => {
    const good = JSON.stringify({ result: done, paymentCode: '281' });
    for (let at = 0; at < good.length; at += 1)
      for (const text of [
        good.slice(0, at),
        good.slice(at),
        `${good.slice(0, at)}\u0000${good.slice(at + 1)}`,
      ])
        expect(read(text).kind).toMatch(/^(refused|issued)$/);
  });
});

describe('pay', () => {
  const body = {
    paymentRequestId: 'PR1',
    paymentAmount: { currency: 'USD', value: '1000' },
    paymentMethod: { paymentMethodId: '281' },
    order: { merchant: { merchantName: 'Kopi\nShop' } },
  };
  const time = { 'request-time': '2026-11-22T17:30:00+08:00' };
  const read = (more: object, headers: Record<string, string> = time) =>
    readPay({ bytes: Buffer.from(JSON.stringify({ ...body, ...more })), headers });

  it('lives a minute when it does not say how long, and its texts can be carried', () => {
    const sentMs = Date.parse('2026-11-22T09:30:00Z');
    expect(read({})).toMatchObject({
      drawing: {
        drawingId: 'PR1',
        code: '281',
        sentMs,
        expiresMs: sentMs + 60_000,
        payee: { name: 'Kopi Shop' },
      },
    });
    expect(read({ paymentExpiryTime: '2026-11-22T17:30:30+08:00' })).toMatchObject({
      drawing: { expiresMs: sentMs + 30_000 },
    });
  });

  it('is none without its time, or in another form', () => {
    expect(read({}, {})).toMatchObject({ reason: 'schema_invalid' });
    expect(read({ paymentAmount: { currency: 'USD', value: 1000 } })).toMatchObject({
      reason: 'schema_invalid',
    });
  });
});

it('what was decided against is told as final, whatever its code would say of a call', () => {
  for (const reason of Object.keys(REASONS) as Reason[])
    expect(drawnStanding(RESULTS, refused(reason), 'PR1').paymentResult.resultStatus).toBe('F');
  const unknown = drawnStanding(RESULTS, refused('payment_code_unknown'), 'PR1');
  expect(unknown.paymentResult.resultCode).toBe('INVALID_CODE');
});
