import { Controller, Get, Inject, Param, Query } from '@nestjs/common';
import { refusedField, reportCalls } from '@tonle/contracts';
import { Directory } from '@tonle/directory';
import { ApiTag, CALLS, CLOCK, Endpoint, problemOf } from '@tonle/http';
import type { ServiceCalls } from '@tonle/messaging';
import { windowDay } from '@tonle/payment';
import type { Clock } from '@tonle/platform';
import { Needs, SignedBy, type Caller } from '../access/access.js';
import { futureDay, servedCurrencies, unknownCurrency } from '../http/filter.decide.js';
import { showAmount } from '../http/public-amount.js';
import { printable } from '../payment/payment.schema.js';
import * as schema from './report.schema.js';

/** What a participant owes or is owed in a currency, and what moved it. */
@Controller('v1/statements')
@ApiTag('Reports')
@Needs('any participant')
export class StatementController {
  constructor(
    @Inject(CALLS) private readonly calls: ServiceCalls,
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly directory: Directory,
  ) {}

  @Get(':currency')
  @Endpoint({
    operationId: 'getStatement',
    summary: 'Get the statement of your position in a currency, as it is known now',
    description:
      'Opening, the net of each window once it is netted, what the settlement bank moved of it, closing. The same as a file, in camt.053 and ' +
      'for people, is report R2.',
    answers: { 200: { description: 'A page of its entries', schema: schema.publicStatement } },
    refusals: ['schema_invalid'],
  })
  async statement(
    @SignedBy() { participant: { participantId: participant } }: Caller,
    @Param('currency', { schema: printable(64) }) currency: string,
    @Query({ schema: schema.statementQuery }) query: schema.StatementReportQuery,
  ): Promise<schema.PublicStatement> {
    const nowMs = this.clock.now();
    const networks = this.directory.networks();
    const wrong =
      futureDay(query.day, '/day', networks, nowMs) ??
      unknownCurrency(currency, '/currency', servedCurrencies(this.directory));
    if (wrong !== undefined) throw problemOf(wrong);
    const home = this.directory.corridorsIncludingEnded()[0]!.home.calendar;
    const { day = windowDay(nowMs, home) } = query;
    const { until = day, cursor = '0', limit } = query;
    if (until < day)
      throw problemOf(refusedField('schema_invalid', '/until', 'Must not be before the first day.'));
    const after = Number.parseInt(cursor, 10);
    const asked = { participant, currency, day, until, after, limit: limit + 1 };
    const answer = await this.calls.call(reportCalls.statement, asked);
    const money = (minor: string) => showAmount({ currency, minor });
    const entries = answer.entries.slice(0, limit).map(({ minor, balanceMinor, ...entry }) => ({
      ...entry,
      amount: money(minor),
      balance: money(balanceMinor),
    }));
    const isLast = answer.entries.length <= limit;
    return {
      ...{ participant, currency, day, until, entries },
      opening: money(answer.openingMinor),
      closing: money(answer.closingMinor),
      ...(isLast ? {} : { next: (after + limit).toString() }),
    };
  }
}
