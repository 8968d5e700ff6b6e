import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import type { DirectoryEntry } from '@tonle/contracts';
import { Directory } from '@tonle/directory';
import { dueStatementDays, prefundReferences, schemeAccount, schemeAccounts } from './settlement-bank.js';

const file = new URL('../../../../deploy/sandbox/directory.json', import.meta.url);
const sandbox = new Directory(
  (JSON.parse(readFileSync(file, 'utf8')) as { entries: DirectoryEntry[] }).entries,
);
const THAI = schemeAccount(sandbox, 'THSETTLE', 'THB')!;

describe('accounts of the scheme', () => {
  it('are those that banks hold for it, by bank and currency', () => {
    expect(schemeAccounts(sandbox).map(({ bank, currency }) => `${bank} ${currency}`)).toEqual([
      'JPSETTLE JPY',
      'KHSETTLE KHR',
      'KHSETTLE USD',
      'LASETTLE LAK',
      'RWSETTLE RWF',
      'THSETTLE THB',
      'VNSETTLE VND',
    ]);
    expect(schemeAccount(sandbox, 'THSETTLE', 'LAK')).toBeUndefined();
  });

  it('have a reference for whoever may pay in', () => {
    const references = prefundReferences(sandbox);
    expect([references.get('RF77PFFXNAGA'), [...references.values()].includes('OPERATOR')]).toEqual([
      'FXNAGA',
      false,
    ]);
  });
});

describe(dueStatementDays, () => {
  // Thursday 26 November 2026, in Bangkok; statements of a day are due the day after at 06:00.
  const due = (local: string, known: { since: string; after?: string }) =>
    dueStatementDays(THAI, known, Date.parse(`${local}:00+07:00`));

  it('are the banking days since the last that came, or since the account is known', () => {
    expect(due('2026-11-26T05:59', { since: '2026-11-25' })).toEqual([]);
    expect(due('2026-11-26T06:00', { since: '2026-11-25' })).toEqual(['2026-11-25']);
    expect(due('2026-11-26T06:00', { since: '2026-11-26' })).toEqual([]);
    expect(due('2026-12-01T06:00', { since: '2026-11-01', after: '2026-11-26' })).toEqual([
      '2026-11-27',
      '2026-11-30',
    ]);
    expect(due('2026-11-26T06:00', { since: '2026-11-26', after: '2026-11-24' })).toEqual([]);
  });

  it('leave holidays out', () => {
    // 7 December 2026 stands in for Father's Day, 10 December is Constitution Day.
    const days = due('2026-12-12T06:00', { since: '2026-12-04' });
    expect(days).toEqual(['2026-12-04', '2026-12-08', '2026-12-09', '2026-12-11']);
  });
});
