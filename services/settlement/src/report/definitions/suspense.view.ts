import type { ReportDefinition } from '../report-definition.js';

/** R27: money that no instruction or deposit explains, with its age, what is proposed and what was decided. */
export const SUSPENSE: ReportDefinition = {
  id: 'R27',
  title: 'Suspense and write-off',
  version: 1,
  audience: 'operators',
  needed: ['day'],
  optional: ['currency'],
  formats: ['csv', 'xlsx', 'pdf'],
  columns: [
    { key: 'itemId', label: 'Item', type: 'text' },
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
    { key: 'suggestion', label: 'Proposed', type: 'text' },
    { key: 'lastAction', label: 'Last action', type: 'text' },
    { key: 'approvers', label: 'Approved by', type: 'text' },
  ],
  // What is open, and what was cleared on the day itself.
  sql: `
    SELECT s.item_id::text AS "itemId", s.bank, s.line_id AS "lineId", s.currency, s.day,
      greatest(0, :day::date - s.day) AS "ageDays", s.amount_minor AS amount,
      moved.cleared, moved.written_off AS "writtenOff", s.amount_minor - moved.cleared - moved.written_off AS open,
      s.cause, s.suggestion, moved.actions AS "lastAction", moved.approvers
    FROM suspense_item AS s
    CROSS JOIN LATERAL (
      SELECT coalesce(sum(m.amount_minor) FILTER (WHERE m.action NOT IN ('write_off', 'send_back')), 0)::bigint AS cleared,
        coalesce(sum(m.amount_minor) FILTER (WHERE m.action = 'write_off'), 0)::bigint AS written_off,
        (array_agg(m.action ORDER BY m.at DESC, m.move_id DESC))[1] AS actions,
        max(m.at) AS last_at,
        (SELECT string_agg(DISTINCT v.operator, ', ')
         FROM suspense_move AS own
         JOIN approval_vote AS v USING (approval_id)
         WHERE own.item_id = s.item_id AND own.at <= :knownAt AND v.verdict = 'approve') AS approvers
      FROM suspense_move AS m
      WHERE m.item_id = s.item_id AND m.at <= :knownAt
    ) AS moved
    WHERE s.opened_at <= :knownAt::timestamptz
      AND s.day <= :day
      AND (:currency::text IS NULL OR s.currency = :currency)
      AND (s.amount_minor <> moved.cleared + moved.written_off OR moved.last_at >= :from::timestamptz)
    ORDER BY s.currency, s.day, s.item_id`,
};
