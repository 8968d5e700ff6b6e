import type { ReportDefinition } from '../report-definition.js';

/** R1: a line for each window, as it stood, from its network's side; through a gross rail all of it goes both in and out. */
export const WINDOW_SUMMARY: ReportDefinition = {
  id: 'R1',
  title: 'Settlement window summary',
  version: 1,
  audience: 'operators',
  needed: ['day'],
  optional: ['until', 'currency', 'partner'],
  formats: ['csv', 'xlsx', 'pdf'],
  columns: [
    { key: 'window', label: 'Window', type: 'text' },
    { key: 'partner', label: 'Partner', type: 'text' },
    { key: 'currency', label: 'Currency', type: 'text' },
    { key: 'mode', label: 'Mode', type: 'text' },
    { key: 'day', label: 'Day', type: 'day' },
    { key: 'cutOffAt', label: 'Cut-off', type: 'instant' },
    { key: 'closedAt', label: 'Closed', type: 'instant' },
    { key: 'paymentsIn', label: 'Payments in', type: 'count' },
    { key: 'paymentsOut', label: 'Payments out', type: 'count' },
    { key: 'grossIn', label: 'Gross in', type: 'amount', currency: 'currency' },
    { key: 'grossOut', label: 'Gross out', type: 'amount', currency: 'currency' },
    { key: 'refunds', label: 'Refunds', type: 'amount', currency: 'currency' },
    { key: 'net', label: 'Net', type: 'amount', currency: 'currency' },
    { key: 'state', label: 'State', type: 'text' },
    { key: 'approvers', label: 'Approved by', type: 'text' },
    { key: 'valueDate', label: 'Value date', type: 'day' },
    { key: 'bankReference', label: 'Bank reference', type: 'text' },
    { key: 'settledAt', label: 'Settled', type: 'instant' },
  ],
  sql: `
    WITH chosen AS (
      SELECT *
      FROM settlement_window
      WHERE day BETWEEN :day::date AND coalesce(:until::date, :day::date)
        AND (:currency::text IS NULL OR currency = :currency)
        AND (:partner::text IS NULL OR partner = :partner)
    ), moved AS (
      SELECT w.window_id,
        count(*) FILTER (WHERE w.settlement_mode = 'GROSS_RT' OR l.creditor = w.partner) AS payments_in,
        count(*) FILTER (WHERE w.settlement_mode = 'GROSS_RT' OR l.debtor = w.partner) AS payments_out,
        sum(l.amount_minor) FILTER (WHERE w.settlement_mode = 'GROSS_RT' OR l.creditor = w.partner)::bigint AS gross_in,
        sum(l.amount_minor) FILTER (WHERE w.settlement_mode = 'GROSS_RT' OR l.debtor = w.partner)::bigint AS gross_out,
        sum(l.amount_minor) FILTER (WHERE p.refund_of IS NOT NULL)::bigint AS refunds
      FROM chosen AS w
      JOIN window_line AS l USING (window_id)
      JOIN payment_record AS p USING (payment_id)
      WHERE coalesce(p.known_at, p.ended_at) <= :knownAt::timestamptz
      GROUP BY w.window_id
    )
    SELECT w.window_id AS window, w.partner, w.currency, w.settlement_mode AS mode, w.day, w.cut_off_at AS "cutOffAt",
      CASE WHEN w.closed_at <= :knownAt THEN w.closed_at END AS "closedAt",
      coalesce(m.payments_in, 0) AS "paymentsIn",
      coalesce(m.payments_out, 0) AS "paymentsOut",
      coalesce(m.gross_in, 0) AS "grossIn",
      -coalesce(m.gross_out, 0) AS "grossOut",
      coalesce(m.refunds, 0) AS refunds,
      coalesce(m.gross_in, 0) - coalesce(m.gross_out, 0) AS net,
      CASE
        WHEN w.settled_at <= :knownAt THEN 'SETTLED'
        WHEN i.rejected_at <= :knownAt THEN 'FAILED'
        WHEN w.instructed_at <= :knownAt AND i.prepared_at IS NOT NULL THEN 'INSTRUCTED'
        WHEN w.approved_at <= :knownAt THEN 'APPROVED'
        WHEN coalesce(w.netted_at, w.closed_at) <= :knownAt THEN 'NETTED'
        WHEN w.cut_off_at <= :knownAt THEN 'DRAINING'
        ELSE 'OPEN'
      END AS state,
      (SELECT string_agg(DISTINCT v.operator, ', ')
       FROM approval_vote AS v
       WHERE v.approval_id = w.approval_id AND v.verdict = 'approve' AND v.at <= :knownAt) AS approvers,
      CASE WHEN coalesce(w.netted_at, w.closed_at) <= :knownAt THEN w.value_date END AS "valueDate",
      i.message_id AS "bankReference",
      CASE WHEN w.settled_at <= :knownAt THEN w.settled_at END AS "settledAt"
    FROM chosen AS w
    LEFT JOIN moved AS m USING (window_id)
    LEFT JOIN LATERAL (
      SELECT prepared_at, rejected_at, message_id
      FROM settlement_instruction
      WHERE window_id = w.window_id AND prepared_at <= :knownAt
      ORDER BY attempt DESC
      LIMIT 1
    ) AS i ON true
    ORDER BY w.day, w.currency, w.window_id`,
};
