import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { readIso, type CanonicalMessage, type CustomerPayment } from '@tonle/iso20022';
import { amount } from '@tonle/money';
import { Agent, request } from 'undici';
import { daysSince } from '../../../../../tests/world/days.js';
import { until } from '../../../../../tests/world/until.js';
import {
  control,
  runSandbox,
  unanswered,
  untilHit,
  type TestSandbox,
} from '../../testing/running-sandbox.js';
import { payment, TonleSide, written } from '../../testing/tonle-side.js';

let sandbox: TestSandbox;
let tonle: TonleSide;

beforeAll(async () => {
  sandbox = await runSandbox();
  tonle = new TonleSide(sandbox);
});
afterAll(async () => {
  await tonle.close();
  await sandbox.close();
});
afterEach(() => control(sandbox, 'DELETE', 'faults'));

describe('door', () => {
  it('does not open without a client certificate', async () => {
    const anonymous = new Agent({ connect: { ca: readFileSync(join(sandbox.folder, 'pki', 'ca.crt')) } });
    const call = request(`${sandbox.running.addresses.thailand}/qr/resolve`, {
      method: 'POST',
      body: '{}',
      dispatcher: anonymous,
    });
    await expect(call).rejects.toThrow();
    await anonymous.destroy();
  });

  it.each([
    ['another key', { key: 'KHMEKONG' }, 'signature_invalid'],
    ['a changed body', { spoil: true }, 'signature_invalid'],
  ])('refuses %s, and nothing happens', async (_, over, reason) => {
    const message = payment();
    const answer = await tonle.send('POST', '/iso20022/pacs.008', written(message, 'pacs.008.001.08'), over);
    expect([answer.status, answer.text]).toEqual([401, expect.stringContaining(reason)]);
    expect((await control(sandbox, 'GET', `thailand/payments/${message.uetr}`)).status).toBe(404);
  });

  it('refuses a signature that was used before', async () => {
    const nonce = 'once-and-never-again';
    expect((await tonle.send('POST', '/qr/resolve', '{}', { nonce, type: 'application/json' })).status).toBe(
      200,
    );
    const again = await tonle.send('POST', '/qr/resolve', '{}', { nonce, type: 'application/json' });
    expect([again.status, again.text]).toEqual([401, expect.stringContaining('signature_replayed')]);
  });

  it.each([
    ['no XML', 'hello'],
    [
      'another message',
      written(payment(), 'pacs.008.001.08').replaceAll('pacs.008.001.08', 'pacs.009.001.08'),
    ],
  ])('answers %s with a signed admi.002', async (_, body) => {
    const answer = await tonle.send('POST', '/iso20022/pacs.008', body);
    expect(answer).toMatchObject({ status: 400, signature: 'good' });
    expect(readIso(Buffer.from(answer.text))).toMatchObject({ kind: 'read', message: { kind: 'rejection' } });
  });
});

describe('payments', () => {
  it('are credited once, and the same answer comes again', async () => {
    const message = payment();
    const first = await tonle.pay(message);
    expect(first).toMatchObject({
      kind: 'status',
      status: 'ACCC',
      originalMessageId: message.messageId,
      originalUetr: message.uetr,
      originalEndToEndId: message.endToEndId,
      clearingReference: expect.stringMatching(/^TH\d{8}[0-9a-f]{16}$/),
      originalAmount: amount('THB', 82_000n),
    });
    const { clearingReference } = first as { clearingReference?: string };
    expect(await tonle.pay(message)).toMatchObject({ status: 'ACCC', clearingReference });
    expect(await tonle.enquire(message)).toMatchObject({ status: 'ACCC', clearingReference });
    expect(await tonle.pay(payment({ uetr: message.uetr }))).toMatchObject({
      status: 'RJCT',
      reason: 'DUPL',
    });
    const twins = payment();
    const answers = await Promise.all([tonle.pay(twins), tonle.pay(twins), tonle.pay(twins)]);
    expect(
      new Set(answers.map((answer) => (answer as { clearingReference?: string }).clearingReference)).size,
    ).toBe(1);
  });

  it.each([
    ['TM01', { acceptedAt: new Date(Date.now() - 61_000).toISOString() }],
    ['AC04', { creditorAccount: { proxy: { type: 'BIID', id: '088855600000101' } } }],
    ['BE23', { creditorAccount: { proxy: { type: 'MBNO', id: '0066112345678' } } }],
    ['AC01', { creditorAccount: { id: '9990000000000' } }],
    ['AM03', { settlementAmount: amount('USD', 100n), instructedAmount: undefined, exchangeRate: undefined }],
  ])('are rejected with %s, and stay so', async (reason, over) => {
    const message = payment(over);
    expect(await tonle.pay(message)).toMatchObject({ status: 'RJCT', reason });
    expect(await tonle.enquire(message)).toMatchObject({ status: 'RJCT', reason });
  });

  it('are not found by an enquiry when they never came', async () => {
    const answer = await tonle.enquire(payment());
    expect(answer).toMatchObject({ kind: 'status', reason: 'AG09' });
    expect((answer as { status?: string }).status).toBeUndefined();
  });

  it('stand in the statement of their day', async () => {
    const fromMs = Date.now();
    const message = payment();
    await tonle.pay(message);
    const entries = [];
    for (const day of daysSince(fromMs, 420)) {
      const answer = await tonle.send('GET', `/statements/camt.053?day=${day}`);
      expect(answer).toMatchObject({ status: 200, signature: 'good' });
      const reading = readIso(Buffer.from(answer.text), { maxBytes: 1 << 24 });
      if (reading.kind !== 'read' || reading.message.kind !== 'statement')
        throw new Error(JSON.stringify(reading));
      entries.push(...reading.message.entries);
    }
    expect(entries.filter(({ transactions }) => transactions[0]?.uetr === message.uetr)).toMatchObject([
      {
        credit: false,
        status: 'BOOK',
        amount: amount('THB', 82_000n),
        servicerReference: expect.stringMatching(/^TH/),
        transactions: [{ endToEndId: message.endToEndId, transactionId: message.transactionId }],
      },
    ]);
    expect((await tonle.send('GET', '/statements/camt.053?day=soon')).status).toBe(400);
  });
});

describe('lookups', () => {
  const resolve = async (qrText: string): Promise<unknown> =>
    JSON.parse(
      (await tonle.send('POST', '/qr/resolve', JSON.stringify({ qrText }), { type: 'application/json' }))
        .text,
    );
  const sample = async (over: object): Promise<string> =>
    (await control(sandbox, 'POST', 'qr/thai', over)).body.qrText as string;

  it('know who stands behind a code', async () => {
    expect(
      await resolve(await sample({ billerId: '010555600000101', amount: '820.00', reference: 'TABLE7' })),
    ).toMatchObject({
      found: true,
      account: '010555600000101',
      accountType: 'BIID',
      currency: 'THB',
      amount: { currency: 'THB', minor: '82000' },
      reference: 'TABLE7',
      name: expect.any(String),
      expiresAt: expect.any(String),
    });
    const person = await resolve(await sample({ mobile: '0812345678' }));
    expect(person).toMatchObject({
      found: true,
      account: '0066812345678',
      accountType: 'MBNO',
      currency: 'THB',
    });
    expect(person).not.toHaveProperty('amount');
  });

  it.each([
    ['DS24', { billerId: '010555600000101', amount: '5.00', expired: true }],
    ['AC04', { billerId: '088855600000101' }],
    ['BE23', { billerId: '099955600000101' }],
  ])('refuse with %s', async (reason, over) => {
    expect(await resolve(await sample(over))).toEqual({ found: false, reason });
  });

  it('refuse what is no Thai code', async () => {
    const khqr = (await control(sandbox, 'POST', 'qr/khqr', { account: 'shop00001@mekong' })).body
      .qrText as string;
    expect(await resolve(khqr)).toEqual({ found: false, reason: 'DS14' });
    expect(await resolve('')).toEqual({ found: false, reason: 'DS14' });
    expect((await control(sandbox, 'POST', 'qr/khqr', { account: 'x' })).status).toBe(422);
  });

  it('answer acmt.023', async () => {
    const ask = (id: string): Promise<CanonicalMessage> =>
      tonle.exchange(
        '/iso20022/acmt.023',
        {
          kind: 'proxy_request',
          messageId: 'A1',
          createdAt: new Date().toISOString(),
          verificationId: 'V1',
          assigner: { bic: 'TONLKHPPXXX' },
          assignee: { bic: 'THSWTHBKXXX' },
          account: { proxy: { type: 'MBNO', id } },
        },
        'acmt.023.001.03',
      );
    expect(await ask('0066812345678')).toMatchObject({
      kind: 'proxy_reply',
      verified: true,
      originalVerificationId: 'V1',
      party: { name: expect.any(String) },
    });
    expect(await ask('0066112345678')).toMatchObject({ verified: false, reason: 'BE23' });
  });
});

describe('faults', () => {
  const set = (fault: object) =>
    control(sandbox, 'POST', 'faults', { network: 'thailand', operation: 'pacs.008', count: 1, ...fault });

  it('spoil the signature, though the payment is done', async () => {
    await set({ fault: 'bad_signature' });
    const message = payment();
    const answer = await tonle.send('POST', '/iso20022/pacs.008', written(message, 'pacs.008.001.08'));
    expect(answer).toMatchObject({ status: 200, signature: 'signature_invalid' });
    expect(await tonle.enquire(message)).toMatchObject({ status: 'ACCC' });
  });

  it('call back twice beside the answer, and after a late credit', async () => {
    const calls = (message: CustomerPayment): number =>
      sandbox.door.callBacks.filter((call) => call === `${message.uetr} ACCC`).length;
    await set({ fault: 'duplicate' });
    const twice = payment();
    expect(await tonle.pay(twice)).toMatchObject({ status: 'ACCC' });
    await until('two calls', () => calls(twice) === 2);
    await set({ fault: 'late_callback', delayMs: 20 });
    const late = payment();
    expect(await tonle.pay(late)).toMatchObject({ status: 'PDNG' });
    await until('the late call', () => calls(late) === 1);
  });

  it('answer in progress first and do it later, also over a restart', async () => {
    await set({ fault: 'late_callback', delayMs: 80 });
    const message = payment();
    expect(await tonle.pay(message)).toMatchObject({ status: 'PDNG' });
    const status = async () => ((await tonle.enquire(message)) as { status?: string }).status;
    await until('the late payment', async () => (await status()) === 'ACCC');
    await set({ fault: 'late_callback', delayMs: 600_000 });
    const second = payment();
    expect(await tonle.pay(second)).toMatchObject({ status: 'PDNG' });
    await sandbox.restart();
    expect(await tonle.enquire(second)).toMatchObject({ status: 'ACCC' });
    expect(await tonle.enquire(message)).toMatchObject({ status: 'ACCC' });
  });

  it('reject with the code that was asked for, and remember it', async () => {
    await set({ fault: 'reject', code: 'AM14' });
    const message = payment();
    expect(await tonle.pay(message)).toMatchObject({ status: 'RJCT', reason: 'AM14' });
    expect(await tonle.pay(message)).toMatchObject({ status: 'RJCT', reason: 'AM14' });
  });

  it('keep silent before or after doing it', async () => {
    await set({ fault: 'timeout_before' });
    const before = payment();
    const giveUp = unanswered((signal) => tonle.pay(before, { signal }));
    await untilHit(sandbox);
    expect(await tonle.enquire(before)).toMatchObject({ reason: 'AG09' });
    await set({ fault: 'timeout_after' });
    const after = payment();
    const giveUpToo = unanswered((signal) => tonle.pay(after, { signal }));
    await until('the credit', async () => 'status' in (await tonle.enquire(after)));
    expect(await tonle.enquire(after)).toMatchObject({ status: 'ACCC' });
    await Promise.all([giveUp(), giveUpToo()]);
  });

  it('book another amount and say so when asked', async () => {
    await set({ fault: 'wrong_amount', addMinor: '-500' });
    const message = payment();
    await tonle.pay(message);
    expect(await tonle.enquire(message)).toMatchObject({ originalAmount: amount('THB', 81_500n) });
  });

  it.each(['http_5xx', 'reset', 'garbage'])('%s', async (fault) => {
    await set({ fault });
    const body = written(payment(), 'pacs.008.001.08');
    const answer = await tonle
      .send('POST', '/iso20022/pacs.008', body)
      .catch((error: { code?: string }) => error.code);
    if (fault === 'reset') expect(answer).toBe('ECONNRESET');
    else if (fault === 'http_5xx') expect(answer).toMatchObject({ status: 503 });
    else expect(answer).toMatchObject({ status: 200, text: expect.stringContaining('Garbled') });
  });
});
