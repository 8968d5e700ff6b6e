import type { Direction } from '@tonle/contracts';
import type { CalendarBody, CorridorBody, NetworkBody, ParticipantBody } from './entry.schema.js';

/** A network as a side of a corridor, with its calendar. */
export interface Side extends Omit<NetworkBody, 'calendar'> {
  readonly calendar: CalendarBody;
  /** Its participant, as far as the directory has it. */
  readonly stands?: ParticipantBody;
}

/** A corridor with the two networks that it joins. */
export interface Corridor extends Omit<CorridorBody, 'home' | 'partner'> {
  readonly home: Side;
  readonly partner: Side;
}

/** An account as its network writes it: whoever compares accounts compares these. Blanks at the ends never count. */
export function spelled(account: string, { accounts }: Pick<Side, 'accounts'>): string {
  const { letterCase = 'kept', leftOut = '' } = accounts.spelling ?? {};
  const bare = [...account.normalize('NFC').trim()].filter((each) => !leftOut.includes(each)).join('');
  if (letterCase === 'kept') return bare;
  return letterCase === 'lower' ? bare.toLowerCase() : bare.toUpperCase();
}

/**
 * Which way a pair of currencies runs in a corridor; undefined when the corridor does not serve it that way. Where both ways
 * are possible, as in one currency, only `told` says which.
 */
export function directionOf(
  { home, partner }: Corridor,
  sourceCurrency: string,
  targetCurrency: string,
  told?: Direction,
): Direction | undefined {
  const runs = (from: Side, to: Side) =>
    from.currencies.includes(sourceCurrency) && to.currencies.includes(targetCurrency);
  const ways = (['outbound', 'inbound'] as const).filter((way) =>
    way === 'outbound' ? runs(home, partner) : runs(partner, home),
  );
  if (told !== undefined) return ways.includes(told) ? told : undefined;
  return ways.length === 1 ? ways[0] : undefined;
}

/** Where a payment comes from and goes to, by its direction. */
export function sidesOf({ home, partner }: Corridor, direction: Direction): { source: Side; target: Side } {
  return direction === 'outbound' ? { source: home, target: partner } : { source: partner, target: home };
}

/** The side of a corridor that an adapter speaks for; undefined when it is none of its corridors. */
export function sideOf({ home, partner }: Corridor, adapter: string): Side | undefined {
  return [home, partner].find((side) => side.adapter === adapter);
}
