import type { FactBody, FactSourceName } from '@tonle/contracts';
import type { Queryable } from '@tonle/persistence';
import type { FactGatherer, FactPart } from './fact-gatherer.js';

const HOUR_MS = 3_600_000;
/** What came at the end of an hour is there by then, or the hour is looked at again. */
const GRACE_MS = 120_000;
/** An hour is looked at once more so long after it: something of it may have come late. */
const AGAIN_AFTER_MS = 24 * HOUR_MS;
const HOURS_MAX = 48;
/** One transaction takes so long at most: what is left is for the next. */
const ROUND_MS_MAX = 3_000;

/** What an hour looks like, cheaply: as long as that stays, so do its facts. */
export interface HourLook {
  readonly fingerprint: string;
  /** Something of it has not ended, and will change it. */
  readonly isOpen: boolean;
}

/** How the facts of an hour are read: what began in it, with what has become of that. Instants in epoch ms. */
export interface HourlySource<Name extends FactSourceName> {
  readonly source: Name;
  readonly everyMs: number;
  /** When the first thing began; undefined when there is none. */
  firstMs(database: Queryable): Promise<number | undefined>;
  look(database: Queryable, fromMs: number, untilMs: number): Promise<HourLook>;
  /** By what is told apart within the hour. */
  facts(
    database: Queryable,
    fromMs: number,
    untilMs: number,
  ): Promise<readonly { readonly key: string; readonly body: FactBody<Name> }[]>;
}

const LAST = `
SELECT max(hour) AS hour
FROM told_fact_hour
WHERE source = $1`;

// Open ones by turns, the less often the older they are; the others once more when they are a day old.
const DUE = `
SELECT hour, fingerprint
FROM told_fact_hour
WHERE source = $1
  AND CASE WHEN is_open
        THEN looked_at < $2::timestamptz - greatest(make_interval(secs => $3), ($2::timestamptz - hour) / 10)
        ELSE looked_at < hour + make_interval(secs => $4) AND $2::timestamptz >= hour + make_interval(secs => $4)
      END
ORDER BY looked_at, hour
LIMIT $5`;

const NOTE = `
INSERT INTO told_fact_hour (source, hour, fingerprint, is_open, looked_at)
SELECT $1, u.hour, u.fingerprint, u.is_open, $5
FROM unnest($2::timestamptz[], $3::text[], $4::boolean[]) AS u (hour, fingerprint, is_open)
ON CONFLICT (source, hour) DO UPDATE
SET fingerprint = excluded.fingerprint, is_open = excluded.is_open, looked_at = excluded.looked_at`;

interface Due {
  readonly hourMs: number;
  readonly fingerprint?: string;
}

interface SeenHour {
  readonly hourMs: number;
  readonly look: HourLook;
  readonly part?: FactPart;
}

/** Sums up hours once they are over, and again while what began in them has not ended. */
export function hourlyFacts<Name extends FactSourceName>(hourly: HourlySource<Name>): FactGatherer {
  const { source, everyMs } = hourly;
  return {
    ...{ source, everyMs },
    gather: async (transaction, nowMs) => {
      const endMs = hourOf(nowMs - GRACE_MS);
      const due = await dueHours(transaction, source, nowMs, everyMs);
      const fresh = await freshHours(transaction, hourly, endMs);
      const seen = await lookAt(transaction, hourly, [...due, ...fresh]);
      await transaction.query(NOTE, [
        source,
        seen.map(({ hourMs }) => new Date(hourMs)),
        seen.map(({ look }) => look.fingerprint),
        seen.map(({ look }) => look.isOpen),
        new Date(nowMs),
      ]);
      const left = fresh[Math.max(0, seen.length - due.length)];
      return {
        parts: seen.flatMap(({ part }) => (part === undefined ? [] : [part])),
        sealedMs: left?.hourMs ?? endMs,
        isMore: left !== undefined,
      };
    },
  };
}

/** Hours that are over and were not looked at yet, the oldest first. */
async function freshHours(
  database: Queryable,
  { source, firstMs }: Pick<HourlySource<FactSourceName>, 'source' | 'firstMs'>,
  endMs: number,
): Promise<Due[]> {
  const [last] = await database.query<{ hour: Date | null }>(LAST, [source]);
  const began = last!.hour === null ? await firstMs(database) : last!.hour.getTime() + HOUR_MS;
  const hours: Due[] = [];
  for (let hourMs = hourOf(began ?? endMs); hourMs < endMs; hourMs += HOUR_MS) hours.push({ hourMs });
  return hours;
}

async function dueHours(database: Queryable, source: string, nowMs: number, everyMs: number): Promise<Due[]> {
  const values = [source, new Date(nowMs), everyMs / 1_000, AGAIN_AFTER_MS / 1_000, HOURS_MAX];
  const rows = await database.query<{ hour: Date; fingerprint: string }>(DUE, values);
  return rows.map(({ hour, fingerprint }) => ({ hourMs: hour.getTime(), fingerprint }));
}

/** As many as there is time for, one at least. */
async function lookAt<Name extends FactSourceName>(
  database: Queryable,
  hourly: HourlySource<Name>,
  hours: readonly Due[],
): Promise<SeenHour[]> {
  const seen: SeenHour[] = [];
  const began = performance.now();
  for (const { hourMs, fingerprint } of hours) {
    if (seen.length > 0 && performance.now() - began > ROUND_MS_MAX) break;
    const untilMs = hourMs + HOUR_MS;
    const look = await hourly.look(database, hourMs, untilMs);
    if (look.fingerprint === fingerprint) {
      seen.push({ hourMs, look });
      continue;
    }
    const hour = new Date(hourMs).toISOString();
    const told = await hourly.facts(database, hourMs, untilMs);
    const facts = told.map(({ key, body }) => ({ id: `${hour}|${key}`, body }));
    seen.push({ hourMs, look, part: { prefix: `${hour}|`, facts } });
  }
  return seen;
}

function hourOf(ms: number): number {
  return ms - (ms % HOUR_MS);
}
