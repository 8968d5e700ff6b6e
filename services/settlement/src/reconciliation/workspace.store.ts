import type { Transaction } from '@tonle/persistence';
import type { FeeFormula } from './line-terms.decide.js';
import { itemsSql, type LegSelection } from './reconciliation.store.js';
import type { ExpectedItem, StatementItem, StrongKey } from './reconciliation.js';
import { LINE_COLUMNS, lineRanges, type StatementName } from './statement.store.js';

// Where one run compares: tables of its transaction alone, gone with it. Rows stand in buckets of their keys, so that no statement
// has to hold a day of a million rows at once (record 37).

/** Keys are spread over so many buckets, the same in every run. */
export const BUCKETS = 16;
export const BUCKET = `get_byte(sha256(convert_to(key, 'UTF8')), 0) & ${BUCKETS - 1}`;

/** Buckets that are worked on together. */
export interface BucketRange {
  readonly from: number;
  readonly to: number;
}

const TABLES = [
  `CREATE TEMPORARY TABLE compared_ours (
    key text COLLATE "C", bucket smallint, payment_id uuid, state text, leg text, uetr uuid, partner_ref text, amount_minor bigint,
    booked boolean, ended_at timestamptz, day date, counter_currency text, counter_minor bigint
  ) ON COMMIT DROP`,
  `CREATE TEMPORARY TABLE compared_theirs (
    key text COLLATE "C", bucket smallint, line_id text, uetr uuid, partner_ref text, leg_key text, leg text, amount_minor bigint,
    status text, booked_at timestamptz, day date, counter_currency text, counter_minor bigint, fee_minor bigint, refund_of text
  ) ON COMMIT DROP`,
  `CREATE TEMPORARY TABLE compared_odd (key text COLLATE "C" PRIMARY KEY, is_broken boolean NOT NULL) ON COMMIT DROP`,
  `CREATE TEMPORARY TABLE compared_matched (
    key text COLLATE "C", bucket smallint, part integer, payment_id uuid, leg text, line_id text, our_minor bigint,
    their_minor bigint, pass smallint, rule text
  ) ON COMMIT DROP`,
  `CREATE TEMPORARY TABLE compared_keys (key text COLLATE "C") ON COMMIT DROP`,
  `CREATE TEMPORARY TABLE compared_left (ordinal integer PRIMARY KEY, key text COLLATE "C") ON COMMIT DROP`,
  `CREATE TEMPORARY TABLE compared_judged (key text COLLATE "C", bucket smallint) ON COMMIT DROP`,
  `CREATE TEMPORARY TABLE compared_found (
    key text COLLATE "C", bucket smallint, type text, part integer, break_id uuid, severity smallint, payment_id uuid,
    our_minor bigint, their_minor bigint, detail text, is_of_day boolean, leg text, at timestamptz, line_id text, suggestion jsonb, waits boolean,
    day date
  ) ON COMMIT DROP`,
];

export async function openWorkspace(transaction: Transaction): Promise<void> {
  for (const table of TABLES) await transaction.query(table);
}

/** Ours that ended between two instants. */
export async function takeOurs(
  transaction: Transaction,
  selection: LegSelection,
  { strongKey, utcOffsetMinutes }: { readonly strongKey: StrongKey; readonly utcOffsetMinutes: number },
): Promise<void> {
  const { corridors, currency, side, from, to } = selection;
  const key = strongKey === 'uetr' ? 'uetr::text' : `coalesce("partnerRef", "paymentId"::text || ':' || leg)`;
  await transaction.query(
    `INSERT INTO compared_ours
     SELECT key, ${BUCKET}, "paymentId", state, leg, uetr, "partnerRef", "amountMinor", booked, "endedAt",
       ("endedAt" AT TIME ZONE 'UTC' + make_interval(mins => $5))::date, "counterCurrency", "counterMinor"
     FROM (
       SELECT ${key} AS key, item.*
       FROM (${itemsSql(side)} AND r.ended_at >= $3 AND r.ended_at < $4) AS item
     ) AS keyed`,
    [corridors, currency, from, to, utcOffsetMinutes],
  );
}

/** Theirs of a day. */
export async function takeTheirs(
  transaction: Transaction,
  statement: StatementName,
  daysAfter: number,
  strongKey: StrongKey,
): Promise<void> {
  const { partner, currency, day } = statement;
  const key = strongKey === 'uetr' ? 'uetr::text' : 'partner_ref';
  const sql = `
     INSERT INTO compared_theirs
     SELECT key, ${BUCKET}, line_id, uetr, partner_ref, leg_key, leg, amount_minor, status, booked_at, day, counter_currency,
       counter_minor, fee_minor, refund_of
     FROM (
       SELECT coalesce(${key}, line_id) AS key, line.*
       FROM statement_line AS line
       WHERE partner = $1 AND currency = $2 AND day = $3::date + $4::int AND line_id > $5 AND line_id <= $6
     ) AS keyed`;
  for await (const [after, upTo] of lineRanges(transaction, statement, daysAfter))
    await transaction.query(sql, [partner, currency, day, daysAfter, after, upTo]);
}

/** How much there is; the planner is told, too. */
export async function sizeOf(transaction: Transaction): Promise<number> {
  await transaction.query('ANALYZE compared_ours');
  await transaction.query('ANALYZE compared_theirs');
  const [row] = await transaction.query<{ rows: number }>(
    `SELECT (SELECT count(*) FROM compared_ours)::int + (SELECT count(*) FROM compared_theirs)::int AS rows`,
  );
  return row!.rows;
}

/** Keys under which a break is open: they are judged whatever their day. */
export async function takeBroken(
  transaction: Transaction,
  { partner, currency }: Omit<StatementName, 'day'>,
): Promise<void> {
  await transaction.query(
    `INSERT INTO compared_odd
     SELECT DISTINCT match_key, true
     FROM settlement_break
     WHERE partner = $1 AND currency = $2 AND state IN ('OPEN', 'ASSIGNED', 'PROPOSED') AND source = 'statement'`,
    [partner, currency],
  );
}

const ODD = `
  INSERT INTO compared_odd
  SELECT key, false
  FROM (
    (SELECT key FROM compared_ours WHERE bucket BETWEEN $1 AND $2 GROUP BY key HAVING count(*) > 1)
    UNION ALL
    (SELECT key FROM compared_theirs WHERE bucket BETWEEN $1 AND $2 GROUP BY key HAVING count(*) > 1)
  ) AS several
  ON CONFLICT DO NOTHING`;

// As `feeOf` and `feeTolerance` say it.
const FEE = '($6::numeric + div(ours.amount_minor * $5::numeric + 5000, 10000))';

// Pass 1 of domain 7.5: one of ours, one of theirs, and nothing differs. What is no such pair is judged in pass 2.
const EXACT = `
  INSERT INTO compared_matched
  SELECT ours.key, ours.bucket, 0, ours.payment_id, ours.leg, theirs.line_id, ours.amount_minor, theirs.amount_minor, 1, $4
  FROM compared_ours AS ours
  JOIN compared_theirs AS theirs USING (key)
  WHERE ours.bucket BETWEEN $1 AND $2
    AND theirs.bucket BETWEEN $1 AND $2
    AND ours.day = $3::date
    AND theirs.day = $3::date
    AND ours.booked
    AND theirs.status = 'booked'
    AND ours.amount_minor = theirs.amount_minor
    AND (theirs.leg IS NULL OR theirs.leg = ours.leg)
    AND (theirs.counter_minor IS NULL OR theirs.counter_currency <> ours.counter_currency OR theirs.counter_minor = ours.counter_minor)
    AND (theirs.fee_minor IS NULL OR $5::numeric IS NULL
      OR abs(theirs.fee_minor - ${FEE}) <= greatest(1, div(${FEE}, 100)))
    AND NOT EXISTS (SELECT FROM compared_odd AS odd WHERE odd.key = ours.key)`;

/** Matches the pairs of these buckets that agree in everything. */
export async function matchExactly(
  transaction: Transaction,
  { from, to }: BucketRange,
  day: string,
  rule: string,
  fee: FeeFormula | undefined,
): Promise<void> {
  await transaction.query(ODD, [from, to]);
  await transaction.query(EXACT, [
    ...[from, to, day, rule],
    ...[fee?.basisPoints ?? null, fee?.fixedMinor ?? null],
  ]);
}

/** Where keys are looked up often. */
const INDEXED_FROM = 20_000;

/** Notes the keys of these buckets that pass 1 left. */
export async function takeLeft(
  transaction: Transaction,
  { from, to }: BucketRange,
  day: string,
): Promise<void> {
  await transaction.query(
    `INSERT INTO compared_keys
     SELECT key
     FROM (
       SELECT key FROM compared_ours WHERE day = $1::date AND bucket BETWEEN $2 AND $3
       UNION ALL
       SELECT key FROM compared_theirs WHERE day = $1::date AND bucket BETWEEN $2 AND $3
     ) AS either
     WHERE NOT EXISTS (SELECT FROM compared_matched AS m WHERE m.key = either.key AND m.bucket BETWEEN $2 AND $3)`,
    [day, from, to],
  );
}

/** Puts the keys that are left, and those with an open break, in the order in which they are judged; how many they are. */
export async function orderLeft(transaction: Transaction): Promise<number> {
  const left = await transaction.query<{ n: number }>(
    `WITH kept AS (
       INSERT INTO compared_left
       SELECT row_number() OVER (ORDER BY key), key
       FROM (SELECT key FROM compared_keys UNION SELECT key FROM compared_odd WHERE is_broken) AS keys
       RETURNING 1
     )
     SELECT count(*)::int AS n FROM kept`,
  );
  const { n } = left[0]!;
  if (n >= INDEXED_FROM) {
    await transaction.query('CREATE INDEX ON compared_ours (key)');
    await transaction.query('CREATE INDEX ON compared_theirs (key)');
  }
  await transaction.query('ANALYZE compared_left');
  return n;
}

/** Of a batch of keys: the keys, and what stands under them on the day and its neighbours. */
export interface LeftBatch {
  readonly keys: readonly string[];
  readonly broken: ReadonlySet<string>;
  readonly items: readonly ExpectedItem[];
  readonly lines: readonly StatementItem[];
}

/** The keys from `first` on, so many at most. */
export async function leftBatch(transaction: Transaction, first: number, max: number): Promise<LeftBatch> {
  const range = [first, first + max - 1];
  const keys = await transaction.query<{ key: string; isBroken: boolean }>(
    `SELECT l.key, coalesce(odd.is_broken, false) AS "isBroken"
     FROM compared_left AS l
     LEFT JOIN compared_odd AS odd USING (key)
     WHERE l.ordinal BETWEEN $1 AND $2
     ORDER BY l.ordinal`,
    range,
  );
  const items = await transaction.query<ExpectedItem & object>(
    `SELECT payment_id AS "paymentId", state, leg, uetr, partner_ref AS "partnerRef", amount_minor AS "amountMinor", booked,
       ended_at AS "endedAt", counter_currency AS "counterCurrency", counter_minor AS "counterMinor"
     FROM compared_left AS l
     JOIN compared_ours USING (key)
     WHERE l.ordinal BETWEEN $1 AND $2
     ORDER BY l.ordinal, payment_id, leg`,
    range,
  );
  const lines = await transaction.query<StatementItem & object>(
    `SELECT ${LINE_COLUMNS}
     FROM compared_left AS l
     JOIN compared_theirs AS t USING (key)
     WHERE l.ordinal BETWEEN $1 AND $2
     ORDER BY l.ordinal, t.day, t.booked_at, t.line_id`,
    range,
  );
  const broken = new Set(keys.flatMap(({ key, isBroken }) => (isBroken ? [key] : [])));
  return { keys: keys.map(({ key }) => key), broken, items, lines };
}
