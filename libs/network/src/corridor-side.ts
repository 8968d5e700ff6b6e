import type { CorridorBody } from '@tonle/directory';

/** The side of a corridor that an adapter speaks for; undefined when it is none of its corridors. */
export function sideOf(corridor: CorridorBody, service: string): CorridorBody['home'] | undefined {
  return [corridor.home, corridor.partner].find(({ adapter }) => adapter === service);
}
