import type { Queryable, Transaction } from '@tonle/persistence';

/** An instruction that a bank answers. */
export interface AcknowledgedInstruction {
  readonly instructionId: string;
  readonly currency: string;
  readonly valueDate: string;
}

/** The one that was sent to this bank under a message id. */
export async function findAcknowledged(
  database: Queryable,
  bank: string,
  messageId: string,
): Promise<AcknowledgedInstruction | undefined> {
  const [row] = await database.query<AcknowledgedInstruction & object>(
    `SELECT instruction_id AS "instructionId", currency, value_date::text AS "valueDate"
     FROM settlement_instruction
     WHERE bank = $1 AND message_id = $2 AND state NOT IN ('PREPARED', 'WITHDRAWN')`,
    [bank, messageId],
  );
  return row;
}

export async function isAcknowledged(database: Queryable, bank: string, sha256: string): Promise<boolean> {
  const rows = await database.query('SELECT 1 FROM bank_acknowledgement WHERE bank = $1 AND sha256 = $2', [
    bank,
    sha256,
  ]);
  return rows.length > 0;
}

export async function insertAcknowledgement(
  transaction: Transaction,
  given: {
    readonly bank: string;
    readonly sha256: string;
    readonly instructionId: string;
    readonly originalMessageId: string;
    readonly status: string;
    readonly format: string;
    readonly bytes: Uint8Array;
    readonly outcome: string;
    readonly by: string;
  },
  at: Date,
): Promise<void> {
  await transaction.query(
    `INSERT INTO bank_acknowledgement
       (bank, sha256, instruction_id, original_message_id, status, format, bytes, outcome, taken_at, taken_by)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
    [
      ...[given.bank, given.sha256, given.instructionId, given.originalMessageId, given.status, given.format],
      ...[Buffer.from(given.bytes), given.outcome, at, given.by],
    ],
  );
}
