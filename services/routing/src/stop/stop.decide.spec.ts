import { describe, expect, it } from '@jest/globals';
import type { AuditFinding, CorridorStop } from '@tonle/contracts';
import type { Corridor } from '@tonle/directory';
import { corridorsOf, stoppingViolations, unread } from './stop.decide.js';

const finding = (invariant: string, about?: string[]): AuditFinding => ({
  invariant,
  ok: false,
  checked: 1,
  violations: ['a', 'b'],
  ...(about === undefined ? {} : { about }),
});

describe('what stops a corridor', () => {
  it('is what breaks an invariant of money, and is about something', () => {
    expect(
      stoppingViolations([
        finding('I5', ['payment:1', '']),
        finding('I4 a leg is accepted at most once', ['payment:2', 'payment:3']),
        finding('I7', ['payment:4', 'payment:5']),
        finding('I22', ['payment:6']),
        finding('I6'),
        finding('gate', ['payment:7']),
        { ...finding('I1', []), violations: [] },
      ]),
    ).toEqual([
      { invariant: 'I5', about: 'payment:1', what: 'a' },
      { invariant: 'I4', about: 'payment:2', what: 'a' },
      { invariant: 'I4', about: 'payment:3', what: 'b' },
    ]);
  });

  const corridor = (corridorId: string, home: string[], partner: string[]) =>
    ({ corridorId, home: { currencies: home }, partner: { currencies: partner } }) as unknown as Corridor;
  const corridors = [corridor('KH-TH', ['KHR', 'USD'], ['THB']), corridor('KH-VN', ['KHR'], ['VND'])];
  const known = {
    corridorOf: new Map([['p', 'KH-VN']]),
    currenciesOf: new Map([
      ['t', ['THB']],
      ['p', ['KHR']],
    ]),
  };

  it.each([
    ['payment:p', ['KH-VN']],
    ['payment:t', ['KH-TH']],
    ['payment:nowhere', []],
    ['currency:KHR', ['KH-TH', 'KH-VN']],
    ['currency:VND', ['KH-VN']],
    ['currency:EUR', []],
  ])('%s', (about, expected) => {
    expect(corridorsOf({ about }, corridors, known)).toEqual(expected);
  });

  it('is read when each of it is named', () => {
    const stops = ['1', '2'].map((stopId) => ({ stopId }) as CorridorStop);
    expect(unread(stops)).toEqual(stops);
    expect(unread(stops, ['2', '3'])).toEqual([stops[0]]);
    expect(unread(stops, ['1', '2'])).toEqual([]);
  });
});
