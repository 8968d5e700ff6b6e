import { createHash } from 'node:crypto';
import type { AuditEntry, FactBody } from '@tonle/contracts';
import { newestHead } from '../audit-log/audit-log.store.js';
import type { Platform } from '../platform.js';
import type { Service } from '../service.js';
import { letterFates, type LetterFate } from './dead-letter-fact.store.js';
import type { FactGatherer, FactLog } from './fact-gatherer.js';
import { declareFacts } from './facts.js';

const EVERY_MS = 60_000;
const LETTERS_MAX = 2_000;
const PLACES = 18;

/** What every service tells: its audit log, and its dead letters. */
export function declareOwnFacts(
  service: Service,
  host: Pick<Platform, 'service' | 'database' | 'clock'>,
): void {
  declareFacts(service, host, [DEAD_LETTER_FACTS], [AUDIT_FACTS]);
}

/** Entries have the numbers that they are told by. */
const AUDIT_FACTS: FactLog = {
  source: 'switch.audit-entry',
  head: async (database) => BigInt((await newestHead(database)).number),
  page: async (database, after, max) => {
    const rows = await database.query<{ number: bigint; entry: string }>(
      `SELECT number, entry::text AS entry
       FROM audit_entry
       WHERE number > $1
       ORDER BY number
       LIMIT $2`,
      [after, max],
    );
    return rows.map(({ number, entry }) => {
      const { day, at } = JSON.parse(entry) as AuditEntry;
      const body = { number: Number(number), day, at, entry } satisfies FactBody<'switch.audit-entry'>;
      return { place: number, id: number.toString().padStart(PLACES, '0'), changedAt: at, body };
    });
  },
};

/** Letters whose fate is another than was told. */
const DEAD_LETTER_FACTS: FactGatherer = {
  source: 'switch.dead-letter',
  everyMs: EVERY_MS,
  gather: async (transaction, nowMs) => {
    const letters = await letterFates(transaction, LETTERS_MAX);
    const facts = letters.map(({ letterId, ...letter }) => ({ id: letterId, body: bodyOf(letter) }));
    return { parts: [{ facts }], sealedMs: nowMs, isMore: letters.length === LETTERS_MAX };
  },
};

function bodyOf({
  key,
  cause,
  firstAt,
  lastAt,
  at,
  ...letter
}: Omit<LetterFate, 'letterId'>): FactBody<'switch.dead-letter'> {
  return {
    ...{ ...letter, key: namelessKey(key), errorClass: errorClassOf(cause) },
    ...{ firstAt: firstAt.toISOString(), lastAt: lastAt.toISOString(), at: at?.toISOString() ?? null },
  };
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
/** Corridors, networks, participants: capital letters, which no account or telephone number has. */
const OURS = /^[A-Z]{2,16}(-[A-Z]{2,16})*$/;

/** A key that says nothing of a person: ids of ours, of anything else only its hash. */
export function namelessKey(key: string): string {
  if (UUID.test(key) || OURS.test(key)) return key;
  return `sha256:${createHash('sha256').update(key).digest('hex').slice(0, 16)}`;
}

/** The kind of an error, without its words: these may quote what somebody sent. */
export function errorClassOf(cause: string): string {
  return /^[A-Za-z]\w{0,63}(?=:)/.exec(cause)?.[0] ?? 'Error';
}
