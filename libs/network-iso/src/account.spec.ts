import { describe, expect, it } from '@jest/globals';
import { onWire, readAccount } from './account.js';
import { isoProfile } from './profile.js';
import { LAGOON, LAGOON_FILE } from './profile.testing.js';

describe('what a payer wrote', () => {
  it.each<[string, string | undefined, string | undefined, string | undefined]>([
    ['7123 456', undefined, '6797123456', 'MBNO'],
    ['+679 712-3456', undefined, '6797123456', 'MBNO'],
    ['679 712 3456', 'MBNO', '6797123456', 'MBNO'],
    ['9123456', 'MBNO', undefined, undefined],
    ['@sela', undefined, '@sela', 'DNAM'],
    ['AB-1234567890', undefined, 'AB1234567890', 'bank_account'],
    // Not guessed by its form, but somebody says what it is.
    ['1234567890', undefined, undefined, undefined],
    ['1234567890', 'bank_account', '1234567890', 'bank_account'],
    ['1234567890', 'NIDN', '1234567890', 'NIDN'],
    ['ab', 'NIDN', undefined, undefined],
    ['', undefined, undefined, undefined],
    // The whole text must fit, not a part of it.
    ['x7123456', undefined, undefined, undefined],
    ['7123456x', 'MBNO', undefined, undefined],
  ])('%s of type %s', (text, type, account, accountType) => {
    const expected = account === undefined ? undefined : { account, accountType };
    expect(readAccount(text, type, LAGOON.payees)).toEqual(expected);
    // Patterns remember nothing of the text before.
    expect(readAccount(text, type, LAGOON.payees)).toEqual(expected);
  });

  it('stays as it is without spacers', () => {
    const { accounts } = LAGOON.payees;
    expect(
      readAccount('7123 456', 'MBNO', { ...LAGOON.payees, spacers: undefined, accounts }),
    ).toBeUndefined();
  });
});

describe('an account on the wire', () => {
  it.each([
    [{ account: '6797123456', accountType: 'MBNO' }, { proxy: { type: 'MBNO', id: '6797123456' } }],
    [
      { account: 'AB1234567890', accountType: 'bank_account' },
      { id: 'AB1234567890', scheme: 'bank_account' },
    ],
    [
      { account: '1234', accountType: 'NIDN' },
      { id: '1234', scheme: 'NIDN' },
    ],
  ])('%j', (payee, account) => expect(onWire(payee, LAGOON)).toEqual({ account }));

  it.each([
    ['12345aBc-1', { account: { id: 'aBc-1', scheme: 'MERCHANT' }, bank: { memberId: '12345' } }],
    // What its network wrote otherwise is not taken apart.
    ['aBc-1', { account: { id: 'aBc-1', scheme: 'MERCHANT' } }],
  ])('%s, which begins with its bank', (account, expected) => {
    const accounts = [
      { type: 'MERCHANT', form: '(\\d{5})(\\S+)', bank: { member: '$1', account: '$2' }, guessed: true },
    ];
    const profile = isoProfile.parse({ ...LAGOON_FILE, payees: { accounts } });
    expect(onWire({ account, accountType: 'MERCHANT' }, profile)).toEqual(expected);
  });
});
