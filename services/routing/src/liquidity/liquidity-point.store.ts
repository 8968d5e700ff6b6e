import type { Queryable } from '@tonle/persistence';
import type { UsePoint } from './liquidity-use.decide.js';

/** Whose use it is. */
export interface LiquidityHolder {
  readonly participant: string;
  readonly currency: string;
}

const INSERT = `
INSERT INTO liquidity_point (participant, currency, at, used_minor)
SELECT u.participant, u.currency, $3, u.used_minor
FROM unnest($1::text[], $2::text[], $4::bigint[]) AS u (participant, currency, used_minor)
ON CONFLICT (participant, currency, at) DO NOTHING`;

const PRUNE = `
DELETE FROM liquidity_point
WHERE at < $1`;

const BETWEEN = `
SELECT participant, currency, at, used_minor
FROM liquidity_point
WHERE at >= $1
  AND at < $2
ORDER BY at`;

/** Key of a holder in what `pointsBetween` answers. */
export const holderKey = ({ participant, currency }: LiquidityHolder): string => `${participant} ${currency}`;

/** Keeps one point of each; of several instances the first. Those before `keptFrom` go. */
export async function insertPoints(
  transaction: Queryable,
  points: readonly (LiquidityHolder & Pick<UsePoint, 'usedMinor'>)[],
  at: Date,
  keptFrom: Date,
): Promise<void> {
  await transaction.query(INSERT, [
    points.map(({ participant }) => participant),
    points.map(({ currency }) => currency),
    at,
    points.map(({ usedMinor }) => usedMinor),
  ]);
  await transaction.query(PRUNE, [keptFrom]);
}

/** The points of a span in their order, by holder. */
export async function pointsBetween(
  database: Queryable,
  from: Date,
  until: Date,
): Promise<Map<string, UsePoint[]>> {
  const rows = await database.query<LiquidityHolder & { at: Date; used_minor: bigint }>(BETWEEN, [
    from,
    until,
  ]);
  const points = new Map<string, UsePoint[]>();
  for (const row of rows) {
    const key = holderKey(row);
    const own = points.get(key) ?? [];
    own.push({ atMs: row.at.getTime(), usedMinor: row.used_minor });
    points.set(key, own);
  }
  return points;
}

/** A direction that was stopped since so much was used. */
export interface LiquidityStop extends LiquidityHolder {
  readonly corridor: string;
  readonly direction: string;
}

/** Key of a stop in what `madeStops` answers. */
export const stopKey = ({ participant, currency, corridor, direction }: LiquidityStop): string =>
  `${participant} ${currency} ${corridor} ${direction}`;

/** Stops that were made and whose use has not fallen since. */
export async function madeStops(database: Queryable): Promise<Set<string>> {
  const rows = await database.query<LiquidityStop & object>(
    'SELECT participant, currency, corridor, direction FROM liquidity_stop',
  );
  return new Set(rows.map(stopKey));
}

/** Notes a stop; of several instances the first. */
export async function insertStop(database: Queryable, stop: LiquidityStop, at: Date): Promise<void> {
  const { participant, currency, corridor, direction } = stop;
  await database.query(
    `INSERT INTO liquidity_stop (participant, currency, corridor, direction, at)
     VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (participant, currency, corridor, direction) DO NOTHING`,
    [participant, currency, corridor, direction, at],
  );
}

/** The use has fallen: the next time it stops again. */
export async function deleteStop(database: Queryable, stop: LiquidityStop): Promise<void> {
  const { participant, currency, corridor, direction } = stop;
  await database.query(
    `DELETE FROM liquidity_stop
     WHERE participant = $1
       AND currency = $2
       AND corridor = $3
       AND direction = $4`,
    [participant, currency, corridor, direction],
  );
}
