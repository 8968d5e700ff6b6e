import type { ReportDefinition } from '../report-definition.js';
import { ACCRUING, INVOICES_KNOWN, monthBegins, monthEnds } from './invoices-known.view.js';
import { LEDGER_IS_COPIED } from './trial-balance.view.js';

/** R14: the lines of the invoices that were issued in the period, with their tax and what is paid; of a participant its own. */
export const INVOICES: ReportDefinition = {
  id: 'R14',
  title: 'Invoice and interchange statement',
  version: 1,
  audience: 'participants',
  needed: ['day'],
  optional: ['until', 'currency'],
  formats: ['csv', 'xlsx', 'pdf'],
  columns: [
    { key: 'number', label: 'Invoice', type: 'text' },
    { key: 'side', label: 'Side', type: 'text' },
    { key: 'counterparty', label: 'Counterparty', type: 'text' },
    { key: 'month', label: 'Month', type: 'text' },
    { key: 'feeType', label: 'Fee', type: 'text' },
    { key: 'corridor', label: 'Corridor', type: 'text' },
    { key: 'count', label: 'Count', type: 'count' },
    { key: 'payments', label: 'Linked payments', type: 'count' },
    { key: 'currency', label: 'Currency', type: 'text' },
    { key: 'amount', label: 'Amount', type: 'amount', currency: 'currency' },
    { key: 'taxName', label: 'Tax', type: 'text' },
    { key: 'taxPercent', label: 'Tax, percent', type: 'rate' },
    { key: 'tax', label: 'Tax, amount', type: 'amount', currency: 'currency' },
    { key: 'total', label: 'Total', type: 'amount', currency: 'currency' },
    { key: 'paid', label: 'Paid', type: 'amount', currency: 'currency' },
    { key: 'issuedAt', label: 'Issued', type: 'instant' },
    { key: 'due', label: 'Due', type: 'day' },
  ],
  isReady: LEDGER_IS_COPIED,
  // What is paid of an invoice is on its lines by their share, in their order, so that they add up to it.
  sql: `
    WITH ${INVOICES_KNOWN}, chosen AS (
      SELECT *
      FROM invoice_known
      WHERE issued_at >= :from::timestamptz
        AND issued_at < :to::timestamptz
        AND (:currency::text IS NULL OR currency = :currency)
        AND (:receiver::text = '' OR counterparty = :receiver)
    ), linked AS (
      SELECT i.number, t.kind, coalesce(r.corridor, '') AS corridor, count(DISTINCT r.payment_id) AS payments
      FROM chosen AS i
      JOIN sided AS a USING (side, counterparty, currency)
      JOIN ledger_transfer AS t ON a.account_id IN (t.debit, t.credit) AND t.kind IN (${ACCRUING})
        AND t.at >= ${monthBegins('i.month')} AND t.at < ${monthEnds('i.month')}
      LEFT JOIN payment_record AS r ON r.payment_id = t.chain_id
      GROUP BY i.number, t.kind, coalesce(r.corridor, '')
    )
    SELECT i.number, i.side, i.counterparty, i.month, l.fee_type AS "feeType", nullif(l.corridor, '') AS corridor, l.count,
      coalesce(p.payments, 0) AS payments, i.currency, l.amount_minor AS amount, i.tax_name AS "taxName", i.tax_percent AS "taxPercent",
      l.tax_minor AS tax, l.amount_minor + l.tax_minor AS total, l.paid_minor AS paid, i.issued_at AS "issuedAt", i.due_on AS due
    FROM chosen AS i
    JOIN line_known AS l USING (number)
    LEFT JOIN linked AS p ON p.number = l.number AND p.kind = l.fee_type AND p.corridor = l.corridor
    ORDER BY i.issued_at, i.number, l.line_no`,
};

/** R33: each posting that those invoices are made of, with the payment that it is for; of a participant its own. */
export const INVOICED_PAYMENTS: ReportDefinition = {
  id: 'R33',
  title: 'Payments of invoices',
  version: 1,
  audience: 'participants',
  needed: ['day'],
  optional: ['until', 'currency'],
  formats: ['csv', 'xlsx'],
  columns: [
    { key: 'number', label: 'Invoice', type: 'text' },
    { key: 'counterparty', label: 'Counterparty', type: 'text' },
    { key: 'month', label: 'Month', type: 'text' },
    { key: 'feeType', label: 'Fee', type: 'text' },
    { key: 'corridor', label: 'Corridor', type: 'text' },
    { key: 'paymentId', label: 'Payment', type: 'text' },
    { key: 'endToEndId', label: 'End-to-end id', type: 'text' },
    { key: 'at', label: 'Booked', type: 'instant' },
    { key: 'currency', label: 'Currency', type: 'text' },
    { key: 'amount', label: 'Amount', type: 'amount', currency: 'currency' },
  ],
  isReady: LEDGER_IS_COPIED,
  sql: `
    WITH ${INVOICES_KNOWN}
    SELECT i.number, i.counterparty, i.month, t.kind AS "feeType", r.corridor, t.chain_id::text AS "paymentId",
      r.end_to_end_id AS "endToEndId", t.at, i.currency,
      CASE WHEN (t.debit = a.account_id) = (a.side = 'receivable') THEN t.minor ELSE -t.minor END AS amount
    FROM invoice_known AS i
    JOIN sided AS a USING (side, counterparty, currency)
    JOIN ledger_transfer AS t ON a.account_id IN (t.debit, t.credit) AND t.kind IN (${ACCRUING})
      AND t.at >= ${monthBegins('i.month')} AND t.at < ${monthEnds('i.month')}
    LEFT JOIN payment_record AS r ON r.payment_id = t.chain_id
    WHERE i.issued_at >= :from::timestamptz
      AND i.issued_at < :to::timestamptz
      AND (:currency::text IS NULL OR i.currency = :currency)
      AND (:receiver::text = '' OR i.counterparty = :receiver)
    ORDER BY i.issued_at, i.number, t.at, t.chain_id, t.kind, a.account_id`,
};
