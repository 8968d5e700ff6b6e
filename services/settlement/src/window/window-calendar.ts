import { cutOffOf, windowOf } from '@tonle/payment';
import type { CalendarBody, Directory } from '@tonle/directory';
import { type WindowRef } from '@tonle/contracts';
import type { OpenWindow } from './window.js';

/** The calendar of a window: that of the network that it clears, ended or not. */
function calendarOf(directory: Directory, partner: string): CalendarBody | undefined {
  const sides = directory.corridorsIncludingEnded().flatMap(({ home, partner: away }) => [home, away]);
  return sides.find(({ participant }) => participant === partner)?.calendar;
}

/** A window named by an event, with its cut-off; undefined while the directory does not know its calendar. */
export function withCutOff(window: WindowRef, directory: Directory): OpenWindow | undefined {
  const calendar = calendarOf(directory, window.partner);
  return calendar === undefined ? undefined : { ...window, cutOffAtMs: cutOffOf(window.day, calendar) };
}

/** Every window that takes completions now: it exists, and closes, even when no payment falls into it. */
export function windowsOfNow(directory: Directory, nowMs: number): OpenWindow[] {
  const sides = directory.corridors().flatMap(({ home, partner }) => [home, partner]);
  return sides.flatMap(({ participant, settlementMode, currencies, calendar }) =>
    currencies.map((currency) => {
      const window = windowOf(nowMs, { partner: participant, currency, settlementMode }, calendar);
      return { ...window, cutOffAtMs: cutOffOf(window.day, calendar) };
    }),
  );
}
