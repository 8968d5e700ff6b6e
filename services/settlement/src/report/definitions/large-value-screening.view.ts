import { currency as currencyOf } from '@tonle/money';
import { factsAreCopied, knownFacts } from '../fact-readiness.js';
import { LARGE_VALUES } from '../large-value.table.js';
import type { ReportDefinition } from '../report-definition.js';

const THRESHOLDS = Object.entries(LARGE_VALUES)
  .map(([code, minor]) => {
    const whole = minor / 10n ** BigInt(currencyOf(code).scale);
    return `('${code}', ${minor}, 'from ${code} ${whole}')`;
  })
  .join(', ');

/** R20: payments of a large value, and payments that screening held with what was decided; of parties no name, only their banks. */
export const LARGE_VALUE_SCREENING: ReportDefinition = {
  id: 'R20',
  title: 'Large values and screening',
  version: 1,
  audience: 'operators',
  needed: ['day'],
  optional: ['until', 'currency'],
  formats: ['csv', 'xlsx', 'pdf'],
  columns: [
    { key: 'at', label: 'At', type: 'instant' },
    { key: 'paymentId', label: 'Payment', type: 'text' },
    { key: 'corridor', label: 'Corridor', type: 'text' },
    { key: 'direction', label: 'Direction', type: 'text' },
    { key: 'payerBank', label: "Payer's bank", type: 'text' },
    { key: 'payeeBank', label: "Payee's bank", type: 'text' },
    { key: 'state', label: 'State', type: 'text' },
    { key: 'currency', label: 'Currency', type: 'text' },
    { key: 'amount', label: 'Amount', type: 'amount', currency: 'currency' },
    { key: 'rule', label: 'Threshold', type: 'text' },
    { key: 'party', label: 'Party on the list', type: 'text' },
    { key: 'listEntry', label: 'List entry', type: 'text' },
    { key: 'heldAt', label: 'Held', type: 'instant' },
    { key: 'decision', label: 'Decision', type: 'text' },
    { key: 'reviewer', label: 'Reviewer', type: 'text' },
    { key: 'reviewReason', label: 'Reason', type: 'text' },
    { key: 'decidedAt', label: 'Decided', type: 'instant' },
  ],
  isReady: factsAreCopied('routing.screening'),
  sql: `
    WITH held AS (
      SELECT s.*
      FROM ${knownFacts('routing.screening')} AS f
      CROSS JOIN LATERAL jsonb_to_record(f.body) AS s ("paymentId" uuid, party text, "listEntry" text, since timestamptz,
        decision text, "decidedAt" timestamptz, reviewer text, reason text)
    ), large AS (
      SELECT p.*, t.minor AS threshold, t.rule
      FROM payment_record AS p
      LEFT JOIN (VALUES ${THRESHOLDS}) AS t (currency, minor, rule) ON t.currency = p.source_currency
      WHERE coalesce(p.known_at, p.ended_at) <= :knownAt::timestamptz
    )
    SELECT coalesce(p.ended_at, h.since) AS at, coalesce(p.payment_id, h."paymentId")::text AS "paymentId", p.corridor, p.direction,
      p.debtor_agent AS "payerBank", p.creditor_agent AS "payeeBank", coalesce(p.state, 'SCREENING_HOLD') AS state,
      p.source_currency AS currency, p.source_minor AS amount,
      CASE WHEN p.source_minor >= p.threshold THEN p.rule END AS rule,
      h.party, h."listEntry", h.since AS "heldAt", h.decision, h.reviewer, h.reason AS "reviewReason", h."decidedAt"
    FROM (SELECT * FROM large WHERE ended_at >= :from::timestamptz AND ended_at < :to::timestamptz AND source_minor >= threshold
          UNION
          SELECT l.* FROM large AS l JOIN held AS h ON h."paymentId" = l.payment_id) AS p
    FULL JOIN held AS h ON h."paymentId" = p.payment_id
    WHERE (p.ended_at >= :from AND p.ended_at < :to OR h.since >= :from AND h.since < :to
           OR h."decidedAt" >= :from AND h."decidedAt" < :to)
      AND (:currency::text IS NULL OR p.source_currency = :currency)
    ORDER BY at, "paymentId"`,
};
