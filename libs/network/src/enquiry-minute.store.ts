import type { Queryable } from '@tonle/persistence';
import { iso } from './leg.store.js';

const COUNT = `
  INSERT INTO enquiry_minute AS counted (minute, asked, allowed)
  VALUES (date_trunc('minute', $1::timestamptz), $2, $3)
  ON CONFLICT (minute) DO UPDATE
  SET asked = counted.asked + EXCLUDED.asked, allowed = counted.allowed + EXCLUDED.allowed`;

/** Notes what was asked in a round, beside what the budget gave for it: the auditor compares them (I20). */
export async function countEnquiries(
  database: Queryable,
  now: number,
  counts: { readonly asked: number; readonly allowed: number },
): Promise<void> {
  await database.query(COUNT, [iso(now), counts.asked, counts.allowed]);
}
