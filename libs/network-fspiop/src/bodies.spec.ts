import { describe, expect, it } from '@jest/globals';
import {
  partiesPut,
  quotesPost,
  quotesPut,
  readFspiop,
  transaction,
  transfersPatch,
  transfersPost,
  transfersPut,
} from './bodies.js';

const payee = {
  partyIdInfo: { partyIdType: 'MSISDN', partyIdentifier: '250788123456', fspId: 'BKRW' },
  merchantClassificationCode: '5812',
  name: 'Umurage Coffee',
};
const payer = { partyIdInfo: { partyIdType: 'ACCOUNT_ID', partyIdentifier: 'dara@bank', fspId: 'TONLE' } };
const transactionType = { scenario: 'TRANSFER', initiator: 'PAYER', initiatorType: 'CONSUMER' };
const ids = {
  quoteId: '7c23e80c-d078-4077-8263-2c047876fcf6',
  transactionId: '85feac2f-39b2-491b-817e-4a03203d4f14',
};
const quote = {
  ...ids,
  payee,
  payer,
  amountType: 'RECEIVE',
  amount: { currency: 'RWF', amount: '1250' },
  transactionType,
  expiration: '2026-11-29T12:15:30.000+02:00',
  extensionList: { extension: [{ key: 'khqr-1', value: '0002' }] },
};
const binary = 'WLctttbu2HvTsa1XWvUoGRcQozHsqeu9Ahl2JW9Bsu8';
const priced = {
  transferAmount: { currency: 'RWF', amount: '1250' },
  payeeFspFee: { currency: 'RWF', amount: '0' },
  expiration: '2026-11-29T12:15:30.000Z',
  ilpPacket: 'DAAA',
  condition: binary,
};
const transfer = {
  transferId: 'b51ec534-ee48-4575-b6a9-ead2955b8069',
  payeeFsp: 'BKRW',
  payerFsp: 'TONLE',
  amount: { currency: 'RWF', amount: '1250' },
  ilpPacket: 'DAAA',
  condition: binary,
  expiration: '2026-11-29T12:15:30.000Z',
};
const bytes = (value: unknown) => Buffer.from(JSON.stringify(value));

describe('a body', () => {
  it.each([
    ['PUT /parties', partiesPut, { party: payee }],
    ['POST /quotes', quotesPost, quote],
    ['PUT /quotes', quotesPut, priced],
    ['POST /transfers', transfersPost, transfer],
    ['PUT /transfers', transfersPut, { transferState: 'COMMITTED', fulfilment: binary }],
    ['PUT /transfers without money', transfersPut, { transferState: 'ABORTED' }],
    [
      'PATCH /transfers',
      transfersPatch,
      { transferState: 'COMMITTED', completedTimestamp: priced.expiration },
    ],
    [
      'the transaction of a packet',
      transaction,
      { ...ids, payee, payer, amount: quote.amount, transactionType },
    ],
  ])('of %s is read', (_what, schema, value) => {
    expect(readFspiop<unknown>(schema, bytes(value))).toMatchObject({ kind: 'ok' });
  });

  it('has its amounts in minor units, and may have members that nobody here knows', () => {
    expect(readFspiop(quotesPost, bytes({ ...quote, later: true }))).toMatchObject({
      body: { amount: { currency: 'RWF', minor: '1250' } },
    });
  });

  it.each<[string, unknown, string, string]>([
    ['no quoteId', { ...quote, quoteId: undefined }, '3102', 'quoteId is missing'],
    ['no amount', { ...quote, amount: { currency: 'RWF' } }, '3102', 'amount.amount is missing'],
    ['no amountType', { ...quote, amountType: undefined }, '3102', 'amountType is missing'],
    ['no payee', { ...quote, payee: undefined }, '3102', 'payee is missing'],
    ['a UUID of version 7', { ...quote, quoteId: ids.quoteId.replace('-4', '-7') }, '3101', 'version 1 to 5'],
    ['a UUID in capitals', { ...quote, quoteId: ids.quoteId.toUpperCase() }, '3101', 'lower case'],
    [
      'a part of a franc',
      { ...quote, amount: { currency: 'RWF', amount: '1.5' } },
      '3101',
      'amount.amount: too many',
    ],
    [
      'an amount that is a number',
      { ...quote, amount: { currency: 'RWF', amount: 5 } },
      '3101',
      'amount.amount',
    ],
    ['a time without milliseconds', { ...quote, expiration: '2026-11-29T12:15:30Z' }, '3101', 'SSS'],
    ['30 February', { ...quote, expiration: '2026-02-30T12:15:30.000Z' }, '3101', 'day that exists'],
    ['a time in no zone', { ...quote, expiration: '2026-11-29T12:15:30.000' }, '3101', 'zone'],
    [
      'an unknown kind of party',
      { ...quote, payer: { partyIdInfo: { partyIdType: 'X', partyIdentifier: 'y' } } },
      '3101',
      'partyIdType',
    ],
    [
      'a long extension',
      { ...quote, extensionList: { extension: [{ key: 'k', value: 'v'.repeat(129) }] } },
      '3101',
      'at most 128',
    ],
    ['no extension', { ...quote, extensionList: { extension: [] } }, '3101', 'extensionList.extension'],
    ['a list', [quote], '3101', 'the body'],
  ])('is refused by place: %s', (_what, value, code, words) => {
    const read = readFspiop(quotesPost, bytes(value));
    expect(read).toMatchObject({ kind: 'refused', code, detail: expect.stringContaining(words) });
  });

  it.each([
    ['no JSON', Buffer.from('{')],
    ['nothing', Buffer.alloc(0)],
    ['no UTF-8', Buffer.from([0x22, 0xff, 0x22])],
  ])('is refused: %s', (_what, given) => {
    expect(readFspiop(quotesPost, given)).toMatchObject({
      code: '3101',
      detail: 'the body is no JSON in UTF-8',
    });
  });

  it('says COMMITTED only with a fulfilment', () => {
    const read = readFspiop(transfersPut, bytes({ transferState: 'COMMITTED' }));
    expect(read).toMatchObject({ code: '3102', detail: 'fulfilment is missing' });
    expect(readFspiop(transfersPut, bytes({ transferState: 'RESERVED' })).kind).toBe('ok');
  });

  it.each([`${binary}=`, binary.slice(1), `${binary.slice(0, -1)}9`, `${binary.slice(0, -1)}+`])(
    'has no fulfilment %s',
    (fulfilment) => {
      const read = readFspiop(transfersPut, bytes({ transferState: 'COMMITTED', fulfilment }));
      expect(read).toMatchObject({ code: '3101', detail: expect.stringContaining('43 characters') });
    },
  );
});
