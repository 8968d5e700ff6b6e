import { refused, type Customer, type PaymentCodeRequest, type Refusal } from '@tonle/contracts';
import type { Instruction } from '@tonle/door';
import type { Queryable } from '@tonle/persistence';
import type { IssuedCode, PaymentCode } from './payment-code.js';

// Tables `payment_code` and `drawing`: what was issued, and what became of each message that drew on it.

/** Database time; a drawing is too old to be taken long before. */
const KEPT_DAYS = 7;

/** What became of a drawing, once and for all: it is a payment, or never will be one. */
export interface DecidedDrawing {
  /** Null: it was called off before it came. */
  readonly contentHash: Buffer | null;
  readonly paymentId: string | null;
  readonly refusal: Refusal | null;
}

/** Keeps a code before anybody is told of it. False: the network has issued the same one before. */
export async function insertCode(
  database: Queryable,
  { codeId, participant, corridor, debtor, most }: PaymentCodeRequest,
  { text, barcode }: Pick<IssuedCode, 'text' | 'barcode'>,
  times: { readonly issuedAt: Date; readonly expiresAt: Date },
): Promise<boolean> {
  const rows = await database.query(
    `INSERT INTO payment_code (code_id, name, participant, corridor, debtor, currency, most_minor, issued_at, expires_at, barcode)
     VALUES ($1, $2, $3, $4, $5::jsonb, $6, $7::bigint, $8, $9, $10)
     ON CONFLICT DO NOTHING
     RETURNING code_id`,
    [
      codeId,
      text,
      participant,
      corridor,
      JSON.stringify(debtor),
      most.currency,
      most.minor,
      times.issuedAt,
      times.expiresAt,
      barcode ?? null,
    ],
  );
  return rows.length > 0;
}

interface CodeRow {
  code_id: string;
  participant: string;
  corridor: string;
  debtor: Customer;
  currency: string;
  most_minor: bigint;
  expires_at: Date;
  is_used: boolean;
}

/** The code that a drawing names, in either form. */
export async function codeNamed(database: Queryable, scanned: string): Promise<PaymentCode | undefined> {
  const [row] = await database.query<CodeRow & object>(
    `SELECT code_id, participant, corridor, debtor, currency, most_minor, expires_at,
       EXISTS (SELECT FROM drawing WHERE drawing.code_id = code.code_id AND payment_id IS NOT NULL) AS is_used
     FROM payment_code AS code
     WHERE name = $1 OR barcode = $1
     LIMIT 1`,
    [scanned],
  );
  if (row === undefined) return undefined;
  return {
    codeId: row.code_id,
    participant: row.participant,
    corridor: row.corridor,
    debtor: row.debtor,
    most: { currency: row.currency, minor: row.most_minor.toString() },
    expiresMs: row.expires_at.getTime(),
    isUsed: row.is_used,
  };
}

const DRAWN = `
  SELECT drawing_id AS "drawingId", code_id AS "codeId", content_hash AS "contentHash", payment_id AS "paymentId", refusal
  FROM drawing`;

type DrawingRow = DecidedDrawing & { readonly drawingId: string; readonly codeId: string | null };

/** Undefined while nothing was decided. */
export async function decidedDrawing(
  database: Queryable,
  drawingId: string,
): Promise<DecidedDrawing | undefined> {
  const [row] = await database.query<DrawingRow & object>(`${DRAWN} WHERE drawing_id = $1`, [drawingId]);
  return row;
}

/**
 * Decides that a drawing is never taken, unless it was decided before. What counts is told. Without content it is called off:
 * whatever comes under its name later.
 */
export async function refuseDrawing(
  database: Queryable,
  drawingId: string,
  refusal: Refusal,
  at: Date,
  contentHash: Buffer | null = null,
): Promise<DecidedDrawing> {
  await database.query(
    `INSERT INTO drawing (drawing_id, content_hash, refusal, decided_at)
     VALUES ($1, $2, $3::jsonb, $4)
     ON CONFLICT DO NOTHING`,
    [drawingId, contentHash, JSON.stringify(refusal), at],
  );
  return (await decidedDrawing(database, drawingId))!;
}

/**
 * The door's claim: each drawing takes its code, in the transaction that takes its instruction, so that a code has one payment
 * whoever draws on it at the same time. Refused: what was decided before, and a code that another drawing has.
 */
export async function claimCodes(
  transaction: Queryable,
  instructions: readonly Instruction[],
): Promise<ReadonlyMap<string, Refusal>> {
  const drawn = instructions.filter(({ drawn: code }) => code !== undefined);
  if (drawn.length === 0) return new Map();
  const drawingIds = drawn.map((each) => each.drawn!.drawingId);
  const codeIds = drawn.map((each) => each.drawn!.codeId);
  // In one order for all instances, so that two batches seldom lock each other out.
  await transaction.query(
    `INSERT INTO drawing (drawing_id, code_id, content_hash, payment_id, decided_at)
     SELECT drawing_id, code_id, content_hash, payment_id, received_at
     FROM unnest($1::text[], $2::uuid[], $3::bytea[], $4::uuid[], $5::timestamptz[])
       AS wanted (drawing_id, code_id, content_hash, payment_id, received_at)
     ORDER BY code_id, drawing_id
     ON CONFLICT DO NOTHING`,
    [
      drawingIds,
      codeIds,
      drawn.map(({ contentHash }) => contentHash),
      drawn.map(({ submit }) => submit.paymentId),
      drawn.map(({ submit }) => submit.receivedAt),
    ],
  );
  const rows = await transaction.query<DrawingRow & object>(
    `${DRAWN} WHERE drawing_id = ANY ($1::text[]) OR (code_id = ANY ($2::uuid[]) AND payment_id IS NOT NULL)`,
    [drawingIds, codeIds],
  );
  return new Map(
    drawn.flatMap((instruction) => {
      const refusal = whyNot(instruction, rows);
      return refusal === undefined ? [] : [[instruction.submit.paymentId, refusal] as const];
    }),
  );
}

/** A repeat of what was taken may go on: its request is found. */
function whyNot({ drawn, contentHash }: Instruction, rows: readonly DrawingRow[]): Refusal | undefined {
  const decided = rows.find(({ drawingId }) => drawingId === drawn!.drawingId);
  if (decided === undefined) return refused('payment_code_used');
  return drawingRefusal(decided, contentHash);
}

/** Why a message under the name of a drawing that was decided is refused; undefined: it repeats what was taken. */
export function drawingRefusal(decided: DecidedDrawing, contentHash: Buffer): Refusal | undefined {
  if (decided.contentHash !== null && !decided.contentHash.equals(contentHash)) return refused('key_reused');
  return decided.refusal ?? undefined;
}

/** Drops codes that nothing was drawn on, and refusals that nothing can follow any more. */
export async function forgetCodes(database: Queryable): Promise<void> {
  await database.query(
    `DELETE FROM drawing
     WHERE payment_id IS NULL AND decided_at < clock_timestamp() - $1 * interval '1 day'`,
    [KEPT_DAYS],
  );
  await database.query(
    `DELETE FROM payment_code AS code
     WHERE expires_at < clock_timestamp() - $1 * interval '1 day'
       AND NOT EXISTS (SELECT FROM drawing WHERE drawing.code_id = code.code_id)`,
    [KEPT_DAYS],
  );
}

/** Which of these names were called off before anything came under them. */
export async function calledOff(database: Queryable, names: readonly string[]): Promise<ReadonlySet<string>> {
  const rows = await database.query<{ name: string }>(
    `SELECT drawing_id AS name
     FROM drawing
     WHERE drawing_id = ANY ($1::text[]) AND refusal ->> 'reason' = 'called_off'`,
    [names],
  );
  return new Set(rows.map(({ name }) => name));
}
