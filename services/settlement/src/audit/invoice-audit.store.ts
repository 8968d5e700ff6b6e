import type { AuditFinding } from '@tonle/contracts';
import { minorText } from '@tonle/money';
import type { Queryable } from '@tonle/persistence';
import { INVOICED_ACCOUNTS } from '../invoice/invoice.js';
import { SINCE_SUMMED_UP, SUMMED_UP, summedUpBefore } from '../report/definitions/summed-up.view.js';

// Fees against invoices (level 5), at the end of the last month that is invoiced: what is accrued since is not invoiced yet, and no part of it.

const SHOWN_MAX = 20;

const listed = (all: readonly string[]): string => all.map((each) => `'${each}'`).join(', ');
const ACCOUNTS = listed([...INVOICED_ACCOUNTS.receivable, ...INVOICED_ACCOUNTS.payable]);

// Days of the books are those of Phnom Penh.
const ENDS = `
  SELECT m.month, ((m.month || '-01')::timestamp + interval '1 month' - interval '7 hours') AT TIME ZONE 'UTC' AS at
  FROM (SELECT max(month) AS month FROM invoice) AS m
  JOIN ledger_copy AS c
    ON c.copied_up_to >= ((m.month || '-01')::timestamp + interval '1 month' - interval '7 hours') AT TIME ZONE 'UTC'`;

const COUNTERPARTIES = `
  SELECT account_id, code, owner AS counterparty, currency,
    CASE WHEN kind IN (${listed(INVOICED_ACCOUNTS.receivable)}) THEN 'receivable' ELSE 'payable' END AS side
  FROM ledger_account
  WHERE kind IN (${ACCOUNTS})`;

const HELD = `
  WITH ends AS (${ENDS}), ${summedUpBefore('(SELECT at FROM ends)')}, owing AS (${COUNTERPARTIES}), moved AS (
    SELECT side.account_id, sum(side.minor) AS minor
    FROM ledger_transfer
    CROSS JOIN LATERAL (VALUES (debit, minor), (credit, -minor)) AS side (account_id, minor)
    WHERE at >= ${SINCE_SUMMED_UP} AND at < (SELECT at FROM ends)
      AND side.account_id IN (SELECT account_id FROM owing)
    GROUP BY side.account_id
  ), entered AS (
    SELECT side.code, sum(side.minor) AS minor
    FROM ledger_entry
    CROSS JOIN LATERAL (VALUES (debit, minor), (credit, -minor)) AS side (code, minor)
    WHERE (debit ~ '^(FEE|FX)_' OR credit ~ '^(FEE|FX)_') AND booked_at < (SELECT at FROM ends)
    GROUP BY side.code
  ), invoiced AS (
    SELECT side, counterparty, currency, sum(amount_minor - tax_minor) AS minor
    FROM invoice
    GROUP BY side, counterparty, currency
  ), held AS (
    SELECT a.side, a.counterparty, a.currency,
      sum(CASE a.side WHEN 'receivable' THEN 1 ELSE -1 END
        * (coalesce(c.debits - c.credits, 0) + coalesce(m.minor, 0) - coalesce(e.minor, 0))) AS minor
    FROM owing AS a
    LEFT JOIN LATERAL (${SUMMED_UP}) AS c ON true
    LEFT JOIN moved AS m USING (account_id)
    LEFT JOIN entered AS e USING (code)
    GROUP BY a.side, a.counterparty, a.currency
  )
  SELECT (SELECT month FROM ends) AS month, side, counterparty, currency, coalesce(h.minor, 0)::text AS accrued,
    coalesce(i.minor, 0)::text AS invoiced
  FROM held AS h
  FULL JOIN invoiced AS i USING (side, counterparty, currency)
  WHERE EXISTS (SELECT FROM ends)
  ORDER BY side, counterparty, currency`;

interface HeldRow {
  readonly side: string;
  readonly counterparty: string;
  readonly currency: string;
  readonly month: string;
  readonly accrued: string;
  readonly invoiced: string;
}

/** What was accrued up to the end of the last month that is invoiced, less what was paid and levied, against invoices. */
export async function invoiceFinding(database: Queryable): Promise<AuditFinding> {
  const rows = await database.query<HeldRow & object>(HELD);
  const violations = rows
    .filter(({ accrued, invoiced }) => accrued !== invoiced)
    .map(({ side, counterparty, currency, month, accrued, invoiced }) => {
      const [owed, said] = [accrued, invoiced].map((minor) => minorText(BigInt(minor), currency));
      return `${side} ${counterparty}: accrued ${owed} up to ${month}, invoiced ${said}`;
    });
  return {
    invariant: 'what was accrued up to the last month that is invoiced is what its invoices say',
    ok: violations.length === 0,
    checked: rows.length,
    violations: violations.slice(0, SHOWN_MAX),
  };
}
