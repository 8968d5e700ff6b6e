import { Body, Controller, Get, Inject, Post } from '@nestjs/common';
import { refused, settlementCalls } from '@tonle/contracts';
import { CALENDAR_TOLD_DAYS, Directory, knownDaysLeft } from '@tonle/directory';
import { ApiTag, CALLS, CLOCK, Endpoint, problemOf } from '@tonle/http';
import type { ServiceCalls } from '@tonle/messaging';
import type { Clock } from '@tonle/platform';
import { Needs, SignedBy, type Caller } from '../access/access.js';
import { proposedApproval, type PublicProposedApproval } from './approval.schema.js';
import { showProposed } from './approval.view.js';
import * as schema from './upkeep.schema.js';

/** What runs out or does not come, and has to be seen to by people. */
@Controller('v1/ops')
@ApiTag('Operations')
@Needs('ops')
export class UpkeepController {
  constructor(
    @Inject(CALLS) private readonly calls: ServiceCalls,
    private readonly directory: Directory,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Get('statements/missing')
  @Endpoint({
    operationId: 'listMissingStatements',
    summary: 'List days whose statement is due and not here, or not whole',
    answers: { 200: { description: 'Days, the oldest first', schema: schema.publicMissingStatements } },
  })
  missing(): Promise<schema.PublicMissingStatements> {
    return this.calls.call(settlementCalls.missingStatements, {});
  }

  @Post('statements/corrections')
  @Endpoint({
    operationId: 'proposeCorrection',
    summary: 'Propose to read files that say something else than was taken of them',
    description:
      'What was taken stands until another operator approves. Then the files that the network has now are read in its place, whole ' +
      'or not at all, and the day is reconciled anew.',
    answers: { 200: { description: 'Proposed', schema: proposedApproval } },
    refusals: ['schema_invalid', 'nothing_differs', 'proposal_open', 'not_an_approver'],
  })
  async propose(
    @SignedBy() { keyId: operator, participant: { participantId: participant } }: Caller,
    @Body({ schema: schema.proposeCorrectionBody }) body: schema.ProposeCorrection,
  ): Promise<PublicProposedApproval> {
    const asked = { ...body, operator, participant };
    const answer = await this.calls.call(settlementCalls.proposeCorrection, asked);
    if (answer.kind === 'refused') throw problemOf(refused(answer.reason, answer.detail));
    return showProposed('settlement', answer);
  }

  @Get('calendars')
  @Endpoint({
    operationId: 'listCalendars',
    summary: 'List calendars of the networks, and until when their holidays are known',
    answers: { 200: { description: 'Calendars', schema: schema.publicCalendars } },
  })
  calendars(): schema.PublicCalendars {
    const sides = this.directory.networks();
    const byId = new Map(sides.map(({ calendar }) => [calendar.calendarId, calendar]));
    const calendars = [...byId].map(([id, calendar]) => {
      const daysLeft = knownDaysLeft(calendar, this.clock.now());
      return {
        calendar: id,
        ...(calendar.holidaysUntil !== undefined && { holidaysUntil: calendar.holidaysUntil }),
        ...(daysLeft !== undefined && { daysLeft }),
        endsSoon: daysLeft !== undefined && daysLeft <= CALENDAR_TOLD_DAYS,
      };
    });
    return { calendars };
  }
}
