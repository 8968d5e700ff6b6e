import type { Queryable } from '@tonle/persistence';
import type { EnquiryPlan } from './leg.decide.js';
import type { LegTerms, OpenLeg, Parties } from './leg.js';
import { iso, type StoredCommand } from './leg.store.js';

const PLAN_ENQUIRIES = `
  INSERT INTO leg_enquiry (leg_key, attempt, planned_at, next_enquiry_at, not_founds, last_not_found_at, partner_ref, answered,
    send_before)
  SELECT plan.*, leg.send_before
  FROM unnest($1::text[], $2::int[], $3::timestamptz[], $4::timestamptz[], $5::int[], $6::timestamptz[], $7::text[], $8::int[])
    AS plan (leg_key, attempt, planned_at, next_enquiry_at, not_founds, last_not_found_at, partner_ref, answered)
  JOIN leg USING (leg_key, attempt)
  WHERE NOT EXISTS (SELECT FROM leg_decision WHERE leg_decision.leg_key = plan.leg_key)
  ON CONFLICT (leg_key) DO UPDATE
  SET attempt = EXCLUDED.attempt,
    planned_at = EXCLUDED.planned_at,
    next_enquiry_at = EXCLUDED.next_enquiry_at,
    not_founds = EXCLUDED.not_founds,
    last_not_found_at = EXCLUDED.last_not_found_at,
    partner_ref = COALESCE(EXCLUDED.partner_ref, leg_enquiry.partner_ref),
    answered = leg_enquiry.answered + EXCLUDED.answered,
    send_before = EXCLUDED.send_before
  WHERE EXCLUDED.attempt >= leg_enquiry.attempt`;

const OPEN_LEGS = `
  SELECT count(*)::int AS open, min(leg.intent_at) AS oldest
  FROM leg_enquiry
  JOIN leg USING (leg_key, attempt)`;

// A plan from the future is of a clock that was wrong, by more than clocks of processes differ: it is due.
const DUE = `(next_enquiry_at <= $1 OR planned_at > $1::timestamptz + interval '5 seconds')`;

const COUNT_DUE = `
  SELECT count(*)::int AS due
  FROM (SELECT FROM leg_enquiry WHERE ${DUE} LIMIT $2) AS waiting`;

// Those that may still be sent again first, the next deadline before the others; of the rest who waits longest.
const TAKE_DUE = `
  WITH urgent AS MATERIALIZED (
    SELECT leg_key
    FROM leg_enquiry
    WHERE send_before > $1
      AND ${DUE}
    ORDER BY send_before
    LIMIT $2
    FOR UPDATE SKIP LOCKED),
  late AS MATERIALIZED (
    SELECT leg_key
    FROM leg_enquiry
    WHERE (send_before <= $1 OR send_before IS NULL)
      AND ${DUE}
    ORDER BY next_enquiry_at
    LIMIT $2 - (SELECT count(*) FROM urgent)
    FOR UPDATE SKIP LOCKED),
  due AS (
    SELECT leg_key FROM urgent
    UNION ALL
    SELECT leg_key FROM late)
  UPDATE leg_enquiry
  SET enquiries = leg_enquiry.enquiries + 1, planned_at = $1, next_enquiry_at = $3
  FROM due, leg
  LEFT JOIN leg_parties USING (parties_hash)
  LEFT JOIN leg_terms USING (leg_key)
  WHERE leg_enquiry.leg_key = due.leg_key
    AND leg.leg_key = leg_enquiry.leg_key
    AND leg.attempt = leg_enquiry.attempt
  RETURNING leg.leg_key, leg.attempt, leg.command, leg.external_ref, leg.bytes_hash, leg.intent_at, leg_parties.parties,
    leg_terms.terms, leg_enquiry.enquiries, leg_enquiry.not_founds, leg_enquiry.last_not_found_at, leg_enquiry.partner_ref,
    EXISTS (
      SELECT
      FROM leg_answer
      WHERE leg_answer.leg_key = leg.leg_key AND leg_answer.attempt = leg.attempt AND outcome = 'conflicting') AS contradicted`;

// Whoever was left by a process that died, or by a partner that was away, is asked about without waiting for its turn.
const HASTEN = `
  UPDATE leg_enquiry
  SET next_enquiry_at = $1, planned_at = $1
  WHERE next_enquiry_at > $1
    AND leg_key <> ALL ($2::text[])`;

// How often was asked is kept: people look at legs that have ended, too.
const CLOSE_ENQUIRIES = `
  WITH closed AS (
    DELETE FROM leg_enquiry
    USING unnest($1::text[], $2::int[], $3::int[]) AS ended (leg_key, attempt, answered)
    WHERE leg_enquiry.leg_key = ended.leg_key
      AND leg_enquiry.attempt <= ended.attempt
    RETURNING leg_enquiry.leg_key, leg_enquiry.enquiries, leg_enquiry.answered + ended.answered AS answered)
  INSERT INTO leg_enquired (leg_key, enquiries, answered)
  SELECT leg_key, enquiries, answered
  FROM closed
  WHERE enquiries > 0
  ON CONFLICT (leg_key) DO UPDATE
  SET enquiries = leg_enquired.enquiries + EXCLUDED.enquiries,
    answered = leg_enquired.answered + EXCLUDED.answered`;

const COUNT_ENQUIRY = `
  UPDATE leg_enquiry
  SET enquiries = enquiries + 1
  WHERE leg_key = $1`;

// A leg whose process died between intent and answer: asked about, never sent again blindly (decisions 12). Looked
// for in slices, so that no statement grows with the table.
const adoptOrphans = (order: 'ASC' | 'DESC'): string => `
  WITH slice AS MATERIALIZED (
    SELECT leg_key, attempt, intent_at, send_before
    FROM leg
    WHERE intent_at >= $1
      AND intent_at < $2
    ORDER BY intent_at ${order}
    LIMIT $4),
  adopted AS (
    INSERT INTO leg_enquiry (leg_key, attempt, planned_at, next_enquiry_at, send_before)
    SELECT leg_key, attempt, $3, $3, send_before
    FROM slice
    WHERE NOT EXISTS (
        SELECT
        FROM leg_answer
        WHERE leg_answer.leg_key = slice.leg_key
          AND leg_answer.attempt = slice.attempt
          AND outcome NOT IN ('unknown', 'exhausted'))
      AND NOT EXISTS (SELECT FROM leg_decision WHERE leg_decision.leg_key = slice.leg_key)
      AND NOT EXISTS (SELECT FROM leg AS later WHERE later.leg_key = slice.leg_key AND later.attempt > slice.attempt)
    ON CONFLICT (leg_key) DO NOTHING
    RETURNING leg_key)
  SELECT (SELECT count(*) FROM adopted)::int AS adopted, count(*)::int AS looked_at, min(intent_at) AS oldest,
    max(intent_at) AS newest
  FROM slice`;
const ADOPT_OLDEST_FIRST = adoptOrphans('ASC');
const ADOPT_NEWEST_FIRST = adoptOrphans('DESC');

const LATEST_ATTEMPTS = `
  SELECT DISTINCT ON (leg.leg_key)
    leg.leg_key, leg.attempt, leg.command, leg.external_ref, leg.bytes_hash, leg.intent_at, leg_parties.parties, leg_terms.terms,
    COALESCE(leg_enquiry.enquiries, 0) AS enquiries, COALESCE(leg_enquiry.not_founds, 0) AS not_founds,
    leg_enquiry.last_not_found_at, leg_enquiry.partner_ref
  FROM leg
  LEFT JOIN leg_parties USING (parties_hash)
  LEFT JOIN leg_terms USING (leg_key)
  LEFT JOIN leg_enquiry USING (leg_key)
  WHERE leg.leg_key = ANY ($1::text[])
  ORDER BY leg.leg_key, leg.attempt DESC`;

/** When an attempt of a leg is asked about next. */
export interface PlannedEnquiry {
  readonly legKey: string;
  readonly attempt: number;
  readonly plan: EnquiryPlan;
  /** An enquiry of it was answered just now. */
  readonly answered?: boolean;
}

/** The only place that knows which legs are open and when they are asked about. */
export class EnquiryStore {
  /** Adds a plan, or replaces one of the same attempt or an earlier; a leg that has its answer gets none. */
  async planEnquiries(database: Queryable, plans: readonly PlannedEnquiry[]): Promise<void> {
    if (plans.length === 0) return;
    await database.query(PLAN_ENQUIRIES, [
      plans.map(({ legKey }) => legKey),
      plans.map(({ attempt }) => attempt),
      plans.map(({ plan }) => iso(plan.plannedMs)),
      plans.map(({ plan }) => iso(plan.nextEnquiryMs)),
      plans.map(({ plan }) => plan.notFounds),
      plans.map(({ plan }) => iso(plan.lastNotFoundMs)),
      plans.map(({ plan }) => plan.partnerRef ?? null),
      plans.map(({ answered }) => (answered === true ? 1 : 0)),
    ]);
  }

  /** Nothing more is asked about these attempts; a later attempt of the same leg stays open. */
  async closeEnquiries(database: Queryable, ended: readonly Omit<PlannedEnquiry, 'plan'>[]): Promise<void> {
    if (ended.length === 0) return;
    await database.query(CLOSE_ENQUIRIES, [
      ended.map(({ legKey }) => legKey),
      ended.map(({ attempt }) => attempt),
      ended.map(({ answered }) => (answered === true ? 1 : 0)),
    ]);
  }

  /** Counts a question about an open leg that was asked without its turn. */
  async countEnquiry(database: Queryable, legKey: string): Promise<void> {
    await database.query(COUNT_ENQUIRY, [legKey]);
  }

  /** How many legs are due for an enquiry, up to a limit. */
  async countDue(database: Queryable, now: number, limit: number): Promise<number> {
    const rows = await database.query<{ due: number }>(COUNT_DUE, [iso(now), limit]);
    return rows[0]?.due ?? 0;
  }

  /** How many legs are open, and since when the oldest (epoch ms). */
  async openLegs(database: Queryable): Promise<{ open: number; oldestAt?: number }> {
    const rows = await database.query<{ open: number; oldest: Date | null }>(OPEN_LEGS);
    return { open: rows[0]?.open ?? 0, oldestAt: rows[0]?.oldest?.getTime() };
  }

  /** Takes due legs; nobody else gets them before `leaseUntil`. */
  async takeDue(database: Queryable, now: number, limit: number, leaseUntil: number): Promise<OpenLeg[]> {
    return (await database.query<OpenRow>(TAKE_DUE, [iso(now), limit, iso(leaseUntil)])).map(openOf);
  }

  /** Makes all open legs due now, but for those that are being asked about. */
  async hasten(database: Queryable, now: number, besides: readonly string[]): Promise<void> {
    await database.query(HASTEN, [iso(now), besides]);
  }

  /** The newest attempt of a leg, open or not. */
  async latest(database: Queryable, legKey: string): Promise<OpenLeg | undefined> {
    return (await this.latestOf(database, [legKey]))[0];
  }

  /** The newest attempts of legs, open or not. */
  async latestOf(database: Queryable, legKeys: readonly string[]): Promise<OpenLeg[]> {
    return (await database.query<OpenRow>(LATEST_ATTEMPTS, [legKeys])).map(openOf);
  }

  /** Puts legs of a slice of [from, to) that have an intent and no end on the enquiry list. */
  async adoptOrphans(
    database: Queryable,
    range: { from: number; to: number; newestFirst: boolean; limit: number },
    firstEnquiryMs: number,
  ): Promise<OrphanSlice> {
    const [row] = await database.query<{
      adopted: number;
      looked_at: number;
      oldest: Date | null;
      newest: Date | null;
    }>(range.newestFirst ? ADOPT_NEWEST_FIRST : ADOPT_OLDEST_FIRST, [
      iso(range.from),
      iso(range.to),
      iso(firstEnquiryMs),
      range.limit,
    ]);
    const whole = row === undefined || row.looked_at < range.limit;
    // The edge of a slice is looked at again: legs of one batch have the same instant.
    return {
      adopted: row?.adopted ?? 0,
      from: whole ? range.from : row.oldest!.getTime(),
      to: whole ? range.to : row.newest!.getTime(),
      whole,
    };
  }
}

/** What one look for orphans has covered: [from, to), all of what was asked for when `whole`. */
export interface OrphanSlice {
  readonly adopted: number;
  readonly from: number;
  readonly to: number;
  readonly whole: boolean;
}

interface OpenRow {
  leg_key: string;
  attempt: number;
  command: StoredCommand;
  external_ref: string;
  bytes_hash: string;
  intent_at: Date;
  parties: Parties | null;
  terms: LegTerms | null;
  enquiries: number;
  not_founds: number;
  last_not_found_at: Date | null;
  partner_ref: string | null;
  contradicted?: boolean;
}

function openOf(row: OpenRow): OpenLeg {
  const { traceparent, ...command } = row.command;
  return {
    legKey: row.leg_key,
    attempt: row.attempt,
    command,
    ...(traceparent === undefined ? {} : { traceparent }),
    externalRef: row.external_ref,
    bytesHash: row.bytes_hash,
    intentMs: row.intent_at.getTime(),
    ...(row.parties !== null && { parties: row.parties }),
    ...(row.terms !== null && { terms: row.terms }),
    enquiries: row.enquiries,
    notFounds: row.not_founds,
    lastNotFoundMs: row.last_not_found_at?.getTime(),
    partnerRef: row.partner_ref ?? undefined,
    ...(row.contradicted === true && { contradicted: true }),
  };
}
