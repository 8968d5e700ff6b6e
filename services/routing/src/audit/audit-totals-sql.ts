// What of a payment's legs is held for accepted, as the networks' own answers have it: the payment's amounts and, where a
// break says that a network moved something else, or something at all, that. A difference that nobody was told is a
// violation; one that is a break is listed as such. What two operators have found about a leg counts for answers, here as at
// its network.
const MOVED = `
SELECT 'legs.' || moved.leg || '.' || moved.currency || '.' || figure.name, figure.value::text
FROM (
  SELECT leg, currency, sum(legs) AS legs, sum(minor) AS minor
  FROM (
    SELECT 'debit' AS leg, source_currency AS currency, 1 AS legs, source_minor AS minor
    FROM payment
    WHERE debit_ref IS NOT NULL
    UNION ALL
    SELECT 'credit', target_currency, 1, coalesce(credit_booked_minor, target_minor)
    FROM payment
    WHERE state = 'COMPLETED'
    UNION ALL
    SELECT 'reversal', coalesce(debit_booked_currency, source_currency), 1, coalesce(debit_booked_minor, source_minor)
    FROM payment
    WHERE reversal_ref IS NOT NULL
    UNION ALL
    SELECT told.leg, side.currency, side.legs, side.minor
    FROM (
      SELECT DISTINCT ON (b.payment_id, b.leg) b.leg, b.evidence -> 'amount' AS amount,
             CASE b.leg WHEN 'credit' THEN p.target_currency
                        WHEN 'debit' THEN p.source_currency
                        ELSE coalesce(p.debit_booked_currency, p.source_currency) END AS currency,
             CASE b.leg WHEN 'credit' THEN coalesce(p.credit_booked_minor, p.target_minor)
                        WHEN 'debit' THEN p.source_minor
                        ELSE coalesce(p.debit_booked_minor, p.source_minor) END AS minor,
             CASE b.leg WHEN 'credit' THEN p.state = 'COMPLETED'
                        WHEN 'debit' THEN p.debit_ref IS NOT NULL
                        ELSE p.reversal_ref IS NOT NULL END AS held
      FROM payment_break AS b
      JOIN payment AS p ON p.id = b.payment_id
      WHERE b.evidence ->> 'outcome' = 'accepted'
        AND b.leg <> 'none'
        AND NOT EXISTS (
          SELECT FROM approval_request AS r
          WHERE r.kind = 'payment.review' AND r.target = b.payment_id::text AND r.payload ->> 'leg' = b.leg
            AND r.state = 'executed')
      ORDER BY b.payment_id, b.leg, b.opened_at
    ) AS told
    CROSS JOIN LATERAL (VALUES
      (coalesce(told.amount ->> 'currency', told.currency), 1, coalesce((told.amount ->> 'minor')::bigint, told.minor)),
      (told.currency, CASE WHEN told.held THEN -1 ELSE 0 END, CASE WHEN told.held THEN -told.minor ELSE 0 END)
    ) AS side (currency, legs, minor)
  ) AS each
  GROUP BY leg, currency
) AS moved
CROSS JOIN LATERAL (VALUES ('count', moved.legs), ('minor', moved.minor)) AS figure (name, value)`;

/** Named integers for cross-checks (decisions 17) and for the gate after a load (decisions 22). */
export const TOTALS = `
SELECT 'payments.' || lower(state) AS name, count(*)::text AS value FROM payment GROUP BY state
UNION ALL
SELECT 'payments', count(*)::text FROM payment
UNION ALL
SELECT 'payments.open', count(*)::text FROM payment WHERE due_at IS NOT NULL
UNION ALL
SELECT 'payments.open_secured_gross', count(*)::text
FROM payment AS p
WHERE p.due_at IS NOT NULL
  AND EXISTS (SELECT 1 FROM transfer AS t WHERE t.chain_id = p.id AND t.kind = 'discharge')
UNION ALL
SELECT 'transfers.' || kind, count(*)::text FROM transfer GROUP BY kind
UNION ALL
SELECT 'transfers.obligations', count(*)::text FROM transfer WHERE kind IN ('obligation_source', 'obligation_target')
UNION ALL
SELECT 'minor.' || t.kind || '.' || a.currency, sum(t.minor)::text
FROM transfer AS t
JOIN account AS a ON a.id = t.debit_account
GROUP BY t.kind, a.currency
UNION ALL
SELECT 'minor.discount.' || target_currency, sum(target_minor - credit_booked_minor)::text
FROM payment
WHERE credit_booked_minor IS NOT NULL
GROUP BY target_currency
UNION ALL
SELECT 'breaks', count(*)::text FROM payment_break
UNION ALL
SELECT 'breaks.taken', count(*)::text FROM payment_break WHERE taken
UNION ALL
SELECT 'hash.completed', coalesce(sum(hashtextextended(id::text, 0)), 0)::text FROM payment WHERE state = 'COMPLETED'
UNION ALL
${MOVED}`;
