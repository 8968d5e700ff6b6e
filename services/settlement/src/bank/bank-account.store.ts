import type { Queryable, Transaction } from '@tonle/persistence';
import type { BankAccountName } from './bank-line.js';

/** Makes an account known: its statements are asked for from this day on. Returns the day from which they are. */
export async function knowAccount(
  database: Queryable,
  { bank, currency }: BankAccountName,
  today: string,
): Promise<string> {
  await database.query(
    'INSERT INTO bank_account (bank, currency, since) VALUES ($1, $2, $3::date) ON CONFLICT DO NOTHING',
    [bank, currency, today],
  );
  const [row] = await database.query<{ since: string }>(
    'SELECT since::text AS since FROM bank_account WHERE bank = $1 AND currency = $2',
    [bank, currency],
  );
  return row!.since;
}

/** How the bank answered just now; `says`: why not, undefined when it did. */
export async function noteAnswer(
  database: Queryable,
  { bank, currency }: BankAccountName,
  says: string | undefined,
  at: Date,
): Promise<void> {
  await database.query(
    `UPDATE bank_account
     SET asked_at = $3, says = $4::text, silent_since = CASE WHEN $4::text IS NULL THEN NULL ELSE coalesce(silent_since, $3) END
     WHERE bank = $1 AND currency = $2`,
    [bank, currency, at, says ?? null],
  );
}

/** The last day that statements of the account cover. */
export async function newestDay(
  database: Queryable,
  { bank, currency }: BankAccountName,
): Promise<string | undefined> {
  const [row] = await database.query<{ day: string | null }>(
    "SELECT max(day)::text AS day FROM bank_statement WHERE bank = $1 AND currency = $2 AND kind = 'statement'",
    [bank, currency],
  );
  return row?.day ?? undefined;
}

export async function noteMissing(
  transaction: Transaction,
  { bank, currency }: BankAccountName,
  day: string,
  cause: string,
  at: Date,
): Promise<void> {
  await transaction.query(
    `INSERT INTO bank_statement_missing (bank, currency, day, since, cause)
     VALUES ($1, $2, $3::date, $4, $5)
     ON CONFLICT (bank, currency, day) DO UPDATE SET cause = excluded.cause`,
    [bank, currency, day, at, cause],
  );
}

/** Days up to the end of a statement, which follows those before without a gap; returns those that were missing. */
export async function endMissing(
  transaction: Transaction,
  { bank, currency }: BankAccountName,
  to: string,
): Promise<string[]> {
  const rows = await transaction.query<{ day: string }>(
    `DELETE FROM bank_statement_missing
     WHERE bank = $1 AND currency = $2 AND day <= $3::date
     RETURNING day::text AS day`,
    [bank, currency, to],
  );
  return rows.map(({ day }) => day);
}

/** How many days are missing of each account. */
export function missingCounts(database: Queryable): Promise<(BankAccountName & { readonly days: number })[]> {
  return database.query<BankAccountName & { readonly days: number }>(
    `SELECT bank, currency, count(*)::int AS days
     FROM bank_statement_missing
     GROUP BY bank, currency
     ORDER BY bank, currency`,
  );
}
