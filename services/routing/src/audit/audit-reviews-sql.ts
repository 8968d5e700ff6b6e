/** Violations of I18: once in the history, once proposed and approved by two, once as a deed of each. */
export const DECIDED_BY_TWO = `
SELECT 'payment ' || d.id || ': ' || d.event || ' ' || d.times || ' times, ' || count(r.id) || ' were approved by two operators' AS what,
  'payment:' || d.id AS about
FROM (
  SELECT p.id, decided.event #>> '{}' AS event, count(*) AS times
  FROM payment AS p
  CROSS JOIN LATERAL jsonb_path_query(p.history, '$[*].event ? (@ starts with "decided_")') AS decided (event)
  GROUP BY 1, 2
) AS d
LEFT JOIN review_proposal AS r ON r.payment_id = d.id
  AND r.state = 'APPROVED'
  AND r.decided_by <> r.proposed_by
  AND 'decided_' || r.decision || ':' || r.leg = d.event
GROUP BY d.id, d.event, d.times
HAVING count(r.id) <> d.times
UNION ALL
(SELECT 'decision ' || r.id || ' of payment ' || r.payment_id || ' is not among the deeds of two operators',
  'payment:' || r.payment_id
FROM review_proposal AS r
WHERE r.state = 'APPROVED'
  AND (
    SELECT count(DISTINCT a.operator)
    FROM operator_action AS a
    WHERE a.subject = r.payment_id::text
      AND a.evidence = r.evidence
      AND a.action IN ('review.propose.' || r.decision, 'review.approve')) < 2)`;
