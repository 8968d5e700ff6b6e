import type { Queryable } from '@tonle/persistence';
import type { LegTerms } from './leg.js';

/** What was agreed for a leg; undefined: nothing yet, so nothing of it was ever sent. */
export async function termsOf(database: Queryable, legKey: string): Promise<LegTerms | undefined> {
  const [row] = await database.query<{ terms: LegTerms }>('SELECT terms FROM leg_terms WHERE leg_key = $1', [
    legKey,
  ]);
  return row?.terms;
}

/** Keeps what was agreed, once for all attempts of a leg; answers what stands. */
export async function keepTerms(
  database: Queryable,
  legKey: string,
  terms: LegTerms,
  at: number,
): Promise<LegTerms> {
  await database.query(
    `INSERT INTO leg_terms (leg_key, terms, agreed_at)
     VALUES ($1, $2, $3)
     ON CONFLICT (leg_key) DO NOTHING`,
    [legKey, JSON.stringify(terms), new Date(at).toISOString()],
  );
  const stands = await termsOf(database, legKey);
  if (stands === undefined) throw new Error('terms that were kept have vanished');
  return stands;
}
