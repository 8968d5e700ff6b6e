import type { LegKind, PaymentState, ReviewDecision } from '@tonle/contracts';
import type { Queryable } from '@tonle/persistence';
import type { Payment } from '../payment/payment.js';
import type { ReviewProposal } from './review.js';

interface ProposalRow {
  readonly id: string;
  readonly payment_id: string;
  readonly leg: LegKind;
  readonly version: number;
  readonly decision: ReviewDecision;
  readonly partner_ref: string | null;
  readonly currency: string | null;
  readonly minor: bigint | null;
  readonly reason: string;
  readonly evidence: string;
  readonly proposed_by: string;
  readonly proposed_at: Date;
}

type ReviewedLeg = Pick<Payment, 'id' | 'corridor' | 'direction' | 'reviewLeg'>;

export interface ProposalEnd {
  readonly state: 'APPROVED' | 'REJECTED' | 'SUPERSEDED';
  /** Absent for one that events have overtaken. */
  readonly by?: string;
  readonly atMs: number;
}

/** A payment whose next step breaks, as it was found last. */
export interface UndecidedRow {
  readonly payment_id: string;
  readonly state: PaymentState;
  readonly since: Date;
  readonly last_at: Date;
  readonly times: number;
  readonly cause: string;
}

const COLUMNS = `id, payment_id, leg, version, decision, partner_ref, currency, minor, reason, evidence, proposed_by,
  proposed_at`;

const OPEN_OF = `
SELECT ${COLUMNS}
FROM review_proposal
WHERE payment_id = ANY($1::uuid[])
  AND state = 'OPEN'`;

const INSERT = `
INSERT INTO review_proposal (${COLUMNS})
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`;

const END = `
UPDATE review_proposal
SET state = $2, decided_by = $3, decided_at = $4
WHERE id = $1
  AND state = 'OPEN'`;

const UNDECIDED = `
SELECT u.payment_id, p.state, u.since, u.last_at, u.times, u.cause
FROM undecided_payment AS u
JOIN payment AS p ON p.id = u.payment_id
WHERE u.last_at >= $1::timestamptz
  AND p.due_at IS NOT NULL
ORDER BY u.since
LIMIT $2`;

// A network that settles net has no transfer that carries its reference.
const CREDITED_UNDER = `
SELECT id
FROM payment
WHERE credit_ref = $1
  AND corridor = $2
  AND direction = $3
  AND id <> $4
LIMIT 1`;

const TAKE_REFERENCE = `
INSERT INTO review_reference (corridor, direction, leg, reference, payment_id)
VALUES ($1, $2, $3, $4, $5)`;

const COUNTS = `
SELECT review_leg AS leg, count(*)::int AS open, min(entered_at) AS since
FROM payment
WHERE due_at IS NOT NULL
  AND state = 'MANUAL_REVIEW'
GROUP BY review_leg`;

/** What operators propose of payments under review. Whoever changes a proposal holds its payment's row. */
export class ReviewStore {
  /** The proposals that wait, of these payments. */
  async openOf(database: Queryable, paymentIds: readonly string[]): Promise<ReviewProposal[]> {
    if (paymentIds.length === 0) return [];
    return (await database.query<ProposalRow>(OPEN_OF, [paymentIds])).map(proposalOf);
  }

  async insert(transaction: Queryable, proposal: ReviewProposal): Promise<void> {
    const { id, paymentId, leg, version, decision, partnerRef, amount, reason, evidence } = proposal;
    await transaction.query(INSERT, [
      id,
      paymentId,
      leg,
      version,
      decision,
      partnerRef ?? null,
      amount?.currency ?? null,
      amount?.minor ?? null,
      reason,
      evidence,
      proposal.proposedBy,
      new Date(proposal.proposedAtMs).toISOString(),
    ]);
  }

  async end(transaction: Queryable, proposalId: string, { state, by, atMs }: ProposalEnd): Promise<void> {
    await transaction.query(END, [proposalId, state, by ?? null, new Date(atMs).toISOString()]);
  }

  /** Has another payment, at the same network, been credited under this reference? */
  async isCreditOfAnother(database: Queryable, leg: ReviewedLeg, reference: string): Promise<boolean> {
    const { id, corridor, direction, reviewLeg } = leg;
    if (reviewLeg !== 'credit') return false;
    return (await database.query(CREDITED_UNDER, [reference, corridor, direction, id])).length > 0;
  }

  /** The reference is this payment's from now on; its key says so when another one takes it at the same moment. */
  async takeReference(transaction: Queryable, leg: ReviewedLeg, reference: string): Promise<void> {
    const { corridor, direction, reviewLeg, id } = leg;
    await transaction.query(TAKE_REFERENCE, [corridor, direction, reviewLeg, reference, id]);
  }

  /** How many payments are under review because of each leg, and since when the oldest of them. */
  async counts(database: Queryable): Promise<ReadonlyMap<LegKind, { open: number; since: Date }>> {
    const rows = await database.query<{ leg: LegKind; open: number; since: Date }>(COUNTS);
    return new Map(rows.map(({ leg, ...count }) => [leg, count]));
  }

  /** Payments whose next step broke since then and that are open. */
  undecided(database: Queryable, sinceMs: number, max: number): Promise<UndecidedRow[]> {
    return database.query<UndecidedRow>(UNDECIDED, [new Date(sinceMs).toISOString(), max]);
  }
}

function proposalOf(row: ProposalRow): ReviewProposal {
  const { currency, minor } = row;
  return {
    id: row.id,
    paymentId: row.payment_id,
    leg: row.leg,
    version: row.version,
    decision: row.decision,
    partnerRef: row.partner_ref ?? undefined,
    amount: currency === null || minor === null ? undefined : { currency, minor },
    reason: row.reason,
    evidence: row.evidence,
    proposedBy: row.proposed_by,
    proposedAtMs: row.proposed_at.getTime(),
  };
}
