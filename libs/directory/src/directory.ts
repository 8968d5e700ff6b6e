import type { DirectoryEntry } from '@tonle/contracts';
import { TryLater } from '@tonle/messaging';
import { registerKey, type RegisteredKey } from '@tonle/security';
import {
  calendarBody,
  corridorBody,
  participantBody,
  type CalendarBody,
  type CorridorBody,
  type ParticipantBody,
} from './entry.schema.js';

/** A key that signs for a participant, ready to verify with. */
export interface KeyHolder {
  readonly participant: ParticipantBody;
  readonly key: RegisteredKey;
}

/** What came of entries that were offered. */
export interface Taken {
  /** Those that were newer than what was known. */
  readonly taken: readonly DirectoryEntry[];
  /** Those that cannot be read; the version that was known before goes on. */
  readonly unreadable: readonly { readonly entry: DirectoryEntry; readonly error: unknown }[];
}

type Read =
  | { readonly kind: 'participant'; readonly body: ParticipantBody; readonly keys: readonly NamedKey[] }
  | { readonly kind: 'corridor'; readonly body: CorridorBody }
  | { readonly kind: 'calendar'; readonly body: CalendarBody };

interface NamedKey {
  readonly keyId: string;
  readonly key: RegisteredKey;
}

interface Known {
  readonly entry: DirectoryEntry;
  readonly read: Read;
}

/**
 * Participants, corridors and calendars at their newest versions, whatever the order in which these came (decisions 8).
 * Pure: no clock, no table. Routing makes one of each state of its table; elsewhere one is filled by the DirectoryFeed.
 */
export class Directory {
  private readonly known = new Map<string, Known>();
  private index: Index;
  private whole: boolean;

  /**
   * `sequence`: the last change that these entries know; payments keep it. Throws ZodError or RangeError for an entry
   * that cannot be read.
   */
  constructor(
    entries: readonly DirectoryEntry[] = [],
    readonly sequence = 0n,
  ) {
    const [first] = this.store(entries).unreadable;
    if (first !== undefined) throw first.error;
    this.index = indexOf(this.known.values());
    this.whole = entries.length > 0;
  }

  /** Takes in what is newer than what is known; all of it is seen at once. */
  take(entries: readonly DirectoryEntry[]): Taken {
    const result = this.store(entries);
    if (result.taken.length > 0) this.index = indexOf(this.known.values());
    return result;
  }

  /** Takes in all that there is. None at all is no directory: whoever masters it has not got one yet. */
  takeWhole(entries: readonly DirectoryEntry[]): Taken {
    const result = this.take(entries);
    this.whole ||= entries.length > 0;
    return result;
  }

  /** Until all has arrived once, who is not found is told "later", not "no". */
  get isWhole(): boolean {
    return this.whole;
  }

  /** Throws TryLater until all has arrived once. */
  assertWhole(): void {
    if (!this.whole) throw new TryLater('the directory is not here yet');
  }

  /** Every entry at its newest version. */
  get entries(): readonly DirectoryEntry[] {
    return [...this.known.values()].map(({ entry }) => entry);
  }

  /** The newest version that is known; undefined for an unknown entry. */
  versionOf(kind: DirectoryEntry['kind'], id: string): number | undefined {
    return this.known.get(`${kind}:${id}`)?.entry.version;
  }

  participant(id: string): ParticipantBody | undefined {
    return this.index.participants.get(id);
  }

  participants(): readonly ParticipantBody[] {
    return [...this.index.participants.values()];
  }

  /** Of 8 characters or 11; 8 mean the head office, XXX. */
  participantByBic(bic: string): ParticipantBody | undefined {
    return this.index.byBic.get(longBic(bic));
  }

  /** The bank whose home rail ids end in `@domain`. */
  participantOfRailDomain(domain: string): ParticipantBody | undefined {
    return this.index.byRailDomain.get(domain);
  }

  /** Who signs with a key; several keys of a participant overlap while they rotate. */
  keyHolder(keyId: string): KeyHolder | undefined {
    return this.index.keys.get(keyId);
  }

  corridor(id: string): CorridorBody | undefined {
    return this.index.corridors.get(id);
  }

  /** Ordered by id. */
  corridors(): readonly CorridorBody[] {
    return [...this.index.corridors.values()];
  }

  /** The corridors that an adapter serves a side of, ordered by id. */
  corridorsOfAdapter(service: string): readonly CorridorBody[] {
    return this.index.byAdapter.get(service) ?? [];
  }

  /** The corridor whose far side is in this country; the first by id when there are several. */
  corridorTo(country: string): CorridorBody | undefined {
    return this.corridors().find((corridor) => corridor.partner.country === country);
  }

  calendar(id: string): CalendarBody | undefined {
    return this.index.calendars.get(id);
  }

  /** Net debit cap in minor units; none granted is zero. */
  capMinor(participant: string, currency: string): bigint {
    return BigInt(this.participant(participant)?.caps[currency] ?? '0');
  }

  private store(entries: readonly DirectoryEntry[]): Taken {
    const taken: DirectoryEntry[] = [];
    const unreadable: { entry: DirectoryEntry; error: unknown }[] = [];
    for (const entry of entries) {
      if ((this.versionOf(entry.kind, entry.id) ?? 0) >= entry.version) continue;
      try {
        this.known.set(`${entry.kind}:${entry.id}`, { entry, read: readEntry(entry) });
        taken.push(entry);
      } catch (error) {
        unreadable.push({ entry, error });
      }
    }
    return { taken, unreadable };
  }
}

function readEntry({ kind, body }: DirectoryEntry): Read {
  switch (kind) {
    case 'participant': {
      const participant = participantBody.parse(body);
      const keys = participant.keys.map((key) => ({ keyId: key.keyId, key: registerKey(key) }));
      return { kind, body: participant, keys };
    }
    case 'corridor':
      return { kind, body: corridorBody.parse(body) };
    case 'calendar':
      return { kind, body: calendarBody.parse(body) };
  }
}

interface Index {
  readonly participants: Map<string, ParticipantBody>;
  readonly byBic: Map<string, ParticipantBody>;
  readonly byRailDomain: Map<string, ParticipantBody>;
  readonly keys: Map<string, KeyHolder>;
  readonly corridors: Map<string, CorridorBody>;
  readonly byAdapter: Map<string, CorridorBody[]>;
  readonly calendars: Map<string, CalendarBody>;
}

/** Of two that claim the same, the first by id has it: every service finds the same one. */
function indexOf(known: Iterable<Known>): Index {
  const index: Index = {
    participants: new Map(),
    byBic: new Map(),
    byRailDomain: new Map(),
    keys: new Map(),
    corridors: new Map(),
    byAdapter: new Map(),
    calendars: new Map(),
  };
  const ordered = [...known].sort((a, b) => (a.entry.id < b.entry.id ? -1 : 1));
  for (const { entry, read } of ordered) {
    if (read.kind === 'participant') indexParticipant(index, entry.id, read.body, read.keys);
    if (read.kind === 'corridor') indexCorridor(index, entry.id, read.body);
    if (read.kind === 'calendar') index.calendars.set(entry.id, read.body);
  }
  return index;
}

function indexParticipant(
  index: Index,
  id: string,
  participant: ParticipantBody,
  keys: readonly NamedKey[],
): void {
  index.participants.set(id, participant);
  if (participant.bic !== undefined) claim(index.byBic, longBic(participant.bic), participant);
  for (const domain of participant.railDomains) claim(index.byRailDomain, domain, participant);
  for (const { keyId, key } of keys) claim(index.keys, keyId, { participant, key });
}

function indexCorridor(index: Index, id: string, corridor: CorridorBody): void {
  index.corridors.set(id, corridor);
  for (const adapter of new Set([corridor.home.adapter, corridor.partner.adapter]))
    index.byAdapter.set(adapter, [...(index.byAdapter.get(adapter) ?? []), corridor]);
}

function claim<Value>(map: Map<string, Value>, key: string, value: Value): void {
  if (!map.has(key)) map.set(key, value);
}

function longBic(bic: string): string {
  return bic.length === 8 ? `${bic}XXX` : bic;
}
