import type { Queryable, Transaction } from '@tonle/persistence';
import type { CurableLine } from './suspense.decide.js';
import type { SuspenseItem, SuspenseState } from './suspense.js';

/** What people, or the bank by a line, did with money in suspense; its amount is signed as the item's is. */
export interface SuspenseMove {
  readonly moveId: string;
  readonly action:
    'to_window' | 'to_prefund' | 'send_back' | 'keep' | 'write_off' | 'returned' | 'taken_back';
  /** End-to-end id, participant, or the reference by which it goes back. */
  readonly target?: string;
  readonly minor: bigint;
  /** One of the two. */
  readonly approvalId?: string;
  readonly lineId?: string;
  readonly reason?: string;
}

export async function insertItem(
  transaction: Transaction,
  item: Omit<SuspenseItem, 'openMinor' | 'version' | 'state'>,
  at: Date,
): Promise<void> {
  await transaction.query(
    `INSERT INTO suspense_item
       (item_id, line_id, part, bank, currency, amount_minor, open_minor, cause, suggestion, day, state, opened_at)
     VALUES ($1, $2, $3, $4, $5, $6, $6, $7, $8, $9::date, 'OPEN', $10)`,
    [
      ...[item.itemId, item.lineId, item.part, item.bank, item.currency, item.amountMinor, item.cause],
      ...[item.suggestion ?? null, item.day, at],
    ],
  );
}

/** As it is now, locked until the transaction ends; undefined when there is none. */
export async function lockItem(transaction: Transaction, itemId: string): Promise<SuspenseItem | undefined> {
  const [row] = await transaction.query<
    Omit<SuspenseItem, 'suggestion' | 'returnReference'> & {
      suggestion: string | null;
      returnReference: string | null;
    }
  >(
    `SELECT item_id AS "itemId", line_id AS "lineId", part, bank, currency, amount_minor AS "amountMinor", open_minor AS "openMinor",
            cause, suggestion, day::text AS day, return_reference AS "returnReference", version, state
     FROM suspense_item
     WHERE item_id = $1
     FOR UPDATE`,
    [itemId],
  );
  if (row === undefined) return undefined;
  const { suggestion, returnReference, ...item } = row;
  return {
    ...item,
    ...(suggestion !== null && { suggestion }),
    ...(returnReference !== null && { returnReference }),
  };
}

/** Takes something off an item, or gives it to the bank to send back; the item is locked. A move is made once. */
export async function moveItem(
  transaction: Transaction,
  { itemId, lineId }: Pick<SuspenseItem, 'itemId' | 'lineId'>,
  move: SuspenseMove,
  after: { readonly state: SuspenseState; readonly openMinor: bigint; readonly returnReference?: string },
  at: Date,
): Promise<void> {
  const stays = move.action === 'send_back' || move.action === 'keep';
  await transaction.query(
    `INSERT INTO suspense_move (move_id, item_id, action, target, amount_minor, approval_id, line_id, reason, at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [
      ...[move.moveId, itemId, move.action, move.target ?? null, move.minor, move.approvalId ?? null],
      ...[move.lineId ?? null, move.reason ?? null, at],
    ],
  );
  await transaction.query(
    `UPDATE suspense_item
     SET state = $2, open_minor = $3, return_reference = coalesce($4, return_reference), version = version + 1,
         closed_at = CASE $2 WHEN 'CLEARED' THEN $5::timestamptz END
     WHERE item_id = $1`,
    [itemId, after.state, after.openMinor, after.returnReference ?? null, at],
  );
  await transaction.query(
    `UPDATE bank_line AS l
     SET allocated_minor = l.allocated_minor + $2,
         state = CASE WHEN l.allocated_minor + $2 = l.amount_minor THEN 'ALLOCATED' ELSE 'SUSPENSE' END
     WHERE l.line_id = $1`,
    [lineId, stays ? 0n : move.minor],
  );
}

/** How much lies in suspense by bank and currency, and since when. */
export function suspenseTotals(
  database: Queryable,
): Promise<{ bank: string; currency: string; items: number; minor: bigint; oldestDay: string }[]> {
  return database.query(
    `SELECT bank, currency, count(*)::int AS items, sum(abs(open_minor))::bigint AS minor, min(day)::text AS "oldestDay"
     FROM suspense_item
     WHERE state <> 'CLEARED'
     GROUP BY bank, currency
     ORDER BY bank, currency`,
  );
}

/** The line of an instruction that money of an item may be for; that of its bank and currency alone. */
export async function curableLine(
  transaction: Transaction,
  { bank, currency }: Pick<SuspenseItem, 'bank' | 'currency'>,
  endToEndId: string,
): Promise<CurableLine | undefined> {
  const [row] = await transaction.query<CurableLine & object>(
    `SELECT l.window_id AS "windowId", l.participant, l.direction, l.amount_minor - l.covered_minor AS "openMinor"
     FROM settlement_instruction_line l
     JOIN settlement_instruction i USING (instruction_id)
     WHERE i.bank = $1 AND i.currency = $2 AND l.end_to_end_id = $3 AND i.state NOT IN ('PREPARED', 'SUPERSEDED', 'WITHDRAWN')`,
    [bank, currency, endToEndId],
  );
  return row;
}

/** Who sent the money of a line, as the bank says. */
export async function payerOf(transaction: Transaction, lineId: string): Promise<string | undefined> {
  const [row] = await transaction.query<{ counterparty: string | null }>(
    'SELECT counterparty FROM bank_line WHERE line_id = $1',
    [lineId],
  );
  return row?.counterparty ?? undefined;
}

/** How much of an item was written off, above zero. */
export async function writtenOffOf(transaction: Queryable, itemId: string): Promise<bigint> {
  const [row] = await transaction.query<{ minor: bigint }>(
    `SELECT abs(coalesce(sum(m.amount_minor), 0))::bigint AS minor
     FROM suspense_move AS m
     JOIN ledger_entry AS e ON e.entry_id = 'suspense:' || m.move_id
     WHERE m.item_id = $1 AND m.action = 'write_off' AND e.state <> 'given_up'`,
    [itemId],
  );
  return row!.minor;
}

/** The bank will not send it back: people decide anew. */
export async function reopenItem(transaction: Transaction, itemId: string): Promise<void> {
  await transaction.query(
    "UPDATE suspense_item SET state = 'OPEN', version = version + 1 WHERE item_id = $1 AND state = 'RETURNING'",
    [itemId],
  );
}
