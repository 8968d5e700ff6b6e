import type { Transaction } from '@tonle/persistence';
import { CANDIDATES_MAX, onlySum } from './several.decide.js';

// Pass 3 and 4 of domain 7.5, over what passes 1 and 2 left: pairs that fit, and lines that several of ours make up.

const INDEX = 'CREATE INDEX ON compared_found (type, our_minor, their_minor, at)';

// One of ours that has one candidate, and is the only candidate of that one.
const PAIRS = `
  WITH pair AS (
    SELECT ours.key AS ours, ours.part, ours.payment_id, theirs.key AS theirs, theirs.line_id
    FROM compared_found AS ours
    CROSS JOIN LATERAL (
      SELECT min(key) AS key, min(line_id) AS line_id
      FROM (
        SELECT key, line_id
        FROM compared_found AS t
        WHERE t.type = 'MISSING_AT_US' AND t.their_minor = ours.our_minor AND t.is_of_day
          AND t.at BETWEEN ours.at - $1::interval AND ours.at + $1::interval
          AND (t.leg IS NULL OR t.leg = ours.leg)
        LIMIT 2
      ) AS candidate
      HAVING count(*) = 1
    ) AS theirs
    WHERE ours.type = 'MISSING_AT_PARTNER' AND ours.is_of_day
  ), only_pair AS (
    SELECT * FROM pair WHERE theirs IN (SELECT theirs FROM pair GROUP BY theirs HAVING count(*) = 1)
  )
  UPDATE compared_found AS f
  SET suggestion = jsonb_build_object('rule', $2::text, 'pass', 3, 'with', jsonb_build_array(
    CASE f.type WHEN 'MISSING_AT_US' THEN p.ours ELSE p.theirs END))
  FROM only_pair AS p
  WHERE (f.type = 'MISSING_AT_PARTNER' AND f.key = p.ours AND f.part = p.part)
    OR (f.type = 'MISSING_AT_US' AND f.key = p.theirs)
  RETURNING f.type`;

/** Marks pairs of the same amount and direction, close in time, as suggested; how many. */
export async function suggestPairs(
  transaction: Transaction,
  rule: { readonly id: string; readonly withinMinutes: number },
): Promise<number> {
  await transaction.query(INDEX);
  await transaction.query('ANALYZE compared_found');
  const rows = await transaction.query<{ type: string }>(PAIRS, [`${rule.withinMinutes} minutes`, rule.id]);
  return rows.filter(({ type }) => type === 'MISSING_AT_US').length;
}

/** Pairs up to an amount need no person: they are matched, and no break is opened; how many. */
export async function acceptSuggested(
  transaction: Transaction,
  withoutPersonMinor: bigint,
  rule: string,
): Promise<number> {
  const rows = await transaction.query(ACCEPT, [withoutPersonMinor, rule]);
  if (rows.length > 0)
    await transaction.query(
      `DELETE FROM compared_found
       WHERE suggestion ->> 'pass' = '3' AND coalesce(our_minor, their_minor) <= $1`,
      [withoutPersonMinor],
    );
  return rows.length;
}

const ACCEPT = `
  INSERT INTO compared_matched
  SELECT ours.key, ours.bucket, 0, ours.payment_id, ours.leg, theirs.line_id, ours.our_minor, theirs.their_minor, 3, $2
  FROM compared_found AS ours
  JOIN compared_found AS theirs ON theirs.type = 'MISSING_AT_US' AND theirs.key = ours.suggestion -> 'with' ->> 0
  WHERE ours.type = 'MISSING_AT_PARTNER' AND ours.suggestion ->> 'pass' = '3' AND ours.our_minor <= $1
  RETURNING 1`;

interface Left {
  readonly key: string;
  readonly part: number;
  readonly type: 'MISSING_AT_PARTNER' | 'MISSING_AT_US';
  readonly leg: string | null;
  readonly minor: bigint;
}

// More than so many of one kind, and a sum says nothing.
const LEFT = `
  SELECT key, part, type, leg, coalesce(our_minor, their_minor) AS minor
  FROM compared_found
  WHERE is_of_day AND suggestion IS NULL AND type = $1
  ORDER BY key, part
  LIMIT ${CANDIDATES_MAX + 1}`;

/** Marks a line that some of our items make up together, and them; how many lines. */
export async function suggestSums(
  transaction: Transaction,
  rule: { readonly id: string; readonly partsMax: number },
): Promise<number> {
  const lines = await transaction.query<Left & object>(LEFT, ['MISSING_AT_US']);
  if (lines.length === 0 || lines.length > CANDIDATES_MAX) return 0;
  let items = await transaction.query<Left & object>(LEFT, ['MISSING_AT_PARTNER']);
  let marked = 0;
  for (const line of lines) {
    const fitting = items.filter(({ leg }) => line.leg === null || leg === line.leg);
    const places = onlySum(
      line.minor,
      fitting.map(({ minor }) => minor),
      rule.partsMax,
    );
    if (places === undefined) continue;
    const parts = places.map((at) => fitting[at]!);
    await mark(transaction, rule.id, line, parts);
    items = items.filter((item) => !parts.includes(item));
    marked += 1;
  }
  return marked;
}

async function mark(
  transaction: Transaction,
  rule: string,
  line: Left,
  parts: readonly Left[],
): Promise<void> {
  const keys = parts.map(({ key }) => key);
  const suggestion = (of: readonly string[]): string => JSON.stringify({ rule, pass: 4, with: of });
  await transaction.query(
    `UPDATE compared_found
     SET suggestion = CASE type WHEN 'MISSING_AT_US' THEN $1::jsonb ELSE $2::jsonb END
     WHERE (type = 'MISSING_AT_US' AND key = $3) OR (type = 'MISSING_AT_PARTNER' AND key = ANY($4))`,
    [suggestion(keys), suggestion([line.key]), line.key, keys],
  );
}
