import type { StatementLine } from '@tonle/contracts';
import type { Database } from '@tonle/persistence';
import { LINES_AT_ONCE } from './statement.store.js';

// Pages of a statement wait here until it is known to be whole. What a process left that ended meanwhile goes with the next load.

/** Keeps a page; `first`: how many lines came before. */
export async function keepPage(
  database: Database,
  loadId: string,
  lines: readonly StatementLine[],
  first: number,
): Promise<void> {
  if (lines.length === 0) return;
  await database.query(KEEP, [
    loadId,
    first,
    lines.map((line) => line.lineId),
    lines.map((line) => line.uetr ?? null),
    lines.map((line) => line.partnerRef ?? null),
    lines.map((line) => line.legKey ?? null),
    lines.map((line) => line.leg ?? null),
    lines.map((line) => line.amount.minor),
    lines.map((line) => line.status),
    lines.map((line) => line.bookedAt),
    lines.map((line) => line.counter?.currency ?? null),
    lines.map((line) => line.counter?.minor ?? null),
    // What is taken in another currency is compared with nothing: the contract's formula is of this one.
    lines.map(({ fee, amount }) => (fee?.currency === amount.currency ? fee.minor : null)),
    lines.map((line) => line.refundOf ?? null),
  ]);
}

const COLUMNS = `line_id, uetr, partner_ref, leg_key, leg, amount_minor, status, booked_at, counter_currency, counter_minor,
    fee_minor, refund_of`;
const KEEP = `
  INSERT INTO statement_incoming (load_id, ordinal, ${COLUMNS})
  SELECT $1, $2 + ordinality - 1, ${COLUMNS}
  FROM unnest($3::text[], $4::uuid[], $5::text[], $6::text[], $7::text[], $8::bigint[], $9::text[], $10::timestamptz[],
    $11::text[], $12::bigint[], $13::bigint[], $14::text[])
    WITH ORDINALITY AS line (${COLUMNS}, ordinality)`;

/** Forgets a load of so many lines that was taken or given up, and what is older than `abandoned`: ids begin with their instant. */
export async function dropLoads(
  database: Database,
  loadId: string,
  count: number,
  abandoned: string,
): Promise<void> {
  for (let first = 0; first < count; first += LINES_AT_ONCE)
    await database.query('DELETE FROM statement_incoming WHERE load_id = $1 AND ordinal BETWEEN $2 AND $3', [
      loadId,
      first,
      first + LINES_AT_ONCE - 1,
    ]);
  await database.query('DELETE FROM statement_incoming WHERE load_id < $1', [abandoned]);
}
