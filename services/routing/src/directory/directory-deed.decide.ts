import {
  corridorBody,
  networkBody,
  participantBody,
  type CorridorBody,
  type DirectionSwitches,
  type ParticipantBody,
} from '@tonle/directory';
import type { DeedAuthor, DirectoryDeed } from './directory-deed.js';
import { letsMoreThrough, type Restriction } from './restriction.decide.js';
import { pauseAfter, switched } from './switch.decide.js';

const DIRECTIONS = ['outbound', 'inbound'] as const;

type Kind = DirectoryDeed['on'];

/** The body of an entry after a deed; undefined: it is so already. Pure. */
export function bodyAfter(
  deed: DirectoryDeed,
  before: unknown,
  by: DeedAuthor,
  nowMs: number,
): object | undefined {
  if (deed.deed === 'door') {
    const body = corridorBody.parse(before);
    const { direction, open } = deed;
    return body.open[direction] === open ? undefined : { ...body, open: { ...body.open, [direction]: open } };
  }
  const change = { ...deed, ...by };
  if (deed.on === 'participant') {
    const body = participantBody.parse(before);
    const pause = pauseAfter(change, nowMs);
    return pause === undefined && body.pause === undefined ? undefined : { ...body, pause };
  }
  const body = deed.on === 'corridor' ? corridorBody.parse(before) : networkBody.parse(before);
  const switches = switched(body.switches, change, nowMs);
  return switches === undefined && body.switches === undefined ? undefined : { ...body, switches };
}

/** Would more be taken after a deed than before it, at any time to come? Then it needs others. Pure. */
export function isOpening(deed: DirectoryDeed, before: unknown, after: unknown, nowMs: number): boolean {
  if (deed.deed === 'door') return deed.open;
  const [was, becomes] = [restrictionsOf(deed.on, before), restrictionsOf(deed.on, after)];
  return becomes.some((each, n) => letsMoreThrough(was[n]!, each, nowMs));
}

/** What the audit log and operators call a deed. Pure. */
export function actionOf(deed: DirectoryDeed): string {
  if (deed.deed === 'door') return `corridor.${deed.open ? 'open' : 'close'}.${deed.direction}`;
  const { on, directions } = deed;
  const to = on === 'participant' || directions.length > 1 ? '' : `.${directions[0]}`;
  return `${on}.${deed.switch}${to}`;
}

/** What of a body a deed is about. Pure. */
export function aboutOf(deed: DirectoryDeed, body: unknown): object {
  if (deed.deed === 'door') return { open: corridorBody.parse(body).open };
  if (deed.on === 'participant') return { pause: participantBody.parse(body).pause ?? null };
  return { switches: (body as Pick<CorridorBody, 'switches'>).switches ?? null };
}

/** What an opening is compared with when it is done: what the deed is about, as it stands. Pure. */
export function standingVersion(deed: DirectoryDeed, body: unknown): object {
  if (deed.deed === 'door') return { open: corridorBody.parse(body).open[deed.direction] };
  if (deed.on === 'participant') return aboutOf(deed, body);
  const { switches = {} } = body as Pick<CorridorBody, 'switches'>;
  return Object.fromEntries(deed.directions.map((way) => [way, switches[way] ?? null]));
}

/** How an entry stands, in words: what whoever approves compares. Pure. */
export function standingFacts(deed: DirectoryDeed, body: unknown): Record<string, string> {
  if (deed.on === 'participant')
    return { participant: wordsOf({ hold: pauseOf(participantBody.parse(body)) }, true) };
  const { switches = {}, open } = body as Pick<CorridorBody, 'switches'> & Partial<CorridorBody>;
  const ways = deed.deed === 'door' ? [deed.direction] : deed.directions;
  return Object.fromEntries(ways.map((way) => [way, wordsOf(switches[way], open?.[way] ?? true)]));
}

function restrictionsOf(on: Kind, body: unknown): Restriction[] {
  if (on === 'participant') return [{ hold: pauseOf(participantBody.parse(body)) }];
  const { switches = {} } = body as Pick<CorridorBody, 'switches'>;
  return DIRECTIONS.map((way) => switches[way] ?? {});
}

const pauseOf = ({ pause }: ParticipantBody): DirectionSwitches['hold'] =>
  pause && { kind: 'pause', ...pause };

const HELD = { pause: 'paused', drain: 'drained' } as const;

function wordsOf({ hold, throttle }: Restriction = {}, isOpen: boolean): string {
  const set = [
    ...(isOpen ? [] : ['closed']),
    ...(hold === undefined ? [] : [`${HELD[hold.kind]}${sinceWords(hold)}`]),
    ...(throttle === undefined
      ? []
      : [`at most ${throttle.perSecond} new payments a second${sinceWords(throttle)}`]),
  ];
  return set.length === 0 ? 'open' : set.join('; ');
}

interface Lasting {
  readonly since: string;
  readonly until?: string;
  readonly by: string;
  readonly reason: string;
}

const sinceWords = ({ since, until, by, reason }: Lasting): string =>
  ` since ${since}${until === undefined ? '' : ` until ${until}`}, by ${by}: ${reason}`;
