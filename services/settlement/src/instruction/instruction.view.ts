import type { SettlementInstructionView, WholeInstruction, windowCalls } from '@tonle/contracts';
import type { Database, Queryable } from '@tonle/persistence';
import type { z } from 'zod';

type Filter = z.infer<typeof windowCalls.instructions.request>;
type FileAnswer = Extract<z.infer<typeof windowCalls.instructionFile.response>, { kind: 'found' }>;
type Row = Readonly<Record<string, unknown>>;

const COLUMNS = `
  i.instruction_id AS "instructionId", i.bank, i.currency, i.sequence, i.window_id AS "windowId", i.item_id AS "itemId", i.attempt, i.format,
  i.message_id AS "messageId", i.value_date::text AS "valueDate", i.sha256, i.signature IS NOT NULL AS "isSigned",
  i.line_count AS "lineCount", i.pay_in_minor::text AS "payInMinor", i.pay_out_minor::text AS "payOutMinor", i.state,
  i.made_by AS "madeBy", i.prepared_at AS "preparedAt", i.sent_at AS "sentAt", i.acknowledged_at AS "acknowledgedAt",
  i.rejected_at AS "rejectedAt", i.settled_at AS "settledAt", i.detail`;

/** Instructions, the newest first. */
export async function listInstructions(
  database: Queryable,
  { bank, currency, state, windowId, before, limit }: Filter,
): Promise<SettlementInstructionView[]> {
  const rows = await database.query<Row>(
    `SELECT ${COLUMNS}
     FROM settlement_instruction i
     WHERE ($1::text IS NULL OR i.bank = $1)
       AND ($2::text IS NULL OR i.currency = $2)
       AND ($3::text IS NULL OR i.state = $3)
       AND ($4::text IS NULL OR i.window_id = $4)
       AND ($5::uuid IS NULL OR i.instruction_id < $5)
     ORDER BY i.instruction_id DESC
     LIMIT $6`,
    [bank ?? null, currency ?? null, state ?? null, windowId ?? null, before ?? null, limit],
  );
  return rows.map((row) => shown(row) as SettlementInstructionView);
}

/** With their lines, in the order in which they were made. */
export async function wholeInstructions(
  database: Queryable,
  by: { readonly windowId: string } | { readonly instructionId: string },
): Promise<WholeInstruction[]> {
  const [column, value] =
    'windowId' in by ? ['window_id', by.windowId] : ['instruction_id', by.instructionId];
  const made = await database.query<Row>(
    `SELECT ${COLUMNS} FROM settlement_instruction i WHERE i.${column} = $1 ORDER BY i.attempt`,
    [value],
  );
  const lines = await database.query<Row>(
    `SELECT l.instruction_id AS "instructionId", l.line_no AS "lineNo", l.participant, l.direction,
            l.amount_minor::text AS "amountMinor", l.covered_minor::text AS "coveredMinor", l.covered_at AS "coveredAt",
            l.end_to_end_id AS "endToEndId", l.uetr
     FROM settlement_instruction_line l
     WHERE l.${column} = $1
     ORDER BY l.line_no`,
    [value],
  );
  return made.map((row) => {
    const own = lines.filter((line) => line['instructionId'] === row['instructionId']);
    return {
      ...shown(row),
      lines: own.map(({ instructionId: _, ...line }) => shown(line)),
    } as unknown as WholeInstruction;
  });
}

/** The bytes that the bank gets; undefined for no instruction. */
export async function instructionFile(
  database: Database,
  instructionId: string,
): Promise<FileAnswer | undefined> {
  const [row] = await database.query<{
    messageId: string;
    format: string;
    bytes: Buffer;
    sha256: string;
    signature: string | null;
  }>(
    `SELECT message_id AS "messageId", format, bytes, sha256, signature
     FROM settlement_instruction
     WHERE instruction_id = $1`,
    [instructionId],
  );
  if (row === undefined) return undefined;
  const { bytes, signature, ...named } = row;
  return {
    kind: 'found',
    ...named,
    base64: bytes.toString('base64'),
    ...(signature !== null && { signature }),
  };
}

/** Instants as text; what is empty is left out. */
function shown(row: Row): Row {
  return Object.fromEntries(
    Object.entries(row)
      .filter(([, value]) => value !== null)
      .map(([name, value]) => [name, value instanceof Date ? value.toISOString() : value]),
  );
}
