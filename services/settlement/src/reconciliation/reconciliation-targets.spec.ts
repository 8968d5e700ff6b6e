import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import type { DirectoryEntry } from '@tonle/contracts';
import { Directory } from '@tonle/directory';
import { dueDays, lastDueDay, reconciliationTargets } from './reconciliation-targets.js';

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
      { partner: 'LGSWITCH', currency: 'VUV', side: 'partner', strongKey: 'uetr', corridors: ['KH-LG'] },
      { partner: 'THSWITCH', currency: 'THB', adapter: 'adapter-thailand', corridors: ['KH-TH'] },
    ]);
  });

  it('leaves out a network that gives no statements', () => {
    const silent = ENTRIES.filter(({ id }) => id === 'thailand').map((entry) => ({
      ...entry,
      version: entry.version + 1,
      body: { ...(entry.body as object), statements: false },
    }));
    expect(namesOf(new Directory([...ENTRIES, ...silent]))).not.toContain('THSWITCH THB');
  });

  it('keeps a network while it is in service, also when its corridor has ended', () => {
    const directory = new Directory([...ENTRIES, ...ended('corridor:KH-LG')]);
    expect(namesOf(directory)).toContain('LGSWITCH VUV');
    directory.take(ended('network:lagoon'));
    expect(namesOf(directory)).toEqual(['BAKONG KHR', 'BAKONG USD', 'THSWITCH THB']);
  });
});

/** A network whose clock is ahead of UTC by so many hours. */
const networkAt = (hours: number, statementDue?: { daysAfter: number; at: string }) => ({
  calendar: { calendarId: 'C', version: 1, utcOffsetMinutes: hours * 60, cutOff: '23:00', holidays: [] },
  ...(statementDue !== undefined && { statementDue }),
});
const at = (instant: string) => Date.parse(instant);

describe(lastDueDay, () => {
  it.each([
    ['before midnight', networkAt(7), '2026-11-28T16:59:59Z', '2026-11-27'],
    ['at midnight', networkAt(7), '2026-11-28T17:00:00Z', '2026-11-28'],
    ['at midnight further east', networkAt(8), '2026-11-28T16:00:00Z', '2026-11-28'],
    ['before eight', networkAt(8, { daysAfter: 1, at: '08:00' }), '2026-11-28T23:59:59Z', '2026-11-27'],
    ['at eight', networkAt(8, { daysAfter: 1, at: '08:00' }), '2026-11-29T00:00:00Z', '2026-11-28'],
    ['two days later', networkAt(8, { daysAfter: 2, at: '08:00' }), '2027-01-01T00:00:00Z', '2026-12-30'],
    ['west of UTC', networkAt(-5), '2026-12-01T04:59:59Z', '2026-11-29'],
  ])('is the newest day whose statement is to be had: %s', (_, network, now, day) => {
    expect(lastDueDay(network, at(now))).toBe(day);
  });
});

describe(dueDays, () => {
  const network = networkAt(7);
  const now = at('2027-01-02T00:00:00Z');

  it.each([
    ['never asked: the last alone', undefined, ['2027-01-01']],
    ['asked for the last', '2027-01-01', []],
    ['asked for a later one by a clock that was ahead', '2027-01-05', []],
    ['asked for the one before', '2026-12-31', ['2027-01-01']],
    ['nothing ran for three days', '2026-12-29', ['2026-12-30', '2026-12-31', '2027-01-01']],
  ])('are those that nobody has asked for: %s', (_, asked, days) => {
    expect(dueDays(network, asked, now)).toEqual(days);
  });

  it('are the newest seven when nothing ran for long', () => {
    expect(dueDays(network, '2026-11-01', now)).toEqual([
      '2026-12-26',
      '2026-12-27',
      '2026-12-28',
      '2026-12-29',
      '2026-12-30',
      '2026-12-31',
      '2027-01-01',
    ]);
  });
});
