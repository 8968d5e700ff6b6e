import { cutOffOf, windowOf } from '@tonle/payment';
import type { Corridor, Directory, Side } from '@tonle/directory';
import { type WindowRef } from '@tonle/contracts';

/** A window that a lane counts completions into. */
export interface CountedWindow {
  readonly window: WindowRef;
  readonly cutOffMs: number;
}

/** The window of a side that takes what completes at an instant. */
export function windowOfSide(side: Side, currency: string, atMs: number): CountedWindow {
  const { participant, settlementMode, calendar } = side;
  const window = windowOf(atMs, { partner: participant, currency, settlementMode }, calendar);
  return { window, cutOffMs: cutOffOf(window.day, calendar) };
}

/** The two windows of a completion, home side first (I15). */
export function windowsOf(
  corridor: Corridor,
  currencies: { readonly home: string; readonly partner: string },
  completedAtMs: number,
): readonly [CountedWindow, CountedWindow] {
  return [
    windowOfSide(corridor.home, currencies.home, completedAtMs),
    windowOfSide(corridor.partner, currencies.partner, completedAtMs),
  ];
}

/** Every window that takes completions at an instant, each once; also of ended corridors, whose payments may complete yet. */
export function openWindows(directory: Directory, atMs: number): CountedWindow[] {
  const byId = new Map<string, CountedWindow>();
  for (const { home, partner } of directory.corridorsIncludingEnded()) {
    for (const side of [home, partner]) {
      for (const currency of side.currencies) {
        const counted = windowOfSide(side, currency, atMs);
        byId.set(counted.window.windowId, counted);
      }
    }
  }
  return [...byId.values()];
}
