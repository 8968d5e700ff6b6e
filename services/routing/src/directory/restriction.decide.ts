import { isOver, type DirectionSwitches } from '@tonle/directory';

/** What keeps payments out, for now: a hold and a throttle stand beside each other. */
export type Restriction = Pick<DirectionSwitches, 'hold' | 'throttle'>;

// The higher, the less is taken.
const HELD = { none: 0, drain: 1, pause: 2 } as const;

/**
 * Is more taken under `after` than under `before`, now or at any time to come? What ends earlier lets more through than what goes on.
 * Between the ends nothing changes, so that only they are looked at. Pure.
 */
export function letsMoreThrough(before: Restriction, after: Restriction, nowMs: number): boolean {
  const ends = [before, after].flatMap(({ hold, throttle }) =>
    [hold?.until, throttle?.until].flatMap((until) => (until === undefined ? [] : [Date.parse(until)])),
  );
  return [nowMs, ...ends.filter((endMs) => endMs > nowMs)].some(
    (atMs) => heldAt(after, atMs) < heldAt(before, atMs) || rateAt(after, atMs) > rateAt(before, atMs),
  );
}

function heldAt({ hold }: Restriction, atMs: number): number {
  return HELD[hold === undefined || isOver(hold.until, atMs) ? 'none' : hold.kind];
}

/** New payments a second; what is held takes none, so that a throttle under it lets nothing through. */
function rateAt(restriction: Restriction, atMs: number): number {
  const { throttle } = restriction;
  if (heldAt(restriction, atMs) === HELD.pause) return 0;
  return throttle === undefined || isOver(throttle.until, atMs) ? Infinity : throttle.perSecond;
}
