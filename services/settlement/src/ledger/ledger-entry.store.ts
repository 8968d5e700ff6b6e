import type { LedgerEntryAnswer, LedgerEntry } from '@tonle/contracts';
import type { Queryable, Transaction } from '@tonle/persistence';

const COLUMNS = 'entry_id, kind, currency, debit, credit, minor, line_id, part, approval_id, reason';

const INSERT = `
INSERT INTO ledger_entry (${COLUMNS}, due_at)
SELECT u.*, $11::timestamptz
FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::bigint[], $7::text[], $8::integer[], $9::uuid[],
  $10::text[]) AS u
ON CONFLICT (entry_id) DO NOTHING`;

const FIND = `
SELECT ${COLUMNS}
FROM ledger_entry
WHERE entry_id = ANY($1::text[])`;

const DUE = `
SELECT ${COLUMNS}
FROM ledger_entry
WHERE state = 'due'
  AND due_at <= $1::timestamptz
ORDER BY due_at, entry_id
LIMIT $2`;

const MARK_BOOKED = `
UPDATE ledger_entry AS e
SET state = 'booked', booked_at = u.at, detail = NULL
FROM unnest($1::text[], $2::timestamptz[]) AS u (entry_id, at)
WHERE e.entry_id = u.entry_id
  AND e.state = 'due'
RETURNING e.entry_id, e.refused_at IS NOT NULL AS was_refused`;

const MARK_REFUSED = `
UPDATE ledger_entry AS e
SET state = 'refused', detail = u.detail, refused_at = $3::timestamptz
FROM unnest($1::text[], $2::text[]) AS u (entry_id, detail)
WHERE e.entry_id = u.entry_id
  AND e.state = 'due'
RETURNING e.entry_id`;

const RETRY = `
UPDATE ledger_entry
SET state = 'due', due_at = $2::timestamptz, detail = NULL
WHERE entry_id = $1
  AND state = 'refused'`;

const GIVE_UP = `
UPDATE ledger_entry
SET state = 'given_up', given_up_at = $2::timestamptz, given_up_by = $3
WHERE entry_id = $1
  AND state = 'refused'`;

const POSTPONE = `
UPDATE ledger_entry
SET due_at = $2::timestamptz, detail = $3
WHERE entry_id = $1
  AND state = 'due'`;

const STANDING = `
SELECT e.*, w.window_id
FROM ledger_entry AS e
LEFT JOIN window_entry AS w ON w.entry_id = e.entry_id AND w.booked_at IS NULL`;

const LIST_OPEN = `
${STANDING}
WHERE e.state IN ('due', 'refused')
  AND ($2::text IS NULL OR e.state = $2)
ORDER BY e.state DESC, e.due_at, e.entry_id
LIMIT $1`;

const LOCK = `
${STANDING}
WHERE e.entry_id = $1
FOR UPDATE OF e`;

const OPEN = `
SELECT count(*) FILTER (WHERE state = 'due')::int AS due, count(*) FILTER (WHERE state = 'refused')::int AS refused
FROM ledger_entry
WHERE state IN ('due', 'refused')`;

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
  readonly reason: string | null;
}

type EntryState = 'due' | 'booked' | 'refused' | 'given_up';

interface StandingRow extends EntryRow {
  readonly state: EntryState;
  readonly detail: string | null;
  readonly due_at: Date;
  readonly window_id: string | null;
}

/** How an entry stands. */
export interface StandingEntry extends LedgerEntry {
  readonly state: EntryState;
  readonly detail?: string;
  readonly dueAt: string;
  /** The window that waits for it. */
  readonly windowId?: string;
}

/** One that routing has not booked, or has refused. */
type OpenEntry = StandingEntry & { readonly state: 'due' | 'refused' };

type Booked = Extract<LedgerEntryAnswer, { kind: 'booked' }>;
type Refused = Extract<LedgerEntryAnswer, { kind: 'refused' }>;

/** Table `ledger_entry`: what is to be booked, and what became of it. */
export class LedgerEntryStore {
  /** Those whose ids are known stay as they are. */
  async insert(transaction: Transaction, entries: readonly LedgerEntry[], dueAtMs: number): Promise<void> {
    await transaction.query(INSERT, [
      entries.map(({ entryId }) => entryId),
      entries.map(({ kind }) => kind),
      entries.map(({ currency }) => currency),
      entries.map(({ debit }) => debit),
      entries.map(({ credit }) => credit),
      entries.map(({ minor }) => minor),
      entries.map(({ lineId }) => lineId ?? null),
      entries.map(({ part }) => part ?? null),
      entries.map(({ approvalId }) => approvalId ?? null),
      entries.map(({ reason }) => reason ?? null),
      new Date(dueAtMs).toISOString(),
    ]);
  }

  async byIds(database: Queryable, entryIds: readonly string[]): Promise<LedgerEntry[]> {
    return (await database.query<EntryRow>(FIND, [entryIds])).map(entryOf);
  }

  /** The oldest first. */
  async due(database: Queryable, nowMs: number, max: number): Promise<LedgerEntry[]> {
    return (await database.query<EntryRow>(DUE, [new Date(nowMs).toISOString(), max])).map(entryOf);
  }

  /** Those that were still due: another instance may have marked the others. `wasRefused`: before it was tried again. */
  async markBooked(
    transaction: Transaction,
    booked: readonly Booked[],
  ): Promise<{ readonly entryId: string; readonly wasRefused: boolean }[]> {
    if (booked.length === 0) return [];
    const rows = await transaction.query<{ entry_id: string; was_refused: boolean }>(MARK_BOOKED, [
      booked.map(({ entryId }) => entryId),
      booked.map(({ at }) => at),
    ]);
    return rows.map((row) => ({ entryId: row.entry_id, wasRefused: row.was_refused }));
  }

  /** As markBooked; the ids alone. */
  async markRefused(transaction: Transaction, refused: readonly Refused[], at: Date): Promise<string[]> {
    if (refused.length === 0) return [];
    const rows = await transaction.query<{ entry_id: string }>(MARK_REFUSED, [
      refused.map(({ entryId }) => entryId),
      refused.map(({ reason, detail }) => (detail === undefined ? reason : `${reason}: ${detail}`)),
      at,
    ]);
    return rows.map((row) => row.entry_id);
  }

  /** Locked until the transaction ends; undefined for no entry. */
  async lock(transaction: Transaction, entryId: string): Promise<StandingEntry | undefined> {
    const [row] = await transaction.query<StandingRow>(LOCK, [entryId]);
    return row === undefined ? undefined : standingOf(row);
  }

  /** A refused one is due again. */
  async retry(transaction: Transaction, entryId: string, nowMs: number): Promise<void> {
    await transaction.query(RETRY, [entryId, new Date(nowMs).toISOString()]);
  }

  /** A refused one will not be booked, by the decision of two people. */
  async giveUp(transaction: Transaction, entryId: string, approvalId: string, nowMs: number): Promise<void> {
    await transaction.query(GIVE_UP, [entryId, new Date(nowMs).toISOString(), approvalId]);
  }

  /** For one that cannot be asked for or marked: others go before it. */
  async postpone(database: Queryable, entryId: string, untilMs: number, detail: string): Promise<void> {
    await database.query(POSTPONE, [entryId, new Date(untilMs).toISOString(), detail]);
  }

  /** Those that are refused, then those that are due, the oldest first. */
  async listOpen(database: Queryable, max: number, state?: OpenEntry['state']): Promise<OpenEntry[]> {
    const rows = await database.query<StandingRow>(LIST_OPEN, [max, state ?? null]);
    return rows.map((row) => standingOf(row) as OpenEntry);
  }

  async countOpen(database: Queryable): Promise<{ due: number; refused: number }> {
    const [row] = await database.query<{ due: number; refused: number }>(OPEN);
    return row!;
  }
}

function standingOf(row: StandingRow): StandingEntry {
  return {
    ...entryOf(row),
    state: row.state,
    ...(row.detail === null ? {} : { detail: row.detail }),
    dueAt: row.due_at.toISOString(),
    ...(row.window_id === null ? {} : { windowId: row.window_id }),
  };
}

function entryOf(row: EntryRow): LedgerEntry {
  return {
    entryId: row.entry_id,
    kind: row.kind,
    currency: row.currency,
    debit: row.debit,
    credit: row.credit,
    minor: row.minor.toString(),
    ...(row.line_id === null ? {} : { lineId: row.line_id, part: row.part! }),
    ...(row.approval_id === null ? {} : { approvalId: row.approval_id }),
    ...(row.reason === null ? {} : { reason: row.reason }),
  };
}
