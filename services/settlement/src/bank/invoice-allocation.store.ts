import {
  feePayableAccount,
  feeReceivableAccount,
  fxPayableAccount,
  fxReceivableAccount,
} from '@tonle/ledger';
import type { Queryable } from '@tonle/persistence';
import type { BankLine } from './bank-line.js';
import type { OpenInvoice } from './invoice-allocation.decide.js';
import { takenBack } from './taken-back.store.js';

interface Row {
  readonly number: string;
  readonly side: 'receivable' | 'payable';
  readonly counterparty: string;
  readonly feeMinor: bigint;
  readonly fxMinor: bigint;
}

// Credit notes are set off against invoices: no money comes or goes for them. What was paid by lines that still count is open no more.
const NAMED = `
  SELECT i.number, i.side, i.counterparty,
         (coalesce(sum(l.amount_minor + l.tax_minor) FILTER (WHERE l.fee_type <> 'fx_difference'), 0) - paid.fee)::bigint AS "feeMinor",
         (coalesce(sum(l.amount_minor) FILTER (WHERE l.fee_type = 'fx_difference'), 0) - paid.fx)::bigint AS "fxMinor"
  FROM invoice i
  JOIN invoice_line l USING (number)
  CROSS JOIN LATERAL (
    SELECT coalesce(sum(abs(a.amount_minor)) FILTER (WHERE NOT is_fx), 0) AS fee,
           coalesce(sum(abs(a.amount_minor)) FILTER (WHERE is_fx), 0) AS fx
    FROM bank_allocation a
    JOIN ledger_entry e USING (entry_id)
    CROSS JOIN LATERAL (SELECT e.debit LIKE 'FX_%' OR e.credit LIKE 'FX_%' AS is_fx) AS of
    WHERE a.target = 'fee' AND a.target_id = i.number
      AND NOT ${takenBack('a')}
  ) AS paid
  WHERE i.number = ANY($1) AND i.currency = $2 AND i.series IN ('INV', 'PAY')
  GROUP BY i.number, i.side, i.counterparty, paid.fee, paid.fx
  ORDER BY i.number`;

/** Invoices of a currency that these words name, with what is open of each. */
export async function namedInvoices(
  database: Queryable,
  { currency }: Pick<BankLine, 'currency'>,
  tokens: readonly string[],
): Promise<OpenInvoice[]> {
  const rows = await database.query<Row & object>(NAMED, [tokens, currency]);
  return rows.map(({ number, side, counterparty, feeMinor, fxMinor }) => {
    const isOwedToUs = side === 'receivable';
    const [fee, fx] = isOwedToUs
      ? [feeReceivableAccount(counterparty, currency), fxReceivableAccount(counterparty, currency)]
      : [feePayableAccount(counterparty, currency), fxPayableAccount(counterparty, currency)];
    const signed = (minor: bigint) => (isOwedToUs ? minor : -minor);
    return {
      number,
      accounts: [
        { account: fee, openMinor: signed(feeMinor) },
        { account: fx, openMinor: signed(fxMinor) },
      ],
    };
  });
}

/** What lines of banks have paid of invoices by naming them, as far as they still count; by number, above zero. */
export async function paidByName(
  database: Queryable,
  numbers: readonly string[],
): Promise<ReadonlyMap<string, bigint>> {
  const rows = await database.query<{ number: string; minor: bigint }>(
    `SELECT a.target_id AS number, sum(abs(a.amount_minor))::bigint AS minor
     FROM bank_allocation a
     WHERE a.target = 'fee' AND a.target_id = ANY($1)
       AND NOT ${takenBack('a')}
     GROUP BY a.target_id`,
    [numbers],
  );
  return new Map(rows.map(({ number, minor }) => [number, minor]));
}
