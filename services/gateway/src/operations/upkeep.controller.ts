import { Controller, Get, Inject } from '@nestjs/common';
import { settlementCalls } from '@tonle/contracts';
import { CALENDAR_TOLD_DAYS, Directory, knownDaysLeft } from '@tonle/directory';
import { ApiTag, CALLS, CLOCK, Endpoint } from '@tonle/http';
import type { ServiceCalls } from '@tonle/messaging';
import type { Clock } from '@tonle/platform';
import { Needs } from '../access/access.js';
import {
  publicCalendars,
  publicMissingStatements,
  type PublicCalendars,
  type PublicMissingStatements,
} from './upkeep.schema.js';

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
    answers: { 200: { description: 'Days, the oldest first', schema: publicMissingStatements } },
  })
  missing(): Promise<PublicMissingStatements> {
    return this.calls.call(settlementCalls.missingStatements, {});
  }

  @Get('calendars')
  @Endpoint({
    operationId: 'listCalendars',
    summary: 'List calendars of the networks, and until when their holidays are known',
    answers: { 200: { description: 'Calendars', schema: publicCalendars } },
  })
  calendars(): PublicCalendars {
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
