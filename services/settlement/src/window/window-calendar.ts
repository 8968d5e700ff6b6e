import { cutOffOf, windowOf } from '@tonle/payment';
import { type CorridorBody, type Directory } from '@tonle/directory';
import { type WindowRef } from '@tonle/contracts';
import type { OpenWindow } from './window.js';

/** The calendar of a window: that of the corridor side whose network it clears. */
function calendarOf(directory: Directory, partner: string) {
  for (const { home, partner: away } of directory.corridors()) {
    for (const side of [home, away]) {
      if (side.network === partner) return directory.calendar(side.calendar);
    }
  }
  return undefined;
}

/** A window named by an event, with its cut-off; undefined while the directory does not know its calendar. */
export function withCutOff(window: WindowRef, directory: Directory): OpenWindow | undefined {
  const calendar = calendarOf(directory, window.partner);
  return calendar === undefined ? undefined : { ...window, cutOffAtMs: cutOffOf(window.day, calendar) };
}

/** Every window that takes completions now: it exists, and closes, even when no payment falls into it. */
export function windowsOfNow(directory: Directory, nowMs: number): OpenWindow[] {
  const sides = directory.corridors().flatMap(({ home, partner }: CorridorBody) => [home, partner]);
  return sides.flatMap((side) => {
    const calendar = directory.calendar(side.calendar);
    if (calendar === undefined) return [];
    return side.currencies.map((currency) => {
      const { network, settlementMode } = side;
      const window = windowOf(nowMs, { partner: network, currency, settlementMode }, calendar);
      return { ...window, cutOffAtMs: cutOffOf(window.day, calendar) };
    });
  });
}
