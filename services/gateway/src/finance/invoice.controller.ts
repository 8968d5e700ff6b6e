import { Body, Controller, Get, Inject, Param, Post, Query } from '@nestjs/common';
import { auditDayOf, financeCalls, refused, refusedField } from '@tonle/contracts';
import { Directory } from '@tonle/directory';
import { ApiTag, CALLS, CLOCK, Endpoint, problemOf } from '@tonle/http';
import type { ServiceCalls } from '@tonle/messaging';
import type { Clock } from '@tonle/platform';
import { Needs, SignedBy, signedBy, type Caller } from '../access/access.js';
import * as schema from './finance.schema.js';
import { showFee, showInvoice, showWholeInvoice } from './finance.view.js';

/** Fees and what else is invoiced, and the invoices. */
@Controller('v1/ops')
@ApiTag('Finance')
@Needs('ops')
export class InvoiceController {
  constructor(
    @Inject(CALLS) private readonly calls: ServiceCalls,
    private readonly directory: Directory,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Get('fees')
  @Endpoint({
    operationId: 'listFees',
    summary: 'List what was accrued in a month, by counterparty, corridor and type',
    answers: { 200: { description: 'Fees', schema: schema.publicFees } },
    refusals: ['schema_invalid'],
  })
  async fees(@Query({ schema: schema.feesQuery }) { month }: schema.FeesQuery): Promise<schema.PublicFees> {
    this.refuseFuture(month);
    const { fees } = await this.calls.call(financeCalls.fees, { month });
    return { fees: fees.map(showFee) };
  }

  @Post('invoices')
  @Endpoint({
    operationId: 'issueInvoices',
    summary: 'Issue the invoices of a month that is over',
    description:
      'One a counterparty and currency, numbered without a gap. Asked again it issues what is missing.',
    answers: { 200: { description: 'Numbers of the new ones', schema: schema.issuedInvoices } },
    refusals: ['schema_invalid', 'period_not_over', 'period_closed', 'ledger_not_known_yet'],
  })
  async issue(
    @SignedBy() caller: Caller,
    @Body({ schema: schema.issueInvoicesBody }) body: schema.IssueInvoices,
  ): Promise<schema.IssuedInvoices> {
    const answer = await this.calls.call(financeCalls.issueInvoices, { ...body, ...signedBy(caller) });
    if (answer.kind === 'refused') throw problemOf(refused(answer.reason, answer.detail));
    return { numbers: answer.numbers };
  }

  @Get('invoices')
  @Endpoint({
    operationId: 'listInvoices',
    summary: 'List invoices, with what is paid of each, the last number first',
    answers: { 200: { description: 'A page', schema: schema.publicInvoices } },
    refusals: ['schema_invalid'],
  })
  async invoices(
    @Query({ schema: schema.invoicesQuery }) asked: schema.InvoicesQuery,
  ): Promise<schema.PublicInvoices> {
    const { month, counterparty, cursor, limit } = asked;
    this.refuseFuture(month);
    if (counterparty !== undefined && this.directory.participant(counterparty) === undefined)
      throw wrong('/counterparty', 'There is no such participant.');
    const { invoices } = await this.calls.call(financeCalls.invoices, {
      ...(month === undefined ? {} : { month }),
      ...(counterparty === undefined ? {} : { counterparty }),
      ...(cursor === undefined ? {} : { before: cursor }),
      limit: limit + 1,
    });
    const next = invoices.length > limit ? invoices[limit - 1]!.number : undefined;
    return {
      invoices: invoices.slice(0, limit).map(showInvoice),
      ...(next === undefined ? {} : { next }),
    };
  }

  @Get('invoices/:number')
  @Endpoint({
    operationId: 'getInvoice',
    summary: 'Get an invoice with its lines',
    answers: { 200: { description: 'The invoice', schema: schema.publicInvoice } },
    refusals: ['not_found'],
  })
  async invoice(
    @Param('number', { schema: schema.invoiceNumber }) number: string,
  ): Promise<schema.PublicInvoice> {
    const answer = await this.calls.call(financeCalls.invoice, { number });
    if (answer.kind === 'refused') throw problemOf(refused(answer.reason, answer.detail));
    return showWholeInvoice(answer.invoice);
  }

  // An empty list of a month to come would read as "nothing was accrued".
  private refuseFuture(month: string | undefined): void {
    const now = auditDayOf(this.clock.now()).slice(0, 7);
    if (month !== undefined && month > now) throw wrong('/month', `Must not be after this month, ${now}.`);
  }
}

const wrong = (path: string, message: string) => problemOf(refusedField('schema_invalid', path, message));
