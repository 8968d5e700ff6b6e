import type { OpenLegShown, ProofVerdict, StatementProof } from '@tonle/contracts';
import type { Queryable } from '@tonle/persistence';
import type { Clock } from '@tonle/platform';
import type { EnquiryStore } from './enquiry.store.js';
import type { LegAnswer, LegReport, OpenLeg } from './leg.js';
import type { LegReporter } from './leg-reporter.js';
import type { LegStore } from './leg.store.js';

/** How this evidence is filed, beside what the network said by itself. */
const OPERATION = 'proven by statement';
/** ISO 20022: the network gives no reason in its statements. */
const REASON_NOT_GIVEN = 'MS03';

const OPEN_LEGS = `
  SELECT leg.leg_key, leg.command ->> 'uetr' AS uetr, leg.currency, leg.amount_minor, leg.intent_at, leg.send_before
  FROM leg_enquiry
  JOIN leg USING (leg_key, attempt)
  WHERE leg.currency = $1
  ORDER BY leg.intent_at
  LIMIT $2`;

/** Legs in a currency whose outcome is not known, the oldest first. */
export async function openLegsIn(
  database: Queryable,
  { currency, limit }: { readonly currency: string; readonly limit: number },
): Promise<OpenLegShown[]> {
  const rows = await database.query<{
    leg_key: string;
    uetr: string;
    currency: string;
    amount_minor: bigint;
    intent_at: Date;
    send_before: Date;
  }>(OPEN_LEGS, [currency, limit]);
  return rows.map((row) => ({
    legKey: row.leg_key,
    uetr: row.uetr,
    amount: { currency: row.currency, minor: row.amount_minor.toString() },
    intentAt: row.intent_at.toISOString(),
    sendBefore: row.send_before.toISOString(),
  }));
}

/** Plans a question about each leg for now: what has its answer is asked about once, what is open earlier than planned. */
export async function askAgain(
  {
    database,
    enquiries,
    nowMs,
  }: {
    readonly database: Queryable;
    readonly enquiries: Pick<EnquiryStore, 'latestOf' | 'planEnquiries'>;
    readonly nowMs: number;
  },
  legKeys: readonly string[],
): Promise<string[]> {
  const legs = await enquiries.latestOf(database, legKeys);
  await enquiries.planEnquiries(
    database,
    legs.map(({ legKey, attempt, notFounds, lastNotFoundMs, partnerRef }) => ({
      ...{ legKey, attempt },
      plan: {
        ...{ plannedMs: nowMs, nextEnquiryMs: nowMs, notFounds },
        ...(lastNotFoundMs !== undefined && { lastNotFoundMs }),
        ...(partnerRef !== undefined && { partnerRef }),
      },
    })),
  );
  return legs.map(({ legKey }) => legKey);
}

const PROVEN = `
  SELECT DISTINCT subject
  FROM evidence
  WHERE subject = ANY ($1::text[])
    AND operation = '${OPERATION}'`;

export interface StatementEvidenceOptions {
  readonly database: Queryable;
  readonly enquiries: Pick<EnquiryStore, 'latestOf'>;
  readonly store: Pick<LegStore, 'known'>;
  readonly reporter: Pick<LegReporter, 'add'>;
  readonly clock: Clock;
}

/**
 * What statements prove of our legs (domain 6.12): compared with what is known like any other answer, so that the first definite
 * word wins and a contradiction opens a break. Told again, it changes nothing.
 */
export class StatementEvidence {
  constructor(private readonly options: StatementEvidenceOptions) {}

  /** One verdict each, in order. Durable when it resolves. */
  async take(proofs: readonly StatementProof[]): Promise<ProofVerdict[]> {
    const { database, enquiries, reporter } = this.options;
    const legKeys = proofs.map(({ legKey }) => legKey);
    const legs = new Map((await enquiries.latestOf(database, legKeys)).map((leg) => [leg.legKey, leg]));
    const before = await this.answersOf(legKeys);
    await Promise.all(
      proofs.map(async (proof) => {
        const leg = legs.get(proof.legKey);
        if (leg === undefined || verdictOf(proof, leg, before.get(leg.legKey) ?? []) !== 'open') return;
        await reporter.add({
          ...leg,
          answer: answerOf(proof),
          evidence: [this.evidenceOf(proof)],
          firstAnswer: false,
        });
      }),
    );
    const after = await this.answersOf(legKeys);
    const rows = await database.query<{ subject: string }>(PROVEN, [legKeys]);
    const proven = new Set(rows.map(({ subject }) => subject));
    return proofs.map((proof) => {
      const leg = legs.get(proof.legKey);
      if (leg === undefined) return 'not_ours';
      const verdict = verdictOf(proof, leg, after.get(leg.legKey) ?? []);
      return verdict === 'known' && proven.has(leg.legKey) ? 'proven' : verdict;
    });
  }

  private async answersOf(legKeys: readonly string[]): Promise<Map<string, readonly LegReport[]>> {
    const known = await this.options.store.known(this.options.database, legKeys);
    return new Map([...known].map(([legKey, { answers }]) => [legKey, answers]));
  }

  private evidenceOf(proof: StatementProof) {
    return {
      subject: proof.legKey,
      direction: 'in' as const,
      operation: OPERATION,
      at: this.options.clock.now(),
      bytes: Buffer.from(JSON.stringify(proof)),
    };
  }
}

/** `open`: nothing that was told of the leg's newest attempt says the same or the contrary. */
function verdictOf(
  proof: StatementProof,
  { attempt, command }: OpenLeg,
  answers: readonly LegReport[],
): ProofVerdict {
  const told = answers.filter((answer) => answer.attempt === attempt || answer.outcome === 'accepted');
  const has = (outcome: LegReport['outcome']) => told.find((answer) => answer.outcome === outcome);
  const accepted = has('accepted');
  const sameAmount = ({ amount }: LegReport) =>
    proof.amount === undefined || BigInt((amount ?? command.amount).minor) === BigInt(proof.amount.minor);
  if (proof.says === 'booked' && accepted !== undefined && sameAmount(accepted)) return 'known';
  if (proof.says === 'rejected' && has('rejected') !== undefined) return 'known';
  if (proof.says === 'absent' && has('not_received') !== undefined) return 'known';
  const conflict = told.some((answer) => answer.outcome === 'conflicting' && sameAmount(answer));
  return conflict ? 'conflicting' : 'open';
}

function answerOf({ says, partnerRef, lineId, amount, days }: StatementProof): LegAnswer {
  if (says === 'absent') return { kind: 'not_found', absent: true };
  const where = `line ${lineId} of the statement of ${days.join(', ')}`;
  return says === 'booked'
    ? { kind: 'accepted', partnerRef: partnerRef ?? lineId ?? '', ...(amount !== undefined && { amount }) }
    : {
        kind: 'rejected',
        reason: REASON_NOT_GIVEN,
        reasonText: where,
        ...(partnerRef !== undefined && { partnerRef }),
      };
}
