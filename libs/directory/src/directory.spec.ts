import { describe, expect, it } from '@jest/globals';
import { TryLater } from '@tonle/messaging';
import { Directory } from './directory.js';
import { directionOf, sideOf, sidesOf, spelled } from './corridor.js';
import { corridorEntry, keyOf, networkEntry, pairOf, participantEntry } from './directory.testing.js';
import type { NetworkBody } from './entry.schema.js';

const bank = (version: number, name: string) => participantEntry('BANK', { name }, version);

describe(Directory.name, () => {
  it('keeps the newest version, whatever the order and however often', () => {
    const directory = new Directory([bank(2, 'two'), bank(1, 'one')]);
    expect(directory.take([bank(2, 'again'), bank(1, 'one')]).taken).toEqual([]);
    expect(directory.participant('BANK')).toMatchObject({ name: 'two', railDomains: [] });
    expect(directory.take([bank(3, 'three')]).taken).toEqual([bank(3, 'three')]);
    expect(directory.participant('BANK')?.name).toBe('three');
    expect(directory.entry('participant', 'BANK')?.version).toBe(3);
    expect(directory.entries).toEqual([bank(3, 'three')]);
  });

  it('becomes what its master says: what is not named is dropped, and a version that was made up gives way', () => {
    const forged = [
      participantEntry('EVIL'),
      bank(99, 'forged'),
      participantEntry('SAME', { name: 'forged' }),
    ];
    const directory = new Directory([...forged, participantEntry('KEPT')]);
    const said = [bank(3, 'three'), participantEntry('SAME'), participantEntry('KEPT')];
    expect(directory.become(said)).toEqual({
      taken: [bank(3, 'three'), participantEntry('SAME')],
      dropped: [participantEntry('EVIL')],
      unreadable: [],
    });
    expect(directory.participant('EVIL')).toBeUndefined();
    expect(directory.keyHolder('EVIL-1')).toBeUndefined();
    expect(directory.entry('participant', 'BANK')?.version).toBe(3);
    expect(directory.become(said)).toEqual({ taken: [], dropped: [], unreadable: [] });
  });

  it('tells "not here yet" from "no"', () => {
    const directory = new Directory();
    expect(() => directory.assertLoaded()).toThrow(TryLater);
    directory.take([participantEntry('A')]);
    directory.takeCopy([]);
    directory.become([]);
    expect(directory.isLoaded).toBe(false);
    directory.takeCopy([participantEntry('A')]);
    expect(directory.isLoaded).toBe(true);
    expect(() => directory.assertLoaded()).not.toThrow();
    expect(new Directory([participantEntry('A')]).isLoaded).toBe(true);
  });

  it('finds participants by short and long BIC, and by the domain of their accounts', () => {
    const directory = new Directory([
      participantEntry('LONG', { bic: 'LONGKHPPXXX', railDomains: ['long', 'lang'] }),
      participantEntry('BRANCH', { bic: 'LONGKHPP123' }),
      participantEntry('SHORT', { bic: 'SHRTKHPP', railDomains: ['short'] }),
    ]);
    const idOf = (bic: string) => directory.participantByBic(bic)?.participantId;
    expect(['LONGKHPP', 'LONGKHPPXXX', 'LONGKHPP123', 'SHRTKHPP', 'SHRTKHPPXXX'].map(idOf)).toEqual([
      'LONG',
      'LONG',
      'BRANCH',
      'SHORT',
      'SHORT',
    ]);
    expect(idOf('NONEKHPP')).toBeUndefined();
    const ownerOf = (domain: string) => directory.participantOfRailDomain(domain)?.participantId;
    expect(['long', 'lang', 'short', 'none'].map(ownerOf)).toEqual(['LONG', 'LONG', 'SHORT', undefined]);
  });

  it('knows several keys while they rotate, and forgets one that was taken away', () => {
    const directory = new Directory([participantEntry('BANK', { keys: [keyOf('BANK-1'), keyOf('BANK-2')] })]);
    const holderOf = (keyId: string) => directory.keyHolder(keyId)?.participant.participantId;
    expect([holderOf('BANK-1'), holderOf('BANK-2')]).toEqual(['BANK', 'BANK']);
    expect(directory.keyHolder('BANK-1')?.key.algorithm).toBe('ed25519');
    directory.take([participantEntry('BANK', { keys: [keyOf('BANK-2')] }, 2)]);
    expect([holderOf('BANK-1'), holderOf('BANK-2')]).toEqual([undefined, 'BANK']);
    directory.take([participantEntry('BANK', { keys: [keyOf('BANK-1')] }, 1)]);
    expect(holderOf('BANK-1')).toBeUndefined();
  });

  it('gives what two claim to the first by id, whoever came first', () => {
    const [a, b] = ['A', 'B'].map((id) =>
      participantEntry(id, { bic: 'SAMEKHPPXXX', railDomains: ['same'], keys: [keyOf('same')] }),
    );
    for (const entries of [
      [a!, b!],
      [b!, a!],
    ]) {
      const directory = new Directory(entries);
      expect(directory.participantByBic('SAMEKHPP')?.participantId).toBe('A');
      expect(directory.participantOfRailDomain('same')?.participantId).toBe('A');
      expect(directory.keyHolder('same')?.participant.participantId).toBe('A');
    }
  });

  it('joins a corridor with its networks and their calendars, once all are known', () => {
    const [khCalendar, thCalendar, home, partner, corridor] = pairOf('home', 'thai');
    const directory = new Directory([corridor!, khCalendar!, home!, partner!]);
    expect(directory.corridors()).toEqual([]);
    directory.take([thCalendar!]);
    expect(directory.corridor('home-thai')).toMatchObject({
      corridorId: 'home-thai',
      home: { networkId: 'home', participant: 'HOME', rail: 'HOME', calendar: { calendarId: 'KH' } },
      partner: { networkId: 'thai', strongKey: 'uetr', calendar: { calendarId: 'TH' } },
    });
    directory.take([networkEntry('thai', { participant: 'OTHER' }, 2)]);
    expect(directory.corridor('home-thai')?.partner.participant).toBe('OTHER');
    expect(directory.corridor('none')).toBeUndefined();
    expect(directory.networks().map(({ networkId }) => networkId)).toEqual(['home', 'thai']);
    expect(directory.network('thai')?.participant).toBe('OTHER');
  });

  it('finds corridors by the adapters of their sides, in order', () => {
    const directory = new Directory([...pairOf('home', 'thai'), ...pairOf('home', 'lao')]);
    const idsOf = (adapter: string) =>
      directory.corridorsOfAdapter(adapter).map(({ corridorId }) => corridorId);
    expect(idsOf('adapter-home')).toEqual(['home-lao', 'home-thai']);
    expect(idsOf('adapter-thai')).toEqual(['home-thai']);
    expect(idsOf('adapter-none')).toEqual([]);
    directory.take([{ ...corridorEntry('home-lao', { home: 'home', partner: 'lao' }, 2), ended: true }]);
    const includingEnded = directory.corridorsOfAdapterIncludingEnded('adapter-home');
    expect(includingEnded.map(({ corridorId }) => corridorId)).toEqual(['home-thai', 'home-lao']);
    expect(directory.networkOfAdapter('adapter-lao')?.networkId).toBe('lao');
    expect(directory.networkOfAdapter('adapter-none')).toBeUndefined();
  });

  it('finds the home network of a bank', () => {
    const directory = new Directory(pairOf('home', 'thai'));
    expect(directory.homeOf({ memberOf: ['none', 'home'] })?.networkId).toBe('home');
    expect(directory.homeOf({ memberOf: ['thai'] })).toBeUndefined();
    expect(directory.homeOf({ memberOf: [] })).toBeUndefined();
  });

  it('orders corridors by their priority, then by id', () => {
    const directory = new Directory([
      ...['a', 'b', 'c'].flatMap((id) => pairOf('home', id)),
      corridorEntry('home-c', { home: 'home', partner: 'c', priority: 1 }, 2),
    ]);
    expect(directory.corridorsByPreference().map(({ corridorId }) => corridorId)).toEqual([
      'home-c',
      'home-a',
      'home-b',
    ]);
    expect(directory.corridorsOfAccount('TH', 'bank_account')).toHaveLength(3);
    expect(directory.corridorsOfAccount('TH', 'card')).toEqual([]);
    expect(directory.corridorOfAccount('TH', 'card')?.corridorId).toBe('home-c');
  });

  it('finds the corridor to an account by country, and of several by the kind of the account', () => {
    const directory = new Directory([
      ...pairOf('home', 'bank', { countries: ['TH'] }),
      ...pairOf('home', 'cards', { countries: ['TH', 'VN'], accounts: { kinds: ['card'], default: 'card' } }),
    ]);
    const idOf = (country: string, kind: string) => directory.corridorOfAccount(country, kind)?.corridorId;
    expect(idOf('TH', 'bank_account')).toBe('home-bank');
    expect(idOf('TH', 'card')).toBe('home-cards');
    expect(idOf('TH', 'unheard of')).toBe('home-bank');
    expect(idOf('VN', 'bank_account')).toBe('home-cards');
    expect(idOf('KH', 'wallet')).toBeUndefined();
  });

  it('has nothing that ended, but for what was begun with it', () => {
    const bank = participantEntry('BANK', {
      bic: 'BANKKHPP',
      railDomains: ['bank'],
      keys: [keyOf('BANK-1')],
      caps: { THB: '5' },
    });
    const pair = pairOf('home', 'thai', { schemes: ['THAI_BILL_PAYMENT'] });
    const directory = new Directory([bank, ...pair]);
    directory.take([bank, ...pair].map((entry) => ({ ...entry, version: 2, ended: true })));
    expect(directory.participant('BANK')).toBeUndefined();
    expect(directory.participants()).toEqual([]);
    expect(directory.participantByBic('BANKKHPP')).toBeUndefined();
    expect(directory.participantOfRailDomain('bank')).toBeUndefined();
    expect(directory.keyHolder('BANK-1')).toBeUndefined();
    expect([directory.network('thai'), directory.networks()]).toEqual([undefined, []]);
    expect(directory.networkOfAdapter('adapter-thai')).toBeUndefined();
    expect([directory.corridor('home-thai'), directory.corridors()]).toEqual([undefined, []]);
    expect(directory.corridorsByPreference()).toEqual([]);
    expect(directory.corridorOfAccount('TH', 'bank_account')).toBeUndefined();
    expect(directory.corridorsOfAdapter('adapter-thai')).toEqual([]);
    expect(directory.corridorsOfAdapterIncludingEnded('adapter-thai')).toHaveLength(1);
    expect(directory.corridorsOfAdapterIncludingEnded('adapter-lao')).toEqual([]);
    expect(directory.participantIncludingEnded('BANK')?.name).toBe('BANK');
    expect(directory.capMinor('BANK', 'THB')).toBe(5n);
    expect(directory.corridorIncludingEnded('home-thai')?.partner.calendar.calendarId).toBe('TH');
    expect(directory.corridorsIncludingEnded()).toHaveLength(1);
    directory.take([{ ...bank, version: 3 }]);
    expect(directory.keyHolder('BANK-1')).toBeDefined();
  });

  it('grants the caps it has, else none', () => {
    const directory = new Directory([participantEntry('BANK', { caps: { THB: '500' } })]);
    const caps = [directory.capMinor('BANK', 'THB'), directory.capMinor('BANK', 'KHR')];
    expect([...caps, directory.capMinor('NONE', 'THB')]).toEqual([500n, 0n, 0n]);
  });

  it('keeps what it knew when an entry or a key cannot be read, and takes the next that can', () => {
    const directory = new Directory([participantEntry('BANK', { keys: [keyOf('BANK-1')] })]);
    const brokenKey = participantEntry(
      'BANK',
      { keys: [{ ...keyOf('BANK-1'), publicKeyPem: 'nonsense' }] },
      2,
    );
    const brokenBody = { ...participantEntry('BANK', {}, 3), body: { participantId: 5 } };
    const { taken, unreadable } = directory.take([brokenKey, brokenBody, participantEntry('OTHER')]);
    expect(taken).toEqual([participantEntry('OTHER')]);
    expect(unreadable.map(({ entry }) => entry)).toEqual([brokenKey, brokenBody]);
    expect(directory.keyHolder('BANK-1')).not.toBeUndefined();
    directory.take([participantEntry('BANK', { name: 'New' }, 4)]);
    expect(directory.participant('BANK')?.name).toBe('New');
    expect(() => new Directory([brokenKey])).toThrow();
  });
});

describe('a corridor', () => {
  const corridor = new Directory(pairOf('home', 'thai')).corridor('home-thai')!;
  const { home, partner } = corridor;

  it('says by the currencies which way a payment runs', () => {
    expect(directionOf(corridor, 'USD', 'THB')).toBe('outbound');
    expect(directionOf(corridor, 'THB', 'KHR')).toBe('inbound');
    expect(directionOf(corridor, 'THB', 'LAK')).toBeUndefined();
  });

  it('takes the word for it where both sides have the currencies', () => {
    const dollars = new Directory(pairOf('home', 'wallets', { currencies: ['USD'] })).corridor(
      'home-wallets',
    )!;
    expect(directionOf(dollars, 'USD', 'USD')).toBeUndefined();
    expect(directionOf(dollars, 'USD', 'USD', 'outbound')).toBe('outbound');
    expect(directionOf(dollars, 'USD', 'USD', 'inbound')).toBe('inbound');
    expect(directionOf(dollars, 'KHR', 'USD')).toBe('outbound');
    expect(directionOf(dollars, 'KHR', 'USD', 'inbound')).toBeUndefined();
  });

  it.each<[string, NetworkBody['accounts']['spelling'], string]>([
    ['as it is given where nothing is said', undefined, 'U-1@Bank'],
    ['as it is given where letter case counts', { letterCase: 'kept' }, 'U-1@Bank'],
    ['in small letters', { letterCase: 'lower' }, 'u-1@bank'],
    ['in capitals, without what does not count', { letterCase: 'upper', leftOut: ' -' }, 'U1@BANK'],
  ])('writes an account %s', (_how, spelling, expected) => {
    const network = { accounts: { kinds: ['wallet'], default: 'wallet', spelling } };
    expect(spelled(' U-1@Bank', network)).toBe(expected);
    expect(spelled(expected, network)).toBe(expected);
  });

  it('writes two encodings of one account as one', () => {
    const network = { accounts: { kinds: ['wallet'], default: 'wallet' } };
    expect(spelled('Rene\u0301', network)).toBe(spelled('Ren\u00e9', network));
  });

  it('says where a payment comes from and goes to, and who speaks for which side', () => {
    expect(sidesOf(corridor, 'outbound')).toEqual({ source: home, target: partner });
    expect(sidesOf(corridor, 'inbound')).toEqual({ source: partner, target: home });
    expect([sideOf(corridor, 'adapter-home'), sideOf(corridor, 'adapter-thai')]).toEqual([home, partner]);
    expect(sideOf(corridor, 'adapter-lao')).toBeUndefined();
  });
});
