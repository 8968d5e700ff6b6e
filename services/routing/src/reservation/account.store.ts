import {
  readAccount,
  type AccountCode,
  type AccountColumns,
  type AccountDelta,
  type LockedAccount,
} from '@tonle/ledger';
import type { Queryable } from '@tonle/persistence';

const ENSURE = `
INSERT INTO account (code, kind, currency)
SELECT u.code, u.kind, u.currency
FROM unnest($1::text[], $2::text[], $3::text[]) AS u (code, kind, currency)
ORDER BY u.code
ON CONFLICT (code) DO NOTHING`;

const IDS = `
SELECT id, code
FROM account
WHERE code = ANY($1::text[])`;

const LOCK = `
SELECT id, currency, debits_pending, credits_pending, debits_posted, credits_posted
FROM account
WHERE id = ANY($1::integer[])
ORDER BY id
FOR NO KEY UPDATE`;

const ADD = `
UPDATE account AS a
SET debits_pending = a.debits_pending + u.debits_pending,
    credits_pending = a.credits_pending + u.credits_pending,
    debits_posted = a.debits_posted + u.debits_posted,
    credits_posted = a.credits_posted + u.credits_posted
FROM unnest($1::integer[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[])
  AS u (id, debits_pending, credits_pending, debits_posted, credits_posted)
WHERE a.id = u.id
RETURNING a.id`;

interface ColumnsRow {
  readonly debits_pending: bigint;
  readonly credits_pending: bigint;
  readonly debits_posted: bigint;
  readonly credits_posted: bigint;
}

const columnsOf = (row: ColumnsRow): AccountColumns => ({
  debitsPending: row.debits_pending,
  creditsPending: row.credits_pending,
  debitsPosted: row.debits_posted,
  creditsPosted: row.credits_posted,
});

/** The accounts' rows: made on first use, locked in id order, moved once a batch with the sum. */
export class AccountStore {
  private readonly ids = new Map<string, number>();

  /** `outside`: the pool, never the batch's transaction, so that an id we remember is always committed. */
  constructor(private readonly outside: Queryable) {}

  /** Makes the missing accounts (with nothing on them) and remembers their ids. */
  async know(codes: Iterable<AccountCode>): Promise<void> {
    const missing = [...new Set(codes)].filter((code) => !this.ids.has(code));
    if (missing.length === 0) return;
    const names = missing.map(readAccount);
    await this.outside.query(ENSURE, [
      missing,
      names.map(({ kind }) => kind),
      names.map(({ currency }) => currency),
    ]);
    const rows = await this.outside.query<{ id: number; code: AccountCode }>(IDS, [missing]);
    for (const { id, code } of rows) this.ids.set(code, id);
  }

  /** The id of an account that `know` was asked for. */
  idOf(code: AccountCode): number {
    const id = this.ids.get(code);
    if (id === undefined) throw new Error(`account ${code} was not made before its use`);
    return id;
  }

  /** Locks the rows until the transaction ends, in id order. */
  async lock(transaction: Queryable, ids: readonly number[]): Promise<Map<number, LockedAccount>> {
    if (ids.length === 0) return new Map();
    const rows = await transaction.query<ColumnsRow & { id: number; currency: string }>(LOCK, [ids]);
    return new Map(rows.map((row) => [row.id, { ...columnsOf(row), currency: row.currency }]));
  }

  async add(transaction: Queryable, deltas: readonly AccountDelta<number>[]): Promise<void> {
    if (deltas.length === 0) return;
    const moved = await transaction.query(ADD, [
      deltas.map(({ id }) => id),
      deltas.map(({ debitsPending }) => debitsPending),
      deltas.map(({ creditsPending }) => creditsPending),
      deltas.map(({ debitsPosted }) => debitsPosted),
      deltas.map(({ creditsPosted }) => creditsPosted),
    ]);
    if (moved.length !== deltas.length) throw new Error(`moved ${moved.length} of ${deltas.length} accounts`);
  }
}
