import { gzipSync } from 'node:zlib';
import { counted } from '@tonle/contracts';
import { moreText, type CommandContext } from './command-context.js';
import { checkNew, readGiven, writeNew } from './given-file.js';
import { OPERATOR } from './ops.js';
import { show, showAmount, table, type ShownAmount } from './output.js';
import { proposedText, type ProposedDeed } from './proposed-text.js';

const BANKS = '/v1/ops/banks';

interface BankAccount {
  readonly bank: string;
  readonly currency: string;
  readonly account: string;
  readonly link: string;
  readonly says?: string;
  readonly lastStatement?: { readonly day: string; readonly closing: ShownAmount };
  readonly missing: readonly { readonly day: string; readonly cause: string }[];
  readonly unanswered: readonly { readonly messageId: string }[];
  readonly suspense: { readonly items: number; readonly amount: ShownAmount };
}

/** Which files or lines. */
export interface BankListOptions {
  readonly bank?: string;
  readonly currency?: string;
  readonly day?: string;
  readonly state?: string;
  readonly cursor?: string;
  readonly limit?: string;
}

interface Reasoned {
  readonly reason: string;
}

/** `tonle settlement banks`: how each account at a settlement bank stands. */
export async function runBanks({ output, gateway }: CommandContext): Promise<number> {
  const { accounts } = await gateway(OPERATOR).ask<{ accounts: readonly BankAccount[] }>('GET', BANKS);
  show(output, { accounts }, () => accounts.map(accountWords).join('\n'));
  return 0;
}

function accountWords(account: BankAccount): string {
  const { bank, currency, link, says, lastStatement, missing, unanswered, suspense } = account;
  const last =
    lastStatement === undefined
      ? 'no statement yet'
      : `statement of ${lastStatement.day}, ${showAmount(lastStatement.closing)}`;
  const lines = [`${bank} ${currency}  account ${account.account}  ${link.replace('_', ' ')}  ${last}`];
  if (says !== undefined) lines.push(`  says: ${says}`);
  for (const { day, cause } of missing) lines.push(`  missing ${day}: ${cause}`);
  if (unanswered.length > 0)
    lines.push(`  not answered: ${unanswered.map(({ messageId }) => messageId).join(', ')}`);
  if (suspense.items > 0)
    lines.push(`  in suspense: ${counted(suspense.items, 'item')}, ${showAmount(suspense.amount)}`);
  return lines.join('\n');
}

interface StatementEntry {
  readonly bank: string;
  readonly currency: string;
  readonly state: string;
  readonly kind?: string;
  readonly day?: string;
  readonly number?: number;
  readonly lines?: number;
  readonly closing?: ShownAmount;
  readonly sha256: string;
  readonly faults?: readonly { readonly code: string; readonly detail: string }[];
}

/** `tonle settlement statements`: what banks told, and what of it was refused. */
export async function runBankStatements(
  { output, gateway, again }: CommandContext,
  options: BankListOptions,
): Promise<number> {
  const path = `${BANKS}/statements${queryOf(options)}`;
  const page = await gateway(OPERATOR).ask<{ statements: readonly StatementEntry[]; next?: string }>(
    'GET',
    path,
  );
  const { statements, next } = page;
  const isFiltered = Object.keys(options).some((name) => name !== 'limit');
  const nothing = isFiltered ? 'No statement or refused file matches.' : 'No bank has told anything yet.';
  show(output, page, () =>
    [
      statements.length === 0 ? nothing : table(statements.flatMap((each) => statementRows(each))),
      ...(next === undefined ? [] : [moreText(again, 'settlement statements', options, next)]),
    ].join('\n'),
  );
  return 0;
}

function statementRows(each: StatementEntry): string[][] {
  const { bank, currency, state, kind = '', day = '', number, lines, closing, sha256, faults = [] } = each;
  const row = [
    ...[bank, currency, state, kind, day, number === undefined ? '' : `no. ${number}`],
    ...[lines === undefined ? '' : counted(lines, 'line'), closing === undefined ? '' : showAmount(closing)],
    sha256,
  ];
  return [row, ...faults.map(({ code, detail }) => ['', '', `${code}: ${detail}`])];
}

interface LinePage {
  readonly lines: readonly {
    readonly lineId: string;
    readonly day: string;
    readonly amount: ShownAmount;
    readonly endToEndId?: string;
    readonly state: string;
    readonly parts: readonly {
      readonly target: string;
      readonly targetId: string;
      readonly amount: ShownAmount;
    }[];
  }[];
  readonly next?: string;
}

/** `tonle settlement lines`: lines of banks, with what each was for. */
export async function runBankLines(
  { output, gateway, again }: CommandContext,
  options: BankListOptions,
): Promise<number> {
  const page = await gateway(OPERATOR).ask<LinePage>('GET', `${BANKS}/lines${queryOf(options)}`);
  show(output, page, () => {
    const rows = page.lines.map(({ lineId, day, amount, endToEndId = '', state, parts }) => [
      ...[day, lineId, showAmount(amount), endToEndId, state],
      parts.map(({ target, targetId }) => `${target} ${targetId}`).join(', '),
    ]);
    const more = page.next === undefined ? [] : [moreText(again, 'settlement lines', options, page.next)];
    return rows.length === 0 ? 'No lines.' : [table(rows, [2]), ...more].join('\n');
  });
  return 0;
}

/** `tonle settlement bank-file`: the bytes of a file as its bank gave it. */
export async function runBankFile(
  { output, gateway }: CommandContext,
  sha256: string,
  file: string,
): Promise<number> {
  checkNew(file);
  const found = await gateway(OPERATOR).ask<{ format: string; content: string }>(
    'GET',
    `${BANKS}/statements/${sha256}/file`,
  );
  writeNew(file, Buffer.from(found.content, 'base64'));
  show(output, { sha256, file, format: found.format }, () => `Written to ${file}, ${found.format}.`);
  return 0;
}

/** `tonle settlement hand-in`: a file that a bank gave by hand; another operator approves. */
export async function runHandIn(
  { output, gateway, command, participant }: CommandContext,
  bank: string,
  file: string,
  { currency, kind, reason }: Reasoned & { readonly currency: string; readonly kind: string },
): Promise<number> {
  const content = gzipSync(readGiven(file)).toString('base64');
  const body = { currency, kind, content, reason };
  const answer = await gateway(OPERATOR).ask<ProposedDeed>(
    'POST',
    `${BANKS}/${encodeURIComponent(bank)}/files`,
    {
      body,
    },
  );
  show(output, answer, () => proposedText({ command, participant }, answer));
  return 0;
}

/** `tonle settlement fetch`: asks a bank now. */
export async function runFetchBank(
  { output, gateway }: CommandContext,
  bank: string,
  body: Reasoned & { readonly currency: string },
): Promise<number> {
  const account = await gateway(OPERATOR).ask<BankAccount>(
    'POST',
    `${BANKS}/${encodeURIComponent(bank)}/fetch`,
    {
      body: { currency: body.currency, reason: body.reason },
      answerMsMax: 90_000,
    },
  );
  show(output, account, () => accountWords(account));
  return 0;
}

/** `tonle settlement send`: marks an instruction as sent and writes its bytes, for a bank without a link. */
export async function runSendByHand(
  { output, gateway }: CommandContext,
  instructionId: string,
  file: string,
  { reason }: Reasoned,
): Promise<number> {
  checkNew(file);
  const path = `${BANKS}/instructions/${instructionId}/send`;
  const sent = await gateway(OPERATOR).ask<{ messageId: string; sha256: string; content: string }>(
    'POST',
    path,
    {
      body: { reason },
    },
  );
  writeNew(file, Buffer.from(sent.content, 'base64'));
  const { messageId, sha256 } = sent;
  show(output, { messageId, sha256, file }, () =>
    [`${messageId} counts as sent, and is in ${file}: give it to the bank.`, `SHA-256 ${sha256}`].join('\n'),
  );
  return 0;
}

/** The filters that were given, as a query. */
export function queryOf(options: BankListOptions): string {
  const query = new URLSearchParams(
    Object.entries(options).filter((pair): pair is [string, string] => typeof pair[1] === 'string'),
  ).toString();
  return query === '' ? '' : `?${query}`;
}
