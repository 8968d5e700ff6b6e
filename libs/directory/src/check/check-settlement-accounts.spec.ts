import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { adapterOf, NETWORKS, type DirectoryEntry } from '@tonle/contracts';
import { HOME_NETWORK, networkEntry, pairOf, participantEntry } from '../directory.testing.js';
import type { BankBody, NetworkBody, ParticipantBody } from '../entry.schema.js';
import { checkDirectory } from './check-directory.js';

const BANK: BankBody = {
  accounts: { THB: '2000300001' },
  instruction: 'pacs.009',
  statement: 'camt.053',
  calendar: 'TH',
};
const settler = (bank: Partial<BankBody> = {}, more: Partial<ParticipantBody> = {}) =>
  participantEntry('THSETTLE', {
    kind: 'settlement_bank',
    bic: 'SETTTHBK',
    bank: { ...BANK, ...bank },
    ...more,
  });
const THAI_ACCOUNT = { THB: { bank: 'THSETTLE', account: '2000300031' } };
const holder = (id: string, settlementAccounts?: ParticipantBody['settlementAccounts']) =>
  participantEntry(id, {
    kind: 'network',
    bic: `${id.slice(0, 4).padEnd(4, 'X')}KHPP`,
    ...(settlementAccounts && { settlementAccounts }),
  });
const SETTLES = { THB: { bank: 'THSETTLE', lagDays: 1 } };
const thai = (more: Partial<NetworkBody> = {}) => networkEntry('thai', { settles: SETTLES, ...more });

/** A directory whose windows in baht are paid at a bank, with one entry in another form, or with more. */
function directory(...changed: readonly DirectoryEntry[]): DirectoryEntry[] {
  const good = [
    settler(),
    holder('HOME'),
    holder('THAI', THAI_ACCOUNT),
    ...pairOf('home', 'thai', { settles: SETTLES }),
  ];
  const isChanged = ({ kind, id }: DirectoryEntry) =>
    changed.some((each) => each.kind === kind && each.id === id);
  return [...good.filter((entry) => !isChanged(entry)), ...changed];
}
const found = (entries: readonly DirectoryEntry[]) =>
  checkDirectory(entries).map(({ rule, entry }) => `${rule} of ${entry}`);
const account = (id: string, bank: string, number: string) => holder(id, { THB: { bank, account: number } });

describe('settlement banks and the accounts there', () => {
  it('has nothing to say of windows that can be paid, nor of a network that names no bank yet', () => {
    expect(found(directory())).toEqual([]);
    expect(found(directory(networkEntry('thai')))).toEqual([]);
  });

  it.each(['fiji', 'solomon'])('has nothing to say of the sandbox with %s', (network) => {
    const root = new URL('../../../../deploy/', import.meta.url);
    const files = ['sandbox/directory.json', `networks/${network}/directory.json`];
    const entries = files.flatMap(
      (file) =>
        (JSON.parse(readFileSync(new URL(file, root), 'utf8')) as { entries: DirectoryEntry[] }).entries,
    );
    const adapters = [...NETWORKS.map(adapterOf), `adapter-${network}`];
    expect(checkDirectory(entries, { adapters })).toEqual([]);
  });

  const RULES: readonly [string, DirectoryEntry[]][] = [
    ['bank_wrong of participant THSETTLE', directory(settler({}, { kind: 'operator' }))],
    ['bank_wrong of participant THSETTLE', directory(settler({}, { bic: undefined }))],
    ['bank_wrong of participant THSETTLE', directory(settler({ calendar: 'XX' }))],
    ['bank_wrong of participant THSETTLE', directory(settler({ accounts: {} }))],
    [
      'currency_unknown of participant THSETTLE',
      directory(settler({ accounts: { ...BANK.accounts, BHT: '1' } })),
    ],
    ['form_wrong of participant THSETTLE', directory(settler({ accounts: { THB: 'X'.repeat(35) } }))],
    ['settlement_account_wrong of participant FX', directory(account('FX', 'THAI', '1'))],
    ['settlement_account_wrong of participant FX', directory(account('FX', 'THSETTLE', '2000300001'))],
    ['settlement_account_wrong of participant FX', directory(account('FX', 'THSETTLE', '2000300031'))],
    [`settlement_account_wrong of participant ${'X'.repeat(20)}`, directory(holder('X'.repeat(20), {}))],
    ['settlement_account_wrong of participant F-X', directory(holder('FX', {}), holder('F-X', {}))],
    [
      'currency_unknown of participant FX',
      directory(holder('FX', { BHT: { bank: 'THSETTLE', account: '1' } })),
    ],
    ['settles_wrong of network thai', directory(thai({ settles: { THB: { bank: 'HOME', lagDays: 1 } } }))],
    ['settles_wrong of network thai', directory(thai({ settles: { ...SETTLES, LAK: SETTLES.THB } }))],
    ['settles_wrong of network thai', directory(holder('THAI'))],
    ['settles_wrong of network thai', directory(account('FX', 'THSETTEL', '1'))],
    ['settles_wrong of network home', directory(networkEntry('home', { ...HOME_NETWORK, settles: SETTLES }))],
  ];

  it.each(RULES)('refuses %s', (violation, entries) => {
    expect(found(entries)).toContain(violation);
  });

  it('leaves alone an account at a bank that has not come yet, where nothing is settled', () => {
    expect(found(directory(holder('FX', { FJD: { bank: 'FJSETTLE', account: '1' } })))).toEqual([]);
  });
});
