import { describe, expect, it } from '@jest/globals';
import { asKnownThen, KEEP_THEIR_PAST } from './known-then.table.js';
import { REPORT_CATALOGUE } from './report-catalogue.table.js';

/**
 * Tables that reports read as they are: rows are added and never change, each with the instant from which it is known, by which a statement
 * chooses; or they are copied whole up to an instant that the report waits for.
 */
const ONLY_GROW = [
  'window_line',
  'payment_record',
  'approval_vote',
  'ledger_account',
  'ledger_transfer',
  'ledger_checkpoint',
  'ledger_copy',
  'ledger_entry',
  'audit_entry',
  'fact',
  'approval_request',
  'participant_known',
  'recall_known',
  'reference_rate_past',
  // By the numbers of runs, which have their instants.
  'reconciliation_day',
  'reconciliation_match',
  'reconciliation_finding',
  'reconciliation_rule_set',
] as const;

/** The tables that a statement reads, but for its own parts. */
function tablesOf(sql: string): string[] {
  const own = new Set(
    [...sql.matchAll(/(\w+)\s+AS\s+(?:NOT MATERIALIZED |MATERIALIZED )?\(/gi)].map(([, name]) => name!),
  );
  const read = [
    ...sql.replace(/\bextract\([^()]*\)/gi, '').matchAll(/\b(?:FROM|JOIN)\s+([a-z_]+)\b(?!\s*\()/g),
  ].map(([, name]) => name!);
  return [...new Set(read)].filter((name) => !own.has(name)).sort();
}

describe('as known then', () => {
  it.each(REPORT_CATALOGUE.map(({ id, sql }) => [id, sql] as const))(
    '%s reads only tables of which it is decided how they tell their past',
    (_, sql) => {
      const decided: readonly string[] = [...KEEP_THEIR_PAST, ...ONLY_GROW];
      expect(tablesOf(sql).filter((table) => !decided.includes(table))).toEqual([]);
    },
  );

  it('finds the tables of a statement and not its own parts', () => {
    const sql = `WITH one AS (SELECT 1 FROM bank_line AS l) SELECT * FROM one JOIN window_net AS n USING (id)
      CROSS JOIN LATERAL (SELECT 1) AS x LEFT JOIN ledger_copy ON true WHERE EXTRACT(EPOCH FROM at) > 1`;
    expect(tablesOf(sql)).toEqual(expect.arrayContaining(['bank_line', 'ledger_copy', 'window_net']));
    expect(tablesOf(sql)).not.toContain('one');
  });

  it('reads them under the names that the statement gives them', () => {
    expect(asKnownThen('SELECT FROM bank_line AS l JOIN invoice USING (x)')).toMatch(
      /FROM \(.*FROM bank_line\s.*\) AS l JOIN \(.*\) AS invoice USING \(x\)$/s,
    );
    expect(asKnownThen('SELECT FROM bank_lines JOIN payment_record AS p')).toBe(
      'SELECT FROM bank_lines JOIN payment_record AS p',
    );
  });
});
