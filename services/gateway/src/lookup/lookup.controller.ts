import { Controller, HttpCode, Post, Req } from '@nestjs/common';
import { Needs, type CallerRequest } from '../access/access.guard.js';
import { served } from '../http/refusal.js';
import { jsonBody } from '../http/request.js';
import { showLookup } from './lookup.js';
import { LookupDesk } from './lookup-desk.js';
import { createLookupBody, type PublicLookup } from './lookup.schema.js';

@Controller('v1/lookups')
@Needs('payments')
export class LookupController {
  constructor(private readonly desk: LookupDesk) {}

  @Post()
  @HttpCode(200)
  async find(@Req() request: CallerRequest): Promise<PublicLookup> {
    const body = jsonBody(createLookupBody, request);
    return showLookup(served(await this.desk.find(request.caller.participant.participantId, body)).finding);
  }
}
