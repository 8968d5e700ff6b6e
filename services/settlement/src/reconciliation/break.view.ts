import {
  BREAK_BANDS,
  BREAK_TERMS,
  type BreakAgeing,
  type BreakBand,
  type BreakState,
  type BreakStep,
  type BreakType,
  type SettlementBreak,
} from '@tonle/contracts';
import type { Database, Queryable } from '@tonle/persistence';

const BREAKS_MAX = 1000;
const DAY_MS = 86_400_000;

/** What time it is, and at which partner by which clock: their minutes ahead of UTC. */
export interface PartnerClocks {
  readonly nowMs: number;
  readonly offsets: ReadonlyMap<string, number>;
}

const UTC: PartnerClocks = { nowMs: 0, offsets: new Map() };

export interface BreakFilter {
  readonly breakId?: string;
  readonly day?: string;
  readonly type?: BreakType;
  readonly state?: BreakState;
  readonly severity?: number;
  readonly partner?: string;
  readonly currency?: string;
  readonly owner?: string;
  readonly standing?: boolean;
  readonly after?: string;
  readonly limit?: number;
}

interface BreakRow extends Omit<
  SettlementBreak,
  'openedAt' | 'closedAt' | 'reopened' | 'band' | 'desk' | 'alsoFor' | 'key'
> {
  readonly key: string;
  readonly openedAt: Date;
  readonly closedAt: Date | null;
  readonly reopened: number;
}

const LIST = `
  SELECT break_id AS "breakId", type, severity, partner, currency, day::text AS day, payment_id AS "paymentId", match_key AS key,
    our_minor::text AS "ourMinor", their_minor::text AS "theirMinor", state, owner, opened_at AS "openedAt",
    closed_at AS "closedAt", detail, escalation, handling, reopened, action, evidence #>> '{}' AS evidence, approval_id AS "approvalId",
    suggestion || jsonb_build_object('breakIds', ARRAY(
      SELECT other.break_id
      FROM settlement_break AS other
      WHERE other.partner = b.partner AND other.currency = b.currency AND other.source = 'statement'
        AND other.type IN ('MISSING_AT_US', 'MISSING_AT_PARTNER') AND other.type <> b.type
        AND other.match_key IN (SELECT jsonb_array_elements_text(b.suggestion -> 'with'))
        AND other.state NOT IN ('RESOLVED', 'AUTO_RESOLVED')
      ORDER BY other.match_key
    )) AS suggestion, proof
  FROM settlement_break AS b
  WHERE ($1::date IS NULL OR day = $1)
    AND ($2::text IS NULL OR type = $2)
    AND ($3::text IS NULL OR state = $3)
    AND ($4::int IS NULL OR severity = $4)
    AND ($5::text IS NULL OR partner = $5)
    AND ($6::text IS NULL OR currency = $6)
    AND ($7::text IS NULL OR owner = $7)
    AND ($8::boolean IS NOT TRUE OR state NOT IN ('RESOLVED', 'AUTO_RESOLVED'))
    AND ($9::uuid IS NULL OR (severity, opened_at, break_id) > (
      SELECT severity, opened_at, break_id FROM settlement_break WHERE break_id = $9))
    AND ($10::uuid IS NULL OR break_id = $10)
  ORDER BY severity, opened_at, break_id
  LIMIT $11`;

/** Breaks, the gravest and oldest first. */
export async function listBreaks(
  database: Queryable,
  filter: BreakFilter,
  clocks: PartnerClocks = UTC,
): Promise<SettlementBreak[]> {
  const rows = await database.query<BreakRow & object>(LIST, [
    ...[filter.day, filter.type, filter.state, filter.severity, filter.partner].map((each) => each ?? null),
    ...[filter.currency, filter.owner, filter.standing, filter.after, filter.breakId].map(
      (each) => each ?? null,
    ),
    filter.limit ?? BREAKS_MAX,
  ]);
  return rows.map((row) => shown(row, clocks));
}

function shown({ openedAt, closedAt, reopened, ...row }: BreakRow, clocks: PartnerClocks): SettlementBreak {
  const filled = Object.entries(row).filter(([, value]) => value !== null);
  const offsetMs = (clocks.offsets.get(row.partner) ?? 0) * 60_000;
  const dayOf = (ms: number): number => Math.floor((ms + offsetMs) / DAY_MS);
  const untilMs = closedAt?.getTime() ?? clocks.nowMs;
  return {
    ...(Object.fromEntries(filled) as unknown as Omit<BreakRow, 'openedAt' | 'closedAt' | 'reopened'>),
    openedAt: openedAt.toISOString(),
    ...(closedAt !== null && { closedAt: closedAt.toISOString() }),
    reopened: reopened > 0,
    ...shownTerms(row),
    band: bandOf(dayOf(untilMs) - dayOf(openedAt.getTime())),
  };
}

/** What the system ends by itself was handled as it was found. */
function shownTerms({
  type,
  handling,
}: Pick<BreakRow, 'type' | 'handling'>): Pick<SettlementBreak, 'desk' | 'alsoFor' | 'handling'> {
  const { desk, alsoFor, handling: first } = BREAK_TERMS[type];
  return {
    desk,
    ...(alsoFor !== undefined && { alsoFor }),
    handling: desk === 'system' ? first : handling,
  };
}

/** The band of so many days. */
function bandOf(days: number): BreakBand {
  return BREAK_BANDS.findLast(({ fromDays }) => days >= fromDays)?.band ?? 'same_day';
}

const HISTORY = `
  SELECT at, operator AS by, deed AS step, reason AS detail, owner, deed_id::text AS id
  FROM break_deed
  WHERE break_id = $1
  UNION ALL
  SELECT at, 'system', event, detail, NULL, lpad(event_id::text, 20, '0')
  FROM break_event
  WHERE break_id = $1
  ORDER BY at, id`;

/** One with all that was done with it; undefined when there is none. */
export async function findBreak(
  database: Database,
  breakId: string,
  clocks: PartnerClocks,
): Promise<{ readonly found: SettlementBreak; readonly history: BreakStep[] } | undefined> {
  const [found] = await listBreaks(database, { breakId }, clocks);
  if (found === undefined) return undefined;
  type Step = Omit<BreakStep, 'at' | 'owner'> & { readonly at: Date; readonly owner: string | null };
  const steps = await database.query<Step>(HISTORY, [breakId]);
  const history = steps.map(({ at, by, step, detail, owner }) => ({
    ...{ at: at.toISOString(), by, step, detail },
    ...(owner !== null && { owner }),
  }));
  return { found, history };
}

const AGEING = `
  SELECT partner, currency, type, days, count(*)::int AS breaks,
    sum(abs(coalesce(our_minor, 0) - coalesce(their_minor, 0)))::text AS "valueMinor"
  FROM (
    SELECT b.*, ($1::timestamptz AT TIME ZONE 'UTC' + make_interval(mins => coalesce(zone.minutes, 0)))::date
      - (b.opened_at AT TIME ZONE 'UTC' + make_interval(mins => coalesce(zone.minutes, 0)))::date AS days
    FROM settlement_break AS b
    LEFT JOIN unnest($2::text[], $3::int[]) AS zone (partner, minutes) USING (partner)
    WHERE b.state NOT IN ('RESOLVED', 'AUTO_RESOLVED')
  ) AS open
  GROUP BY partner, currency, type, days
  ORDER BY partner, currency, type, days`;

/** Open breaks by age in their partner's days (domain 7.6). */
export async function breakAgeing(
  database: Queryable,
  { nowMs, offsets }: PartnerClocks,
): Promise<BreakAgeing[]> {
  type Row = Omit<BreakAgeing, 'band'> & { readonly days: number };
  const rows = await database.query<Row>(AGEING, [
    new Date(nowMs),
    [...offsets.keys()],
    [...offsets.values()],
  ]);
  const bands = new Map<string, BreakAgeing>();
  for (const { days, breaks, valueMinor, ...of } of rows) {
    const band = bandOf(days);
    const key = JSON.stringify([of.partner, of.currency, of.type, band]);
    const before = bands.get(key);
    bands.set(key, {
      ...{ ...of, band },
      breaks: breaks + (before?.breaks ?? 0),
      valueMinor: (BigInt(valueMinor) + BigInt(before?.valueMinor ?? '0')).toString(),
    });
  }
  return [...bands.values()];
}
