import { describe, expect, it } from '@jest/globals';
import type { Direction } from '@tonle/contracts';
import type { Corridor } from './corridor.js';
import { closureOf } from './corridor-standing.js';
import { Directory } from './directory.js';
import { calendarEntry, corridorEntry, networkEntry, pairOf } from './directory.testing.js';
import type { CalendarBody, NetworkBody } from './entry.schema.js';
import { bankingDays, knownDaysLeft, opensAtMs, utcOffset } from './opening-hours.js';

const corridorWith = (thai: Partial<NetworkBody>) =>
  new Directory([
    ...pairOf('home', 'thai', thai),
    calendarEntry('TH', { holidays: ['2026-12-10'] }, 2),
  ]).corridor('home-thai')!;
const whyClosed = (corridor: Corridor, direction: Direction, atMs: number) =>
  closureOf(corridor, direction, atMs, 'offer')?.detail;
/** An instant by the clock of Bangkok. */
const at = (local: string) => Date.parse(`${local}:00+07:00`);
const hours = (from: string, to: string, bankingDaysOnly = false) => ({
  openingHours: { from, to, bankingDaysOnly },
});

describe('a corridor takes payments', () => {
  it('always, when nothing says otherwise', () => {
    expect(whyClosed(corridorWith({}), 'outbound', at('2026-12-12T03:00'))).toBeUndefined();
  });

  it('not where it was closed, and the other way still', () => {
    const directory = new Directory(pairOf('home', 'thai'));
    directory.take([
      corridorEntry(
        'home-thai',
        { home: 'home', partner: 'thai', open: { outbound: false, inbound: true } },
        2,
      ),
    ]);
    const corridor = directory.corridor('home-thai')!;
    expect(whyClosed(corridor, 'outbound', 0)).toBe('Corridor home-thai is closed for outbound payments.');
    expect(whyClosed(corridor, 'inbound', 0)).toBeUndefined();
  });

  it('not before it is live, and says why it is not', () => {
    const corridor = new Directory([
      ...pairOf('home', 'thai'),
      corridorEntry(
        'home-thai',
        {
          home: 'home',
          partner: 'thai',
          status: 'planned',
          note: 'Nothing is signed yet.',
          open: { outbound: false, inbound: true },
        },
        2,
      ),
    ]).corridor('home-thai')!;
    expect(whyClosed(corridor, 'outbound', 0)).toBe(
      'Corridor home-thai is closed for outbound payments. It is planned: Nothing is signed yet.',
    );
    expect(whyClosed(corridor, 'inbound', 0)).toBeUndefined();
  });

  it('not while one of its networks is paused', () => {
    expect(whyClosed(corridorWith({ name: 'Thai switch', state: 'paused' }), 'inbound', 0)).toBe(
      'Corridor home-thai: Thai switch is paused.',
    );
    const directory = new Directory(pairOf('home', 'thai'));
    directory.take([networkEntry('home', { state: 'paused' }, 2)]);
    expect(whyClosed(directory.corridor('home-thai')!, 'outbound', 0)).toBe(
      'Corridor home-thai: home is paused.',
    );
  });

  it('within its hours, by the clock of its calendar', () => {
    const corridor = corridorWith(hours('08:00', '20:00'));
    const isOpen = (local: string) => whyClosed(corridor, 'outbound', at(local)) === undefined;
    expect(['07:59', '08:00', '19:59', '20:00'].map((time) => isOpen(`2026-12-09T${time}`))).toEqual([
      false,
      true,
      true,
      false,
    ]);
    expect(whyClosed(corridor, 'outbound', at('2026-12-09T20:00'))).toBe(
      'Corridor home-thai: thai accepts payments from 08:00 to 20:00 (UTC+07:00).',
    );
  });

  it('past midnight, when it closes earlier than it opens', () => {
    const corridor = corridorWith(hours('20:00', '02:00'));
    const isOpen = (local: string) => whyClosed(corridor, 'outbound', at(local)) === undefined;
    expect(['19:59', '20:00', '01:59', '02:00'].map((time) => isOpen(`2026-12-09T${time}`))).toEqual([
      false,
      true,
      true,
      false,
    ]);
  });

  it('on banking days only, where it says so: a night belongs to the day before', () => {
    const isOpen = (local: string, [from, to]: [string, string]) =>
      whyClosed(corridorWith(hours(from, to, true)), 'outbound', at(local)) === undefined;
    // Wednesday, a holiday on Thursday, Friday, Saturday, Sunday.
    const noons = ['09', '10', '11', '12', '13'].map((day) =>
      isOpen(`2026-12-${day}T12:00`, ['08:00', '20:00']),
    );
    expect(noons).toEqual([true, false, true, false, false]);
    const nights = ['10', '11', '12', '13'].map((day) => isOpen(`2026-12-${day}T01:00`, ['20:00', '02:00']));
    expect(nights).toEqual([true, false, true, false]);
  });
});

describe('the holidays of a calendar', () => {
  const left = (now: string, holidaysUntil?: string) =>
    knownDaysLeft(
      { utcOffsetMinutes: 480, ...(holidaysUntil !== undefined && { holidaysUntil }) },
      Date.parse(now),
    );

  it.each([
    ['2027-11-01T00:00:00+08:00', 61],
    ['2027-12-31T23:59:59+08:00', 1],
    ['2028-01-01T00:00:00+08:00', 0],
    ['2029-06-01T00:00:00+08:00', 0],
  ])('are known at %s for %d days', (now, days) => {
    expect(left(now, '2027-12-31')).toBe(days);
  });

  it('may be known for nobody knows how long', () => {
    expect(left('2027-11-01T00:00:00Z')).toBeUndefined();
  });

  it('close a run of days, and the weekend in it', () => {
    const entries = [
      ...pairOf('home', 'thai', hours('09:00', '17:00', true)),
      calendarEntry('TH', { holidays: ['2027-02-05', '2027-02-08', '2027-02-09', '2027-02-10'] }, 2),
    ];
    const corridor = new Directory(entries).corridor('home-thai')!;
    const open = ['04', '05', '06', '07', '08', '09', '10', '11'].filter(
      (day) => whyClosed(corridor, 'outbound', at(`2027-02-${day}T12:00`)) === undefined,
    );
    expect(open).toEqual(['04', '11']);
  });
});

describe('the days of a calendar', () => {
  const calendar = (more: Partial<CalendarBody>): CalendarBody => ({
    calendarId: 'TH',
    version: 1,
    utcOffsetMinutes: 420,
    cutOff: '23:00',
    holidays: ['2026-12-07', '2026-12-10'],
    ...more,
  });

  it.each([
    ['on one', '2026-12-04T12:00', { nextBankingDay: '2026-12-04', nextHoliday: '2026-12-07' }],
    ['over a weekend', '2026-12-05T00:00', { nextBankingDay: '2026-12-08', nextHoliday: '2026-12-07' }],
    ['on a holiday', '2026-12-10T23:59', { nextBankingDay: '2026-12-11', nextHoliday: '2026-12-10' }],
    ['when no holiday is known', '2026-12-11T00:00', { nextBankingDay: '2026-12-11' }],
  ])('say which banking day is next: %s', (_when, local, days) => {
    expect(bankingDays(calendar({}), at(local))).toEqual(days);
  });

  it('are by its own dates', () => {
    const tuesday = Date.parse('2026-12-08T12:00Z');
    const next = (utcOffsetMinutes: number) =>
      bankingDays(calendar({ utcOffsetMinutes }), tuesday).nextBankingDay;
    expect([next(-13 * 60), next(0), next(13 * 60)]).toEqual(['2026-12-08', '2026-12-08', '2026-12-09']);
  });

  it.each([
    [420, '+07:00'],
    [0, '+00:00'],
    [345, '+05:45'],
    [-210, '-03:30'],
  ])('are %d minutes ahead of UTC: %s', (utcOffsetMinutes, text) => {
    expect(utcOffset({ utcOffsetMinutes })).toBe(text);
  });
});

describe(opensAtMs, () => {
  it('is when all are open again', () => {
    const { home, partner } = corridorWith(hours('08:00', '17:00', true));
    // A Thursday that is a holiday, then a Friday.
    expect(opensAtMs([home, partner], at('2026-12-10T09:30'))).toBe(at('2026-12-11T08:00'));
    const { partner: night } = corridorWith(hours('22:00', '02:00'));
    expect(opensAtMs([partner, night], at('2026-12-10T09:30'))).toBeUndefined();
    expect(opensAtMs([night], at('2026-12-10T09:30'))).toBe(at('2026-12-10T22:00'));
  });
});
