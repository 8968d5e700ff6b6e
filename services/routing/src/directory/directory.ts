import {
  calendarBody,
  corridorBody,
  participantBody,
  type CalendarBody,
  type CorridorBody,
  type ParticipantBody,
} from '@tonle/directory';
import { type Direction, type DirectoryEntry } from '@tonle/contracts';

/** One state of the directory: participants, corridors and calendars at their newest versions. Immutable. */
export class Directory {
  readonly #participants = new Map<string, ParticipantBody>();
  readonly #corridors = new Map<string, CorridorBody>();
  readonly #calendars = new Map<string, CalendarBody>();

  /** `sequence`: the last change it knows; payments keep it (decisions 8). */
  constructor(
    readonly entries: readonly DirectoryEntry[],
    readonly sequence: bigint,
  ) {
    for (const { kind, id, body } of entries) {
      if (kind === 'participant') this.#participants.set(id, participantBody.parse(body));
      if (kind === 'corridor') this.#corridors.set(id, corridorBody.parse(body));
      if (kind === 'calendar') this.#calendars.set(id, calendarBody.parse(body));
    }
  }

  participant(id: string): ParticipantBody | undefined {
    return this.#participants.get(id);
  }

  participants(): readonly ParticipantBody[] {
    return [...this.#participants.values()];
  }

  corridor(id: string): CorridorBody | undefined {
    return this.#corridors.get(id);
  }

  corridors(): readonly CorridorBody[] {
    return [...this.#corridors.values()];
  }

  /** A calendar that a corridor names. Throws when the directory is broken. */
  calendar(id: string): CalendarBody {
    const found = this.#calendars.get(id);
    if (found === undefined) throw new Error(`the directory has no calendar ${id}`);
    return found;
  }

  /** Net debit cap in minor units; none granted is zero. */
  capMinor(participant: string, currency: string): bigint {
    return BigInt(this.#participants.get(participant)?.caps[currency] ?? '0');
  }
}

/** Where a payment comes from and goes to, by its direction. */
export function sidesOf(corridor: CorridorBody, direction: Direction) {
  return direction === 'outbound'
    ? { source: corridor.home, target: corridor.partner }
    : { source: corridor.partner, target: corridor.home };
}
