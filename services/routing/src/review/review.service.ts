import { refused, type Refusal, type routingCalls } from '@tonle/contracts';
import type { Database, Transaction } from '@tonle/persistence';
import type { Clock, Random } from '@tonle/platform';
import type { z } from 'zod';
import type { CurrentDirectory } from '../directory/current-directory.js';
import type { OperatorStore } from '../operator/operator.store.js';
import { KeyBook } from '../payment/key-book.js';
import type { PaymentCommit } from '../payment/payment-commit.js';
import type { PaymentMetrics } from '../payment/payment-metrics.js';
import { UNDECIDED_MS } from '../payment/payment.job.js';
import type { Payment } from '../payment/payment.js';
import { NO_KEYS, type PaymentStore } from '../payment/payment.store.js';
import type { TransferStore } from '../reservation/transfer.store.js';
import type { EnquiredLegs } from './enquired-legs.js';
import { isStanding, refusalOfProposal, refusalOfVerdict, unaskedUntilMs } from './review.decide.js';
import type { ReviewProposal } from './review.js';
import type { ReviewStore } from './review.store.js';
import { listedReview, listedUndecided } from './review.view.js';

const LISTED_MAX = 1_000;
/** Until the directory knows the corridor, nothing is taken for gone. */
const FINAL_AFTER_MS = 900_000;
const REVIEW_AFTER_MS = 1_800_000;

type Listed = z.infer<typeof routingCalls.reviews.response>;
type ProposeRequest = z.infer<typeof routingCalls.proposeReview.request>;
type ProposeAnswer = z.infer<typeof routingCalls.proposeReview.response>;
type VerdictRequest = z.infer<typeof routingCalls.decideReview.request>;
type VerdictAnswer = z.infer<typeof routingCalls.decideReview.response>;

interface ReviewStores {
  readonly payments: PaymentStore;
  readonly reviews: ReviewStore;
  readonly operators: OperatorStore;
  readonly transfers: TransferStore;
}

/** Payments that no answer ends: one operator proposes, another decides, each deed in the transaction that does it. */
export class ReviewService {
  constructor(
    private readonly platform: {
      readonly database: Database;
      readonly clock: Clock;
      readonly random: Random;
    },
    private readonly stores: ReviewStores,
    private readonly commit: PaymentCommit,
    private readonly directory: CurrentDirectory,
    private readonly metrics: PaymentMetrics,
    private readonly asked: Pick<EnquiredLegs, 'hasAnswered'>,
  ) {}

  /** What waits for people, the oldest first. */
  async list(): Promise<Listed> {
    const { database, clock } = this.platform;
    const { payments, reviews } = this.stores;
    const waiting = await payments.inReview(database, LISTED_MAX);
    const open = await reviews.openOf(
      database,
      waiting.map(({ id }) => id),
    );
    const since = clock.now() - 2 * UNDECIDED_MS;
    return {
      reviews: waiting.map((payment) => {
        const proposal = open.find(({ paymentId }) => paymentId === payment.id);
        return listedReview(payment, proposal, this.finalAfterMs(payment));
      }),
      undecided: (await reviews.undecided(database, since, LISTED_MAX)).map(listedUndecided),
    };
  }

  async propose(request: ProposeRequest): Promise<ProposeAnswer> {
    const unasked = await this.refusalUnasked(request.paymentId);
    if (unasked !== undefined) return unasked;
    return this.platform.database.transaction(async (transaction) => {
      const [payment] = await this.stores.payments.lock(transaction, [request.paymentId]);
      const refusal =
        this.refusalOf(payment, proposedIn(request)) ??
        (await this.referenceTaken(transaction, payment, request.partnerRef)) ??
        (await this.alreadyProposed(transaction, payment!));
      if (refusal !== undefined) return refusal;
      return { kind: 'proposed', proposalId: await this.keep(transaction, payment!, request) };
    });
  }

  async decide(request: VerdictRequest): Promise<VerdictAnswer> {
    return request.verdict === 'approve' ? this.approve(request) : this.reject(request);
  }

  private async approve(request: VerdictRequest): Promise<VerdictAnswer> {
    const { paymentId, participant: by } = request;
    const { payments, reviews } = this.stores;
    let reviewed: Payment | undefined;
    let proposal: ReviewProposal | undefined;
    let taken: Refusal | undefined;
    let refusal: Refusal | undefined;
    const batch = await this.commit.run(
      async (transaction) => {
        const locked = await payments.lock(transaction, [paymentId]);
        [reviewed] = locked;
        proposal = await this.proposalOf(transaction, request);
        taken = await this.referenceTaken(transaction, reviewed, proposal?.partnerRef);
        return locked;
      },
      {
        references: () => proposal?.partnerRef ?? [],
        also: async (transaction, atMs) => {
          if (refusal !== undefined) return;
          await reviews.end(transaction, request.proposalId, { state: 'APPROVED', by, atMs });
          const { partnerRef } = proposal!;
          if (partnerRef !== undefined) await reviews.takeReference(transaction, reviewed!, partnerRef);
          await this.recordVerdict(transaction, request, proposal!, atMs);
        },
      },
      (made) => {
        const payment = made.payments.get(paymentId);
        refusal = refusalOfVerdict(proposal, request) ?? this.refusalToApprove(payment, proposal!) ?? taken;
        const decide = () => made.decideReview(paymentId, proposal!);
        refusal ??= made.broughtBy(paymentId, `proposal ${request.proposalId}`, decide);
        return made;
      },
    );
    if (refusal !== undefined) return refusal;
    this.metrics.committed(batch, 0);
    return { kind: 'done' };
  }

  private async reject(request: VerdictRequest): Promise<VerdictAnswer> {
    const { database, clock } = this.platform;
    return database.transaction(async (transaction) => {
      await this.stores.payments.lock(transaction, [request.paymentId]);
      const proposal = await this.proposalOf(transaction, request);
      const refusal = refusalOfVerdict(proposal, request);
      if (refusal !== undefined) return refusal;
      const atMs = clock.now();
      const end = { state: 'REJECTED', by: request.participant, atMs } as const;
      await this.stores.reviews.end(transaction, request.proposalId, end);
      await this.recordVerdict(transaction, request, proposal!, atMs);
      return { kind: 'done' };
    });
  }

  private async keep(transaction: Transaction, payment: Payment, request: ProposeRequest): Promise<string> {
    const { clock, random } = this.platform;
    const { decision, reason, evidence, participant: proposedBy } = request;
    const atMs = clock.now();
    const id = random.id(atMs);
    const { id: paymentId, version, reviewLeg } = payment;
    const made = { id, paymentId, version, leg: reviewLeg!, decision, reason, evidence, proposedBy };
    const proposal = { ...made, ...proposedIn(request), proposedAtMs: atMs };
    await this.stores.reviews.insert(transaction, proposal);
    await this.stores.operators.record(transaction, {
      ...deedOf(request),
      action: `review.propose.${decision}`,
      evidence,
      before: { state: payment.state, version },
      after: { proposal: id, leg: reviewLeg, partnerRef: request.partnerRef, amount: request.amount },
      atMs,
    });
    return id;
  }

  private recordVerdict(
    transaction: Transaction,
    request: VerdictRequest,
    { id: proposal, proposedBy: by, evidence, leg, decision }: ReviewProposal,
    atMs: number,
  ): Promise<void> {
    return this.stores.operators.record(transaction, {
      ...deedOf(request),
      action: `review.${request.verdict}`,
      evidence,
      after: { leg, decision },
      decides: { proposal, by },
      atMs,
    });
  }

  private async proposalOf(
    transaction: Transaction,
    { paymentId, proposalId }: VerdictRequest,
  ): Promise<ReviewProposal | undefined> {
    const open = await this.stores.reviews.openOf(transaction, [paymentId]);
    return open.find(({ id }) => id === proposalId);
  }

  private refusalToApprove(payment: Payment | undefined, proposal: ReviewProposal): Refusal | undefined {
    if (payment !== undefined && payment.reviewLeg !== null && !isStanding(proposal, payment))
      return refused('not_in_review', 'The state of the payment has changed since the proposal.');
    return this.refusalOf(payment, proposal);
  }

  private refusalOf(
    payment: Payment | undefined,
    proposed: Pick<ReviewProposal, 'decision' | 'partnerRef' | 'amount'>,
  ): Refusal | undefined {
    const notFoundFinalAfterMs = payment === undefined ? 0 : this.finalAfterMs(payment);
    return refusalOfProposal(payment, proposed, { nowMs: this.platform.clock.now(), notFoundFinalAfterMs });
  }

  /** Nobody decides about a leg before its network answered one enquiry, or the limit of enquiries has passed. */
  private async refusalUnasked(paymentId: string): Promise<Refusal | undefined> {
    const { database, clock } = this.platform;
    const [payment] = await this.stores.payments.byIds(database, [paymentId]);
    if (payment === undefined || payment.reviewLeg === null) return undefined;
    const timers = this.directory.get().corridorIncludingEnded(payment.corridor)?.timers;
    const until = unaskedUntilMs(payment, timers?.reviewAfterMs ?? REVIEW_AFTER_MS);
    if (until === undefined || clock.now() >= until) return undefined;
    if (await this.asked.hasAnswered(payment, payment.reviewLeg)) return undefined;
    const from = new Date(until).toISOString();
    return refused(
      'review_too_early',
      `No enquiry about this leg was answered yet; else possible from ${from} on.`,
    );
  }

  private async referenceTaken(
    transaction: Transaction,
    payment: Payment | undefined,
    reference: string | undefined,
  ): Promise<Refusal | undefined> {
    if (payment === undefined || payment.reviewLeg === null || reference === undefined) return undefined;
    const { transfers, reviews } = this.stores;
    const keys = new KeyBook(NO_KEYS, await transfers.references(transaction, [reference]));
    const taken =
      keys.isAnothers(payment, payment.reviewLeg, reference) ||
      (await reviews.isCreditOfAnother(transaction, payment, reference));
    return taken ? refused('reference_in_use') : undefined;
  }

  /** One that evidence has overtaken makes room. */
  private async alreadyProposed(transaction: Transaction, payment: Payment): Promise<Refusal | undefined> {
    const { reviews } = this.stores;
    const [open] = await reviews.openOf(transaction, [payment.id]);
    if (open === undefined) return undefined;
    if (isStanding(open, payment)) return refused('proposal_open');
    await reviews.end(transaction, open.id, { state: 'SUPERSEDED', atMs: this.platform.clock.now() });
    return undefined;
  }

  private finalAfterMs({ corridor }: Payment): number {
    const timers = this.directory.get().corridorIncludingEnded(corridor)?.timers;
    return timers?.notFoundFinalAfterMs ?? FINAL_AFTER_MS;
  }
}

function proposedIn({ decision, partnerRef, amount }: ProposeRequest) {
  return {
    decision,
    partnerRef,
    amount: amount && { currency: amount.currency, minor: BigInt(amount.minor) },
  };
}

const deedOf = ({
  paymentId: subject,
  operator,
  participant,
  reason,
}: Pick<ProposeRequest, 'paymentId' | 'operator' | 'participant' | 'reason'>) => ({
  subject,
  operator,
  participant,
  reason,
});
