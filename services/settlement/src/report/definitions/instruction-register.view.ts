import type { ReportDefinition } from '../report-definition.js';

/** R5: every file of instructions to settlement banks, by the sequence of its bank and currency, and how it stood. */
export const INSTRUCTION_REGISTER: ReportDefinition = {
  id: 'R5',
  title: 'Settlement instruction register',
  version: 1,
  audience: 'operators',
  needed: ['day'],
  optional: ['until', 'currency'],
  formats: ['csv', 'xlsx', 'pdf'],
  columns: [
    { key: 'instructionId', label: 'Instruction', type: 'text' },
    { key: 'bank', label: 'Bank', type: 'text' },
    { key: 'currency', label: 'Currency', type: 'text' },
    { key: 'sequence', label: 'Sequence', type: 'count' },
    { key: 'window', label: 'Window', type: 'text' },
    { key: 'attempt', label: 'Attempt', type: 'count' },
    { key: 'messageId', label: 'Message id', type: 'text' },
    { key: 'format', label: 'Format', type: 'text' },
    { key: 'valueDate', label: 'Value date', type: 'day' },
    { key: 'lines', label: 'Lines', type: 'count' },
    { key: 'payIn', label: 'Pay in', type: 'amount', currency: 'currency' },
    { key: 'payOut', label: 'Pay out', type: 'amount', currency: 'currency' },
    { key: 'sha256', label: 'SHA-256', type: 'text' },
    { key: 'madeBy', label: 'Made by', type: 'text' },
    { key: 'approvers', label: 'Approved by', type: 'text' },
    { key: 'state', label: 'State', type: 'text' },
    { key: 'preparedAt', label: 'Prepared', type: 'instant' },
    { key: 'sentAt', label: 'Sent', type: 'instant' },
    { key: 'acknowledgedAt', label: 'Acknowledged', type: 'instant' },
    { key: 'rejectedAt', label: 'Rejected', type: 'instant' },
    { key: 'settledAt', label: 'Settled', type: 'instant' },
  ],
  sql: `
    SELECT i.instruction_id::text AS "instructionId", i.bank, i.currency, i.sequence, coalesce(i.window_id, 'return of ' || i.item_id) AS window, i.attempt,
      i.message_id AS "messageId", i.format, i.value_date AS "valueDate", i.line_count AS lines,
      i.pay_in_minor AS "payIn", -i.pay_out_minor AS "payOut", i.sha256, i.made_by AS "madeBy",
      (SELECT string_agg(DISTINCT v.operator, ', ')
       FROM approval_vote AS v
       WHERE v.approval_id = w.approval_id AND v.verdict = 'approve' AND v.at <= :knownAt) AS approvers,
      CASE
        WHEN i.settled_at <= :knownAt THEN 'SETTLED'
        WHEN i.rejected_at <= :knownAt THEN 'REJECTED'
        WHEN i.acknowledged_at <= :knownAt THEN 'ACKNOWLEDGED'
        WHEN i.withdrawn_at <= :knownAt THEN 'WITHDRAWN'
        WHEN i.sent_at <= :knownAt THEN 'SENT'
        ELSE 'PREPARED'
      END AS state,
      i.prepared_at AS "preparedAt",
      CASE WHEN i.sent_at <= :knownAt THEN i.sent_at END AS "sentAt",
      CASE WHEN i.acknowledged_at <= :knownAt THEN i.acknowledged_at END AS "acknowledgedAt",
      CASE WHEN i.rejected_at <= :knownAt THEN i.rejected_at END AS "rejectedAt",
      CASE WHEN i.settled_at <= :knownAt THEN i.settled_at END AS "settledAt"
    FROM settlement_instruction AS i
    LEFT JOIN settlement_window AS w USING (window_id)
    WHERE i.prepared_at >= :from::timestamptz
      AND i.prepared_at < :to::timestamptz
      AND i.prepared_at <= :knownAt::timestamptz
      AND (:currency::text IS NULL OR i.currency = :currency)
    ORDER BY i.bank, i.currency, i.sequence NULLS FIRST, i.prepared_at, i.instruction_id`,
};
