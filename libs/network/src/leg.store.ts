import type { LegCommand, LegOutcome } from '@tonle/contracts';
import type { Queryable } from '@tonle/persistence';
import { isSampled } from '@tonle/telemetry';
import type { KnownLeg, LegIntent, LegReport } from './leg.js';

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
  SELECT leg_key, attempt, bytes_hash, intent_at
  FROM leg
  WHERE leg_key = ANY ($1::text[])
  ORDER BY leg_key, attempt`;

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

export const iso = (epochMs: number | undefined): string | null =>
  epochMs === undefined ? null : new Date(epochMs).toISOString();

/** A command as its column holds it. */
export interface StoredCommand extends LegCommand {
  readonly traceparent?: string;
}

function storedOf(command: LegCommand, traceparent: string | undefined): StoredCommand {
  return isSampled(traceparent) ? { ...command, traceparent } : command;
}

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
      intents.map(({ command, traceparent }) => JSON.stringify(storedOf(command, traceparent))),
      intents.map(({ intentMs }) => iso(intentMs)),
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
    }>(KNOWN_ATTEMPTS, [legKeys]);
    const answers = await database.query<AnswerRow>(KNOWN_ANSWERS, [legKeys]);
    const known = new Map<
      string,
      { legKey: string; attempts: KnownLeg['attempts'][number][]; answers: LegReport[] }
    >();
    for (const row of attempts) {
      const leg = known.get(row.leg_key) ?? {
        legKey: row.leg_key,
        attempts: [],
        answers: [],
      };
      leg.attempts.push({
        attempt: row.attempt,
        bytesHash: row.bytes_hash,
        intentMs: row.intent_at.getTime(),
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
