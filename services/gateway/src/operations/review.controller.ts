import { Body, Controller, Get, Inject, Param, Post } from '@nestjs/common';
import { refused, routingCalls } from '@tonle/contracts';
import { ApiTag, CALLS, Endpoint, problemOf } from '@tonle/http';
import type { ServiceCalls } from '@tonle/messaging';
import { amountToJson, type AmountJson } from '@tonle/money';
import { Needs, SignedBy, type Caller } from '../access/access.js';
import { readBookedAmount, type PublicAmount } from '../http/public-amount.js';
import { uuid } from '../payment/payment.schema.js';
import { proposedApproval, type PublicProposedApproval } from './approval.schema.js';
import { showProposed } from './approval.view.js';
import * as schema from './review.schema.js';
import { showReview } from './review.view.js';

/** Payments that no answer ends: one operator says what became of them, another agrees (domain 6.16). */
@Controller('v1/ops/reviews')
@ApiTag('Operations')
@Needs('ops')
export class ReviewController {
  constructor(@Inject(CALLS) private readonly calls: ServiceCalls) {}

  @Get()
  @Endpoint({
    operationId: 'listReviews',
    summary: 'List payments under review, oldest first',
    description: 'Two operators decide what became of a leg that no answer of its partner ends.',
    answers: { 200: { description: 'Reviews, with open proposals', schema: schema.publicReviews } },
  })
  async reviews(): Promise<schema.PublicReviews> {
    const { reviews, undecided } = await this.calls.call(routingCalls.reviews, {});
    return { reviews: reviews.map(showReview), undecided };
  }

  @Post(':paymentId/proposal')
  @Endpoint({
    operationId: 'proposeReview',
    summary: 'Propose what became of the leg under review',
    description:
      'Nothing changes until other operators approve. The proposal is void as soon as evidence changes the state of the payment.',
    answers: { 200: { description: 'Proposed', schema: proposedApproval } },
    refusals: [
      'not_found',
      'not_in_review',
      'review_too_early',
      'element_missing',
      'decision_not_possible',
      'reference_in_use',
      'proposal_open',
      'not_an_approver',
      'unknown_currency',
      'malformed_amount',
      'too_many_decimals',
    ],
  })
  async propose(
    @SignedBy() { keyId: operator, participant: { participantId: participant } }: Caller,
    @Param('paymentId', { schema: uuid }) paymentId: string,
    @Body({ schema: schema.proposeReviewBody }) body: schema.ProposeReviewBody,
  ): Promise<PublicProposedApproval> {
    const { decision, reference: partnerRef, booked, reason, evidence } = body;
    const answer = await this.calls.call(routingCalls.proposeReview, {
      paymentId,
      decision,
      ...(partnerRef === undefined ? {} : { partnerRef }),
      ...(booked === undefined ? {} : { amount: readBooked(booked) }),
      reason,
      evidence,
      operator,
      participant,
    });
    if (answer.kind === 'refused') throw problemOf(refused(answer.reason, answer.detail));
    return showProposed('routing', answer);
  }
}

/** A partner may have booked what nobody can pay: all decimals of the currency are read. */
function readBooked(booked: PublicAmount): AmountJson {
  const read = readBookedAmount(booked, '/booked');
  if (read.kind === 'refused') throw problemOf(read);
  return amountToJson(read.amount);
}
