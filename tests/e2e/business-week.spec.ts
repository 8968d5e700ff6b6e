// A business week of finance: payments, nets, settlement banks of which one pays short and one late, a holiday, somebody who does not
// pay, a finalisation that is wrong and then right, daily closes and reports.
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { adjustForWeek, holidayOf, playWeek, wantingOf, weekFrom, type PlayedWeek } from '@tonle/tool-week';
import { TestInstallation } from '../world/installation.js';

jest.setTimeout(900_000);

const WEEK = weekFrom(Date.now());
const PAYING = WEEK.filter(({ isPaying }) => isPaying);
const HOLIDAY = holidayOf(WEEK);

let world: TestInstallation;
let played: PlayedWeek;

beforeAll(async () => {
  world = await TestInstallation.start('single', {}, undefined, (directory) =>
    adjustForWeek(directory, WEEK),
  );
  played = await playWeek(world.running, WEEK, () => undefined);
});
afterAll(() => world?.stop());

it('ends with nothing that nobody can explain', () => {
  expect(wantingOf(played)).toEqual([]);
});

it('settles every window of every day', () => {
  const open = played.windows.filter(({ state }) => state !== 'SETTLED');
  expect(open).toEqual([]);
  expect(new Set(played.windows.map(({ day }) => day))).toEqual(new Set(PAYING.map(({ day }) => day)));
});

it('pays nothing on a holiday of one of the countries', () => {
  const before = WEEK[WEEK.findIndex(({ day }) => day === HOLIDAY.day) - 1]!.day;
  const dong = played.windows.find(({ day, currency }) => day === before && currency === 'VND');
  expect(dong?.payments).toBeGreaterThan(0);
  expect(dong!.valueDate! > HOLIDAY.day).toBe(true);
});

it('has taken one out of a net, whose claims are all that is left on positions', () => {
  expect(played.defaults).toHaveLength(1);
  const [{ windowId, removed, claims }] = played.defaults as [PlayedWeek['defaults'][number]];
  const window = played.windows.find((each) => each.windowId === windowId);
  expect(window).toMatchObject({ state: 'SETTLED', participantsRemoved: [removed] });
  expect(Object.keys(played.positions)).toHaveLength(claims.length + 1);
});

it('refuses a wrong finalisation by what differs, and takes the right one', () => {
  expect(played.finalisations).toEqual([
    expect.objectContaining({ refusedFor: expect.stringContaining('minor units, we instructed') }),
  ]);
});

it('closes each day, with reports that are the same when they are run again', () => {
  expect(played.closed.map(({ day }) => day)).toEqual(expect.arrayContaining(PAYING.map(({ day }) => day)));
  expect(played.again).toEqual(played.reports);
});
