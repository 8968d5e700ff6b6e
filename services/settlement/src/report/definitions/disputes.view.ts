import { factsAreCopied } from '../fact-readiness.js';
import type { ReportDefinition } from '../report-definition.js';
import { RECALL_IS_LATE, RECALLS_KNOWN } from './refunds-and-recalls.view.js';

/**
 * R16: what is in dispute: payments that are called back, differences that are claimed from a partner, settlement windows that
 * operators have disputed; those that were opened in the period, and those that were still open when it began.
 */
export const DISPUTES: ReportDefinition = {
  id: 'R16',
  title: 'Disputes and complaints',
  version: 1,
  audience: 'operators',
  needed: ['day'],
  optional: ['until', 'currency', 'partner'],
  formats: ['csv', 'xlsx', 'pdf'],
  columns: [
    { key: 'kind', label: 'Kind', type: 'text' },
    { key: 'caseId', label: 'Case', type: 'text' },
    { key: 'subject', label: 'Payment or window', type: 'text' },
    { key: 'channel', label: 'Channel', type: 'text' },
    { key: 'from', label: 'From', type: 'text' },
    { key: 'against', label: 'Against', type: 'text' },
    { key: 'reason', label: 'Reason', type: 'text' },
    { key: 'currency', label: 'Currency', type: 'text' },
    { key: 'amount', label: 'Amount', type: 'amount', currency: 'currency' },
    { key: 'openedAt', label: 'Opened', type: 'instant' },
    { key: 'due', label: 'Due', type: 'instant' },
    { key: 'late', label: 'Late', type: 'text' },
    { key: 'stage', label: 'Stage', type: 'text' },
    { key: 'evidence', label: 'Evidence', type: 'text' },
    { key: 'outcome', label: 'Outcome', type: 'text' },
    { key: 'closedAt', label: 'Closed', type: 'instant' },
  ],
  isReady: factsAreCopied('routing.recall'),
  // A claim lasts until its break ends; a window is in dispute from one deed to the next that ends it.
  sql: `
    WITH told AS (
      SELECT object AS window_id, action, at, reason,
        lead(at) OVER (PARTITION BY object ORDER BY at, number) AS next_at
      FROM (
        SELECT number, entry ->> 'object' AS object, entry ->> 'action' AS action, (entry ->> 'at')::timestamptz AS at,
          entry ->> 'reason' AS reason
        FROM audit_entry
        WHERE entry ->> 'action' IN ('window.dispute', 'window.end-dispute')
      ) AS deed
      WHERE at <= :knownAt::timestamptz
    ), every AS (
      SELECT 'recall' AS kind, coalesce(c.case_id, c.recall_id::text) AS case_id, c.payment_id::text AS subject,
        CASE WHEN c.by_people THEN 'people' ELSE 'message' END AS channel, c.asker, c.answerer, c.reason, c.currency, c.amount_minor,
        c.received_at AS opened_at, c.deadline AS due, ${RECALL_IS_LATE} AS late, c.state AS stage, NULL::text AS evidence,
        CASE WHEN c.ended_at <= :knownAt THEN coalesce(c.refusal, lower(c.state)) END AS outcome,
        CASE WHEN c.ended_at <= :knownAt THEN c.ended_at END AS closed_at
      FROM (${RECALLS_KNOWN}) AS c
      UNION ALL
      SELECT 'claim', b.break_id::text, b.match_key, b.source, d.operator, b.partner, b.type, b.currency,
        abs(coalesce(b.their_minor, 0) - coalesce(b.our_minor, 0)), d.at, NULL, NULL,
        CASE WHEN b.closed_at <= :knownAt THEN 'RESOLVED' ELSE 'PROPOSED' END, d.detail ->> 'evidence',
        CASE WHEN b.closed_at <= :knownAt THEN 'claimed' END, CASE WHEN b.closed_at <= :knownAt THEN b.closed_at END
      FROM settlement_break AS b
      CROSS JOIN LATERAL (
        SELECT operator, at, detail
        FROM break_deed
        WHERE break_id = b.break_id AND deed = 'propose' AND at <= :knownAt
        ORDER BY at DESC, deed_id DESC
        LIMIT 1
      ) AS d
      WHERE d.detail ->> 'action' = 'claim'
      UNION ALL
      SELECT 'window', w.window_id, w.window_id, 'operator', NULL, w.partner, t.reason, w.currency, w.gross_minor, t.at, NULL, NULL,
        CASE WHEN t.next_at IS NULL THEN 'DISPUTED' ELSE 'ENDED' END, NULL, CASE WHEN t.next_at IS NOT NULL THEN 'ended' END, t.next_at
      FROM told AS t
      JOIN settlement_window AS w USING (window_id)
      WHERE t.action = 'window.dispute'
    )
    SELECT kind, case_id AS "caseId", subject, channel, asker AS from, answerer AS against, reason, currency, amount_minor AS amount,
      opened_at AS "openedAt", due, late, stage, evidence, outcome, closed_at AS "closedAt"
    FROM every
    WHERE opened_at < :to::timestamptz
      AND (opened_at >= :from::timestamptz OR closed_at IS NULL OR closed_at >= :from)
      AND (:currency::text IS NULL OR currency = :currency)
      AND (:partner::text IS NULL OR :partner IN (asker, answerer))
    ORDER BY opened_at, kind, case_id`,
};
