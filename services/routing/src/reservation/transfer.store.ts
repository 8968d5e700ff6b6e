import type { Queryable } from '@tonle/persistence';
import type { BookLine } from './payment-ledger.js';

/** A posted line. `chainId`: the payment, or what a statement line was named by. */
export interface Transfer extends BookLine {
  readonly chainId: string;
  /** Gross rail: the rail's own reference, once a kind (I5b). */
  readonly reference: string | null;
  readonly atMs: number;
}

const INSERT = `
INSERT INTO transfer (chain_id, kind, debit_account, credit_account, minor, reference, at)
SELECT u.chain_id, u.kind, u.debit_account, u.credit_account, u.minor, u.reference, u.at
FROM unnest($1::uuid[], $2::text[], $3::integer[], $4::integer[], $5::bigint[], $6::text[], $7::timestamptz[])
  AS u (chain_id, kind, debit_account, credit_account, minor, reference, at)`;

const REFERENCES = `
SELECT reference, kind, chain_id
FROM transfer
WHERE reference = ANY($1::text[])
  AND reference IS NOT NULL
UNION ALL
SELECT reference, concat_ws(':', 'decided', corridor, direction, leg), payment_id
FROM review_reference
WHERE reference = ANY($1::text[])`;

const POSTED = `
SELECT chain_id, sum(minor)::bigint AS minor
FROM transfer
WHERE chain_id = ANY($1::uuid[])
GROUP BY chain_id`;

const CHAINS = `
SELECT DISTINCT chain_id
FROM transfer
WHERE chain_id = ANY($1::uuid[])`;

/** The append-only transfers. A second one of the same chain and kind is refused by the primary key. */
export class TransferStore {
  async insert(transaction: Queryable, transfers: readonly Transfer[]): Promise<void> {
    if (transfers.length === 0) return;
    await transaction.query(INSERT, [
      transfers.map(({ chainId }) => chainId),
      transfers.map(({ kind }) => kind),
      transfers.map(({ debit }) => debit),
      transfers.map(({ credit }) => credit),
      transfers.map(({ minor }) => minor),
      transfers.map(({ reference }) => reference),
      transfers.map(({ atMs }) => new Date(atMs).toISOString()),
    ]);
  }

  /** Which rail references are used, by `kind|reference`, and by whom; those by which people found legs paid, too. */
  async references(transaction: Queryable, references: readonly string[]): Promise<Map<string, string>> {
    if (references.length === 0) return new Map();
    const rows = await transaction.query<{ reference: string; kind: string; chain_id: string }>(REFERENCES, [
      references,
    ]);
    return new Map(rows.map((row) => [`${row.kind}|${row.reference}`, row.chain_id]));
  }

  /** What was posted under these chains, minor units; those of which nothing was are left out. */
  async postedMinor(transaction: Queryable, chainIds: readonly string[]): Promise<Map<string, bigint>> {
    const rows = await transaction.query<{ chain_id: string; minor: bigint }>(POSTED, [chainIds]);
    return new Map(rows.map((row) => [row.chain_id, row.minor]));
  }

  /** Which of these chains exist. */
  async chains(transaction: Queryable, chainIds: readonly string[]): Promise<Set<string>> {
    if (chainIds.length === 0) return new Set();
    const rows = await transaction.query<{ chain_id: string }>(CHAINS, [chainIds]);
    return new Set(rows.map((row) => row.chain_id));
  }
}
