import type { ReportDefinition } from '../report-definition.js';

/** R4: a line for each pair of a window: gross both ways, the pair's net, and the first one's net towards all. */
export const BILATERAL_NETS: ReportDefinition = {
  id: 'R4',
  title: 'Bilateral net matrix',
  version: 1,
  audience: 'participants',
  needed: ['day'],
  optional: ['until', 'currency', 'window'],
  formats: ['csv', 'xlsx', 'pdf'],
  columns: [
    { key: 'window', label: 'Window', type: 'text' },
    { key: 'day', label: 'Day', type: 'day' },
    { key: 'currency', label: 'Currency', type: 'text' },
    { key: 'participant', label: 'Participant', type: 'text' },
    { key: 'counterparty', label: 'Counterparty', type: 'text' },
    { key: 'paymentsOut', label: 'Payments out', type: 'count' },
    { key: 'grossOut', label: 'Gross out', type: 'amount', currency: 'currency' },
    { key: 'paymentsIn', label: 'Payments in', type: 'count' },
    { key: 'grossIn', label: 'Gross in', type: 'amount', currency: 'currency' },
    { key: 'net', label: 'Bilateral net', type: 'amount', currency: 'currency' },
    { key: 'netOfAll', label: 'Multilateral net', type: 'amount', currency: 'currency', isBalance: true },
  ],
  // Each pair from both sides: the nets of a currency add up to zero.
  sql: `
    WITH pair AS (
      SELECT b.window_id, b.debtor AS participant, b.creditor AS counterparty, b.payments AS payments_out,
        b.amount_minor AS gross_out, 0 AS payments_in, 0::bigint AS gross_in
      FROM window_bilateral AS b
      UNION ALL
      SELECT b.window_id, b.creditor, b.debtor, 0, 0, b.payments, b.amount_minor
      FROM window_bilateral AS b
    )
    SELECT w.window_id AS window, w.day, w.currency, p.participant, p.counterparty,
      sum(p.payments_out) AS "paymentsOut", -sum(p.gross_out)::bigint AS "grossOut",
      sum(p.payments_in) AS "paymentsIn", sum(p.gross_in)::bigint AS "grossIn",
      (sum(p.gross_in) - sum(p.gross_out))::bigint AS net,
      n.net_minor AS "netOfAll"
    FROM settlement_window AS w
    JOIN pair AS p USING (window_id)
    LEFT JOIN window_net AS n USING (window_id, participant)
    WHERE w.day BETWEEN :day::date AND coalesce(:until::date, :day::date)
      AND (:currency::text IS NULL OR w.currency = :currency)
      AND (:window::text IS NULL OR w.window_id = :window)
      AND (:receiver::text = '' OR p.participant = :receiver)
      AND coalesce(w.netted_at, w.closed_at) <= :knownAt::timestamptz
    GROUP BY w.window_id, w.day, w.currency, p.participant, p.counterparty, n.net_minor
    ORDER BY w.day, w.window_id, p.participant, p.counterparty`,
};
