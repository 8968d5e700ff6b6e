import { magnitude } from '@tonle/money';
import type { Queryable, Transaction } from '@tonle/persistence';
import type { AllocationFacts, ExpectedLine, ExpectedReturn } from './allocation.decide.js';
import type { BankAccountName, BankLine } from './bank-line.js';
import { reversibleLines } from './reversal.store.js';
import { namedInvoices } from './invoice-allocation.store.js';
import { LINE, lineOf, type LineRow } from './bank-statement.store.js';

/** A part of a line as it is kept. */
export interface KeptPart {
  readonly part: number;
  readonly target: 'instruction_line' | 'prefund' | 'return' | 'fee' | 'suspense' | 'reversal';
  readonly targetId: string;
  readonly minor: bigint;
  readonly entryId: string;
  /** Of a `reversal`: the part that it undoes. */
  readonly undone?: { readonly lineId: string; readonly part: number };
}

/** Accounts with lines that nobody has placed. */
export function accountsWithNewLines(database: Queryable): Promise<(BankAccountName & object)[]> {
  return database.query<BankAccountName & object>(
    "SELECT DISTINCT bank, currency FROM bank_line WHERE state = 'NEW' ORDER BY bank, currency",
  );
}

/** Lines to place, what came first before the others. */
export async function newLines(
  transaction: Transaction,
  account: BankAccountName,
  max: number,
): Promise<BankLine[]> {
  const rows = await transaction.query<LineRow & object>(
    `SELECT ${LINE}
     FROM bank_line l
     WHERE l.bank = $1 AND l.currency = $2 AND l.state = 'NEW'
     -- What a line takes back goes before it.
     ORDER BY l.reversal, l.day, l.line_id
     LIMIT $3
     FOR UPDATE`,
    [account.bank, account.currency, max],
  );
  return rows.map(lineOf);
}

const EXPECTED = `
  SELECT l.end_to_end_id AS "endToEndId", i.message_id AS "messageId", l.direction, l.amount_minor AS "amountMinor",
         l.amount_minor - l.covered_minor AS "openMinor",
         CASE i.state WHEN 'PREPARED' THEN 'unsent' WHEN 'SUPERSEDED' THEN 'superseded' ELSE 'due' END AS standing
  FROM settlement_instruction_line l
  JOIN settlement_instruction i USING (instruction_id)
  WHERE i.bank = $1 AND i.currency = $2 AND i.state <> 'WITHDRAWN'`;

/** What a line may be for, by the words that may be references in it. */
export async function allocationFacts(
  transaction: Transaction,
  line: BankLine,
  tokens: readonly string[],
): Promise<Omit<AllocationFacts, 'references'>> {
  const { bank, currency, amountMinor } = line;
  const named = await transaction.query<ExpectedLine & object>(
    `${EXPECTED} AND (l.end_to_end_id = ANY($3) OR i.message_id = ANY($3)) ORDER BY l.end_to_end_id`,
    [bank, currency, tokens],
  );
  const alike = await transaction.query<ExpectedLine & object>(
    `${EXPECTED} AND l.amount_minor - l.covered_minor = $3 AND l.covered_minor < l.amount_minor
     ORDER BY l.end_to_end_id
     LIMIT 2`,
    [bank, currency, magnitude(amountMinor)],
  );
  const returns = await transaction.query<ExpectedReturn & object>(
    `SELECT return_reference AS reference, item_id AS "itemId", amount_minor AS "amountMinor", open_minor AS "openMinor"
     FROM suspense_item
     WHERE bank = $1 AND currency = $2 AND return_reference = ANY($3)`,
    [bank, currency, tokens],
  );
  const invoices = await namedInvoices(transaction, line, tokens);
  const reversible = await reversibleLines(transaction, line, tokens);
  return { named, alike, returns, invoices, reversible };
}

/** Writes the parts of a line, and how the line stands by them. */
export async function insertParts(
  transaction: Transaction,
  { lineId }: BankLine,
  parts: readonly KeptPart[],
  ruleVersion: number,
  at: Date,
): Promise<void> {
  await transaction.query(
    `WITH placed AS (
       INSERT INTO bank_allocation
         (line_id, rule_version, at, part, target, target_id, amount_minor, entry_id, reverses_line, reverses_part)
       SELECT $1, $2, $3::timestamptz, part.*
       FROM unnest($4::int[], $5::text[], $6::text[], $7::bigint[], $8::text[], $9::text[], $10::int[]) AS part
       RETURNING target, amount_minor
     )
     UPDATE bank_line
     SET state = CASE WHEN EXISTS (SELECT 1 FROM placed WHERE target = 'suspense') THEN 'SUSPENSE' ELSE 'ALLOCATED' END,
         allocated_minor = coalesce((SELECT sum(amount_minor) FROM placed WHERE target <> 'suspense'), 0)
     WHERE line_id = $1`,
    [
      ...[lineId, ruleVersion, at],
      parts.map(({ part }) => part),
      parts.map(({ target }) => target),
      parts.map(({ targetId }) => targetId),
      parts.map(({ minor }) => minor),
      parts.map(({ entryId }) => entryId),
      parts.map(({ undone }) => undone?.lineId ?? null),
      parts.map(({ undone }) => undone?.part ?? null),
    ],
  );
}

/** A line of an instruction whose day the bank's statements have covered, and which they have not paid in full. */
export interface OverdueLine extends BankAccountName {
  readonly endToEndId: string;
  readonly participant: string;
  readonly valueDate: string;
  readonly amountMinor: bigint;
  readonly coveredMinor: bigint;
}

/** Of an account those of value days up to `day`: of what the bank has, or may have, nothing else is to be expected of them. */
export function overdueLines(
  transaction: Transaction,
  { bank, currency }: BankAccountName,
  day: string,
): Promise<(OverdueLine & object)[]> {
  return transaction.query<OverdueLine & object>(
    `SELECT i.bank, i.currency, l.end_to_end_id AS "endToEndId", l.participant, i.value_date::text AS "valueDate",
            l.amount_minor AS "amountMinor", l.covered_minor AS "coveredMinor"
     FROM settlement_instruction_line l
     JOIN settlement_instruction i USING (instruction_id)
     WHERE i.bank = $1 AND i.currency = $2 AND i.state IN ('SENT', 'ACKNOWLEDGED') AND i.value_date <= $3::date
       AND l.covered_minor < l.amount_minor
     ORDER BY l.end_to_end_id`,
    [bank, currency, day],
  );
}
