import type { routingCalls } from '@tonle/contracts';
import type { Queryable } from '@tonle/persistence';
import type { z } from 'zod';

type UnderWay = z.infer<typeof routingCalls.underWay.response>['underWay'];

// Final payments have no time of their own: the partial index holds the others alone.
const COUNT = `
SELECT corridor, direction, count(*)::int AS payments
FROM payment
WHERE due_at IS NOT NULL
GROUP BY corridor, direction
ORDER BY corridor, direction`;

/** Payments that have not ended, for people who wait for their end; a corridor without any is absent. */
export function paymentsUnderWay(database: Queryable): Promise<UnderWay> {
  return database.query<UnderWay[number]>(COUNT);
}
