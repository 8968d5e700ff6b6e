import { createHash } from 'node:crypto';
import { counted } from '@tonle/contracts';
import { moreText, type CommandContext } from './command-context.js';
import { csvField } from './day-report.js';
import { UsageError } from './gateway-client.js';
import { checkNew, writeNew } from './given-file.js';
import { OPERATOR, queryOf } from './ops.js';
import { list, show, table, type ShownAmount } from './output.js';
import { proposedText, type ProposedDeed } from './proposed-text.js';

const CLOSE = '/v1/ops/close';
/** Every step is looked at before it is answered. */
const CLOSE_MS_MAX = 120_000;

interface ShownPeriod {
  readonly period: string;
  readonly state: string;
  readonly version: number;
  readonly sha256?: string;
  readonly closedAt?: string;
  readonly closedBy?: string;
}

interface ShownStep {
  readonly step: string;
  readonly title: string;
  readonly owner: string;
  readonly state: 'done' | 'carried' | 'open';
  readonly mayCarry: boolean;
  readonly needsPerson: boolean;
  readonly problems: readonly string[];
  readonly found: number;
  readonly finding: string;
  readonly note?: { readonly note: string; readonly operator: string };
}

type ShownChecklist = ShownPeriod & { readonly steps: readonly ShownStep[] };

interface ShownLine {
  readonly journalId: string;
  readonly at: string;
  readonly valueDate: string;
  readonly kind: string;
  readonly debit: string;
  readonly credit: string;
  readonly amount: ShownAmount;
  readonly document: string;
  readonly windowId?: string;
}

interface WithReason {
  readonly reason: string;
}

/** `tonle close list`: days or months that were closed, newest first. */
export async function runCloseList(
  { output, gateway, again }: CommandContext,
  { months, ...page }: { readonly months?: boolean; readonly cursor?: string; readonly limit?: string },
): Promise<number> {
  const path = `${CLOSE}${queryOf({ kind: months === true ? 'month' : 'day', ...page })}`;
  const { periods, next } = await gateway(OPERATOR).ask<{ periods: ShownPeriod[]; next?: string }>(
    'GET',
    path,
  );
  if (output.json) for (const period of periods) output.out(JSON.stringify(period));
  else if (periods.length === 0) output.out('Nothing was closed yet.');
  else
    output.out(
      table([
        ['PERIOD', 'STATE', 'VERSION', 'CLOSED', 'BY', 'REPORT'],
        ...periods.map(({ period, state, version, closedAt = '', closedBy = '', sha256 = '' }) => [
          ...[period, state, version.toString(), closedAt, closedBy, sha256.slice(0, 12)],
        ]),
      ]),
    );
  if (next !== undefined)
    output.err(moreText(again, `close list${months === true ? ' --months' : ''}`, page, next));
  return 0;
}

const checklistOf = ({ gateway }: CommandContext, period: string): Promise<ShownChecklist> =>
  gateway(OPERATOR).ask<ShownChecklist>('GET', `${CLOSE}/${period}`, { answerMsMax: CLOSE_MS_MAX });

/** `tonle close show`: the checklist; exit 1 while a step is open. */
export async function runCloseShow(context: CommandContext, period: string): Promise<number> {
  const checklist = await checklistOf(context, period);
  const open = checklist.steps.filter(({ state }) => state === 'open');
  show(context.output, checklist, () => checklistText(checklist, open, context.command));
  return open.length === 0 ? 0 : 1;
}

function checklistText(
  { period, state, version, steps }: ShownChecklist,
  open: readonly ShownStep[],
  command: string,
): string {
  const rows = steps.map((step) => [step.state, step.owner, step.step, step.title]);
  const lines = [
    `${period} is ${state}${version === 0 ? '' : `, version ${version}`}.`,
    table([['STATE', 'OWNER', 'STEP', ''], ...rows]),
  ];
  for (const { step, problems, found, note } of steps) {
    if (problems.length > 0) lines.push(`${step}: ${counted(found, 'problem')}`);
    lines.push(...problems.map((problem) => `  ${problem}`));
    if (note !== undefined) lines.push(`  ${step} signed by ${note.operator}: ${note.note}`);
  }
  const signable = open.filter(({ mayCarry, needsPerson, found }) => (found > 0 ? mayCarry : needsPerson));
  for (const { step } of signable) lines.push(`  ${command} close sign ${period} ${step} --reason "..."`);
  if (open.length === 0 && state === 'open') lines.push(`  ${command} close run ${period} --reason "..."`);
  return lines.join('\n');
}

/** `tonle close sign`: for just what the step finds now, which is shown. */
export async function runCloseSign(
  context: CommandContext,
  period: string,
  step: string,
  { reason }: WithReason,
): Promise<number> {
  const { steps } = await checklistOf(context, period);
  const found = steps.find((each) => each.step === step);
  if (found === undefined)
    throw new UsageError(
      `"${step}" is no step of ${period}. Known: ${steps.map((each) => each.step).join(', ')}.`,
    );
  const refusal = unsignable(found, period, context.command);
  if (refusal !== undefined) {
    context.output.err(refusal);
    return 1;
  }
  const body = { finding: found.finding, reason };
  const path = `${CLOSE}/${period}/steps/${step}`;
  await context.gateway(OPERATOR).ask('POST', path, { body, answerMsMax: CLOSE_MS_MAX });
  show(context.output, { period, step, ...body }, () =>
    [`Signed: ${found.title}`, ...found.problems.map((problem) => `  ${problem}`)].join('\n'),
  );
  return 0;
}

/** Why a signature would say nothing. */
function unsignable(
  { step, state, found, mayCarry, note }: ShownStep,
  period: string,
  command: string,
): string | undefined {
  if (state === 'done')
    return note === undefined
      ? `${step} of ${period} is done: there is nothing to sign.`
      : `${step} of ${period} is done, signed by ${note.operator}: ${note.note}`;
  if (state === 'carried')
    return `${step} of ${period} is carried already, signed by ${note?.operator ?? 'somebody'}: ${note?.note ?? ''}`;
  return found > 0 && !mayCarry
    ? `${step} of ${period} may not be carried: mend what it has found. ${command} close show ${period}`
    : undefined;
}

/** `tonle close run`. */
export async function runClose(
  { output, gateway }: CommandContext,
  period: string,
  { reason }: WithReason,
): Promise<number> {
  const closed = await gateway(OPERATOR).ask<{ version: number; sha256: string }>(
    'POST',
    `${CLOSE}/${period}`,
    {
      body: { reason },
      answerMsMax: CLOSE_MS_MAX,
    },
  );
  show(output, closed, () =>
    [
      `${period} is closed.`,
      list([
        ['Version', `${closed.version}`],
        ['SHA-256', closed.sha256],
      ]),
    ].join('\n'),
  );
  return 0;
}

/** `tonle close reopen`: other operators approve. */
export async function runReopen(
  { output, gateway, command, participant }: CommandContext,
  period: string,
  { reason }: WithReason,
): Promise<number> {
  const proposed = await gateway(OPERATOR).ask<ProposedDeed>('POST', `${CLOSE}/${period}/reopening`, {
    body: { reason },
  });
  show(output, proposed, () =>
    [
      proposedText({ command, participant }, proposed),
      'With the last of them it is open. Then, as at the first time:',
      `  ${command} close show ${period}`,
    ].join('\n'),
  );
  return 0;
}

/** `tonle close report`: the report as it was kept, whose hash is checked; `--out` writes it and its signature. */
export async function runCloseReport(
  { output, gateway }: CommandContext,
  period: string,
  { version, out }: { readonly version?: string; readonly out?: string },
): Promise<number> {
  if (out !== undefined) for (const file of [out, `${out}.sig`]) checkNew(file);
  const found = await gateway(OPERATOR).ask<{ report: string; sha256: string; signature?: string }>(
    'GET',
    `${CLOSE}/${period}/report${queryOf({ version })}`,
  );
  const isWhole = createHash('sha256').update(found.report).digest('hex') === found.sha256;
  if (!isWhole) output.err(`The report of ${period} is not what its hash ${found.sha256} says.`);
  if (out === undefined) output.out(found.report);
  else {
    writeNew(out, found.report);
    if (found.signature !== undefined) writeNew(`${out}.sig`, Buffer.from(found.signature, 'base64'));
    output.out(`${out} written, SHA-256 ${found.sha256}.`);
  }
  return isWhole ? 0 : 1;
}

const JOURNAL_COLUMNS = [
  ...['journal_id', 'booked_at', 'value_date', 'account', 'debit', 'credit', 'currency', 'kind', 'document'],
  'window',
];

/** `tonle close journal`: every posting of a day as two rows of CSV; exit 1 while more may come to it. */
export async function runJournal({ output, gateway }: CommandContext, day: string): Promise<number> {
  if (!output.json) output.out(JOURNAL_COLUMNS.join(','));
  let cursor: string | undefined;
  let complete = false;
  do {
    const page = await gateway(OPERATOR).ask<{ lines: ShownLine[]; complete: boolean; next?: string }>(
      'GET',
      `${CLOSE}/${day}/journal${queryOf({ limit: '500', cursor })}`,
    );
    for (const line of page.lines)
      if (output.json) output.out(JSON.stringify(line));
      else for (const row of rowsOf(line)) output.out(row.map((cell) => csvField(cell)).join(','));
    cursor = page.next;
    ({ complete } = page);
  } while (cursor !== undefined);
  if (!complete) output.err(`The books do not reach the end of ${day} yet: more may come.`);
  return complete ? 0 : 1;
}

function rowsOf(line: ShownLine): string[][] {
  const { amount } = line.amount;
  const { currency } = line.amount;
  const head = [line.journalId, line.at, line.valueDate];
  const tail = [currency, line.kind, line.document, line.windowId ?? ''];
  return [
    [...head, line.debit, amount, '', ...tail],
    [...head, line.credit, '', amount, ...tail],
  ];
}
