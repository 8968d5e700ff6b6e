import { uuid, type StatementHead, type StatementLine } from '@tonle/contracts';
import type { Queryable, Transaction } from '@tonle/persistence';
import type { StatementItem, StrongKey } from './reconciliation.js';

/** Names a statement: one partner, currency and local day. */
export interface StatementName {
  readonly partner: string;
  readonly currency: string;
  readonly day: string;
}

/** The newest complete statement of a day is all that counts: what it no longer has is gone. */
export async function replaceStatement(
  transaction: Transaction,
  { partner, currency, day }: StatementName,
  {
    lines,
    heads,
    askedAt,
  }: {
    readonly lines: readonly StatementLine[];
    readonly heads: readonly StatementHead[];
    readonly askedAt: Date;
  },
): Promise<void> {
  await transaction.query(TAKE_DAY, [partner, currency, day, askedAt]);
  await insertHeads(transaction, { partner, currency, day }, heads);
  await transaction.query(
    'DELETE FROM statement_line WHERE partner = $1 AND currency = $2 AND day = $3::date',
    [partner, currency, day],
  );
  for (let from = 0; from < lines.length; from += INSERT_MAX)
    await insertLines(transaction, { partner, currency, day }, lines.slice(from, from + INSERT_MAX));
}

const TAKE_DAY = `
  INSERT INTO statement_taken (partner, currency, day, asked_at)
  VALUES ($1, $2, $3::date, $4)
  ON CONFLICT (partner, currency, day) DO UPDATE SET asked_at = EXCLUDED.asked_at`;

async function insertHeads(
  transaction: Transaction,
  { partner, currency, day }: StatementName,
  heads: readonly StatementHead[],
): Promise<void> {
  await transaction.query(
    'DELETE FROM statement_head WHERE partner = $1 AND currency = $2 AND day = $3::date',
    [partner, currency, day],
  );
  await transaction.query(INSERT_HEADS, [
    partner,
    currency,
    day,
    heads.map(({ account }) => account),
    heads.map(({ number }) => number ?? null),
    heads.map(({ openingMinor }) => openingMinor),
    heads.map(({ closingMinor }) => closingMinor),
    heads.map(({ statementId }) => statementId ?? null),
    heads.map(({ createdAt }) => createdAt ?? null),
    heads.map(({ digest }) => digest ?? null),
  ]);
}

const INSERT_HEADS = `
  INSERT INTO statement_head
    (partner, currency, day, ordinal, account, number, opening_minor, closing_minor, statement_id, created_at, digest)
  SELECT $1, $2, $3::date, ordinal, account, number, opening, closing, statement_id, created_at, digest
  FROM unnest($4::text[], $5::bigint[], $6::bigint[], $7::bigint[], $8::text[], $9::timestamptz[], $10::text[])
    WITH ORDINALITY AS head (account, number, opening, closing, statement_id, created_at, digest, ordinal)`;

interface HeadRow {
  readonly account: string;
  readonly number: string | null;
  readonly openingMinor: string;
  readonly closingMinor: string;
  readonly statementId: string | null;
  readonly createdAt: Date | null;
  readonly digest: string | null;
}

/** What the statements of a day, or of a day before it, said of themselves; empty when none was taken, or they said nothing. */
export async function headsOf(
  database: Queryable,
  { partner, currency, day }: StatementName,
  daysBefore = 0,
): Promise<StatementHead[]> {
  const rows = await database.query<HeadRow & object>(
    `SELECT account, number::text, opening_minor::text AS "openingMinor", closing_minor::text AS "closingMinor",
            statement_id AS "statementId", created_at AS "createdAt", digest
     FROM statement_head
     WHERE partner = $1 AND currency = $2 AND day = $3::date - $4::int
     ORDER BY ordinal`,
    [partner, currency, day, daysBefore],
  );
  return rows.map(({ number, statementId, createdAt, digest, ...head }) => ({
    ...head,
    ...(number !== null && { number }),
    ...(statementId !== null && { statementId }),
    ...(createdAt !== null && { createdAt: createdAt.toISOString() }),
    ...(digest !== null && { digest }),
  }));
}

const INSERT_MAX = 5_000;

async function insertLines(
  transaction: Transaction,
  { partner, currency, day }: StatementName,
  lines: readonly StatementLine[],
): Promise<void> {
  await transaction.query(INSERT_LINES, [
    partner,
    currency,
    day,
    lines.map((line) => line.lineId),
    lines.map((line) => line.uetr ?? null),
    lines.map((line) => line.partnerRef ?? null),
    lines.map((line) => line.legKey ?? null),
    lines.map((line) => line.leg ?? null),
    lines.map((line) => line.amount.minor),
    lines.map((line) => line.status),
    lines.map((line) => line.bookedAt),
  ]);
}

const INSERT_LINES = `
  INSERT INTO statement_line
    (partner, currency, day, line_id, uetr, partner_ref, leg_key, leg, amount_minor, status, booked_at)
  SELECT $1, $2, $3::date, line_id, uetr, partner_ref, leg_key, leg, amount_minor, status, booked_at
  FROM unnest($4::text[], $5::uuid[], $6::text[], $7::text[], $8::text[], $9::bigint[], $10::text[], $11::timestamptz[])
    AS line (line_id, uetr, partner_ref, leg_key, leg, amount_minor, status, booked_at)`;

/** Columns of a line, by their names in the domain. */
export const LINE_COLUMNS = `line_id AS "lineId", uetr, partner_ref AS "partnerRef", leg_key AS "legKey", leg,
            amount_minor AS "amountMinor", status, booked_at AS "bookedAt", day::text AS day`;

/** Lines of a day and its neighbours. */
export function statementLines(database: Queryable, statement: StatementName): Promise<StatementItem[]> {
  return database.query<StatementItem & object>(
    `SELECT ${LINE_COLUMNS}
     FROM statement_line
     WHERE partner = $1 AND currency = $2 AND day BETWEEN $3::date - 1 AND $3::date + 1
     ORDER BY day, booked_at, line_id`,
    [statement.partner, statement.currency, statement.day],
  );
}

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

/** A key that is no UUID is the id of a line without a strong key. */
export function isUuid(key: string): boolean {
  return uuid.safeParse(key).success;
}
