import { expect, it } from '@jest/globals';
import { addresseeRefusal } from './addressee.decide.js';

const BIC = 'TONLKHPPXXX';
const path = '/FIToFICstmrCdtTrf/CdtTrfTxInf/InstdAgt';

it.each<[string, { bic?: string; memberId?: string }, { memberId?: string }, boolean]>([
  ['our BIC', { bic: BIC }, {}, true],
  ['our BIC, of the head office', { bic: 'TONLKHPP' }, {}, true],
  ['a branch of ours that is none', { bic: 'TONLKHPP001' }, {}, false],
  ['another BIC', { bic: 'OTHRSGSGXXX' }, {}, false],
  ['our BIC beside a member id that we do not know', { bic: BIC, memberId: '1' }, {}, true],
  ['a member id where we have none', { memberId: '1' }, {}, false],
  ['our member id', { memberId: '9001' }, { memberId: '9001' }, true],
  ['our BIC where we have a member id', { bic: BIC }, { memberId: '9001' }, true],
  ['our BIC beside the member id of another', { bic: BIC, memberId: '1' }, { memberId: '9001' }, false],
  [
    'our member id beside the BIC of another',
    { bic: 'OTHRSGSGXXX', memberId: '9001' },
    { memberId: '9001' },
    false,
  ],
  ['another member id', { memberId: '1' }, { memberId: '9001' }, false],
])('%s', (_what, addressee, more, isOurs) => {
  const refusal = addresseeRefusal([{ path, ...addressee }], { bic: BIC, ...more });
  expect(refusal === undefined).toBe(isOurs);
});

it('every place has to be ours, and the first that is not is told', () => {
  const header = { path: '/AppHdr/To', bic: BIC };
  expect(addresseeRefusal([header], { bic: BIC })).toBeUndefined();
  expect(addresseeRefusal([header, { path, bic: 'OTHRSGSGXXX' }], { bic: BIC })).toEqual({
    kind: 'refused',
    reason: 'wrong_recipient',
    errors: [{ path, message: 'OTHRSGSGXXX is not us; we are TONLKHPPXXX.' }],
  });
});
