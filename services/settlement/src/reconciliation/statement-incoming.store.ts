import type { Hash } from 'node:crypto';
import type { StatementLine } from '@tonle/contracts';
import type { Database } from '@tonle/persistence';
import { LINES_AT_ONCE } from './statement.store.js';

// Pages of a statement wait here until it is known to be whole. What a process left that ended meanwhile goes with the next load.

/** What is kept of a line: each column's type, and its value. */
const COLUMNS: Readonly<
  Record<string, readonly [type: string, of: (line: StatementLine) => string | null | undefined]>
> = {
  line_id: ['text', (line) => line.lineId],
  uetr: ['uuid', (line) => line.uetr],
  partner_ref: ['text', (line) => line.partnerRef],
  leg_key: ['text', (line) => line.legKey],
  leg: ['text', (line) => line.leg],
  amount_minor: ['bigint', (line) => line.amount.minor],
  status: ['text', (line) => line.status],
  booked_at: ['timestamptz', (line) => line.bookedAt],
  counter_currency: ['text', (line) => line.counter?.currency],
  counter_minor: ['bigint', (line) => line.counter?.minor],
  // What is taken in another currency is compared with nothing: the contract's formula is of this one.
  fee_minor: ['bigint', ({ fee, amount }) => (fee?.currency === amount.currency ? fee.minor : null)],
  refund_of: ['text', (line) => line.refundOf],
  from_account: ['text', (line) => line.fromAccount],
  to_account: ['text', (line) => line.toAccount],
};
const NAMES = Object.keys(COLUMNS).join(', ');

const KEEP = `
  INSERT INTO statement_incoming (load_id, ordinal, ${NAMES})
  SELECT $1, $2 + ordinality - 1, ${NAMES}
  FROM unnest(${Object.values(COLUMNS)
    .map(([type], at) => `$${at + 3}::${type}[]`)
    .join(', ')})
    WITH ORDINALITY AS line (${NAMES}, ordinality)`;

/** Keeps a page, and adds it to the digest of the statement; `first`: how many lines came before. */
export async function keepPage(
  database: Database,
  loadId: string,
  {
    lines,
    first,
    digest,
  }: { readonly lines: readonly StatementLine[]; readonly first: number; readonly digest: Hash },
): Promise<void> {
  if (first === 0) digest.update(NAMES);
  if (lines.length === 0) return;
  const columns = Object.values(COLUMNS).map(([, of]) => lines.map((line) => of(line) ?? null));
  digest.update(lines.map((_, at) => JSON.stringify(columns.map((values) => values[at]))).join('\n'));
  await database.query(KEEP, [loadId, first, ...columns]);
}

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
