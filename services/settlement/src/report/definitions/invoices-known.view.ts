import { ENTRY_KINDS } from '@tonle/ledger';
import { INVOICED_ACCOUNTS, INVOICED_TRANSFERS, TAX_TRANSFER } from '../../invoice/invoice.js';
import { takenBack } from '../../bank/taken-back.store.js';

const listed = (all: readonly string[]): string => all.map((each) => `'${each}'`).join(', ');

/**
 * Tables for a WITH: accounts that invoices are made of (`sided`), and the invoices that were known, with what was paid of each: money
 * that names an invoice fills that one, the rest and credit notes fill those of a counterparty in their order (`invoice_known`), and of
 * each line (`line_known`).
 */
export const INVOICES_KNOWN = `
  sided AS (
    SELECT account_id, owner AS counterparty, currency,
      CASE WHEN kind IN (${listed(INVOICED_ACCOUNTS.receivable)}) THEN 'receivable' ELSE 'payable' END AS side
    FROM ledger_account
    WHERE kind IN (${listed([...INVOICED_ACCOUNTS.receivable, ...INVOICED_ACCOUNTS.payable])})
  ), money AS (
    SELECT a.side, a.counterparty, a.currency,
      sum(CASE WHEN (t.debit = a.account_id) = (a.side = 'receivable') THEN -t.minor ELSE t.minor END) AS minor
    FROM sided AS a
    JOIN ledger_transfer AS t ON a.account_id IN (t.debit, t.credit)
    WHERE t.kind IN (${listed(ENTRY_KINDS)}) AND t.kind <> '${TAX_TRANSFER}' AND t.at <= :knownAt::timestamptz
    GROUP BY a.side, a.counterparty, a.currency
  ), named AS (
    SELECT a.target_id AS number, sum(abs(a.amount_minor)) AS minor
    FROM bank_allocation AS a
    WHERE a.target = 'fee' AND a.at <= :knownAt
      -- What the bank has taken back since pays nothing.
      AND NOT ${takenBack('a', 'back.at <= :knownAt')}
    GROUP BY a.target_id
  ), owed AS (
    SELECT i.*, greatest(i.amount_minor, 0) AS most, least(greatest(i.amount_minor, 0), coalesce(n.minor, 0)) AS wanted,
      coalesce(m.minor, 0) - coalesce(sum(i.amount_minor) FILTER (WHERE i.amount_minor < 0) OVER whole, 0) AS money
    FROM invoice AS i
    LEFT JOIN money AS m USING (side, counterparty, currency)
    LEFT JOIN named AS n USING (number)
    WHERE i.issued_at <= :knownAt
    WINDOW whole AS (PARTITION BY i.side, i.counterparty, i.currency)
  ), by_name AS (
    SELECT *, greatest(0, least(wanted, money - (sum(wanted) OVER so_far - wanted))) AS first
    FROM owed
    WINDOW so_far AS (PARTITION BY side, counterparty, currency ORDER BY month, number)
  ), in_order AS (
    SELECT *, least(most - first, money - sum(first) OVER whole - (sum(most - first) OVER so_far - (most - first))) AS second
    FROM by_name
    WINDOW whole AS (PARTITION BY side, counterparty, currency),
      so_far AS (PARTITION BY side, counterparty, currency ORDER BY month, number)
  ), invoice_known AS (
    SELECT number, side, counterparty, currency, month, amount_minor, tax_minor, tax_name, tax_percent, due_on, issued_at,
      CASE WHEN amount_minor < 0 THEN amount_minor ELSE (first + greatest(0, second))::bigint END AS paid_minor
    FROM in_order
  ), line_known AS (
    SELECT l.number, l.line_no, l.fee_type, l.corridor, l.count, l.amount_minor, l.tax_minor,
      CASE WHEN i.amount_minor = 0 THEN 0
        ELSE div(i.paid_minor::numeric * sum(l.amount_minor + l.tax_minor) OVER so_far, i.amount_minor)
          - div(i.paid_minor::numeric * (sum(l.amount_minor + l.tax_minor) OVER so_far - l.amount_minor - l.tax_minor), i.amount_minor)
      END::bigint AS paid_minor
    FROM invoice_line AS l
    JOIN invoice_known AS i USING (number)
    WINDOW so_far AS (PARTITION BY l.number ORDER BY l.line_no)
  )`;

/** Kinds of transfers that invoices are made of, for an IN. */
export const ACCRUING = listed(INVOICED_TRANSFERS);

/** The first instant of a month of the books, and of the one after it, in SQL: days of the books are those of Phnom Penh. */
export const monthBegins = (month: string): string =>
  `((${month} || '-01')::date::timestamp - interval '7 hours') AT TIME ZONE 'UTC'`;
export const monthEnds = (month: string): string =>
  `((((${month} || '-01')::date + interval '1 month') - interval '7 hours') AT TIME ZONE 'UTC')`;
