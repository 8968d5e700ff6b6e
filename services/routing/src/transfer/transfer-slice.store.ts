import { TRANSFERS_MAX, type TransferColumns, type TransferProof } from '@tonle/contracts';
import type { Queryable } from '@tonle/persistence';

const COLUMNS = 'chain_id, kind, debit_account, credit_account, minor, reference, at';

const SLICE = `
SELECT ${COLUMNS}
FROM transfer
WHERE at >= $1::timestamptz
  AND at < $2::timestamptz
ORDER BY at
LIMIT $3`;

const ACCOUNTS = `
SELECT id, code
FROM account
WHERE id = ANY($1::integer[])
ORDER BY id`;

const FIRST = `
SELECT min(at) AS at
FROM transfer`;

// md5: the same on every server, whatever its version. A sum, for the two sides have their rows in no order.
const TOTAL = `
SELECT count(*)::integer AS count,
       coalesce(sum(('x' || substr(md5(concat_ws('|', chain_id, kind, debit_account, credit_account, minor,
         (extract(epoch FROM at) * 1000)::bigint, reference)), 1, 16))::bit(64)::bigint), 0)::text AS digest
FROM transfer
WHERE at >= $1::timestamptz
  AND at < $2::timestamptz`;

const BY_ACCOUNT = `
SELECT account AS id, sum(debit)::text AS debits, sum(credit)::text AS credits
FROM (
  SELECT debit_account AS account, minor AS debit, 0 AS credit
  FROM transfer
  WHERE at >= $1::timestamptz AND at < $2::timestamptz
  UNION ALL
  SELECT credit_account, 0, minor
  FROM transfer
  WHERE at >= $1::timestamptz AND at < $2::timestamptz
) AS side
GROUP BY account
ORDER BY account`;

interface TransferRow {
  readonly chain_id: string;
  readonly kind: string;
  readonly debit_account: number;
  readonly credit_account: number;
  readonly minor: bigint;
  readonly reference: string | null;
  readonly at: Date;
}

export interface TransferSlice {
  readonly untilMs: number;
  readonly transfers: TransferColumns;
  readonly accounts: { readonly id: number; readonly code: string }[];
}

const iso = (ms: number) => new Date(ms).toISOString();

/** Transfers by time, for who copies them; never asked by what handles payments. */
export class TransferSliceStore {
  constructor(private readonly max = TRANSFERS_MAX) {}

  /** Has the index know of what was posted since, which the payment path leaves to others; else spans read the whole table. */
  async summarize(database: Queryable): Promise<void> {
    await database.query(`SELECT brin_summarize_new_values('transfer_at')`);
  }

  /** Epoch ms of the first transfer. Reads the whole table. */
  async firstMs(database: Queryable): Promise<number | undefined> {
    const [row] = await database.query<{ at: Date | null }>(FIRST);
    return row?.at?.getTime();
  }

  /** All transfers of a span, or of its first part when there are too many: `untilMs` says up to when they are whole. */
  async slice(database: Queryable, fromMs: number, untilMs: number): Promise<TransferSlice> {
    const rows = await this.rows(database, fromMs, untilMs, this.max + 1);
    if (rows.length <= this.max) return this.sliceOf(database, rows, untilMs);
    const lastMs = rows.at(-1)!.at.getTime();
    // A commit, however large, is of one instant.
    if (rows[0]!.at.getTime() === lastMs) {
      const instant = await this.rows(database, lastMs, lastMs + 1, null);
      return this.sliceOf(database, instant, lastMs + 1);
    }
    const whole = rows.filter(({ at }) => at.getTime() < lastMs);
    return this.sliceOf(database, whole, lastMs);
  }

  async proof(database: Queryable, fromMs: number, untilMs: number): Promise<TransferProof> {
    const span = [iso(fromMs), iso(untilMs)];
    const [total] = await database.query<{ count: number; digest: string }>(TOTAL, span);
    const accounts = await database.query<TransferProof['accounts'][number]>(BY_ACCOUNT, span);
    return { ...total!, accounts };
  }

  private rows(
    database: Queryable,
    fromMs: number,
    untilMs: number,
    max: number | null,
  ): Promise<TransferRow[]> {
    return database.query<TransferRow>(SLICE, [iso(fromMs), iso(untilMs), max]);
  }

  private async sliceOf(
    database: Queryable,
    rows: readonly TransferRow[],
    untilMs: number,
  ): Promise<TransferSlice> {
    const ids = new Set(rows.flatMap((row) => [row.debit_account, row.credit_account]));
    const accounts = await database.query<TransferSlice['accounts'][number]>(ACCOUNTS, [[...ids]]);
    return {
      untilMs,
      transfers: {
        chainIds: rows.map((row) => row.chain_id),
        kinds: rows.map(({ kind }) => kind),
        debits: rows.map((row) => row.debit_account),
        credits: rows.map((row) => row.credit_account),
        minors: rows.map(({ minor }) => minor.toString()),
        references: rows.map(({ reference }) => reference),
        atMs: rows.map(({ at }) => at.getTime()),
      },
      accounts,
    };
  }
}
