import type { ApprovalExecution, ApprovalKind, ApprovalRequest } from '@tonle/approval';
import { refused, type Refusal } from '@tonle/contracts';
import type { Queryable, Transaction } from '@tonle/persistence';
import type { Clock } from '@tonle/platform';
import type { CurrentDirectory } from '../directory/current-directory.js';
import { KeyBook } from '../payment/key-book.js';
import type { PaymentBatch } from '../payment/payment-batch.js';
import type { CommitNeeds, PaymentCommit } from '../payment/payment-commit.js';
import type { PaymentMetrics } from '../payment/payment-metrics.js';
import type { Payment } from '../payment/payment.js';
import { NO_KEYS, type PaymentStore } from '../payment/payment.store.js';
import type { TransferStore } from '../reservation/transfer.store.js';
import { refusalOfProposal, reviewVersion } from './review.decide.js';
import { reviewFinding, type ReviewFinding, type ReviewProposal } from './review.js';
import type { ReviewStore } from './review.store.js';
import { finalAfterMs } from './review-limits.js';

interface ReviewParts {
  readonly payments: PaymentStore;
  readonly reviews: ReviewStore;
  readonly transfers: TransferStore;
}

/** What became of a leg that no answer ends: an event of the machine, in the commit of the last approval (record 15). */
export class PaymentReview implements ApprovalKind<ReviewFinding> {
  readonly kind = 'payment.review';
  readonly payload = reviewFinding;
  /** Of what is executed, until it is counted. */
  private readonly batches = new WeakMap<object, PaymentBatch>();

  constructor(
    private readonly clock: Clock,
    private readonly stores: ReviewParts,
    private readonly commit: PaymentCommit,
    private readonly directory: CurrentDirectory,
    private readonly metrics: PaymentMetrics,
  ) {}

  /** The review that the payment is in: evidence that ends it makes a proposal void, tries of a reversal meanwhile do not. */
  async targetVersion(
    transaction: Transaction,
    { paymentId, leg }: ReviewFinding,
  ): Promise<string | undefined> {
    const [payment] = await this.stores.payments.lock(transaction, [paymentId]);
    return payment?.reviewLeg === leg ? reviewVersion(payment) : undefined;
  }

  async execute(
    transaction: Transaction,
    approved: ApprovalRequest<ReviewFinding>,
  ): Promise<ApprovalExecution> {
    const { load, needs, decide } = this.steps(approved.payload, approved.approvalId);
    const { result, records } = await this.commit.within(transaction, load, needs, decide);
    if (result.refusal !== undefined) return result.refusal;
    this.batches.set(approved, result.batch);
    const { state } = result.batch.payments.get(approved.payload.paymentId)!;
    return { kind: 'executed', outcome: { state }, records };
  }

  afterwards(approved: ApprovalRequest<ReviewFinding>): Promise<void> {
    const batch = this.batches.get(approved);
    if (batch !== undefined) this.metrics.committed(batch, 0);
    return Promise.resolve();
  }

  /** What it would come to now: decided and written, and then undone. */
  async rehearse(payload: ReviewFinding): Promise<{ batch: PaymentBatch; refusal: Refusal | undefined }> {
    const { load, needs, decide } = this.steps(payload, payload.paymentId);
    return this.commit.rehearse(load, needs, decide);
  }

  /** Why it may not be said of the payment as it stands. */
  async refusalOf(
    database: Queryable,
    payment: Payment | undefined,
    payload: Pick<ReviewFinding, 'decision' | 'partnerRef' | 'amount'>,
  ): Promise<Refusal | undefined> {
    const notFoundFinalAfterMs = payment === undefined ? 0 : finalAfterMs(this.directory.get(), payment);
    const now = { nowMs: this.clock.now(), notFoundFinalAfterMs };
    return refusalOfProposal(payment, payload, now) ?? this.referenceTaken(database, payment!, payload);
  }

  private steps(payload: ReviewFinding, approvalId: string) {
    const { paymentId, partnerRef } = payload;
    const { payments, reviews } = this.stores;
    let payment: Payment | undefined;
    let refusal: Refusal | undefined;
    const load = async (transaction: Transaction): Promise<Payment[]> => {
      const locked = await payments.lock(transaction, [paymentId]);
      [payment] = locked;
      refusal = await this.refusalOf(transaction, payment, payload);
      return locked;
    };
    const needs: CommitNeeds = {
      references: () => partnerRef ?? [],
      also: async (transaction) => {
        if (refusal === undefined && partnerRef !== undefined)
          await reviews.takeReference(transaction, payment!, partnerRef);
      },
    };
    const decide = (batch: PaymentBatch) => {
      const decideReview = () => batch.decideReview(paymentId, proposalOf(payload, approvalId));
      refusal ??= batch.broughtBy(paymentId, `approval ${approvalId}`, decideReview);
      return { batch, refusal };
    };
    return { load, needs, decide };
  }

  private async referenceTaken(
    database: Queryable,
    payment: Payment,
    { partnerRef }: Pick<ReviewFinding, 'partnerRef'>,
  ): Promise<Refusal | undefined> {
    if (partnerRef === undefined) return undefined;
    const { transfers, reviews } = this.stores;
    const keys = new KeyBook(NO_KEYS, await transfers.references(database, [partnerRef]));
    const taken =
      keys.isAnothers(payment, payment.reviewLeg!, partnerRef) ||
      (await reviews.isCreditOfAnother(database, payment, partnerRef));
    return taken ? refused('reference_in_use') : undefined;
  }
}

function proposalOf({ leg, decision, partnerRef, amount }: ReviewFinding, id: string): ReviewProposal {
  return {
    ...{ id, leg, decision, partnerRef },
    amount: amount && { currency: amount.currency, minor: BigInt(amount.minor) },
  };
}
