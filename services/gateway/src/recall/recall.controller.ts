import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query, Res } from '@nestjs/common';
import { RECALL_REASONS } from '@tonle/contracts';
import { contentHashOf } from '@tonle/door';
import { ApiTag, CLOCK, Endpoint, problemOf, RequestHeader, served } from '@tonle/http';
import type { Clock } from '@tonle/platform';
import type { FastifyReply } from 'fastify';
import { GivesBack, Needs, SignedBy, type Caller } from '../access/access.js';
import { nothingHas, strangeCursor } from '../http/filter.decide.js';
import { keepAbout } from '../http/kept-messages.js';
import { idempotencyKey, uuid } from '../payment/payment.schema.js';
import { BankRecallService } from './bank-recall.service.js';
import * as schema from './recall.schema.js';
import { answerOf, showRecall, stateOf } from './recall.view.js';

/** Payments that are called back: by the bank that sent one, or by the network of its payer. */
@Controller('v1/recalls')
@ApiTag('Payments')
@Needs('payments')
export class RecallController {
  constructor(
    private readonly recalls: BankRecallService,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @GivesBack()
  @Post()
  @HttpCode(200)
  @Endpoint({
    operationId: 'createRecall',
    summary: 'Ask back a payment that you sent',
    description:
      "The payee's side decides; it is asked once the payment has completed. " +
      'What it accepts comes back as a refund; without an answer the recall expires at its `deadline`. ' +
      'Repeat the request with the same Idempotency-Key as often as needed; it remains one recall, and the response shows how it stands.',
    answers: { 200: { description: 'The recall', schema: schema.publicRecall } },
    refusals: [
      'original_unknown',
      'original_not_paid',
      'recall_not_served',
      'refund_not_served',
      'refund_too_late',
      'already_refunded',
      'recall_too_late',
      'recall_open',
      'key_reused',
    ],
  })
  async create(
    @SignedBy() caller: Caller,
    @Body({ schema: schema.createRecallBody }) { paymentId, reason, text }: schema.CreateRecall,
    @RequestHeader('Idempotency-Key', idempotencyKey, 'key_missing') key: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<schema.PublicRecall> {
    const taken = await this.recalls.create(caller, {
      paymentId,
      messageId: key,
      contentHash: contentHashOf(['recall', paymentId, reason, text]).toString('hex'),
      reason,
      isoReason: RECALL_REASONS[reason],
      ...(text === undefined ? {} : { text }),
    });
    // Nobody writes into the story of a payment that is not theirs.
    if (taken.kind === 'recall' || taken.reason !== 'original_unknown')
      keepAbout(reply, paymentId, 'POST /v1/recalls', false);
    return showRecall(served(taken).recall);
  }

  @Get()
  @Endpoint({
    operationId: 'listRecalls',
    summary: 'List recalls that you asked or have to answer, newest first',
    answers: { 200: { description: 'A page', schema: schema.publicRecallList } },
  })
  async list(
    @SignedBy() { participant: { participantId } }: Caller,
    @Query({ schema: schema.listRecallsQuery }) { role, state, paymentId, cursor, limit }: schema.ListRecalls,
  ): Promise<schema.PublicRecallList> {
    const strange = strangeCursor(cursor, this.clock.now());
    if (strange !== undefined) throw problemOf(strange);
    const whose =
      role === undefined
        ? { participant: participantId }
        : { [role === 'asked' ? 'asker' : 'answerer']: participantId };
    const found = await this.recalls.list({
      ...whose,
      ...(state === undefined ? {} : { states: [stateOf(state)] }),
      ...(paymentId === undefined ? {} : { paymentId }),
      ...(cursor === undefined ? {} : { before: cursor }),
      limit: limit + 1,
    });
    const next = found.length > limit ? found[limit - 1]!.recallId : undefined;
    const note = nothingHas({ paymentId }, found.length);
    return {
      recalls: found.slice(0, limit).map(showRecall),
      ...(next === undefined ? {} : { next }),
      ...(note === undefined ? {} : { note }),
    };
  }

  @Get(':recallId')
  @Endpoint({
    operationId: 'getRecall',
    summary: 'Get a recall that you asked or have to answer',
    answers: { 200: { description: 'The recall', schema: schema.publicRecall } },
    refusals: ['recall_unknown'],
  })
  async show(
    @SignedBy() { participant }: Caller,
    @Param('recallId', { schema: uuid }) recallId: string,
  ): Promise<schema.PublicRecall> {
    return showRecall(served(await this.recalls.show(participant.participantId, recallId)).recall);
  }

  @GivesBack()
  @Post(':recallId/answer')
  @HttpCode(200)
  @Endpoint({
    operationId: 'answerRecall',
    summary: 'Answer a recall of a payment that your customer got',
    description:
      '`accepted` gives back all that is left of the payment, once for each recall: the refund is among its `refunds`. ' +
      'The first answer other than `pending` is final, and the asker is told.',
    answers: { 200: { description: 'The recall', schema: schema.publicRecall } },
    refusals: [
      'recall_unknown',
      'recall_ended',
      'refund_too_late',
      'already_refunded',
      'no_quote_available',
      'no_provider',
      'liquidity_short',
      'partner_rejected',
      'partner_unreachable',
    ],
  })
  async answer(
    @SignedBy() caller: Caller,
    @Param('recallId', { schema: uuid }) recallId: string,
    @Body({ schema: schema.answerRecallBody }) body: schema.AnswerRecall,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<schema.PublicRecall> {
    const { recall } = served(await this.recalls.toAnswer(caller.participant.participantId, recallId));
    keepAbout(reply, recall.paymentId, 'POST /v1/recalls/answer', false);
    return showRecall(served(await this.recalls.answer(caller, recall, answerOf(body))).recall);
  }
}
