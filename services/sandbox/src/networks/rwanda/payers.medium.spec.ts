// Rwanda pays Tonle's payees: the FSPs of its payers over mutual TLS, and Tonle's door played by the test.
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import {
  conditionOf,
  correlationIdOf,
  fulfilmentOf,
  quotesPost,
  readFspiop,
  readIlpPacket,
  textOfExtensions,
  transfersPatch,
  transfersPost,
  writeError,
  writeIlpPacket,
} from '@tonle/network-fspiop';
import { request } from 'undici';
import { until } from '../../../../../tests/world/until.js';
import { control } from '../../testing/running-sandbox.js';
import { ekashWorld, type EkashWorld, type Heard } from '../../testing/tonle-fsp.js';

const ACCOUNT = 'shop00001@mekong';
const PATH = `/parties/ACCOUNT_ID/${encodeURIComponent(ACCOUNT)}`;
const SECRET = Buffer.alloc(32, 3);
const TRANSFER_MS = 60_000;
const RECEIPT = { status: 202, headers: {}, body: '' };

let world: EkashWorld;
beforeAll(async () => {
  world = await ekashWorld({ enquiryMs: [100], transferMs: TRANSFER_MS });
});
afterAll(async () => {
  await world.close();
  expect(world.sandbox.errors).toEqual([]);
});
afterEach(async () => {
  await control(world.sandbox, 'DELETE', 'faults');
  await moveClock(0);
  play({});
});

type Script = Partial<
  Record<'parties' | 'quotes' | 'transfers' | 'enquiry', (heard: Heard) => Promise<unknown>>
>;
const send: EkashWorld['tonle']['send'] = (...given) => world.tonle.send(...given);

/** Tonle answers by call-back; a script does a part of it otherwise. */
function play(script: Script): void {
  const parts: Required<Script> = { parties, quotes, transfers, enquiry: async () => undefined, ...script };
  world.tonle.answer = (heard) => {
    const [method = '', path = ''] = heard.line.split(' ');
    const name = method === 'GET' && path.startsWith('/transfers/') ? 'enquiry' : path.split('/')[1];
    if (method === 'GET' || method === 'POST') void parts[name as keyof Script](heard);
    return RECEIPT;
  };
}

const parties = ({ line, source }: Heard) => {
  const partyIdInfo = { partyIdType: 'ACCOUNT_ID', partyIdentifier: ACCOUNT, fspId: 'TONLE' };
  return send('PUT', line.split(' ')[1]!, source, { party: { partyIdInfo, name: 'Sovann Noodles' } });
};
/** 3 riel for a franc; fulfilments follow from the quote. */
const quotes = ({ body, source }: Heard) => {
  const isSent = body.amountType === 'SEND';
  const given = BigInt(body.amount.amount);
  const francs = isSent ? given : given / 3n;
  const transaction = JSON.stringify({ quoteId: body.quoteId });
  const condition = conditionOf(fulfilmentOf(transaction, SECRET));
  const expiresAt = Date.now() + 60_000;
  return send('PUT', `/quotes/${body.quoteId}`, source, {
    transferAmount: { currency: 'RWF', amount: francs.toString() },
    payeeReceiveAmount: { currency: 'KHR', amount: (isSent ? given * 3n : given).toString() },
    expiration: new Date(expiresAt).toISOString(),
    ilpPacket: writeIlpPacket(
      { amount: francs, destination: 'g.tonle', transaction },
      { expiresAt, condition },
    ),
    condition,
  });
};
/** What only Tonle can make of the packet that it has made. */
const fulfilmentFor = (transferId: string) => {
  const came = world.tonle.heard.find(
    ({ line, body }) => line === 'POST /transfers' && body.transferId === transferId,
  );
  const read = readIlpPacket(came!.body.ilpPacket as string);
  return fulfilmentOf(read.kind === 'ok' ? read.packet.transaction : '', SECRET);
};
const put = (
  transferId: string,
  source: string,
  transferState: string,
  fulfilment = fulfilmentFor(transferId),
) => send('PUT', `/transfers/${transferId}`, source, { transferState, fulfilment });
const transfers = ({ body, source }: Heard) => put(body.transferId as string, source, 'COMMITTED');

const pay = async (more: object = {}) => {
  const { body } = await control(world.sandbox, 'POST', 'qr/khqr', { account: ACCOUNT, amount: '30000' });
  return control(world.sandbox, 'POST', 'rwanda/pay', { qrText: body.qrText as string, ...more });
};
const fault = (kind: string, more: object = {}) =>
  control(world.sandbox, 'POST', 'faults', {
    network: 'rwanda',
    operation: 'pay.transfers',
    fault: kind,
    count: 1,
    ...more,
  });
const booked = async (uetr: string) =>
  (await control(world.sandbox, 'GET', `rwanda/payments/${uetr}`)).body?.debit;
const told = (line: string) => world.tonle.told(line);
const moveClock = (offsetMs: number) => control(world.sandbox, 'POST', 'clock', { offsetMs });
/** The transfer as it came. */
const sent = (uetr: string) =>
  until('the transfer', () =>
    world.tonle.heard.find(({ line, body }) => line === 'POST /transfers' && body.transferId === uetr),
  );

describe('a payment of a KHQR code', () => {
  it('is looked up, quoted, transferred, and reported as of every network', async () => {
    play({});
    const { status, body } = await pay();
    expect(status).toBe(200);
    expect(body).toMatchObject({
      state: 'completed',
      source: { currency: 'RWF', amount: '10000' },
      target: { currency: 'KHR', amount: '30000' },
      rate: '3.00000000',
      payee: { name: 'Sovann Noodles', account: ACCOUNT },
      latencyMs: expect.any(Number),
    });
    expect(body.steps.map(({ step }: { step: string }) => step)).toEqual(
      expect.arrayContaining(['scanned', 'resolved', 'quoted', 'payer_debited', 'sent', 'completed']),
    );
    expect(await booked(body.uetr)).toMatchObject({ entry: { minor: '10000' }, final: { status: 'ACCC' } });
  });

  it('sends what the API wants: signed by the payer’s FSP, with the code beside the quote', async () => {
    play({});
    await pay({ payer: '250781234567', payerName: 'Keza Uwase' });
    const last = (line: string) => world.tonle.heard.filter((each) => each.line === line).at(-1)!;
    const lookUp = last(`GET ${PATH}`);
    expect(lookUp).toMatchObject({ source: 'INZOVUPAY' });
    expect(lookUp.headers).toMatchObject({
      accept: 'application/vnd.interoperability.parties+json;version=1',
    });
    expect(lookUp.headers).not.toHaveProperty('fspiop-destination');
    const quote = readFspiop(quotesPost, Buffer.from(JSON.stringify(last('POST /quotes').body)));
    expect(quote).toMatchObject({
      body: {
        amountType: 'RECEIVE',
        amount: { currency: 'KHR', minor: '3000000' },
        payer: { name: 'Keza Uwase', partyIdInfo: { partyIdentifier: '250781234567', fspId: 'INZOVUPAY' } },
        payee: { partyIdInfo: { partyIdentifier: ACCOUNT, fspId: 'TONLE' } },
      },
    });
    const list = quote.kind === 'ok' ? quote.body.extensionList : undefined;
    expect(textOfExtensions('khqr', list)).toMatch(/^000201/);
    const transfer = readFspiop(transfersPost, Buffer.from(JSON.stringify(last('POST /transfers').body)));
    expect(transfer).toMatchObject({ body: { payerFsp: 'INZOVUPAY', payeeFsp: 'TONLE' } });
    expect(world.tonle.heard.filter(({ wrong }) => wrong !== undefined)).toEqual([]);
  });

  it('may be fixed in francs, or name an account in place of a code', async () => {
    play({});
    const body = { qrText: ACCOUNT, amount: { currency: 'RWF', amount: '500' } };
    const paid = (await control(world.sandbox, 'POST', 'rwanda/pay', body)).body;
    expect(paid).toMatchObject({ source: { amount: '500' }, target: { amount: '1500' } });
  });

  it('is not begun when Tonle refuses the party or the quote, at once or by call-back', async () => {
    play({
      parties: ({ line, source }) => send('PUT', `${line.split(' ')[1]}/error`, source, writeError('3204')),
    });
    expect(await pay()).toMatchObject({
      status: 422,
      body: { answer: { errorInformation: { errorCode: '3204' } } },
    });
    play({
      quotes: ({ body, source }) => send('PUT', `/quotes/${body.quoteId}/error`, source, writeError('5200')),
    });
    expect(await pay()).toMatchObject({
      status: 422,
      body: { answer: { errorInformation: { errorCode: '5200' } } },
    });
    world.tonle.answer = () => ({ status: 400, headers: {}, body: JSON.stringify(writeError('3105')) });
    expect(await pay()).toMatchObject({
      status: 422,
      body: { answer: { errorInformation: { errorCode: '3105' } } },
    });
  });

  it('is given back when Tonle says no, with its reason', async () => {
    play({
      transfers: ({ body, source }) =>
        send('PUT', `/transfers/${body.transferId}/error`, source, writeError('5107')),
    });
    const { body } = await pay();
    expect(body).toMatchObject({ state: 'rejected', reason: 'AC04' });
    expect(await booked(body.uetr)).toMatchObject({ final: { status: 'RJCT' } });
  });

  it('is given back when it is refused at once', async () => {
    play({});
    const answer = world.tonle.answer;
    world.tonle.answer = (heard) =>
      heard.line === 'POST /transfers'
        ? { status: 400, headers: {}, body: JSON.stringify(writeError('3102')) }
        : answer(heard);
    expect((await pay()).body).toMatchObject({ state: 'rejected', reason: 'CH21' });
  });

  it('that was reserved is committed, and its payee’s FSP is told by PATCH', async () => {
    play({ transfers: ({ body, source }) => put(body.transferId, source, 'RESERVED') });
    const { body } = await pay();
    expect(body.state).toBe('completed');
    const [patch] = await told(`PATCH /transfers/${body.uetr}`);
    expect(patch).toMatchObject({ source: 'EKASH', body: { transferState: 'COMMITTED' } });
    expect(readFspiop(transfersPatch, Buffer.from(JSON.stringify(patch!.body)))).toMatchObject({
      kind: 'ok',
    });
    await send('GET', `/transfers/${body.uetr}`, 'EKASH');
    expect(await world.tonle.told(`PATCH /transfers/${body.uetr}`, 2)).toHaveLength(2);
  });

  it('with a wrong fulfilment is aborted, and says so at once', async () => {
    let answer: Promise<{ status: number; body: string }> | undefined;
    play({
      transfers: ({ body, source }) => (answer = put(body.transferId, source, 'COMMITTED', 'A'.repeat(43))),
    });
    expect((await pay()).body).toMatchObject({ state: 'rejected' });
    expect(await answer).toMatchObject({ status: 400, body: expect.stringContaining('fulfilment') });
  });

  it('expires when nobody says anything; who comes late is told so', async () => {
    play({ transfers: async () => undefined });
    const { uetr } = (await pay({ waitMs: 0 })).body as { uetr: string };
    const { source } = await sent(uetr);
    await moveClock(TRANSFER_MS + 1);
    await until('its end', async () => (await booked(uetr)).final !== undefined);
    expect(await booked(uetr)).toMatchObject({ final: { status: 'RJCT', reason: 'TM01' } });
    expect(await put(uetr, source, 'RESERVED')).toMatchObject({ status: 200 });
    expect((await told(`PATCH /transfers/${uetr}`))[0]!.body.transferState).toBe('ABORTED');
    expect(await put(uetr, source, 'COMMITTED')).toMatchObject({ status: 200 });
    expect((await told(`PUT /transfers/${uetr}/error`))[0]!.body.errorInformation.errorCode).toBe('3303');
    expect(await booked(uetr)).toMatchObject({ final: { status: 'RJCT' } });
  });

  it('is asked about while nothing is heard', async () => {
    play({
      transfers: async () => undefined,
      enquiry: ({ line, source }) => put(line.split('/').at(-1)!, source, 'COMMITTED'),
    });
    const { body } = await pay();
    expect(body.state).toBe('completed');
    expect(body.enquiries).toBeGreaterThan(0);
  });
});

describe('a call-back of Tonle that is wrong is refused by name', () => {
  it.each<[string, string, object, string]>([
    [
      'a transfer that nobody sent',
      `/transfers/${correlationIdOf('019ac000-0000-7000-8000-000000000001', 'transfer')}`,
      { transferState: 'COMMITTED', fulfilment: 'A'.repeat(43) },
      '3208',
    ],
    ['no fulfilment', '/transfers/x', { transferState: 'COMMITTED' }, '3102'],
    ['no state', '/transfers/x', {}, '3102'],
    ['no party', PATH, {}, '3102'],
    ['no packet', '/quotes/x', { transferAmount: { currency: 'RWF', amount: '1' } }, '3102'],
    ['no error', '/transfers/x/error', {}, '3102'],
  ])('%s', async (_what, path, body, errorCode) => {
    const answer = await send('PUT', path, 'INZOVUPAY', body);
    expect(answer.status).toBe(400);
    expect(JSON.parse(answer.body).errorInformation.errorCode).toBe(errorCode);
  });
});

describe('under a fault', () => {
  it('sends five times at once', async () => {
    play({});
    await fault('duplicate');
    const { body } = await pay();
    expect(body.state).toBe('completed');
    const all = () =>
      world.tonle.heard.filter(
        ({ line, body: of }) => line === 'POST /transfers' && of.transferId === body.uetr,
      );
    await until('five', () => all().length === 5);
  });

  it('never sends: the transfer expires', async () => {
    play({});
    await fault('timeout_before');
    const { uetr } = (await pay({ waitMs: 0 })).body as { uetr: string };
    await moveClock(TRANSFER_MS + 1);
    await until('its end', async () => (await booked(uetr)).final !== undefined);
    expect(await booked(uetr)).toMatchObject({ final: { status: 'RJCT', reason: 'TM01' } });
    expect(
      world.tonle.heard.some(({ line, body }) => line === 'POST /transfers' && body.transferId === uetr),
    ).toBe(false);
  });

  it('hears nothing, and asks', async () => {
    play({ enquiry: ({ line, source }) => put(line.split('/').at(-1)!, source, 'COMMITTED') });
    await fault('timeout_after');
    expect((await pay()).body).toMatchObject({ state: 'completed' });
  });

  it.each([
    ['wrong_amount', { body: { amount: { currency: 'RWF', amount: '10100' } } }],
    ['wrong_fulfilment', { body: { condition: 'Zmh6rfhivXdsj8GLjp-OIAiXFIVu4jOzkCpZHQ1fKSU' } }],
    ['bad_signature', { wrong: 'signature_wrong' }],
    ['unknown_key', { wrong: 'key_unknown' }],
  ])('sends another one than was agreed: %s', async (kind, came) => {
    play({});
    await fault(kind);
    const { uetr } = (await pay({ waitMs: 0 })).body as { uetr: string };
    expect(await sent(uetr)).toMatchObject(came);
  });
});

it('calls Tonle as the scheme does, one request at a time', async () => {
  play({});
  const call = { method: 'PATCH', path: '/transfers/1', body: { transferState: 'ABORTED' } };
  expect(await control(world.sandbox, 'POST', 'rwanda/call', call)).toMatchObject({ body: { status: 202 } });
  // Enquiries about transfers of the tests before may still come.
  expect(world.tonle.heard).toContainEqual(
    expect.objectContaining({ line: 'PATCH /transfers/1', source: 'EKASH' }),
  );
  expect(await control(world.sandbox, 'POST', 'rwanda/call', { ...call, source: 'OTHER' })).toMatchObject({
    status: 422,
  });
});

it('goes on with open transfers after a restart', async () => {
  play({ transfers: async () => undefined });
  const { uetr } = (await pay({ waitMs: 0 })).body as { uetr: string };
  await sent(uetr);
  await world.sandbox.restart();
  world.tonle.connect(world.sandbox.running.addresses['rwanda']!);
  const { source } = (await told(`GET /transfers/${uetr}`)).at(-1)!;
  await put(uetr, source, 'COMMITTED');
  expect(await booked(uetr)).toMatchObject({ final: { status: 'ACCC' } });
});

it('runs an open-loop load and sums it up', async () => {
  play({});
  const { body } = await request(`${world.sandbox.running.addresses.control}/control/rwanda/run`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ rate: 10, seconds: 1, leadMs: 0, payees: 3, domains: ['mekong'] }),
  });
  const summary = JSON.parse((await body.text()).trim().split('\n').at(-1)!) as Record<string, number>;
  expect(summary).toMatchObject({ type: 'summary', unprepared: 0, rejected: 0, open: 0 });
  expect(summary['completed']).toBe(summary['offered']);
});

it('speaks another version of the API where the scheme does', async () => {
  const newer = await ekashWorld({ version: '2.0' });
  const path = '/parties/MSISDN/250781234567';
  expect(await newer.tonle.send('GET', path, undefined)).toMatchObject({ status: 406 });
  const type = 'application/vnd.interoperability.parties+json;version=2';
  const headers = { 'content-type': `${type}.0`, accept: type };
  expect(await newer.tonle.send('GET', path, undefined, undefined, { headers })).toMatchObject({
    status: 202,
  });
  const [heard] = await newer.tonle.told(`PUT ${path}`);
  expect(heard?.headers['content-type']).toBe(`${type}.0`);
  await newer.close();
});
