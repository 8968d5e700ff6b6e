import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { writeIso, type CustomerTransfer } from '@tonle/iso20022';
import { amount } from '@tonle/money';
import { request } from 'undici';
import { dayAt } from '../../../../../tests/world/days.js';
import { until } from '../../../../../tests/world/until.js';
import { BakongCaller, reversal, transfer } from '../../testing/bakong-caller.js';
import { control, runSandbox, unanswered, type TestSandbox } from '../../testing/running-sandbox.js';
import { escapeXml } from './soap.js';

let sandbox: TestSandbox;
let caller: BakongCaller;

beforeAll(async () => {
  sandbox = await runSandbox();
  caller = new BakongCaller(sandbox);
});
afterAll(() => sandbox.close());
afterEach(() => control(sandbox, 'DELETE', 'faults'));

const booked = async (message: CustomerTransfer): Promise<{ minor: string; at: number }[]> =>
  (
    await control(
      sandbox,
      'GET',
      `bakong/entries?externalRef=${encodeURIComponent(message.paymentInformationId)}`,
    )
  ).body.entries;

describe('participant interface', () => {
  it('books a transfer and shows it in the Open API by hash and external reference', async () => {
    await caller.renew();
    const message = transfer();
    const status = await caller.send(message);
    expect(status).toMatchObject({
      status: 'ACSP',
      reasonText: ['Success'],
      originalPaymentInformationId: message.paymentInformationId,
      originalMessageId: message.messageId,
    });
    const found = await caller.api('check_transaction_by_hash', { hash: status.ledgerHash });
    expect(found.text).toContain('"amount":100240,');
    expect(found.body).toMatchObject({
      responseCode: 0,
      data: {
        hash: status.ledgerHash,
        fromAccountId: 'u0000001@mekong',
        toAccountId: 'fx@naga',
        currency: 'KHR',
        externalRef: message.paymentInformationId,
      },
    });
    expect(
      (await caller.api('check_transaction_by_external_ref', { externalRef: message.paymentInformationId }))
        .body.data.hash,
    ).toBe(status.ledgerHash);
    const list = await caller.api('check_transaction_by_hash_list', [status.ledgerHash, 'f'.repeat(64)]);
    expect(list.body.data).toMatchObject([
      { status: 'SUCCESS' },
      { hash: 'f'.repeat(64), status: 'NOT_FOUND' },
    ]);
  });

  it("refuses a repeat with the core's text, and reverses once", async () => {
    const message = transfer();
    await caller.send(message);
    expect(await caller.send(message)).toMatchObject({
      status: 'RJCT',
      reasonText: ['REJECTED AT CORE DUE TO: [already existed]'],
    });
    const undo = reversal(message);
    expect(await caller.send(undo)).toMatchObject({
      status: 'ACSP',
      originalPaymentInformationId: undo.reversalPaymentInformationId,
    });
    expect((await caller.send(reversal(message))).reasonText).toEqual([
      'REJECTED AT CORE DUE TO: [already reversed]',
    ]);
  });

  it.each([
    ['debtor account not found', { debtorAccount: { id: 'nobody@mekong' } }],
    ['insufficient balance', { debtorAccount: { id: 'poor00001@mekong' } }],
    ['wrong format: payment information id', { paymentInformationId: 'short' }],
  ])('rejects: %s', async (because, over) => {
    expect(await caller.send(transfer(over))).toMatchObject({
      status: 'RJCT',
      reasonText: [`REJECTED AT CORE DUE TO: [${because}]`],
    });
  });

  it.each([
    ['wrong password', () => caller.soap(transfer(), { password: 'guess' }), 'invalid credentials'],
    [
      'unknown operation',
      () => caller.soap(transfer(), { operation: 'makeMoney' }),
      'unknown operation makeMoney',
    ],
    ['no ISO message', () => caller.soap('<Document/>'), 'wrong format'],
    [
      'a message of another kind',
      () => caller.soap(writeIso(reversal(transfer()), 'pain.007.001.05', undefined, { envelope: 'none' })),
      'not for makeFullFundTransfer',
    ],
  ])('answers a SOAP fault: %s', async (_, call, text) => {
    const { status, text: body } = await call();
    expect(status).toBe(500);
    expect(body).toContain('<S:Fault>');
    expect(body).toContain(text);
  });

  it('hands out incoming transfers to their institution', async () => {
    await caller.send(transfer());
    const body =
      '<S:Envelope xmlns:S="http://schemas.xmlsoap.org/soap/envelope/" xmlns:w="http://webservice.nbc.org.kh/"><S:Body>' +
      `<w:getIncomingTransaction><cm_user_name>TONLE</cm_user_name><cm_password>${escapeXml('secret & <more>')}</cm_password>` +
      '<payee_participant_code>NAGAKHPPXXX</payee_participant_code><size>2</size></w:getIncomingTransaction></S:Body></S:Envelope>';
    const answer = await request(`${sandbox.running.addresses.bakong}/cb`, { method: 'POST', body });
    expect((await answer.body.text()).match(/pain\.001\.001\.05/g)).toHaveLength(2);
  });
});

describe('Open API', () => {
  it('asks for a token, and again when it has died', async () => {
    await caller.renew();
    expect(
      (await caller.api('check_bakong_account', { accountId: 'shop00001@angkor' })).body.responseCode,
    ).toBe(0);
    await control(sandbox, 'POST', 'bakong/expire-tokens');
    const refused = await caller.api('check_bakong_account', { accountId: 'shop00001@angkor' });
    expect([refused.status, refused.body.errorCode]).toEqual([401, 6]);
    expect((await caller.api('renew_token', { email: 'who@example.org' })).body.errorCode).toBe(10);
    await caller.renew();
    const codes = await Promise.all(
      ['shop00001@angkor', 'nobody@angkor', 'no id', 'closed1@mekong'].map(
        async (accountId) => (await caller.api('check_bakong_account', { accountId })).body.errorCode,
      ),
    );
    expect(codes).toEqual([null, 11, 12, 13]);
  });

  it('says "not found" for what is not there and 5 for what is missing', async () => {
    await caller.renew();
    expect((await caller.api('check_transaction_by_hash', { hash: '0'.repeat(64) })).body).toMatchObject({
      responseCode: 1,
      errorCode: 1,
      data: null,
    });
    expect((await caller.api('check_transaction_by_hash', {})).body.errorCode).toBe(5);
    expect((await caller.api('check_transaction_by_hash_list', Array(51).fill('x'))).body.errorCode).toBe(5);
  });

  it('lists a day by pages with the totals of the day', async () => {
    await caller.renew();
    const messages = Array.from({ length: 5 }, () =>
      transfer({ amount: amount('USD', 1250n), debtorAccount: { id: 'u0000002@angkor' } }),
    );
    await Promise.all(messages.map((message) => caller.send(message)));
    const days = (await Promise.all(messages.map(booked))).flat().map(({ at }) => dayAt(at, 420));
    const bookedOn = (day: string) => days.filter((each) => each === day).length;
    // Three at least are of one day, should midnight come between.
    const day = days.find((each) => bookedOn(each) >= 3)!;
    const page = (cursor?: string) =>
      caller.api('list_transactions', { day, currency: 'USD', size: 2, ...(cursor && { cursor }) });
    const first = await page();
    expect(first.body.data).toMatchObject({ count: bookedOn(day), nextCursor: expect.any(String) });
    expect(first.text).toContain(`"total":${(12.5 * bookedOn(day)).toFixed(2)}`);
    const listed = [...first.body.data.transactions];
    for (let cursor = first.body.data.nextCursor; cursor !== undefined;) {
      const { data } = (await page(cursor)).body;
      expect(data.transactions.length).toBeLessThanOrEqual(2);
      listed.push(...data.transactions);
      cursor = data.nextCursor;
    }
    expect(new Set(listed.map(({ hash }) => hash)).size).toBe(bookedOn(day));
    expect((await caller.api('list_transactions', { day: 'today', currency: 'USD' })).body.errorCode).toBe(5);
  });
});

describe('faults', () => {
  const OPERATION = 'makeFullFundTransfer';
  const set = (fault: object) =>
    control(sandbox, 'POST', 'faults', { network: 'bakong', operation: OPERATION, count: 1, ...fault });
  it.each([
    ['timeout_before', { fault: 'timeout_before', delayMs: 50 }, false],
    ['timeout_after', { fault: 'timeout_after', delayMs: 50 }, true],
    ['reset before', { fault: 'reset' }, false],
    ['reset after', { fault: 'reset', phase: 'after' }, true],
  ])('%s: no answer', async (_, fault, done) => {
    await set(fault);
    const message = transfer();
    await expect(caller.soap(message)).rejects.toThrow();
    expect(await booked(message)).toHaveLength(done ? 1 : 0);
    const again = await caller.send(message);
    expect(again.status).toBe(done ? 'RJCT' : 'ACSP');
  });

  it('silence lasts until the caller gives up', async () => {
    await set({ fault: 'timeout_after' });
    const message = transfer();
    const giveUp = unanswered((signal) => caller.soap(message, { signal }));
    await until('the booking', async () => (await booked(message)).length === 1);
    await giveUp();
  });

  it('delay, 5xx, garbage, reject', async () => {
    await set({ fault: 'delay', delayMs: 80 });
    const from = performance.now();
    expect((await caller.send(transfer())).status).toBe('ACSP');
    expect(performance.now() - from).toBeGreaterThan(75);
    await set({ fault: 'http_5xx' });
    expect((await caller.soap(transfer())).status).toBe(503);
    await set({ fault: 'garbage' });
    const message = transfer();
    expect((await caller.soap(message)).text).toContain('Garbled');
    expect(await booked(message)).toHaveLength(1);
    await set({ fault: 'reject', code: 'account blocked', match: { account: 'u0000001@mekong' } });
    expect((await caller.send(transfer())).reasonText).toEqual([
      'REJECTED AT CORE DUE TO: [account blocked]',
    ]);
  });

  it('duplicate: done once, answered as the repeat; wrong amount: in the books', async () => {
    await set({ fault: 'duplicate' });
    const message = transfer();
    expect((await caller.send(message)).reasonText).toEqual(['REJECTED AT CORE DUE TO: [already existed]']);
    expect(await booked(message)).toHaveLength(1);
    await set({ fault: 'wrong_amount', addMinor: '500' });
    const wrong = transfer();
    expect((await caller.send(wrong)).status).toBe('ACSP');
    expect(await booked(wrong)).toMatchObject([{ minor: '10024500' }]);
  });

  it('late: no answer, and booked afterwards', async () => {
    await set({ fault: 'late_callback', delayMs: 150 });
    const message = transfer();
    const sentAt = Date.now();
    const giveUp = unanswered((signal) => caller.soap(message, { signal }));
    const [entry] = await until('the late booking', async () => {
      const entries = await booked(message);
      return entries.length === 1 && entries;
    });
    await giveUp();
    expect(entry!.at).toBeGreaterThan(sentAt + 100);
  });

  it('outage: nobody listens until it is over', async () => {
    const { body } = await control(sandbox, 'POST', 'faults', { network: 'bakong', fault: 'outage' });
    const refused = async (): Promise<boolean> =>
      caller.soap(transfer()).then(
        () => false,
        (error: { code?: string }) => error.code === 'ECONNREFUSED',
      );
    await until('the outage', refused);
    await control(sandbox, 'DELETE', `faults/${body.faults[0].id}`);
    await until('its end', async () => !(await refused()));
    expect((await caller.send(transfer())).status).toBe('ACSP');
  });

  it('can be counted and listed; bad ones are refused', async () => {
    await control(sandbox, 'POST', 'faults', [
      { network: 'thailand', fault: 'delay' },
      { network: 'bakong', fault: 'delay', operation: 'renew_token' },
    ]);
    expect((await control(sandbox, 'GET', 'faults')).body.faults).toHaveLength(2);
    expect(await control(sandbox, 'POST', 'faults', { network: 'bakong', fault: 'reject' })).toMatchObject({
      status: 422,
      body: { issues: ['code: reject needs a code'] },
    });
    expect(await control(sandbox, 'POST', 'faults', { network: 'moon', fault: 'delay' })).toMatchObject({
      status: 422,
      body: { issues: ['network: moon is none of bakong, thailand'] },
    });
    // Of a list that is refused nothing is set.
    const misspelt = { network: 'bakong', fault: 'delay', operation: 'makeFullFundsTransfer' };
    expect(
      await control(sandbox, 'POST', 'faults', [{ network: 'bakong', fault: 'delay' }, misspelt]),
    ).toMatchObject({
      status: 422,
      body: {
        issues: [expect.stringContaining('1/operation: makeFullFundsTransfer is none of *, makeFull')],
      },
    });
    const tooLong = { network: 'thailand', operation: 'pacs.008', fault: 'reject', code: 'x'.repeat(36) };
    expect(await control(sandbox, 'POST', 'faults', tooLong)).toMatchObject({
      status: 422,
      body: { issues: [expect.stringContaining('code: pacs.008 takes at most 35 characters')] },
    });
    expect((await control(sandbox, 'GET', 'faults')).body.faults).toHaveLength(2);
    expect((await control(sandbox, 'POST', 'faults', '{')).status).toBe(400);
    expect((await control(sandbox, 'DELETE', 'faults/f999')).status).toBe(404);
  });
});

describe('books', () => {
  it('outlive the process and add up', async () => {
    const message = transfer();
    const { ledgerHash } = await caller.send(message);
    const before = (await control(sandbox, 'GET', 'books')).body;
    expect(before.bakong.check.ok).toBe(true);
    await sandbox.restart();
    expect((await control(sandbox, 'GET', 'books')).body).toEqual(before);
    expect((await caller.send(message)).reasonText).toEqual(['REJECTED AT CORE DUE TO: [already existed]']);
    await caller.renew();
    expect((await caller.api('check_transaction_by_hash', { hash: ledgerHash })).body.responseCode).toBe(0);
    expect(sandbox.errors).toEqual([]);
  });
});
