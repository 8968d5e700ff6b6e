import type { Queryable } from '@tonle/persistence';

export interface KnownPayment {
  readonly paymentId: string;
  readonly uetr: string;
}

// A repeat that was refused for its UETR has none of its own; the index says so, too.
const KNOWN = `
SELECT id AS "paymentId", uetr
FROM payment
WHERE id = ANY($1::uuid[])
UNION
SELECT id, uetr
FROM payment
WHERE uetr = ANY($2::uuid[])
  AND reason IS DISTINCT FROM 'uetr_in_use'
  AND reason IS DISTINCT FROM 'key_reused'`;

/** Those of the payments that are here, open or ended. */
export function knownPayments(
  database: Queryable,
  { paymentIds, uetrs }: { readonly paymentIds: readonly string[]; readonly uetrs: readonly string[] },
): Promise<KnownPayment[]> {
  return database.query<KnownPayment & object>(KNOWN, [paymentIds, uetrs]);
}
