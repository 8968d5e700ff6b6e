import type { LegKind, LegOutcome, StoryFact } from '@tonle/contracts';
import type { Queryable } from '@tonle/persistence';
import { attemptKey } from '../leg.store.js';
import { knownAnswers } from '../leg-answer.store.js';
import { reportKey, type LegReport, type LegTerms } from '../leg.js';

/** All that the tables of legs have about the legs of one payment. */
export interface KeptLegs {
  readonly attempts: readonly AttemptRow[];
  readonly answers: readonly LegReport[];
  readonly around: readonly AroundRow[];
}

export interface AttemptRow {
  readonly legKey: string;
  readonly attempt: number;
  readonly leg: LegKind;
  readonly currency: string;
  readonly minor: bigint;
  readonly externalRef: string;
  readonly bytesHash: string;
  readonly intentAt: Date;
  readonly sendBefore: Date;
  readonly waits: boolean;
}

interface AroundRow {
  readonly legKey: string;
  readonly what: 'open' | 'asked' | 'decided' | 'terms';
  readonly at: Date;
  readonly facts: Record<string, string> & LegTerms;
}

const ATTEMPTS = `
  SELECT leg_key AS "legKey", attempt, leg, currency, amount_minor AS minor, external_ref AS "externalRef",
    bytes_hash AS "bytesHash", intent_at AS "intentAt", send_before AS "sendBefore",
    EXISTS (SELECT FROM leg_waiting AS w WHERE w.leg_key = leg.leg_key AND w.attempt = leg.attempt) AS waits
  FROM leg
  WHERE payment_id = $1::uuid
  ORDER BY intent_at, leg_key, attempt`;

const AROUND = `
  SELECT e.leg_key AS "legKey", 'open' AS what, COALESCE(e.planned_at, e.next_enquiry_at) AS at,
    jsonb_build_object('nextEnquiryAt', to_char(e.next_enquiry_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
      'enquiries', e.enquiries::text, 'notFounds', e.not_founds::text) AS facts
  FROM leg_enquiry AS e
  WHERE e.leg_key = ANY ($1::text[])
  UNION ALL
  SELECT a.leg_key, 'asked', (SELECT max(at) FROM leg_answer WHERE leg_answer.leg_key = a.leg_key),
    jsonb_build_object('enquiries', a.enquiries::text)
  FROM leg_enquired AS a
  WHERE a.leg_key = ANY ($1::text[])
  UNION ALL
  SELECT d.leg_key, 'decided', d.at,
    jsonb_strip_nulls(jsonb_build_object('paid', d.paid::text, 'reference', d.partner_ref, 'proposalId', d.proposal_id,
      'currency', d.currency, 'minor', d.amount_minor::text))
  FROM leg_decision AS d
  WHERE d.leg_key = ANY ($1::text[])
  UNION ALL
  SELECT t.leg_key, 'terms', t.agreed_at, t.terms::jsonb
  FROM leg_terms AS t
  WHERE t.leg_key = ANY ($1::text[])
  ORDER BY at`;

/** The legs of one payment. */
export async function keptLegs(database: Queryable, paymentId: string): Promise<KeptLegs> {
  const attempts = await database.query<AttemptRow & object>(ATTEMPTS, [paymentId]);
  const legKeys = [...new Set(attempts.map(({ legKey }) => legKey))];
  if (legKeys.length === 0) return { attempts: [], answers: [], around: [] };
  const [answers, around] = await Promise.all([
    knownAnswers(database, legKeys),
    database.query<AroundRow & object>(AROUND, [legKeys]),
  ]);
  return { attempts, answers, around };
}

/** Facts of legs; those of a leg that happen at one instant stand in this order. */
export function legFacts({ attempts, answers, around }: KeptLegs, network: string): StoryFact[] {
  const legs = new Map(attempts.map(({ legKey, leg }) => [legKey, leg]));
  return [
    ...attempts.map((each) => intentFact(each, network)),
    ...around.filter(({ what }) => what === 'terms').map((each) => aroundFact(each, legs, network)),
    ...answers.map((each) => answerFact(each, network)),
    ...around.filter(({ what }) => what !== 'terms').map((each) => aroundFact(each, legs, network)),
  ];
}

/** The chain of all that happens to a leg. */
export const legChain = (legKey: string): string => `leg:${legKey}`;

function intentFact(row: AttemptRow, network: string): StoryFact {
  const { legKey, attempt, leg, currency, minor, externalRef, bytesHash, intentAt, sendBefore, waits } = row;
  const again = attempt === 1 ? '' : `, attempt ${attempt}`;
  const name = attemptKey(legKey, attempt);
  return {
    id: `intent:${name}`,
    at: intentAt.toISOString(),
    kind: 'decision',
    words: `${leg} is to be sent to ${network} as ${externalRef}${again}${waits ? '; it waits for a slot' : ''}`,
    facts: {
      leg,
      legKey,
      attempt: String(attempt),
      reference: externalRef,
      sha256: bytesHash,
      sendBefore: sendBefore.toISOString(),
    },
    amount: { currency, minor: minor.toString() },
    chain: legChain(legKey),
    takes: [`leg.command:${name}`],
  };
}

const OUTCOME_WORDS: Readonly<Record<LegOutcome, string>> = {
  accepted: 'the answer is read as accepted',
  rejected: 'the answer is read as refused',
  not_sent: 'nothing was sent',
  not_received: 'the network never got it',
  unknown: 'nobody knows what became of it: it is asked about',
  exhausted: 'asking did not end it: people decide',
  blocked: 'the answer is read as accepted with the money blocked',
  conflicting: 'the answers contradict each other',
};

function answerFact(report: LegReport, network: string): StoryFact {
  const { legKey, leg, attempt, outcome, partnerRef, reason, reasonText, amount, at } = report;
  const under = partnerRef === undefined ? '' : ` under ${partnerRef}`;
  return {
    id: `answer:${reportKey(report)}`,
    at: new Date(at).toISOString(),
    kind: 'decision',
    words: `${leg} at ${network}: ${OUTCOME_WORDS[outcome]}${under}${reason === undefined ? '' : ` (${reason})`}`,
    facts: {
      leg,
      legKey,
      attempt: String(attempt),
      outcome,
      ...(partnerRef === undefined ? {} : { reference: partnerRef }),
      ...(reason === undefined ? {} : { isoReason: reason }),
      ...(reasonText === undefined ? {} : { reasonText }),
    },
    ...(amount === undefined ? {} : { amount }),
    chain: legChain(legKey),
    sends: [`leg.result:${reportKey(report)}`],
  };
}

function aroundFact(
  { legKey, what, at, facts }: AroundRow,
  legs: ReadonlyMap<string, LegKind>,
  network: string,
): StoryFact {
  const leg = legs.get(legKey)!;
  const about = {
    open: { kind: 'enquiry', words: `${leg} is open: ${network} is asked next at ${facts['nextEnquiryAt']}` },
    asked: { kind: 'enquiry', words: `${network} was asked ${facts['enquiries']} times about the ${leg}` },
    decided: {
      kind: 'decision',
      words: `two operators found the ${leg} ${facts['paid'] === 'true' ? 'paid' : 'not paid'}`,
    },
    terms: { kind: 'decision', words: `terms of the ${leg} were agreed with ${network}` },
  } as const;
  return {
    id: `${what}:${legKey}`,
    at: at.toISOString(),
    ...about[what],
    facts: { ...facts, legKey },
    ...(what === 'open' ? {} : { chain: legChain(legKey) }),
  };
}
