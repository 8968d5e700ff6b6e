import { Body, Controller, Get, Inject, Param, Post, Query } from '@nestjs/common';
import { bankCalls } from '@tonle/contracts';
import { Directory } from '@tonle/directory';
import { ApiTag, CALLS, CLOCK, Endpoint, problemOf } from '@tonle/http';
import type { ServiceCalls } from '@tonle/messaging';
import type { Clock } from '@tonle/platform';
import { Needs, SignedBy, type Caller } from '../access/access.js';
import { printable, uuid } from '../payment/payment.schema.js';
import { unmatchableBank } from './bank-query.decide.js';
import * as schema from './bank.schema.js';
import { showBankAccount, showBankLine, showBankStatement } from './bank.view.js';
import { approvalOf } from './window.view.js';

/** Settlement banks: what they are told, what they tell, and what it was for. */
@Controller('v1/ops/banks')
@ApiTag('Operations')
@Needs('ops')
export class BankController {
  constructor(
    @Inject(CALLS) private readonly calls: ServiceCalls,
    private readonly directory: Directory,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Get()
  @Endpoint({
    operationId: 'listSettlementBanks',
    summary:
      'List the accounts at settlement banks: last statement, what is missing or unanswered, and suspense',
    answers: { 200: { description: 'Accounts, by bank and currency', schema: schema.publicBanks } },
  })
  async banks(): Promise<schema.PublicBanks> {
    const { accounts } = await this.calls.call(bankCalls.banks, {});
    return { accounts: accounts.map(showBankAccount) };
  }

  @Get('statements')
  @Endpoint({
    operationId: 'listBankStatements',
    summary:
      'List statements and notifications that were taken, and files that were refused, the newest first',
    answers: {
      200: { description: 'A page of statements and refused files', schema: schema.publicBankStatements },
    },
    refusals: ['schema_invalid'],
  })
  async statements(
    @Query({ schema: schema.bankStatementsQuery }) query: schema.BankStatementsQuery,
  ): Promise<schema.PublicBankStatements> {
    this.refuseUnmatchable(query);
    const { statements, next } = await this.calls.call(bankCalls.bankStatements, query);
    return { statements: statements.map(showBankStatement), ...(next !== undefined && { next }) };
  }

  @Get('lines')
  @Endpoint({
    operationId: 'listBankLines',
    summary: 'List lines of bank statements with what each was for, the newest day first',
    answers: { 200: { description: 'A page of lines', schema: schema.publicBankLines } },
    refusals: ['schema_invalid'],
  })
  async lines(
    @Query({ schema: schema.bankLinesQuery }) query: schema.BankLinesQuery,
  ): Promise<schema.PublicBankLines> {
    this.refuseUnmatchable(query);
    const { lines, next } = await this.calls.call(bankCalls.bankLines, query);
    return { lines: lines.map(showBankLine), ...(next !== undefined && { next }) };
  }

  @Get('statements/:sha256/file')
  @Endpoint({
    operationId: 'getBankFile',
    summary: 'Get a file byte for byte as its bank gave it',
    answers: { 200: { description: 'The file', schema: schema.publicBankFile } },
    refusals: ['not_found'],
  })
  async file(@Param('sha256', { schema: schema.sha256 }) sha256: string): Promise<schema.PublicBankFile> {
    const answer = await this.calls.call(bankCalls.bankFile, { sha256 });
    if (answer.kind === 'refused') throw problemOf(answer);
    return { format: answer.format, sha256: answer.sha256, content: answer.content };
  }

  @Post('instructions/:instructionId/send')
  @Endpoint({
    operationId: 'sendInstructionByHand',
    summary: 'Mark an instruction as sent and get its bytes, for a bank that there is no link to',
    description:
      'It counts as sent from then on, whatever becomes of the bytes. Asked again, the same bytes are given.',
    answers: { 200: { description: 'The instruction', schema: schema.sentByHand } },
    refusals: ['not_found', 'instruction_not_open'],
  })
  async send(
    @SignedBy() { keyId: operator, participant: { participantId: participant } }: Caller,
    @Param('instructionId', { schema: uuid }) instructionId: string,
    @Body({ schema: schema.sendByHandBody }) { reason }: schema.SendByHand,
  ): Promise<schema.SentByHand> {
    const asked = { instructionId, operator, participant, reason };
    const answer = await this.calls.call(bankCalls.sendByHand, asked);
    if (answer.kind === 'refused') throw problemOf(answer);
    const { kind: _kind, ...sent } = answer;
    return sent;
  }

  @Post(':bank/files')
  @Endpoint({
    operationId: 'handInBankFile',
    summary: 'Propose to take a file that a bank gave by hand: another operator approves',
    description:
      'It is read and checked at once, and what cannot be taken is refused here. Money moves by it when it is approved, once.',
    answers: { 200: { description: 'Proposed', schema: schema.proposedFile } },
    refusals: ['bank_unknown', 'bank_file_refused', 'bank_file_known', 'proposal_open'],
  })
  async handIn(
    @SignedBy() { keyId: operator, participant: { participantId: participant } }: Caller,
    @Param('bank', { schema: printable(35) }) bank: string,
    @Body({ schema: schema.handInBankFileBody }) body: schema.HandInBankFile,
  ): Promise<schema.ProposedFile> {
    const answer = await this.calls.call(bankCalls.handInBankFile, { bank, ...body, operator, participant });
    if (answer.kind === 'refused') throw problemOf(answer);
    const { kind: _kind, approvalId, ...proposed } = answer;
    return { approvalId: approvalOf(approvalId), ...proposed };
  }

  @Post(':bank/fetch')
  @Endpoint({
    operationId: 'fetchBank',
    summary: 'Ask a bank now for the statements that are due',
    answers: { 200: { description: 'The account as it stands then', schema: schema.publicBankAccount } },
    refusals: ['bank_unknown', 'bank_silent'],
  })
  async fetch(
    @SignedBy() { keyId: operator, participant: { participantId: participant } }: Caller,
    @Param('bank', { schema: printable(35) }) bank: string,
    @Body({ schema: schema.fetchBankBody }) body: schema.FetchBank,
  ): Promise<schema.PublicBankAccount> {
    const answer = await this.calls.call(bankCalls.fetchBank, { bank, ...body, operator, participant });
    if (answer.kind === 'refused') throw problemOf(answer);
    return showBankAccount(answer.account);
  }

  private refuseUnmatchable(query: Parameters<typeof unmatchableBank>[0]): void {
    const wrong = unmatchableBank(query, this.directory, this.clock.now());
    if (wrong !== undefined) throw problemOf(wrong);
  }
}
