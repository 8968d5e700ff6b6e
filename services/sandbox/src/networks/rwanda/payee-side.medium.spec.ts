// Tonle pays Rwanda: the switch and its FSPs over mutual TLS, each answer by call-back to Tonle's door.
import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { isFulfilledBy, readIlpPacket } from '@tonle/network-fspiop';
import { control, untilHit } from '../../testing/running-sandbox.js';
import { ekashWorld, type EkashWorld } from '../../testing/tonle-fsp.js';

const PERSON = '250781234567';
const SHOP = '123456';
const PAYER = {
  partyIdInfo: { partyIdType: 'ACCOUNT_ID', partyIdentifier: 'u0000001@mekong', fspId: 'TONLE' },
};

let world: EkashWorld;
beforeAll(async () => {
  world = await ekashWorld();
});
afterAll(async () => {
  await world.close();
  expect(world.sandbox.errors).toEqual([]);
});
afterEach(() => control(world.sandbox, 'DELETE', 'faults'));

const send: EkashWorld['tonle']['send'] = (...given) => world.tonle.send(...given);
const told = (line: string, count?: number) => world.tonle.told(line, count);
const fault = (operation: string, kind: string, more: object = {}) =>
  control(world.sandbox, 'POST', 'faults', { network: 'rwanda', operation, fault: kind, count: 1, ...more });
const inFrancs = (amount: string) => ({ currency: 'RWF', amount });

function quoteOf(id = PERSON, type = 'MSISDN', fspId = 'INZOVUPAY', amount = '1250') {
  const partyIdInfo = { partyIdType: type, partyIdentifier: id, fspId };
  return {
    quoteId: randomUUID(),
    transactionId: randomUUID(),
    payee: { partyIdInfo },
    payer: PAYER,
    amountType: 'RECEIVE',
    amount: inFrancs(amount),
    transactionType: { scenario: 'TRANSFER', initiator: 'PAYER', initiatorType: 'CONSUMER' },
  };
}

/** A transfer of a quote that an FSP has made. */
async function agreed(quote = quoteOf(), more: object = {}) {
  const payeeFsp = quote.payee.partyIdInfo.fspId;
  await send('POST', '/quotes', payeeFsp, quote);
  const [{ body } = { body: undefined }] = await told(`PUT /quotes/${quote.quoteId}`);
  return {
    transferId: randomUUID(),
    payerFsp: 'TONLE',
    payeeFsp,
    amount: body.transferAmount,
    ilpPacket: body.ilpPacket as string,
    condition: body.condition as string,
    expiration: new Date(Date.now() + 30_000).toISOString(),
    ...more,
  };
}
type Transfer = Awaited<ReturnType<typeof agreed>>;
const transfer = (body: Transfer) => send('POST', '/transfers', body.payeeFsp, body);
const endOf = async ({ transferId }: Transfer, count?: number) =>
  (await told(`PUT /transfers/${transferId}`, count)).at(-1)!;
const booked = async ({ transferId }: Transfer) =>
  (await control(world.sandbox, 'GET', `rwanda/payments/${transferId}`)).body?.credit;

describe('a look-up', () => {
  it.each([
    ['MSISDN', PERSON, 'INZOVUPAY'],
    ['MSISDN', '250721234567', 'UMURAGE'],
    ['BUSINESS', SHOP, 'KIVUBANK'],
    ['ACCOUNT_ID', '4001234567890', 'KIVUBANK'],
  ])('gets a receipt, and the party from its FSP: %s %s', async (type, id, fspId) => {
    expect(await send('GET', `/parties/${type}/${id}`, undefined)).toMatchObject({ status: 202, body: '' });
    const [heard] = await told(`PUT /parties/${type}/${id}`);
    expect(heard).toMatchObject({
      source: fspId,
      body: {
        party: { partyIdInfo: { partyIdType: type, partyIdentifier: id, fspId }, name: expect.any(String) },
      },
    });
    expect(heard).not.toHaveProperty('wrong');
    expect(heard?.headers['accept']).toBeUndefined();
  });

  it.each([
    ['MSISDN', '250741234567', '3204'],
    ['MSISDN', '250780234567', '5107'],
    ['BUSINESS', '912345', '5107'],
    ['BUSINESS', '012345', '3204'],
    ['ALIAS', 'nobody', '3204'],
  ])('fails by call-back: %s %s', async (type, id, errorCode) => {
    await send('GET', `/parties/${type}/${id}`, undefined);
    const [heard] = await told(`PUT /parties/${type}/${id}/error`);
    expect(heard).toMatchObject({ source: 'EKASH', body: { errorInformation: { errorCode } } });
    expect(heard).not.toHaveProperty('wrong');
  });
});

describe('a quote', () => {
  it.each([
    ['INZOVUPAY', 'payment', quoteOf()],
    ['KIVUBANK', 'prepare', quoteOf(SHOP, 'BUSINESS', 'KIVUBANK')],
  ])('has the packet that %s makes: a %s', async (source, form, quote) => {
    expect(await send('POST', '/quotes', source, quote)).toMatchObject({ status: 202 });
    const [heard] = await told(`PUT /quotes/${quote.quoteId}`);
    expect(heard).toMatchObject({
      source,
      body: { transferAmount: inFrancs('1250'), payeeFspFee: inFrancs('0') },
    });
    const read = readIlpPacket(heard!.body.ilpPacket as string);
    expect(read).toMatchObject({ kind: 'ok', packet: { form, amount: 1250n } });
    if (form === 'prepare') expect(read).toMatchObject({ packet: { condition: heard!.body.condition } });
  });

  it('is the same again; another one of its id is refused, and so is one that nobody made', async () => {
    const quote = quoteOf();
    await send('POST', '/quotes', 'INZOVUPAY', quote);
    await send('POST', '/quotes', 'INZOVUPAY', quote);
    await told(`PUT /quotes/${quote.quoteId}`, 2);
    await send('GET', `/quotes/${quote.quoteId}`, 'INZOVUPAY');
    const answers = await told(`PUT /quotes/${quote.quoteId}`, 3);
    expect(new Set(answers.map(({ body }) => body.ilpPacket)).size).toBe(1);
    await send('POST', '/quotes', 'INZOVUPAY', { ...quote, amount: inFrancs('1251') });
    const errorOf = async (id: string) =>
      (await told(`PUT /quotes/${id}/error`))[0]!.body.errorInformation.errorCode;
    expect(await errorOf(quote.quoteId)).toBe('3106');
    const unknown = randomUUID();
    await send('GET', `/quotes/${unknown}`, 'INZOVUPAY');
    expect(await errorOf(unknown)).toBe('3205');
  });

  it.each([
    ['an unknown person', quoteOf('250741234567'), '3204'],
    ['a closed account', quoteOf('250780234567'), '5107'],
    ['the person of another FSP', quoteOf(PERSON, 'MSISDN', 'KIVUBANK'), '3203'],
    ['too much', quoteOf(PERSON, 'MSISDN', 'INZOVUPAY', '5000001'), '5200'],
    ['another currency', { ...quoteOf(), amount: { currency: 'USD', amount: '5' } }, '5106'],
  ])('is refused by call-back for %s', async (_what, quote, errorCode) => {
    expect(await send('POST', '/quotes', quote.payee.partyIdInfo.fspId, quote)).toMatchObject({
      status: 202,
    });
    const [heard] = await told(`PUT /quotes/${quote.quoteId}/error`);
    expect(heard!.body.errorInformation.errorCode).toBe(errorCode);
  });
});

describe('a transfer', () => {
  it('is fulfilled by the FSP of its payee, and in the books', async () => {
    const body = await agreed();
    expect(await transfer(body)).toMatchObject({ status: 202 });
    const heard = await endOf(body);
    expect(heard).toMatchObject({ source: 'INZOVUPAY', body: { transferState: 'COMMITTED' } });
    expect(heard).not.toHaveProperty('wrong');
    expect(isFulfilledBy(body.condition, heard.body.fulfilment as string)).toBe(true);
    expect(await booked(body)).toMatchObject({
      entry: { account: PERSON, minor: '1250' },
      final: { status: 'ACCC' },
    });
  });

  it('is told again when it comes again, and when it is asked about; it is booked once', async () => {
    const body = await agreed();
    await transfer(body);
    await transfer(body);
    await endOf(body, 2);
    await send('GET', `/transfers/${body.transferId}`, body.payeeFsp);
    const all = await told(`PUT /transfers/${body.transferId}`, 3);
    expect(new Set(all.map((each) => each.body.fulfilment)).size).toBe(1);
    const before = (await control(world.sandbox, 'GET', 'books')).body.rwanda['credit:ACCC:RWF'];
    await transfer({ ...body, expiration: new Date(Date.now() + 31_000).toISOString() });
    const [other] = await told(`PUT /transfers/${body.transferId}/error`);
    expect(other!.body.errorInformation.errorCode).toBe('3106');
    expect((await control(world.sandbox, 'GET', 'books')).body.rwanda['credit:ACCC:RWF']).toEqual(before);
  });

  it.each<[string, (made: Transfer) => object, string]>([
    ['expired', () => ({ expiration: new Date(Date.now() - 1000).toISOString() }), '3303'],
    ['of another amount', () => ({ amount: inFrancs('1251') }), '5105'],
    ['with another condition', () => ({ condition: 'Zmh6rfhivXdsj8GLjp-OIAiXFIVu4jOzkCpZHQ1fKSU' }), '3205'],
    ['with a packet that is none', () => ({ ilpPacket: 'AAAA' }), '3205'],
  ])('is aborted when it is %s', async (_what, change, errorCode) => {
    const body = { ...(await agreed()), ...change(await agreed()) } as Transfer;
    expect(await transfer(body)).toMatchObject({ status: 202 });
    const heard = await endOf(body);
    expect(heard.line).toBe(`PUT /transfers/${body.transferId}/error`);
    expect(heard.body.errorInformation.errorCode).toBe(errorCode);
    await send('GET', `/transfers/${body.transferId}`, body.payeeFsp);
    expect((await endOf(body, 2)).body).toMatchObject({ transferState: 'ABORTED' });
  });

  it('with the packet of another FSP is aborted', async () => {
    const mine = await agreed();
    const theirs = await agreed(quoteOf(SHOP, 'BUSINESS', 'KIVUBANK'));
    const body = { ...mine, ilpPacket: theirs.ilpPacket, condition: theirs.condition };
    await transfer(body);
    expect((await endOf(body)).body.errorInformation.errorCode).toBe('3205');
  });

  it('that nobody knows is not found', async () => {
    const id = randomUUID();
    await send('GET', `/transfers/${id}`, 'INZOVUPAY');
    const [heard] = await told(`PUT /transfers/${id}/error`);
    expect(heard!.body.errorInformation.errorCode).toBe('3208');
  });
});

describe('a request that is wrong is refused at once, by name', () => {
  const PATH = `/parties/MSISDN/${PERSON}`;
  const V11 = 'application/vnd.interoperability.parties+json;version=1.1';
  it.each<[string, () => ReturnType<typeof send>, number, string, string]>([
    [
      'no path of the API',
      () => send('GET', '/participants/MSISDN/1', undefined),
      404,
      '3002',
      '/participants',
    ],
    [
      'no signature',
      () => send('GET', PATH, undefined, undefined, { headers: { 'fspiop-signature': undefined } }),
      400,
      '3105',
      'FSPIOP-Signature is missing',
    ],
    [
      'another body',
      () => send('POST', '/quotes', 'KIVUBANK', quoteOf(), { bytes: Buffer.from('{}') }),
      400,
      '3105',
      'does not fit',
    ],
    [
      'another source',
      () => send('GET', PATH, undefined, undefined, { source: 'KIVUBANK' }),
      400,
      '3105',
      'FSPIOP-Source',
    ],
    [
      'an old one',
      () => send('GET', PATH, undefined, undefined, { date: new Date(Date.now() - 600_000).toUTCString() }),
      400,
      '3105',
      'Date',
    ],
    [
      'no Accept',
      () => send('GET', PATH, undefined, undefined, { headers: { accept: undefined } }),
      400,
      '3102',
      'Accept',
    ],
    [
      'a version to come',
      () => send('GET', PATH, undefined, undefined, { headers: { accept: V11.replace('1.1', '9') } }),
      406,
      '3001',
      'version',
    ],
    [
      'plain JSON',
      () => send('GET', PATH, undefined, undefined, { headers: { 'content-type': 'application/json' } }),
      400,
      '3101',
      'Content-Type',
    ],
    ['a method', () => send('POST', PATH, 'KIVUBANK', {}), 405, '3000', 'POST'],
    [
      'no destination',
      () => send('POST', '/quotes', undefined, quoteOf()),
      400,
      '3102',
      'FSPIOP-Destination',
    ],
    ['a destination that is none', () => send('POST', '/quotes', 'OTHER', quoteOf()), 400, '3201', 'OTHER'],
    [
      'no quoteId',
      () => send('POST', '/quotes', 'KIVUBANK', { ...quoteOf(), quoteId: undefined }),
      400,
      '3102',
      'quoteId',
    ],
    [
      'a part of a franc',
      () => send('POST', '/quotes', 'KIVUBANK', quoteOf(PERSON, 'MSISDN', 'KIVUBANK', '1.5')),
      400,
      '3101',
      'amount',
    ],
    ['an id that is none', () => send('GET', '/transfers/1', 'KIVUBANK'), 400, '3101', 'UUID'],
  ])('%s', async (_what, sending, status, errorCode, words) => {
    const answer = await sending();
    expect(answer.status).toBe(status);
    const { errorInformation } = JSON.parse(answer.body);
    expect(errorInformation).toMatchObject({ errorCode, errorDescription: expect.stringContaining(words) });
    if (errorCode === '3001')
      expect(errorInformation.extensionList.extension).toContainEqual({ key: '1', value: '1' });
  });
});

describe('under a fault', () => {
  it('rejects by call-back, in the books', async () => {
    const body = await agreed();
    await fault('transfers', 'reject', { code: 'AC06', match: { reference: body.transferId } });
    await transfer(body);
    expect((await endOf(body)).body.errorInformation.errorCode).toBe('5400');
    expect(await booked(body)).toMatchObject({ final: { status: 'RJCT', reason: '5400' } });
  });

  it('calls back five times', async () => {
    const body = await agreed();
    await fault('transfers', 'duplicate');
    await transfer(body);
    const all = await told(`PUT /transfers/${body.transferId}`, 5);
    expect(new Set(all.map((each) => each.body.fulfilment)).size).toBe(1);
    expect(await booked(body)).toMatchObject({ final: { status: 'ACCC' } });
  });

  it('calls back before the receipt', async () => {
    const quote = quoteOf();
    await fault('quotes', 'call_back_first');
    await send('POST', '/quotes', 'INZOVUPAY', quote);
    expect(world.tonle.heard.some(({ line }) => line === `PUT /quotes/${quote.quoteId}`)).toBe(true);
  });

  it('has paid and says nothing; asked, it tells', async () => {
    const body = await agreed();
    await fault('transfers', 'timeout_after');
    expect(await transfer(body)).toMatchObject({ status: 202 });
    expect(await booked(body)).toMatchObject({ final: { status: 'ACCC' } });
    expect(world.tonle.heard.some(({ line }) => line.includes(body.transferId))).toBe(false);
    await send('GET', `/transfers/${body.transferId}`, body.payeeFsp);
    expect((await endOf(body)).body.transferState).toBe('COMMITTED');
  });

  it('calls back late, and not at all when the transfer has expired by then', async () => {
    const body = await agreed();
    await fault('transfers', 'late_callback', { delayMs: 100 });
    await transfer(body);
    expect((await endOf(body)).body.transferState).toBe('COMMITTED');
    const brief = { ...(await agreed()), expiration: new Date(Date.now() + 2_000).toISOString() };
    await fault('transfers', 'late_callback', { delayMs: 60_000 });
    await transfer(brief);
    const expired = { source: 'EKASH', body: { errorInformation: { errorCode: '3303' } } };
    expect(await endOf(brief)).toMatchObject(expired);
    expect(await booked(brief)).toMatchObject({ final: { status: 'RJCT', reason: '3303' } });
  });

  it('quotes another amount, or fulfils what nobody asked for', async () => {
    const quote = quoteOf();
    await fault('quotes', 'wrong_amount', { addMinor: '7' });
    await send('POST', '/quotes', 'INZOVUPAY', quote);
    const [priced] = await told(`PUT /quotes/${quote.quoteId}`);
    expect(priced!.body.transferAmount).toEqual(inFrancs('1257'));
    const body = await agreed();
    await fault('transfers', 'wrong_fulfilment');
    await transfer(body);
    const { fulfilment } = (await endOf(body)).body;
    expect(isFulfilledBy(body.condition, fulfilment as string)).toBe(false);
    expect(await booked(body)).toMatchObject({ final: { status: 'ACCC' } });
  });

  it.each([
    ['bad_signature', 'signature_wrong'],
    ['unknown_key', 'key_unknown'],
  ])('signs badly: %s', async (kind, wrong) => {
    await fault('parties', kind);
    const id = kind === 'bad_signature' ? '250781111111' : '250782222222';
    await send('GET', `/parties/MSISDN/${id}`, undefined);
    const [heard] = await told(`PUT /parties/MSISDN/${id}`);
    expect(heard).toMatchObject({ wrong });
  });

  it('refuses faults that it could not do', async () => {
    expect(await fault('parties', 'wrong_amount')).toMatchObject({ status: 422 });
    expect(await fault('transfers', 'reject', { code: 'no' })).toMatchObject({ status: 422 });
  });

  it('goes on with what was reserved after a restart', async () => {
    const body = await agreed();
    await fault('transfers', 'late_callback', { delayMs: 600_000 });
    await transfer(body);
    await untilHit(world.sandbox);
    await send('GET', `/transfers/${body.transferId}`, body.payeeFsp);
    expect((await endOf(body)).body).toEqual({ transferState: 'RESERVED' });
    await world.sandbox.restart();
    world.tonle.connect(world.sandbox.running.addresses['rwanda']!);
    expect((await endOf(body, 2)).body.transferState).toBe('COMMITTED');
  });
});
