import type { LedgerEntry } from '@tonle/contracts';
import type { Queryable } from '@tonle/persistence';
import { chainIdOf } from '../reservation/funds.js';
import { linePart, type KnownEntries, type BookedLedgerEntry } from './entry.decide.js';

const KNOWN = `
SELECT b.entry_id, b.kind, b.currency, b.debit, b.credit, b.minor, b.line_id, b.part, b.approval_id, b.at
FROM booked_entry AS b
WHERE b.entry_id = ANY($1::text[])
UNION
SELECT b.entry_id, b.kind, b.currency, b.debit, b.credit, b.minor, b.line_id, b.part, b.approval_id, b.at
FROM unnest($2::text[], $3::integer[]) AS u (line_id, part)
JOIN booked_entry AS b ON b.line_id = u.line_id AND b.part = u.part`;

const INSERT = `
INSERT INTO booked_entry (entry_id, chain_id, kind, currency, debit, credit, minor, line_id, part, approval_id, reason, at)
SELECT u.*, $12::timestamptz
FROM unnest($1::text[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::bigint[], $8::text[], $9::integer[],
  $10::uuid[], $11::text[]) AS u
ON CONFLICT DO NOTHING
RETURNING entry_id`;

interface EntryRow {
  readonly entry_id: string;
  readonly kind: LedgerEntry['kind'];
  readonly currency: string;
  readonly debit: string;
  readonly credit: string;
  readonly minor: bigint;
  readonly line_id: string | null;
  readonly part: number | null;
  readonly approval_id: string | null;
  readonly at: Date;
}

/** Another instance has booked one of the entries, or used one of the lines, since they were looked for. */
export class EntryRace extends Error {}

/** The name of an entry's chain among the transfers. */
export function entryChain({ entryId }: LedgerEntry): string {
  return chainIdOf(`entry:${entryId}`);
}

/** What was booked as entries: the transfers beside payments, with what proves each. */
export class EntryStore {
  /** Those of these ids, and those that have used these parts of bank lines. */
  async known(database: Queryable, entries: readonly LedgerEntry[]): Promise<KnownEntries> {
    const lined = entries.filter(({ lineId }) => lineId !== undefined);
    const rows = await database.query<EntryRow>(KNOWN, [
      entries.map(({ entryId }) => entryId),
      lined.map(({ lineId }) => lineId),
      lined.map(({ part = 1 }) => part),
    ]);
    const known = rows.map(entryOf);
    return {
      byId: new Map(known.map((entry) => [entry.entryId, entry])),
      byLinePart: new Map(
        known.flatMap((entry) => {
          const part = linePart(entry);
          return part === undefined ? [] : [[part, entry.entryId] as const];
        }),
      ),
    };
  }

  /** Throws EntryRace when not all of them are new. */
  async insert(transaction: Queryable, entries: readonly LedgerEntry[], atMs: number): Promise<void> {
    const rows = await transaction.query(INSERT, [
      entries.map(({ entryId }) => entryId),
      entries.map(entryChain),
      entries.map(({ kind }) => kind),
      entries.map(({ currency }) => currency),
      entries.map(({ debit }) => debit),
      entries.map(({ credit }) => credit),
      entries.map(({ minor }) => minor),
      entries.map(({ lineId }) => lineId ?? null),
      entries.map(({ lineId, part = 1 }) => (lineId === undefined ? null : part)),
      entries.map(({ approvalId }) => approvalId ?? null),
      entries.map(({ reason }) => reason ?? null),
      new Date(atMs).toISOString(),
    ]);
    if (rows.length !== entries.length) throw new EntryRace('an entry was booked meanwhile');
  }
}

function entryOf(row: EntryRow): BookedLedgerEntry {
  return {
    entryId: row.entry_id,
    kind: row.kind,
    currency: row.currency,
    debit: row.debit,
    credit: row.credit,
    minor: row.minor.toString(),
    ...(row.line_id === null ? {} : { lineId: row.line_id, part: row.part! }),
    ...(row.approval_id === null ? {} : { approvalId: row.approval_id }),
    at: row.at.toISOString(),
  };
}
