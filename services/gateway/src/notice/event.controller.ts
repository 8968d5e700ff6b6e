import { Controller, Get, Query, Res } from '@nestjs/common';
import { ApiTag, Endpoint, RequestHeader, served } from '@tonle/http';
import type { FastifyReply } from 'fastify';
import { Needs, SignedBy, type Caller } from '../access/access.js';
import { Admission } from '../access/admission.js';
import { PREFERENCE_APPLIED, preferredWait } from '../http/prefer.schema.js';
import { EventFeedService } from './event-feed.service.js';
import { eventsQuery, publicEvents, type EventsQuery, type PublicEvents } from './event.schema.js';

@Controller('v1/events')
@ApiTag('Events')
@Needs('any participant')
export class EventController {
  constructor(
    private readonly feed: EventFeedService,
    private readonly admission: Admission,
  ) {}

  @Get()
  @Endpoint({
    operationId: 'listEvents',
    summary: 'List what you were told, oldest first, from where you were',
    description:
      'Ends of your payments and of those that come in for your customers, and what keeps one from its end; to FX providers, that ' +
      'their quotes are used and what became of them. Keep `next` and ask on with it: no event ever appears behind it. Events are kept for 30 days; ' +
      'a cursor that is older gets `events_forgotten`. `Prefer: wait=N` holds the answer until there is an event.',
    answers: {
      200: { description: 'A page', schema: publicEvents, headers: PREFERENCE_APPLIED },
    },
    refusals: ['schema_invalid', 'events_forgotten'],
  })
  async list(
    @SignedBy() { participant: { participantId } }: Caller,
    @Query({ schema: eventsQuery }) asked: EventsQuery,
    @RequestHeader('Prefer', preferredWait) waitMs: number,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<PublicEvents> {
    const read = () => this.feed.read(participantId, asked, waitMs);
    const answer = await (waitMs === 0 ? read() : this.admission.aside(participantId, read));
    const { kind: _kind, ...page } = served(answer);
    if (waitMs > 0) void reply.header('preference-applied', `wait=${waitMs / 1000}`);
    return page;
  }
}
