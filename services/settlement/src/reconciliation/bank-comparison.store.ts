import type { Queryable, Transaction } from '@tonle/persistence';
import type { StatementName } from './statement.store.js';
import { BUCKET } from './workspace.store.js';
import { takenBack } from '../bank/taken-back.store.js';

// The level L-B of domain 7.5: lines of instructions against lines of banks, as allocation has placed them. The partner is the bank.

/** Days of whole statements from one on, the newest statement of each. */
export function bankDays(database: Queryable, from: string): Promise<StatementName[]> {
  return database.query<StatementName & object>(
    `SELECT DISTINCT bank AS partner, currency, day::text AS day
     FROM bank_statement
     WHERE kind = 'statement' AND day >= $1::date
     ORDER BY 3, 1, 2`,
    [from],
  );
}

// One line for one is pass 1, instalments and one line for several are pass 4.
const PLACED = `
  INSERT INTO compared_matched
  SELECT key, ${BUCKET}, row_number() OVER (PARTITION BY key ORDER BY line_id, part) - 1, NULL, direction, line_id, our_minor,
    their_minor, CASE WHEN is_exact THEN 1 ELSE 4 END, CASE WHEN is_exact THEN $4 ELSE $5 END
  FROM (
    SELECT a.target_id AS key, a.line_id, a.part, i.direction, i.amount_minor AS our_minor, abs(a.amount_minor) AS their_minor,
      i.amount_minor = abs(a.amount_minor) AND a.amount_minor = l.amount_minor AS is_exact
    FROM bank_line AS l
    JOIN bank_allocation AS a USING (line_id)
    JOIN settlement_instruction_line AS i ON i.end_to_end_id = a.target_id AND i.withdrawn_at IS NULL
    WHERE l.bank = $1 AND l.currency = $2 AND l.day = $3::date AND a.target = 'instruction_line'
  ) AS placed`;

const DIFFERENCES = `
  INSERT INTO compared_found (key, bucket, type, part, their_minor, our_minor, detail, is_of_day, line_id)
  SELECT key, ${BUCKET}, type, part, their_minor, our_minor, detail, true, line_id
  FROM (
    SELECT a.line_id AS key, 'NOSTRO_UNMATCHED' AS type, a.part, a.amount_minor AS their_minor, NULL::bigint AS our_minor,
      'nobody could place it when it came' AS detail, a.line_id
    FROM bank_line AS l
    JOIN bank_allocation AS a USING (line_id)
    WHERE l.bank = $1 AND l.currency = $2 AND l.day = $3::date AND a.target = 'suspense'
    UNION ALL
    SELECT i.end_to_end_id, 'BATCH_SHORT', 0, coalesce(sum(abs(a.amount_minor)), 0)::bigint, i.amount_minor,
      'not covered by the lines of the banks up to and with this day', NULL
    FROM settlement_instruction_line AS i
    JOIN settlement_instruction AS sent USING (instruction_id)
    LEFT JOIN bank_allocation AS a ON a.target = 'instruction_line' AND a.target_id = i.end_to_end_id
      AND EXISTS (SELECT FROM bank_line AS l WHERE l.line_id = a.line_id AND l.day <= $3::date)
      AND NOT ${takenBack('a', 'EXISTS (SELECT FROM bank_line AS l WHERE l.line_id = back.line_id AND l.day <= $3::date)')}
    WHERE sent.bank = $1 AND sent.currency = $2 AND sent.value_date = $3::date
      AND sent.state NOT IN ('PREPARED', 'REJECTED', 'SUPERSEDED', 'WITHDRAWN')
    GROUP BY i.end_to_end_id, i.amount_minor
    HAVING coalesce(sum(abs(a.amount_minor)), 0) < i.amount_minor
  ) AS differences`;

/** What banks paid on a day for what they were instructed, and what does not agree. */
export async function compareBankDay(
  transaction: Transaction,
  { partner, currency, day }: StatementName,
  rules: { readonly exact: string; readonly several: string },
): Promise<void> {
  await transaction.query(PLACED, [partner, currency, day, rules.exact, rules.several]);
  await transaction.query(DIFFERENCES, [partner, currency, day]);
}

/** So many there are of each. */
export async function bankCounts(
  transaction: Transaction,
): Promise<{ readonly matched: number; readonly differ: number }> {
  const [row] = await transaction.query<{ matched: number; differ: number }>(
    `SELECT (SELECT count(*) FROM compared_matched)::int AS matched, (SELECT count(*) FROM compared_found)::int AS differ`,
  );
  return row!;
}
