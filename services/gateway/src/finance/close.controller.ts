import { Body, Controller, Get, Inject, Param, Post, Query } from '@nestjs/common';
import { auditDayOf, financeCalls, refused, refusedField, type Refusal } from '@tonle/contracts';
import { ApiTag, CALLS, CLOCK, Endpoint, problemOf } from '@tonle/http';
import type { ServiceCalls } from '@tonle/messaging';
import type { Clock } from '@tonle/platform';
import { Needs, SignedBy, signedBy, type Caller } from '../access/access.js';
import { doneAnswer, type Done } from '../operations/operations.schema.js';
import { approvalOf } from '../operations/window.view.js';
import * as schema from './finance.schema.js';
import { showJournalLine, showStep } from './finance.view.js';

/** The close of days and months: checklists that check themselves, signed reports, the journal. */
@Controller('v1/ops/close')
@ApiTag('Finance')
@Needs('ops')
export class CloseController {
  constructor(
    @Inject(CALLS) private readonly calls: ServiceCalls,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Get()
  @Endpoint({
    operationId: 'listClosePeriods',
    summary: 'List days or months that were closed at least once, newest first',
    answers: { 200: { description: 'A page', schema: schema.publicPeriods } },
    refusals: ['schema_invalid'],
  })
  async periods(
    @Query({ schema: schema.periodsQuery }) { kind, cursor, limit }: schema.PeriodsQuery,
  ): Promise<schema.PublicPeriods> {
    const before = cursor === undefined ? {} : { before: cursor };
    const { periods } = await this.calls.call(financeCalls.periods, { kind, limit: limit + 1, ...before });
    const next = periods.length > limit ? periods[limit - 1]!.period : undefined;
    return { periods: periods.slice(0, limit), ...(next === undefined ? {} : { next }) };
  }

  @Get(':period')
  @Endpoint({
    operationId: 'getCloseChecklist',
    summary: 'Get the checklist of a day or month, with what each step has found',
    description:
      'Every step is looked at anew. Of a closed period it is as it stood when it was closed. Refused while a service does not answer.',
    answers: { 200: { description: 'The checklist', schema: schema.publicChecklist } },
    refusals: ['schema_invalid', 'unavailable'],
  })
  async checklist(
    @Param('period', { schema: schema.period }) period: string,
  ): Promise<schema.PublicChecklist> {
    this.refuseFuture(period);
    const { steps, ...row } = await this.calls.call(financeCalls.checklist, { period });
    return { ...row, steps: steps.map(showStep) };
  }

  @Post(':period')
  @Endpoint({
    operationId: 'closePeriod',
    summary: 'Close a day or month',
    description:
      'Every step is looked at once more; when none is open the report is kept and the period locked. What is booked later is booked in ' +
      'the next one, with its own value date.',
    answers: { 200: { description: 'Closed', schema: schema.closedPeriod } },
    refusals: [
      'schema_invalid',
      'period_closed',
      'period_not_over',
      'period_order',
      'close_steps_open',
      'unavailable',
    ],
  })
  async close(
    @SignedBy() caller: Caller,
    @Param('period', { schema: schema.period }) period: string,
    @Body({ schema: schema.reasonBody }) { reason }: schema.WithReason,
  ): Promise<schema.ClosedPeriod> {
    const asked = { period, reason, ...signedBy(caller) };
    const answer = await this.calls.call(financeCalls.closePeriod, asked);
    if (answer.kind === 'refused') throw refusedAs(answer);
    return { version: answer.version, sha256: answer.sha256 };
  }

  @Post(':period/steps/:step')
  @Endpoint({
    operationId: 'signCloseStep',
    summary: 'Say of a step why what it has found may be carried, or that you have looked',
    description: 'It counts for just what the step has found: when that changes it has to be signed again.',
    answers: { 200: { description: 'Done', schema: doneAnswer } },
    refusals: [
      'schema_invalid',
      'not_found',
      'period_closed',
      'period_not_over',
      'finding_changed',
      'unavailable',
    ],
  })
  async sign(
    @SignedBy() caller: Caller,
    @Param('period', { schema: schema.period }) period: string,
    @Param('step', { schema: schema.stepName }) step: string,
    @Body({ schema: schema.signStepBody }) { finding, reason }: schema.SignStep,
  ): Promise<Done> {
    this.refuseFuture(period);
    const asked = { period, step, findingSha256: finding, reason, ...signedBy(caller) };
    const answer = await this.calls.call(financeCalls.signStep, asked);
    if (answer.kind === 'refused') throw refusedAs(answer);
    return { done: true };
  }

  @Post(':period/reopening')
  @Endpoint({
    operationId: 'proposeReopening',
    summary: 'Propose to open a closed day or month again',
    description:
      'It is opened when as many other operators have approved as are required. The report stays; closing again makes the next version.',
    answers: { 200: { description: 'Proposed', schema: schema.proposedReopening } },
    refusals: ['schema_invalid', 'period_open', 'period_order', 'proposal_open'],
  })
  async reopen(
    @SignedBy() caller: Caller,
    @Param('period', { schema: schema.period }) period: string,
    @Body({ schema: schema.reopenBody }) { reason }: schema.WithReason,
  ): Promise<schema.ProposedReopening> {
    const asked = { period, reason, ...signedBy(caller) };
    const answer = await this.calls.call(financeCalls.proposeReopening, asked);
    if (answer.kind === 'refused') throw refusedAs(answer);
    const { approvalId, approvalsRequired, expiresAt } = answer;
    return { approvalId: approvalOf(approvalId), approvalsRequired, expiresAt };
  }

  @Get(':period/report')
  @Endpoint({
    operationId: 'getCloseReport',
    summary: 'Get the report that a day or month was closed with, and its signature',
    description:
      '`report` is the text that was kept, character by character: its SHA-256 is `sha256`, and the next report names it.',
    answers: { 200: { description: 'The report', schema: schema.publicReport } },
    refusals: ['schema_invalid', 'not_found'],
  })
  async report(
    @Param('period', { schema: schema.period }) period: string,
    @Query({ schema: schema.reportQuery }) { version }: schema.ReportQuery,
  ): Promise<schema.PublicReport> {
    const of = version === undefined ? {} : { version: Number.parseInt(version, 10) };
    const answer = await this.calls.call(financeCalls.closeReport, { period, ...of });
    if (answer.kind === 'refused') throw refusedAs(answer);
    const { kind: _found, ...report } = answer;
    return report;
  }

  @Get(':period/journal')
  @Endpoint({
    operationId: 'listJournal',
    summary: 'List the postings of a day for the general ledger, in the order of time',
    description: 'Each has an id that stays; a posting is one debit and one credit of the same amount.',
    answers: { 200: { description: 'A page', schema: schema.publicJournal } },
    refusals: ['schema_invalid'],
  })
  async journal(
    @Param('period', { schema: schema.period }) day: string,
    @Query({ schema: schema.journalQuery }) { cursor, limit }: schema.JournalQuery,
  ): Promise<schema.PublicJournal> {
    if (day.length === 7) throw wrong('/period', 'The journal is given by the day: write 2026-11-28.');
    const after = cursor === undefined ? {} : { after: cursor };
    const answer = await this.calls.call(financeCalls.journal, { day, limit, ...after });
    if (answer.kind === 'refused')
      throw wrong('/cursor', 'Not one of ours; use the `next` of the page before.');
    const { lines, complete } = answer;
    const next = lines.length === limit ? lines.at(-1)?.journalId : undefined;
    return { lines: lines.map(showJournalLine), complete, ...(next === undefined ? {} : { next }) };
  }

  /** Nothing is known yet of a period that has not begun. */
  private refuseFuture(period: string): void {
    const today = auditDayOf(this.clock.now());
    if (period > today.slice(0, period.length))
      throw problemOf(
        refusedField('schema_invalid', '/period', `Must not be in the future; it is ${today}.`),
      );
  }
}

const refusedAs = ({ reason, detail }: Pick<Refusal, 'reason' | 'detail'>) =>
  problemOf(refused(reason, detail));
const wrong = (path: string, message: string) => problemOf(refusedField('schema_invalid', path, message));
