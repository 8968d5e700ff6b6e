import { isDeepStrictEqual } from 'node:util';
import type { DirectoryEntry } from '@tonle/contracts';
import { TryLater } from '@tonle/messaging';
import { sideOf, type Corridor, type Side } from './corridor.js';
import {
  indexOf,
  longBic,
  readEntry,
  type DirectoryIndex,
  type KeyHolder,
  type KnownEntry,
} from './directory-index.js';
import type { CalendarBody, ParticipantBody } from './entry.schema.js';

/** What came of entries that were offered. */
export interface TakeResult {
  /** Those that differ from what was known. */
  readonly taken: readonly DirectoryEntry[];
  /** Those that were known, and are no more. */
  readonly dropped: readonly DirectoryEntry[];
  /** Those that cannot be read; the version that was known before goes on. */
  readonly unreadable: readonly { readonly entry: DirectoryEntry; readonly error: unknown }[];
}

/**
 * Participants, networks, corridors and calendars at their newest versions, whatever the order in which these came
 * (decisions 8). Pure: no clock, no table. Routing makes one of each state of its table; elsewhere one is filled by the
 * DirectoryFeed. What has ended is not found, but for `participantIncludingEnded` and `corridorIncludingEnded`: new business asks for
 * what is in service, and what was begun goes on to its end.
 */
export class Directory {
  private readonly known = new Map<string, KnownEntry>();
  private index: DirectoryIndex;
  private loaded: boolean;

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
    this.loaded = entries.length > 0;
  }

  /** Takes in what is newer than what is known; all of it is seen at once. */
  take(entries: readonly DirectoryEntry[]): TakeResult {
    const result = this.store(entries);
    if (result.taken.length > 0) this.index = indexOf(this.known.values());
    return result;
  }

  /** Takes in what is newer of a copy that has all. None at all is no directory: whoever masters it has not got one yet. */
  takeCopy(entries: readonly DirectoryEntry[]): TakeResult {
    const result = this.take(entries);
    this.loaded ||= entries.length > 0;
    return result;
  }

  /**
   * Becomes what the master of the directory says: what it does not name is dropped, and its version and content count,
   * whatever was known. None at all changes nothing: the master has no directory yet.
   */
  become(entries: readonly DirectoryEntry[]): TakeResult {
    if (entries.length === 0) return { taken: [], dropped: [], unreadable: [] };
    const named = new Set(entries.map(keyOf));
    const dropped = this.entries.filter((entry) => !named.has(keyOf(entry)));
    for (const entry of dropped) this.known.delete(keyOf(entry));
    const { taken, unreadable } = this.store(entries, differs);
    if (taken.length + dropped.length > 0) this.index = indexOf(this.known.values());
    this.loaded = true;
    return { taken, dropped, unreadable };
  }

  /** Until all has arrived once, who is not found is told "later", not "no". */
  get isLoaded(): boolean {
    return this.loaded;
  }

  /** Throws TryLater until all has arrived once. */
  assertLoaded(): void {
    if (!this.loaded) throw new TryLater('The directory has not been loaded yet.');
  }

  /** Every entry at its newest version, ended ones too. */
  get entries(): readonly DirectoryEntry[] {
    return [...this.known.values()].map(({ entry }) => entry);
  }

  /** The newest version of an entry, ended or not. */
  entry(kind: DirectoryEntry['kind'], id: string): DirectoryEntry | undefined {
    return this.known.get(keyOf({ kind, id }))?.entry;
  }

  /** One that has ended is none. */
  participant(id: string): ParticipantBody | undefined {
    return this.index.participants.get(id);
  }

  /** For what was begun with a participant before it ended. */
  participantIncludingEnded(id: string): ParticipantBody | undefined {
    return this.index.allParticipants.get(id);
  }

  /** Ordered by id. */
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

  network(id: string): Side | undefined {
    return this.index.networks.get(id);
  }

  /** Ordered by id. */
  networks(): readonly Side[] {
    return [...this.index.networks.values()];
  }

  /** One that has ended is none. */
  corridor(id: string): Corridor | undefined {
    return this.index.corridors.get(id);
  }

  /** For payments that were begun in a corridor before it ended. */
  corridorIncludingEnded(id: string): Corridor | undefined {
    return this.index.allCorridors.get(id);
  }

  /** Ordered by id. */
  corridors(): readonly Corridor[] {
    return [...this.index.corridors.values()];
  }

  /** Ordered by id. */
  corridorsIncludingEnded(): readonly Corridor[] {
    return [...this.index.allCorridors.values()];
  }

  /** Its newest version, also of one that has ended: what was begun by it goes on. */
  calendar(id: string): CalendarBody | undefined {
    const read = this.known.get(keyOf({ kind: 'calendar', id }))?.read;
    return read?.kind === 'calendar' ? read.body : undefined;
  }

  /** The home network of a bank: the first that it is a member of. */
  homeOf({ memberOf }: Pick<ParticipantBody, 'memberOf'>): Side | undefined {
    return memberOf.flatMap((id) => this.network(id) ?? []).find(({ side }) => side === 'home');
  }

  /** The network that an adapter speaks for; the first by id, should there be two. */
  networkOfAdapter(service: string): Side | undefined {
    return this.networks().find(({ adapter }) => adapter === service);
  }

  /** The corridors that an adapter serves a side of, ordered by id. */
  corridorsOfAdapter(service: string): readonly Corridor[] {
    return this.index.byAdapter.get(service) ?? [];
  }

  /** The same with ended ones behind: a network may ask what became of payments that were begun there. */
  corridorsOfAdapterIncludingEnded(service: string): readonly Corridor[] {
    const all = this.corridorsIncludingEnded().filter((corridor) => sideOf(corridor, service) !== undefined);
    return [...new Set([...this.corridorsOfAdapter(service), ...all])];
  }

  /** Ordered by preference, for what several reach: the highest priority first, then by id. */
  corridorsByPreference(): readonly Corridor[] {
    return this.index.preferred;
  }

  /** Those to accounts in a country whose networks know this kind of account, the preferred one first. */
  corridorsOfAccount(country: string, accountKind: string): readonly Corridor[] {
    return this.index.preferred.filter(
      ({ partner }) => partner.countries.includes(country) && partner.accounts.kinds.includes(accountKind),
    );
  }

  /**
   * The corridor to accounts in a country. Of several, the preferred one whose network knows this kind of account, else
   * the preferred one: its network will say what is wrong.
   */
  corridorOfAccount(country: string, accountKind: string): Corridor | undefined {
    const [knowing] = this.corridorsOfAccount(country, accountKind);
    return knowing ?? this.index.preferred.find(({ partner }) => partner.countries.includes(country));
  }

  /** Net debit cap in minor units; none granted is zero. */
  capMinor(participant: string, currency: string): bigint {
    return BigInt(this.participantIncludingEnded(participant)?.caps[currency] ?? '0');
  }

  private store(
    entries: readonly DirectoryEntry[],
    isNews: (entry: DirectoryEntry, known: DirectoryEntry) => boolean = isNewer,
  ): TakeResult {
    const taken: DirectoryEntry[] = [];
    const unreadable: { entry: DirectoryEntry; error: unknown }[] = [];
    for (const entry of entries) {
      const known = this.entry(entry.kind, entry.id);
      if (known !== undefined && !isNews(entry, known)) continue;
      try {
        this.known.set(keyOf(entry), { entry, read: readEntry(entry) });
        taken.push(entry);
      } catch (error) {
        unreadable.push({ entry, error });
      }
    }
    return { taken, dropped: [], unreadable };
  }
}

function keyOf({ kind, id }: Pick<DirectoryEntry, 'kind' | 'id'>): string {
  return `${kind}:${id}`;
}

function isNewer(entry: DirectoryEntry, known: DirectoryEntry): boolean {
  return entry.version > known.version;
}

function differs(entry: DirectoryEntry, known: DirectoryEntry): boolean {
  return !isDeepStrictEqual(entry, known);
}
