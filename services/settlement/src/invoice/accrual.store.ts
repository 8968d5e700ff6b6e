import { ENTRY_KINDS } from '@tonle/ledger';
import type { Queryable } from '@tonle/persistence';
import {
  INVOICED_ACCOUNTS,
  INVOICED_TRANSFERS,
  TAX_TRANSFER,
  type Accrual,
  type InvoiceSide,
} from './invoice.js';

type AccrualRow = Omit<Accrual, 'amountMinor'> & { readonly amountMinor: string };

const SIDED_ACCOUNTS = `
  SELECT account_id, owner AS counterparty, currency,
    CASE WHEN kind = ANY($1::text[]) THEN 'receivable' ELSE 'payable' END AS side
  FROM ledger_account
  WHERE kind = ANY($1::text[]) OR kind = ANY($2::text[])`;

// What a participant owes stands in debit, what it is owed in credit. One that stands on both sides of a transfer has both parts.
const ACCRUALS = `
  WITH sided AS (${SIDED_ACCOUNTS}),
  part AS (
    SELECT a.side, a.counterparty, a.currency, t.kind, t.chain_id,
      CASE WHEN (t.debit = a.account_id) = (a.side = 'receivable') THEN t.minor ELSE -t.minor END AS minor
    FROM ledger_transfer AS t
    JOIN sided AS a ON a.account_id IN (t.debit, t.credit)
    WHERE t.at >= $3 AND t.at < $4 AND t.kind = ANY($5::text[])
  )
  SELECT p.side, p.counterparty, p.currency, p.kind AS "feeType", coalesce(r.corridor, '') AS corridor,
    count(*)::int AS count, sum(p.minor)::text AS "amountMinor"
  FROM part AS p
  LEFT JOIN payment_record AS r ON r.payment_id = p.chain_id
  GROUP BY p.side, p.counterparty, p.currency, p.kind, coalesce(r.corridor, '')
  ORDER BY p.side, p.counterparty, p.currency, p.kind, coalesce(r.corridor, '')`;

/** What was run up from an instant on until another. */
export async function accrualsBetween(database: Queryable, from: Date, until: Date): Promise<Accrual[]> {
  const rows = await database.query<AccrualRow>(ACCRUALS, [
    INVOICED_ACCOUNTS.receivable,
    INVOICED_ACCOUNTS.payable,
    from,
    until,
    INVOICED_TRANSFERS,
  ]);
  return rows.map(({ amountMinor, ...row }) => ({ ...row, amountMinor: BigInt(amountMinor) }));
}

/** What was paid, or given up, of what a counterparty owes or is owed; since ever. */
export interface PaidSum {
  readonly side: InvoiceSide;
  readonly counterparty: string;
  readonly currency: string;
  readonly paidMinor: bigint;
}

// Whatever is no payment's is an entry: these are found by an index.
const PAID = `
  WITH sided AS (${SIDED_ACCOUNTS})
  SELECT a.side, a.counterparty, a.currency,
    sum(CASE WHEN (t.debit = a.account_id) = (a.side = 'receivable') THEN -t.minor ELSE t.minor END)::text AS "paidMinor"
  FROM sided AS a
  JOIN ledger_transfer AS t ON a.account_id IN (t.debit, t.credit)
  WHERE t.kind IN (${ENTRY_KINDS.map((kind) => `'${kind}'`).join(', ')}) AND t.kind <> $3
  GROUP BY a.side, a.counterparty, a.currency`;

export async function paidSums(database: Queryable): Promise<PaidSum[]> {
  const rows = await database.query<Omit<PaidSum, 'paidMinor'> & { readonly paidMinor: string }>(PAID, [
    INVOICED_ACCOUNTS.receivable,
    INVOICED_ACCOUNTS.payable,
    TAX_TRANSFER,
  ]);
  return rows.map(({ paidMinor, ...row }) => ({ ...row, paidMinor: BigInt(paidMinor) }));
}
