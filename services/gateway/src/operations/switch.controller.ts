import { Body, Controller, Get, Inject, Param, Post } from '@nestjs/common';
import { refused, routingCalls, type SetSwitch } from '@tonle/contracts';
import { Directory } from '@tonle/directory';
import { ApiTag, CALLS, CLOCK, Endpoint, problemOf } from '@tonle/http';
import type { ServiceCalls } from '@tonle/messaging';
import type { Clock } from '@tonle/platform';
import type { z } from 'zod';
import { Needs, SignedBy, signedBy, type Caller } from '../access/access.js';
import { CorridorStatusService } from '../directory/corridor-status.service.js';
import { printable } from '../payment/payment.schema.js';
import { doneOrProposed, type DoneOrProposed } from './approval.schema.js';
import { showDoneOrProposed } from './approval.view.js';
import * as schema from './switch.schema.js';
import { showDirection, showParticipants } from './switch.view.js';

type Answer = z.infer<typeof routingCalls.setSwitch.response>;

const name = printable(64);
const BOTH = ['outbound', 'inbound'] as const;
const NO_STOP =
  'What lets less through holds at once; what lets more through than now, or will earlier, when other operators have approved it. Enquiries, ' +
  'reversals, refunds and whatever is under way go on. A switch with `until` ends by itself.';
const PROPOSING = ['proposal_open', 'not_an_approver'] as const;

/** What operators stop, slow down and let go on: the next version of an entry of the directory, with who did it and why. */
@Controller('v1/ops')
@ApiTag('Operations')
@Needs('ops')
export class SwitchController {
  constructor(
    @Inject(CALLS) private readonly calls: ServiceCalls,
    private readonly directory: Directory,
    private readonly statuses: CorridorStatusService,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Post('corridors/:corridor')
  @Endpoint({
    operationId: 'setCorridor',
    summary: 'Open, close, pause, drain, throttle or resume a corridor',
    description: `It says how many payments are still under way there. ${NO_STOP}`,
    answers: { 200: { description: 'Done, or proposed', schema: schema.corridorSet } },
    refusals: ['corridor_unknown', 'corridor_stopped', 'schema_invalid', ...PROPOSING],
  })
  async setCorridor(
    @SignedBy() caller: Caller,
    @Param('corridor', { schema: name }) corridor: string,
    @Body({ schema: schema.setCorridorBody }) body: schema.SetCorridor,
  ): Promise<schema.CorridorSet> {
    const { open, switch: deed, acknowledges, ...more } = body;
    const { direction, reason } = more;
    const answer =
      deed === undefined
        ? await this.calls.call(routingCalls.setCorridor, {
            corridor,
            direction: direction!,
            open: open!,
            acknowledges,
            reason,
            ...signedBy(caller),
          })
        : await this.set({ on: 'corridor', id: corridor, switch: deed, ...more, ...signedBy(caller) });
    const { underWay } = await this.calls.call(routingCalls.underWay, {});
    const there = underWay.filter(
      (each) => each.corridor === corridor && (direction ?? each.direction) === each.direction,
    );
    return { ...done(answer), underWay: there.reduce((sum, { payments }) => sum + payments, 0) };
  }

  @Post('networks/:network')
  @Endpoint({
    operationId: 'setNetwork',
    summary: 'Pause, drain, throttle or resume all corridors of a network',
    description: `A throttle is one for all of them. ${NO_STOP}`,
    answers: { 200: { description: 'Done, or proposed', schema: doneOrProposed } },
    refusals: ['not_found', 'schema_invalid', ...PROPOSING],
  })
  async setNetwork(
    @SignedBy() caller: Caller,
    @Param('network', { schema: name }) id: string,
    @Body({ schema: schema.setNetworkBody }) body: schema.SetNetwork,
  ): Promise<DoneOrProposed> {
    return done(await this.set({ on: 'network', id, ...body, ...signedBy(caller) }));
  }

  @Post('participants/:participant')
  @Endpoint({
    operationId: 'setParticipant',
    summary: 'Pause a participant, or let it go on',
    description: `It takes part in nothing new. ${NO_STOP}`,
    answers: { 200: { description: 'Done, or proposed', schema: doneOrProposed } },
    refusals: ['participant_unknown', 'schema_invalid', ...PROPOSING],
  })
  async setParticipant(
    @SignedBy() caller: Caller,
    @Param('participant', { schema: name }) id: string,
    @Body({ schema: schema.setParticipantBody }) body: schema.SetParticipant,
  ): Promise<DoneOrProposed> {
    return done(await this.set({ on: 'participant', id, ...body, ...signedBy(caller) }));
  }

  @Get('switches')
  @Endpoint({
    operationId: 'listSwitches',
    summary: 'List what is not open: corridors by direction, participants; who set it so, and why',
    description: 'With the payments that are still under way, for whoever waits until a corridor is drained.',
    answers: { 200: { description: 'What is off', schema: schema.publicSwitches } },
  })
  async switches(): Promise<schema.PublicSwitches> {
    const atMs = this.clock.now();
    const { underWay } = await this.calls.call(routingCalls.underWay, {});
    const directions = this.directory.corridors().flatMap((corridor) => {
      const shown = this.statuses.statusOf(corridor, atMs);
      return BOTH.map((direction) => showDirection(corridor, direction, shown[direction], underWay, atMs));
    });
    return {
      corridors: directions.filter(({ status }) => status !== 'open'),
      participants: showParticipants(this.directory.participants(), atMs),
    };
  }

  private set({
    direction,
    ...change
  }: Omit<SetSwitch, 'directions'> & { direction?: SetSwitch['directions'][number] }): Promise<Answer> {
    const directions = direction === undefined ? [...BOTH] : [direction];
    return this.calls.call(routingCalls.setSwitch, { ...change, directions });
  }
}

function done(answer: Answer): DoneOrProposed {
  if (answer.kind === 'refused') throw problemOf(refused(answer.reason, answer.detail, answer.errors));
  return showDoneOrProposed('routing', answer);
}
