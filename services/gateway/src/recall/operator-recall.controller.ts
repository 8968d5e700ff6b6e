import { Body, Controller, Get, Inject, Param, Post, Query } from '@nestjs/common';
import { recallCalls, refused } from '@tonle/contracts';
import { ApiTag, CALLS, CLOCK, Endpoint, problemOf } from '@tonle/http';
import type { ServiceCalls } from '@tonle/messaging';
import type { Clock } from '@tonle/platform';
import { Needs, SignedBy, type Caller } from '../access/access.js';
import { nothingHas, strangeCursor } from '../http/filter.decide.js';
import { uuid } from '../payment/payment.schema.js';
import * as schema from './recall.schema.js';
import { answerOf, showOperatorRecall, stateOf } from './recall.view.js';

/** Whoever's recalls; operators ask the networks that no message reaches. */
@Controller('v1/ops/recalls')
@ApiTag('Operations')
@Needs('ops')
export class OperatorRecallController {
  constructor(
    @Inject(CALLS) private readonly calls: ServiceCalls,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Get()
  @Endpoint({
    operationId: 'searchRecalls',
    summary: 'Search recalls of any participant, newest first',
    answers: { 200: { description: 'A page', schema: schema.operatorRecallList } },
  })
  async search(
    @Query({ schema: schema.operatorRecallsQuery }) asked: schema.OperatorRecallsQuery,
  ): Promise<schema.OperatorRecallList> {
    const { state, dueBefore, moneyMissing, cursor, limit, ...filter } = asked;
    const strange = strangeCursor(cursor, this.clock.now());
    if (strange !== undefined) throw problemOf(strange);
    const open = dueBefore === undefined ? undefined : (['RECEIVED', 'PENDING'] as const);
    const states = state === undefined ? open : [stateOf(state)];
    const { recalls } = await this.calls.call(recallCalls.list, {
      ...filter,
      ...(states === undefined ? {} : { states: [...states] }),
      ...(dueBefore === undefined ? {} : { dueBefore }),
      ...(moneyMissing === undefined ? {} : { moneyMissing: true as const }),
      ...(cursor === undefined ? {} : { before: cursor }),
      limit: limit + 1,
    });
    const next = recalls.length > limit ? recalls[limit - 1]!.recallId : undefined;
    const { participant, paymentId } = filter;
    const note = nothingHas({ participant, paymentId }, recalls.length);
    return {
      recalls: recalls.slice(0, limit).map(showOperatorRecall),
      ...(next === undefined ? {} : { next }),
      ...(note === undefined ? {} : { note }),
    };
  }

  @Post(':recallId/answer')
  @Endpoint({
    operationId: 'recordRecallAnswer',
    summary: 'Record what a network answered to a recall',
    description:
      'For networks that speak no recalls. It moves no money: what the network gives back comes in as a refund.',
    answers: { 200: { description: 'The recall', schema: schema.operatorRecall } },
    refusals: ['recall_unknown', 'original_not_completed', 'recall_ended'],
  })
  async answer(
    @SignedBy() { keyId: operator, participant: { participantId: by } }: Caller,
    @Param('recallId', { schema: uuid }) recallId: string,
    @Body({ schema: schema.operatorAnswerBody }) { reason, evidence, ...body }: schema.OperatorAnswer,
  ): Promise<schema.OperatorRecall> {
    const answer = await this.calls.call(recallCalls.answer, {
      recallId,
      by,
      answer: answerOf(body),
      operator: { operator, reason, evidence },
    });
    if (answer.kind === 'refused') throw problemOf(refused(answer.reason, answer.detail));
    return showOperatorRecall(answer.recall);
  }
}
