import { expect, it } from '@jest/globals';
import { readAccount } from '@tonle/network-iso';
import { PROFILE } from './network.js';

const RECEIVER = '27710418SHOP00000123';

it.each<[string, string | undefined, boolean]>([
  [RECEIVER, undefined, true],
  [RECEIVER, 'LAOQR', true],
  ['00000418I90BYP17BC295VZ', undefined, true],
  ['70140418IDB-000000000001417-M', 'LAOQR', true],
  ['32170418AbC', 'LAOQR', true],
  // Seven digits, another country's number, no receiver, and one of more than 25 characters.
  ['2771418SHOP00000123', undefined, false],
  ['27710116SHOP00000123', undefined, false],
  ['27710418', undefined, false],
  [`27710418${'A'.repeat(26)}`, undefined, false],
  ['27710418SHOP 123', undefined, false],
  [RECEIVER, 'MBNO', false],
])('reads the payee %s of type %s, and changes nothing in it', (text, type, known) => {
  const expected = known ? { account: text, accountType: 'LAOQR' } : undefined;
  expect(readAccount(text, type, PROFILE.payees)).toEqual(expected);
});

it('has refunds, by pacs.004', () => {
  expect(PROFILE.returns).toEqual({
    version: 'pacs.004.001.09',
    path: '/iso20022/pacs.004',
    reason: 'MD06',
  });
});
