import { describe, expect, it } from '@jest/globals';
import { parseKeepingAmounts } from '@tonle/network';
import { readEnvelope } from './open-api.js';
import type { RailParties } from './parties.js';
import { compareWithLeg, readTransaction } from './transaction.js';

const HASH = 'c'.repeat(64);
const transaction = (amount: string, currency = 'KHR'): string =>
  `{"hash":"${HASH}","fromAccountId":"A@mekong","toAccountId":"fx@naga","currency":"${currency}",` +
  `"amount":${amount},"createdDateMs":1700000000000,"externalRef":"R"}`;
const read = (text: string) => readTransaction(parseKeepingAmounts(text, new Set(['amount'])));

describe('amounts as JSON numbers never become floats', () => {
  it.each([
    ['100240', '10024000'],
    ['100240.0', '10024000'],
    ['9007199254740993', '900719925474099300'],
    ['1234.56', '123456'],
  ])('%s riel', (written, minor) => {
    expect(read(transaction(written))?.amount).toEqual({ currency: 'KHR', minor });
  });
  it.each([
    ['0.29', '29'],
    ['1.13', '113'],
    ['"1.13"', '113'],
  ])('%s dollars', (written, minor) => {
    expect(read(transaction(written, 'USD'))?.amount).toEqual({ currency: 'USD', minor });
  });
  it.each(['1e5', '0.505', '-1', '0', 'null', '1.005'])('%s riel cannot be read', (written) => {
    expect(read(transaction(written))).toBeUndefined();
  });
});

describe('the envelope', () => {
  const envelope = (status: number, body: string) => readEnvelope(status, Buffer.from(body)).kind;
  it.each([
    [200, '{"responseCode":0,"data":1}', 'data'],
    [200, '{"responseCode":1,"errorCode":1}', 'not_found'],
    [200, '{"responseCode":1,"errorCode":3}', 'failed'],
    [200, '{"responseCode":1,"errorCode":6}', 'renew_token'],
    [401, 'whatever', 'renew_token'],
    [200, '{"responseCode":1,"errorCode":11}', 'account'],
    [200, '{"responseCode":1,"errorCode":99}', 'unreadable'],
    [200, '{"responseCode":2,"errorCode":1}', 'unreadable'],
    [503, '{"responseCode":0,"data":1}', 'unreadable'],
    [200, 'garbage', 'unreadable'],
    [200, '[]', 'unreadable'],
  ])('HTTP %s %s is %s', (status, body, kind) => expect(envelope(status, body)).toBe(kind));
});

it('compares a movement with its leg: other parties conflict, another amount is told', () => {
  const command = { amount: { currency: 'KHR', minor: '10024000' } } as Parameters<typeof compareWithLeg>[0];
  const parties = { from: { account: 'a@mekong' }, to: { account: 'fx@naga' } } as RailParties;
  const found = read(transaction('100240'))!;
  expect(compareWithLeg(command, parties, found)).toEqual({
    kind: 'accepted',
    partnerRef: HASH,
    amount: command.amount,
  });
  expect(compareWithLeg(command, parties, read(transaction('100241'))!)).toMatchObject({
    kind: 'accepted',
    amount: { minor: '10024100' },
  });
  expect(compareWithLeg(command, parties, { ...found, to: 'fx@garuda' }).kind).toBe('conflicting');
  expect(compareWithLeg(command, parties, read(transaction('1', 'USD'))!)).toMatchObject({
    kind: 'conflicting',
    amount: { currency: 'USD', minor: '100' },
  });
});
