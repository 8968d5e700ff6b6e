import type { ReportDefinition } from '../report-definition.js';

/**
 * R7: of each partner, currency and day what we hold, what its statement showed, and what the bank moved for it, as the last run knew
 * it. Ours less what both have is what our breaks miss there; likewise theirs. Where the network tells what it settles together: what
 * that comes to, and what the bank moved for it, from the network's side as the net is.
 */
export const THREE_WAY_MATCH: ReportDefinition = {
  id: 'R7',
  title: 'Three-way match',
  version: 2,
  audience: 'operators',
  needed: ['day'],
  optional: ['until', 'currency', 'partner'],
  formats: ['csv', 'xlsx', 'pdf'],
  columns: [
    { key: 'partner', label: 'Partner', type: 'text' },
    { key: 'currency', label: 'Currency', type: 'text' },
    { key: 'day', label: 'Day', type: 'day' },
    { key: 'oursCount', label: 'Ours, count', type: 'count' },
    { key: 'ours', label: 'Ours', type: 'amount', currency: 'currency' },
    { key: 'theirsCount', label: 'Theirs, count', type: 'count' },
    { key: 'theirs', label: 'Theirs', type: 'amount', currency: 'currency' },
    { key: 'matchedCount', label: 'Matched, count', type: 'count' },
    { key: 'matched', label: 'Matched', type: 'amount', currency: 'currency' },
    { key: 'matchedPercent', label: 'Matched, percent', type: 'rate' },
    { key: 'waitingCount', label: 'Waiting', type: 'count' },
    { key: 'difference', label: 'Difference', type: 'amount', currency: 'currency' },
    { key: 'breaks', label: 'Breaks', type: 'count' },
    { key: 'breakTypes', label: 'Breaks by type', type: 'text' },
    { key: 'net', label: 'Net', type: 'amount', currency: 'currency' },
    { key: 'bank', label: 'Bank', type: 'amount', currency: 'currency' },
    { key: 'bankOpen', label: 'Open at the bank', type: 'amount', currency: 'currency' },
    { key: 'batchCount', label: 'Batches, count', type: 'count' },
    { key: 'batches', label: 'Batches', type: 'amount', currency: 'currency' },
    { key: 'batchFees', label: 'Batches, fees', type: 'amount', currency: 'currency' },
    { key: 'batchBank', label: 'Batches, bank', type: 'amount', currency: 'currency' },
    { key: 'batchOpen', label: 'Batches, open at the bank', type: 'amount', currency: 'currency' },
    { key: 'batchBreaks', label: 'Batches, breaks by type', type: 'text' },
    { key: 'ruleSet', label: 'Rules, version', type: 'count' },
    { key: 'digest', label: 'Result, SHA-256', type: 'text' },
  ],
  // What is waiting is ours and counted; its value is told once it matches or breaks. Several findings of one item are about one amount.
  sql: `
    WITH held AS (
      SELECT d.day_id, d.partner, d.currency, d.day, last.*
      FROM reconciliation_day AS d
      CROSS JOIN LATERAL (
        SELECT run, rule_set, digest, counts
        FROM reconciliation_run
        WHERE day_id = d.day_id AND ran_at <= :knownAt::timestamptz
        ORDER BY run DESC
        LIMIT 1
      ) AS last
      WHERE d.level = 'L-P'
        AND d.day BETWEEN :day::date AND coalesce(:until::date, :day::date)
        AND (:currency::text IS NULL OR d.currency = :currency)
        AND (:partner::text IS NULL OR d.partner = :partner)
    )
    SELECT h.partner, h.currency, h.day,
      (h.counts ->> 'ours')::bigint AS "oursCount", m.minor + f.ours AS ours,
      m.lines + f.theirs_count AS "theirsCount", m.minor + f.theirs AS theirs,
      (h.counts ->> 'matched')::bigint AS "matchedCount", m.minor AS matched,
      CASE WHEN (h.counts ->> 'ours')::bigint > 0
        THEN round(100 * (h.counts ->> 'matched')::numeric / (h.counts ->> 'ours')::numeric, 2)::text
      END AS "matchedPercent",
      (h.counts ->> 'waiting')::bigint AS "waitingCount", f.theirs - f.ours AS difference,
      f.breaks, f.types AS "breakTypes",
      n.net_minor AS net, b.minor AS bank, n.net_minor - coalesce(b.minor, 0) AS "bankOpen",
      told.n AS "batchCount", told.minor AS batches, told.fees AS "batchFees", p.minor AS "batchBank",
      told.minor - coalesce(p.minor, 0) AS "batchOpen", p.types AS "batchBreaks",
      h.rule_set AS "ruleSet", h.digest
    FROM held AS h
    CROSS JOIN LATERAL (
      SELECT count(*) FILTER (WHERE their_minor IS NOT NULL) AS lines,
        coalesce(sum(our_minor) FILTER (WHERE their_minor IS NOT NULL), 0)::bigint AS minor
      FROM reconciliation_match
      WHERE day_id = h.day_id AND from_run <= h.run AND (until_run IS NULL OR until_run > h.run)
    ) AS m
    CROSS JOIN LATERAL (
      SELECT coalesce(sum(breaks), 0)::bigint AS breaks, count(theirs) AS theirs_count,
        coalesce(sum(ours), 0)::bigint AS ours, coalesce(sum(theirs), 0)::bigint AS theirs,
        (SELECT string_agg(type || ' ' || n, ', ' ORDER BY type COLLATE "C")
         FROM (
           SELECT type, count(*) AS n
           FROM reconciliation_finding
           WHERE day_id = h.day_id AND from_run <= h.run AND (until_run IS NULL OR until_run > h.run)
           GROUP BY type
         ) AS by_type) AS types
      FROM (
        SELECT count(*) AS breaks, max(our_minor) AS ours, max(their_minor) AS theirs
        FROM reconciliation_finding
        WHERE day_id = h.day_id AND from_run <= h.run AND (until_run IS NULL OR until_run > h.run)
        GROUP BY match_key, payment_id
      ) AS item
    ) AS f
    LEFT JOIN settlement_window AS w ON w.partner = h.partner AND w.currency = h.currency AND w.day = h.day
      AND w.settlement_mode = 'DEFERRED_NET' AND coalesce(w.netted_at, w.closed_at) <= :knownAt
    LEFT JOIN window_net AS n ON n.window_id = w.window_id AND n.participant = h.partner
    LEFT JOIN LATERAL (
      SELECT sum(CASE l.direction WHEN 'pay_out' THEN c.minor ELSE -c.minor END)::bigint AS minor
      FROM settlement_instruction_line AS l
      JOIN instruction_coverage AS c USING (instruction_id, line_no)
      WHERE l.window_id = w.window_id AND l.participant = h.partner AND c.covered_at <= :knownAt
        AND (c.taken_back_at IS NULL OR c.taken_back_at > :knownAt)
    ) AS b ON true
    LEFT JOIN LATERAL (
      SELECT count(*) AS n, -sum(net_minor)::bigint AS minor, sum(fee_minor)::bigint AS fees
      FROM partner_batch AS told
      WHERE told.partner = h.partner AND told.currency = h.currency AND told.day = h.day
      HAVING count(*) > 0
    ) AS told ON true
    LEFT JOIN LATERAL (
      SELECT
        (SELECT -coalesce(sum(their_minor), 0)::bigint
         FROM reconciliation_match
         WHERE day_id = last.day_id AND from_run <= last.run AND (until_run IS NULL OR until_run > last.run)
           AND match_key NOT LIKE '% cleared') AS minor,
        (SELECT string_agg(type || ' ' || n, ', ' ORDER BY type COLLATE "C")
         FROM (
           SELECT type, count(*) AS n
           FROM reconciliation_finding
           WHERE day_id = last.day_id AND from_run <= last.run AND (until_run IS NULL OR until_run > last.run)
           GROUP BY type
         ) AS by_type) AS types
      FROM (
        SELECT d.day_id, max(r.run) AS run
        FROM reconciliation_day AS d
        JOIN reconciliation_run AS r ON r.day_id = d.day_id AND r.ran_at <= :knownAt
        WHERE d.level = 'P-B' AND d.partner = h.partner AND d.currency = h.currency AND d.day = h.day
        GROUP BY d.day_id
      ) AS last
    ) AS p ON true
    ORDER BY h.day, h.partner, h.currency`,
};
