import type { Queryable } from '@tonle/persistence';

const SEAL = `
INSERT INTO lane_seal AS s (lane, sealed_up_to)
SELECT lane, $2::timestamptz
FROM unnest($1::text[]) AS u (lane)
ON CONFLICT (lane) DO UPDATE
SET sealed_up_to = greatest(s.sealed_up_to, EXCLUDED.sealed_up_to)`;

// A lane that has sealed nothing yet began above every seal that it found, so that none that counts is passed.
const UP_TO = `
SELECT min(s.sealed_up_to) AS at, count(*) FILTER (WHERE s.lane IS NULL) AS unsealed
FROM outbox_lane AS l
LEFT JOIN lane_seal AS s ON s.lane = l.id`;

const FLOOR = `
SELECT max(sealed_up_to) AS at
FROM lane_seal`;

/** Up to when each lane has posted all that it ever will: what is older is whole. */
export class TransferSealStore {
  async seal(transaction: Queryable, lanes: readonly string[], atMs: number): Promise<void> {
    await transaction.query(SEAL, [lanes, new Date(atMs).toISOString()]);
  }

  /** Epoch ms before which no transfer can be posted any more; undefined while a lane has sealed nothing. */
  async upToMs(database: Queryable): Promise<number | undefined> {
    const [row] = await database.query<{ at: Date | null; unsealed: bigint }>(UP_TO);
    return row!.unsealed > 0n ? undefined : row!.at?.getTime();
  }

  /** Where a lane begins that has just been taken: at the newest seal of any, since some copy may have counted on it. */
  async floorMs(database: Queryable): Promise<number> {
    const [row] = await database.query<{ at: Date | null }>(FLOOR);
    return row?.at?.getTime() ?? 0;
  }
}
