import type { BankFinalisation } from '@tonle/bank-files';
import type { FinalisationRefusal, FinalisationWarning, InstructionState } from '@tonle/contracts';
import { minorText } from '@tonle/money';
import type { PaymentDirection } from '../instruction/instruction.js';

/** What we know of the window and the instruction that a bank's finalisation names. */
export interface FinalisedWindow {
  readonly windowId: string;
  readonly currency: string;
  readonly isSettled: boolean;
  /** A file of the bank has been posted for it. */
  readonly isFinal: boolean;
  readonly nets: readonly { readonly participant: string; readonly netMinor: bigint }[];
  /** The instruction that counts; absent: the window was never instructed. */
  readonly instruction?: FinalisedInstruction;
  /** Signed as nets are, what earlier instructions of the window brought about. */
  readonly coveredBefore: ReadonlyMap<string, bigint>;
  /** The scheme's balance at the end of the file's value date, as the bank's statement has it. */
  readonly statementMinor?: bigint;
}

export interface FinalisedInstruction {
  readonly bank: string;
  readonly sequence: number;
  readonly messageId: string;
  readonly sha256: string;
  readonly state: InstructionState;
  readonly valueDate: string;
  readonly schemeAccount: string;
  readonly lines: readonly FinalisedLine[];
}

export interface FinalisedLine {
  readonly endToEndId: string;
  readonly participant: string;
  readonly account: string;
  readonly direction: PaymentDirection;
  readonly amountMinor: bigint;
  readonly coveredMinor: bigint;
}

/** One thing that speaks against a file: its code, and what was found where. */
export interface FinalisationFinding<Code extends string> {
  readonly code: Code;
  readonly detail: string;
}

export interface FinalisationProof {
  /** None of them: it may be posted. */
  readonly refusals: readonly FinalisationFinding<FinalisationRefusal>[];
  /** Each has to be acknowledged by who approves it. */
  readonly warnings: readonly FinalisationFinding<FinalisationWarning>[];
}

/**
 * Is a bank's finalisation the proof of what it says? Bound to the window by its name, sequence and hash; its transfers are those of
 * the instruction, sum to zero and equal the nets; the bank's lines for them are here, and the scheme's balance afterwards is that of
 * the bank's statement. All that is wrong is told at once. Pure.
 */
export function proveFinalisation(
  file: BankFinalisation,
  window: FinalisedWindow | undefined,
): FinalisationProof {
  if (window === undefined) return refuse('window_unknown', `there is no window ${file.windowId}`);
  if (window.isFinal) return refuse('already_final', `${window.windowId} was finalised before`);
  const { instruction } = window;
  if (instruction === undefined)
    return refuse('instruction_unknown', `${window.windowId} was never instructed`);
  return {
    refusals: [
      ...boundTo(file, window.currency, instruction),
      ...transfersAgree(file, window, instruction),
      ...netsAgree(file, window, instruction),
      ...moneyIsHere(file, window, instruction),
    ],
    warnings: warningsOf(file, window, instruction),
  };
}

type Refusals = Generator<FinalisationFinding<FinalisationRefusal>>;

function* boundTo(file: BankFinalisation, currency: string, known: FinalisedInstruction): Refusals {
  const differs = (code: FinalisationRefusal, what: string, says: unknown, is: unknown) => ({
    code,
    detail: `${what}: the file says ${String(says)}, ours is ${String(is)}`,
  });
  if (file.bank !== known.bank) yield differs('bank_differs', 'bank', file.bank, known.bank);
  if (file.currency !== currency) yield differs('currency_differs', 'currency', file.currency, currency);
  if (file.sequence !== known.sequence)
    yield differs('sequence_differs', 'sequence', file.sequence, known.sequence);
  if (file.messageId !== known.messageId)
    yield differs('sequence_differs', 'message id', file.messageId, known.messageId);
  if (file.instructionSha256 !== known.sha256)
    yield differs('hash_differs', 'SHA-256 of the instruction', file.instructionSha256, known.sha256);
  if (file.schemeAccount !== known.schemeAccount)
    yield differs('account_differs', "the scheme's account", file.schemeAccount, known.schemeAccount);
  if (NOT_LIVE.has(known.state))
    yield { code: 'instruction_not_live', detail: `instruction ${known.messageId} is ${known.state}` };
}

const NOT_LIVE: ReadonlySet<string> = new Set(['PREPARED', 'REJECTED', 'SUPERSEDED', 'WITHDRAWN']);

const signed = ({ direction, amountMinor }: Pick<FinalisedLine, 'direction' | 'amountMinor'>): bigint =>
  direction === 'pay_in' ? -amountMinor : amountMinor;

function* transfersAgree(
  file: BankFinalisation,
  { currency }: FinalisedWindow,
  { lines }: FinalisedInstruction,
): Refusals {
  const seen = new Map<string, number>();
  for (const { endToEndId, participantAccount, amountMinor } of file.transfers) {
    const times = (seen.get(endToEndId) ?? 0) + 1;
    seen.set(endToEndId, times);
    const line = lines.find((each) => each.endToEndId === endToEndId);
    if (times > 1) yield { code: 'transfer_twice', detail: `${endToEndId} is in the file ${times} times` };
    else if (line === undefined)
      yield { code: 'transfer_unknown', detail: `${endToEndId} is not of this instruction` };
    else {
      if (line.account !== participantAccount)
        yield {
          code: 'account_differs',
          detail: `${endToEndId}: the file says ${participantAccount}, that of ${line.participant} is ${line.account}`,
        };
      if (signed(line) !== amountMinor)
        yield {
          code: 'amount_differs',
          detail: `${endToEndId}: the file says ${minorText(amountMinor, file.currency)}, we instructed ${minorText(signed(line), currency)}`,
        };
    }
  }
  for (const { endToEndId, participant } of lines)
    if (!seen.has(endToEndId))
      yield { code: 'transfer_missing', detail: `${endToEndId} of ${participant} is not in the file` };
}

function* netsAgree(
  file: BankFinalisation,
  window: FinalisedWindow,
  { lines }: FinalisedInstruction,
): Refusals {
  const { nets, coveredBefore, currency } = window;
  const told = new Map(coveredBefore);
  for (const { endToEndId, amountMinor } of file.transfers) {
    const line = lines.find((each) => each.endToEndId === endToEndId);
    if (line !== undefined) told.set(line.participant, (told.get(line.participant) ?? 0n) + amountMinor);
  }
  const before = [...coveredBefore.values()].reduce((sum, minor) => sum + minor, 0n);
  const sum = file.transfers.reduce((total, { amountMinor }) => total + amountMinor, before);
  if (sum !== 0n) yield { code: 'sum_not_zero', detail: `its transfers sum to ${minorText(sum, currency)}` };
  for (const { participant, netMinor } of nets) {
    const minor = told.get(participant) ?? 0n;
    if (minor !== netMinor)
      yield {
        code: 'net_differs',
        detail: `${participant}: ${minorText(minor, currency)} by the file, the net of the window is ${minorText(netMinor, currency)}`,
      };
  }
}

function* moneyIsHere(
  file: BankFinalisation,
  { statementMinor, currency }: FinalisedWindow,
  { lines }: FinalisedInstruction,
): Refusals {
  for (const { endToEndId, amountMinor, coveredMinor } of lines)
    if (coveredMinor < amountMinor)
      yield {
        code: 'line_missing',
        detail: `${endToEndId}: lines of the bank cover ${minorText(coveredMinor, currency)} of ${minorText(amountMinor, currency)}`,
      };
  if (statementMinor === undefined)
    yield {
      code: 'statement_missing',
      detail: `the bank's statement of ${file.valueDate} is not here, so its balance proves nothing yet`,
    };
  else if (statementMinor !== file.schemeBalanceMinor)
    yield {
      code: 'balance_differs',
      detail:
        `the scheme's balance: ${minorText(file.schemeBalanceMinor, file.currency)} by the file, ` +
        `${minorText(statementMinor, currency)} by the bank's statement of ${file.valueDate}`,
    };
}

function warningsOf(
  file: BankFinalisation,
  { isSettled }: FinalisedWindow,
  { valueDate }: FinalisedInstruction,
): FinalisationFinding<FinalisationWarning>[] {
  const below = file.transfers.filter(({ balanceMinor }) => balanceMinor < 0n);
  return [
    ...(file.valueDate === valueDate
      ? []
      : [
          {
            code: 'value_date_differs' as const,
            detail: `the bank booked on ${file.valueDate}, we instructed ${valueDate}`,
          },
        ]),
    ...(isSettled
      ? []
      : [
          { code: 'entries_open' as const, detail: 'entries of the window are not booked in the ledger yet' },
        ]),
    ...below.map(({ participantAccount, balanceMinor }) => ({
      code: 'balance_negative' as const,
      detail: `account ${participantAccount} is at ${minorText(balanceMinor, file.currency)} afterwards`,
    })),
  ];
}

const refuse = (code: FinalisationRefusal, detail: string): FinalisationProof => ({
  refusals: [{ code, detail }],
  warnings: [],
});
