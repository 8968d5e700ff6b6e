import { Body, Controller, Get, Inject, Param, Post, Query } from '@nestjs/common';
import { deadLetterCalls, refused, type LetterDecision } from '@tonle/contracts';
import { Directory } from '@tonle/directory';
import { ApiTag, CALLS, Endpoint, problemOf } from '@tonle/http';
import type { ServiceCalls } from '@tonle/messaging';
import { Needs, SignedBy, signedBy, type Caller } from '../access/access.js';
import { askAll, ownedId } from './dead-letter-services.js';
import * as schema from './dead-letter.schema.js';
import { doneAnswer, type Done } from './operations.schema.js';

const LISTED_MAX = 200;

/** Records that a service could not handle or not send, and what people do about each. */
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
  async list(
    @Query({ schema: schema.listLettersQuery }) { group }: schema.ListLetters,
  ): Promise<schema.PublicLetters> {
    const named = group === undefined ? undefined : ownedId(this.directory, group);
    const { found, silentServices } = await askAll(this.directory, (service) =>
      named !== undefined && named.service !== service
        ? Promise.resolve({ letters: [], count: 0 })
        : this.calls.call(deadLetterCalls(service).list, { limit: LISTED_MAX, groupId: named?.id }),
    );
    const deadLetters = found.flatMap(({ service, answer: { letters } }) =>
      letters.map(({ letterId, ...letter }) => ({ id: `${service}.${letterId}`, service, ...letter })),
    );
    return {
      deadLetters: deadLetters.sort((a, b) => (a.lastAt < b.lastAt ? 1 : -1)),
      count: found.reduce((sum, { answer: { count } }) => sum + count, 0),
      silentServices: [...silentServices],
    };
  }

  @Get(':id')
  @Endpoint({
    operationId: 'getDeadLetter',
    summary: 'Look at a record: where it came from, its headers, its whole cause',
    answers: { 200: { description: 'The record without what it says', schema: schema.publicLetter } },
    refusals: ['not_found'],
  })
  async find(@Param('id', { schema: schema.letterName }) name: string): Promise<schema.PublicLetter> {
    const { service, id } = ownedId(this.directory, name);
    const answer = await this.calls.call(deadLetterCalls(service).find, { letterId: id });
    if (answer.kind === 'refused') throw problemOf(refused(answer.reason, answer.detail));
    const { letterId: _id, groupId, ...letter } = answer.letter;
    return { id: name, service, ...letter, groupId: `${service}.${groupId}` };
  }

  @Post(':id/reveal')
  @Endpoint({
    operationId: 'revealDeadLetter',
    summary: 'Read what a record says',
    description: 'It may hold personal data. Who read it, and why, is recorded before it is shown.',
    answers: { 200: { description: 'Its body', schema: schema.revealedLetter } },
    refusals: ['not_found'],
  })
  async reveal(
    @SignedBy() caller: Caller,
    @Param('id', { schema: schema.letterName }) name: string,
    @Body({ schema: schema.decideLetterBody }) { reason }: schema.DecideLetter,
  ): Promise<schema.RevealedLetter> {
    const { service, id: letterId } = ownedId(this.directory, name);
    const asked = { letterId, reason, ...signedBy(caller) };
    const answer = await this.calls.call(deadLetterCalls(service).reveal, asked);
    if (answer.kind === 'refused') throw problemOf(refused(answer.reason, answer.detail));
    return { body: answer.body };
  }

  @Get(':id/dry-run')
  @Endpoint({
    operationId: 'rehearseDeadLetter',
    summary: 'See what a replay would do now; it does nothing',
    answers: {
      200: { description: 'What it would do, or why it would fail', schema: schema.rehearsedLetter },
    },
    refusals: ['not_found'],
  })
  async rehearse(@Param('id', { schema: schema.letterName }) name: string): Promise<schema.RehearsedLetter> {
    const { service, id: letterId } = ownedId(this.directory, name);
    const answer = await this.calls.call(deadLetterCalls(service).rehearse, { letterId });
    if (answer.kind === 'refused') throw problemOf(refused(answer.reason, answer.detail));
    const { kind: _kind, ...rehearsed } = answer;
    return rehearsed;
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
    name: string,
    decision: LetterDecision['decision'],
    caller: Caller,
    { reason }: schema.DecideLetter,
  ): Promise<Done> {
    const { service, id: letterId } = ownedId(this.directory, name);
    const asked = { letterId, decision, reason, ...signedBy(caller) };
    const answer = await this.calls.call(deadLetterCalls(service).decide, asked);
    if (answer.kind === 'refused') throw problemOf(refused(answer.reason, answer.detail));
    return { done: true };
  }
}
