import type { StatementHead } from '@tonle/contracts';
import type { Queryable, Transaction } from '@tonle/persistence';
import type { StatementName } from './statement.store.js';

/** What the statements of a day say of themselves, in the place of what those before said. */
export async function insertHeads(
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
