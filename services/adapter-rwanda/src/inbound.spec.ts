import { describe, expect, it } from '@jest/globals';
import type { InboundOutcome, PaymentSubmit } from '@tonle/contracts';
import type { InboundCodes, RawMessage, Reply, StoredRequest } from '@tonle/network';
import {
  conditionOf,
  fulfilmentOf,
  readIlpPacket,
  requestHeaders,
  textExtensions,
} from '@tonle/network-fspiop';
import { rwandaInbound } from './inbound.js';
import { quoteOfPacket } from './quotes.js';
import { rwandaSettings } from './settings.js';
import { transferDialect } from './transfers.js';

// What eKash asks of us as the FSP of payees, and what it is called back with.

const settings = rwandaSettings.parse({ TONLE_SANDBOX: 'true' });
const inbound = rwandaInbound(settings);
const callsBack = inbound.callsBack!;
const codes = (name: string) => inbound.routes[name] as InboundCodes;
const ID = '01890000-0000-4000-8000-000000000001';
const QUOTE_ID = '01890000-0000-7000-8000-000000000009';
const ACCOUNT = 'shop00050@angkor';

const message = (
  path: string,
  body?: unknown,
  resource: 'parties' | 'quotes' | 'transfers' = 'quotes',
): RawMessage => ({
  bytes: Buffer.from(body === undefined ? '' : JSON.stringify(body)),
  headers: {
    ...requestHeaders(resource, { isAnswer: false, destination: 'TONLE' }),
    'fspiop-source': 'INZOVUPAY',
    date: 'Sun, 22 Nov 2026 10:00:00 GMT',
  },
  path,
});
const partyOf = (partyIdType: string, partyIdentifier: string, name: string) => ({
  partyIdInfo: { partyIdType, partyIdentifier, fspId: 'INZOVUPAY' },
  name,
});
const QUOTE = {
  quoteId: ID,
  transactionId: ID,
  payee: partyOf('ACCOUNT_ID', ACCOUNT, 'Bokor Tea House'),
  payer: partyOf('MSISDN', '250788123456', 'Keza Uwase'),
  amountType: 'RECEIVE',
  amount: { currency: 'KHR', amount: '39000' },
  transactionType: { scenario: 'PAYMENT', initiator: 'PAYER', initiatorType: 'CONSUMER' },
};
const FOUND = {
  kind: 'resolved',
  payee: { displayName: 'Bokor Tea House' },
  amount: undefined,
  quote: {
    quoteId: QUOTE_ID,
    source: { currency: 'RWF', minor: '13800' },
    target: { currency: 'KHR', minor: '3900000' },
    expiresAt: '2026-11-22T10:10:00Z',
  },
} as unknown as Parameters<InboundCodes['write']>[0];

const json = ({ body }: Pick<Reply, 'body'>) =>
  JSON.parse(Buffer.from(body).toString()) as Record<string, string>;

/** A quote as its call-back tells it. */
function quoted(): Record<string, string> {
  return json(codes('POST /quotes').write(FOUND, message('/quotes', QUOTE)));
}

describe('a look-up', () => {
  it('is for an account of ours, by whatever type', () => {
    const asked = message('/parties/ACCOUNT_ID/shop00050%40angkor', undefined, 'parties');
    expect(codes('GET /parties/:type/:id').read(asked)).toEqual({ kind: 'ok', account: ACCOUNT });
    const reply = codes('GET /parties/:type/:id').write(FOUND, asked);
    expect(json(reply)).toMatchObject({
      party: { partyIdInfo: { partyIdType: 'ACCOUNT_ID', fspId: 'TONLE' }, name: 'Bokor Tea House' },
    });
    expect(callsBack.write(reply, 'GET /parties/:type/:id', asked)).toMatchObject({
      method: 'PUT',
      path: '/parties/ACCOUNT_ID/shop00050%40angkor',
      headers: { 'fspiop-destination': 'INZOVUPAY' },
    });
  });

  it('that finds nobody is told so', () => {
    const asked = message('/parties/ACCOUNT_ID/nobody%40angkor', undefined, 'parties');
    const reply = codes('GET /parties/:type/:id').refuse!(
      { kind: 'refused', reason: 'payee_unknown' },
      asked,
    );
    expect(callsBack.write(reply, 'GET /parties/:type/:id', asked)?.path).toBe(`${asked.path}/error`);
    expect(json(reply)).toMatchObject({ errorInformation: { errorCode: '3204' } });
  });
});

describe('a quote', () => {
  it('is for the code that goes with it, else for the account', () => {
    const text = 'x'.repeat(200);
    const extensionList = { extension: textExtensions('khqr', text)! };
    const { read } = codes('POST /quotes');
    const amount = { currency: 'KHR', minor: '3900000' };
    expect(read(message('/quotes', { ...QUOTE, extensionList }))).toEqual({
      kind: 'ok',
      amount,
      qrText: text,
    });
    expect(read(message('/quotes', QUOTE))).toEqual({ kind: 'ok', amount, account: ACCOUNT });
  });

  it('has our price, and a condition that only our fulfilment opens', () => {
    const told = quoted();
    expect(told).toMatchObject({
      transferAmount: { currency: 'RWF', amount: '13800' },
      payeeReceiveAmount: { currency: 'KHR', amount: '39000' },
      expiration: '2026-11-22T10:10:00.000Z',
      condition: conditionOf(fulfilmentOf(QUOTE_ID, settings.secret)),
    });
    expect(readIlpPacket(told['ilpPacket']!)).toMatchObject({ packet: { form: 'prepare', amount: 13_800n } });
  });

  it('is known again by its packet, under its condition alone', () => {
    const { ilpPacket = '', condition = '' } = quoted();
    const known = quoteOfPacket(ilpPacket, condition, settings.secret);
    expect(known).toMatchObject({ quoteId: QUOTE_ID, payer: { name: 'Keza Uwase' } });
    expect(quoteOfPacket(ilpPacket, 'A'.repeat(43), settings.secret)).toBeUndefined();
    expect(quoteOfPacket(ilpPacket, condition, Buffer.from('another secret'))).toBeUndefined();
    expect(quoteOfPacket('AAAA', condition, settings.secret)).toBeUndefined();
  });
});

describe('a transfer', () => {
  const transferOf = (more: object = {}) => ({
    transferId: ID,
    payerFsp: 'INZOVUPAY',
    payeeFsp: 'TONLE',
    amount: { currency: 'RWF', amount: '13800' },
    ilpPacket: quoted()['ilpPacket'],
    condition: quoted()['condition'],
    expiration: '2026-11-22T10:00:30.000Z',
    ...more,
  });
  const { read } = transferDialect(settings);
  const reading = (more?: object) => read(message('/transfers', transferOf(more), 'transfers'));

  it('is an instruction by our quote, until it expires', () => {
    expect(reading()).toMatchObject({
      kind: 'instruction',
      asked: {
        messageId: ID,
        quoteId: QUOTE_ID,
        source: { currency: 'RWF', minor: '13800' },
        debtor: { name: 'Keza Uwase', account: '250788123456', accountType: 'MBNO' },
        acceptedMs: Date.parse('2026-11-22T10:00:00Z'),
        expiresMs: Date.parse('2026-11-22T10:00:30Z'),
      },
    });
    expect(reading()).not.toHaveProperty('refusal');
  });

  it('under a condition that is not of our quote is refused', () => {
    expect(reading({ condition: 'A'.repeat(43) })).toMatchObject({ refusal: { reason: 'quote_unknown' } });
  });

  const request = (state: object | null) =>
    ({
      submit: { messageId: ID, quoteId: QUOTE_ID, transactionId: 'INZOVUPAY' } as PaymentSubmit,
      news: state && { at: '2026-11-22T10:00:01.000Z', ...state },
    }) as StoredRequest<InboundOutcome>;

  it('that was paid is told by its fulfilment, to the FSP of its payer', () => {
    const told = inbound.notice!.write(request({ isoStatus: 'ACCC' }))!;
    expect(told).toMatchObject({
      method: 'PUT',
      path: `/transfers/${ID}`,
      headers: { 'fspiop-destination': 'INZOVUPAY' },
    });
    expect(JSON.parse(Buffer.from(told.body!).toString())).toEqual({
      fulfilment: fulfilmentOf(QUOTE_ID, settings.secret),
      completedTimestamp: '2026-11-22T10:00:01.000Z',
      transferState: 'COMMITTED',
    });
  });

  it('that was refused is told by an error, without a fulfilment', () => {
    const told = inbound.notice!.write(request({ isoStatus: 'RJCT', isoReason: 'AC04' }))!;
    expect(told.path).toBe(`/transfers/${ID}/error`);
    expect(Buffer.from(told.body!).toString()).toContain('5107');
    expect(Buffer.from(told.body!).toString()).not.toContain('fulfilment');
  });

  it('is not told while it is open', () => {
    expect(inbound.notice!.write(request(null))).toBeUndefined();
    expect(inbound.notice!.write(request({ isoStatus: 'ACSP' }))).toBeUndefined();
  });
});

describe('what cannot be answered by call-back is told at once', () => {
  const transfer = (more: object = {}) => {
    const { ilpPacket, condition } = quoted();
    const [amount, expiration] = [{ currency: 'RWF', amount: '13800' }, '2026-11-22T10:00:30.000Z'];
    const ids = { transferId: ID, payerFsp: 'INZOVUPAY', payeeFsp: 'TONLE' };
    return message('/transfers', { ...ids, amount, ilpPacket, condition, expiration, ...more }, 'transfers');
  };

  it('for another version is asked for than the scheme speaks', () => {
    const newer = rwandaSettings.parse({ TONLE_SANDBOX: 'true', TONLE_RWANDA_API_VERSION: '2.0' });
    const told = rwandaInbound(newer).callsBack!.refusal('POST /quotes', message('/quotes', QUOTE));
    expect(told).toMatchObject({ status: 406 });
  });

  const refusal = (route: string, asked: RawMessage) => {
    const told = callsBack.refusal(route, asked);
    return (
      told && [told.status, (json(told)['errorInformation'] as unknown as { errorCode: string }).errorCode]
    );
  };
  const versioned = (version: string) => {
    const asked = message('/quotes', QUOTE);
    const type = `application/vnd.interoperability.quotes+json;version=${version}`;
    return { ...asked, headers: { ...asked.headers, 'content-type': type } };
  };

  it.each<[string, string, RawMessage, unknown]>([
    ['a version that is not spoken', 'POST /quotes', versioned('3.0'), [406, '3001']],
    ['a missing member', 'POST /quotes', message('/quotes', { ...QUOTE, payer: undefined }), [400, '3102']],
    ['a quote that is none', 'POST /quotes', message('/quotes', 'x'), [400, '3101']],
    [
      'an id that is none',
      'GET /transfers/:id',
      message('/transfers/x', undefined, 'transfers'),
      [400, '3101'],
    ],
    ['a transfer of another FSP', 'POST /transfers', transfer({ payerFsp: 'UMURAGE' }), [400, '3100']],
    ['a transfer for another FSP', 'POST /transfers', transfer({ payeeFsp: 'UMURAGE' }), [400, '3100']],
    ['a transfer', 'POST /transfers', transfer(), undefined],
    ['nothing wrong', 'POST /quotes', message('/quotes', QUOTE), undefined],
    ['version 2.0', 'POST /quotes', versioned('2.0'), undefined],
  ])('%s', (_what, route, asked, expected) => {
    expect(refusal(route, asked)).toEqual(expected);
  });
});

it('that other content came under an id says by call-back that the transfer failed: it is told at once', () => {
  const { write } = transferDialect(settings);
  const of = (reason: 'key_reused' | 'amount_mismatch') => {
    const [asked, stamp] = [undefined as never, undefined as never];
    return callsBack.isAboutAnother!(write({ kind: 'refused', reason }, asked, stamp));
  };
  expect([of('key_reused'), of('amount_mismatch')]).toEqual([true, false]);
});

it('settings outside of a sandbox need a secret of their own', () => {
  expect(rwandaSettings.safeParse({}).success).toBe(false);
  expect(rwandaSettings.safeParse({ TONLE_RWANDA_SECRET: 'of our own' }).success).toBe(true);
});
