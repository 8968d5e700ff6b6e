import { Body, Controller, Get, Inject, Param, Post } from '@nestjs/common';
import { deadLetterCalls, refused, type LetterDecision } from '@tonle/contracts';
import { Directory } from '@tonle/directory';
import { ApiTag, CALLS, Endpoint, problemOf } from '@tonle/http';
import { ServiceUnavailable, type ServiceCalls } from '@tonle/messaging';
import { Needs, SignedBy, signedBy, type Caller } from '../access/access.js';
import * as schema from './dead-letter.schema.js';
import { doneAnswer, type Done } from './operations.schema.js';
import { switchServices } from './switch-services.js';

const LISTED_MAX = 200;

/** Records that a service could not handle or not send, and what people do about them. */
@Controller('v1/ops/dead-letters')
@ApiTag('Operations')
@Needs('ops')
export class DeadLetterController {
  constructor(
    @Inject(CALLS) private readonly calls: ServiceCalls,
    private readonly directory: Directory,
  ) {}

  @Get()
  @Endpoint({
    operationId: 'listDeadLetters',
    summary: 'List records that could not be handled or not be sent, the latest first',
    description: 'With topic, type, key and cause; what they say is not shown.',
    answers: { 200: { description: 'Those that nobody has decided about', schema: schema.publicLetters } },
  })
  async list(): Promise<schema.PublicLetters> {
    const asked = await Promise.all(switchServices(this.directory).map((service) => this.of(service)));
    const deadLetters = asked.flatMap(({ service, letters }) =>
      letters.map(({ letterId, ...letter }) => ({ id: `${service}.${letterId}`, service, ...letter })),
    );
    return {
      deadLetters: deadLetters.sort((a, b) => (a.lastAt < b.lastAt ? 1 : -1)),
      count: asked.reduce((sum, { count }) => sum + count, 0),
      silentServices: asked.flatMap(({ service, silent }) => (silent ? [service] : [])),
    };
  }

  @Post(':id/replay')
  @Endpoint({
    operationId: 'replayDeadLetter',
    summary: 'Replay a record to where it failed',
    description:
      'It is given to its handler again, or sent again, at once. Receivers know what they have had, so that a replay too ' +
      'many changes nothing.',
    answers: { 200: { description: 'It is handled', schema: doneAnswer } },
    refusals: ['not_found', 'letter_decided', 'replay_failed'],
  })
  replay(
    @SignedBy() caller: Caller,
    @Param('id', { schema: schema.letterName }) id: string,
    @Body({ schema: schema.decideLetterBody }) body: schema.DecideLetter,
  ): Promise<Done> {
    return this.decide(id, 'replay', caller, body);
  }

  @Post(':id/discard')
  @Endpoint({
    operationId: 'discardDeadLetter',
    summary: 'End a record unread',
    answers: { 200: { description: 'It is not listed any more', schema: doneAnswer } },
    refusals: ['not_found', 'letter_decided'],
  })
  discard(
    @SignedBy() caller: Caller,
    @Param('id', { schema: schema.letterName }) id: string,
    @Body({ schema: schema.decideLetterBody }) body: schema.DecideLetter,
  ): Promise<Done> {
    return this.decide(id, 'discard', caller, body);
  }

  private async decide(
    id: string,
    decision: LetterDecision['decision'],
    caller: Caller,
    { reason }: schema.DecideLetter,
  ): Promise<Done> {
    const [service, letterId] = id.split('.') as [string, string];
    if (!switchServices(this.directory).includes(service)) throw problemOf(refused('not_found'));
    const asked = { letterId, decision, reason, ...signedBy(caller) };
    const answer = await this.calls.call(deadLetterCalls(service).decide, asked);
    if (answer.kind === 'refused') throw problemOf(refused(answer.reason, answer.detail));
    return { done: true };
  }

  private async of(service: string) {
    try {
      const answer = await this.calls.call(deadLetterCalls(service).list, { limit: LISTED_MAX });
      return { service, ...answer, silent: false };
    } catch (error) {
      if (!(error instanceof ServiceUnavailable)) throw error;
      return { service, letters: [], count: 0, silent: true };
    }
  }
}
