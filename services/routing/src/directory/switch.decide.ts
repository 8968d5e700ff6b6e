import type { FieldError, SetSwitch } from '@tonle/contracts';
import type { CorridorBody, DirectionSwitches, NetworkBody, ParticipantBody } from '@tonle/directory';

type Change = Omit<SetSwitch, 'participant'>;
type Switchable = Pick<CorridorBody | NetworkBody, 'switches'>;

/** What a deed cannot mean: an end that has passed, a throttle without a rate, a participant that is drained. Pure. */
export function switchFault(
  { on, switch: deed, until, perSecond }: Pick<SetSwitch, 'on' | 'switch' | 'until' | 'perSecond'>,
  nowMs: number,
): FieldError | undefined {
  const wrong = (path: string, message: string) => ({ path, message });
  if (on === 'participant' && deed !== 'pause' && deed !== 'resume')
    return wrong('/switch', 'A participant is paused or resumed.');
  if (until !== undefined && deed === 'resume') return wrong('/until', 'What is resumed has no end.');
  if (until !== undefined && Date.parse(until) <= nowMs) return wrong('/until', `${until} has passed.`);
  if ((deed === 'throttle') !== (perSecond !== undefined))
    return wrong('/perSecond', 'A throttle says how many payments a second, and nothing else does.');
  return undefined;
}

/** The switches of a corridor or network after a deed; of a throttle the pause beside it stays, and the other way round. Pure. */
export function switched(before: Switchable['switches'], change: Change, nowMs: number) {
  const after = { ...before };
  for (const direction of change.directions) {
    const next = directionAfter(after[direction], change, nowMs);
    if (next === undefined) delete after[direction];
    else after[direction] = next;
  }
  return Object.keys(after).length === 0 ? undefined : after;
}

/** A participant's pause after a deed. Pure. */
export function pauseAfter(change: Change, nowMs: number): ParticipantBody['pause'] {
  return change.switch === 'pause' ? lastingOf(change, nowMs) : undefined;
}

function directionAfter(
  before: DirectionSwitches | undefined,
  change: Change,
  nowMs: number,
): DirectionSwitches | undefined {
  switch (change.switch) {
    case 'resume':
      return undefined;
    case 'throttle':
      return { ...before, throttle: { perSecond: change.perSecond!, ...lastingOf(change, nowMs) } };
    case 'pause':
    case 'drain':
      return { ...before, hold: { kind: change.switch, ...lastingOf(change, nowMs) } };
  }
}

function lastingOf({ until, notice, operator: by, reason }: Change, nowMs: number) {
  return {
    since: new Date(nowMs).toISOString(),
    ...(until !== undefined && { until }),
    ...(notice !== undefined && { notice }),
    by,
    reason,
  };
}
