import { Controller, Get, Inject, Param } from '@nestjs/common';
import { refused } from '@tonle/contracts';
import { Directory } from '@tonle/directory';
import { ApiTag, CLOCK, Endpoint, problemOf } from '@tonle/http';
import type { Clock } from '@tonle/platform';
import { Needs } from '../access/access.js';
import { printable } from '../payment/payment.schema.js';
import { publicCorridorStatus, type PublicCorridorStatus } from './corridor-status.schema.js';
import { CorridorStatusService } from './corridor-status.service.js';
import { publicCorridors, type PublicCorridors } from './corridor.schema.js';
import { showCorridor } from './corridor.view.js';

@Controller('v1/corridors')
@ApiTag('Payments')
@Needs('any participant')
export class CorridorController {
  constructor(
    private readonly directory: Directory,
    private readonly statuses: CorridorStatusService,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Get()
  @Endpoint({
    operationId: 'listCorridors',
    summary: 'List corridors with their status, hours, codes, accounts, currencies and limits',
    description:
      'Where payments go, to which codes and accounts, in which currencies, up to which amounts, and whether they are taken now.',
    answers: { 200: { description: 'All corridors', schema: publicCorridors } },
  })
  list(): PublicCorridors {
    const now = this.clock.now();
    return { corridors: this.directory.corridors().map((corridor) => showCorridor(corridor, now)) };
  }

  @Get(':corridor/status')
  @Endpoint({
    operationId: 'getCorridorStatus',
    summary: 'Get how a corridor stands now, by direction',
    description:
      'Since when it is so, whether an operator or the health of a network made it so, until when where that is known, and in words ' +
      'for people. Who is told of events gets `corridor.status` whenever one changes.',
    answers: { 200: { description: 'Its status', schema: publicCorridorStatus } },
    refusals: ['corridor_unknown'],
  })
  status(@Param('corridor', { schema: printable(64) }) id: string): PublicCorridorStatus {
    const corridor = this.directory.corridor(id);
    if (corridor === undefined) throw problemOf(refused('corridor_unknown', `There is no corridor ${id}.`));
    return this.statuses.statusOf(corridor, this.clock.now());
  }
}
