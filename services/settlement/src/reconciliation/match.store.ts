import { BREAK_SEVERITY } from '@tonle/contracts';
import type { Queryable, Transaction } from '@tonle/persistence';
import type { AgreedItem, JudgedBreak } from './reconciliation.js';
import type { StatementName } from './statement.store.js';
import { BUCKET, type BucketRange } from './workspace.store.js';

// What runs find, kept by runs: a row holds from the run that found it until the first that does not, so that every result can be
// shown as it was (domain 7.5).

/** What a break is about, as suggestions look for it. */
export interface FoundDifference extends JudgedBreak {
  readonly breakId: string;
  readonly part: number;
  readonly leg: string | null;
  readonly at: Date | null;
  readonly lineId: string | null;
  /** Of the run, or of what it is about, when that was judged because of an open break. */
  readonly day: string;
}

/** Notes what pass 2 says of a batch. */
export async function noteJudged(
  transaction: Transaction,
  batch: {
    readonly agreed: readonly AgreedItem[];
    readonly found: readonly FoundDifference[];
    readonly judged: readonly string[];
    /** Names of the rules of passes 1 and 2. */
    readonly rules: { readonly exact: string; readonly differs: string };
  },
): Promise<void> {
  const { agreed, found, judged, rules } = batch;
  await transaction.query(
    `INSERT INTO compared_judged SELECT key, ${BUCKET} FROM unnest($1::text[]) AS judged (key)`,
    [judged],
  );
  if (agreed.length > 0)
    await transaction.query(AGREED, [...agreedColumns(agreed), rules.exact, rules.differs]);
  if (found.length > 0)
    await transaction.query(FOUND, [
      found.map(({ key }) => key),
      found.map(({ type }) => type),
      found.map(({ part }) => part),
      found.map(({ breakId }) => breakId),
      found.map(({ type }) => BREAK_SEVERITY[type]),
      found.map(({ paymentId }) => paymentId ?? null),
      found.map(({ ourMinor }) => ourMinor ?? null),
      found.map(({ theirMinor }) => theirMinor ?? null),
      found.map(({ detail }) => detail),
      found.map(({ isOfDay }) => isOfDay),
      found.map(({ leg }) => leg),
      found.map(({ at }) => at),
      found.map(({ lineId }) => lineId),
      found.map(({ waits }) => waits === true),
      found.map(({ day }) => day),
    ]);
}

function agreedColumns(agreed: readonly AgreedItem[]): unknown[][] {
  const parts = new Map<string, number>();
  const part = ({ key }: AgreedItem): number => {
    const next = (parts.get(key) ?? -1) + 1;
    parts.set(key, next);
    return next;
  };
  return [
    agreed.map(({ key }) => key),
    agreed.map(part),
    agreed.map(({ item }) => item.paymentId),
    agreed.map(({ item }) => item.leg),
    agreed.map(({ line }) => line?.lineId ?? null),
    agreed.map(({ item }) => item.amountMinor),
    agreed.map(({ line }) => line?.amountMinor ?? null),
    agreed.map(({ isExact }) => isExact),
  ];
}

const AGREED = `
  INSERT INTO compared_matched
  SELECT key, ${BUCKET}, part, payment_id, leg, line_id, our_minor, their_minor,
    CASE WHEN is_exact THEN 1 ELSE 2 END, CASE WHEN is_exact THEN $9 ELSE $10 END
  FROM unnest($1::text[], $2::int[], $3::uuid[], $4::text[], $5::text[], $6::bigint[], $7::bigint[], $8::boolean[])
    AS agreed (key, part, payment_id, leg, line_id, our_minor, their_minor, is_exact)`;

const FOUND = `
  INSERT INTO compared_found
  SELECT key, ${BUCKET}, type, part, break_id, severity, payment_id, our_minor, their_minor, detail, is_of_day, leg, at, line_id, NULL,
    waits, day
  FROM unnest($1::text[], $2::text[], $3::int[], $4::uuid[], $5::smallint[], $6::uuid[], $7::bigint[], $8::bigint[], $9::text[],
    $10::boolean[], $11::text[], $12::timestamptz[], $13::text[], $14::boolean[], $15::date[])
    AS found (key, type, part, break_id, severity, payment_id, our_minor, their_minor, detail, is_of_day, leg, at, line_id, waits, day)`;

/** The day's row, locked: runs of one day follow each other. */
export async function lockDay(
  transaction: Transaction,
  level: string,
  { partner, currency, day }: StatementName,
): Promise<{ readonly dayId: number; readonly lastRun: number }> {
  await transaction.query(
    `INSERT INTO reconciliation_day (level, partner, currency, day)
     VALUES ($1, $2, $3, $4::date)
     ON CONFLICT DO NOTHING`,
    [level, partner, currency, day],
  );
  const [row] = await transaction.query<{ dayId: number }>(
    `SELECT day_id AS "dayId"
     FROM reconciliation_day
     WHERE level = $1 AND partner = $2 AND currency = $3 AND day = $4::date
     FOR UPDATE`,
    [level, partner, currency, day],
  );
  const { dayId } = row!;
  const [last] = await transaction.query<{ run: number }>(
    'SELECT coalesce(max(run), 0)::int AS run FROM reconciliation_run WHERE day_id = $1',
    [dayId],
  );
  return { dayId, lastRun: last!.run };
}

/** Where results go. */
export interface RunName {
  readonly dayId: number;
  readonly run: number;
  readonly ruleSet: number;
}

const SAME_MATCH = `kept.day_id = $1 AND kept.until_run IS NULL AND kept.bucket = m.bucket AND kept.match_key = m.key
  AND kept.part = m.part AND kept.rule_set = $3
  AND (kept.payment_id, kept.leg, kept.line_id, kept.our_minor, kept.their_minor, kept.pass, kept.rule)
    IS NOT DISTINCT FROM (m.payment_id, m.leg, m.line_id, m.our_minor, m.their_minor, m.pass, m.rule)`;

const SAME_FINDING = `kept.day_id = $1 AND kept.until_run IS NULL AND kept.bucket = f.bucket AND kept.match_key = f.key
  AND kept.type = f.type AND kept.part = f.part AND kept.rule_set = $3
  AND (kept.payment_id, kept.our_minor, kept.their_minor, kept.detail)
    IS NOT DISTINCT FROM (f.payment_id, f.our_minor, f.their_minor, f.detail)`;

/** Keeps what these buckets hold: what is as before stays, the rest ends with this run or begins with it. */
export async function keepResults(
  transaction: Transaction,
  { dayId, run, ruleSet }: RunName,
  { from, to }: BucketRange,
): Promise<void> {
  const values = [dayId, run, ruleSet, from, to];
  if (run === 1) {
    for (const statement of BEGUN) await transaction.query(statement, values);
    return;
  }
  // Who has not seen the rows of this transaction counted would go through them once for each other.
  await transaction.query(`SELECT set_config('enable_nestloop', 'off', true)`);
  for (const [at, statement] of ENDED.entries()) {
    await transaction.query(statement, values);
    const [here] = await transaction.query<{ isWhole: boolean }>(IS_WHOLE[at]!, [dayId, from, to]);
    if (!here!.isWhole)
      await transaction.query(`${BEGUN[at]!} AND NOT EXISTS (${KEPT_ALREADY[at]!})`, values);
  }
  await transaction.query(`SELECT set_config('enable_nestloop', 'on', true)`);
}

const ENDED = [
  `UPDATE reconciliation_match AS kept
   SET until_run = $2
   WHERE kept.day_id = $1 AND kept.until_run IS NULL AND kept.bucket BETWEEN $4 AND $5
     AND NOT EXISTS (SELECT FROM compared_matched AS m WHERE ${SAME_MATCH})`,
  `UPDATE reconciliation_finding AS kept
   SET until_run = $2
   WHERE kept.day_id = $1 AND kept.until_run IS NULL AND kept.bucket BETWEEN $4 AND $5
     AND NOT EXISTS (SELECT FROM compared_found AS f WHERE f.is_of_day AND ${SAME_FINDING})`,
];

const BEGUN = [
  `INSERT INTO reconciliation_match (day_id, bucket, match_key, part, from_run, payment_id, leg, line_id, our_minor, their_minor,
     pass, rule, rule_set)
   SELECT $1, bucket, key, part, $2, payment_id, leg, line_id, our_minor, their_minor, pass, rule, $3
   FROM compared_matched AS m
   WHERE bucket BETWEEN $4 AND $5`,
  `INSERT INTO reconciliation_finding (day_id, bucket, match_key, type, part, from_run, payment_id, our_minor, their_minor, detail,
     rule_set)
   SELECT $1, bucket, key, type, part, $2, payment_id, our_minor, their_minor, detail, $3
   FROM compared_found AS f
   WHERE is_of_day AND bucket BETWEEN $4 AND $5`,
];

// What still holds is in what was found, each once: where they are as many, nothing begins.
const IS_WHOLE = [
  `SELECT (SELECT count(*) FROM reconciliation_match WHERE day_id = $1 AND until_run IS NULL AND bucket BETWEEN $2 AND $3) =
     (SELECT count(*) FROM compared_matched WHERE bucket BETWEEN $2 AND $3) AS "isWhole"`,
  `SELECT (SELECT count(*) FROM reconciliation_finding WHERE day_id = $1 AND until_run IS NULL AND bucket BETWEEN $2 AND $3) =
     (SELECT count(*) FROM compared_found WHERE is_of_day AND bucket BETWEEN $2 AND $3) AS "isWhole"`,
];

const KEPT_ALREADY = [
  `SELECT FROM reconciliation_match AS kept WHERE ${SAME_MATCH}`,
  `SELECT FROM reconciliation_finding AS kept WHERE ${SAME_FINDING}`,
];

/** SHA-256 over the rows that hold in a run: of its matches, and of what differs. */
export interface ResultDigests {
  readonly matches: string;
  readonly findings: string;
}

const digestSql = (table: string, columns: string, order: string): string => `
  SELECT encode(sha256(coalesce(string_agg(convert_to(json_build_array(${columns})::text, 'UTF8'), '\\x0a'::bytea
    ORDER BY ${order}), '')), 'hex') AS digest
  FROM ${table}
  WHERE day_id = $1 AND bucket = $3 AND from_run <= $2 AND (until_run IS NULL OR until_run > $2)`;

const MATCHES = digestSql(
  'reconciliation_match',
  `match_key, part, payment_id, leg, line_id, our_minor, their_minor, pass, rule, rule_set`,
  'match_key COLLATE "C", part',
);
const FINDINGS = digestSql(
  'reconciliation_finding',
  `match_key, type, part, payment_id, our_minor, their_minor, detail, rule_set`,
  'match_key COLLATE "C", type, part',
);

/** Digests of one bucket as a run left it. */
export async function digestsOf(
  database: Queryable,
  { dayId, run }: Pick<RunName, 'dayId' | 'run'>,
  bucket: number,
): Promise<ResultDigests> {
  const of = async (sql: string): Promise<string> =>
    (await database.query<{ digest: string }>(sql, [dayId, run, bucket]))[0]!.digest;
  return { matches: await of(MATCHES), findings: await of(FINDINGS) };
}

/** So far. */
export async function matchedCount(transaction: Transaction): Promise<number> {
  const rows = await transaction.query<{ n: number }>('SELECT count(*)::int AS n FROM compared_matched');
  return rows[0]!.n;
}

/** What was found, by type. */
export async function breakCounts(transaction: Transaction): Promise<Record<string, number>> {
  const types = await transaction.query<{ type: string; n: number }>(
    'SELECT type, count(*)::int AS n FROM compared_found GROUP BY type ORDER BY type',
  );
  return Object.fromEntries(types.map(({ type, n }) => [type, n]));
}
