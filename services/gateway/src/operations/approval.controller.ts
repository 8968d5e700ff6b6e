import { Body, Controller, Get, Inject, Param, Post, Query } from '@nestjs/common';
import { approvalCalls, APPROVING_SERVICES, refused } from '@tonle/contracts';
import { Directory } from '@tonle/directory';
import { ApiTag, CALLS, CLOCK, Endpoint, problemOf } from '@tonle/http';
import type { ServiceCalls } from '@tonle/messaging';
import type { Clock } from '@tonle/platform';
import { Needs, SignedBy, type Caller } from '../access/access.js';
import { strangeCursor } from '../http/filter.decide.js';
import * as schema from './approval.schema.js';
import { showApproval } from './approval.view.js';
import { askEach, ownedId } from './dead-letter-services.js';

/** What one operator proposes and others decide, wherever it is done. */
@Controller('v1/ops/approvals')
@ApiTag('Operations')
@Needs('ops')
export class ApprovalController {
  constructor(
    @Inject(CALLS) private readonly calls: ServiceCalls,
    private readonly directory: Directory,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Get()
  @Endpoint({
    operationId: 'listApprovals',
    summary: 'List what operators have proposed, the newest first',
    description: 'With `state=pending`: what waits for another operator.',
    answers: { 200: { description: 'A page', schema: schema.publicApprovals } },
    refusals: ['schema_invalid'],
  })
  async list(
    @Query({ schema: schema.listApprovalsQuery }) { state, kind, cursor, limit }: schema.ListApprovals,
  ): Promise<schema.PublicApprovals> {
    const strange = strangeCursor(cursor, this.clock.now());
    if (strange !== undefined) throw problemOf(strange);
    const asked = { state, kind, before: cursor, limit: limit + 1 };
    const { found, silentServices } = await askEach(APPROVING_SERVICES, (service) =>
      this.calls.call(approvalCalls(service).list, asked),
    );
    const all = found.flatMap(({ answer: { approvals } }) => approvals);
    all.sort((a, b) => (a.approvalId < b.approvalId ? 1 : -1));
    const next = all.length > limit ? all[limit - 1]!.approvalId : undefined;
    return {
      approvals: all.slice(0, limit).map(showApproval),
      silentServices: [...silentServices],
      ...(next === undefined ? {} : { next }),
    };
  }

  @Get(':approvalId')
  @Endpoint({
    operationId: 'getApproval',
    summary: 'Look at a proposal: what it would do, to what, its warnings, and who has decided',
    answers: { 200: { description: 'The proposal', schema: schema.publicApproval } },
    refusals: ['not_found', 'approval_unknown'],
  })
  async find(
    @Param('approvalId', { schema: schema.approvalName }) name: string,
  ): Promise<schema.PublicApproval> {
    const { service, approvalId } = this.named(name);
    const answer = await this.calls.call(approvalCalls(service).find, { approvalId });
    if (answer.kind === 'refused') throw problemOf(refused(answer.reason, answer.detail));
    return showApproval(answer.approval);
  }

  @Post(':approvalId/decision')
  @Endpoint({
    operationId: 'decideApproval',
    summary: 'Approve, reject or withdraw what was proposed',
    description:
      'Whoever proposed it cannot approve it, and nobody approves twice. The last approval does it, in one step and once, when what it is ' +
      'about is still as it was when it was proposed. The same verdict again changes nothing.',
    answers: { 200: { description: 'As it stands now', schema: schema.decidedApproval } },
    refusals: [
      'not_found',
      'approval_unknown',
      'approval_ended',
      'approval_stale',
      'approval_failed',
      'second_operator_needed',
      'not_the_maker',
      'not_an_approver',
      'warnings_unacknowledged',
      'file_not_whole',
      'redrive_larger',
      'redrive_running',
    ],
  })
  async decide(
    @SignedBy() { keyId: operator, participant: { participantId: participant } }: Caller,
    @Param('approvalId', { schema: schema.approvalName }) name: string,
    @Body({ schema: schema.decideApprovalBody }) body: schema.DecideApproval,
  ): Promise<schema.DecidedApproval> {
    const { service, approvalId } = this.named(name);
    const decision = { approvalId, ...body, operator, participant };
    const answer = await this.calls.call(approvalCalls(service).decide, decision);
    if (answer.kind === 'refused') throw problemOf(refused(answer.reason, answer.detail, answer.errors));
    const { kind: _kind, ...decided } = answer;
    return decided;
  }

  private named(name: string): { readonly service: string; readonly approvalId: string } {
    const { service, id } = ownedId(this.directory, name);
    if (!(APPROVING_SERVICES as readonly string[]).includes(service))
      throw problemOf(refused('approval_unknown'));
    return { service, approvalId: id };
  }
}
