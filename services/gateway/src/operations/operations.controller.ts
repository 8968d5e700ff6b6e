import { Body, Controller, Get, Inject, Param, Post, Query } from '@nestjs/common';
import { refused, routingCalls, settlementCalls } from '@tonle/contracts';
import { Directory } from '@tonle/directory';
import { ApiTag, CALLS, CLOCK, Endpoint, problemOf } from '@tonle/http';
import type { ServiceCalls } from '@tonle/messaging';
import type { Clock } from '@tonle/platform';
import type { z } from 'zod';
import { Needs, SignedBy, signedBy, type Caller } from '../access/access.js';
import { futureDay } from '../http/filter.decide.js';
import { printable, uuid } from '../payment/payment.schema.js';
import { SwitchAuditService } from './switch-audit.service.js';
import * as schema from './operations.schema.js';
import { showJob, showWindow } from './operations.view.js';

const name = printable(64);

/** What operators ask and do, until the console takes over; every action carries a reason and the key that did it. */
@Controller('v1/ops')
@ApiTag('Operations')
@Needs('ops')
export class OperationsController {
  constructor(
    @Inject(CALLS) private readonly calls: ServiceCalls,
    private readonly audits: SwitchAuditService,
    private readonly directory: Directory,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Get('audit')
  @Endpoint({
    operationId: 'runAudit',
    summary: 'Check the invariants across the tables of every service',
    answers: { 200: { description: 'Result of every check', schema: schema.publicAudit } },
  })
  audit(): Promise<schema.PublicAudit> {
    return this.audits.audit();
  }

  @Get('holds')
  @Endpoint({
    operationId: 'listHolds',
    summary: 'List payments on hold for a screening decision',
    answers: { 200: { description: 'Holds', schema: schema.publicHolds } },
  })
  async holds(): Promise<schema.PublicHolds> {
    return this.calls.call(routingCalls.holds, {});
  }

  @Post('holds/:paymentId/decision')
  @Endpoint({
    operationId: 'decideHold',
    summary: 'Clear or confirm a hold',
    answers: { 200: { description: 'Done', schema: schema.doneAnswer } },
    refusals: ['not_found', 'not_on_hold'],
  })
  async decideHold(
    @SignedBy() caller: Caller,
    @Param('paymentId', { schema: uuid }) paymentId: string,
    @Body({ schema: schema.decideHoldBody }) body: schema.DecideHold,
  ): Promise<schema.Done> {
    return done(await this.calls.call(routingCalls.decideHold, { paymentId, ...body, ...signedBy(caller) }));
  }

  @Get('windows')
  @Endpoint({
    operationId: 'listWindows',
    summary: 'List settlement windows, the newest day first',
    answers: { 200: { description: 'A page of windows', schema: schema.publicWindows } },
    refusals: ['schema_invalid'],
  })
  async windows(
    @Query({ schema: schema.windowsQuery }) query: schema.WindowsQuery,
  ): Promise<schema.PublicWindows> {
    this.refuseFuture(query.day);
    const { cursor: after, limit, ...filter } = query;
    const asked = { ...filter, limit: limit + 1, ...(after !== undefined && { after }) };
    const { windows } = await this.calls.call(settlementCalls.windows, asked);
    const next = windows.length > limit ? windows[limit - 1]!.windowId : undefined;
    return { windows: windows.slice(0, limit).map(showWindow), ...(next !== undefined && { next }) };
  }

  @Post('jobs')
  @Endpoint({
    operationId: 'startJob',
    summary: 'Start a settlement job manually',
    answers: { 202: { description: 'Started', schema: schema.startedJob } },
    refusals: ['job_running', 'schema_invalid'],
  })
  async runJob(
    @SignedBy() caller: Caller,
    @Body({ schema: schema.runJobBody }) body: schema.RunJob,
  ): Promise<schema.StartedJob> {
    const answer = await this.calls.call(settlementCalls.runJob, { ...body, ...signedBy(caller) });
    if (answer.kind === 'refused') throw problemOf(refused(answer.reason, answer.detail));
    return { jobId: answer.jobId };
  }

  @Get('jobs/:jobId')
  @Endpoint({
    operationId: 'getJob',
    summary: "Get a job's status",
    answers: { 200: { description: 'The job', schema: schema.publicJob } },
    refusals: ['not_found'],
  })
  async job(@Param('jobId', { schema: name }) jobId: string): Promise<schema.PublicJob> {
    const job = await this.calls.call(settlementCalls.job, { jobId });
    if (job.state === 'unknown') throw problemOf(refused('not_found'));
    return showJob(job);
  }

  // Nothing can have happened on it, so an empty list would read as "all is well".
  private refuseFuture(day: string | undefined): void {
    const future = futureDay(day, '/day', this.directory.networks(), this.clock.now());
    if (future !== undefined) throw problemOf(future);
  }
}

function done(answer: z.infer<typeof routingCalls.decideHold.response>): schema.Done {
  if (answer.kind === 'refused') throw problemOf(refused(answer.reason, answer.detail));
  return { done: true };
}
