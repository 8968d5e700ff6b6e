import { uuid, type StatementHead } from '@tonle/contracts';
import type { Queryable, Transaction } from '@tonle/persistence';
import type { StatementItem, StrongKey } from './reconciliation.js';
import { insertHeads } from './statement-head.store.js';

/** Names a statement: one partner, currency and local day. */
export interface StatementName {
  readonly partner: string;
  readonly currency: string;
  readonly day: string;
}

/**
 * The newest complete statement of a day is all that counts: what it no longer has is gone. Its lines are those that came in under
 * `loadId`; the same lines again, by their digest, stay as they are.
 */
export async function replaceStatement(
  transaction: Transaction,
  { partner, currency, day }: StatementName,
  {
    loadId,
    count,
    digest,
    heads,
    askedAt,
  }: {
    readonly loadId: string;
    readonly count: number;
    readonly digest: string;
    readonly heads: readonly StatementHead[];
    readonly askedAt: Date;
  },
): Promise<void> {
  const [before] = await transaction.query<{ digest: string | null }>(TAKEN, [partner, currency, day]);
  await transaction.query(TAKE_DAY, [partner, currency, day, askedAt, digest]);
  await insertHeads(transaction, { partner, currency, day }, heads);
  if (before?.digest === digest) return;
  const [here] = await transaction.query<{ n: number }>(
    'SELECT count(*)::int AS n FROM statement_incoming WHERE load_id = $1',
    [loadId],
  );
  // The table that pages wait in does not outlive a crash of the database.
  if (here!.n !== count)
    throw new Error(`of ${count} lines ${here!.n} are left: the statement has to be fetched again`);
  for await (const [after, upTo] of lineRanges(transaction, { partner, currency, day }))
    await transaction.query(
      `DELETE FROM statement_line
       WHERE partner = $1 AND currency = $2 AND day = $3::date AND line_id > $4 AND line_id <= $5`,
      [partner, currency, day, after, upTo],
    );
  const [repeated] = await transaction.query<{ n: number }>(REPEATED, [loadId]);
  const names = new Map<string, number>();
  for (let first = 0; first < count; first += LINES_AT_ONCE) {
    const values = [partner, currency, day, loadId, first, first + LINES_AT_ONCE - 1];
    if (repeated!.n === 0) {
      await transaction.query(INSERT_OWN, values);
      continue;
    }
    const again = await transaction.query<{ ordinal: number; lineId: string }>(INSERT_LINES, values);
    await insertApart(transaction, { partner, currency, day }, loadId, again, names);
  }
}

/** When the statement of a day was last asked for and taken. */
export async function takenAt(
  database: Queryable,
  { partner, currency, day }: StatementName,
): Promise<string | undefined> {
  const [row] = await database.query<{ at: Date }>(
    'SELECT asked_at AS at FROM statement_taken WHERE partner = $1 AND currency = $2 AND day = $3::date',
    [partner, currency, day],
  );
  return row?.at.toISOString();
}

/** What one statement reads or writes of a day. */
export const LINES_AT_ONCE = 50_000;

/** Ranges of line ids that make up a day, in their order: the first is above the first, the last up to and with the second. */
export async function* lineRanges(
  database: Queryable,
  { partner, currency, day }: StatementName,
  daysAfter = 0,
): AsyncGenerator<readonly [string, string]> {
  for (let after = ''; ;) {
    const rows = await database.query<{ upTo: string }>(
      `SELECT max(line_id) AS "upTo"
       FROM (
         SELECT line_id
         FROM statement_line
         WHERE partner = $1 AND currency = $2 AND day = $3::date + $4::int AND line_id > $5
         ORDER BY line_id
         LIMIT $6
       ) AS range`,
      [partner, currency, day, daysAfter, after, LINES_AT_ONCE],
    );
    const upTo = (rows[0] as { upTo: string | null } | undefined)?.upTo ?? undefined;
    if (upTo === undefined) return;
    yield [after, upTo];
    after = upTo;
  }
}

/** Days whose statement is here. */
export async function takenDaysOf(
  database: Queryable,
  { partner, currency }: Omit<StatementName, 'day'>,
): Promise<ReadonlySet<string>> {
  const rows = await database.query<{ day: string }>(
    'SELECT day::text AS day FROM statement_taken WHERE partner = $1 AND currency = $2',
    [partner, currency],
  );
  return new Set(rows.map(({ day }) => day));
}

const LINE_VALUES =
  'uetr, partner_ref, leg_key, leg, amount_minor, status, booked_at, counter_currency, counter_minor, fee_minor, refund_of, ' +
  'from_account, to_account';

// Names by their hashes: where two are taken for one, lines go the slower way and come to the same.
const REPEATED = `
  SELECT (count(*) - count(DISTINCT hashtextextended(line_id, 0)))::int AS n
  FROM statement_incoming
  WHERE load_id = $1`;

/** Nearly always each line has a name of its own. */
const INSERT_OWN = `
  INSERT INTO statement_line (partner, currency, day, line_id, ${LINE_VALUES})
  SELECT $1, $2, $3::date, line_id, ${LINE_VALUES}
  FROM statement_incoming
  WHERE load_id = $4 AND ordinal BETWEEN $5 AND $6`;

// The first of a name keeps it; the others are told back.
const INSERT_LINES = `
  WITH slice AS (
    SELECT *, row_number() OVER (PARTITION BY line_id ORDER BY ordinal) AS place
    FROM statement_incoming
    WHERE load_id = $4 AND ordinal BETWEEN $5 AND $6
  ), kept AS (
    INSERT INTO statement_line (partner, currency, day, line_id, ${LINE_VALUES})
    SELECT $1, $2, $3::date, line_id, ${LINE_VALUES}
    FROM slice
    WHERE place = 1
    ON CONFLICT DO NOTHING
    RETURNING line_id
  )
  SELECT ordinal, line_id AS "lineId"
  FROM slice
  WHERE place > 1 OR line_id NOT IN (SELECT line_id FROM kept)
  ORDER BY ordinal`;

const INSERT_APART = `
  INSERT INTO statement_line (partner, currency, day, line_id, ${LINE_VALUES})
  SELECT $1, $2, $3::date, own.name, ${LINE_VALUES}
  FROM unnest($5::int[], $6::text[]) AS own (ordinal, name)
  JOIN statement_incoming AS line ON line.load_id = $4 AND line.ordinal = own.ordinal
  ON CONFLICT DO NOTHING
  RETURNING line_id AS "lineId"`;

/** A partner may show a line twice under one id: both are kept, under names of their own, so that matching sees the duplicate. */
async function insertApart(
  transaction: Transaction,
  { partner, currency, day }: StatementName,
  loadId: string,
  lines: readonly { readonly ordinal: number; readonly lineId: string }[],
  names: Map<string, number>,
): Promise<void> {
  for (let rest = lines; rest.length > 0;) {
    const named = rest.map(({ ordinal, lineId }) => {
      const place = (names.get(lineId) ?? 1) + 1;
      names.set(lineId, place);
      return { ordinal, lineId, name: `${lineId}#${place}` };
    });
    const kept = await transaction.query<{ lineId: string }>(INSERT_APART, [
      ...[partner, currency, day, loadId],
      named.map(({ ordinal }) => ordinal),
      named.map(({ name }) => name),
    ]);
    const taken = new Set(kept.map(({ lineId }) => lineId));
    // Another line had the name: the next one is tried.
    rest = named.filter(({ name }) => !taken.has(name));
  }
}

const TAKEN = `
  SELECT lines_digest AS digest
  FROM statement_taken
  WHERE partner = $1 AND currency = $2 AND day = $3::date
  FOR UPDATE`;

const TAKE_DAY = `
  INSERT INTO statement_taken (partner, currency, day, asked_at, lines_digest)
  VALUES ($1, $2, $3::date, $4, $5)
  ON CONFLICT (partner, currency, day) DO UPDATE SET asked_at = EXCLUDED.asked_at, lines_digest = EXCLUDED.lines_digest`;

/** Columns of a line, by their names in the domain. */
export const LINE_COLUMNS = `line_id AS "lineId", uetr, partner_ref AS "partnerRef", leg_key AS "legKey", leg,
            amount_minor AS "amountMinor", status, booked_at AS "bookedAt", day::text AS day, counter_currency AS "counterCurrency",
            counter_minor AS "counterMinor", fee_minor AS "feeMinor", refund_of AS "refundOf"`;

/** Lines of whatever day under these strong keys. */
export async function statementLinesOf(
  database: Queryable,
  statement: Omit<StatementName, 'day'>,
  strongKey: StrongKey,
  keys: readonly string[],
): Promise<StatementItem[]> {
  if (keys.length === 0) return [];
  const key = strongKey === 'uetr' ? 'uetr' : 'partner_ref';
  return database.query<StatementItem & object>(
    `SELECT ${LINE_COLUMNS}
     FROM statement_line
     WHERE partner = $1
       AND currency = $2
       AND (${key} = ANY($3) OR (${key} IS NULL AND line_id = ANY($4)))
     ORDER BY day, booked_at, line_id`,
    [statement.partner, statement.currency, strongKey === 'uetr' ? keys.filter(isUuid) : keys, keys],
  );
}

/** Currencies in whose statements of the same partner these keys stand. */
export async function otherCurrencies(
  database: Queryable,
  { partner, currency }: Omit<StatementName, 'day'>,
  strongKey: StrongKey,
  keys: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (keys.length === 0) return new Map();
  const key = strongKey === 'uetr' ? 'uetr' : 'partner_ref';
  const rows = await database.query<{ key: string; currency: string }>(
    `SELECT ${key}::text AS key, currency
     FROM statement_line
     WHERE partner = $1 AND currency <> $2 AND ${key} = ANY($3) AND status = 'booked'
     ORDER BY key, currency DESC`,
    [partner, currency, strongKey === 'uetr' ? keys.filter(isUuid) : keys],
  );
  return new Map(rows.map((row) => [row.key, row.currency]));
}

/** A key that is no UUID is the id of a line without a strong key. */
export function isUuid(key: string): boolean {
  return uuid.safeParse(key).success;
}
