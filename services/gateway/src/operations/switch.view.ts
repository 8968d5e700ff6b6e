import type { routingCalls } from '@tonle/contracts';
import { closureOf, pauseOf, throttlesOf, type Corridor, type ParticipantBody } from '@tonle/directory';
import type { z } from 'zod';
import type { DirectionStatus } from '../directory/corridor-status.schema.js';
import type { PublicSwitches } from './switch.schema.js';

type UnderWay = z.infer<typeof routingCalls.underWay.response>['underWay'];
type Direction = UnderWay[number]['direction'];
type ShownDirection = PublicSwitches['corridors'][number];

/** A direction of a corridor as operators see it: with who set it so, why, and what has not ended. Pure. */
export function showDirection(
  corridor: Corridor,
  direction: Direction,
  status: DirectionStatus,
  underWay: UnderWay,
  atMs: number,
): ShownDirection {
  const { corridorId } = corridor;
  const hold = closureOf(corridor, direction, atMs, 'offer')?.hold;
  const [throttle] = throttlesOf(corridor, direction, atMs);
  const set = hold ?? (status.by === 'operator' && status.status === 'degraded' ? throttle : undefined);
  const waiting = underWay.find((each) => each.corridor === corridorId && each.direction === direction);
  return {
    corridor: corridorId,
    direction,
    ...status,
    ...(set !== undefined && { on: set.on, setBy: set.by, reason: set.reason }),
    underWay: waiting?.payments ?? 0,
  };
}

/** Participants that do not take part in everything now. Pure. */
export function showParticipants(
  participants: readonly ParticipantBody[],
  atMs: number,
): PublicSwitches['participants'] {
  return participants.flatMap((body) => {
    const { participantId: participant, pause } = body;
    const held = (['send', 'receive'] as const).flatMap((role) => pauseOf(body, role, atMs, 'payment') ?? []);
    const [first] = held;
    if (first === undefined) return [];
    const { detail: words, untilMs } = first;
    return [
      {
        participant,
        words,
        ...(pause !== undefined && { since: pause.since, setBy: pause.by, reason: pause.reason }),
        ...(untilMs !== undefined && { expectedUntil: new Date(untilMs).toISOString() }),
      },
    ];
  });
}
