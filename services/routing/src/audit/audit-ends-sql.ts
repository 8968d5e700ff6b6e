// What has ended stays as it ended, and money moves by what proves it.

const FROM_END = `(@.from == "COMPLETED" || @.from == "REJECTED" || @.from == "EXPIRED" || @.from == "BLOCKED")`;

/** I3: the history leads to the state, and out of no final one. */
export const ONE_END = `
SELECT 'payment ' || id || ' at ' || state || CASE
    WHEN history -> -1 ->> 'to' IS DISTINCT FROM state THEN ' came by its history to ' || coalesce(history -> -1 ->> 'to', 'nothing')
    ELSE ' had ended before' END AS what,
  'payment:' || id AS about
FROM payment
WHERE history -> -1 ->> 'to' IS DISTINCT FROM state
   OR history @? '$[*] ? (${FROM_END} && @.from != @.to)'`;

/** I24: what was told of a payment after its end left it there, and a break has it. */
export const SAME_END = `
SELECT 'payment ' || p.id || ' at ' || p.state || ' was told '
    || (jsonb_path_query_first(p.history, '$[*] ? (${FROM_END})') ->> 'event') || ' after its end, and no break has it' AS what,
  'payment:' || p.id AS about
FROM payment AS p
WHERE p.history @? '$[*] ? (${FROM_END})'
  AND NOT EXISTS (SELECT FROM payment_break AS b WHERE b.payment_id = p.id)`;

const PROVEN = `('PREFUND', 'NOSTRO', 'RAIL', 'RAIL_OUTSIDE')`;
const RAILS = `('RAIL', 'RAIL_OUTSIDE')`;

/** I17: prefunds, rails and banks move by the legs of payments or by a statement line, and each line once. */
export const MOVED_BY_PROOF = `
SELECT 'transfer ' || t.kind || ' of ' || t.chain_id || ' moves ' || d.code || ' and ' || c.code
    || ' without a leg or a statement line' AS what,
  'currency:' || d.currency AS about
FROM transfer AS t
JOIN account AS d ON d.id = t.debit_account
JOIN account AS c ON c.id = t.credit_account
LEFT JOIN payment AS p ON p.id = t.chain_id
WHERE (d.kind IN ${PROVEN} OR c.kind IN ${PROVEN})
  AND CASE
    WHEN t.kind IN ('discharge_rail', 'reversal_rail') THEN d.kind NOT IN ${RAILS} OR c.kind NOT IN ${RAILS} OR p.id IS NULL
    ELSE t.kind <> 'funds' OR t.reference IS NULL OR p.id IS NOT NULL END
UNION ALL
(SELECT 'statement line ' || t.reference || ' counts ' || count(*) || ' times', 'currency:' || min(a.currency)
FROM transfer AS t
JOIN account AS a ON a.id = t.debit_account
WHERE t.kind = 'funds'
GROUP BY t.reference
HAVING count(*) > 1)`;
