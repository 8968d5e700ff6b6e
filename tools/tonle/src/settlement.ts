import { counted } from '@tonle/contracts';
import { moreText, type CommandContext } from './command-context.js';
import { checkNew, writeNew } from './given-file.js';
import { OPERATOR } from './ops.js';
import { list, show, showAmount, table, type ShownAmount } from './output.js';

const WINDOWS = '/v1/ops/windows';
const INSTRUCTIONS = '/v1/ops/instructions';
const FILE_MS_MAX = 30_000;

interface ShownWindow {
  readonly windowId: string;
  readonly settlementMode: string;
  readonly state: string;
  readonly payments: number;
  readonly gross: ShownAmount;
  readonly nets: readonly { readonly participant: string; readonly net: ShownAmount }[];
  readonly valueDate?: string;
  readonly settledAt?: string;
  readonly finalisedAt?: string;
  readonly failedReason?: string;
  readonly disputed: boolean;
  readonly participantsRemoved: readonly string[];
  readonly waitsFor?: string;
}

interface ShownInstruction {
  readonly instructionId: string;
  readonly bank: string;
  readonly currency: string;
  readonly sequence?: number;
  readonly windowId?: string;
  readonly itemId?: string;
  readonly attempt: number;
  readonly format: string;
  readonly messageId: string;
  readonly valueDate: string;
  readonly sha256: string;
  readonly isSigned: boolean;
  readonly lineCount: number;
  readonly payIn: ShownAmount;
  readonly payOut: ShownAmount;
  readonly state: string;
  readonly madeBy: string;
  readonly preparedAt: string;
  readonly sentAt?: string;
  readonly acknowledgedAt?: string;
  readonly rejectedAt?: string;
  readonly settledAt?: string;
  readonly detail?: string;
}

interface InstructionWithLines extends ShownInstruction {
  readonly lines: readonly {
    readonly lineNo: number;
    readonly participant: string;
    readonly direction: string;
    readonly amount: ShownAmount;
    readonly covered: ShownAmount;
    readonly endToEndId: string;
  }[];
}

interface WindowInFull extends ShownWindow {
  readonly approvalId?: string;
  readonly approvedAt?: string;
  readonly disputeReason?: string;
  readonly valueCalendars?: Readonly<Record<string, number>>;
  readonly leftOut: readonly {
    readonly removed: string;
    readonly counterparty: string;
    readonly net: ShownAmount;
  }[];
  readonly entries: { readonly posted: number; readonly booked: number };
  readonly instructions: readonly InstructionWithLines[];
  readonly finalisations: readonly {
    readonly finalisationId: string;
    readonly state: string;
    readonly refusals: readonly { readonly code: string; readonly detail: string }[];
    readonly warnings: readonly { readonly code: string; readonly detail: string }[];
  }[];
}

/** Of which windows. */
export interface WindowListOptions {
  readonly day?: string;
  readonly state?: string;
  readonly cursor?: string;
  readonly limit?: string;
}

/** Of which instructions. */
export interface InstructionListOptions {
  readonly bank?: string;
  readonly currency?: string;
  readonly state?: string;
  readonly window?: string;
  readonly cursor?: string;
  readonly limit?: string;
}

const query = (options: object): string => {
  const given = new URLSearchParams(Object.entries(options) as [string, string][]).toString();
  return given === '' ? '' : `?${given}`;
};

/** `tonle settlement windows`; with --json one per line. */
export async function runWindows(
  { output, gateway, again }: CommandContext,
  options: WindowListOptions,
): Promise<number> {
  const { windows, next } = await gateway(OPERATOR).ask<{ windows: readonly ShownWindow[]; next?: string }>(
    'GET',
    `${WINDOWS}${query(options)}`,
  );
  if (output.json) {
    for (const window of windows) output.out(JSON.stringify(window));
    return 0;
  }
  const rows = windows.map(({ windowId, state, disputed, payments, gross, valueDate, waitsFor }) => [
    windowId,
    disputed ? `${state} (disputed)` : state,
    counted(payments, 'payment'),
    showAmount(gross),
    valueDate === undefined ? '' : `value ${valueDate}`,
    waitsFor === undefined ? '' : `waits for ${waitsFor}`,
  ]);
  output.out(rows.length === 0 ? 'No window matches.' : table(rows, [2, 3]));
  if (next !== undefined) output.out(moreText(again, 'settlement windows', options, next));
  return 0;
}

/** `tonle settlement window`. */
export async function runWindow({ output, gateway }: CommandContext, id: string): Promise<number> {
  const window = await gateway(OPERATOR).ask<WindowInFull>('GET', `${WINDOWS}/${id}`);
  show(output, window, () => windowText(window));
  return 0;
}

/** `tonle settlement instructions`; with --json one per line. */
export async function runInstructions(
  { output, gateway, again }: CommandContext,
  options: InstructionListOptions,
): Promise<number> {
  const page = await gateway(OPERATOR).ask<{ instructions: readonly ShownInstruction[]; next?: string }>(
    'GET',
    `${INSTRUCTIONS}${query(options)}`,
  );
  if (output.json) {
    for (const each of page.instructions) output.out(JSON.stringify(each));
    return 0;
  }
  output.out(
    page.instructions.length === 0 ? 'No instruction matches.' : table(page.instructions.map(cells)),
  );
  if (page.next !== undefined) output.out(moreText(again, 'settlement instructions', options, page.next));
  return 0;
}

/** `tonle settlement instruction`. */
export async function runInstruction({ output, gateway }: CommandContext, id: string): Promise<number> {
  const instruction = await gateway(OPERATOR).ask<InstructionWithLines>('GET', `${INSTRUCTIONS}/${id}`);
  show(output, instruction, () => instructionText(instruction));
  return 0;
}

/** `tonle settlement file`: the bytes as the bank gets them, in a new file. */
export async function runInstructionFile(
  { output, gateway }: CommandContext,
  id: string,
  file: string,
): Promise<number> {
  checkNew(file);
  const bytes = await gateway(OPERATOR).download(`${INSTRUCTIONS}/${id}/file`, FILE_MS_MAX);
  writeNew(file, bytes);
  show(
    output,
    { instructionId: id, file, bytes: bytes.length },
    () => `${file}: ${counted(bytes.length, 'byte')}.`,
  );
  return 0;
}

const cells = (each: ShownInstruction): string[] => [
  each.instructionId,
  `${each.bank} ${each.currency} ${each.sequence ?? '-'}`,
  each.windowId ?? `return of ${each.itemId ?? '-'}`,
  each.state,
  counted(each.lineCount, 'line'),
  `in ${showAmount(each.payIn)}`,
  `out ${showAmount(each.payOut)}`,
  `value ${each.valueDate}`,
  each.detail ?? '',
];

function windowText(window: WindowInFull): string {
  const { leftOut, nets, instructions, finalisations, valueCalendars = {}, entries } = window;
  const calendars = Object.entries(valueCalendars).map(([id, version]) => `${id} version ${version}`);
  return [
    `${window.windowId}  ${window.state}${window.disputed ? ` (disputed: ${window.disputeReason ?? ''})` : ''}`,
    list([
      ['waits for', window.waitsFor],
      ['payments', `${window.payments}, together ${showAmount(window.gross)}`],
      [
        'value date',
        [window.valueDate, calendars.length === 0 ? '' : `by ${calendars.join(', ')}`].join(' ').trim(),
      ],
      ['approved', window.approvedAt && `${window.approvedAt} by ${window.approvalId ?? ''}`],
      ['failed', window.failedReason],
      ['entries', entries.posted === 0 ? undefined : `${entries.booked} of ${entries.posted} booked`],
      ['settled', window.settledAt],
      ['final', window.finalisedAt],
    ]),
    table(
      nets.map(({ participant, net }) => [`  ${participant}`, showAmount(net)]),
      [1],
    ),
    ...leftOut.map(
      ({ removed, counterparty, net }) => `  left out: ${removed} towards ${counterparty} ${showAmount(net)}`,
    ),
    ...instructions.map(instructionText),
    ...finalisations.flatMap(({ finalisationId, state, refusals, warnings }) => [
      `finalisation ${finalisationId}  ${state}`,
      ...[...refusals, ...warnings].map(({ code, detail }) => `  ${code}: ${detail}`),
    ]),
  ]
    .filter((text) => text !== '')
    .join('\n');
}

function instructionText(instruction: InstructionWithLines): string {
  const { sequence, bank, currency, lines, isSigned } = instruction;
  const times = (['preparedAt', 'sentAt', 'acknowledgedAt', 'rejectedAt', 'settledAt'] as const).flatMap(
    (name) => (instruction[name] === undefined ? [] : [`${name.slice(0, -2)} ${instruction[name]}`]),
  );
  return [
    `instruction ${instruction.instructionId}  ${instruction.state}`,
    list([
      [
        'to',
        `${bank} ${currency}${sequence === undefined ? '' : ` number ${sequence}`} (${instruction.format})`,
      ],
      ['message', `${instruction.messageId}, value date ${instruction.valueDate}`],
      ['sha256', `${instruction.sha256}${isSigned ? ', signed' : ''}`],
      ['when', times.join(', ')],
      ['bank says', instruction.detail],
    ]),
    table(
      lines.map(({ lineNo, participant, direction, amount, covered, endToEndId }) => [
        `  ${lineNo}`,
        direction,
        participant,
        showAmount(amount),
        `covered ${showAmount(covered)}`,
        endToEndId,
      ]),
      [3],
    ),
  ]
    .filter((text) => text !== '')
    .join('\n');
}
