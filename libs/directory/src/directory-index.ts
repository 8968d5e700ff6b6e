import type { DirectoryEntry } from '@tonle/contracts';
import { registerKey, type RegisteredKey } from '@tonle/security';
import type { Corridor, Side } from './corridor.js';
import {
  calendarBody,
  corridorBody,
  networkBody,
  participantBody,
  type CalendarBody,
  type CorridorBody,
  type NetworkBody,
  type ParticipantBody,
} from './entry.schema.js';

/** A key that signs for a participant, ready to verify with. */
export interface KeyHolder {
  readonly participant: ParticipantBody;
  readonly key: RegisteredKey;
}

interface NamedKey {
  readonly keyId: string;
  readonly key: RegisteredKey;
}

/** The body of an entry, read. */
export type ReadBody =
  | { readonly kind: 'participant'; readonly body: ParticipantBody; readonly keys: readonly NamedKey[] }
  | { readonly kind: 'network'; readonly body: NetworkBody }
  | { readonly kind: 'corridor'; readonly body: CorridorBody }
  | { readonly kind: 'calendar'; readonly body: CalendarBody };

export interface KnownEntry {
  readonly entry: DirectoryEntry;
  readonly read: ReadBody;
}

/** Throws ZodError for a body of a wrong form, RangeError or the error of OpenSSL for a key that is none. */
export function readEntry({ kind, body }: DirectoryEntry): ReadBody {
  switch (kind) {
    case 'participant': {
      const participant = participantBody.parse(body);
      const keys = participant.keys.map((key) => ({ keyId: key.keyId, key: registerKey(key) }));
      return { kind, body: participant, keys };
    }
    case 'network':
      return { kind, body: networkBody.parse(body) };
    case 'corridor':
      return { kind, body: corridorBody.parse(body) };
    case 'calendar':
      return { kind, body: calendarBody.parse(body) };
  }
}

/** What is found by which name. Maps are ordered by id. */
export interface DirectoryIndex {
  /** Ended ones too. */
  readonly allParticipants: ReadonlyMap<string, ParticipantBody>;
  readonly participants: ReadonlyMap<string, ParticipantBody>;
  readonly byBic: ReadonlyMap<string, ParticipantBody>;
  readonly byRailDomain: ReadonlyMap<string, ParticipantBody>;
  readonly keys: ReadonlyMap<string, KeyHolder>;
  /** Ended ones too. */
  readonly allCorridors: ReadonlyMap<string, Corridor>;
  readonly corridors: ReadonlyMap<string, Corridor>;
  readonly networks: ReadonlyMap<string, Side>;
  readonly byAdapter: ReadonlyMap<string, readonly Corridor[]>;
  /** Those in service, the preferred one first. */
  readonly preferred: readonly Corridor[];
}

/**
 * Of two that claim the same, the first by id has it: every service finds the same one. A corridor whose networks are
 * not all known yet is not there yet.
 */
export function indexOf(known: Iterable<KnownEntry>): DirectoryIndex {
  const ordered = [...known].sort((a, b) => (a.entry.id < b.entry.id ? -1 : 1));
  const participants = participantIndex(ordered);
  return { ...participants, ...corridorIndex(ordered, participants.allParticipants) };
}

function participantIndex(
  ordered: readonly KnownEntry[],
): Pick<DirectoryIndex, 'allParticipants' | 'participants' | 'byBic' | 'byRailDomain' | 'keys'> {
  const allParticipants = new Map<string, ParticipantBody>();
  const participants = new Map<string, ParticipantBody>();
  const byBic = new Map<string, ParticipantBody>();
  const byRailDomain = new Map<string, ParticipantBody>();
  const keys = new Map<string, KeyHolder>();
  for (const { entry, read } of ordered) {
    if (read.kind !== 'participant') continue;
    const participant = read.body;
    allParticipants.set(entry.id, participant);
    if (entry.ended === true) continue;
    participants.set(entry.id, participant);
    if (participant.bic !== undefined) claim(byBic, longBic(participant.bic), participant);
    for (const domain of participant.railDomains) claim(byRailDomain, domain, participant);
    for (const { keyId, key } of read.keys) claim(keys, keyId, { participant, key });
  }
  return { allParticipants, participants, byBic, byRailDomain, keys };
}

function corridorIndex(
  ordered: readonly KnownEntry[],
  participants: ReadonlyMap<string, ParticipantBody>,
): Pick<DirectoryIndex, 'allCorridors' | 'corridors' | 'networks' | 'byAdapter' | 'preferred'> {
  const allNetworks = networksOf(ordered, participants);
  const networks = new Map<string, Side>();
  const allCorridors = new Map<string, Corridor>();
  const corridors = new Map<string, Corridor>();
  const byAdapter = new Map<string, Corridor[]>();
  for (const { entry, read } of ordered) {
    const network = read.kind === 'network' ? allNetworks.get(entry.id) : undefined;
    if (network !== undefined && entry.ended !== true) networks.set(entry.id, network);
    if (read.kind !== 'corridor') continue;
    const [home, partner] = [allNetworks.get(read.body.home), allNetworks.get(read.body.partner)];
    if (home === undefined || partner === undefined) continue;
    const corridor: Corridor = { ...read.body, home: servedHome(home, read.body), partner };
    allCorridors.set(entry.id, corridor);
    if (entry.ended === true) continue;
    corridors.set(entry.id, corridor);
    for (const { adapter } of [home, partner])
      byAdapter.set(adapter, [...(byAdapter.get(adapter) ?? []), corridor]);
  }
  const preferred = [...corridors.values()].sort((a, b) => (b.priority ?? 0) - (a.priority ?? 0));
  return { allCorridors, corridors, networks, byAdapter, preferred };
}

/** The home side as a corridor has it: in the currencies that it serves. */
function servedHome(home: Side, { homeCurrencies }: CorridorBody): Side {
  if (homeCurrencies === undefined) return home;
  return { ...home, currencies: home.currencies.filter((each) => homeCurrencies.includes(each)) };
}

/** Networks with their calendars, ended ones too: what was begun with them goes on. */
function networksOf(
  ordered: readonly KnownEntry[],
  participants: ReadonlyMap<string, ParticipantBody>,
): ReadonlyMap<string, Side> {
  const calendars = new Map<string, CalendarBody>();
  for (const { entry, read } of ordered) if (read.kind === 'calendar') calendars.set(entry.id, read.body);
  const networks = new Map<string, Side>();
  for (const { entry, read } of ordered) {
    if (read.kind !== 'network') continue;
    const calendar = calendars.get(read.body.calendar);
    if (calendar === undefined) continue;
    const stands = participants.get(read.body.participant);
    networks.set(entry.id, { ...read.body, calendar, ...(stands !== undefined && { stands }) });
  }
  return networks;
}

function claim<Value>(map: Map<string, Value>, key: string, value: Value): void {
  if (!map.has(key)) map.set(key, value);
}

/** 11 characters: 8 name the head office, whose branch is XXX (ISO 9362). */
export function longBic(bic: string): string {
  return bic.length === 8 ? `${bic}XXX` : bic;
}
