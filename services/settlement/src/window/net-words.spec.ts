import { expect, it } from '@jest/globals';
import { entryPostingText } from '../ledger/entry-posting-text.js';
import { netWords } from './net-words.js';

it('what whoever approves sees has amounts with their currency', () => {
  const nets = [
    { participant: 'FXNAGA', netMinor: -191_000n },
    { participant: 'THSWITCH', netMinor: 191_000n },
  ];
  expect(netWords(nets, 'THB')).toEqual({ FXNAGA: '-1910.00 THB', THSWITCH: '1910.00 THB' });
  const entry = { kind: 'write_off', debit: 'WRITE_OFF:THB', credit: 'SUSPENSE:THB' } as const;
  expect(entryPostingText({ ...entry, currency: 'THB', minor: '150' })).toBe(
    'write_off: 1.50 THB, debit WRITE_OFF:THB, credit SUSPENSE:THB',
  );
});
