import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import type { DirectoryEntry } from '@tonle/contracts';
import { Directory } from '@tonle/directory';
import { justPastMidnight, reconciliationTargets } from './reconciliation-targets.js';

const read = (file: string) =>
  (
    JSON.parse(readFileSync(new URL(`../../../../${file}`, import.meta.url), 'utf8')) as {
      entries: DirectoryEntry[];
    }
  ).entries;
const CORRIDORS = ['KH-TH', 'KH-LG'];
const ENTRIES = [
  ...read('deploy/sandbox/directory.json'),
  ...read('docs/examples/lagoon/directory.json'),
].filter(({ kind, id }) => kind !== 'corridor' || CORRIDORS.includes(id));
const ended = (...names: string[]) =>
  ENTRIES.filter(({ kind, id }) => names.includes(`${kind}:${id}`)).map((entry) => ({
    ...entry,
    version: entry.version + 1,
    ended: true,
  }));
const namesOf = (directory: Directory) =>
  reconciliationTargets(directory).map(({ partner, currency }) => `${partner} ${currency}`);

describe(reconciliationTargets, () => {
  it('has each network and currency once, with what finds a payment there', () => {
    const targets = reconciliationTargets(new Directory(ENTRIES));
    expect(targets).toMatchObject([
      {
        partner: 'BAKONG',
        currency: 'KHR',
        side: 'home',
        strongKey: 'partnerRef',
        corridors: ['KH-LG', 'KH-TH'],
      },
      { partner: 'BAKONG', currency: 'USD', adapter: 'adapter-bakong' },
      { partner: 'LGSWITCH', currency: 'FJD', side: 'partner', strongKey: 'uetr', corridors: ['KH-LG'] },
      { partner: 'THSWITCH', currency: 'THB', adapter: 'adapter-thailand', corridors: ['KH-TH'] },
    ]);
  });

  it('keeps a network while it is in service, also when its corridor has ended', () => {
    const directory = new Directory([...ENTRIES, ...ended('corridor:KH-LG')]);
    expect(namesOf(directory)).toContain('LGSWITCH FJD');
    directory.take(ended('network:lagoon'));
    expect(namesOf(directory)).toEqual(['BAKONG KHR', 'BAKONG USD', 'THSWITCH THB']);
  });
});

describe(justPastMidnight, () => {
  it('meets each network once a day, in the first hour of its own', () => {
    const targets = reconciliationTargets(new Directory(ENTRIES));
    const met = Array.from({ length: 24 }, (_, hour) =>
      justPastMidnight(targets, Date.UTC(2026, 10, 20, hour, 30)).map(({ partner }) => `${hour} ${partner}`),
    );
    // Lagoon is at UTC+12, the others at UTC+7.
    expect(met.flat()).toEqual(['12 LGSWITCH', '17 BAKONG', '17 BAKONG', '17 THSWITCH']);
  });
});
