import type { InstructionState } from '@tonle/contracts';
import type { Queryable, Transaction } from '@tonle/persistence';
import type { InstructionLine } from './instruction.js';

/** What an instruction is numbered by, and where it stands. */
export interface NumberedInstruction {
  readonly instructionId: string;
  /** Null: it sends money in suspense back. */
  readonly windowId: string | null;
  readonly bank: string;
  readonly currency: string;
  readonly sequence: number;
  readonly messageId: string;
  readonly valueDate: string;
  readonly state: InstructionState;
}

const NUMBERED = `
  SELECT instruction_id AS "instructionId", window_id AS "windowId", bank, currency, sequence, message_id AS "messageId",
         value_date::text AS "valueDate", state
  FROM settlement_instruction
  WHERE sequence IS NOT NULL`;

// That with the last number of the same bank and currency.
const LAST = `
  SELECT last.window_id
  FROM settlement_instruction i
  JOIN instruction_sequence s USING (bank, currency)
  JOIN settlement_instruction last
    ON last.bank = s.bank AND last.currency = s.currency AND last.sequence = s.last AND last.state <> 'WITHDRAWN'
  WHERE i.instruction_id = $1`;

/** An instruction, and that with the last number of its bank and currency. */
export interface LockedNumbers {
  readonly own: NumberedInstruction;
  readonly last: NumberedInstruction;
}

/**
 * Locks the windows of an instruction and of the one with the last number, and the numbers, in the order in which instructions are made.
 * Undefined: there is no such instruction with a number.
 */
export async function lockNumbers(
  transaction: Transaction,
  instructionId: string,
): Promise<LockedNumbers | undefined> {
  const locked = await transaction.query<{ windowId: string }>(
    `SELECT window_id AS "windowId"
     FROM settlement_window
     WHERE window_id IN (SELECT window_id FROM settlement_instruction WHERE instruction_id = $1 UNION ${LAST})
     ORDER BY window_id
     FOR UPDATE`,
    [instructionId],
  );
  await transaction.query(
    `SELECT 1
     FROM instruction_sequence
     WHERE (bank, currency) = (SELECT bank, currency FROM settlement_instruction WHERE instruction_id = $1)
     FOR UPDATE`,
    [instructionId],
  );
  const [own] = await transaction.query<NumberedInstruction & object>(`${NUMBERED} AND instruction_id = $1`, [
    instructionId,
  ]);
  if (own === undefined) return undefined;
  // A withdrawn one may be the only one there is.
  const last = (await lastOf(transaction, own)) ?? own;
  if (last.windowId === null || locked.some(({ windowId }) => windowId === last.windowId))
    return { own, last };
  // Made just now. Against the order of locks: the database may have all of this tried again.
  await transaction.query('SELECT 1 FROM settlement_window WHERE window_id = $1 FOR UPDATE', [last.windowId]);
  return { own, last: (await lastOf(transaction, own))! };
}

async function lastOf(
  transaction: Transaction,
  { bank, currency }: NumberedInstruction,
): Promise<NumberedInstruction | undefined> {
  const [last] = await transaction.query<NumberedInstruction & object>(
    `${NUMBERED} AND bank = $1 AND currency = $2 AND state <> 'WITHDRAWN' ORDER BY sequence DESC LIMIT 1`,
    [bank, currency],
  );
  return last;
}

/** Its lines no longer stand for anything that a bank may pay; its window is locked. */
export async function withdrawLines(
  transaction: Transaction,
  instructionId: string,
  at: Date,
): Promise<void> {
  await transaction.query(
    'UPDATE settlement_instruction_line SET withdrawn_at = $2 WHERE instruction_id = $1',
    [instructionId, at],
  );
}

/** The last number goes back: the next instruction has it. The numbers are locked. */
export async function giveNumberBack(
  transaction: Transaction,
  { bank, currency }: Pick<NumberedInstruction, 'bank' | 'currency'>,
): Promise<void> {
  await transaction.query('DELETE FROM instruction_sequence WHERE bank = $1 AND currency = $2 AND last = 1', [
    bank,
    currency,
  ]);
  await transaction.query(
    'UPDATE instruction_sequence SET last = last - 1 WHERE bank = $1 AND currency = $2',
    [bank, currency],
  );
}

/** Another number and other ids of an instruction that was not sent; its window and the numbers are locked. */
export async function renumber(
  transaction: Transaction,
  instructionId: string,
  { sequence, messageId }: Pick<NumberedInstruction, 'sequence' | 'messageId'>,
  lines: readonly InstructionLine[],
): Promise<void> {
  await transaction.query(
    'UPDATE settlement_instruction SET sequence = $2, message_id = $3 WHERE instruction_id = $1',
    [instructionId, sequence, messageId],
  );
  await transaction.query(
    `UPDATE settlement_instruction_line l
     SET end_to_end_id = line.id
     FROM unnest($2::int[], $3::text[]) AS line (no, id)
     WHERE l.instruction_id = $1 AND l.line_no = line.no`,
    [instructionId, lines.map(({ lineNo }) => lineNo), lines.map(({ endToEndId }) => endToEndId)],
  );
}

/** Is it proposed that it is withdrawn? Then it is not sent. */
export async function isHeld(database: Queryable, instructionId: string, nowMs: number): Promise<boolean> {
  const rows = await database.query(
    `SELECT 1
     FROM approval_request
     WHERE kind = 'settlement.withdrawal' AND target = $1 AND state IN ('pending', 'approved') AND expires_at > $2`,
    [instructionId, new Date(nowMs)],
  );
  return rows.length > 0;
}

/** The number that has to be sent before this one: banks take them in their order. */
export async function earlierUnsent(database: Queryable, instructionId: string): Promise<string | undefined> {
  const [row] = await database.query<{ messageId: string }>(
    `SELECT earlier.message_id AS "messageId"
     FROM settlement_instruction i
     JOIN settlement_instruction earlier USING (bank, currency)
     WHERE i.instruction_id = $1 AND earlier.sequence < i.sequence AND earlier.state = 'PREPARED'
     ORDER BY earlier.sequence
     LIMIT 1`,
    [instructionId],
  );
  return row?.messageId;
}
