import { bothReady, factsAreCopied } from '../fact-readiness.js';
import type { ReportDefinition } from '../report-definition.js';
import { ACCRUING, INVOICES_KNOWN } from './invoices-known.view.js';

// The months that the days lie in, as far as they are known.
const UNTIL_KNOWN = `least(
  ((date_trunc('month', coalesce(:until::date, :day::date)::timestamp) + interval '1 month' - interval '7 hours') AT TIME ZONE 'UTC'),
  :knownAt::timestamptz)`;

/**
 * R13: what was accrued in the months that the days lie in, by corridor, kind of payer and fee, as the ledger has it, and how much of it
 * is on invoices and paid.
 */
export const FEES_AND_REVENUE: ReportDefinition = {
  id: 'R13',
  title: 'Fees and revenue',
  version: 1,
  audience: 'operators',
  needed: ['day'],
  optional: ['until', 'currency'],
  formats: ['csv', 'xlsx', 'pdf'],
  columns: [
    { key: 'month', label: 'Month', type: 'text' },
    { key: 'side', label: 'Side', type: 'text' },
    { key: 'corridor', label: 'Corridor', type: 'text' },
    { key: 'payerType', label: 'Payer type', type: 'text' },
    { key: 'feeType', label: 'Fee', type: 'text' },
    { key: 'count', label: 'Count', type: 'count' },
    { key: 'currency', label: 'Currency', type: 'text' },
    { key: 'base', label: 'Base', type: 'amount', currency: 'currency' },
    { key: 'amount', label: 'Amount', type: 'amount', currency: 'currency' },
    { key: 'accrued', label: 'Accrued', type: 'amount', currency: 'currency' },
    { key: 'invoiced', label: 'Invoiced', type: 'amount', currency: 'currency' },
    { key: 'tax', label: 'Tax, amount', type: 'amount', currency: 'currency' },
    { key: 'paid', label: 'Paid', type: 'amount', currency: 'currency' },
  ],
  isReady: bothReady(
    `SELECT copied_up_to >= ${UNTIL_KNOWN} AS "isReady" FROM ledger_copy`,
    factsAreCopied('routing.participant'),
  ),
  // Accrued is what is on no invoice yet. The base is the payments' amount in the currency of the fee. Paid has the tax in it.
  sql: `
    WITH ${INVOICES_KNOWN}, part AS (
      SELECT to_char(((t.at AT TIME ZONE 'UTC') + interval '7 hours'), 'YYYY-MM') AS month, a.side, a.counterparty, a.currency, t.kind,
        coalesce(r.corridor, '') AS corridor,
        CASE WHEN (t.debit = a.account_id) = (a.side = 'receivable') THEN t.minor ELSE -t.minor END AS minor,
        CASE a.currency WHEN r.source_currency THEN r.source_minor WHEN r.target_currency THEN r.target_minor END AS base
      FROM ledger_transfer AS t
      JOIN sided AS a ON a.account_id IN (t.debit, t.credit)
      LEFT JOIN payment_record AS r ON r.payment_id = t.chain_id AND coalesce(r.known_at, r.ended_at) <= :knownAt::timestamptz
      WHERE t.kind IN (${ACCRUING})
        AND t.at >= (date_trunc('month', :day::date::timestamp) - interval '7 hours') AT TIME ZONE 'UTC'
        AND t.at < ${UNTIL_KNOWN}
        AND (:currency::text IS NULL OR a.currency = :currency)
    ), line AS (
      SELECT month, side, counterparty, currency, kind, corridor, count(*) AS count, sum(minor)::bigint AS minor, sum(base)::bigint AS base
      FROM part
      GROUP BY month, side, counterparty, currency, kind, corridor
    )
    SELECT l.month, l.side, nullif(l.corridor, '') AS corridor, p.kind AS "payerType", l.kind AS "feeType", sum(l.count)::bigint AS count,
      l.currency, sum(l.base)::bigint AS base, sum(l.minor)::bigint AS amount,
      sum(l.minor - coalesce(k.amount_minor, 0))::bigint AS accrued, coalesce(sum(k.amount_minor), 0)::bigint AS invoiced,
      coalesce(sum(k.tax_minor), 0)::bigint AS tax, coalesce(sum(k.paid_minor), 0)::bigint AS paid
    FROM line AS l
    LEFT JOIN invoice_known AS i USING (month, side, counterparty, currency)
    LEFT JOIN line_known AS k ON k.number = i.number AND k.fee_type = l.kind AND k.corridor = l.corridor
    LEFT JOIN LATERAL (
      SELECT body ->> 'kind' AS kind
      FROM fact
      WHERE source = 'routing.participant' AND id = l.counterparty
      ORDER BY known_from <= :knownAt DESC, CASE WHEN known_from <= :knownAt THEN known_from END DESC, known_from
      LIMIT 1
    ) AS p ON true
    GROUP BY l.month, l.side, l.corridor, p.kind, l.kind, l.currency
    ORDER BY l.month, l.side, l.corridor, p.kind NULLS FIRST, l.kind, l.currency`,
};
