import { describe, expect, it } from '@jest/globals';
import { accountOf, readAccount } from './account.js';
import { LAGOON } from './profile.testing.js';

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
  ])('%j', (payee, expected) => expect(accountOf(payee, LAGOON)).toEqual(expected));
});
