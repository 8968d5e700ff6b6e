import { describe, expect, it } from '@jest/globals';
import { TryLater } from '@tonle/messaging';
import { Directory } from './directory.js';
import { directionOf, sidesOf } from './direction.js';
import { calendarEntry, corridorEntry, keyOf, participantEntry } from './directory.testing.js';

describe(Directory.name, () => {
  it('keeps the newest version, whatever the order and however often', () => {
    const bank = (version: number, name: string) => participantEntry('BANK', { name }, version);
    const directory = new Directory([bank(2, 'two'), bank(1, 'one')]);
    expect(directory.take([bank(2, 'again'), bank(1, 'one')]).taken).toEqual([]);
    expect(directory.participant('BANK')).toMatchObject({ name: 'two', railDomains: [] });
    expect(directory.take([bank(3, 'three')]).taken).toEqual([bank(3, 'three')]);
    expect(directory.participant('BANK')?.name).toBe('three');
    expect(directory.versionOf('participant', 'BANK')).toBe(3);
    expect(directory.entries).toEqual([bank(3, 'three')]);
  });

  it('tells "not here yet" from "no"', () => {
    const directory = new Directory();
    expect(() => directory.assertWhole()).toThrow(TryLater);
    directory.take([participantEntry('A')]);
    directory.takeWhole([]);
    expect(directory.isWhole).toBe(false);
    directory.takeWhole([participantEntry('A')]);
    expect(directory.isWhole).toBe(true);
    expect(() => directory.assertWhole()).not.toThrow();
    expect(new Directory([participantEntry('A')]).isWhole).toBe(true);
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

  it('finds corridors by id, in order, and by the adapters of their sides; calendars by id', () => {
    const directory = new Directory([corridorEntry('KH-TH'), corridorEntry('KH-LA'), calendarEntry('KH')]);
    expect(directory.corridors().map(({ corridorId }) => corridorId)).toEqual(['KH-LA', 'KH-TH']);
    expect(directory.corridor('KH-TH')?.corridorId).toBe('KH-TH');
    expect(directory.corridor('KH-VN')).toBeUndefined();
    expect(directory.corridorsOfAdapter('adapter-partner')).toEqual(directory.corridors());
    expect(directory.corridorsOfAdapter('adapter-none')).toEqual([]);
    expect(directory.calendar('KH')?.cutOff).toBe('23:00');
    expect(directory.calendar('TH')).toBeUndefined();
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

describe('the direction of a payment', () => {
  const corridor = new Directory([corridorEntry('KH-TH')]).corridor('KH-TH')!;

  it('follows from its currencies', () => {
    expect(directionOf(corridor, 'USD', 'THB')).toBe('outbound');
    expect(directionOf(corridor, 'THB', 'KHR')).toBe('inbound');
    expect(directionOf(corridor, 'THB', 'LAK')).toBeUndefined();
  });

  it('says where it comes from and goes to', () => {
    const { home, partner } = corridor;
    expect(sidesOf(corridor, 'outbound')).toEqual({ source: home, target: partner });
    expect(sidesOf(corridor, 'inbound')).toEqual({ source: partner, target: home });
  });
});
