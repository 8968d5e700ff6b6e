import type { SettlementCheck } from '../audit/audit.store.js';

/** What windows and instructions after their netting must agree in (I15, I16, I17). */
export const WINDOW_CHECKS: readonly SettlementCheck[] = [
  {
    invariant: 'I16 the nets of a window are those of its pairs, without who was taken out',
    count: `SELECT count(DISTINCT n.window_id)::int AS n FROM window_net n JOIN settlement_window w USING (window_id)
            WHERE w.state NOT IN ('OPEN', 'DRAINING', 'CLOSED')`,
    violations: `
      SELECT format('window %s: the net of %s is %s, its pairs make %s', window_id, participant, coalesce(net.minor, 0),
                    coalesce(pair.minor, 0)) AS violation
      FROM (
        SELECT window_id, participant, net_minor AS minor
        FROM window_net JOIN settlement_window w USING (window_id)
        WHERE w.state NOT IN ('OPEN', 'DRAINING', 'CLOSED')
      ) AS net
      FULL JOIN (
        SELECT b.window_id, side.participant, sum(side.minor) AS minor
        FROM window_bilateral b
        JOIN settlement_window w USING (window_id)
        CROSS JOIN LATERAL (VALUES (b.creditor, b.amount_minor), (b.debtor, -b.amount_minor)) AS side (participant, minor)
        WHERE w.settlement_mode = 'DEFERRED_NET'
          AND NOT b.debtor = ANY(w.participants_removed) AND NOT b.creditor = ANY(w.participants_removed)
          AND EXISTS (SELECT 1 FROM window_net n WHERE n.window_id = b.window_id)
        GROUP BY b.window_id, side.participant
      ) AS pair USING (window_id, participant)
      WHERE net.minor IS DISTINCT FROM pair.minor AND coalesce(net.minor, 0) <> coalesce(pair.minor, 0)`,
  },
  {
    invariant: 'I16 instructions pay each net of their window once',
    count: `SELECT count(*)::int AS n FROM settlement_window
            WHERE state IN ('INSTRUCTED', 'SETTLED') AND settlement_mode = 'DEFERRED_NET'`,
    violations: `
      SELECT format('window %s: the net of %s is %s, its instructions pay %s', n.window_id, n.participant, n.net_minor,
                    coalesce(paid.minor, 0)) AS violation
      FROM window_net n
      JOIN settlement_window w USING (window_id)
      LEFT JOIN (
        SELECT l.window_id, l.participant,
               sum(CASE l.direction WHEN 'pay_in' THEN -1 ELSE 1 END
                   * CASE WHEN i.state IN ('REJECTED', 'SUPERSEDED', 'WITHDRAWN') THEN l.covered_minor ELSE l.amount_minor END) AS minor
        FROM settlement_instruction_line l
        JOIN settlement_instruction i USING (instruction_id)
        GROUP BY l.window_id, l.participant
      ) AS paid USING (window_id, participant)
      WHERE w.state IN ('INSTRUCTED', 'SETTLED') AND coalesce(paid.minor, 0) <> n.net_minor
        -- What the bank took back of an instruction that another has replaced is instructed when that one has ended.
        AND NOT EXISTS (
          SELECT 1
          FROM instruction_coverage c
          JOIN settlement_instruction i USING (instruction_id)
          WHERE i.window_id = w.window_id AND i.state = 'SUPERSEDED' AND c.taken_back_at IS NOT NULL
        )`,
  },
  {
    invariant: 'I15 a settled window is covered in full, and booked',
    count: `SELECT count(*)::int AS n FROM settlement_window WHERE state = 'SETTLED' AND settlement_mode = 'DEFERRED_NET'`,
    violations: `
      SELECT format('window %s is settled: nets of %s, covered %s, entries that are not booked %s', w.window_id, n.minor,
                    coalesce(l.minor, 0), e.open) AS violation
      FROM settlement_window w
      CROSS JOIN LATERAL (SELECT coalesce(sum(abs(net_minor)), 0) AS minor FROM window_net
                          WHERE window_id = w.window_id) AS n
      CROSS JOIN LATERAL (SELECT coalesce(sum(covered_minor), 0) AS minor FROM settlement_instruction_line
                          WHERE window_id = w.window_id) AS l
      CROSS JOIN LATERAL (SELECT count(*) AS open FROM window_entry
                          WHERE window_id = w.window_id AND booked_at IS NULL) AS e
      WHERE w.state = 'SETTLED' AND w.settlement_mode = 'DEFERRED_NET' AND (n.minor <> l.minor OR e.open > 0)`,
  },
  {
    invariant: 'I17 a line of an instruction is covered by what has covered it',
    count: 'SELECT count(*)::int AS n FROM settlement_instruction_line',
    violations: `
      SELECT format('line %s is covered by %s, what has covered it makes %s', l.end_to_end_id, l.covered_minor,
                    coalesce(c.minor, 0)) AS violation
      FROM settlement_instruction_line l
      LEFT JOIN (
        SELECT instruction_id, line_no, sum(minor) AS minor
        FROM instruction_coverage
        WHERE taken_back_at IS NULL
        GROUP BY instruction_id, line_no
      ) c USING (instruction_id, line_no)
      WHERE l.covered_minor <> coalesce(c.minor, 0)`,
  },
  {
    invariant: 'I17 numbers of instructions to a bank have no gap',
    count: 'SELECT count(*)::int AS n FROM instruction_sequence',
    violations: `
      SELECT format('%s %s: the last number is %s, instructions with a number are %s', bank, currency, s.last,
                    coalesce(i.made, 0)) AS violation
      FROM instruction_sequence s
      FULL JOIN (
        SELECT bank, currency, count(sequence) AS made, max(sequence) AS highest
        FROM settlement_instruction
        WHERE sequence IS NOT NULL AND state <> 'WITHDRAWN'
        GROUP BY bank, currency
      ) i USING (bank, currency)
      WHERE s.last IS DISTINCT FROM i.made OR s.last IS DISTINCT FROM i.highest`,
  },
];
