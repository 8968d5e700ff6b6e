import { Controller, Get, Inject } from '@nestjs/common';
import { Directory } from '@tonle/directory';
import { ApiTag, CLOCK, Endpoint } from '@tonle/http';
import type { Clock } from '@tonle/platform';
import { Needs } from '../access/access.js';
import { publicCorridors, type PublicCorridors } from './corridor.schema.js';
import { showCorridor } from './corridor.view.js';

@Controller('v1/corridors')
@ApiTag('Payments')
@Needs('any participant')
export class CorridorController {
  constructor(
    private readonly directory: Directory,
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
}
