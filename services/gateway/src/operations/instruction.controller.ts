import { Body, Controller, Get, Inject, Param, Post, Query, Res } from '@nestjs/common';
import { refused, windowCalls } from '@tonle/contracts';
import { Directory } from '@tonle/directory';
import { ApiTag, CALLS, CLOCK, Endpoint, problemOf } from '@tonle/http';
import type { ServiceCalls } from '@tonle/messaging';
import type { Clock } from '@tonle/platform';
import type { FastifyReply } from 'fastify';
import { Needs, SignedBy, type Caller } from '../access/access.js';
import { servedCurrencies, strangeCursor, unknownCurrency } from '../http/filter.decide.js';
import { uuid } from '../payment/payment.schema.js';
import { unknownBank } from './bank-query.decide.js';
import { proposed } from './window.controller.js';
import * as schema from './window.schema.js';
import { showInstruction, showWholeInstruction } from './window.view.js';

const EXTENSIONS: Readonly<Record<string, string>> = { csv: 'csv' };

/** Instructions to settlement banks. */
@Controller('v1/ops/instructions')
@ApiTag('Operations')
@Needs('ops')
export class InstructionController {
  constructor(
    @Inject(CALLS) private readonly calls: ServiceCalls,
    private readonly directory: Directory,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Get()
  @Endpoint({
    operationId: 'listInstructions',
    summary: 'List instructions to settlement banks, the newest first',
    answers: { 200: { description: 'Instructions', schema: schema.publicInstructions } },
    refusals: ['schema_invalid'],
  })
  async list(
    @Query({ schema: schema.listInstructionsQuery }) query: schema.ListInstructions,
  ): Promise<schema.PublicInstructions> {
    this.refuseStrange(query);
    const { window, cursor, limit, ...filter } = query;
    const { instructions } = await this.calls.call(windowCalls.instructions, {
      ...filter,
      ...(window !== undefined && { windowId: window }),
      ...(cursor !== undefined && { before: cursor }),
      limit: limit + 1,
    });
    const page = instructions.slice(0, limit);
    return {
      instructions: page.map(showInstruction),
      ...(instructions.length > limit && { next: page[page.length - 1]!.instructionId }),
    };
  }

  @Get(':instructionId')
  @Endpoint({
    operationId: 'getInstruction',
    summary: 'Get an instruction with its lines, and how far lines of the bank cover each',
    answers: { 200: { description: 'The instruction', schema: schema.publicInstruction } },
    refusals: ['not_found', 'schema_invalid'],
  })
  async show(
    @Param('instructionId', { schema: uuid }) instructionId: string,
  ): Promise<schema.PublicInstruction> {
    const answer = await this.calls.call(windowCalls.instruction, { instructionId });
    if (answer.kind === 'refused') throw problemOf(refused(answer.reason, answer.detail));
    return showWholeInstruction(answer.instruction);
  }

  @Get(':instructionId/file')
  @Endpoint({
    operationId: 'getInstructionFile',
    summary: 'Get the bytes of an instruction, to look at them',
    description:
      'As its bank gets them, whose SHA-256 the instruction has. Whether it is sent, and by whom, is another matter: do not send what you ' +
      'got here.',
    answers: { 200: { description: 'The file', mediaType: 'application/octet-stream' } },
    refusals: ['not_found', 'schema_invalid'],
  })
  async file(
    @Param('instructionId', { schema: uuid }) instructionId: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Buffer> {
    const answer = await this.calls.call(windowCalls.instructionFile, { instructionId });
    if (answer.kind === 'refused') throw problemOf(refused(answer.reason, answer.detail));
    const extension = EXTENSIONS[answer.format] ?? 'xml';
    void reply
      .header('content-type', 'application/octet-stream')
      .header('content-disposition', `attachment; filename="${answer.messageId}.${extension}"`);
    return Buffer.from(answer.base64, 'base64');
  }

  @Post(':instructionId/dead')
  @Endpoint({
    operationId: 'declareInstructionDead',
    summary: 'Propose that an instruction is dead: its bank has said that it will never carry it out',
    description:
      'Other operators approve, and its window has failed: it can be instructed again, or netted without somebody. Silence is no word of ' +
      'the bank.',
    answers: { 200: { description: 'Proposed', schema: schema.proposedSettlement } },
    refusals: ['not_found', 'instruction_not_open', 'proposal_open', 'not_an_approver'],
  })
  async declareDead(
    @SignedBy() { keyId: operator, participant: { participantId: participant } }: Caller,
    @Param('instructionId', { schema: uuid }) instructionId: string,
    @Body({ schema: schema.declareDeadBody }) body: schema.DeclareDead,
  ): Promise<schema.ProposedSettlement> {
    return proposed(
      await this.calls.call(windowCalls.declareDead, { instructionId, ...body, operator, participant }),
    );
  }

  @Post(':instructionId/withdrawal')
  @Endpoint({
    operationId: 'withdrawInstruction',
    summary: 'Propose that an instruction which has not been sent is not sent at all',
    description:
      'It is held while the proposal is open. Other operators approve, and its window has failed: it can be instructed again, or netted without ' +
      'somebody. Its number passes on to another instruction, since the bank has never heard of it.',
    answers: { 200: { description: 'Proposed', schema: schema.proposedSettlement } },
    refusals: ['not_found', 'instruction_not_open', 'proposal_open', 'not_an_approver'],
  })
  async withdraw(
    @SignedBy() { keyId: operator, participant: { participantId: participant } }: Caller,
    @Param('instructionId', { schema: uuid }) instructionId: string,
    @Body({ schema: schema.withdrawInstructionBody }) body: schema.WithdrawInstruction,
  ): Promise<schema.ProposedSettlement> {
    const asked = { instructionId, ...body, operator, participant };
    return proposed(await this.calls.call(windowCalls.withdrawInstruction, asked));
  }

  private refuseStrange({ bank, currency, cursor }: schema.ListInstructions): void {
    const strange =
      unknownBank(bank, this.directory) ??
      unknownCurrency(currency, '/currency', servedCurrencies(this.directory)) ??
      strangeCursor(cursor, this.clock.now());
    if (strange !== undefined) throw problemOf(strange);
  }
}
