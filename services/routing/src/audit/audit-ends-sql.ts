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
const MIRRORS = `('NOSTRO', 'RAIL', 'RAIL_OUTSIDE')`;

/**
 * I17: prefunds, rails and banks move by the legs of payments or by a statement line, each part of a line once; prefunds by
 * what two people decided, too. What is booked as an entry is what was posted. A first directory's funds are their own proof.
 */
export const MOVED_BY_PROOF = `
SELECT 'transfer ' || t.kind || ' of ' || t.chain_id || ' moves ' || d.code || ' and ' || c.code
    || ' without a leg or a statement line' AS what,
  'currency:' || d.currency AS about
FROM transfer AS t
JOIN account AS d ON d.id = t.debit_account
JOIN account AS c ON c.id = t.credit_account
LEFT JOIN payment AS p ON p.id = t.chain_id
LEFT JOIN booked_entry AS b ON b.chain_id = t.chain_id AND b.kind = t.kind
WHERE (d.kind IN ${PROVEN} OR c.kind IN ${PROVEN})
  AND CASE
    WHEN t.kind IN ('discharge_rail', 'reversal_rail') THEN d.kind NOT IN ${RAILS} OR c.kind NOT IN ${RAILS} OR p.id IS NULL
    WHEN p.id IS NOT NULL THEN true
    WHEN b.entry_id IS NULL THEN t.kind <> 'funds' OR t.reference IS NULL OR t.reference NOT LIKE 'opening:%'
    WHEN b.line_id IS NULL THEN b.approval_id IS NULL OR d.kind IN ${MIRRORS} OR c.kind IN ${MIRRORS}
    ELSE false END
UNION ALL
(SELECT 'statement line ' || t.reference || ' counts ' || count(*) || ' times', 'currency:' || min(a.currency)
FROM transfer AS t
JOIN account AS a ON a.id = t.debit_account
WHERE t.kind = 'funds'
GROUP BY t.reference
HAVING count(*) > 1)
UNION ALL
(SELECT 'part ' || part || ' of statement line ' || line_id || ' counts ' || count(*) || ' times', 'currency:' || min(currency)
FROM booked_entry
WHERE line_id IS NOT NULL
GROUP BY line_id, part
HAVING count(*) > 1)
UNION ALL
SELECT 'entry ' || b.entry_id || ' says ' || b.kind || ' of ' || b.minor || ' from ' || b.debit || ' to ' || b.credit
    || ', posted is ' || coalesce(t.kind || ' of ' || t.minor || ' from ' || d.code || ' to ' || c.code, 'nothing'),
  'currency:' || b.currency
FROM booked_entry AS b
LEFT JOIN transfer AS t ON t.chain_id = b.chain_id
LEFT JOIN account AS d ON d.id = t.debit_account
LEFT JOIN account AS c ON c.id = t.credit_account
WHERE (t.kind, t.minor, d.code, c.code) IS DISTINCT FROM (b.kind, b.minor, b.debit, b.credit)`;
