import type { Direction, PaymentSubmit } from '@tonle/contracts';
import { mayWait, queueOf, type Directory } from '@tonle/directory';
import type { DirectionHealth, PartnerHealth } from '@tonle/door';
import type { Queryable } from '@tonle/persistence';
import { lineOf, WaitingRoom } from './waiting-room.js';

// Who counts them waits for who is adding to them: the bound holds over all instances.
const LOCK = `SELECT pg_advisory_xact_lock(hashtextextended('waiting:' || $1, 0))`;

const COUNT = `
SELECT corridor, count(*)::int AS payments
FROM payment
WHERE corridor = ANY($1::text[])
  AND waits_until IS NOT NULL
GROUP BY corridor`;

const LINES = `
SELECT corridor, direction, count(*)::int AS payments
FROM payment
WHERE waits_until IS NOT NULL
GROUP BY corridor, direction`;

const FIRST = `
SELECT id, quote_id
FROM payment
WHERE corridor = $1
  AND direction = $2
  AND waits_until > $3::timestamptz
ORDER BY id
LIMIT $4`;

/** Payments of a direction of a corridor that wait for its networks. */
export interface WaitingLine {
  readonly corridor: string;
  readonly direction: Direction;
  readonly payments: number;
}

/** The payments that wait for networks that do not answer. */
export class WaitingStore {
  constructor(private readonly health: Pick<PartnerHealth, 'of'>) {}

  /** The room for what may have to wait; without networks that are down nothing is asked. */
  async room(
    transaction: Queryable,
    submits: readonly PaymentSubmit[],
    directory: Pick<Directory, 'corridor'>,
  ): Promise<WaitingRoom> {
    const unwell = new Map<string, DirectionHealth>();
    const corridors = new Set<string>();
    for (const submit of submits) {
      const corridor = mayWait(submit) ? directory.corridor(submit.corridor) : undefined;
      if (corridor === undefined || queueOf(corridor) === undefined || unwell.has(lineOf(submit))) continue;
      const health = this.health.of(corridor, submit.direction);
      unwell.set(lineOf(submit), health);
      if (health.kind === 'down' || health.kind === 'recovering') corridors.add(submit.corridor);
    }
    if (corridors.size === 0) return new WaitingRoom(unwell);
    const ids = [...corridors].sort();
    for (const id of ids) await transaction.query(LOCK, [id]);
    const rows = await transaction.query<Pick<WaitingLine, 'corridor' | 'payments'>>(COUNT, [ids]);
    return new WaitingRoom(unwell, new Map(rows.map(({ corridor, payments }) => [corridor, payments])));
  }

  lines(database: Queryable): Promise<WaitingLine[]> {
    return database.query<WaitingLine>(LINES);
  }

  /** Those that came first and have time left, with their quotes. */
  async first(
    database: Queryable,
    { corridor, direction }: WaitingLine,
    max: number,
    nowMs: number,
  ): Promise<{ readonly id: string; readonly quoteId: string }[]> {
    const values = [corridor, direction, new Date(nowMs).toISOString(), max];
    const rows = await database.query<{ id: string; quote_id: string }>(FIRST, values);
    return rows.map(({ id, quote_id: quoteId }) => ({ id, quoteId }));
  }
}
