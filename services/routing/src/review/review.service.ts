import { pendingOf, type Approvals, type Proposal } from '@tonle/approval';
import { refused, type ApprovalWarning, type Refusal, type routingCalls } from '@tonle/contracts';
import { amount, amountText } from '@tonle/money';
import type { Database } from '@tonle/persistence';
import type { Clock } from '@tonle/platform';
import type { z } from 'zod';
import type { CurrentDirectory } from '../directory/current-directory.js';
import { UNDECIDED_MS } from '../payment/payment.job.js';
import { legAmount, type Payment } from '../payment/payment.js';
import type { PaymentStore } from '../payment/payment.store.js';
import type { EnquiredLegs } from './enquired-legs.js';
import type { PaymentReview } from './payment-review.kind.js';
import { arrivalOf, reviewVersion, unaskedUntilMs } from './review.decide.js';
import { finalAfterMs, reviewAfterMs } from './review-limits.js';
import { previewOf } from './review-preview.view.js';
import type { ReviewFinding } from './review.js';
import type { ReviewStore } from './review.store.js';
import { listedReview, listedUndecided } from './review.view.js';

const LISTED_MAX = 1_000;

type Listed = z.infer<typeof routingCalls.reviews.response>;
type ProposeRequest = z.infer<typeof routingCalls.proposeReview.request>;
type ProposeAnswer = z.infer<typeof routingCalls.proposeReview.response>;

interface ReviewStores {
  readonly payments: PaymentStore;
  readonly reviews: ReviewStore;
}

/** Payments that no answer ends: one operator proposes what became of them, others decide. */
export class ReviewService {
  constructor(
    private readonly platform: { readonly database: Database; readonly clock: Clock },
    private readonly stores: ReviewStores,
    private readonly approvals: Approvals,
    private readonly review: PaymentReview,
    private readonly directory: CurrentDirectory,
    private readonly asked: Pick<EnquiredLegs, 'hasAnswered'>,
  ) {
    approvals.add(review);
  }

  /** What waits for people, the oldest first. */
  async list(): Promise<Listed> {
    const { database, clock } = this.platform;
    const { payments, reviews } = this.stores;
    const waiting = await payments.inReview(database, LISTED_MAX);
    const ids = waiting.map(({ id }) => id);
    const open = await pendingOf(database, this.review.kind, ids);
    const since = clock.now() - 2 * UNDECIDED_MS;
    return {
      reviews: waiting.map((payment) => {
        // What was proposed before evidence moved the payment is void.
        const proposal = open.find(
          ({ target, targetVersion }) => target === payment.id && targetVersion === reviewVersion(payment),
        );
        const told = proposal && { ...proposal, payload: this.review.payload.parse(proposal.payload) };
        return listedReview(payment, told, finalAfterMs(this.directory.get(), payment));
      }),
      undecided: (await reviews.undecided(database, since, LISTED_MAX)).map(listedUndecided),
    };
  }

  /** Refuses what `refusalOfProposal` names, `review_too_early`, `reference_in_use`, and what proposing refuses. */
  async propose({
    paymentId,
    decision,
    partnerRef,
    amount: booked,
    ...by
  }: ProposeRequest): Promise<ProposeAnswer> {
    const { database } = this.platform;
    const [payment] = await this.stores.payments.byIds(database, [paymentId]);
    const said = {
      decision,
      ...(partnerRef !== undefined && { partnerRef }),
      ...(booked && { amount: booked }),
    };
    const refusal =
      (await this.refusalUnasked(payment)) ?? (await this.review.refusalOf(database, payment, said));
    if (refusal !== undefined) return refusal;
    const payload: ReviewFinding = { paymentId, leg: payment!.reviewLeg!, ...said };
    const rehearsed = await this.review.rehearse(payload);
    if (rehearsed.refusal !== undefined) return rehearsed.refusal;
    const preview = await previewOf(database, rehearsed.batch, paymentId);
    const proposal = { ...by, ...proposalOf(payment!, payload), after: { ...afterOf(payload), ...preview } };
    return database.transaction((transaction) => this.approvals.propose(transaction, this.review, proposal));
  }

  /** Nobody decides about a leg before its network answered one enquiry, or the limit of enquiries has passed. */
  private async refusalUnasked(payment: Payment | undefined): Promise<Refusal | undefined> {
    if (payment === undefined || payment.reviewLeg === null) return undefined;
    const until = unaskedUntilMs(payment, reviewAfterMs(this.directory.get(), payment));
    if (until === undefined || this.platform.clock.now() >= until) return undefined;
    if (await this.asked.hasAnswered(payment, payment.reviewLeg)) return undefined;
    const from = new Date(until).toISOString();
    return refused(
      'review_too_early',
      `No enquiry about this leg was answered yet; else possible from ${from} on.`,
    );
  }
}

type Proposed = Pick<Proposal<ReviewFinding>, 'payload' | 'target' | 'amount' | 'before' | 'warnings'>;

/** How many have to approve hangs on the larger of what was asked for and what was booked. */
function proposalOf(payment: Payment, payload: ReviewFinding): Proposed {
  const asked = legAmount(payment, payload.leg);
  const bookedMinor = payload.amount === undefined ? asked.minor : BigInt(payload.amount.minor);
  const isSame = payload.amount === undefined || payload.amount.currency === asked.currency;
  const minor = bookedMinor > asked.minor ? bookedMinor : asked.minor;
  return {
    payload,
    target: payment.id,
    // What was booked in another currency asks for the most approvals.
    ...(isSame && { amount: amount(asked.currency, minor) }),
    before: {
      state: `MANUAL_REVIEW(${payload.leg})`,
      because: arrivalOf(payment) ?? '',
      leg: `${payload.leg} of ${amountText(amount(asked.currency, asked.minor))}`,
    },
    warnings: warningsOf(payload, asked),
  };
}

function warningsOf(
  { amount: booked }: ReviewFinding,
  asked: { currency: string; minor: bigint },
): ApprovalWarning[] {
  if (booked === undefined) return [];
  const [is, was] = [amount(booked.currency, BigInt(booked.minor)), amount(asked.currency, asked.minor)];
  if (is.currency === was.currency && is.minor === was.minor) return [];
  return [{ code: 'amount_differs', text: `booked ${amountText(is)}, asked for was ${amountText(was)}` }];
}

function afterOf({ leg, decision, partnerRef, amount: booked }: ReviewFinding) {
  return {
    decision: `the ${leg} is ${decision.replace('_', ' ')}`,
    ...(partnerRef !== undefined && { reference: partnerRef }),
    ...(booked !== undefined && { booked: amountText(amount(booked.currency, BigInt(booked.minor))) }),
  };
}
