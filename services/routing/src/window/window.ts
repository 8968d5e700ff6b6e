import assert from 'node:assert/strict';
import { cutOffOf, windowOf } from '@tonle/payment';
import type { CorridorBody, Directory } from '@tonle/directory';
import { type WindowRef } from '@tonle/contracts';

/** A window that a lane counts completions into. */
export interface CountedWindow {
  readonly window: WindowRef;
  readonly cutOffMs: number;
}

type Side = CorridorBody['home'];

function windowOfSide(side: Side, currency: string, atMs: number, directory: Directory): CountedWindow {
  const calendar = directory.calendar(side.calendar);
  assert(calendar !== undefined, `the directory has no calendar ${side.calendar}`);
  const window = windowOf(
    atMs,
    { partner: side.network, currency, settlementMode: side.settlementMode },
    calendar,
  );
  return { window, cutOffMs: cutOffOf(window.day, calendar) };
}

/** The two windows of a completion, home side first (I15). */
export function windowsOf(
  corridor: CorridorBody,
  currencies: { readonly home: string; readonly partner: string },
  completedAtMs: number,
  directory: Directory,
): readonly [CountedWindow, CountedWindow] {
  return [
    windowOfSide(corridor.home, currencies.home, completedAtMs, directory),
    windowOfSide(corridor.partner, currencies.partner, completedAtMs, directory),
  ];
}

/** Every window that takes completions at an instant, of all corridors; each once. */
export function openWindows(directory: Directory, atMs: number): CountedWindow[] {
  const byId = new Map<string, CountedWindow>();
  for (const { home, partner } of directory.corridors()) {
    for (const side of [home, partner]) {
      for (const currency of side.currencies) {
        const counted = windowOfSide(side, currency, atMs, directory);
        byId.set(counted.window.windowId, counted);
      }
    }
  }
  return [...byId.values()];
}
