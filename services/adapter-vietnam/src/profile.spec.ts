import { expect, it } from '@jest/globals';
import { readAccount } from '@tonle/network-iso';
import { PROFILE } from './network.js';

const CARD = '9704360123456780';

it.each<[string, string | undefined, string | undefined, string | undefined]>([
  ['9704361017595600', undefined, '9704361017595600', 'BBAN'],
  ['970436 1017 595 600', undefined, '9704361017595600', 'BBAN'],
  ['970422-0023457923442ASDFLJ', 'BBAN', '9704220023457923442ASDFLJ', 'BBAN'],
  ['970403MERCHANT0001', 'MERCHANT', '970403MERCHANT0001', 'MERCHANT'],
  // A digital bank's number is no 97....
  ['5460340123456789', undefined, '5460340123456789', 'BBAN'],
  // A card begins with its bank's number, and may be written behind it once more, as a code has it.
  [CARD, 'CARD', `970436${CARD}`, 'CARD'],
  ['9704 3601 2345 6780', 'CARD', `970436${CARD}`, 'CARD'],
  [`970436${CARD}`, 'CARD', `970436${CARD}`, 'CARD'],
  [`970403${CARD}`, 'CARD', undefined, undefined],
  // Without its check digit, too short, of a bank that nobody knows.
  ['9704360123456785', 'CARD', undefined, undefined],
  ['970436012345678', 'CARD', undefined, undefined],
  ['9999991017595600', undefined, undefined, undefined],
  ['970436', undefined, undefined, undefined],
  [`970436${'1'.repeat(20)}`, undefined, undefined, undefined],
  ['1017595600', undefined, undefined, undefined],
  ['9704361017595600', 'MBNO', undefined, undefined],
])('reads the payee %s of type %s', (text, type, account, accountType) => {
  const expected = account === undefined ? undefined : { account, accountType };
  expect(readAccount(text, type, PROFILE.payees)).toEqual(expected);
});
