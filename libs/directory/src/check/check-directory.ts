import { textFaults, type DirectoryEntry } from '@tonle/contracts';
import { z } from 'zod';
import { readEntry } from '../directory-index.js';
import {
  calendarBody,
  corridorBody,
  networkBody,
  participantBody,
  type CalendarBody,
  type CorridorBody,
  type NetworkBody,
  type ParticipantBody,
} from '../entry.schema.js';
import { checkCalendars } from './check-calendars.js';
import { checkCorridors } from './check-corridors.js';
import { checkNetworks } from './check-networks.js';
import { checkParticipants } from './check-participants.js';
import { checkSettlementAccounts } from './check-settlement-accounts.js';
import { checkSettlementBanks } from './check-settlement-banks.js';
import type { DirectoryViolation, InService, Violations } from './violation.js';

export interface CheckOptions {
  /** The adapters that exist, by service name; absent: not checked. */
  readonly adapters?: readonly string[];
}

/**
 * Why a directory with these entries could not work; empty when it can. Of several versions of an entry the newest
 * counts; what has ended has to be readable only. Pure.
 */
export function checkDirectory(
  entries: readonly DirectoryEntry[],
  { adapters }: CheckOptions = {},
): DirectoryViolation[] {
  const { world, unreadable } = readAll(newestOf(entries));
  return [
    ...twice(entries),
    ...unreadable,
    ...checkParticipants(world),
    ...checkNetworks(world, adapters),
    ...checkCorridors(world),
    ...checkSettlementBanks(world),
    ...checkSettlementAccounts(world),
    ...checkCalendars(world),
  ];
}

/** A violation as one sentence: where, what, and how to remedy it. */
export function violationText({ entry, text }: DirectoryViolation): string {
  return `${entry}: ${text}`;
}

function* twice(entries: readonly DirectoryEntry[]): Violations {
  const seen = new Set<string>();
  for (const { kind, id, version } of entries) {
    const name = `${kind}:${id}:${version}`;
    if (seen.has(name)) {
      const text = `version ${version} occurs twice; delete one of them, or give it the next version`;
      yield { rule: 'entry_twice', entry: `${kind} ${id}`, text };
    }
    seen.add(name);
  }
}

function newestOf(entries: readonly DirectoryEntry[]): DirectoryEntry[] {
  const newest = new Map<string, DirectoryEntry>();
  for (const entry of entries) {
    const name = `${entry.kind}:${entry.id}`;
    if ((newest.get(name)?.version ?? 0) < entry.version) newest.set(name, entry);
  }
  return [...newest.values()];
}

function readAll(entries: readonly DirectoryEntry[]): { world: InService; unreadable: DirectoryViolation[] } {
  const participants = new Map<string, ParticipantBody>();
  const networks = new Map<string, NetworkBody>();
  const corridors = new Map<string, CorridorBody>();
  const calendars = new Map<string, CalendarBody>();
  const unreadable: DirectoryViolation[] = [];
  for (const entry of entries) {
    const { id, ended, kind } = entry;
    try {
      const read = readEntry(entry);
      unreadable.push(...checkName(entry, read.body), ...checkFields(entry), ...checkTexts(entry));
      if (ended === true) continue;
      if (read.kind === 'participant') participants.set(id, read.body);
      if (read.kind === 'network') networks.set(id, read.body);
      if (read.kind === 'corridor') corridors.set(id, read.body);
      if (read.kind === 'calendar') calendars.set(id, read.body);
    } catch (error) {
      const text = `it cannot be read: ${reasonOf(error)}; correct it as docs/operate.md describes entries`;
      unreadable.push({ rule: 'form_wrong', entry: `${kind} ${id}`, text });
    }
  }
  return { world: { participants, networks, corridors, calendars }, unreadable };
}

/** The body says what it is of; a calendar also which version, since windows keep that. */
function* checkName(
  { kind, id, version }: DirectoryEntry,
  body: Readonly<Record<string, unknown>> | object,
): Violations {
  const entry = `${kind} ${id}`;
  const named = (body as Readonly<Record<string, unknown>>)[`${kind}Id`];
  if (named !== id)
    yield {
      rule: 'id_differs',
      entry,
      text: `its body says ${kind}Id "${String(named)}"; write the same id twice`,
    };
  if ('cutOff' in body && 'version' in body && body.version !== version) {
    const text = `its body says version ${String(body.version)} and the entry ${version}; write the same version twice`;
    yield { rule: 'calendar_version_differs', entry, text };
  }
}

const FIELDS = {
  participant: participantBody.shape,
  network: networkBody.shape,
  corridor: corridorBody.shape,
  calendar: calendarBody.shape,
} as const;

/** What nobody reads is a slip of the pen: what was meant would silently not be. */
function* checkFields({ kind, id, body }: DirectoryEntry): Violations {
  for (const field of Object.keys(body as object))
    if (!(field in FIELDS[kind])) {
      const text = `unknown field ${field}; correct its name, or delete it`;
      yield { rule: 'field_unknown', entry: `${kind} ${id}`, text };
    }
}

/** Names and ids go into messages and tables as they are; a key's PEM has lines. */
function* checkTexts({ kind, id, body }: DirectoryEntry): Violations {
  for (const { path, message } of textFaults(body))
    if (!path.endsWith('/publicKeyPem'))
      yield {
        rule: 'text_unfit',
        entry: `${kind} ${id}`,
        text: `its ${path.slice(1)} cannot be used: ${message}`,
      };
}

function reasonOf(error: unknown): string {
  if (error instanceof z.ZodError)
    return error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join(', ');
  return (error as Error).message;
}
