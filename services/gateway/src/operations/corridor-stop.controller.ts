import { Controller, Get, Inject } from '@nestjs/common';
import { corridorStop, routingCalls } from '@tonle/contracts';
import { ApiTag, CALLS, Endpoint } from '@tonle/http';
import type { ServiceCalls } from '@tonle/messaging';
import { z } from 'zod';
import { Needs } from '../access/access.js';

const corridorStops = z.object({ stops: z.array(corridorStop) }).meta({ id: 'CorridorStops' });

/** Corridors that the auditor has stopped. */
@Controller('v1/ops/corridor-stops')
@ApiTag('Operations')
@Needs('ops')
export class CorridorStopController {
  constructor(@Inject(CALLS) private readonly calls: ServiceCalls) {}

  @Get()
  @Endpoint({
    operationId: 'listCorridorStops',
    summary: 'List corridors that the auditor has stopped, and what it found',
    description: 'Until an operator opens them again, who names what was found in `acknowledges`.',
    answers: { 200: { description: 'Findings, the oldest first', schema: corridorStops } },
  })
  stops(): Promise<z.infer<typeof corridorStops>> {
    return this.calls.call(routingCalls.stops, {});
  }
}
