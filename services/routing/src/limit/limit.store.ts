import type { Queryable } from '@tonle/persistence';
import type { LimitBook, LimitDelta, LimitKey } from './limit-book.js';

const LOAD = `
SELECT c.debtor, c.currency, c.day, c.used_minor AS minor
FROM unnest($1::text[], $2::text[], $3::date[]) AS u (debtor, currency, day)
JOIN limit_counter AS c ON c.day = u.day AND c.debtor = u.debtor AND c.currency = u.currency`;

const ADD = `
INSERT INTO limit_counter AS c (debtor, currency, day, used_minor)
SELECT u.debtor, u.currency, u.day, u.minor
FROM unnest($1::text[], $2::text[], $3::date[], $4::bigint[]) AS u (debtor, currency, day, minor)
WHERE u.minor > 0
ON CONFLICT (day, debtor, currency) DO UPDATE
SET used_minor = c.used_minor + EXCLUDED.used_minor
RETURNING c.debtor, c.currency, c.day, c.used_minor AS minor`;

const GIVE_BACK = `
UPDATE limit_counter AS c
SET used_minor = c.used_minor + u.minor
FROM unnest($1::text[], $2::text[], $3::date[], $4::bigint[]) AS u (debtor, currency, day, minor)
WHERE c.day = u.day
  AND c.debtor = u.debtor
  AND c.currency = u.currency`;

/** Two writers counted the same debtor at once: the batch has to be decided again. */
export class LimitRace extends Error {}

const columns = (keys: readonly LimitKey[]) => [
  keys.map(({ debtor }) => debtor),
  keys.map(({ currency }) => currency),
  keys.map(({ day }) => day),
];

/** Counters of debtors and days, read without a lock and checked when written. */
export class LimitStore {
  async load(transaction: Queryable, keys: readonly LimitKey[]): Promise<LimitDelta[]> {
    return keys.length === 0 ? [] : transaction.query<LimitDelta>(LOAD, columns(keys));
  }

  /** Writes the batch's sums. Throws LimitRace when somebody else took from a counter that we decided on. */
  async apply(transaction: Queryable, book: LimitBook): Promise<void> {
    const deltas = book.deltas();
    const taken = deltas.filter(({ minor }) => minor > 0n);
    const given = deltas.filter(({ minor }) => minor < 0n);
    if (taken.length > 0) {
      const rows = await transaction.query<LimitDelta>(ADD, [
        ...columns(taken),
        taken.map(({ minor }) => minor),
      ]);
      const raced = rows.find((row) => row.minor !== book.usedMinor(row));
      if (raced !== undefined) throw new LimitRace(`the counter of ${raced.debtor} moved`);
    }
    if (given.length > 0)
      await transaction.query(GIVE_BACK, [...columns(given), given.map(({ minor }) => minor)]);
  }
}
