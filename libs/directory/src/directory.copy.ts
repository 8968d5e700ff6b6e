import type { DirectoryEntry } from '@tonle/contracts';
import {
  calendarBody,
  corridorBody,
  participantBody,
  type CalendarBody,
  type CorridorBody,
  type ParticipantBody,
} from './directory.js';

/**
 * A service's own copy of the directory (decisions 8): entries by kind, id and version, the newest wins,
 * whatever their order of arrival. Fed from the directory topic and from routing's answer; pure.
 */
export class Directory {
  readonly #versions = new Map<string, number>();
  readonly #participants = new Map<string, ParticipantBody>();
  readonly #corridors = new Map<string, CorridorBody>();
  readonly #calendars = new Map<string, CalendarBody>();

  /** Takes what is newer than what is known; says how many were. Throws ZodError for a body of a wrong form. */
  upsert(entries: readonly DirectoryEntry[]): number {
    let taken = 0;
    for (const entry of entries) {
      const key = `${entry.kind}:${entry.id}`;
      if ((this.#versions.get(key) ?? -1) >= entry.version) continue;
      this.#take(entry);
      this.#versions.set(key, entry.version);
      taken += 1;
    }
    return taken;
  }

  #take(entry: DirectoryEntry): void {
    switch (entry.kind) {
      case 'participant':
        this.#participants.set(entry.id, participantBody.parse(entry.body));
        return;
      case 'corridor':
        this.#corridors.set(entry.id, corridorBody.parse(entry.body));
        return;
      case 'calendar':
        this.#calendars.set(entry.id, calendarBody.parse(entry.body));
        return;
      case 'account':
      case 'limit':
      // Kept by their owner; nobody asks a copy for them.
    }
  }

  /** Nothing has arrived yet: whoever asks must be told "later", not "no". */
  get isEmpty(): boolean {
    return this.#versions.size === 0;
  }

  participant(id: string): ParticipantBody | undefined {
    return this.#participants.get(id);
  }

  corridor(id: string): CorridorBody | undefined {
    return this.#corridors.get(id);
  }

  calendar(id: string): CalendarBody | undefined {
    return this.#calendars.get(id);
  }

  participants(): readonly ParticipantBody[] {
    return [...this.#participants.values()];
  }

  corridors(): readonly CorridorBody[] {
    return [...this.#corridors.values()];
  }

  calendars(): readonly CalendarBody[] {
    return [...this.#calendars.values()];
  }

  /** The version of an entry as it is known here; undefined when unknown. */
  versionOf(kind: DirectoryEntry['kind'], id: string): number | undefined {
    return this.#versions.get(`${kind}:${id}`);
  }
}

/** Which way a pair of currencies runs in a corridor; undefined when the corridor does not serve it. */
export function directionOf(
  corridor: CorridorBody,
  sourceCurrency: string,
  targetCurrency: string,
): 'outbound' | 'inbound' | undefined {
  const { home, partner } = corridor;
  if (home.currencies.includes(sourceCurrency) && partner.currencies.includes(targetCurrency))
    return 'outbound';
  if (partner.currencies.includes(sourceCurrency) && home.currencies.includes(targetCurrency))
    return 'inbound';
  return undefined;
}
