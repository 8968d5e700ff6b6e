import type { Queryable, Transaction } from '@tonle/persistence';
import type { PreparedInstruction, UnsentReturn } from './instruction.js';

/** An instruction that sends money in suspense back: it is of no window, and its one transfer is in its bytes alone. */
export type PreparedReturn = Omit<PreparedInstruction, 'windowId' | 'lines'> & {
  readonly itemId: string;
  readonly minor: bigint;
};

/** How often this money was to be sent back by an instruction. */
export async function returnsMade(transaction: Queryable, itemId: string): Promise<number> {
  const [row] = await transaction.query<{ made: number }>(
    'SELECT count(*)::int AS made FROM settlement_instruction WHERE item_id = $1',
    [itemId],
  );
  return row!.made;
}

export async function insertReturn(transaction: Transaction, made: PreparedReturn, at: Date): Promise<void> {
  await transaction.query(
    `INSERT INTO settlement_instruction
       (instruction_id, bank, currency, sequence, item_id, attempt, format, message_id, value_date, bytes, sha256, signature,
        line_count, pay_in_minor, pay_out_minor, made_by, state, prepared_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9::date, $10, $11, $12, 1, 0, $13, $14, 'PREPARED', $15)`,
    [
      ...[made.instructionId, made.bank, made.currency, made.sequence, made.itemId, made.attempt],
      ...[made.format, made.messageId, made.valueDate, Buffer.from(made.bytes), made.sha256, made.signature],
      ...[made.minor, made.madeBy, at],
    ],
  );
}

/** Those that have not left. */
export async function unsentReturns(database: Queryable): Promise<string[]> {
  const rows = await database.query<{ instructionId: string }>(
    `SELECT instruction_id AS "instructionId"
     FROM settlement_instruction
     WHERE state = 'PREPARED' AND item_id IS NOT NULL
     ORDER BY instruction_id`,
  );
  return rows.map(({ instructionId }) => instructionId);
}

/** As it is now, locked: it is not sent before the transaction ends. Undefined: it has left, or is no such instruction. */
export async function lockUnsentReturn(
  transaction: Transaction,
  instructionId: string,
): Promise<UnsentReturn | undefined> {
  const [row] = await transaction.query<UnsentReturn & object>(
    `SELECT bank, currency, sequence, value_date::text AS "valueDate", format, bytes
     FROM settlement_instruction
     WHERE instruction_id = $1 AND state = 'PREPARED' AND item_id IS NOT NULL
     FOR UPDATE`,
    [instructionId],
  );
  return row;
}

/** The newest instruction that sends this money back. */
export async function newestReturn(
  database: Queryable,
  itemId: string,
): Promise<
  { readonly instructionId: string; readonly messageId: string; readonly state: string } | undefined
> {
  const [row] = await database.query<{ instructionId: string; messageId: string; state: string }>(
    `SELECT instruction_id AS "instructionId", message_id AS "messageId", state
     FROM settlement_instruction
     WHERE item_id = $1
     ORDER BY attempt DESC
     LIMIT 1`,
    [itemId],
  );
  return row;
}
