import { Body, Controller, Get, Inject, Param, Post } from '@nestjs/common';
import { liquidityCalls, refused, routingCalls } from '@tonle/contracts';
import { ApiTag, CALLS, Endpoint, problemOf } from '@tonle/http';
import type { ServiceCalls } from '@tonle/messaging';
import { Needs, SignedBy, type Caller } from '../access/access.js';
import { readBookedAmount } from '../http/public-amount.js';
import { printable } from '../payment/payment.schema.js';
import { doneOrProposed, type DoneOrProposed } from './approval.schema.js';
import { showDoneOrProposed } from './approval.view.js';
import * as schema from './liquidity.schema.js';
import { showLiquidity } from './liquidity.view.js';

/** What participants hold and may owe, and how much they may. */
@Controller('v1/ops')
@ApiTag('Operations')
@Needs('ops')
export class LiquidityController {
  constructor(@Inject(CALLS) private readonly calls: ServiceCalls) {}

  @Get('liquidity')
  @Endpoint({
    operationId: 'listLiquidity',
    summary: 'List prefunds, caps, positions and headroom',
    description: 'With the share that is used, and when nothing will be left if it goes on so.',
    answers: { 200: { description: 'Accounts', schema: schema.publicLiquidity } },
  })
  async liquidity(): Promise<schema.PublicLiquidity> {
    const { accounts } = await this.calls.call(routingCalls.liquidity, {});
    return { accounts: accounts.map(showLiquidity) };
  }

  @Post('participants/:participant/cap')
  @Endpoint({
    operationId: 'setCap',
    summary: 'Lower the cap of a participant, or propose to raise it',
    description:
      'A lower cap holds at once, but is never below what is owed already. A higher one holds when other operators have approved it.',
    answers: { 200: { description: 'Done, or proposed', schema: doneOrProposed } },
    refusals: [
      'schema_invalid',
      'participant_unknown',
      'cap_below_use',
      'proposal_open',
      'not_an_approver',
      'unknown_currency',
      'malformed_amount',
      'too_many_decimals',
      'amount_too_large',
    ],
  })
  async setCap(
    @SignedBy() { keyId: operator, participant: { participantId } }: Caller,
    @Param('participant', { schema: printable(64) }) participant: string,
    @Body({ schema: schema.setCapBody }) { cap, evidence, reason }: schema.SetCap,
  ): Promise<DoneOrProposed> {
    const read = readBookedAmount(cap, '/cap');
    if (read.kind === 'refused') throw problemOf(read);
    const { currency, minor } = read.amount;
    const answer = await this.calls.call(liquidityCalls.setCap, {
      cap: { participant, currency, capMinor: minor.toString() },
      ...(evidence === undefined ? {} : { evidence }),
      ...{ reason, operator, participant: participantId },
    });
    if (answer.kind === 'refused') throw problemOf(refused(answer.reason, answer.detail, answer.errors));
    return showDoneOrProposed('routing', answer);
  }
}
