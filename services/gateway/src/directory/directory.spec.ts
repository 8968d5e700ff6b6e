import { describe, expect, it } from '@jest/globals';
import type { DirectoryEntry } from '@tonle/contracts';
import type { ParticipantBody } from '@tonle/directory';
import { directoryEntries } from '../testing/directory-entries.js';
import { Directory } from './directory.js';

const { entries } = directoryEntries(Date.UTC(2026, 10, 22));
const mekong = entries.find((entry) => entry.id === 'KHMEKONG')!;
const body = mekong.body as ParticipantBody;

function filled(...more: DirectoryEntry[]): Directory {
  const directory = new Directory();
  for (const entry of [...entries, ...more]) directory.apply(entry);
  return directory;
}

describe(Directory.name, () => {
  it('finds participants by key and by short and long BIC, corridors by country', () => {
    const directory = filled();
    expect(directory.keyHolder('KHMEKONG-1')?.participant.participantId).toBe('KHMEKONG');
    expect(directory.participantByBic('MEKOKHPP')?.participantId).toBe('KHMEKONG');
    expect(directory.participantByBic('MEKOKHPPXXX')?.participantId).toBe('KHMEKONG');
    expect(directory.corridorTo('TH')?.corridorId).toBe('KH-TH');
    expect(directory.corridorTo('LA')).toBeUndefined();
  });

  it('knows several keys while they rotate, and forgets one that was taken away', () => {
    const renamed = { ...body.keys[0]!, keyId: 'KHMEKONG-2' };
    const both = filled({ ...mekong, version: 2, body: { ...body, keys: [body.keys[0]!, renamed] } });
    expect([both.keyHolder('KHMEKONG-1'), both.keyHolder('KHMEKONG-2')]).not.toContain(undefined);
    both.apply({ ...mekong, version: 3, body: { ...body, keys: [renamed] } });
    expect(both.keyHolder('KHMEKONG-1')).toBeUndefined();
    both.apply({ ...mekong, version: 2, body });
    expect(both.keyHolder('KHMEKONG-1')).toBeUndefined();
  });

  it('keeps what it knew when an entry or a key cannot be read', () => {
    const directory = filled();
    const broken = { ...body.keys[0]!, publicKeyPem: 'nonsense' };
    expect(() => directory.apply({ ...mekong, version: 2, body: { ...body, keys: [broken] } })).toThrow();
    expect(() => directory.apply({ ...mekong, version: 3, body: { participantId: 5 } })).toThrow();
    expect(directory.keyHolder('KHMEKONG-1')).not.toBeUndefined();
    directory.apply({ ...mekong, version: 4, body: { ...body, name: 'New' } });
    expect(directory.participant('KHMEKONG')?.name).toBe('New');
  });
});
