import type { BankFileStatement } from '@tonle/bank-files';
import type { Queryable, Transaction } from '@tonle/persistence';
import type { BankAccountName, BankFile, BankLine, BankFault, FileTaking } from './bank-line.js';
import type { KnownAccount, StatementToTake, TakenStatement, ToldLine } from './statement-taking.decide.js';

/** Was this file taken before? */
export async function isTaken(
  database: Queryable,
  { bank, currency, sha256 }: Pick<BankFile, 'bank' | 'currency' | 'sha256'>,
): Promise<boolean> {
  const rows = await database.query(
    'SELECT 1 FROM bank_statement WHERE bank = $1 AND currency = $2 AND sha256 = $3 LIMIT 1',
    [bank, currency, sha256],
  );
  return rows.length > 0;
}

/** One at a time takes files of an account, and places its lines. */
export async function lockAccount(
  transaction: Transaction,
  { bank, currency }: BankAccountName,
): Promise<void> {
  await transaction.query("SELECT pg_advisory_xact_lock(hashtextextended('bank ' || $1 || ' ' || $2, 0))", [
    bank,
    currency,
  ]);
}

/** What is known of the account, as far as a file of these statements has to agree with it. */
export async function knownAccount(
  transaction: Transaction,
  { bank, currency }: BankAccountName,
  statements: readonly BankFileStatement[],
  lineIds: readonly string[],
): Promise<Omit<KnownAccount, 'today'>> {
  const first = statements.map(({ from }) => from).sort()[0];
  const taken = await transaction.query<TakenStatement & { readonly number: number | null }>(
    `SELECT s.statement_id AS "statementId", s.bank_id AS "bankId", s.number, s.from_day::text AS "from", s.day::text AS "to",
            s.opening_minor AS "openingMinor", s.closing_minor AS "closingMinor"
     FROM bank_statement s
     WHERE s.bank = $1 AND s.currency = $2 AND s.kind = 'statement'
       AND NOT EXISTS (SELECT 1 FROM bank_statement later WHERE later.replaces = s.statement_id)
       AND s.day >= coalesce((
         SELECT max(day) FROM bank_statement WHERE bank = $1 AND currency = $2 AND kind = 'statement' AND day < $3::date
       ), '-infinity')
     ORDER BY s.day`,
    [bank, currency, first],
  );
  const lines = await transaction.query<LineRow & { statementId: string; kind: string }>(
    `SELECT ${LINE}, l.statement_id AS "statementId", s.kind
     FROM bank_line l
     JOIN bank_statement s USING (statement_id)
     WHERE l.bank = $1 AND l.currency = $2
       AND (l.line_id = ANY($3) OR s.kind = 'notification' OR s.statement_id = ANY($4))
     ORDER BY l.line_id`,
    [bank, currency, lineIds, taken.map(({ statementId }) => statementId)],
  );
  return {
    statements: taken.map(({ number, ...each }) => ({ ...each, ...(number !== null && { number }) })),
    lines: lines.map(({ statementId, kind, ...line }): ToldLine => ({
      ...lineOf(line),
      ...(kind === 'statement' && { statementId }),
    })),
  };
}

/** Writes the statements of a file with their new lines; lines of notifications belong to the statement from now on. */
export async function insertStatements(
  transaction: Transaction,
  file: BankFile,
  taken: readonly StatementToTake[],
  ids: readonly string[],
  { at, by }: FileTaking,
): Promise<void> {
  for (const [index, { statement, lines, notified, replaces }] of taken.entries()) {
    const statementId = ids[index]!;
    await transaction.query(
      `INSERT INTO bank_statement
         (statement_id, bank, currency, kind, bank_id, number, from_day, day, opening_minor, closing_minor, line_count, sha256,
          file_no, format, bytes, taken_at, taken_by, replaces)
       VALUES ($1, $2, $3, $4, $5, $6, $7::date, $8::date, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)`,
      [
        ...[statementId, file.bank, file.currency, statement.kind, statement.id, statement.number ?? null],
        ...[statement.from, statement.to, statement.openingMinor ?? null, statement.closingMinor ?? null],
        // The file's bytes are kept once.
        ...[statement.lines.length, file.sha256, index + 1, file.format],
        ...[index === 0 ? Buffer.from(file.bytes) : null, at, by],
        replaces ?? null,
      ],
    );
    await insertLines(transaction, statementId, lines, statement.kind === 'notification', at);
    if (statement.kind === 'statement')
      await transaction.query('UPDATE bank_line SET statement_id = $1 WHERE line_id = ANY($2)', [
        statementId,
        notified,
      ]);
  }
}

async function insertLines(
  transaction: Transaction,
  statementId: string,
  lines: readonly BankLine[],
  isNotified: boolean,
  at: Date,
): Promise<void> {
  await transaction.query(
    `INSERT INTO bank_line
       (statement_id, notification_id, taken_at, line_id, bank, currency, day, value_date, amount_minor, reversal, end_to_end_id,
        remittance, counterparty, bank_reference, booked_at)
     SELECT $1::uuid, CASE WHEN $2 THEN $1::uuid END, $3::timestamptz, line.*
     FROM unnest($4::text[], $5::text[], $6::text[], $7::date[], $8::date[], $9::bigint[], $10::boolean[], $11::text[], $12::text[],
       $13::text[], $14::text[], $15::text[]) AS line`,
    [
      ...[statementId, isNotified, at],
      lines.map((line) => line.lineId),
      lines.map((line) => line.bank),
      lines.map((line) => line.currency),
      lines.map((line) => line.day),
      lines.map((line) => line.valueDate),
      lines.map((line) => line.amountMinor),
      lines.map((line) => line.reversal),
      lines.map((line) => line.endToEndId ?? null),
      lines.map((line) => line.remittance ?? null),
      lines.map((line) => line.counterparty ?? null),
      lines.map((line) => line.bankReference ?? null),
      lines.map((line) => line.bookedAt ?? null),
    ],
  );
}

/** Keeps a file that was not taken, with what is wrong with it. */
export async function noteRefused(
  database: Queryable,
  { bank, currency, format, bytes, sha256 }: BankFile,
  faults: readonly BankFault[],
  { at, by }: FileTaking,
): Promise<void> {
  await database.query(
    `INSERT INTO bank_file_refused (sha256, bank, currency, format, bytes, faults, first_at, last_at, taken_by)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $7, $8)
     ON CONFLICT (bank, currency, sha256) DO UPDATE SET faults = excluded.faults, last_at = excluded.last_at`,
    [sha256, bank, currency, format, Buffer.from(bytes), JSON.stringify(faults), at, by],
  );
}

/** A line as its row says it. */
export type LineRow = Omit<
  BankLine,
  'bookedAt' | 'endToEndId' | 'remittance' | 'counterparty' | 'bankReference'
> & {
  readonly endToEndId: string | null;
  readonly remittance: string | null;
  readonly counterparty: string | null;
  readonly bankReference: string | null;
};

/** The columns of a LineRow, of `bank_line l`. */
export const LINE = `l.line_id AS "lineId", l.bank, l.currency, l.day::text AS day, l.value_date::text AS "valueDate",
       l.amount_minor AS "amountMinor", l.reversal, l.end_to_end_id AS "endToEndId", l.remittance, l.counterparty,
       l.bank_reference AS "bankReference"`;

export function lineOf({ endToEndId, remittance, counterparty, bankReference, ...row }: LineRow): BankLine {
  return {
    ...row,
    ...(endToEndId !== null && { endToEndId }),
    ...(remittance !== null && { remittance }),
    ...(counterparty !== null && { counterparty }),
    ...(bankReference !== null && { bankReference }),
  };
}
