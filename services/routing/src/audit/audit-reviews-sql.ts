/** Violations of I18: what operators decided of a leg stands in its history once, and was approved once. Who approved: libs/approval. */
export const DECIDED_BY_TWO = `
SELECT 'payment ' || d.id || ': ' || d.event || ' ' || d.times || ' times, ' || count(r.approval_id) || ' were approved by two operators' AS what,
  'payment:' || d.id AS about
FROM (
  SELECT p.id, decided.event #>> '{}' AS event, count(*) AS times
  FROM payment AS p
  CROSS JOIN LATERAL jsonb_path_query(p.history, '$[*].event ? (@ starts with "decided_")') AS decided (event)
  GROUP BY 1, 2
) AS d
LEFT JOIN approval_request AS r ON r.kind = 'payment.review'
  AND r.target = d.id::text
  AND r.state = 'executed'
  AND 'decided_' || (r.payload ->> 'decision') || ':' || (r.payload ->> 'leg') = d.event
GROUP BY d.id, d.event, d.times
HAVING count(r.approval_id) <> d.times`;
