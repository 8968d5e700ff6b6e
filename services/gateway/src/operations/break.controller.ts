import { Body, Controller, Get, Inject, Param, Post, Query } from '@nestjs/common';
import { breakCalls, refused, settlementCalls, type Refusal } from '@tonle/contracts';
import { Directory } from '@tonle/directory';
import { ApiTag, CALLS, CLOCK, Endpoint, problemOf } from '@tonle/http';
import type { ServiceCalls } from '@tonle/messaging';
import type { Clock } from '@tonle/platform';
import { Needs, SignedBy, type Caller } from '../access/access.js';
import { futureDay, strangeCursor, unknownParticipant } from '../http/filter.decide.js';
import { showAmount } from '../http/public-amount.js';
import { uuid } from '../payment/payment.schema.js';
import * as schema from './break.schema.js';
import { decideBreakBody, doneAnswer, type DecideBreak, type Done } from './operations.schema.js';
import { showBreak } from './operations.view.js';

/** Where our books differ from those of others, and what people do about it. */
@Controller('v1/ops/breaks')
@ApiTag('Operations')
@Needs('ops')
export class BreakController {
  constructor(
    @Inject(CALLS) private readonly calls: ServiceCalls,
    private readonly directory: Directory,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Get()
  @Endpoint({
    operationId: 'listBreaks',
    summary: 'List breaks: where our books differ from what partners said in statements and answers',
    description: 'The gravest and oldest first.',
    answers: { 200: { description: 'Breaks', schema: schema.publicBreaks } },
    refusals: ['schema_invalid'],
  })
  async list(
    @Query({ schema: schema.breaksQuery })
    { severity, standing, cursor, limit, ...filter }: schema.BreaksQuery,
  ): Promise<schema.PublicBreaks> {
    refuse(
      // Nothing can have happened on it, so an empty list would read as "all is well".
      futureDay(filter.day, '/day', this.directory.networks(), this.clock.now()) ??
        strangeCursor(cursor, this.clock.now()) ??
        unknownParticipant(filter.partner, '/partner', this.directory),
    );
    const { breaks } = await this.calls.call(settlementCalls.breaks, {
      ...filter,
      severity: severity === undefined ? undefined : Number.parseInt(severity, 10),
      standing: standing === undefined ? undefined : true,
      after: cursor,
      limit: limit + 1,
    });
    const next = breaks.length > limit ? breaks[limit - 1]!.breakId : undefined;
    return {
      breaks: breaks.slice(0, limit).map(showBreak),
      ...(next === undefined ? {} : { next }),
    };
  }

  @Get('ageing')
  @Endpoint({
    operationId: 'getBreakAgeing',
    summary: 'Get open breaks by partner, type and age: how many, and how much they are about',
    answers: { 200: { description: 'Counts and values', schema: schema.publicAgeing } },
  })
  async ageing(): Promise<schema.PublicAgeing> {
    const { ageing } = await this.calls.call(breakCalls.ageing, {});
    return {
      ageing: ageing.map(({ currency, valueMinor, ...each }) => ({
        ...each,
        value: showAmount({ currency, minor: valueMinor }),
      })),
    };
  }

  @Get(':breakId')
  @Endpoint({
    operationId: 'getBreak',
    summary: 'Look at a break and all that was done with it',
    answers: { 200: { description: 'The break', schema: schema.publicBreakWhole } },
    refusals: ['not_found'],
  })
  async find(@Param('breakId', { schema: uuid }) breakId: string): Promise<schema.PublicBreakWhole> {
    const answer = await this.calls.call(breakCalls.find, { breakId });
    if (answer.kind === 'refused') throw problemOf(refused(answer.reason, answer.detail));
    return { ...showBreak(answer.found), history: answer.history };
  }

  @Post('decisions')
  @Endpoint({
    operationId: 'decideBreaks',
    summary: 'Assign or resolve several breaks of one type together',
    description: 'All of them or none; each below the value limit of its currency.',
    answers: { 200: { description: 'Done', schema: schema.decidedBreaks } },
    refusals: ['not_found', 'break_closed', 'break_proposed', 'breaks_unlike', 'break_value_limit'],
  })
  async decideMany(
    @SignedBy() caller: Caller,
    @Body({ schema: schema.decideBreaksBody }) body: schema.DecideBreaks,
  ): Promise<schema.DecidedBreaks> {
    const answer = await this.calls.call(breakCalls.decideMany, { ...body, ...person(caller) });
    if (answer.kind === 'refused') throw problemOf(refused(answer.reason, answer.detail));
    return { decided: answer.decided };
  }

  @Post('proposals')
  @Endpoint({
    operationId: 'proposeBreaks',
    summary: 'Propose how breaks are to end, with evidence; another operator approves it',
    description:
      'Matched are breaks MISSING_AT_PARTNER with breaks MISSING_AT_US; other actions take breaks of one type. The approval is decided at `/v1/ops/approvals`.',
    answers: { 202: { description: 'Proposed', schema: schema.proposalName } },
    refusals: [
      'not_found',
      'break_closed',
      'break_proposed',
      'break_action_unfit',
      'breaks_unlike',
      'break_value_limit',
      'proposal_open',
      'not_an_approver',
    ],
  })
  async propose(
    @SignedBy() caller: Caller,
    @Body({ schema: schema.proposeBreaksBody }) body: schema.ProposeBreaks,
  ): Promise<schema.ProposalName> {
    return proposedOf(await this.calls.call(breakCalls.propose, { ...body, ...person(caller) }));
  }

  @Post(':breakId')
  @Endpoint({
    operationId: 'decideBreak',
    summary: 'Assign, resolve, note or reopen a break',
    answers: { 200: { description: 'Done', schema: doneAnswer } },
    refusals: ['not_found', 'break_closed', 'break_proposed', 'break_standing', 'break_reopened_before'],
  })
  async decide(
    @SignedBy() caller: Caller,
    @Param('breakId', { schema: uuid }) breakId: string,
    @Body({ schema: decideBreakBody }) body: DecideBreak,
  ): Promise<Done> {
    const answer = await this.calls.call(settlementCalls.decideBreak, {
      breakId,
      ...body,
      ...person(caller),
    });
    if (answer.kind === 'refused') throw problemOf(refused(answer.reason, answer.detail));
    return { done: true };
  }
}

/** What results of days are and by which rules they were found. */
@Controller('v1/ops/reconciliation')
@ApiTag('Operations')
@Needs('ops')
export class ReconciliationController {
  constructor(
    @Inject(CALLS) private readonly calls: ServiceCalls,
    private readonly directory: Directory,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Get('runs')
  @Endpoint({
    operationId: 'listReconciliationRuns',
    summary: 'List results of reconciled days, the newest first',
    description:
      'A day that is run again with the same result is the same run, confirmed: `digest` is over all that was found.',
    answers: { 200: { description: 'Results', schema: schema.publicRuns } },
    refusals: ['schema_invalid'],
  })
  async runs(@Query({ schema: schema.runsQuery }) query: schema.RunsQuery): Promise<schema.PublicRuns> {
    refuse(
      futureDay(query.day, '/day', this.directory.networks(), this.clock.now()) ??
        unknownParticipant(query.partner, '/partner', this.directory),
    );
    const { cursor: after, limit, ...filter } = query;
    const asked = { ...filter, limit: limit + 1, ...(after !== undefined && { after }) };
    const { runs } = await this.calls.call(breakCalls.runs, asked);
    const last = runs.length > limit ? runs[limit - 1] : undefined;
    return {
      runs: runs.slice(0, limit),
      ...(last && { next: [last.day, last.partner, last.currency, last.level, last.run].join(' ') }),
    };
  }

  @Get('rules')
  @Endpoint({
    operationId: 'listReconciliationRules',
    summary: 'List the versions of the rules that days are compared by',
    answers: { 200: { description: 'Versions, the newest first', schema: schema.publicRules } },
  })
  rules(): Promise<schema.PublicRules> {
    return this.calls.call(breakCalls.rules, {});
  }

  @Post('rules')
  @Endpoint({
    operationId: 'proposeReconciliationRules',
    summary: 'Propose rules for days to come; another operator approves them',
    answers: { 202: { description: 'Proposed', schema: schema.proposalName } },
    refusals: ['schema_invalid', 'rules_retroactive', 'proposal_open', 'not_an_approver'],
  })
  async propose(
    @SignedBy() caller: Caller,
    @Body({ schema: schema.proposeRulesBody }) body: schema.ProposeRules,
  ): Promise<schema.ProposalName> {
    return proposedOf(await this.calls.call(breakCalls.proposeRules, { ...body, ...person(caller) }));
  }
}

function person({ keyId, participant }: Caller): { readonly operator: string; readonly participant: string } {
  return { operator: keyId, participant: participant.participantId };
}

function refuse(refusal: Refusal | undefined): void {
  if (refusal !== undefined) throw problemOf(refusal);
}

/** As the list of approvals names it. */
function proposedOf(answer: { kind: 'proposed'; approvalId: string } | Refusal): schema.ProposalName {
  if (answer.kind === 'refused') throw problemOf(refused(answer.reason, answer.detail));
  return { approvalId: `settlement.${answer.approvalId}` };
}
