import { CALL_KINDS, type Direction, type PartnerHealthReport } from '@tonle/contracts';
import {
  closureOf,
  opensAtMs,
  queueOf,
  refusesWhenDown,
  throttlesOf,
  type Closure,
  type Corridor,
  type Side,
} from '@tonle/directory';
import { figuresOf, type DirectionHealth } from '@tonle/door';
import type { DirectionStatus, PublicCorridorStatus } from './corridor-status.schema.js';

/** How a network answered means something from so many calls on. */
const CALLS_MIN = 20;

/** How both directions of a corridor stand. Pure. */
export function showStatus(
  corridor: Corridor,
  atMs: number,
  healthOf: (direction: Direction) => DirectionHealth,
  reports: readonly PartnerHealthReport[],
): PublicCorridorStatus {
  const of = (direction: Direction) => statusOf(corridor, direction, atMs, healthOf(direction));
  return {
    corridor: corridor.corridorId,
    outbound: of('outbound'),
    inbound: of('inbound'),
    answers: [corridor.home, corridor.partner].flatMap((side) => showAnswers(side, reports)),
  };
}

function showAnswers(
  { networkId, participant: network }: Side,
  reports: readonly PartnerHealthReport[],
): PublicCorridorStatus['answers'] {
  return CALL_KINDS.flatMap((call) => {
    const { calls, answeredShare = 0, ...took } = figuresOf(reports, networkId, call);
    return calls < CALLS_MIN
      ? []
      : [{ network, call, answeredShare: Math.round(answeredShare * 1_000) / 1_000, ...took }];
  });
}

/** What is stopped comes before what is slow, and what people did before what was measured. Pure. */
function statusOf(
  corridor: Corridor,
  direction: Direction,
  atMs: number,
  health: DirectionHealth,
): DirectionStatus {
  const closure = closureOf(corridor, direction, atMs, 'offer');
  if (closure !== undefined) return closedStatus(closure, corridor, atMs);
  const { corridorId } = corridor;
  const [throttle] = throttlesOf(corridor, direction, atMs);
  if (health.kind !== 'up') return unwellStatus(health, corridor, direction);
  if (throttle !== undefined)
    return {
      status: 'degraded',
      taking: true,
      by: 'operator',
      since: throttle.since,
      ...(throttle.until !== undefined && { expectedUntil: throttle.until }),
      words: `Corridor ${corridorId} takes fewer ${direction} payments for now${throttle.notice === undefined ? '.' : `: ${throttle.notice}`}`,
    };
  return {
    status: 'open',
    taking: true,
    words: `Corridor ${corridorId} takes ${direction} payments.`,
  };
}

/** Without the inside of operations: who does not answer, and what becomes of payments. */
function unwellStatus(
  health: Exclude<DirectionHealth, { kind: 'up' }>,
  corridor: Corridor,
  direction: Direction,
): DirectionStatus {
  const { kind, network, sinceMs } = health;
  const { corridorId } = corridor;
  const queue = direction === 'outbound' ? queueOf(corridor) : undefined;
  const refuses = kind === 'down' && refusesWhenDown(corridor, queue !== undefined);
  const words = {
    lookups_down: 'does not answer questions about payees; payments are taken.',
    down: refuses
      ? 'does not answer; no payments are taken until it does.'
      : queue === undefined
        ? 'does not answer; payments are taken, and fail when it is not back in time.'
        : `does not answer; payments wait for it, ${queue.seconds} s at most, and are debited only then.`,
    recovering: refusesWhenDown(corridor, false)
      ? 'answers again; payments are taken by and by.'
      : 'answers again, lately.',
  }[kind];
  return {
    status: 'degraded',
    taking: !refuses,
    by: 'health',
    since: instantOf(sinceMs),
    ...(kind === 'recovering' && { expectedUntil: instantOf(health.fullAtMs) }),
    words: `Corridor ${corridorId}: ${network.name} ${words}`,
  };
}

function closedStatus(
  { status, by, detail, sinceMs, untilMs }: Closure,
  { home, partner }: Corridor,
  atMs: number,
): DirectionStatus {
  const endMs = by === 'hours' ? opensAtMs([home, partner], atMs) : untilMs;
  return {
    status,
    taking: false,
    by,
    ...(sinceMs !== undefined && { since: instantOf(sinceMs) }),
    ...(endMs !== undefined && { expectedUntil: instantOf(endMs) }),
    words: detail,
  };
}

function instantOf(epochMs: number): string {
  return new Date(epochMs).toISOString();
}
