import { hash } from 'node:crypto';
import type { LegCommand } from '@tonle/contracts';
import type { Queryable } from '@tonle/persistence';
import { isSampled } from '@tonle/telemetry';
import { insertAnswers, knownAnswers } from './leg-answer.store.js';
import type { StandingLeg } from './inbound.js';
import type { KnownLeg, LegIntent, LegReport, Parties } from './leg.js';

interface AttemptRow {
  leg_key: string;
  attempt: number;
  bytes_hash: string;
  intent_at: Date;
}

const INSERT_INTENTS = `
  WITH given AS MATERIALIZED (
    SELECT *
    FROM unnest($1::text[], $2::int[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::bigint[], $8::text[],
      $9::text[], $10::json[], $11::timestamptz[], $12::timestamptz[], $13::text[], $14::json[], $15::boolean[])
      AS given (leg_key, attempt, payment_id, leg, corridor, currency, amount_minor, external_ref, bytes_hash, command,
        intent_at, send_before, parties_hash, parties, waits)),
  named AS (
    INSERT INTO leg_parties (parties_hash, parties)
    SELECT DISTINCT ON (parties_hash) parties_hash, parties
    FROM given
    WHERE parties IS NOT NULL
    ORDER BY parties_hash
    ON CONFLICT DO NOTHING),
  inserted AS (
    INSERT INTO leg (leg_key, attempt, payment_id, leg, corridor, currency, amount_minor, external_ref, bytes_hash,
      command, intent_at, send_before, parties_hash)
    SELECT leg_key, attempt, payment_id, leg, corridor, currency, amount_minor, external_ref, bytes_hash, command,
      intent_at, send_before, parties_hash
    FROM given
    ON CONFLICT (leg_key, attempt) DO NOTHING
    RETURNING leg_key, attempt),
  waiting AS (
    INSERT INTO leg_waiting (leg_key, attempt)
    SELECT leg_key, attempt
    FROM given
    JOIN inserted USING (leg_key, attempt)
    WHERE waits)
  SELECT leg_key, attempt
  FROM inserted`;

const CLAIM_WAITING = `
  DELETE FROM leg_waiting
  USING unnest($1::text[], $2::int[]) AS wanted (leg_key, attempt)
  WHERE leg_waiting.leg_key = wanted.leg_key
    AND leg_waiting.attempt = wanted.attempt
  RETURNING leg_waiting.leg_key, leg_waiting.attempt`;

const CLAIM_LEFT_WAITING = `
  WITH claimed AS (
    DELETE FROM leg_waiting
    WHERE (leg_key, attempt) IN (
      SELECT leg_key, attempt
      FROM leg_waiting
      JOIN leg USING (leg_key, attempt)
      WHERE intent_at < $2
      LIMIT $1
      FOR UPDATE OF leg_waiting SKIP LOCKED)
    RETURNING leg_key, attempt)
  SELECT leg.command, leg.intent_at,
    EXISTS (SELECT FROM leg_answer WHERE leg_answer.leg_key = claimed.leg_key)
      OR EXISTS (SELECT FROM leg_enquiry WHERE leg_enquiry.leg_key = claimed.leg_key) AS taken_up
  FROM claimed
  JOIN leg USING (leg_key, attempt)
  ORDER BY leg.send_before`;

const PARTIES = `
  SELECT DISTINCT ON (leg_key) leg_key, parties
  FROM leg
  JOIN leg_parties USING (parties_hash)
  WHERE leg_key = ANY ($1::text[])
  ORDER BY leg_key, attempt`;

const KNOWN_ATTEMPTS = `
  SELECT leg_key, attempt, bytes_hash, intent_at
  FROM leg
  WHERE leg_key = ANY ($1::text[])
  ORDER BY leg_key, attempt`;

const LEGS_OF_PAYMENTS = `
  SELECT leg_key, leg.payment_id, leg.leg, max(leg.attempt) AS attempts,
    COALESCE(max(leg_enquiry.enquiries), 0) + COALESCE(max(leg_enquired.enquiries), 0) AS enquiries,
    COALESCE(max(leg_enquiry.answered), 0) + COALESCE(max(leg_enquired.answered), 0) AS answered,
    max(leg_enquiry.next_enquiry_at) AS next_enquiry_at
  FROM leg
  LEFT JOIN leg_enquiry USING (leg_key)
  LEFT JOIN leg_enquired USING (leg_key)
  WHERE payment_id = ANY ($1::uuid[])
  GROUP BY leg_key, leg.payment_id, leg.leg
  ORDER BY leg_key`;

/** Of several legs under one reference the one that was accepted. */
const FIND_BY_EXTERNAL_REF = `
  SELECT DISTINCT ON (leg.external_ref) leg.external_ref, leg.leg_key, leg.leg, leg.command ->> 'uetr' AS uetr
  FROM leg
  LEFT JOIN leg_answer AS answer
    ON answer.leg_key = leg.leg_key
    AND answer.attempt = leg.attempt
    AND answer.outcome = 'accepted'
  WHERE leg.external_ref = ANY ($1::text[])
  ORDER BY leg.external_ref, answer.leg_key NULLS LAST`;

/** An accepted one first, then one that is open, then the newest. */
const STANDING = `
  SELECT leg.command, answer.outcome, answer.reason,
    EXISTS (SELECT FROM leg_answer AS other WHERE other.leg_key = leg.leg_key AND other.outcome = 'not_received')
      OR EXISTS (SELECT FROM leg_decision WHERE leg_decision.leg_key = leg.leg_key AND NOT paid) AS given_up
  FROM leg
  LEFT JOIN leg_answer AS answer
    ON answer.leg_key = leg.leg_key
    AND answer.attempt = leg.attempt
    AND answer.outcome IN ('accepted', 'rejected')
  WHERE external_ref = $1
  ORDER BY answer.outcome = 'accepted' DESC NULLS LAST, answer.outcome IS NULL DESC, leg.intent_at DESC
  LIMIT 1`;

/** Two: whose it is would be a guess. */
const ACCEPTED_AS = `
  SELECT external_ref
  FROM leg_answer
  JOIN leg USING (leg_key, attempt)
  WHERE partner_ref = $1 AND outcome = 'accepted' LIMIT 2`;

/** An instant as a column takes it; null without one. */
export const iso = (epochMs: number | undefined): string | null =>
  epochMs === undefined ? null : new Date(epochMs).toISOString();

/** A command as its column holds it. */
export interface StoredCommand extends LegCommand {
  readonly traceparent?: string;
}

/** A leg that a statement names by our reference. */
export interface FoundLeg {
  readonly legKey: string;
  readonly leg: LegCommand['leg'];
  readonly uetr: string;
}

/** An attempt of which nothing was sent. */
export interface LeftWaiting {
  readonly command: LegCommand;
  readonly intentMs: number;
  readonly takenUp: boolean;
  readonly traceparent?: string;
}

function storedOf(command: LegCommand, traceparent: string | undefined): StoredCommand {
  return isSampled(traceparent) ? { ...command, traceparent } : command;
}

/** What identifies one attempt to send a leg. */
export const attemptKey = (legKey: string, attempt: number): string => `${legKey}:${attempt}`;

/** More sets of institutions than this are not remembered as stored. */
const PARTIES_KNOWN_MAX = 10_000;

/** The only place that knows the tables of legs. */
export class LegStore {
  private readonly knownParties = new Set<string>();

  /**
   * Inserts what is new; answers the keys `legKey:attempt` that were. One statement, durable when it returns. Those that
   * wait are marked as not sent by it.
   */
  async insertIntents(database: Queryable, intents: readonly LegIntent[]): Promise<Set<string>> {
    const parties = intents.map((intent) => intent.parties && JSON.stringify(intent.parties));
    const hashes = parties.map((text) => (text === undefined ? null : hash('sha256', text, 'hex')));
    const unknown = hashes.map((each) => each !== null && !this.knownParties.has(each));
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
      hashes,
      parties.map((text, index) => (unknown[index] === true ? text : null)),
      intents.map(({ waits }) => waits === true),
    ]);
    if (this.knownParties.size > PARTIES_KNOWN_MAX) this.knownParties.clear();
    for (const each of hashes) if (each !== null) this.knownParties.add(each);
    return new Set(rows.map((row) => attemptKey(row.leg_key, row.attempt)));
  }

  /** Takes the mark off attempts that are about to be sent; answers those that still had it. Others must not be sent. */
  async claimWaiting(
    database: Queryable,
    attempts: readonly { legKey: string; attempt: number }[],
  ): Promise<Set<string>> {
    const rows = await database.query<{ leg_key: string; attempt: number }>(CLAIM_WAITING, [
      attempts.map(({ legKey }) => legKey),
      attempts.map(({ attempt }) => attempt),
    ]);
    return new Set(rows.map((row) => attemptKey(row.leg_key, row.attempt)));
  }

  /**
   * Attempts whose process died while they waited for a slot: nothing of them was sent, and now never will be. Those that
   * somebody has answered or asked about meanwhile are `takenUp`.
   */
  async claimLeftWaiting(database: Queryable, before: number, limit: number): Promise<LeftWaiting[]> {
    type Row = { command: StoredCommand; intent_at: Date; taken_up: boolean };
    const rows = await database.query<Row>(CLAIM_LEFT_WAITING, [limit, iso(before)]);
    return rows.map((row) => {
      const { traceparent, ...command } = row.command;
      const intentMs = row.intent_at.getTime();
      return { command, intentMs, takenUp: row.taken_up, ...(traceparent !== undefined && { traceparent }) };
    });
  }

  /** Institutions as the first attempts of these legs named them. */
  async partiesOf(database: Queryable, legKeys: readonly string[]): Promise<Map<string, Parties>> {
    if (legKeys.length === 0) return new Map();
    const rows = await database.query<{ leg_key: string; parties: Parties }>(PARTIES, [legKeys]);
    return new Map(rows.map((row) => [row.leg_key, row.parties]));
  }

  /** All attempts and answers of the given leg keys. */
  async known(database: Queryable, legKeys: readonly string[]): Promise<Map<string, KnownLeg>> {
    const attempts = await database.query<AttemptRow>(KNOWN_ATTEMPTS, [legKeys]);
    const answers = await knownAnswers(database, legKeys);
    const known = new Map<
      string,
      { legKey: string; attempts: KnownLeg['attempts'][number][]; answers: LegReport[] }
    >();
    for (const { leg_key: legKey, attempt, bytes_hash: bytesHash, intent_at: intentAt } of attempts) {
      const leg = known.get(legKey) ?? { legKey, attempts: [], answers: [] };
      leg.attempts.push({ attempt, bytesHash, intentMs: intentAt.getTime() });
      known.set(legKey, leg);
    }
    for (const answer of answers) known.get(answer.legKey)?.answers.push(answer);
    return known;
  }

  /** Inserts reports that were not made before; answers those that are new. An accepted leg is accepted once. */
  insertAnswers(database: Queryable, reports: readonly LegReport[]): Promise<LegReport[]> {
    return insertAnswers(database, reports);
  }

  /** Legs of payments with how often each was tried and asked about. */
  async ofPayments(database: Queryable, paymentIds: readonly string[]) {
    return database.query<{
      leg_key: string;
      payment_id: string;
      leg: LegCommand['leg'];
      attempts: number;
      enquiries: number;
      answered: number;
      next_enquiry_at: Date | null;
    }>(LEGS_OF_PAYMENTS, [paymentIds]);
  }

  /** How the leg with this reference stands; undefined: none was ever to be sent. */
  async standing(database: Queryable, externalRef: string): Promise<StandingLeg | undefined> {
    const [row] = await database.query<{
      command: LegCommand;
      outcome: StandingLeg['outcome'] | null;
      reason: string | null;
      given_up: boolean;
    }>(STANDING, [externalRef]);
    if (row === undefined) return undefined;
    const { command, outcome, reason } = row;
    return {
      command,
      ...(outcome !== null && { outcome }),
      ...(reason !== null && { reason }),
      ...(row.given_up && { isGivenUp: true }),
    };
  }

  /** How the leg stands that the network has accepted under this reference of its own; undefined: none, or more than one. */
  async acceptedAs(database: Queryable, partnerRef: string): Promise<StandingLeg | undefined> {
    const rows = await database.query<{ external_ref: string }>(ACCEPTED_AS, [partnerRef]);
    return rows.length === 1 ? this.standing(database, rows[0]!.external_ref) : undefined;
  }

  /** External reference -> leg, for statement lines (decisions 16). */
  async byExternalRef(database: Queryable, refs: readonly string[]): Promise<Map<string, FoundLeg>> {
    type Row = { external_ref: string; leg_key: string; leg: LegCommand['leg']; uetr: string };
    const rows = await database.query<Row>(FIND_BY_EXTERNAL_REF, [refs]);
    return new Map(
      rows.map(({ external_ref: ref, leg_key: legKey, leg, uetr }) => [ref, { legKey, leg, uetr }]),
    );
  }
}
