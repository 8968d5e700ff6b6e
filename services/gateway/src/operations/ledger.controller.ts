import { Body, Controller, Get, Inject, Param, Post, Query } from '@nestjs/common';
import { ledgerCalls, type Refusal } from '@tonle/contracts';
import { Directory } from '@tonle/directory';
import { ApiTag, CALLS, CLOCK, Endpoint, problemOf } from '@tonle/http';
import type { ServiceCalls } from '@tonle/messaging';
import type { Clock } from '@tonle/platform';
import { Needs, SignedBy, type Caller } from '../access/access.js';
import { emptyPeriod, nothingHas, servedCurrencies, unknownCurrency } from '../http/filter.decide.js';
import * as schema from './ledger.schema.js';
import { proposed } from './window.controller.js';
import { proposedSettlement, type ProposedSettlement } from './window.schema.js';
import { showBalances, showCopy, showOpenEntries, showStatement } from './ledger.view.js';

const DAY_MS = 86_400_000;

/** The ledger as finance reads it: accounts, what stood on them at any past instant, and what moved. */
@Controller('v1/ops/ledger')
@ApiTag('Operations')
@Needs('ops')
export class LedgerController {
  constructor(
    @Inject(CALLS) private readonly calls: ServiceCalls,
    private readonly directory: Directory,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Get('accounts')
  @Endpoint({
    operationId: 'listLedgerAccounts',
    summary: 'List the accounts of the ledger, with what their balances mean',
    answers: { 200: { description: 'Accounts', schema: schema.ledgerAccounts } },
    refusals: ['schema_invalid'],
  })
  async accounts(
    @Query({ schema: schema.accountsQuery }) query: schema.AccountsQuery,
  ): Promise<schema.LedgerAccounts> {
    const filter = this.filterOf(query);
    const { accounts } = await this.calls.call(ledgerCalls.accounts, filter);
    return { accounts, ...noteOf(query, accounts.length) };
  }

  @Get('balances')
  @Endpoint({
    operationId: 'listLedgerBalances',
    summary: 'List what stood on the accounts at an instant',
    answers: { 200: { description: 'Balances', schema: schema.ledgerBalances } },
    refusals: ['schema_invalid', 'ledger_not_known_yet'],
  })
  async balances(
    @Query({ schema: schema.balancesQuery }) query: schema.BalancesQuery,
  ): Promise<schema.LedgerBalances> {
    const filter = this.filterOf(query);
    refuse(emptyPeriod({ from: query.at }, this.clock.now()), '/at');
    const until = query.at === undefined ? {} : { until: query.at };
    const answer = await this.calls.call(ledgerCalls.balances, { ...until, ...filter });
    if (answer.kind === 'refused') throw problemOf(answer);
    return { ...showBalances(answer), ...noteOf(query, answer.accounts.length) };
  }

  @Get('trial-balance')
  @Endpoint({
    operationId: 'getTrialBalance',
    summary:
      'Get the trial balance: opening, turnover and closing of every account, which are zero in each currency',
    answers: { 200: { description: 'Trial balance', schema: schema.ledgerBalances } },
    refusals: ['schema_invalid', 'ledger_not_known_yet'],
  })
  async trialBalance(
    @Query({ schema: schema.trialQuery }) query: schema.TrialQuery,
  ): Promise<schema.LedgerBalances> {
    refuse(emptyPeriod(query, this.clock.now()));
    const answer = await this.calls.call(ledgerCalls.balances, query);
    if (answer.kind === 'refused') throw problemOf(answer);
    return showBalances(answer);
  }

  @Get('accounts/:account/statement')
  @Endpoint({
    operationId: 'getLedgerStatement',
    summary: 'Get what moved on an account, oldest first, with the balance after each',
    answers: { 200: { description: 'A page', schema: schema.ledgerStatement } },
    refusals: ['schema_invalid', 'not_found', 'ledger_not_known_yet'],
  })
  async statement(
    @Param('account', { schema: schema.accountCode }) account: string,
    @Query({ schema: schema.statementQuery }) query: schema.StatementQuery,
  ): Promise<schema.LedgerStatement> {
    const { until, cursor, limit } = query;
    const nowMs = this.clock.now();
    refuse(emptyPeriod(query, nowMs));
    const endMs = until === undefined ? nowMs : Date.parse(until);
    const answer = await this.calls.call(ledgerCalls.statement, {
      account,
      from: query.from ?? new Date(endMs - DAY_MS).toISOString(),
      ...(until === undefined ? {} : { until }),
      ...(cursor === undefined ? {} : { after: cursor }),
      pageMax: limit,
    });
    if (answer.kind === 'refused') throw problemOf(answer);
    return showStatement(answer);
  }

  @Get('entries')
  @Endpoint({
    operationId: 'listOpenEntries',
    summary: 'List what is to be booked beside payments and is not: due, or refused',
    answers: { 200: { description: 'Entries', schema: schema.openEntries } },
    refusals: ['schema_invalid'],
  })
  async openEntries(
    @Query({ schema: schema.openEntriesQuery }) query: schema.OpenEntriesQuery,
  ): Promise<schema.OpenEntries> {
    return showOpenEntries(await this.calls.call(ledgerCalls.openEntries, query));
  }

  @Post('entries/:entryId/retry')
  @Endpoint({
    operationId: 'retryEntry',
    summary: 'Have the ledger asked once more for an entry that it has refused',
    description: 'When what it was refused for is mended. It is booked once, however often it is asked for.',
    answers: { 200: { description: 'Due', schema: schema.retriedEntry } },
    refusals: ['not_found', 'entry_not_refused', 'schema_invalid'],
  })
  async retryEntry(
    @SignedBy() { keyId: operator, participant: { participantId: participant } }: Caller,
    @Param('entryId', { schema: schema.entryId }) entryId: string,
    @Body({ schema: schema.decideEntryBody }) { reason }: schema.DecideEntry,
  ): Promise<schema.RetriedEntry> {
    const asked = { entryId, decision: 'retry', operator, participant, reason } as const;
    const answer = await this.calls.call(ledgerCalls.decideEntry, asked);
    if (answer.kind === 'refused') throw problemOf(answer);
    return { entryId, state: 'due' };
  }

  @Post('entries/:entryId/giving-up')
  @Endpoint({
    operationId: 'giveUpEntry',
    summary: 'Propose that an entry which the ledger has refused is given up',
    description:
      'Other operators approve, and acknowledge that the books go without it (`books_differ`). One that a window waits for cannot be given up.',
    answers: { 200: { description: 'Proposed', schema: proposedSettlement } },
    refusals: ['not_found', 'entry_not_refused', 'entry_needed', 'proposal_open', 'not_an_approver'],
  })
  async giveUpEntry(
    @SignedBy() { keyId: operator, participant: { participantId: participant } }: Caller,
    @Param('entryId', { schema: schema.entryId }) entryId: string,
    @Body({ schema: schema.decideEntryBody }) { reason }: schema.DecideEntry,
  ): Promise<ProposedSettlement> {
    const asked = { entryId, decision: 'give_up', operator, participant, reason } as const;
    const answer = await this.calls.call(ledgerCalls.decideEntry, asked);
    if (answer.kind === 'due') throw new Error(`entry ${entryId} is due`);
    return proposed(answer);
  }

  @Get('copy')
  @Endpoint({
    operationId: 'getLedgerCopy',
    summary: 'Get up to when the ledger is known here, and proven',
    answers: { 200: { description: 'How far', schema: schema.ledgerCopy } },
  })
  async copy(): Promise<schema.LedgerCopy> {
    return showCopy(await this.calls.call(ledgerCalls.copy, {}));
  }

  private filterOf({ currency, kind, participant }: schema.AccountsQuery) {
    refuse(unknownCurrency(currency, '/currency', servedCurrencies(this.directory)));
    return {
      ...(currency === undefined ? {} : { currency }),
      ...(kind === undefined ? {} : { kind }),
      ...(participant === undefined ? {} : { owner: participant }),
    };
  }
}

function noteOf({ participant }: schema.AccountsQuery, found: number): { note?: string } {
  const note = nothingHas({ participant }, found);
  return note === undefined ? {} : { note };
}

/** `path`: how the one field is called here. */
function refuse(refusal: Refusal | undefined, path?: string): void {
  if (refusal === undefined) return;
  const { errors = [] } = refusal;
  throw problemOf(
    path === undefined ? refusal : { ...refusal, errors: errors.map((each) => ({ ...each, path })) },
  );
}
