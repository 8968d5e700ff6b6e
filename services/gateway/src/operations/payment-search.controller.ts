import { Controller, Get, Inject, Param, Query } from '@nestjs/common';
import { adapterCalls, refused, routingCalls, type PaymentView } from '@tonle/contracts';
import { Directory } from '@tonle/directory';
import { ApiTag, CALLS, CLOCK, Endpoint, problemOf } from '@tonle/http';
import { ServiceUnavailable, type ServiceCalls } from '@tonle/messaging';
import type { Clock } from '@tonle/platform';
import { Needs } from '../access/access.js';
import { nothingHas, notOurCursor, strangeCursor } from '../http/filter.decide.js';
import { uuid } from '../payment/payment.schema.js';
import { OperatorDeedsService } from './operator-deeds.service.js';
import { statesOf, unknownOperator, unmatchable } from './payment-search.decide.js';
import * as schema from './payment-search.schema.js';
import { showOperatorLeg, showOperatorPayment } from './payment-search.view.js';

/** Whoever's payments, where they stand and why, and what operators did. */
@Controller('v1/ops')
@ApiTag('Operations')
@Needs('ops')
export class PaymentSearchController {
  constructor(
    @Inject(CALLS) private readonly calls: ServiceCalls,
    private readonly directory: Directory,
    private readonly deeds: OperatorDeedsService,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Get('payments')
  @Endpoint({
    operationId: 'searchPayments',
    summary: 'Search payments of any participant, newest first',
    description: 'By any id, state, step, corridor, participant or time of receipt.',
    answers: { 200: { description: 'A page', schema: schema.operatorPaymentList } },
    refusals: ['schema_invalid'],
  })
  async search(
    @Query({ schema: schema.searchPaymentsQuery }) asked: schema.SearchPayments,
  ): Promise<schema.OperatorPaymentList> {
    await this.refuseUnmatchable(asked);
    const { step, state, cursor, limit, ...filter } = asked;
    const states = statesOf({ step, state });
    const { payments } = await this.calls.call(routingCalls.searchPayments, {
      ...filter,
      ...(states === undefined ? {} : { states }),
      ...(cursor === undefined ? {} : { before: cursor }),
      limit: limit + 1,
    });
    const next = payments.length > limit ? payments[limit - 1]!.paymentId : undefined;
    const page = payments.slice(0, limit).map(showOperatorPayment);
    const note = cursor === undefined ? nothingHas({ id: asked.id }, page.length) : undefined;
    return {
      payments: page,
      ...(next === undefined ? {} : { next }),
      ...(note === undefined ? {} : { note }),
    };
  }

  @Get('payments/:paymentId')
  @Endpoint({
    operationId: 'getPaymentForOperator',
    summary: 'Get any payment with its legs',
    description:
      'As routing knows it, with the attempts, enquiries and last answer of each leg at its adapter.',
    answers: { 200: { description: 'The payment', schema: schema.operatorPaymentDetail } },
    refusals: ['not_found'],
  })
  async payment(
    @Param('paymentId', { schema: uuid }) paymentId: string,
  ): Promise<schema.OperatorPaymentDetail> {
    const payment = await this.paymentOf(paymentId);
    if (payment === undefined) throw problemOf(refused('not_found'));
    return { payment: showOperatorPayment(payment), ...(await this.legsOf(payment)) };
  }

  @Get('actions')
  @Endpoint({
    operationId: 'listOperatorActions',
    summary: 'List what operators did, with who and why, newest first',
    answers: { 200: { description: 'A page', schema: schema.operatorActions } },
    refusals: ['schema_invalid'],
  })
  async actions(
    @Query({ schema: schema.actionsQuery }) { cursor, limit, ...filter }: schema.ActionsQuery,
  ): Promise<schema.OperatorActions> {
    const strange = strangeCursor(cursor, this.clock.now());
    if (strange !== undefined) throw problemOf(strange);
    const { actions, silentServices, next } = await this.deeds.list({
      ...filter,
      ...(cursor === undefined ? {} : { before: cursor }),
      limit,
    });
    const empty = cursor === undefined && actions.length === 0;
    const unknown = empty ? unknownOperator(filter.operator, this.directory) : undefined;
    if (unknown !== undefined) throw problemOf(unknown);
    const note = empty ? nothingHas({ subject: filter.subject }, 0) : undefined;
    return {
      actions: [...actions],
      silentServices: [...silentServices],
      ...(next === undefined ? {} : { next }),
      ...(note === undefined ? {} : { note }),
    };
  }

  private async refuseUnmatchable(asked: schema.SearchPayments): Promise<void> {
    const { cursor } = asked;
    const wrong = unmatchable(asked, this.directory, this.clock.now());
    if (wrong !== undefined) throw problemOf(wrong);
    if (cursor !== undefined && (await this.paymentOf(cursor)) === undefined) throw problemOf(notOurCursor());
  }

  private async paymentOf(paymentId: string): Promise<PaymentView | undefined> {
    return (await this.calls.call(routingCalls.payments, { paymentIds: [paymentId] })).payments[0];
  }

  private async legsOf({
    paymentId,
    corridor,
  }: PaymentView): Promise<Pick<schema.OperatorPaymentDetail, 'legs' | 'silentAdapters'>> {
    const sides = this.directory.corridorIncludingEnded(corridor);
    const adapters = sides === undefined ? [] : [...new Set([sides.home.adapter, sides.partner.adapter])];
    const asked = await Promise.all(
      adapters.map(async (adapter) => ({ adapter, legs: await this.legsAt(adapter, paymentId) })),
    );
    return {
      legs: asked.flatMap(({ adapter, legs }) => (legs ?? []).map((leg) => showOperatorLeg(adapter, leg))),
      silentAdapters: asked.flatMap(({ adapter, legs }) => (legs === undefined ? [adapter] : [])),
    };
  }

  private async legsAt(adapter: string, paymentId: string): Promise<schema.AdapterLeg[] | undefined> {
    try {
      return (await this.calls.call(adapterCalls(adapter).legs, { paymentIds: [paymentId] })).legs;
    } catch (error) {
      if (!(error instanceof ServiceUnavailable)) throw error;
      return undefined;
    }
  }
}
