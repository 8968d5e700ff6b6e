import { describe, expect, it } from '@jest/globals';
import { emptyPeriod, futureDay, nothingHas, strangeCursor, unknownCurrency } from './filter.decide.js';

describe(emptyPeriod.name, () => {
  const from = '2026-11-28T07:00:00+07:00';

  const NOW = Date.parse('2026-11-28T09:00:00Z');

  it('is one that ends where it begins, whatever the zone', () => {
    expect(emptyPeriod({ from, until: '2026-11-28T00:00:00Z' }, NOW)).toMatchObject({
      errors: [{ path: '/until' }],
    });
    expect(emptyPeriod({ from, until: '2026-11-28T00:00:00.001Z' }, NOW)).toBeUndefined();
    expect(emptyPeriod({ from }, NOW)).toBeUndefined();
  });

  it('is one that has not begun', () => {
    expect(emptyPeriod({ from: '2026-11-28T16:00:00.001+07:00' }, NOW)).toMatchObject({
      errors: [{ path: '/from', message: 'Must not be in the future; it is 2026-11-28T09:00:00.000Z.' }],
    });
    expect(emptyPeriod({ from: '2026-11-28T16:00:00+07:00' }, NOW)).toBeUndefined();
  });
});

describe(futureDay.name, () => {
  const calendar = (utcOffsetMinutes: number, cutOff: string) => ({
    calendar: { ...{ calendarId: 'C', version: 1, holidays: [] }, utcOffsetMinutes, cutOff },
  });
  const networks = [calendar(0, '00:00'), calendar(420, '16:00')];
  const before = Date.parse('2026-11-28T08:59:59Z');

  it('is one that no network has come to, by its own time and cut-off', () => {
    expect(futureDay('2026-11-28', '/day', networks, before)).toBeUndefined();
    expect(futureDay('2026-11-29', '/day', networks, before)).toMatchObject({
      reason: 'schema_invalid',
      errors: [
        { path: '/day', message: 'Must not be in the future; the latest business day is 2026-11-28.' },
      ],
    });
    expect(futureDay('2026-11-29', '/day', networks, before + 1_000)).toBeUndefined();
    expect(futureDay(undefined, '/day', networks, before)).toBeUndefined();
  });
});

describe(nothingHas.name, () => {
  it('names the ids of an empty page, and nothing else', () => {
    expect(nothingHas({ uetr: 'u', messageId: 'm', endToEndId: undefined }, 0)).toMatch(
      /^Nothing has uetr u and messageId m\. /,
    );
    expect(nothingHas({ uetr: 'u' }, 1)).toBeUndefined();
    expect(nothingHas({ uetr: undefined }, 0)).toBeUndefined();
  });
});

it('knows a currency that no corridor ever had', () => {
  expect(unknownCurrency('KHR', '/currency', ['KHR', 'THB'])).toBeUndefined();
  expect(unknownCurrency(undefined, '/currency', ['KHR'])).toBeUndefined();
  expect(unknownCurrency('khr', '/currency', ['KHR', 'THB'])).toMatchObject({
    errors: [{ path: '/currency', message: 'Known currencies: KHR, THB.' }],
  });
});

it('knows a cursor that ended no page: another kind of id, or one that is yet to come', () => {
  const cursor = '019ac000-0000-7000-8000-000000000000';
  const madeMs = Number.parseInt('019ac0000000', 16);
  expect(strangeCursor(undefined, 0)).toBeUndefined();
  expect(strangeCursor(cursor, madeMs)).toBeUndefined();
  expect(strangeCursor(cursor, madeMs - 1)).toMatchObject({ errors: [{ path: '/cursor' }] });
  expect(strangeCursor(cursor.replace('-7', '-4'), madeMs)).toMatchObject({ errors: [{ path: '/cursor' }] });
});
