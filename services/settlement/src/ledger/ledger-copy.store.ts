import type { TransferColumns, TransferProof } from '@tonle/contracts';
import { readAccount } from '@tonle/ledger';
import type { Queryable, Transaction } from '@tonle/persistence';

const STATE = `
SELECT copied_up_to, proven_up_to, checkpointed_day::text AS checkpointed_day,
       (SELECT min(from_at) FROM ledger_proof WHERE difference IS NOT NULL) AS differs_from
FROM ledger_copy`;

const ADVANCE = `
UPDATE ledger_copy
SET copied_up_to = $2::timestamptz, proven_up_to = coalesce(proven_up_to, $3::timestamptz)
WHERE copied_up_to IS NOT DISTINCT FROM $1::timestamptz
RETURNING one`;

const ACCOUNTS = `
INSERT INTO ledger_account (account_id, code, kind, owner, currency)
SELECT *
FROM unnest($1::integer[], $2::text[], $3::text[], $4::text[], $5::text[])
ON CONFLICT DO NOTHING`;

// A row of that chain and kind can only be one that stood elsewhere by mistake.
const TRANSFERS = `
INSERT INTO ledger_transfer (chain_id, kind, debit, credit, minor, reference, at)
SELECT u.chain_id, u.kind, u.debit, u.credit, u.minor, u.reference, to_timestamp(u.at_ms / 1000.0)
FROM unnest($1::uuid[], $2::text[], $3::integer[], $4::integer[], $5::bigint[], $6::text[], $7::bigint[])
  AS u (chain_id, kind, debit, credit, minor, reference, at_ms)
ON CONFLICT (chain_id, kind) DO UPDATE
SET debit = excluded.debit, credit = excluded.credit, minor = excluded.minor, reference = excluded.reference, at = excluded.at`;

// As routing sums it up.
const TOTAL = `
SELECT count(*)::integer AS count,
       coalesce(sum(('x' || substr(md5(concat_ws('|', chain_id, kind, debit, credit, minor,
         (extract(epoch FROM at) * 1000)::bigint, reference)), 1, 16))::bit(64)::bigint), 0)::text AS digest
FROM ledger_transfer
WHERE at >= $1::timestamptz
  AND at < $2::timestamptz`;

const BY_ACCOUNT = `
SELECT account AS id, sum(debited)::text AS debits, sum(credited)::text AS credits
FROM (
  SELECT debit AS account, minor AS debited, 0 AS credited
  FROM ledger_transfer
  WHERE at >= $1::timestamptz AND at < $2::timestamptz
  UNION ALL
  SELECT credit, 0, minor
  FROM ledger_transfer
  WHERE at >= $1::timestamptz AND at < $2::timestamptz
) AS side
GROUP BY account
ORDER BY account`;

const NOTE = `
INSERT INTO ledger_proof AS p (from_at, until_at, transfers, digest, difference, proven_at)
VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (from_at) DO UPDATE
SET until_at = excluded.until_at, transfers = excluded.transfers, digest = excluded.digest,
    difference = excluded.difference, proven_at = excluded.proven_at`;

const DIFFERING = `
SELECT from_at, until_at
FROM ledger_proof
WHERE difference IS NOT NULL
  AND proven_at <= $1
ORDER BY from_at
LIMIT 1`;

const OLDEST = `
SELECT from_at, until_at, digest
FROM ledger_proof
WHERE proven_at < $1
ORDER BY proven_at
LIMIT 1`;

interface StateRow {
  readonly copied_up_to: Date | null;
  readonly proven_up_to: Date | null;
  readonly checkpointed_day: string | null;
  readonly differs_from: Date | null;
}

/** How far the copy has come, epoch ms and a day; nothing before the first transfer. */
export interface CopyState {
  readonly copiedMs: number | undefined;
  /** Before this all is as in routing: nothing that differs counts as proven, whatever comes after it. */
  readonly provenMs: number | undefined;
  /** Before this every span was looked at. */
  readonly lookedAtMs: number | undefined;
  readonly checkpointedDay: string | undefined;
}

export interface CopySpan {
  readonly fromMs: number;
  readonly untilMs: number;
}

export interface ProvenSpan extends CopySpan {
  readonly digest: string;
}

/** A part of the ledger as routing gives it. */
export interface CopiedSlice extends CopySpan {
  readonly transfers: TransferColumns;
  readonly accounts: readonly { readonly id: number; readonly code: string }[];
}

const iso = (ms: number) => new Date(ms).toISOString();

/** The copy of routing's transfers: filled from the front, copied once more where it proves wrong. */
export class LedgerCopyStore {
  async state(database: Queryable): Promise<CopyState> {
    const [row] = await database.query<StateRow>(STATE);
    const lookedAtMs = row!.proven_up_to?.getTime();
    const differsMs = row!.differs_from?.getTime() ?? Infinity;
    return {
      copiedMs: row!.copied_up_to?.getTime(),
      provenMs: lookedAtMs === undefined ? undefined : Math.min(lookedAtMs, differsMs),
      lookedAtMs,
      checkpointedDay: row!.checkpointed_day ?? undefined,
    };
  }

  /** False when another instance has copied meanwhile: nothing is written. */
  async append(transaction: Transaction, copiedMs: number | undefined, slice: CopiedSlice): Promise<boolean> {
    const before = copiedMs === undefined ? null : iso(copiedMs);
    const rows = await transaction.query(ADVANCE, [before, iso(slice.untilMs), iso(slice.fromMs)]);
    if (rows.length === 0) return false;
    await this.insert(transaction, slice);
    return true;
  }

  /**
   * Copies a part once more, in place of what stands there; sums of its day and of those after it are made again. What comes before
   * and after it stays.
   */
  async replace(transaction: Transaction, slice: CopiedSlice): Promise<void> {
    const day = iso(slice.fromMs).slice(0, 10);
    // Locks the row as whoever sums up a day does.
    await transaction.query(
      `UPDATE ledger_copy
       SET checkpointed_day = CASE WHEN checkpointed_day >= $1::date THEN $1::date - 1 ELSE checkpointed_day END`,
      [day],
    );
    await transaction.query('DELETE FROM ledger_checkpoint WHERE day >= $1::date', [day]);
    await transaction.query(
      'DELETE FROM ledger_transfer WHERE at >= $1::timestamptz AND at < $2::timestamptz',
      [iso(slice.fromMs), iso(slice.untilMs)],
    );
    await this.insert(transaction, slice);
  }

  private async insert(transaction: Transaction, { transfers, accounts }: CopiedSlice): Promise<void> {
    if (transfers.chainIds.length === 0) return;
    const names = accounts.map(({ code }) => readAccount(code));
    await transaction.query(ACCOUNTS, [
      accounts.map(({ id }) => id),
      accounts.map(({ code }) => code),
      names.map(({ kind }) => kind),
      names.map(({ owner }) => owner.join(':')),
      names.map(({ currency }) => currency),
    ]);
    const { chainIds, kinds, debits, credits, minors, references, atMs } = transfers;
    await transaction.query(TRANSFERS, [chainIds, kinds, debits, credits, minors, references, atMs]);
  }

  /** Has the index know of what was copied since; else spans read the whole table. */
  async summarize(database: Queryable): Promise<void> {
    await database.query(`SELECT brin_summarize_new_values('ledger_transfer_at')`);
  }

  async proof(database: Queryable, span: CopySpan): Promise<TransferProof> {
    const values = [iso(span.fromMs), iso(span.untilMs)];
    const [total] = await database.query<{ count: number; digest: string }>(TOTAL, values);
    const accounts = await database.query<TransferProof['accounts'][number]>(BY_ACCOUNT, values);
    return { ...total!, accounts };
  }

  /** What the span was found to be. One that is as in routing and follows what is proven is proven, too. */
  async note(
    transaction: Transaction,
    span: CopySpan,
    found: { readonly proof: TransferProof; readonly difference: string | undefined; readonly atMs: number },
  ): Promise<void> {
    const { proof, difference, atMs } = found;
    const [from, until] = [iso(span.fromMs), iso(span.untilMs)];
    await transaction.query(NOTE, [from, until, proof.count, proof.digest, difference ?? null, iso(atMs)]);
    if (difference !== undefined) return;
    await transaction.query(
      'UPDATE ledger_copy SET proven_up_to = $2::timestamptz WHERE proven_up_to = $1::timestamptz',
      [from, until],
    );
  }

  /** Where the copy begins, epoch ms. */
  async firstProofMs(database: Queryable): Promise<number | undefined> {
    const [row] = await database.query<{ at: Date | null }>('SELECT min(from_at) AS at FROM ledger_proof');
    return row?.at?.getTime();
  }

  /** The span that was looked at longest ago, before `beforeMs`. */
  async oldestProof(database: Queryable, beforeMs: number): Promise<ProvenSpan | undefined> {
    const [row] = await database.query<{ from_at: Date; until_at: Date; digest: string }>(OLDEST, [
      iso(beforeMs),
    ]);
    return row === undefined
      ? undefined
      : { fromMs: row.from_at.getTime(), untilMs: row.until_at.getTime(), digest: row.digest };
  }

  /** The earliest span that differs, and was looked at by `byMs`. */
  async differing(database: Queryable, byMs: number): Promise<CopySpan | undefined> {
    const [row] = await database.query<{ from_at: Date; until_at: Date }>(DIFFERING, [iso(byMs)]);
    return row === undefined ? undefined : { fromMs: row.from_at.getTime(), untilMs: row.until_at.getTime() };
  }

  /** Does the span that begins here differ? */
  async isDiffering(database: Queryable, fromMs: number): Promise<boolean> {
    const rows = await database.query(
      'SELECT 1 FROM ledger_proof WHERE from_at = $1 AND difference IS NOT NULL',
      [iso(fromMs)],
    );
    return rows.length > 0;
  }

  /** How spans differ from routing that are not put right yet. */
  async differences(database: Queryable): Promise<string[]> {
    const rows = await database.query<{ words: string }>(
      `SELECT format('transfers from %s to %s: %s', to_char(from_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
                     to_char(until_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), difference) AS words
       FROM ledger_proof
       WHERE difference IS NOT NULL
       ORDER BY from_at`,
    );
    return rows.map(({ words }) => words);
  }
}
