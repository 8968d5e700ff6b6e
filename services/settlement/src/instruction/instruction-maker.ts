import { createHash, type KeyObject } from 'node:crypto';
import {
  instructionMessageId,
  readInstruction,
  type BankFileRefusal,
  type BankFileWriting,
  type InstructionFormat,
  type SettlementInstruction,
  type SettlementTransfer,
} from '@tonle/bank-files';
import type { Directory } from '@tonle/directory';
import { amount, formatAmount } from '@tonle/money';
import type { Transaction } from '@tonle/persistence';
import type { Platform } from '@tonle/platform';
import { signManifest } from '@tonle/security';
import type { NettedWindow } from '../window/window-life.store.js';
import { netsOf } from '../window/window-life.store.js';
import type {
  InstructionLine,
  MoneyToReturn,
  PreparedInstruction,
  ReturnTerms,
  UnsentReturn,
} from './instruction.js';
import {
  endToEndIdOf,
  planLines,
  returnDay,
  returnReference,
  type PlannedLine,
} from './instruction.decide.js';
import { ENDED_INSTRUCTIONS } from './instruction-life.table.js';
import { insertInstruction, madeSoFar, nextSequence, setInstructionState } from './instruction.store.js';
import { insertReturn, returnsMade, type PreparedReturn } from './return-instruction.store.js';
import { accountsOf, type AccountOf, type SettlementTerms } from './settlement-terms.js';

/** Who the scheme is in the ids of its instructions. */
export const SENDER = 'TONLE';
const SCHEME_NAME = 'Tonle settlement';

/** Writes an instruction in the form that its bank takes. */
export type InstructionWriter = (
  instruction: SettlementInstruction,
  format: InstructionFormat,
) => BankFileWriting;

export type Making =
  | { readonly kind: 'made'; readonly instructionId: string }
  /** In words for the operator. */
  | { readonly kind: 'wanting'; readonly what: string };

/** Makes the instructions of windows: lines, number, bytes, hash, signature, in the transaction that moves the window. */
export class InstructionMaker {
  constructor(
    private readonly platform: Pick<Platform, 'clock' | 'random'>,
    private readonly directory: Directory,
    private readonly write: InstructionWriter,
    private readonly key: KeyObject | undefined,
  ) {}

  /**
   * What the bank still has to do for a window that is locked. An earlier instruction that is dead gives way to it; one that is not
   * is in the way. Whatever is wanting takes no number.
   */
  async make(
    transaction: Transaction,
    window: NettedWindow & { readonly valueDate: string },
    terms: SettlementTerms,
    madeBy: string,
  ): Promise<Making> {
    const { windowId, currency } = window;
    const { attempts, newest, covered } = await madeSoFar(transaction, windowId);
    // One that was carried out is none in the way when the bank has taken back what came under another.
    if (newest !== undefined && !ENDED_INSTRUCTIONS.has(newest.state))
      return wanting(`the instruction before it is ${newest.state}`);
    const { lines } = planLines(await netsOf(transaction, windowId), covered);
    if (lines.length === 0) return wanting('all of it is covered');
    const account = accountsOf(this.directory, lines, currency, terms.bank);
    if (typeof account === 'string') return wanting(account);
    const sequence = await nextSequence(transaction, terms.bank, currency);
    const made = this.written({ window, terms, lines, account, sequence, attempt: attempts + 1, madeBy });
    // The number goes back with the transaction.
    if ('kind' in made) throw new UnwritableInstruction(made.what);
    const at = new Date(this.platform.clock.now());
    if (newest?.state === 'REJECTED')
      await setInstructionState(transaction, newest.instructionId, 'SUPERSEDED', at);
    await insertInstruction(transaction, made, at);
    return { kind: 'made', instructionId: made.instructionId };
  }

  /** The file of a window in which nobody owes anything: it says so, has no number, and goes to nobody. */
  async makeEmpty(
    transaction: Transaction,
    { windowId, currency, day, valueDate }: NettedWindow,
    bank: string,
  ): Promise<void> {
    const nowMs = this.platform.clock.now();
    const zero = formatAmount(amount(currency, 0n));
    const date = valueDate ?? day;
    const row = [windowId, currency, date, '0', zero, zero].join(',');
    const bytes = Buffer.from(`window_id,currency,value_date,lines,pay_in,pay_out\n${row}\n`);
    const made: PreparedInstruction = {
      ...{
        instructionId: this.platform.random.id(nowMs),
        bank,
        currency,
        sequence: null,
        windowId,
        attempt: 1,
      },
      ...{ format: 'csv', messageId: `${windowId}-empty`, valueDate: date, bytes, lines: [] },
      ...this.sealed(bytes),
      madeBy: SENDER,
    };
    await insertInstruction(transaction, made, new Date(nowMs));
  }

  /** What tells the bank to send money in suspense back, under a reference of its own. Whatever is wanting takes no number. */
  async makeReturn(
    transaction: Transaction,
    money: MoneyToReturn,
    terms: ReturnTerms,
    madeBy: string,
  ): Promise<Making & { readonly reference?: string }> {
    const { itemId, lineId, bank, currency, minor, to } = money;
    const { random, clock } = this.platform;
    const nowMs = clock.now();
    const valueDate = returnDay(terms, nowMs);
    if (valueDate === undefined) return wanting(`${bank} has no banking day within a year`);
    const attempt = (await returnsMade(transaction, itemId)) + 1;
    const reference = returnReference(itemId, attempt);
    const sequence = await nextSequence(transaction, bank, currency);
    const instruction = this.returning({ bank, currency, sequence, valueDate }, terms.account, {
      ...{ endToEndId: reference, uetr: random.uuid(), direction: 'pay_out', amountMinor: minor },
      // By the bank's own name: whoever gets it back has that in a statement.
      ...{ participant: to, returnOf: lineId.slice(`${bank}:${currency}:`.length) },
    });
    const written = this.write(instruction, terms.instruction);
    if (written.kind === 'refused') return wanting(problemsOf(written));
    const { bytes } = written;
    const made: PreparedReturn = {
      ...{ instructionId: random.id(nowMs), bank, currency, sequence, itemId, attempt, minor },
      ...{ format: terms.instruction, messageId: instruction.messageId, valueDate, bytes },
      ...this.sealed(bytes),
      madeBy,
    };
    await insertReturn(transaction, made, new Date(nowMs));
    return { kind: 'made', instructionId: made.instructionId, reference };
  }

  /** The same for another day, or under another number: its transfer stays. It has not been sent. */
  rewrittenReturn(
    named: Omit<UnsentReturn, 'format' | 'bytes'>,
    was: Pick<UnsentReturn, 'format' | 'bytes'>,
    terms: ReturnTerms,
  ): Rewritten | { readonly kind: 'wanting'; readonly what: string } {
    const reading = readInstruction(was.bytes, was.format, terms.account);
    if (reading.kind === 'refused')
      return { kind: 'wanting', what: `it is not of account ${terms.account}: ${problemsOf(reading)}` };
    const [transfer] = reading.instruction.transfers;
    const written = this.write(this.returning(named, terms.account, transfer!), terms.instruction);
    if (written.kind === 'refused') return { kind: 'wanting', what: problemsOf(written) };
    const { bytes } = written;
    return { valueDate: named.valueDate, format: terms.instruction, bytes, ...this.sealed(bytes) };
  }

  private returning(
    { bank, ...named }: Omit<UnsentReturn, 'format' | 'bytes'>,
    account: string,
    transfer: SettlementTransfer,
  ): SettlementInstruction {
    const known = this.directory.participantIncludingEnded(bank);
    const at = { name: known?.name ?? bank, ...(known?.bic !== undefined && { bic: known.bic }) };
    return { ...this.headOf(named), bank: at, scheme: { name: SCHEME_NAME, account }, transfers: [transfer] };
  }

  private headOf(
    named: Pick<SettlementInstruction, 'sequence' | 'currency' | 'valueDate'>,
  ): Omit<SettlementInstruction, 'bank' | 'scheme' | 'transfers'> {
    return {
      messageId: instructionMessageId(SENDER, named.currency, named.sequence),
      createdAt: new Date(this.platform.clock.now()).toISOString(),
      ...named,
    };
  }

  /** The same instruction for another day, or under another number: its lines stay. It has not been sent. */
  rewritten(
    {
      sequence,
      currency,
      valueDate,
    }: { readonly sequence: number; readonly currency: string; readonly valueDate: string },
    windowId: string,
    lines: readonly InstructionLine[],
    terms: SettlementTerms,
  ): Rewritten | { readonly kind: 'wanting'; readonly what: string } {
    const account = accountsOf(this.directory, lines, currency, terms.bank);
    if (typeof account === 'string') return { kind: 'wanting', what: account };
    const written = this.bytesOf({ windowId, currency, valueDate, sequence, terms, lines, account });
    if (written.kind === 'refused') return { kind: 'wanting', what: problemsOf(written) };
    return { valueDate, format: terms.format, bytes: written.bytes, ...this.sealed(written.bytes) };
  }

  private written(part: {
    readonly window: NettedWindow & { readonly valueDate: string };
    readonly terms: SettlementTerms;
    readonly lines: readonly PlannedLine[];
    readonly account: AccountOf;
    readonly sequence: number;
    readonly attempt: number;
    readonly madeBy: string;
  }): PreparedInstruction | { readonly kind: 'wanting'; readonly what: string } {
    const { window, terms, sequence, attempt, madeBy, account } = part;
    const { windowId, currency, valueDate } = window;
    const { random, clock } = this.platform;
    const lines = part.lines.map((line) => ({
      ...line,
      endToEndId: endToEndIdOf(terms.bank, currency, sequence, line.lineNo),
      uetr: random.uuid(),
    }));
    const written = this.bytesOf({ windowId, currency, valueDate, sequence, terms, lines, account });
    if (written.kind === 'refused') return { kind: 'wanting', what: problemsOf(written) };
    const { bytes } = written;
    return {
      ...{ instructionId: random.id(clock.now()), bank: terms.bank, currency, sequence, windowId, attempt },
      ...{
        format: terms.format,
        messageId: instructionMessageId(SENDER, currency, sequence),
        valueDate,
        bytes,
        lines,
      },
      ...this.sealed(bytes),
      madeBy,
    };
  }

  private bytesOf({ terms, lines, account, ...file }: FileParts): BankFileWriting {
    const transfers = lines.map(
      ({ endToEndId, uetr, direction, amountMinor, participant }): SettlementTransfer => ({
        ...{ endToEndId, uetr, direction, amountMinor, windowId: file.windowId },
        participant: account(participant),
      }),
    );
    const { sequence, currency, valueDate } = file;
    const instruction: SettlementInstruction = {
      ...this.headOf({ sequence, currency, valueDate }),
      bank: { name: terms.bankName, ...(terms.bankBic !== undefined && { bic: terms.bankBic }) },
      scheme: { name: SCHEME_NAME, account: terms.schemeAccount },
      transfers,
    };
    return this.write(instruction, terms.format);
  }

  private sealed(bytes: Uint8Array): Pick<PreparedInstruction, 'sha256' | 'signature'> {
    return {
      sha256: createHash('sha256').update(bytes).digest('hex'),
      signature: this.key === undefined ? null : signManifest(bytes, this.key).toString('base64'),
    };
  }
}

/** What an instruction that has not been sent says now. */
export type Rewritten = Pick<PreparedInstruction, 'valueDate' | 'format' | 'bytes' | 'sha256' | 'signature'>;

/** The form of the bank has no room for something: nothing of the transaction stays. */
export class UnwritableInstruction extends Error {}

interface FileParts {
  readonly windowId: string;
  readonly currency: string;
  readonly valueDate: string;
  readonly sequence: number;
  readonly terms: SettlementTerms;
  readonly lines: readonly InstructionLine[];
  readonly account: AccountOf;
}

const wanting = (what: string): Making => ({ kind: 'wanting', what });

const problemsOf = ({ errors }: BankFileRefusal): string =>
  errors.map(({ where, detail }) => `${where}: ${detail}`).join('; ');
