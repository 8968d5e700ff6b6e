import { Body, Controller, Get, Inject, Post, Query } from '@nestjs/common';
import { auditDayOf, financeCalls, refused, refusedField } from '@tonle/contracts';
import { ApiTag, CALLS, CLOCK, Endpoint, problemOf } from '@tonle/http';
import type { ServiceCalls } from '@tonle/messaging';
import type { Clock } from '@tonle/platform';
import { Needs, SignedBy, signedBy, type Caller } from '../access/access.js';
import { doneOrProposed, type DoneOrProposed } from '../operations/approval.schema.js';
import { showDoneOrProposed } from '../operations/approval.view.js';
import * as schema from './finance.schema.js';
import { showPosition } from './finance.view.js';

const DAY_MS = 86_400_000;

/** FX positions and what they are valued by. */
@Controller('v1/ops')
@ApiTag('Finance')
@Needs('ops')
export class PositionController {
  constructor(
    @Inject(CALLS) private readonly calls: ServiceCalls,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Get('fx-positions')
  @Endpoint({
    operationId: 'listFxPositions',
    summary: 'List what each FX provider has bought, sold, holds and earns, by corridor and currency pair',
    description:
      'Opening result + spread + residual + realised + unrealised change = closing result, to the unit. The exposure is that of now.',
    answers: { 200: { description: 'Positions of a day', schema: schema.publicPositions } },
    refusals: ['schema_invalid'],
  })
  async positions(
    @Query({ schema: schema.dayQuery }) { day: asked }: schema.DayQuery,
  ): Promise<schema.PublicPositions> {
    this.refuseFuture(asked);
    const day = asked ?? auditDayOf(this.clock.now() - DAY_MS);
    const { positions, exposures } = await this.calls.call(financeCalls.fxPositions, { day });
    return { day, positions: positions.map((position) => showPosition(position, exposures)) };
  }

  @Post('reference-rates')
  @Endpoint({
    operationId: 'setReferenceRate',
    summary: 'Propose the rate that FX positions of a day are valued by',
    description:
      'The mid rates of the switch are taken when a day ends; a rate that is set here takes the place of that of the pair while the day ' +
      'is open, when other operators have approved it. One that stands is done.',
    answers: { 200: { description: 'Proposed', schema: doneOrProposed } },
    refusals: ['schema_invalid', 'period_closed', 'proposal_open', 'not_an_approver'],
  })
  async setRate(
    @SignedBy() caller: Caller,
    @Body({ schema: schema.referenceRateBody }) body: schema.SetReferenceRate,
  ): Promise<DoneOrProposed> {
    this.refuseFuture(body.day);
    const answer = await this.calls.call(financeCalls.setReferenceRate, { ...body, ...signedBy(caller) });
    if (answer.kind === 'refused') throw problemOf(refused(answer.reason, answer.detail, answer.errors));
    return showDoneOrProposed('settlement', answer);
  }

  private refuseFuture(day: string | undefined): void {
    const today = auditDayOf(this.clock.now());
    if (day !== undefined && day > today)
      throw problemOf(refusedField('schema_invalid', '/day', `Must not be after today, ${today}.`));
  }
}
