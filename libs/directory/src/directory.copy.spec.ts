import { describe, expect, it } from '@jest/globals';
import type { DirectoryEntry } from '@tonle/contracts';
import { Directory } from './index.js';

const bank = (version: number, name: string): DirectoryEntry => ({
  kind: 'participant',
  id: 'BANK',
  version,
  body: { participantId: 'BANK', name, kind: 'bank', state: 'active', keys: [], scopes: [] },
});

describe('a copy of the directory', () => {
  it('keeps the newest version, whatever the order and however often', () => {
    const directory = new Directory();
    expect(directory.isEmpty).toBe(true);
    expect(directory.upsert([bank(2, 'two'), bank(1, 'one'), bank(2, 'two')])).toBe(1);
    expect(directory.participant('BANK')).toMatchObject({ name: 'two', railDomains: [] });
    expect(directory.upsert([bank(3, 'three')])).toBe(1);
    expect(directory.participant('BANK')?.name).toBe('three');
    expect(directory.versionOf('participant', 'BANK')).toBe(3);
  });

  it('does not take an entry of a wrong form', () => {
    const directory = new Directory();
    expect(() => directory.upsert([{ ...bank(1, 'one'), body: { name: 1 } }])).toThrow();
    expect(directory.participant('BANK')).toBeUndefined();
  });
});
