import { refused, type Direction, type Refusal } from '@tonle/contracts';
import type { Corridor } from './corridor.js';
import { hoursOf, isOpen } from './opening-hours.js';
import { endOf, isOver, lastingWords, pauseOf, retryAt, type Begun } from './participant-standing.js';
import type { SwitchHold, Throttle } from './switches.schema.js';

/** Why something may not be begun in a direction of a corridor. */
export interface Closure {
  readonly status: 'closed' | 'paused' | 'draining';
  /** `hours`: its networks are not open at this time. */
  readonly by: 'operator' | 'hours';
  /** For people. */
  readonly detail: string;
  /** Epoch ms, where the directory says it. */
  readonly sinceMs?: number;
  readonly untilMs?: number;
  /** What an operator set, for operators. */
  readonly hold?: SwitchHold & { readonly on: string };
}

/**
 * Why nothing of this kind may be begun in a direction now; undefined when it may. In this order: closed in the directory, a
 * network or who stands for it paused there, what operators have set on the corridor or one of its networks, the hours. Refunds
 * are bound by what the directory says of networks alone; a drain stops offers at once, and payments when the last quote that was
 * given before it has run out. Pure.
 */
export function closureOf(
  corridor: Corridor,
  direction: Direction,
  atMs: number,
  begun: Begun,
): Closure | undefined {
  const closed = begun === 'refund' ? undefined : closedByDirectory(corridor, direction);
  const standing = closed ?? pausedByDirectory(corridor, direction, atMs, begun);
  if (standing !== undefined || begun === 'refund') return standing;
  return heldByOperator(corridor, direction, atMs, begun) ?? shut(corridor, atMs);
}

/** A closure as a refusal that says when to come again, where that is known. */
export function closureRefusal({ detail, untilMs }: Closure, atMs: number): Refusal {
  return { ...refused('corridor_closed', detail), ...retryAt(untilMs, atMs) };
}

/** How many payments may begin in a second, by whom it was set. */
export interface SetThrottle extends Throttle {
  /** What it is on, as one name: `corridor:KH-TH:outbound`. */
  readonly on: string;
}

/** The throttles on a direction of a corridor and of its networks that hold now. Pure. */
export function throttlesOf(corridor: Corridor, direction: Direction, atMs: number): readonly SetThrottle[] {
  return switchesOf(corridor, direction).flatMap(({ on, throttle }) =>
    throttle === undefined || isOver(throttle.until, atMs) ? [] : [{ ...throttle, on }],
  );
}

function closedByDirectory(
  { corridorId, status, note, open }: Corridor,
  direction: Direction,
): Closure | undefined {
  if (open[direction]) return undefined;
  const closed = `Corridor ${corridorId} is closed for ${direction} payments.`;
  const detail = status === 'live' || note === undefined ? closed : `${closed} It is ${status}: ${note}`;
  return { status: 'closed', by: 'operator', detail };
}

function pausedByDirectory(
  { corridorId, home, partner }: Corridor,
  direction: Direction,
  atMs: number,
  begun: Begun,
): Closure | undefined {
  const paused = [home, partner].find(({ state }) => state === 'paused');
  if (paused !== undefined)
    return {
      status: 'closed',
      by: 'operator',
      detail: `Corridor ${corridorId}: ${paused.name} is paused.`,
    };
  const { stands, name } = partner;
  const pause = stands && pauseOf(stands, direction === 'outbound' ? 'receive' : 'send', atMs, begun);
  if (pause === undefined) return undefined;
  const { detail, untilMs } = pause;
  return {
    status: 'paused',
    by: 'operator',
    detail: `Corridor ${corridorId}, ${name}: ${detail}`,
    ...(stands?.pause !== undefined && { sinceMs: Date.parse(stands.pause.since) }),
    ...(untilMs !== undefined && { untilMs }),
  };
}

function heldByOperator(
  corridor: Corridor,
  direction: Direction,
  atMs: number,
  begun: Begun,
): Closure | undefined {
  const { corridorId, timers } = corridor;
  const held = switchesOf(corridor, direction).flatMap(({ on, hold }) =>
    hold === undefined || isOver(hold.until, atMs) ? [] : [{ ...hold, on }],
  );
  const closures = held.map((hold): Closure & { readonly binds: boolean } => {
    const sinceMs = Date.parse(hold.since);
    const drains = hold.kind === 'drain' && atMs < sinceMs + timers.quoteMs;
    const word = drains ? 'being drained' : 'paused';
    return {
      status: drains ? 'draining' : 'paused',
      by: 'operator',
      detail: `Corridor ${corridorId} is ${word} for ${direction} payments${lastingWords(hold)}`,
      sinceMs,
      ...endOf(hold.until),
      hold,
      binds: !drains || begun === 'offer',
    };
  });
  const bound = closures.filter(({ binds }) => binds);
  return bound.find(({ status }) => status === 'paused') ?? bound[0];
}

function shut({ corridorId, home, partner }: Corridor, atMs: number): Closure | undefined {
  const side = [home, partner].find((each) => !isOpen(each, atMs));
  if (side === undefined) return undefined;
  const detail = `Corridor ${corridorId}: ${side.name} accepts payments ${hoursOf(side)}.`;
  return { status: 'closed', by: 'hours', detail };
}

/** What is set on the corridor itself, then on each of its networks. */
function switchesOf({ corridorId, switches, home, partner }: Corridor, direction: Direction) {
  return [
    { on: `corridor:${corridorId}:${direction}`, ...switches?.[direction] },
    ...[home, partner].map((side) => ({
      on: `network:${side.networkId}:${direction}`,
      ...side.switches?.[direction],
    })),
  ];
}
