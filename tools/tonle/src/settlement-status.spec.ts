import { describe, expect, it } from '@jest/globals';
import { settlementNeeds, settlementRows, type SettlementStatus } from './settlement-status.js';

const THB = { currency: 'THB', amount: '0.00' };
const BANK = {
  ...{ bank: 'THSETTLE', currency: 'THB', link: 'ok', missing: [], unanswered: [] },
  suspense: { items: 0, amount: THB },
};
const QUIET: SettlementStatus = {
  ...{ banks: [BANK], windows: [], entries: [], differences: [], copiedUpTo: '2026-11-28T09:00:00.000Z' },
};
const windowIn = (state: string, more: object = {}) => ({
  ...{ state, payments: 2, settlementMode: 'DEFERRED_NET' },
  ...more,
});
const rows = (status: SettlementStatus): string =>
  settlementRows(status, './tonle')
    .map((row) => row.join(' '))
    .join('\n');

describe('settlement in one look', () => {
  it('needs nobody when nothing is missing', () => {
    expect(settlementNeeds(QUIET)).toBe(0);
    expect(rows(QUIET)).toBe(
      [
        'banks nothing is missing',
        'windows that wait none',
        'ledger entries all booked',
        'ledger copy known up to 2026-11-28T09:00:00.000Z',
      ].join('\n'),
    );
  });

  it.each<[string, Partial<SettlementStatus>, number]>([
    [
      'bank THSETTLE THB, silent since 2026-11-28T08:00:00Z: ./tonle settlement banks',
      { banks: [{ ...BANK, link: 'silent', silentSince: '2026-11-28T08:00:00Z' }] },
      1,
    ],
    [
      'bank THSETTLE THB, no statement of 2026-11-27: ',
      { banks: [{ ...BANK, missing: [{ day: '2026-11-27' }] }] },
      1,
    ],
    ['1 instruction not answered', { banks: [{ ...BANK, unanswered: [{ messageId: 'M' }] }] }, 0],
    [
      '2 items in suspense, 5.00 THB',
      { banks: [{ ...BANK, suspense: { items: 2, amount: { currency: 'THB', amount: '5.00' } } }] },
      1,
    ],
    [
      'windows that wait 2 (1 FAILED): ./tonle settlement windows',
      { windows: [windowIn('NETTED'), windowIn('FAILED')] },
      2,
    ],
    [
      'windows that wait none',
      { windows: [windowIn('NETTED', { payments: 0 }), windowIn('NETTED', { settlementMode: 'GROSS' })] },
      0,
    ],
    [
      'ledger entries 1 due, 1 REFUSED: ./tonle ledger entries',
      { entries: [{ state: 'due' }, { state: 'refused' }] },
      1,
    ],
    ['ledger entries 1 due: ./tonle ledger entries', { entries: [{ state: 'due' }] }, 0],
    [', DIFFERS: ./tonle ledger copy', { differences: ['an hour'] }, 1],
  ])('says "%s" of %j', (words, more, needs) => {
    const status = { ...QUIET, ...more };
    expect(rows(status)).toContain(words);
    expect(settlementNeeds(status)).toBe(needs);
  });
});
