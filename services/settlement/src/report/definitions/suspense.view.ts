import type { ReportDefinition } from '../report-definition.js';

/**
 * R27: money that no instruction or deposit explains, with its age, what is proposed and what was decided; and what people wrote off of
 * breaks on the days of the report.
 */
export const SUSPENSE: ReportDefinition = {
  id: 'R27',
  title: 'Suspense and write-off',
  version: 2,
  audience: 'operators',
  needed: ['day'],
  optional: ['until', 'currency'],
  formats: ['csv', 'xlsx', 'pdf'],
  columns: [
    { key: 'account', label: 'Account', type: 'text' },
    { key: 'itemId', label: 'Item or break', type: 'text' },
    { key: 'bank', label: 'Bank', type: 'text' },
    { key: 'lineId', label: 'Bank line', type: 'text' },
    { key: 'currency', label: 'Currency', type: 'text' },
    { key: 'day', label: 'Day', type: 'day' },
    { key: 'ageDays', label: 'Age in days', type: 'count' },
    { key: 'amount', label: 'Amount', type: 'amount', currency: 'currency' },
    { key: 'cleared', label: 'Cleared', type: 'amount', currency: 'currency' },
    { key: 'writtenOff', label: 'Written off', type: 'amount', currency: 'currency' },
    { key: 'open', label: 'Open', type: 'amount', currency: 'currency' },
    { key: 'cause', label: 'Cause', type: 'text' },
    { key: 'suggestion', label: 'Suggested', type: 'text' },
    { key: 'proposed', label: 'Proposed', type: 'text' },
    { key: 'proposedBy', label: 'Proposed by', type: 'text' },
    { key: 'lastAction', label: 'Last action', type: 'text' },
    { key: 'approvers', label: 'Approved by', type: 'text' },
  ],
  // What is open, and what was cleared in the period. Gains that were written off have a minus.
  sql: `
    WITH last_day AS (
      SELECT coalesce(:until::date, :day::date) AS day
    ), approver AS (
      SELECT approval_id, string_agg(DISTINCT operator, ', ' ORDER BY operator) AS names
      FROM approval_vote
      WHERE verdict = 'approve' AND at <= :knownAt::timestamptz
      GROUP BY approval_id
    ), item AS (
      SELECT 'SUSPENSE:' || s.currency AS account, s.item_id::text AS id, s.bank, s.line_id, s.currency, s.day, s.amount_minor,
        moved.cleared, moved.written_off, s.amount_minor - moved.cleared - moved.written_off AS open_minor, s.cause, s.suggestion,
        proposal.action AS proposed, proposal.operator AS proposed_by, moved.last_action, moved.approvers
      FROM suspense_item AS s
      CROSS JOIN last_day AS until
      CROSS JOIN LATERAL (
        SELECT coalesce(sum(m.amount_minor) FILTER (WHERE m.action NOT IN ('write_off', 'send_back', 'keep')), 0)::bigint AS cleared,
          coalesce(sum(m.amount_minor) FILTER (WHERE m.action = 'write_off'), 0)::bigint AS written_off,
          (array_agg(m.action ORDER BY m.at DESC, m.move_id DESC))[1] AS last_action,
          max(m.at) AS last_at,
          (SELECT string_agg(DISTINCT v.operator, ', ')
           FROM suspense_move AS own
           JOIN approval_vote AS v USING (approval_id)
           WHERE own.item_id = s.item_id AND own.at <= :knownAt AND v.verdict = 'approve') AS approvers
        FROM suspense_move AS m
        WHERE m.item_id = s.item_id AND m.at <= :knownAt
      ) AS moved
      LEFT JOIN LATERAL (
        SELECT payload ->> 'action' AS action, operator
        FROM approval_request
        WHERE kind = 'suspense.decision' AND target = s.item_id::text AND proposed_at <= :knownAt
          AND (ended_at IS NULL OR ended_at > :knownAt)
        ORDER BY proposed_at DESC
        LIMIT 1
      ) AS proposal ON true
      WHERE s.opened_at <= :knownAt
        AND s.day <= until.day
        AND (s.amount_minor <> moved.cleared + moved.written_off OR moved.last_at >= :from::timestamptz)
    ), given_up AS (
      SELECT 'WRITE_OFF:' || e.currency AS account, split_part(e.entry_id, ':', 2) AS id, b.partner AS bank, NULL AS line_id, e.currency,
        ((a.ended_at AT TIME ZONE 'UTC') + make_interval(mins => :offset::int))::date AS day,
        CASE WHEN e.debit LIKE 'WRITE_OFF:%' THEN e.minor ELSE -e.minor END AS minor, b.type, a.operator, v.names
      FROM ledger_entry AS e
      JOIN approval_request AS a ON a.approval_id = e.approval_id
      JOIN settlement_break AS b ON b.break_id::text = split_part(e.entry_id, ':', 2)
      LEFT JOIN approver AS v ON v.approval_id = e.approval_id
      WHERE e.kind = 'write_off' AND e.entry_id LIKE 'break:%'
        -- What the ledger has refused, and people have given up, is written off no more.
        AND (e.given_up_at IS NULL OR e.given_up_at > :knownAt)
        AND a.ended_at >= :from AND a.ended_at < :to::timestamptz AND a.ended_at <= :knownAt
    ), every AS (
      SELECT * FROM item
      UNION ALL
      SELECT account, id, bank, line_id, currency, day, minor, 0, minor, 0, type, NULL, NULL, operator, 'write_off', names
      FROM given_up
    )
    SELECT account, id AS "itemId", bank, line_id AS "lineId", currency, e.day, greatest(0, until.day - e.day) AS "ageDays",
      amount_minor AS amount, cleared, written_off AS "writtenOff", open_minor AS open, cause, suggestion, proposed,
      proposed_by AS "proposedBy", last_action AS "lastAction", approvers
    FROM every AS e
    CROSS JOIN last_day AS until
    WHERE :currency::text IS NULL OR currency = :currency
    ORDER BY account, e.day, id`,
};
