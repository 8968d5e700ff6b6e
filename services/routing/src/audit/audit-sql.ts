// Each statement lists what breaks one invariant of domain 6.15, as text, and is read in one snapshot.
// The open payments are those with a due time: a check constraint of the table says so.
import type { Invariant } from '@tonle/contracts';
import { ENTRY_KINDS } from '@tonle/ledger';
import { ONE_END, MOVED_BY_PROOF, SAME_END } from './audit-ends-sql.js';
import { RATE_AGREES } from './audit-rates-sql.js';
import { REFUNDS_INVOICED, REFUNDS_RECOUNTED } from './audit-refunds-sql.js';
import { DECIDED_BY_TWO } from './audit-reviews-sql.js';

export interface AuditCheck {
  readonly invariant: Invariant;
  /** One row a violation: `what`, and for those that stop corridors `about`. */
  readonly violations: string;
  /** What was looked at: the rows of this table. */
  readonly table: 'payment' | 'transfer' | 'account';
}

export const COUNTS = `
SELECT (SELECT count(*) FROM payment) AS payment,
       (SELECT count(*) FROM transfer) AS transfer,
       (SELECT count(*) FROM account) AS account`;

const ONE_CURRENCY = `
SELECT 'transfer ' || t.kind || ' of ' || t.chain_id || ' crosses accounts '
    || coalesce(d.code, 'none') || ' and ' || coalesce(c.code, 'none') AS what, 'payment:' || t.chain_id AS about
FROM transfer AS t
LEFT JOIN account AS d ON d.id = t.debit_account
LEFT JOIN account AS c ON c.id = t.credit_account
WHERE d.currency IS DISTINCT FROM c.currency
   OR d.currency IS NULL`;

const SUMS_TO_ZERO = `
SELECT 'currency ' || currency || ': debits less credits posted ' || sum(debits_posted - credits_posted)
    || ', pending ' || sum(debits_pending - credits_pending) AS what, 'currency:' || currency AS about
FROM account
GROUP BY currency
HAVING sum(debits_posted - credits_posted) <> 0
    OR sum(debits_pending - credits_pending) <> 0
UNION ALL
(SELECT 'account ' || a.code || ': columns say ' || a.debits_posted || '/' || a.credits_posted
    || ' posted, transfers say ' || coalesce(s.debits, 0) || '/' || coalesce(s.credits, 0), 'currency:' || a.currency
FROM account AS a
LEFT JOIN (
  SELECT account, sum(debit) AS debits, sum(credit) AS credits
  FROM (
    SELECT debit_account AS account, sum(minor) AS debit, 0 AS credit FROM transfer GROUP BY debit_account
    UNION ALL
    SELECT credit_account, 0, sum(minor) FROM transfer GROUP BY credit_account
  ) AS sides
  GROUP BY account
) AS s ON s.account = a.id
WHERE a.debits_posted <> coalesce(s.debits, 0)
   OR a.credits_posted <> coalesce(s.credits, 0))`;

// What a payment posted, by kind, beside the payment; chains of statement lines and settlements have none.
const CHAINS = `
WITH chain AS (
  SELECT chain_id,
         bool_or(kind = 'obligation_source') AS source,
         bool_or(kind = 'obligation_target') AS target,
         bool_or(kind = 'discharge') AS discharge,
         bool_or(kind = 'discharge_rail') AS discharge_rail,
         bool_or(kind = 'reversal') AS reversal,
         bool_or(kind = 'reversal_rail') AS reversal_rail,
         bool_or(kind IN ('discharge', 'reversal') AND reference IS NULL) AS unreferenced
  FROM transfer
  WHERE kind NOT IN (${ENTRY_KINDS.map((kind) => `'${kind}'`).join(', ')})
  GROUP BY chain_id
)`;

const ONE_LEG_EACH = `${CHAINS}
SELECT 'payment ' || p.id || ' at ' || p.state || ': '
    || CASE WHEN c.reversal AND NOT c.discharge THEN 'a reversal of a payer leg that was not accepted'
            WHEN c.reversal AND p.state <> 'REJECTED' THEN 'a reversal but no rejection'
            WHEN p.credit_ref IS NOT NULL AND p.state NOT IN ('COMPLETED', 'BLOCKED') THEN 'an accepted payee leg but no completion'
            ELSE 'completed without an accepted payer leg' END AS what, 'payment:' || p.id AS about
FROM payment AS p
LEFT JOIN chain AS c ON c.chain_id = p.id
WHERE (c.reversal AND NOT c.discharge)
   OR (c.reversal AND p.state <> 'REJECTED')
   OR (p.credit_ref IS NOT NULL AND p.state NOT IN ('COMPLETED', 'BLOCKED'))
   OR (p.direction = 'outbound' AND p.state IN ('COMPLETED', 'BLOCKED') AND p.debit_ref IS NULL AND NOT coalesce(c.discharge, false))`;

const POSTED_IF_COMPLETED = `${CHAINS}
SELECT 'payment ' || coalesce(p.id, c.chain_id) || ' at ' || coalesce(p.state, 'nowhere') || ' posted'
    || CASE WHEN coalesce(c.source, false) THEN ' source' ELSE '' END
    || CASE WHEN coalesce(c.target, false) THEN ' target' ELSE '' END
    || CASE WHEN coalesce(c.discharge, false) THEN ' discharge' ELSE '' END
    || CASE WHEN coalesce(c.reversal, false) THEN ' reversal' ELSE '' END
    || CASE WHEN coalesce(c.unreferenced, false) THEN ' without a rail reference' ELSE '' END AS what,
  'payment:' || coalesce(p.id, c.chain_id) AS about
FROM payment AS p
FULL JOIN chain AS c ON c.chain_id = p.id
WHERE p.id IS NULL
   OR coalesce(c.source, false) <> (p.state IN ('COMPLETED', 'BLOCKED'))
   OR c.source <> c.target
   OR (p.state IN ('REJECTED', 'EXPIRED') AND c.discharge <> c.reversal)
   OR c.discharge <> c.discharge_rail
   OR c.reversal <> c.reversal_rail
   OR c.unreferenced
UNION ALL
${REFUNDS_INVOICED}`;

const PENDING_OF_OPEN = `
WITH line AS (
  SELECT l.debit, l.credit, l.minor
  FROM payment AS p
  CROSS JOIN LATERAL unnest(p.line_debits, p.line_credits, p.line_minors) AS l (debit, credit, minor)
  WHERE p.due_at IS NOT NULL
), pending AS (
  SELECT account, sum(debit) AS debits, sum(credit) AS credits
  FROM (
    SELECT debit AS account, minor AS debit, 0 AS credit FROM line
    UNION ALL
    SELECT credit, 0, minor FROM line
  ) AS sides
  GROUP BY account
)
SELECT 'account ' || a.code || ': columns say ' || a.debits_pending || '/' || a.credits_pending
    || ' pending, open payments say ' || coalesce(s.debits, 0) || '/' || coalesce(s.credits, 0) AS what,
  'currency:' || a.currency AS about
FROM account AS a
LEFT JOIN pending AS s ON s.account = a.id
WHERE a.debits_pending <> coalesce(s.debits, 0)
   OR a.credits_pending <> coalesce(s.credits, 0)`;

// Caps are those of the newest directory; positions of gross rails are not limited, their rail mirrors are. Where a currency
// is settled gross at one network and net at another, what is under way on the rail is taken out of the position: it ends at zero.
const HEADROOM = `
WITH mode AS (
  SELECT DISTINCT ON (id) id, body ->> 'settlementMode' AS mode
  FROM directory_entry
  WHERE kind = 'network'
  ORDER BY id, version DESC
), corridor AS (
  SELECT DISTINCT ON (c.id) c.id, home.mode AS home, partner.mode AS partner
  FROM directory_entry AS c
  JOIN mode AS home ON home.id = c.body ->> 'home'
  JOIN mode AS partner ON partner.id = c.body ->> 'partner'
  WHERE c.kind = 'corridor'
  ORDER BY c.id, c.version DESC
), flow AS (
  SELECT l.debit AS account, l.minor
  FROM payment AS p
  JOIN corridor AS c ON c.id = p.corridor
  CROSS JOIN LATERAL unnest(p.line_kinds, p.line_debits, p.line_minors) AS l (kind, debit, minor)
  WHERE p.due_at IS NOT NULL
    AND l.kind IN ('obligation_source', 'obligation_target')
    AND CASE WHEN (l.kind = 'obligation_source') = (p.direction = 'outbound') THEN c.home ELSE c.partner END = 'GROSS_RT'
  UNION ALL
  SELECT side.account, side.minor
  FROM payment AS p
  JOIN transfer AS t ON t.chain_id = p.id
  CROSS JOIN LATERAL (VALUES (t.debit_account, t.minor), (t.credit_account, -t.minor)) AS side (account, minor)
  WHERE p.due_at IS NOT NULL
    AND t.kind IN ('discharge', 'reversal')
), gross AS (
  SELECT account, sum(minor) AS minor
  FROM flow
  GROUP BY account
), cap AS (
  SELECT DISTINCT ON (e.id) e.id AS participant, e.body -> 'caps' AS caps
  FROM directory_entry AS e
  WHERE e.kind = 'participant'
  ORDER BY e.id, e.version DESC
), net AS (
  SELECT DISTINCT side.currency
  FROM (SELECT DISTINCT ON (id) body FROM directory_entry WHERE kind = 'network' ORDER BY id, version DESC) AS network
  CROSS JOIN LATERAL jsonb_array_elements_text(network.body -> 'currencies') AS side (currency)
  WHERE network.body ->> 'settlementMode' = 'DEFERRED_NET'
)
SELECT 'headroom of ' || substr(p.code, 10) || ' is ' || room.minor AS what
FROM account AS p
JOIN net ON net.currency = p.currency
LEFT JOIN account AS f ON f.code = 'PREFUND:' || substr(p.code, 10)
LEFT JOIN cap ON cap.participant = split_part(p.code, ':', 2)
LEFT JOIN gross ON gross.account = p.id
CROSS JOIN LATERAL (
  SELECT coalesce(f.credits_posted - f.debits_posted, 0) + coalesce((cap.caps ->> p.currency)::bigint, 0)
       - (p.debits_posted - p.credits_posted) - p.debits_pending + coalesce(gross.minor, 0) AS minor
) AS room
WHERE p.kind = 'POSITION'
  AND room.minor < 0
UNION ALL
SELECT 'rail balance ' || code || ' less pendings is ' || debits_posted - credits_posted - credits_pending
FROM account
WHERE kind = 'RAIL'
  AND debits_posted - credits_posted - credits_pending < 0`;

const QUOTE_ONCE = `
SELECT 'quote ' || quote_id || ' is used by ' || count(*) || ' payments' AS what, 'payment:' || min(id::text) AS about
FROM payment
WHERE quote_taken
GROUP BY quote_id
HAVING count(*) > 1
UNION ALL
SELECT 'payment ' || id || ' at ' || state || ' was reserved without using its quote', 'payment:' || id
FROM payment
WHERE NOT quote_taken
  AND (cardinality(line_kinds) > 0 OR state IN ('COMPLETED', 'BLOCKED'))`;

const CREDIT_AFTER_DEBIT = `
SELECT 'payment ' || p.id || ' at ' || p.state || ' sent the credit leg without the payer''s money' AS what, 'payment:' || p.id AS about
FROM payment AS p
WHERE p.credit_attempt > 0
  AND (cardinality(p.line_kinds) = 0
    OR NOT (p.history @> '[{"event": "leg_accepted:debit"}]'
      OR p.history @> '[{"event": "decided_paid:debit"}]'
      OR (p.instruction ->> 'payerSecured')::boolean))`;

const NO_RELEASE_UNKNOWN = `
SELECT 'payment ' || id || ' at ' || state || ' gave its reservation back on ' || (history -> -1 ->> 'event') AS what, 'payment:' || id AS about
FROM payment
WHERE (state = 'EXPIRED' AND debit_attempt + credit_attempt + reversal_attempt > 0)
   OR (state = 'REJECTED' AND debit_attempt + credit_attempt > 0
       AND split_part(history -> -1 ->> 'event', ':', 1) NOT IN
         ('leg_rejected', 'leg_not_sent', 'leg_not_received', 'leg_accepted', 'send_credit', 'decided_paid',
          'decided_not_paid'))`;

const ONE_WINDOW = `
SELECT 'payment ' || id || ' at ' || state || ' has windows ' || coalesce(home_window, 'none') || ', '
    || coalesce(partner_window, 'none') AS what
FROM payment
WHERE (state IN ('COMPLETED', 'BLOCKED')) <> (home_window IS NOT NULL)
   OR (home_window IS NULL) <> (partner_window IS NULL)
   OR jsonb_array_length(windows) <> CASE WHEN home_window IS NULL THEN 0 ELSE 2 END
UNION ALL
SELECT 'window ' || coalesce(w.window_id, c.window_id) || ' of lane ' || coalesce(w.lane, c.lane) || ' counts '
    || coalesce(w.completed, 0) || ', payments say ' || coalesce(c.completed, 0)
FROM lane_window AS w
FULL JOIN (
  SELECT p.lane, side.window_id, count(*) AS completed
  FROM payment AS p
  CROSS JOIN LATERAL (VALUES (p.home_window), (p.partner_window)) AS side (window_id)
  WHERE side.window_id IS NOT NULL
  GROUP BY p.lane, side.window_id
) AS c ON c.lane = w.lane AND c.window_id = w.window_id
WHERE coalesce(w.completed, 0) <> coalesce(c.completed, 0)`;

const LIMITS_RECOUNTED = `
SELECT 'day counter of ' || coalesce(c.debtor, r.debtor) || ' on ' || coalesce(c.day, r.day) || ' says '
    || coalesce(c.used_minor, 0) || ', payments say ' || coalesce(r.used_minor, 0) AS what
FROM limit_counter AS c
FULL JOIN (
  SELECT debtor_agent || '|' || (instruction -> 'debtor' ->> 'account') AS debtor, source_currency AS currency,
         limit_day AS day, sum(source_minor) AS used_minor
  FROM payment
  WHERE limit_day IS NOT NULL
  GROUP BY 1, 2, 3
) AS r ON r.debtor = c.debtor AND r.currency = c.currency AND r.day = c.day
WHERE coalesce(c.used_minor, 0) <> coalesce(r.used_minor, 0)`;

export const RATE_CHECK = 'I9';

export const AUDIT_CHECKS: readonly AuditCheck[] = [
  { invariant: 'I1', violations: ONE_CURRENCY, table: 'transfer' },
  { invariant: 'I2', violations: SUMS_TO_ZERO, table: 'account' },
  { invariant: 'I3', violations: ONE_END, table: 'payment' },
  { invariant: 'I4', violations: ONE_LEG_EACH, table: 'payment' },
  { invariant: 'I5', violations: POSTED_IF_COMPLETED, table: 'payment' },
  { invariant: 'I6', violations: PENDING_OF_OPEN, table: 'account' },
  { invariant: 'I7', violations: HEADROOM, table: 'account' },
  { invariant: 'I8', violations: QUOTE_ONCE, table: 'payment' },
  { invariant: RATE_CHECK, violations: RATE_AGREES, table: 'payment' },
  { invariant: 'I12', violations: CREDIT_AFTER_DEBIT, table: 'payment' },
  { invariant: 'I13', violations: NO_RELEASE_UNKNOWN, table: 'payment' },
  { invariant: 'I14', violations: REFUNDS_RECOUNTED, table: 'payment' },
  { invariant: 'I15', violations: ONE_WINDOW, table: 'payment' },
  { invariant: 'I17', violations: MOVED_BY_PROOF, table: 'transfer' },
  { invariant: 'I18', violations: DECIDED_BY_TWO, table: 'payment' },
  { invariant: 'I23', violations: LIMITS_RECOUNTED, table: 'payment' },
  { invariant: 'I24', violations: SAME_END, table: 'payment' },
];
