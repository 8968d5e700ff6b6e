import { Controller, Get, HttpCode, Param, Post, Query, Req } from '@nestjs/common';
import { routingCalls, settlementCalls, type Reason } from '@tonle/contracts';
import { Needs, type CallerRequest } from '../access/access.guard.js';
import { OtherServices } from '../http/other-services.js';
import { problemOf, refused } from '../http/refusal.js';
import { jsonBody, parameters } from '../http/request.js';
import { printable, uuid } from '../payment/payment.schema.js';
import { AuditDesk, type Audit } from './audit-desk.js';
import {
  breaksQuery,
  decideHoldBody,
  runJobBody,
  setCorridorBody,
  windowsQuery,
  type PublicBreaks,
  type PublicLiquidity,
  type PublicWindows,
} from './operations.schema.js';
import { showBreak, showJob, showLiquidity, showWindow } from './operations.view.js';

const name = printable(64);

/** What operators ask and do, until the console takes over; every deed carries a reason and the key that did it. */
@Controller('v1/ops')
@Needs('ops')
export class OperationsController {
  constructor(
    private readonly services: OtherServices,
    private readonly auditDesk: AuditDesk,
  ) {}

  @Get('audit')
  audit(): Promise<Audit> {
    return this.auditDesk.audit();
  }

  /** Any payment as routing knows it, whoever sent it. */
  @Get('payments/:paymentId')
  async payment(@Param('paymentId') paymentId: string): Promise<unknown> {
    const id = parameters(uuid, paymentId);
    const { payments } = await this.services.calls.call(routingCalls.payments, { paymentIds: [id] });
    if (payments[0] === undefined) throw problemOf(refused('not_found'));
    return payments[0];
  }

  @Get('holds')
  async holds(): Promise<unknown> {
    return this.services.calls.call(routingCalls.holds, {});
  }

  @Post('holds/:paymentId/decision')
  @HttpCode(200)
  async decideHold(
    @Req() request: CallerRequest,
    @Param('paymentId') paymentId: string,
  ): Promise<{ done: true }> {
    const id = parameters(uuid, paymentId);
    const { decision, reason } = jsonBody(decideHoldBody, request);
    const operator = request.caller.keyId;
    return done(
      await this.services.calls.call(routingCalls.decideHold, { paymentId: id, decision, operator, reason }),
    );
  }

  @Post('corridors/:corridor')
  @HttpCode(200)
  async setCorridor(
    @Req() request: CallerRequest,
    @Param('corridor') corridor: string,
  ): Promise<{ done: true }> {
    const change = { corridor: parameters(name, corridor), ...jsonBody(setCorridorBody, request) };
    const operator = request.caller.keyId;
    return done(await this.services.calls.call(routingCalls.setCorridor, { ...change, operator }));
  }

  @Get('liquidity')
  async liquidity(): Promise<PublicLiquidity> {
    const { accounts } = await this.services.calls.call(routingCalls.liquidity, {});
    return { accounts: accounts.map(showLiquidity) };
  }

  @Get('windows')
  async windows(@Query() query: unknown): Promise<PublicWindows> {
    const { windows } = await this.services.calls.call(
      settlementCalls.windows,
      parameters(windowsQuery, query),
    );
    return { windows: windows.map(showWindow) };
  }

  @Get('breaks')
  async breaks(@Query() query: unknown): Promise<PublicBreaks> {
    const { breaks } = await this.services.calls.call(settlementCalls.breaks, parameters(breaksQuery, query));
    return { breaks: breaks.map(showBreak) };
  }

  @Post('jobs')
  @HttpCode(202)
  async runJob(@Req() request: CallerRequest): Promise<{ jobId: string }> {
    const job = { ...jsonBody(runJobBody, request), operator: request.caller.keyId };
    const answer = await this.services.calls.call(settlementCalls.runJob, job);
    if (answer.kind === 'refused') throw problemOf(refused(answer.reason, answer.detail));
    return { jobId: answer.jobId };
  }

  @Get('jobs/:jobId')
  async job(@Param('jobId') jobId: string): Promise<unknown> {
    return showJob(await this.services.calls.call(settlementCalls.job, { jobId: parameters(name, jobId) }));
  }
}

function done(answer: { kind: 'done' } | { kind: 'refused'; reason: Reason; detail?: string | undefined }): {
  done: true;
} {
  if (answer.kind === 'refused') throw problemOf(refused(answer.reason, answer.detail));
  return { done: true };
}
