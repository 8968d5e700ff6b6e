import type { ReportDefinition } from '../report-definition.js';

/**
 * What moved positions: the net of each window once it is netted, what a default took out of it back, and what bank lines settled of it.
 * Until something moved it back, a position is what its owner owes (minus) or is owed.
 */
export const POSITION_MOVES = `
  SELECT n.participant, w.currency, 'WINDOW' AS line, w.window_id AS reference, w.day, w.value_date,
    coalesce(w.netted_at, w.closed_at) AS at, 1 AS step, n.net_minor AS minor
  FROM window_net AS n
  JOIN settlement_window AS w USING (window_id)
  UNION ALL
  SELECT l.participant, i.currency, 'SETTLED', l.end_to_end_id, w.day, c.value_date, c.covered_at, 2,
    CASE l.direction WHEN 'pay_in' THEN c.minor ELSE -c.minor END
  FROM instruction_coverage AS c
  JOIN settlement_instruction_line AS l USING (instruction_id, line_no)
  JOIN settlement_instruction AS i USING (instruction_id)
  JOIN settlement_window AS w ON w.window_id = l.window_id`;

/** R2: of each participant and currency an opening, what moved it, and a closing. */
export const PARTICIPANT_STATEMENT: ReportDefinition = {
  id: 'R2',
  title: 'Settlement statement',
  version: 1,
  audience: 'participants',
  needed: ['day', 'currency'],
  optional: ['until'],
  formats: ['csv', 'xlsx', 'pdf', 'camt.053', 'camt.052'],
  columns: [
    { key: 'participant', label: 'Participant', type: 'text' },
    { key: 'currency', label: 'Currency', type: 'text' },
    { key: 'line', label: 'Line', type: 'text' },
    { key: 'reference', label: 'Reference', type: 'text' },
    { key: 'day', label: 'Day', type: 'day' },
    { key: 'valueDate', label: 'Value date', type: 'day' },
    { key: 'at', label: 'Booked', type: 'instant' },
    { key: 'payments', label: 'Payments', type: 'count' },
    { key: 'grossIn', label: 'Gross in', type: 'amount', currency: 'currency' },
    { key: 'grossOut', label: 'Gross out', type: 'amount', currency: 'currency' },
    { key: 'net', label: 'Net', type: 'amount', currency: 'currency' },
    { key: 'balance', label: 'Balance', type: 'amount', currency: 'currency', isBalance: true },
  ],
  sql: `
    WITH moved AS (
      SELECT *
      FROM (${POSITION_MOVES}) AS every
      WHERE currency = :currency::text
        AND (:receiver::text = '' OR participant = :receiver)
        AND at <= :knownAt::timestamptz
        AND at < :to::timestamptz
    ), line AS (
      SELECT participant, 0 AS place, 'OPENING' AS line, '' AS reference, NULL::date AS day, NULL::date AS value_date,
        :from::timestamptz AS at, 0 AS step, NULL::bigint AS minor,
        coalesce(sum(minor) FILTER (WHERE at < :from), 0)::bigint AS moves
      FROM moved
      GROUP BY participant
      UNION ALL
      SELECT :receiver, 0, 'OPENING', '', NULL, NULL, :from, 0, NULL, 0
      WHERE :receiver <> '' AND NOT EXISTS (SELECT FROM moved)
      UNION ALL
      SELECT participant, 1, line, reference, day, value_date, at, step, minor, minor
      FROM moved
      WHERE at >= :from
    ), balanced AS (
      SELECT *, sum(moves) OVER (PARTITION BY participant ORDER BY place, at, step, reference)::bigint AS balance
      FROM line
    ), closed AS (
      SELECT participant, place, line, reference, day, value_date, at, step, minor, balance
      FROM balanced
      UNION ALL
      SELECT participant, 2, 'CLOSING', '', NULL, NULL, least(:to, :knownAt), 3, NULL, sum(moves)::bigint
      FROM line
      GROUP BY participant
    )
    SELECT c.participant, :currency AS currency, c.line, c.reference, c.day, c.value_date AS "valueDate", c.at,
      pair.payments, pair.gross_in AS "grossIn", -pair.gross_out AS "grossOut", c.minor AS net, c.balance
    FROM closed AS c
    LEFT JOIN LATERAL (
      SELECT sum(b.payments) AS payments,
        coalesce(sum(b.amount_minor) FILTER (WHERE b.creditor = c.participant), 0)::bigint AS gross_in,
        coalesce(sum(b.amount_minor) FILTER (WHERE b.debtor = c.participant), 0)::bigint AS gross_out
      FROM window_bilateral AS b
      WHERE c.line = 'WINDOW' AND b.window_id = c.reference AND c.participant IN (b.debtor, b.creditor)
    ) AS pair ON c.line = 'WINDOW'
    ORDER BY c.participant, c.place, c.at, c.step, c.reference`,
  camt: ({ receiver, currency, period }) => ({
    account: { id: `POSITION-${receiver}`.slice(0, 34), scheme: 'TONLE', currency },
    from: period.from.toISOString(),
    to: period.to.toISOString(),
    amount: 'net',
    reference: 'reference',
    bookedAt: 'at',
    valueDate: 'valueDate',
    count: 'payments',
    information: 'line',
    balances: { column: 'line', opening: 'OPENING', closing: 'CLOSING', amount: 'balance' },
  }),
};
