import { expect, it } from '@jest/globals';
import { readAccount } from '@tonle/network-iso';
import { PROFILE } from './network.js';

it.each<[string, string | undefined, string | undefined, string | undefined]>([
  ['081 234 5678', undefined, '0066812345678', 'MBNO'],
  ['+66 81-234-5678', undefined, '0066812345678', 'MBNO'],
  ['0066812345678', 'MBNO', '0066812345678', 'MBNO'],
  // Nine digits that begin like the country code, with and without the zero of a mobile number.
  ['668123456', undefined, '668123456', 'bank_account'],
  ['0668123456', undefined, '0066668123456', 'MBNO'],
  ['010555500000012', undefined, '010555500000012', 'BIID'],
  ['0140000000001', undefined, '0140000000001', 'bank_account'],
  ['0140000000001', 'bank_account', '0140000000001', 'bank_account'],
  ['1103700000001', 'NIDN', '1103700000001', 'NIDN'],
  ['12345', undefined, undefined, undefined],
  ['u1@mekong', undefined, undefined, undefined],
])('reads the payee %s', (text, type, account, accountType) => {
  const expected = account === undefined ? undefined : { account, accountType };
  expect(readAccount(text, type, PROFILE.payees)).toEqual(expected);
});
