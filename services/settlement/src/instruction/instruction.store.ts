import type { InstructionState } from '@tonle/contracts';
import type { Queryable, Transaction } from '@tonle/persistence';
import type { DueInstruction, InstructionLine, PreparedInstruction } from './instruction.js';

/** The next number for a bank and currency. It is taken with the transaction or not at all, so there is never a gap. */
export async function nextSequence(
  transaction: Transaction,
  bank: string,
  currency: string,
): Promise<number> {
  const [row] = await transaction.query<{ last: number }>(
    `INSERT INTO instruction_sequence (bank, currency, last)
     VALUES ($1, $2, 1)
     ON CONFLICT (bank, currency) DO UPDATE SET last = instruction_sequence.last + 1
     RETURNING last`,
    [bank, currency],
  );
  return row!.last;
}

/** What the instructions of a window were so far: how many, which counts, and what is covered of each participant. */
export async function madeSoFar(
  transaction: Transaction,
  windowId: string,
): Promise<{
  readonly attempts: number;
  readonly newest?: { readonly instructionId: string; readonly state: InstructionState };
  readonly covered: ReadonlyMap<string, bigint>;
}> {
  const made = await transaction.query<{ instructionId: string; state: InstructionState; attempt: number }>(
    `SELECT instruction_id AS "instructionId", state, attempt
     FROM settlement_instruction
     WHERE window_id = $1
     ORDER BY attempt DESC`,
    [windowId],
  );
  const covered = await transaction.query<{ participant: string; minor: string }>(
    `SELECT participant, sum(covered_minor)::text AS minor
     FROM settlement_instruction_line
     WHERE window_id = $1
     GROUP BY participant`,
    [windowId],
  );
  const [newest] = made;
  return {
    attempts: newest?.attempt ?? 0,
    ...(newest !== undefined && { newest: { instructionId: newest.instructionId, state: newest.state } }),
    covered: new Map(covered.map(({ participant, minor }) => [participant, BigInt(minor)])),
  };
}

/** Writes an instruction with its lines. One without lines has settled with it. */
export async function insertInstruction(
  transaction: Transaction,
  made: PreparedInstruction,
  at: Date,
): Promise<void> {
  const { lines } = made;
  const sumOf = (direction: 'pay_in' | 'pay_out') =>
    lines.reduce((sum, line) => (line.direction === direction ? sum + line.amountMinor : sum), 0n);
  await transaction.query(
    `INSERT INTO settlement_instruction
       (instruction_id, bank, currency, sequence, window_id, attempt, format, message_id, value_date, bytes, sha256, signature,
        line_count, pay_in_minor, pay_out_minor, made_by, state, prepared_at, settled_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9::date, $10, $11, $12, $13, $14, $15, $16,
        CASE $13::int WHEN 0 THEN 'SETTLED' ELSE 'PREPARED' END, $17, CASE $13::int WHEN 0 THEN $17::timestamptz END)`,
    [
      ...[made.instructionId, made.bank, made.currency, made.sequence, made.windowId, made.attempt],
      ...[made.format, made.messageId, made.valueDate, Buffer.from(made.bytes), made.sha256, made.signature],
      ...[lines.length, sumOf('pay_in'), sumOf('pay_out'), made.madeBy, at],
    ],
  );
  await transaction.query(
    `INSERT INTO settlement_instruction_line
       (instruction_id, line_no, window_id, participant, direction, amount_minor, end_to_end_id, uetr)
     SELECT $1, line.no, $2, line.participant, line.direction, line.minor, line.id, line.uetr
     FROM unnest($3::int[], $4::text[], $5::text[], $6::bigint[], $7::text[], $8::uuid[])
       AS line (no, participant, direction, minor, id, uetr)`,
    [
      ...[made.instructionId, made.windowId],
      lines.map((line) => line.lineNo),
      lines.map((line) => line.participant),
      lines.map((line) => line.direction),
      lines.map((line) => line.amountMinor),
      lines.map((line) => line.endToEndId),
      lines.map((line) => line.uetr),
    ],
  );
}

/**
 * What banks have not answered yet: to be sent, or sent and silent. In the order of their numbers, which a bank demands; one that
 * was never sent may be made anew for another day until it is marked as sent.
 */
export function dueInstructions(database: Queryable): Promise<DueInstruction[]> {
  return database.query<DueInstruction & object>(`${DUE} ORDER BY bank, currency, sequence`);
}

const DUE = `
  SELECT instruction_id AS "instructionId", bank, currency, sequence, window_id AS "windowId", format,
         message_id AS "messageId", value_date::text AS "valueDate", bytes, sha256, signature, state, sent_at AS "sentAt"
  FROM settlement_instruction
  WHERE state IN ('PREPARED', 'SENT') AND sequence IS NOT NULL`;

/** An instruction whose window is locked. */
export interface LockedInstruction {
  /** Null: it sends money in suspense back. */
  readonly windowId: string | null;
  readonly itemId: string | null;
  readonly currency: string;
  readonly state: InstructionState;
  readonly coveredMinor: string;
  /** Of what is covered that which lines of the bank have paid. */
  readonly paidMinor: string;
  /** The bank had rejected it once, or people had declared it dead. */
  readonly wasRejected: boolean;
}

/** The window of an instruction, locked before anything of it is; undefined for no instruction. */
export async function lockWindowOfInstruction(
  transaction: Transaction,
  instructionId: string,
): Promise<LockedInstruction | undefined> {
  await transaction.query(
    `SELECT 1
     FROM settlement_window
     WHERE window_id = (SELECT window_id FROM settlement_instruction WHERE instruction_id = $1)
     FOR UPDATE`,
    [instructionId],
  );
  const [row] = await transaction.query<LockedInstruction & object>(
    `SELECT i.window_id AS "windowId", i.item_id AS "itemId", i.currency, i.state, i.rejected_at IS NOT NULL AS "wasRejected",
            (SELECT coalesce(sum(l.covered_minor), 0)::text FROM settlement_instruction_line l
             WHERE l.instruction_id = i.instruction_id) AS "coveredMinor",
            (SELECT coalesce(sum(c.minor), 0)::text FROM instruction_coverage c
             WHERE c.instruction_id = i.instruction_id AND c.line_id IS NOT NULL AND c.taken_back_at IS NULL) AS "paidMinor"
     FROM settlement_instruction i
     WHERE i.instruction_id = $1
     FOR UPDATE OF i`,
    [instructionId],
  );
  return row;
}

/** Its window is locked. */
export async function setInstructionState(
  transaction: Transaction,
  instructionId: string,
  state: InstructionState,
  at: Date,
  detail?: string,
): Promise<void> {
  await transaction.query(
    `UPDATE settlement_instruction
     SET state = $2,
         detail = coalesce($4, detail),
         sent_at = CASE $2 WHEN 'SENT' THEN coalesce(sent_at, $3) ELSE sent_at END,
         acknowledged_at = CASE $2 WHEN 'ACKNOWLEDGED' THEN coalesce(acknowledged_at, $3) ELSE acknowledged_at END,
         withdrawn_at = CASE $2 WHEN 'WITHDRAWN' THEN $3::timestamptz END,
         rejected_at = CASE $2 WHEN 'REJECTED' THEN coalesce(rejected_at, $3) ELSE rejected_at END,
         settled_at = CASE $2 WHEN 'SETTLED' THEN coalesce(settled_at, $3::timestamptz) END
     WHERE instruction_id = $1`,
    [instructionId, state, at, detail ?? null],
  );
}

/** What an instruction that was never sent says now, under its number and ids. */
export async function rewriteInstruction(
  transaction: Transaction,
  instructionId: string,
  anew: Pick<PreparedInstruction, 'valueDate' | 'format' | 'bytes' | 'sha256' | 'signature'>,
): Promise<void> {
  await transaction.query(
    `UPDATE settlement_instruction
     SET value_date = $2::date, bytes = $3, sha256 = $4, signature = $5, format = $6
     WHERE instruction_id = $1 AND state = 'PREPARED'`,
    [instructionId, anew.valueDate, Buffer.from(anew.bytes), anew.sha256, anew.signature, anew.format],
  );
}

/** The instruction of a window that counts. */
export async function newestInstruction(
  database: Queryable,
  windowId: string,
): Promise<
  | {
      readonly instructionId: string;
      readonly sequence: number;
      readonly state: InstructionState;
      readonly valueDate: string;
    }
  | undefined
> {
  const [row] = await database.query<{
    instructionId: string;
    sequence: number;
    state: InstructionState;
    valueDate: string;
  }>(
    `SELECT instruction_id AS "instructionId", sequence, state, value_date::text AS "valueDate"
     FROM settlement_instruction
     WHERE window_id = $1
     ORDER BY attempt DESC
     LIMIT 1`,
    [windowId],
  );
  return row;
}

export function linesOf(database: Queryable, instructionId: string): Promise<InstructionLine[]> {
  return database.query<InstructionLine & object>(
    `SELECT line_no AS "lineNo", participant, direction, amount_minor AS "amountMinor", end_to_end_id AS "endToEndId", uetr
     FROM settlement_instruction_line
     WHERE instruction_id = $1
     ORDER BY line_no`,
    [instructionId],
  );
}
