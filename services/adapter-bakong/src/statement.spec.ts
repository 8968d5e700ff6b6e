import { describe, expect, it } from '@jest/globals';
import { bakongStatement } from './statement.js';

const read = (data: string) => {
  if (bakongStatement.kind !== 'paged') throw new Error('the listing has pages');
  const bytes = Buffer.from(`{"responseCode":0,"data":${data}}`);
  const request = { day: '2026-11-20', currency: 'KHR', pageMax: 10 };
  return bakongStatement.read({ kind: 'answered', status: 200, headers: {}, bytes }, request);
};
const page = (balances: string) => `{"transactions":[],"count":0,"total":0,"balances":${balances}}`;

describe('balances of the listing', () => {
  it('are what accounts held when the day began and ended', () => {
    const told =
      '[{"accountId":"FX@naga","opening":1234.56,"closing":-10},{"accountId":"scheme@settle","opening":0,"closing":50000000000000}]';
    expect(read(page(told)).heads).toEqual([
      { account: 'fx@naga', openingMinor: '123456', closingMinor: '-1000' },
      { account: 'scheme@settle', openingMinor: '0', closingMinor: '5000000000000000' },
    ]);
  });

  it('may be left out', () => {
    expect(read('{"transactions":[],"count":0,"total":0}').heads).toEqual([]);
    expect(read(page('null')).heads).toEqual([]);
  });

  it.each([
    '{}',
    '[{}]',
    '[{"accountId":"a@b","opening":"1","closing":1}]',
    '[{"accountId":"a@b","opening":1.001,"closing":1}]',
  ])('are refused with the whole day when they are %s', (balances) => {
    expect(() => read(page(balances))).toThrow();
  });

  it('come with whose money each line moved', () => {
    const line = {
      ...{
        hash: 'a'.repeat(64),
        fromAccountId: 'U1@Mekong',
        toAccountId: 'fx@naga',
        currency: 'KHR',
        amount: '5',
      },
      createdDateMs: 1_763_000_000_000,
    };
    const { lines } = read(`{"transactions":[${JSON.stringify(line)}],"count":1,"total":5}`);
    expect(lines).toMatchObject([{ fromAccount: 'u1@mekong', toAccount: 'fx@naga' }]);
  });
});
