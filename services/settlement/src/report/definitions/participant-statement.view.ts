import { bothReady, factsAreCopied } from '../fact-readiness.js';
import type { ReportDefinition } from '../report-definition.js';
import { LEDGER_IS_COPIED } from './trial-balance.view.js';
import { SINCE_SUMMED_UP, SUMMED_UP, summedUpBefore } from './summed-up.view.js';

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
  JOIN settlement_window AS w ON w.window_id = l.window_id
  UNION ALL
  SELECT l.participant, i.currency, 'TAKEN_BACK', l.end_to_end_id, w.day, c.value_date, c.taken_back_at, 3,
    CASE l.direction WHEN 'pay_in' THEN -c.minor ELSE c.minor END
  FROM instruction_coverage AS c
  JOIN settlement_instruction_line AS l USING (instruction_id, line_no)
  JOIN settlement_instruction AS i USING (instruction_id)
  JOIN settlement_window AS w ON w.window_id = l.window_id
  WHERE c.taken_back_at IS NOT NULL`;

/**
 * Tables for a WITH: what each participant has lodged in `:currency`, when the period begins and ends, what came and went, and what it
 * owes for services in between (`side`).
 */
const LODGED = `
  ${summedUpBefore(':from')}, side AS (
    SELECT a.account_id, a.kind, a.owner, t.at, t.kind AS transfer, t.minor
    FROM ledger_account AS a
    JOIN ledger_transfer AS t ON t.credit = a.account_id
    WHERE a.kind IN ('PREFUND', 'FEE_RECEIVABLE') AND a.currency = :currency::text
    UNION ALL
    SELECT a.account_id, a.kind, a.owner, t.at, t.kind, -t.minor
    FROM ledger_account AS a
    JOIN ledger_transfer AS t ON t.debit = a.account_id
    WHERE a.kind IN ('PREFUND', 'FEE_RECEIVABLE') AND a.currency = :currency
  ), recent AS (
    SELECT *
    FROM side
    WHERE at >= ${SINCE_SUMMED_UP}
      AND at < :to::timestamptz
      AND at <= :knownAt::timestamptz
  ), lodged AS (
    SELECT a.owner AS participant,
      coalesce(sum(c.credits - c.debits) FILTER (WHERE a.kind = 'PREFUND'), 0)::bigint
        + coalesce(sum(m.before) FILTER (WHERE a.kind = 'PREFUND'), 0)::bigint AS before,
      coalesce(sum(m.funds_in) FILTER (WHERE a.kind = 'PREFUND'), 0)::bigint AS funds_in,
      coalesce(sum(m.funds_out) FILTER (WHERE a.kind = 'PREFUND'), 0)::bigint AS funds_out,
      coalesce(sum(m.fees), 0)::bigint AS fees
    FROM ledger_account AS a
    LEFT JOIN LATERAL (${SUMMED_UP}) AS c ON true
    LEFT JOIN (
      SELECT account_id, sum(minor) FILTER (WHERE at < :from) AS before,
        sum(minor) FILTER (WHERE at >= :from AND minor > 0) AS funds_in,
        sum(minor) FILTER (WHERE at >= :from AND minor < 0) AS funds_out,
        sum(minor) FILTER (WHERE at >= :from AND kind = 'FEE_RECEIVABLE' AND transfer IN ('fee', 'fee_return')) AS fees
      FROM recent
      GROUP BY account_id
    ) AS m ON m.account_id = a.account_id
    WHERE a.kind IN ('PREFUND', 'FEE_RECEIVABLE') AND a.currency = :currency
    GROUP BY a.owner
  )`;

// What it may owe, as the directory had it at an instant.
const capAt = (instant: string): string => `
  SELECT (body -> 'caps' ->> :currency)::bigint AS cap
  FROM fact
  WHERE source = 'routing.participant'
    AND id = c.participant
    AND known_from <= ${instant}
    AND (known_until IS NULL OR known_until > ${instant})`;

/** R2: of each participant and currency an opening, what moved it, and a closing, with prefund, cap and fees. */
export const PARTICIPANT_STATEMENT: ReportDefinition = {
  id: 'R2',
  title: 'Settlement statement',
  version: 2,
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
    { key: 'fundsIn', label: 'Funds in', type: 'amount', currency: 'currency' },
    { key: 'fundsOut', label: 'Funds out', type: 'amount', currency: 'currency' },
    { key: 'prefund', label: 'Prefund', type: 'amount', currency: 'currency', isBalance: true },
    { key: 'cap', label: 'Cap', type: 'amount', currency: 'currency', isBalance: true },
    { key: 'fees', label: 'Fees', type: 'amount', currency: 'currency' },
  ],
  isReady: bothReady(LEDGER_IS_COPIED, factsAreCopied('routing.participant')),
  // Prefund, cap and fees stand beside the position: the first at both ends, what came and went and the fees at the closing.
  sql: `
    WITH ${LODGED}, moved AS (
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
      SELECT participant, 2, 'CLOSING', '', NULL, NULL, least(:to, :knownAt), 4, NULL, sum(moves)::bigint
      FROM line
      GROUP BY participant
    )
    SELECT c.participant, :currency AS currency, c.line, c.reference, c.day, c.value_date AS "valueDate", c.at,
      pair.payments, pair.gross_in AS "grossIn", -pair.gross_out AS "grossOut", c.minor AS net, c.balance,
      CASE c.line WHEN 'CLOSING' THEN coalesce(o.funds_in, 0) END AS "fundsIn",
      CASE c.line WHEN 'CLOSING' THEN coalesce(o.funds_out, 0) END AS "fundsOut",
      CASE c.line
        WHEN 'OPENING' THEN coalesce(o.before, 0)
        WHEN 'CLOSING' THEN coalesce(o.before + o.funds_in + o.funds_out, 0)
      END AS prefund,
      CASE c.line WHEN 'OPENING' THEN opened.cap WHEN 'CLOSING' THEN ended.cap END AS cap,
      CASE c.line WHEN 'CLOSING' THEN coalesce(o.fees, 0) END AS fees
    FROM closed AS c
    LEFT JOIN lodged AS o USING (participant)
    LEFT JOIN LATERAL (${capAt(':from')}) AS opened ON c.line = 'OPENING'
    LEFT JOIN LATERAL (${capAt('least(:to, :knownAt)')}) AS ended ON c.line = 'CLOSING'
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
