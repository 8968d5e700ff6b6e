import type { ClearingCycle } from '@tonle/contracts';
import type { Queryable, Transaction } from '@tonle/persistence';
import type { SettledTogether } from './statement-fetch.js';
import type { StatementName } from './statement.store.js';

// What a network settles together, as its newest statement of a day tells it; what it told before is in the past of the rows.

/**
 * Takes what a statement tells of cycles and batches, with the statement. The same again changes nothing; another content is a new
 * version; what it no longer tells is gone.
 */
export async function takeSettled(
  transaction: Transaction,
  { partner, currency, day }: StatementName,
  { cycles, batches }: SettledTogether,
  at: Date,
): Promise<void> {
  const of = [partner, currency, day];
  await transaction.query(END_BATCHES, [
    ...of,
    batches.map(({ account }) => account),
    batches.map(({ batchId }) => batchId),
    batches.map(({ agreement }) => agreement ?? ''),
  ]);
  await transaction.query(TAKE_BATCHES, [
    ...of,
    at,
    batches.map(({ account }) => account),
    batches.map(({ batchId }) => batchId),
    batches.map(({ agreement }) => agreement ?? ''),
    batches.map(({ reference }) => reference ?? null),
    batches.map(({ valueDate }) => valueDate ?? null),
    batches.map(({ netMinor }) => netMinor),
    batches.map((batch) => feeOf(batch.cycles)),
    batches.map((batch) => batch.cycles.reduce((sum, { count }) => sum + count, 0)),
    batches.map((batch) => JSON.stringify(batch.cycles)),
  ]);
  await transaction.query(
    'DELETE FROM partner_cycle WHERE partner = $1 AND currency = $2 AND day = $3::date',
    of,
  );
  await transaction.query(TAKE_CYCLES, [
    ...of,
    cycles.map(({ account }) => account),
    cycles.map(({ cycleId }) => cycleId),
    cycles.map(({ count }) => count),
    cycles.map(({ netMinor }) => netMinor),
    cycles.map(({ feeMinor }) => feeMinor ?? null),
  ]);
}

/** Fees of those that tell them; null where none does. */
function feeOf(cycles: readonly ClearingCycle[]): string | null {
  const told = cycles.flatMap(({ feeMinor }) => feeMinor ?? []);
  return told.length === 0 ? null : told.reduce((sum, minor) => sum + BigInt(minor), 0n).toString();
}

const END_BATCHES = `
  DELETE FROM partner_batch
  WHERE partner = $1 AND currency = $2 AND day = $3::date
    AND (account, batch_id, agreement) NOT IN (SELECT * FROM unnest($4::text[], $5::text[], $6::text[]))`;

const CONTENT = 'reference, value_date, net_minor, fee_minor, item_count, cycles';
const TAKE_BATCHES = `
  INSERT INTO partner_batch AS kept (partner, currency, day, told_at, account, batch_id, agreement, ${CONTENT})
  SELECT $1, $2, $3::date, $4::timestamptz, told.*
  FROM unnest($5::text[], $6::text[], $7::text[], $8::text[], $9::date[], $10::bigint[], $11::bigint[], $12::int[], $13::jsonb[]) AS told
  ON CONFLICT (partner, currency, day, account, batch_id, agreement) DO UPDATE
  SET (${CONTENT}) = ROW(${CONTENT.replaceAll(/\w+/g, 'excluded.$&')}),
    version = kept.version + 1, told_at = excluded.told_at
  WHERE (${CONTENT.replaceAll(/\w+/g, 'kept.$&')}) IS DISTINCT FROM (${CONTENT.replaceAll(/\w+/g, 'excluded.$&')})`;

const TAKE_CYCLES = `
  INSERT INTO partner_cycle (partner, currency, day, account, cycle_id, item_count, net_minor, fee_minor)
  SELECT $1, $2, $3::date, told.*
  FROM unnest($4::text[], $5::text[], $6::int[], $7::bigint[], $8::bigint[]) AS told`;

/** Days of networks that have told batches since one. */
export function batchDays(database: Queryable, from: string): Promise<StatementName[]> {
  return database.query<StatementName & object>(
    `SELECT DISTINCT partner, currency, day::text AS day
     FROM partner_batch
     WHERE day >= $1::date
     UNION
     SELECT partner, currency, day::text
     FROM reconciliation_day
     WHERE level = 'P-B' AND day >= $1::date
     UNION
     -- What differs is looked at until it does no longer, or people have ended it.
     SELECT partner, currency, substr(match_key, 7, 10)
     FROM settlement_break
     WHERE source = 'settlement' AND match_key LIKE 'batch %' AND state NOT IN ('RESOLVED', 'AUTO_RESOLVED')
     ORDER BY 3, 1, 2`,
    [from],
  );
}
