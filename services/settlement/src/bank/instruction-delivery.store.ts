import type { InstructionState } from '@tonle/contracts';
import type { Queryable, Transaction } from '@tonle/persistence';
import type { PreparedInstruction } from '../instruction/instruction.js';

/** How an instruction is getting to its bank. */
export interface InstructionDelivery {
  readonly instructionId: string;
  readonly tries: number;
  readonly nextAt: Date;
  /** What came of the last try. */
  readonly says: string | null;
}

/** Of these instructions those that were tried. */
export async function deliveries(
  database: Queryable,
  instructionIds: readonly string[],
): Promise<ReadonlyMap<string, InstructionDelivery>> {
  const rows = await database.query<InstructionDelivery & object>(
    `SELECT instruction_id AS "instructionId", tries, next_at AS "nextAt", says
     FROM instruction_delivery
     WHERE instruction_id = ANY($1)`,
    [instructionIds],
  );
  return new Map(rows.map((row) => [row.instructionId, row]));
}

export async function noteDelivery(
  database: Queryable,
  { instructionId, tries, nextAt, says }: InstructionDelivery,
  at: Date,
): Promise<void> {
  await database.query(
    `INSERT INTO instruction_delivery (instruction_id, tries, first_at, last_at, next_at, says)
     VALUES ($1, $2, $3, $3, $4, $5)
     ON CONFLICT (instruction_id) DO UPDATE
     SET tries = excluded.tries, last_at = excluded.last_at, next_at = excluded.next_at, says = excluded.says`,
    [instructionId, tries, at, nextAt, says],
  );
}

/** What is sent of an instruction, read in the transaction that marks it as sent; undefined for no instruction. */
export async function sentInstruction(
  transaction: Transaction,
  instructionId: string,
): Promise<SentRow | undefined> {
  const [row] = await transaction.query<SentRow & object>(
    `SELECT message_id AS "messageId", format, bytes, sha256, signature, state
     FROM settlement_instruction
     WHERE instruction_id = $1`,
    [instructionId],
  );
  return row;
}

type SentRow = Pick<PreparedInstruction, 'messageId' | 'format' | 'bytes' | 'sha256' | 'signature'> & {
  readonly state: InstructionState;
};
