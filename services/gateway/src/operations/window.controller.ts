import { Body, Controller, Get, Inject, Param, Post } from '@nestjs/common';
import { refused, windowCalls, type Refusal } from '@tonle/contracts';
import { ApiTag, CALLS, Endpoint, problemOf } from '@tonle/http';
import type { ServiceCalls } from '@tonle/messaging';
import { Needs, SignedBy, type Caller } from '../access/access.js';
import { doneAnswer, type Done } from './operations.schema.js';
import * as schema from './window.schema.js';
import { approvalOf, showWholeWindow } from './window.view.js';

const by = ({ keyId: operator, participant: { participantId: participant } }: Caller) => ({
  operator,
  participant,
});

/** Windows after their netting: what is proposed to others, and what one operator does alone. */
@Controller('v1/ops/windows/:windowId')
@ApiTag('Operations')
@Needs('ops')
export class WindowController {
  constructor(@Inject(CALLS) private readonly calls: ServiceCalls) {}

  @Get()
  @Endpoint({
    operationId: 'getWindow',
    summary: 'Get a settlement window: nets, instructions, what bank lines cover, finalisations',
    answers: { 200: { description: 'The window', schema: schema.publicWholeWindow } },
    refusals: ['not_found', 'schema_invalid'],
  })
  async show(
    @Param('windowId', { schema: schema.windowName }) windowId: string,
  ): Promise<schema.PublicWholeWindow> {
    const answer = await this.calls.call(windowCalls.window, { windowId });
    if (answer.kind === 'refused') throw problemOf(refused(answer.reason, answer.detail));
    return showWholeWindow(answer.window);
  }

  @Post('approval')
  @Endpoint({
    operationId: 'proposeWindow',
    summary: 'Propose that the nets of a window are paid',
    description:
      'Other operators approve; then its settlement bank is instructed for the value date. A window in which nobody owes anything needs ' +
      'no approval.',
    answers: { 200: { description: 'Proposed', schema: schema.proposedSettlement } },
    refusals: ['not_found', 'window_not_ready', 'window_disputed', 'proposal_open', 'not_an_approver'],
  })
  async propose(
    @SignedBy() caller: Caller,
    @Param('windowId', { schema: schema.windowName }) windowId: string,
    @Body({ schema: schema.proposeWindowBody }) body: schema.ProposeWindow,
  ): Promise<schema.ProposedSettlement> {
    return proposed(await this.calls.call(windowCalls.propose, { windowId, ...body, ...by(caller) }));
  }

  @Post('netting')
  @Endpoint({
    operationId: 'netWindowWithout',
    summary: 'Propose to net a window without participants who do not pay',
    description:
      'By its bilateral sums: what they and each other participant owe each other stays on their positions, and the rest is netted ' +
      'again and has to be approved again. Not once money has come.',
    answers: { 200: { description: 'Proposed', schema: schema.proposedSettlement } },
    refusals: ['not_found', 'window_not_ready', 'not_in_window', 'proposal_open', 'not_an_approver'],
  })
  async netWithout(
    @SignedBy() caller: Caller,
    @Param('windowId', { schema: schema.windowName }) windowId: string,
    @Body({ schema: schema.netWithoutBody }) body: schema.NetWithout,
  ): Promise<schema.ProposedSettlement> {
    return proposed(await this.calls.call(windowCalls.netWithout, { windowId, ...body, ...by(caller) }));
  }

  @Post('dispute')
  @Endpoint({
    operationId: 'disputeWindow',
    summary: 'Mark a window as disputed, or end its dispute',
    description:
      'Disputed, it is neither approved nor instructed. What has been sent to a bank is not called back.',
    answers: { 200: { description: 'Done', schema: doneAnswer } },
    refusals: ['not_found', 'window_not_ready'],
  })
  async dispute(
    @SignedBy() caller: Caller,
    @Param('windowId', { schema: schema.windowName }) windowId: string,
    @Body({ schema: schema.disputeWindowBody }) body: schema.DisputeWindow,
  ): Promise<Done> {
    const answer = await this.calls.call(windowCalls.dispute, { windowId, ...body, ...by(caller) });
    if (answer.kind === 'refused') throw problemOf(refused(answer.reason, answer.detail));
    return { done: true };
  }

  @Post('instruction')
  @Endpoint({
    operationId: 'instructWindow',
    summary: 'Instruct the bank again for a window that has failed',
    description:
      'With what no line of the bank has covered yet, under the next number. The instruction before it is superseded.',
    answers: { 200: { description: 'Instructed', schema: schema.instructedWindow } },
    refusals: ['not_found', 'window_not_ready', 'window_disputed', 'instruction_not_possible'],
  })
  async instruct(
    @SignedBy() caller: Caller,
    @Param('windowId', { schema: schema.windowName }) windowId: string,
    @Body({ schema: schema.instructWindowBody }) body: schema.InstructWindow,
  ): Promise<schema.InstructedWindow> {
    const answer = await this.calls.call(windowCalls.instruct, { windowId, ...body, ...by(caller) });
    if (answer.kind === 'refused') throw problemOf(refused(answer.reason, answer.detail));
    return { instructionId: answer.instructionId };
  }

  @Post('finalisation')
  @Endpoint({
    operationId: 'takeFinalisation',
    summary: 'Bring what the settlement bank says that it has carried out',
    description:
      'Held against the window: its name, the number and hash of the instruction, every transfer, sums of zero, the nets, lines of the bank ' +
      'for each, and the balance of the statement. Refused by name for whatever differs, and then nothing is posted; otherwise others ' +
      'approve it, with each warning acknowledged.',
    answers: { 200: { description: 'Proven, and proposed', schema: schema.provenFinalisation } },
    refusals: ['finalisation_refused', 'proposal_open', 'not_an_approver'],
  })
  async finalise(
    @SignedBy() caller: Caller,
    @Param('windowId', { schema: schema.windowName }) windowId: string,
    @Body({ schema: schema.takeFinalisationBody }) body: schema.TakeFinalisation,
  ): Promise<schema.ProvenFinalisation> {
    const answer = await this.calls.call(windowCalls.takeFinalisation, { windowId, ...body, ...by(caller) });
    if (answer.kind === 'refused') throw problemOf(refused(answer.reason, answer.detail, answer.errors));
    const { approvalId, finalisationId, approvalsRequired, warnings } = answer;
    return { finalisationId, approvalId: approvalOf(approvalId), approvalsRequired, warnings };
  }
}

/** What was proposed, by the name under which approvals list it. */
export function proposed(
  answer:
    Refusal | { readonly kind: 'proposed'; readonly approvalId: string; readonly approvalsRequired: number },
): schema.ProposedSettlement {
  if (answer.kind === 'refused') throw problemOf(refused(answer.reason, answer.detail, answer.errors));
  return { approvalId: approvalOf(answer.approvalId), approvalsRequired: answer.approvalsRequired };
}
