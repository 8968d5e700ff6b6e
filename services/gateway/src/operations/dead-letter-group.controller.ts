import { Body, Controller, Get, Inject, Param, Post } from '@nestjs/common';
import { deadLetterCalls, refused } from '@tonle/contracts';
import { Directory } from '@tonle/directory';
import { ApiTag, CALLS, Endpoint, problemOf } from '@tonle/http';
import type { ServiceCalls } from '@tonle/messaging';
import { Needs, SignedBy, signedBy, type Caller } from '../access/access.js';
import { askAll, ownedId } from './dead-letter-services.js';
import { RedriveService } from '../redrive/redrive.service.js';
import { showProposed } from './approval.view.js';
import * as schema from './dead-letter.schema.js';
import { doneAnswer, type Done } from './operations.schema.js';

const LISTED_MAX = 200;

/** Dead letters of one cause together: what people do about many at a time. */
@Controller('v1/ops/dead-letters')
@ApiTag('Operations')
@Needs('ops')
export class DeadLetterGroupController {
  constructor(
    @Inject(CALLS) private readonly calls: ServiceCalls,
    private readonly directory: Directory,
    private readonly redriver: RedriveService,
  ) {}

  @Get('groups')
  @Endpoint({
    operationId: 'listDeadLetterGroups',
    summary: 'List dead letters by cause, the largest group first',
    description:
      'A group is what one reader could not handle of one type for one cause, whatever ids and numbers that names.',
    answers: {
      200: { description: 'Groups of those that nobody has decided about', schema: schema.publicGroups },
    },
  })
  async groups(): Promise<schema.PublicGroups> {
    const { found, silentServices } = await askAll(this.directory, (service) =>
      this.calls.call(deadLetterCalls(service).groups, { limit: LISTED_MAX }),
    );
    const groups = found.flatMap(({ service, answer }) =>
      answer.groups.map((group) => ({ ...group, service, groupId: `${service}.${group.groupId}` })),
    );
    return { groups: groups.sort((a, b) => b.count - a.count), silentServices: [...silentServices] };
  }

  @Post('groups/:groupId/redrive')
  @Endpoint({
    operationId: 'redriveDeadLetters',
    summary: 'Replay all dead letters of a group, the oldest first, or propose it',
    description:
      'In the background, at most so many a second; it goes on over restarts. Those that come later are not of it. More than 10 are replayed ' +
      'when another operator has approved it, who sees what a replay of ten of them would do.',
    answers: { 200: { description: 'Started, or proposed', schema: schema.startedRedrive } },
    refusals: ['not_found', 'redrive_running', 'proposal_open', 'not_an_approver'],
  })
  async redrive(
    @SignedBy() caller: Caller,
    @Param('groupId', { schema: schema.groupName }) name: string,
    @Body({ schema: schema.redriveBody }) body: schema.Redrive,
  ): Promise<schema.StartedRedrive> {
    const { service, id: groupId } = ownedId(this.directory, name);
    const answer = await this.redriver.redrive({ service, groupId, ...signedBy(caller), ...body });
    if (answer.kind === 'refused') throw problemOf(refused(answer.reason, answer.detail));
    const { total } = answer;
    if (answer.kind === 'proposed') return { started: false, total, ...showProposed('gateway', answer) };
    return { started: true, redriveId: `${service}.${answer.redriveId}`, total };
  }

  @Post('groups/:groupId/discard')
  @Endpoint({
    operationId: 'discardDeadLetters',
    summary: 'End all dead letters of a group unread',
    answers: { 200: { description: 'They are not listed any more', schema: schema.discardedGroup } },
    refusals: ['not_found'],
  })
  async discard(
    @SignedBy() caller: Caller,
    @Param('groupId', { schema: schema.groupName }) name: string,
    @Body({ schema: schema.decideLetterBody }) { reason }: schema.DecideLetter,
  ): Promise<schema.DiscardedGroup> {
    const { service, id: groupId } = ownedId(this.directory, name);
    const answer = await this.calls.call(deadLetterCalls(service).discardGroup, {
      groupId,
      ...signedBy(caller),
      reason,
    });
    if (answer.kind === 'refused') throw problemOf(refused(answer.reason, answer.detail));
    return { discarded: answer.count };
  }

  @Get('redrives')
  @Endpoint({
    operationId: 'listDeadLetterRedrives',
    summary: 'List redrives with their progress, the latest first',
    answers: { 200: { description: 'Redrives', schema: schema.publicRedrives } },
  })
  async redrives(): Promise<schema.PublicRedrives> {
    const { found, silentServices } = await askAll(this.directory, (service) =>
      this.calls.call(deadLetterCalls(service).redrives, { limit: LISTED_MAX }),
    );
    const redrives = found.flatMap(({ service, answer }) =>
      answer.redrives.map((redrive) => ({
        ...redrive,
        service,
        redriveId: `${service}.${redrive.redriveId}`,
        groupId: `${service}.${redrive.groupId}`,
      })),
    );
    redrives.sort((a, b) => (a.startedAt < b.startedAt ? 1 : -1));
    return { redrives, silentServices: [...silentServices] };
  }

  @Post('redrives/:redriveId/stop')
  @Endpoint({
    operationId: 'stopDeadLetterRedrive',
    summary: 'Stop a redrive; what it has replayed stays replayed',
    answers: { 200: { description: 'It has stopped', schema: doneAnswer } },
    refusals: ['not_found'],
  })
  async stop(
    @SignedBy() caller: Caller,
    @Param('redriveId', { schema: schema.letterName }) name: string,
    @Body({ schema: schema.decideLetterBody }) { reason }: schema.DecideLetter,
  ): Promise<Done> {
    const { service, id: redriveId } = ownedId(this.directory, name);
    const asked = { redriveId, reason, ...signedBy(caller) };
    const answer = await this.calls.call(deadLetterCalls(service).stopRedrive, asked);
    if (answer.kind === 'refused') throw problemOf(refused(answer.reason, answer.detail));
    return { done: true };
  }
}
