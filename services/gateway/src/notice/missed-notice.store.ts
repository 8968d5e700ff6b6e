import { firstUuidV7 } from '@tonle/contracts';
import type { Queryable } from '@tonle/persistence';
import { END_TYPES } from './notice.decide.js';

/** Payments that began since `fromMs` and before `untilMs`. */
export interface BegunSpan {
  readonly fromMs: number;
  readonly untilMs: number;
}

/** Of how many payments of a span somebody was told the end: all that are told of one stand in one transaction. */
export async function countTold(database: Queryable, { fromMs, untilMs }: BegunSpan): Promise<number> {
  const [row] = await database.query<{ n: number }>(
    `SELECT count(DISTINCT payment_id)::int AS n
     FROM notice
     WHERE payment_id >= $1::uuid
       AND payment_id < $2::uuid
       AND type = ANY ($3::text[])`,
    [firstUuidV7(fromMs), firstUuidV7(untilMs), END_TYPES],
  );
  return row!.n;
}

/** Those of the payments whose end was told. */
export async function toldOf(
  database: Queryable,
  paymentIds: readonly string[],
): Promise<ReadonlySet<string>> {
  const rows = await database.query<{ paymentId: string }>(
    `SELECT DISTINCT payment_id AS "paymentId"
     FROM notice
     WHERE payment_id = ANY ($1::uuid[])
       AND type = ANY ($2::text[])`,
    [paymentIds, END_TYPES],
  );
  return new Set(rows.map(({ paymentId }) => paymentId));
}

/** Until when payments have been compared at this age; who asks first begins now. */
export async function checkedUntil(database: Queryable, ageMs: number, nowMs: number): Promise<number> {
  const [row] = await database.query<{ checkedUntil: Date }>(
    `INSERT INTO notice_check AS c (age_ms, checked_until)
     VALUES ($1, $2)
     ON CONFLICT (age_ms) DO UPDATE SET checked_until = c.checked_until
     RETURNING checked_until AS "checkedUntil"`,
    [ageMs, new Date(nowMs)],
  );
  return row!.checkedUntil.getTime();
}

/** Another instance may have gone further. */
export async function putChecked(database: Queryable, ageMs: number, untilMs: number): Promise<void> {
  await database.query(
    'UPDATE notice_check SET checked_until = GREATEST(checked_until, $2) WHERE age_ms = $1',
    [ageMs, new Date(untilMs)],
  );
}

/** Notes what of a span is still missing, or that nothing is any more. */
export async function putGap(
  database: Queryable,
  { fromMs, untilMs }: BegunSpan,
  missing: number,
  nowMs: number,
): Promise<void> {
  const values = [new Date(fromMs), new Date(untilMs)];
  if (missing === 0)
    await database.query('DELETE FROM notice_gap WHERE from_at = $1 AND until_at = $2', values);
  else
    await database.query(
      `INSERT INTO notice_gap (from_at, until_at, missing, asked_at)
       VALUES ($1, $2, $3, $4)
       ON CONFLICT (from_at, until_at) DO UPDATE SET missing = excluded.missing, asked_at = excluded.asked_at`,
      [...values, missing, new Date(nowMs)],
    );
}

/** Gaps that nobody has asked for since `before`; those that ended before `kept` are dropped: their notices are forgotten soon. */
export async function gapsToAsk(
  database: Queryable,
  { before, kept }: { readonly before: Date; readonly kept: Date },
): Promise<BegunSpan[]> {
  await database.query('DELETE FROM notice_gap WHERE from_at < $1', [kept]);
  const rows = await database.query<{ fromAt: Date; untilAt: Date }>(
    `SELECT from_at AS "fromAt", until_at AS "untilAt"
     FROM notice_gap
     WHERE asked_at < $1
     ORDER BY from_at`,
    [before],
  );
  return rows.map(({ fromAt, untilAt }) => ({ fromMs: fromAt.getTime(), untilMs: untilAt.getTime() }));
}

export async function countMissing(database: Queryable): Promise<number> {
  const [row] = await database.query<{ n: number }>(
    'SELECT COALESCE(sum(missing), 0)::int AS n FROM notice_gap',
  );
  return row!.n;
}
