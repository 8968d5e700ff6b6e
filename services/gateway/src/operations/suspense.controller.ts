import { Body, Controller, Get, Inject, Param, Post, Query } from '@nestjs/common';
import { bankCalls } from '@tonle/contracts';
import { Directory } from '@tonle/directory';
import { ApiTag, CALLS, CLOCK, Endpoint, problemOf } from '@tonle/http';
import type { ServiceCalls } from '@tonle/messaging';
import type { Clock } from '@tonle/platform';
import { Needs, SignedBy, type Caller } from '../access/access.js';
import { readAmount } from '../http/public-amount.js';
import { uuid } from '../payment/payment.schema.js';
import { unmatchableBank } from './bank-query.decide.js';
import * as schema from './bank.schema.js';
import { showSuspense } from './bank.view.js';
import { approvalOf } from './window.view.js';

/** Money that no reference places, and what people do with it. */
@Controller('v1/ops/suspense')
@ApiTag('Operations')
@Needs('ops')
export class SuspenseController {
  constructor(
    @Inject(CALLS) private readonly calls: ServiceCalls,
    private readonly directory: Directory,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Get()
  @Endpoint({
    operationId: 'listSuspense',
    summary: 'List money in suspense with its age, the oldest first',
    answers: { 200: { description: 'A page of items', schema: schema.publicSuspense } },
    refusals: ['schema_invalid'],
  })
  async items(
    @Query({ schema: schema.suspenseQuery }) query: schema.SuspenseQuery,
  ): Promise<schema.PublicSuspense> {
    this.refuseUnmatchable(query);
    const { items, next } = await this.calls.call(bankCalls.suspense, query);
    return { items: items.map(showSuspense), ...(next !== undefined && { next }) };
  }

  @Post(':itemId/cure')
  @Endpoint({
    operationId: 'cureSuspense',
    summary: 'Propose what is done with money in suspense: other operators approve',
    answers: { 200: { description: 'Proposed', schema: schema.proposedCure } },
    refusals: [
      'not_found',
      'suspense_cleared',
      'suspense_returning',
      'cure_not_possible',
      'break_value_limit',
      'proposal_open',
      'unknown_currency',
      'malformed_amount',
      'amount_not_positive',
      'amount_too_large',
      'too_many_decimals',
    ],
  })
  async cure(
    @SignedBy() { keyId: operator, participant: { participantId: participant } }: Caller,
    @Param('itemId', { schema: uuid }) itemId: string,
    @Body({ schema: schema.cureSuspenseBody }) { amount: given, ...body }: schema.CureSuspense,
  ): Promise<schema.ProposedCure> {
    const read = given === undefined ? undefined : readAmount(given, '/amount');
    if (read?.kind === 'refused') throw problemOf(read);
    const part =
      read === undefined ? {} : { currency: read.amount.currency, minor: read.amount.minor.toString() };
    const asked = { itemId, ...body, ...part, operator, participant };
    const answer = await this.calls.call(bankCalls.cureSuspense, asked);
    if (answer.kind === 'refused') throw problemOf(answer);
    return { approvalId: approvalOf(answer.approvalId), approvalsRequired: answer.approvalsRequired };
  }

  private refuseUnmatchable(query: Parameters<typeof unmatchableBank>[0]): void {
    const wrong = unmatchableBank(query, this.directory, this.clock.now());
    if (wrong !== undefined) throw problemOf(wrong);
  }
}
