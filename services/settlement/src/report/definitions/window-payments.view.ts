import type { ReportDefinition } from '../report-definition.js';

/** R3: a line for each payment of a window; to a participant those that it takes part in, what it owes with a minus. */
export const WINDOW_PAYMENTS: ReportDefinition = {
  id: 'R3',
  title: 'Payments of a window',
  version: 1,
  audience: 'participants',
  needed: ['window'],
  optional: [],
  formats: ['csv', 'xlsx', 'pdf', 'camt.054'],
  columns: [
    { key: 'paymentId', label: 'Payment', type: 'text' },
    { key: 'uetr', label: 'UETR', type: 'text' },
    { key: 'endToEndId', label: 'End-to-end id', type: 'text' },
    { key: 'partnerReference', label: 'Partner reference', type: 'text' },
    { key: 'direction', label: 'Direction', type: 'text' },
    { key: 'payerAgent', label: 'Payer agent', type: 'text' },
    { key: 'payeeAgent', label: 'Payee agent', type: 'text' },
    { key: 'debtor', label: 'Owes', type: 'text' },
    { key: 'creditor', label: 'Is owed', type: 'text' },
    { key: 'currency', label: 'Currency', type: 'text' },
    { key: 'amount', label: 'Amount', type: 'amount', currency: 'currency' },
    { key: 'sourceCurrency', label: 'Source currency', type: 'text' },
    { key: 'source', label: 'Source', type: 'amount', currency: 'sourceCurrency' },
    { key: 'targetCurrency', label: 'Target currency', type: 'text' },
    { key: 'target', label: 'Target', type: 'amount', currency: 'targetCurrency' },
    { key: 'rate', label: 'Rate', type: 'rate' },
    { key: 'quoteId', label: 'Quote', type: 'text' },
    { key: 'feeCurrency', label: 'Fee currency', type: 'text' },
    { key: 'fee', label: 'Fee', type: 'amount', currency: 'feeCurrency' },
    { key: 'refundOf', label: 'Refund of', type: 'text' },
    { key: 'acceptedAt', label: 'Accepted', type: 'instant' },
    { key: 'completedAt', label: 'Completed', type: 'instant' },
    { key: 'originDay', label: 'Origin day', type: 'day' },
  ],
  // In the order of the window's own index: nothing is sorted, however many there are.
  sql: `
    SELECT l.payment_id::text AS "paymentId", p.uetr::text AS uetr, p.end_to_end_id AS "endToEndId",
      CASE WHEN p.direction = 'outbound' THEN p.credit_ref ELSE p.debit_ref END AS "partnerReference",
      p.direction, p.debtor_agent AS "payerAgent", p.creditor_agent AS "payeeAgent", l.debtor, l.creditor, w.currency,
      CASE WHEN :receiver::text = '' OR l.creditor = :receiver THEN l.amount_minor ELSE -l.amount_minor END AS amount,
      p.source_currency AS "sourceCurrency", p.source_minor AS source,
      p.target_currency AS "targetCurrency", p.target_minor AS target,
      nullif(p.rate, '') AS rate, p.quote_id::text AS "quoteId",
      fee.currency AS "feeCurrency", fee.minor AS fee,
      p.refund_of::text AS "refundOf", p.accepted_at AS "acceptedAt", p.ended_at AS "completedAt",
      ((p.accepted_at AT TIME ZONE 'UTC') + make_interval(mins => :offset::int))::date AS "originDay"
    FROM settlement_window AS w
    JOIN window_line AS l USING (window_id)
    JOIN payment_record AS p USING (payment_id)
    LEFT JOIN LATERAL (
      SELECT f -> 'amount' ->> 'currency' AS currency, sum((f -> 'amount' ->> 'minor')::bigint)::bigint AS minor
      FROM jsonb_array_elements(p.fees) AS f
      WHERE f -> 'amount' ->> 'currency' = p.fees -> 0 -> 'amount' ->> 'currency'
      GROUP BY 1
    ) AS fee ON p.fees IS NOT NULL
    WHERE w.window_id = :window::text
      AND (:receiver = '' OR :receiver IN (l.debtor, l.creditor))
      AND coalesce(p.known_at, p.ended_at) <= :knownAt::timestamptz
    ORDER BY l.window_id, l.payment_id`,
  camt: ({ receiver, currency, period }) => ({
    account: { id: `POSITION-${receiver}`.slice(0, 34), scheme: 'TONLE', currency },
    from: period.from.toISOString(),
    to: period.to.toISOString(),
    amount: 'amount',
    reference: 'paymentId',
    bookedAt: 'completedAt',
    endToEndId: 'endToEndId',
    uetr: 'uetr',
    partnerReference: 'partnerReference',
  }),
};
