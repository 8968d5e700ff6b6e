import type { Direction } from '@tonle/contracts';
import type { CorridorBody } from './entry.schema.js';

/** Which way a pair of currencies runs in a corridor; undefined when the corridor does not serve it. */
export function directionOf(
  corridor: CorridorBody,
  sourceCurrency: string,
  targetCurrency: string,
): Direction | undefined {
  const { home, partner } = corridor;
  if (home.currencies.includes(sourceCurrency) && partner.currencies.includes(targetCurrency))
    return 'outbound';
  if (partner.currencies.includes(sourceCurrency) && home.currencies.includes(targetCurrency))
    return 'inbound';
  return undefined;
}

/** Where a payment comes from and goes to, by its direction. */
export function sidesOf({ home, partner }: CorridorBody, direction: Direction) {
  return direction === 'outbound' ? { source: home, target: partner } : { source: partner, target: home };
}
