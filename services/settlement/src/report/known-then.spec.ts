import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
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
      expect(() => asKnownThen(sql)).not.toThrow();
    },
  );

  it('finds the tables of a statement and not its own parts', () => {
    const sql = `WITH one AS (SELECT 1 FROM bank_line AS l) SELECT * FROM one JOIN window_net AS n USING (id)
      CROSS JOIN LATERAL (SELECT 1) AS x LEFT JOIN ledger_copy ON true WHERE EXTRACT(EPOCH FROM at) > 1`;
    expect(tablesOf(sql)).toEqual(expect.arrayContaining(['bank_line', 'ledger_copy', 'window_net']));
    expect(tablesOf(sql)).not.toContain('one');
  });

  it.each([
    'SELECT FROM invoice AS i, bank_line AS l',
    'SELECT FROM ONLY bank_line',
    'SELECT FROM settlement.bank_line AS l',
    'SELECT FROM "bank_line" AS l',
    'TABLE bank_line',
    'WITH l AS (DELETE FROM window_net USING bank_line) SELECT FROM l',
  ])('refuses what it would read as it is now: %s', (sql) => {
    expect(() => asKnownThen(sql)).toThrow('as it is now');
  });

  it('minds neither texts nor comments, nor columns by the name of their table', () => {
    const sql = `SELECT bank_line.day, 'bank_line' AS what FROM bank_line -- not bank_line
      /* nor bank_line */ WHERE bank_line.line_id = ''`;
    expect(asKnownThen(sql)).toContain('AS bank_line -- not');
  });

  it('has its rows changed in transactions alone, which tell the time: otherwise no past is kept', () => {
    const here = fileURLToPath(new URL('..', import.meta.url));
    const files = readdirSync(here, { recursive: true, encoding: 'utf8' }).filter(
      (file) => /\.ts$/.test(file) && !/\.(spec|testing)\.ts$|^migrations/.test(file),
    );
    const writes = new RegExp(`\\b(UPDATE|DELETE FROM|INSERT INTO)\\s+(${KEEP_THEIR_PAST.join('|')})\\b`);
    const found = files.flatMap((file) => {
      const text = readFileSync(join(here, file), 'utf8');
      const asked = text.matchAll(/([\w.]+)\.query(?:<[^(]*?>)?\(\s*(`[^`]*`|'[^']*'|[A-Z]\w*)/g);
      return [...asked].flatMap(({ 1: by = '', 2: given = '', index }) => {
        const sql = /^[`']/.test(given)
          ? given
          : (new RegExp(`const ${given} =\\s*(\`[^\`]*\`|'[^']*')`).exec(text)?.[1] ?? '');
        if (!writes.test(sql)) return [];
        const type = [...text.slice(0, index).matchAll(/\btransaction(?:: (\w+)|\) =>)/g)].at(-1);
        // The last of a transaction is in it.
        const isTold =
          by === 'last' ||
          (by === 'transaction' && type !== undefined && (type[1] ?? 'Transaction') === 'Transaction');
        return [{ write: `${file}: ${by} ${writes.exec(sql)![0]}`, isTold }];
      });
    });
    expect(found.length).toBeGreaterThan(30);
    expect(found.filter(({ isTold }) => !isTold).map(({ write }) => write)).toEqual([]);
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
