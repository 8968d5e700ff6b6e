// I14: a counter is what the refunds of its payment give back, and no more than the payment's network was owed.
export const REFUNDS_RECOUNTED = `
WITH refunded AS (
  SELECT r.refund_of AS original, sum(r.source_minor) AS minor, bool_or(r.source_currency <> p.target_currency) AS strange
  FROM (
    SELECT refund_of, source_minor, source_currency
    FROM payment
    WHERE refund_of IS NOT NULL
      AND state NOT IN ('REJECTED', 'EXPIRED')
  ) AS r
  LEFT JOIN payment AS p ON p.id = r.refund_of
  GROUP BY r.refund_of
)
SELECT 'refund counter of payment ' || coalesce(c.original, r.original) || ' says ' || coalesce(c.used_minor, 0)
    || ', its refunds say ' || coalesce(r.minor, 0) AS what, 'payment:' || coalesce(c.original, r.original) AS about
FROM refund_counter AS c
FULL JOIN refunded AS r ON r.original = c.original
WHERE coalesce(c.used_minor, 0) <> coalesce(r.minor, 0)
UNION ALL
SELECT 'payment ' || r.original || ' at ' || coalesce(p.state, 'nowhere') || ' of ' ||
    coalesce(coalesce(p.credit_booked_minor, p.target_minor) || ' ' || p.target_currency, 'nothing') || ' is refunded ' || r.minor,
  'payment:' || r.original
FROM refunded AS r
LEFT JOIN payment AS p ON p.id = r.original
WHERE p.state IS DISTINCT FROM 'COMPLETED'
   OR p.refund_of IS NOT NULL
   OR r.strange
   OR r.minor > coalesce(p.credit_booked_minor, p.target_minor)`;

// I5: what is invoiced because of a refund is what its cause says, posted with its end and not before.
export const REFUNDS_INVOICED = `
SELECT 'refund ' || p.id || ' at ' || p.state || ' posted ' || f.kind || ' ' || coalesce(t.minor, 0) || ', its cause says '
    || f.minor AS what,
  'payment:' || p.id AS about
FROM payment AS p
CROSS JOIN LATERAL (SELECT p.instruction -> 'refundCause' AS cause) AS c
CROSS JOIN LATERAL (VALUES
  ('fx_difference', coalesce(abs((c.cause #>> '{conversion,source,minor}')::bigint - p.source_minor), 0)),
  ('fee_return', coalesce((c.cause #>> '{feeReturned,amount,minor}')::bigint, 0))
) AS told (kind, minor)
CROSS JOIN LATERAL (
  SELECT told.kind, CASE WHEN p.state IN ('COMPLETED', 'BLOCKED') THEN told.minor ELSE 0 END AS minor
) AS f
LEFT JOIN transfer AS t ON t.chain_id = p.id AND t.kind = f.kind
WHERE p.refund_of IS NOT NULL
  AND coalesce(t.minor, 0) <> f.minor`;
