import { describe, expect, it } from '@jest/globals';
import type { WantedPayee, WireReply } from '@tonle/network';
import { writeError } from '@tonle/network-fspiop';
import { readAccount, rwandaPayees } from './payees.js';

it.each<[string, string | undefined, string | undefined, string | undefined]>([
  ['+250 788 123 456', undefined, '250788123456', 'MBNO'],
  ['0788-123-456', 'MBNO', '250788123456', 'MBNO'],
  ['250732123456', undefined, '250732123456', 'MBNO'],
  // Of no operator: a number of an account, where it is one.
  ['250712123456', 'MBNO', undefined, undefined],
  ['250712123456', undefined, '250712123456', 'bank_account'],
  ['123456', undefined, '123456', 'BUSINESS'],
  ['123456', 'bank_account', undefined, undefined],
  ['4001234567890', undefined, '4001234567890', 'bank_account'],
  ['12345', undefined, undefined, undefined],
  ['u1@mekong', undefined, undefined, undefined],
])('reads the payee %s', (text, type, account, accountType) => {
  const expected = account === undefined ? undefined : { account, accountType };
  expect(readAccount(text, type)).toEqual(expected);
});

const wanted = { account: '0788123456', currencies: ['RWF'], lookupId: 'l', at: 0 } as WantedPayee;

function answered(body: unknown): WireReply {
  return { kind: 'answered', status: 200, headers: {}, bytes: Buffer.from(JSON.stringify(body)) };
}
const party = (partyIdentifier: string, more: object = { fspId: 'INZOVUPAY' }) =>
  answered({
    party: { partyIdInfo: { partyIdType: 'MSISDN', partyIdentifier, ...more }, name: 'Keza Uwase' },
  });

describe('a payee', () => {
  it('is asked for by call-back', () => {
    expect(rwandaPayees.ask(wanted)).toMatchObject({
      kind: 'ask',
      request: {
        method: 'GET',
        path: '/parties/MSISDN/250788123456',
        answeredAt: 'parties/MSISDN/250788123456',
      },
    });
    expect(rwandaPayees.ask({ ...wanted, account: 'nobody' })).toMatchObject({ reason: 'account_unknown' });
  });

  it.each<[string, WireReply, object]>([
    [
      'found',
      party('250788123456'),
      { kind: 'found', name: 'Keza Uwase', account: '250788123456', accountType: 'MBNO', currency: 'RWF' },
    ],
    ['another', party('250788000000'), { reason: 'partner_silent' }],
    ['of no FSP', party('250788123456', {}), { reason: 'partner_silent' }],
    ['unknown', answered(writeError('3204')), { reason: 'payee_unknown' }],
    ['closed', answered(writeError('5107')), { reason: 'account_closed' }],
    ['not asked, since the switch is busy', answered(writeError('2005')), { reason: 'partner_silent' }],
    ['a code of no table', answered(writeError('9999')), { reason: 'partner_silent', unmapped: '9999' }],
    ['noise', answered('x'), { reason: 'partner_silent' }],
    ['silent', { kind: 'ambiguous', because: 'timeout' }, { reason: 'partner_silent' }],
  ])('is %s', (_what, reply, expected) => {
    expect(rwandaPayees.read(reply, wanted)).toMatchObject(expected);
  });
});
