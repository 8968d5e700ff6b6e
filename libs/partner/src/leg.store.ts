import type { LegCommand, LegOutcome } from '@tonle/payment';
import type { Queryable } from '@tonle/persistence';
import type { EnquiryPlan } from './leg.decide.js';
import type { KnownLeg, LegIntent, LegReport, OpenLeg } from './leg.js';

interface AnswerRow {
  leg_key: string;
  attempt: number;
  payment_id: string;
  leg: LegCommand['leg'];
  outcome: LegOutcome;
  partner_ref: string | null;
  reason: string | null;
  reason_text: string | null;
  currency: string | null;
  amount_minor: bigint | null;
  at: Date;
}

const INSERT_INTENTS = `
  INSERT INTO leg (leg_key, attempt, payment_id, leg, corridor, currency, amount_minor, external_ref, bytes_hash, command, intent_at, send_before)
  SELECT *
  FROM unnest($1::text[], $2::int[], $3::uuid[], $4::text[], $5::text[], $6::text[],
    $7::bigint[], $8::text[], $9::text[], $10::json[], $11::timestamptz[], $12::timestamptz[])
  ON CONFLICT (leg_key, attempt) DO NOTHING
  RETURNING leg_key, attempt`;

const KNOWN_ATTEMPTS = `
  SELECT leg.leg_key, leg.attempt, leg.bytes_hash, leg.intent_at, leg_enquiry.leg_key IS NOT NULL AS enquiring
  FROM leg
  LEFT JOIN leg_enquiry USING (leg_key)
  WHERE leg.leg_key = ANY ($1::text[])
  ORDER BY leg.leg_key, leg.attempt`;

const KNOWN_ANSWERS = `
  SELECT leg_answer.leg_key, leg_answer.attempt, leg.payment_id, leg.leg, outcome, partner_ref, reason, reason_text,
    leg_answer.currency, leg_answer.amount_minor, at
  FROM leg_answer
  JOIN leg USING (leg_key, attempt)
  WHERE leg_answer.leg_key = ANY ($1::text[])
  ORDER BY leg_key, at`;

const INSERT_ANSWERS = `
  INSERT INTO leg_answer (leg_key, attempt, outcome, partner_ref, reason, reason_text, currency, amount_minor, at)
  SELECT *
  FROM unnest($1::text[], $2::int[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::bigint[], $9::timestamptz[])
  ON CONFLICT DO NOTHING
  RETURNING leg_key, attempt, outcome`;

const PLAN_ENQUIRIES = `
  INSERT INTO leg_enquiry (leg_key, attempt, next_enquiry_at, not_founds, last_not_found_at, partner_ref)
  SELECT *
  FROM unnest($1::text[], $2::int[], $3::timestamptz[], $4::int[], $5::timestamptz[], $6::text[])
  ON CONFLICT (leg_key) DO UPDATE
  SET attempt = GREATEST(leg_enquiry.attempt, EXCLUDED.attempt),
    next_enquiry_at = EXCLUDED.next_enquiry_at,
    not_founds = EXCLUDED.not_founds,
    last_not_found_at = EXCLUDED.last_not_found_at,
    partner_ref = COALESCE(EXCLUDED.partner_ref, leg_enquiry.partner_ref)`;

const TAKE_DUE = `
  WITH due AS MATERIALIZED (
    SELECT leg_key
    FROM leg_enquiry
    WHERE next_enquiry_at <= $1
    ORDER BY next_enquiry_at
    LIMIT $2
    FOR UPDATE SKIP LOCKED)
  UPDATE leg_enquiry
  SET enquiries = leg_enquiry.enquiries + 1, next_enquiry_at = $3
  FROM due, leg
  WHERE leg_enquiry.leg_key = due.leg_key
    AND leg.leg_key = leg_enquiry.leg_key
    AND leg.attempt = leg_enquiry.attempt
  RETURNING leg.leg_key, leg.attempt, leg.command, leg.external_ref, leg.intent_at,
    leg_enquiry.enquiries, leg_enquiry.not_founds, leg_enquiry.last_not_found_at, leg_enquiry.partner_ref`;

// A leg whose process died between intent and answer: asked about, never sent again blindly (decisions 12).
const ADOPT_ORPHANS = `
  INSERT INTO leg_enquiry (leg_key, attempt, next_enquiry_at)
  SELECT leg_key, attempt, $3
  FROM leg
  WHERE intent_at >= $1
    AND intent_at < $2
    AND NOT EXISTS (SELECT FROM leg_answer WHERE leg_answer.leg_key = leg.leg_key AND leg_answer.attempt = leg.attempt)
    AND NOT EXISTS (SELECT FROM leg AS later WHERE later.leg_key = leg.leg_key AND later.attempt > leg.attempt)
  ON CONFLICT (leg_key) DO NOTHING
  RETURNING leg_key`;

const LATEST_ATTEMPT = `
  SELECT leg.leg_key, leg.attempt, leg.command, leg.external_ref, leg.intent_at,
    COALESCE(leg_enquiry.enquiries, 0) AS enquiries, COALESCE(leg_enquiry.not_founds, 0) AS not_founds,
    leg_enquiry.last_not_found_at, leg_enquiry.partner_ref
  FROM leg
  LEFT JOIN leg_enquiry USING (leg_key)
  WHERE leg.leg_key = $1
  ORDER BY leg.attempt DESC
  LIMIT 1`;

const LEGS_OF_PAYMENTS = `
  SELECT leg_key, leg.payment_id, leg.leg, max(leg.attempt) AS attempts, leg_enquiry.enquiries, leg_enquiry.next_enquiry_at
  FROM leg
  LEFT JOIN leg_enquiry USING (leg_key)
  WHERE payment_id = ANY ($1::uuid[])
  GROUP BY leg_key, leg.payment_id, leg.leg, leg_enquiry.enquiries, leg_enquiry.next_enquiry_at
  ORDER BY leg_key`;

const FIND_BY_EXTERNAL_REF = `
  SELECT DISTINCT external_ref, leg_key, leg
  FROM leg
  WHERE external_ref = ANY ($1::text[])`;

const iso = (epochMs: number | undefined): string | null =>
  epochMs === undefined ? null : new Date(epochMs).toISOString();
export const attemptKey = (legKey: string, attempt: number): string => `${legKey}:${attempt}`;

/** The only place that knows the tables of legs. */
export class LegStore {
  /** Inserts what is new; answers the keys `legKey:attempt` that were. One statement, durable when it returns. */
  async insertIntents(database: Queryable, intents: readonly LegIntent[]): Promise<Set<string>> {
    const rows = await database.query<{ leg_key: string; attempt: number }>(INSERT_INTENTS, [
      intents.map(({ command }) => command.legKey),
      intents.map(({ command }) => command.attempt),
      intents.map(({ command }) => command.paymentId),
      intents.map(({ command }) => command.leg),
      intents.map(({ command }) => command.corridor),
      intents.map(({ command }) => command.amount.currency),
      intents.map(({ command }) => command.amount.minor),
      intents.map(({ externalRef }) => externalRef),
      intents.map(({ bytesHash }) => bytesHash),
      intents.map(({ command }) => JSON.stringify(command)),
      intents.map(({ intentAt }) => iso(intentAt)),
      intents.map(({ command }) => command.sendBefore),
    ]);
    return new Set(rows.map((row) => attemptKey(row.leg_key, row.attempt)));
  }

  /** All attempts and answers of the given leg keys. */
  async known(database: Queryable, legKeys: readonly string[]): Promise<Map<string, KnownLeg>> {
    const attempts = await database.query<{
      leg_key: string;
      attempt: number;
      bytes_hash: string;
      intent_at: Date;
      enquiring: boolean;
    }>(KNOWN_ATTEMPTS, [legKeys]);
    const answers = await database.query<AnswerRow>(KNOWN_ANSWERS, [legKeys]);
    const known = new Map<
      string,
      { legKey: string; attempts: KnownLeg['attempts'][number][]; answers: LegReport[]; enquiring: boolean }
    >();
    for (const row of attempts) {
      const leg = known.get(row.leg_key) ?? {
        legKey: row.leg_key,
        attempts: [],
        answers: [],
        enquiring: row.enquiring,
      };
      leg.attempts.push({
        attempt: row.attempt,
        bytesHash: row.bytes_hash,
        intentAt: row.intent_at.getTime(),
      });
      known.set(row.leg_key, leg);
    }
    for (const row of answers) known.get(row.leg_key)?.answers.push(reportOf(row));
    return known;
  }

  /** Inserts reports that were not made before; answers those that are new. An accepted leg is accepted once. */
  async insertAnswers(database: Queryable, reports: readonly LegReport[]): Promise<LegReport[]> {
    if (reports.length === 0) return [];
    const rows = await database.query<{ leg_key: string; attempt: number; outcome: string }>(INSERT_ANSWERS, [
      reports.map(({ legKey }) => legKey),
      reports.map(({ attempt }) => attempt),
      reports.map(({ outcome }) => outcome),
      reports.map(({ partnerRef }) => partnerRef ?? null),
      reports.map(({ reason }) => reason ?? null),
      reports.map(({ reasonText }) => reasonText ?? null),
      reports.map(({ amount }) => amount?.currency ?? null),
      reports.map(({ amount }) => amount?.minor ?? null),
      reports.map(({ at }) => iso(at)),
    ]);
    const inserted = new Set(rows.map((row) => `${row.leg_key}:${row.attempt}:${row.outcome}`));
    return reports.filter(({ legKey, attempt, outcome }) => inserted.has(`${legKey}:${attempt}:${outcome}`));
  }

  async planEnquiries(
    database: Queryable,
    plans: readonly { legKey: string; attempt: number; plan: EnquiryPlan }[],
  ): Promise<void> {
    if (plans.length === 0) return;
    await database.query(PLAN_ENQUIRIES, [
      plans.map(({ legKey }) => legKey),
      plans.map(({ attempt }) => attempt),
      plans.map(({ plan }) => iso(plan.nextAt)),
      plans.map(({ plan }) => plan.notFounds),
      plans.map(({ plan }) => iso(plan.lastNotFoundAt)),
      plans.map(({ plan }) => plan.partnerRef ?? null),
    ]);
  }

  async closeEnquiries(database: Queryable, legKeys: readonly string[]): Promise<void> {
    if (legKeys.length === 0) return;
    await database.query('DELETE FROM leg_enquiry WHERE leg_key = ANY ($1::text[])', [legKeys]);
  }

  /** How many legs are due for an enquiry. */
  async countDue(database: Queryable, now: number, limit: number): Promise<number> {
    const rows = await database.query<{ due: number }>(
      'SELECT count(*)::int AS due FROM (SELECT FROM leg_enquiry WHERE next_enquiry_at <= $1 LIMIT $2) AS waiting',
      [iso(now), limit],
    );
    return rows[0]?.due ?? 0;
  }

  /** Takes due legs; nobody else gets them before `leaseUntil`. */
  async takeDue(database: Queryable, now: number, limit: number, leaseUntil: number): Promise<OpenLeg[]> {
    return (await database.query<OpenRow>(TAKE_DUE, [iso(now), limit, iso(leaseUntil)])).map(openOf);
  }

  /** The newest attempt of a leg, open or not. */
  async latest(database: Queryable, legKey: string): Promise<OpenLeg | undefined> {
    return (await database.query<OpenRow>(LATEST_ATTEMPT, [legKey])).map(openOf)[0];
  }

  /** Puts legs with an intent in [from, to) and no answer on the enquiry list; answers how many. */
  async adoptOrphans(database: Queryable, from: number, to: number, firstEnquiryAt: number): Promise<number> {
    const rows = await database.query(ADOPT_ORPHANS, [iso(from), iso(to), iso(firstEnquiryAt)]);
    return rows.length;
  }

  /** Legs of payments with how often each was tried and asked about. */
  async ofPayments(database: Queryable, paymentIds: readonly string[]) {
    return database.query<{
      leg_key: string;
      payment_id: string;
      leg: LegCommand['leg'];
      attempts: number;
      enquiries: number | null;
      next_enquiry_at: Date | null;
    }>(LEGS_OF_PAYMENTS, [paymentIds]);
  }

  /** External reference -> leg, for statement lines (decisions 16). */
  async byExternalRef(
    database: Queryable,
    refs: readonly string[],
  ): Promise<Map<string, { legKey: string; leg: LegCommand['leg'] }>> {
    const rows = await database.query<{ external_ref: string; leg_key: string; leg: LegCommand['leg'] }>(
      FIND_BY_EXTERNAL_REF,
      [refs],
    );
    return new Map(rows.map((row) => [row.external_ref, { legKey: row.leg_key, leg: row.leg }]));
  }
}

interface OpenRow {
  leg_key: string;
  attempt: number;
  command: LegCommand;
  external_ref: string;
  intent_at: Date;
  enquiries: number;
  not_founds: number;
  last_not_found_at: Date | null;
  partner_ref: string | null;
}

function openOf(row: OpenRow): OpenLeg {
  return {
    legKey: row.leg_key,
    attempt: row.attempt,
    command: row.command,
    externalRef: row.external_ref,
    intentAt: row.intent_at.getTime(),
    enquiries: row.enquiries,
    notFounds: row.not_founds,
    lastNotFoundAt: row.last_not_found_at?.getTime(),
    partnerRef: row.partner_ref ?? undefined,
  };
}

function reportOf(row: AnswerRow): LegReport {
  return {
    legKey: row.leg_key,
    paymentId: row.payment_id,
    leg: row.leg,
    attempt: row.attempt,
    outcome: row.outcome,
    partnerRef: row.partner_ref ?? undefined,
    reason: row.reason ?? undefined,
    reasonText: row.reason_text ?? undefined,
    amount:
      row.currency === null || row.amount_minor === null
        ? undefined
        : { currency: row.currency, minor: row.amount_minor.toString() },
    at: row.at.getTime(),
  };
}
