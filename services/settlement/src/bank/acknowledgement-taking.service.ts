import { createHash } from 'node:crypto';
import {
  ANSWER_TO,
  readAcknowledgement,
  type BankAcknowledgement,
  type InstructionFormat,
} from '@tonle/bank-files';
import type { Transaction } from '@tonle/persistence';
import type { Platform } from '@tonle/platform';
import { markAcknowledged, markRejected, type InstructionOutcome } from '../instruction/instruction-desk.js';
import { openDifferences } from '../reconciliation/break-register.store.js';
import {
  findAcknowledged,
  insertAcknowledgement,
  isAcknowledged,
  type AcknowledgedInstruction,
} from './acknowledgement.store.js';
import type { BankFault } from './bank-line.js';

export type AcknowledgementTaken =
  | {
      readonly kind: 'taken';
      readonly status: BankAcknowledgement['status'];
      readonly outcome: InstructionOutcome;
    }
  | { readonly kind: 'known' }
  | { readonly kind: 'refused'; readonly faults: readonly BankFault[] };

/** Takes what banks say to instructions: each is matched with what was sent, by its message id. */
export class AcknowledgementTaking {
  constructor(private readonly host: Pick<Platform, 'database' | 'clock' | 'random' | 'telemetry'>) {}

  /** What is refused changes nothing: the bank is asked again, and people are told. */
  async take(
    bank: string,
    format: InstructionFormat,
    bytes: Uint8Array,
    by: string,
  ): Promise<AcknowledgementTaken> {
    const { database, telemetry } = this.host;
    const answer = await database.transaction((transaction) =>
      this.takeIn(transaction, bank, format, bytes, by),
    );
    if (answer.kind === 'refused')
      telemetry.log.warn(
        { bank, faults: answer.faults },
        'what a bank says to an instruction cannot be taken',
      );
    return answer;
  }

  /** The same in the caller's transaction. */
  async takeIn(
    transaction: Transaction,
    bank: string,
    format: InstructionFormat,
    bytes: Uint8Array,
    by: string,
  ): Promise<AcknowledgementTaken> {
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const at = new Date(this.host.clock.now());
    const reading = readAcknowledgement(bytes, ANSWER_TO[format]);
    if (reading.kind === 'refused')
      return {
        kind: 'refused',
        faults: reading.errors.map(({ code, where, detail }) => ({
          code: 'unreadable',
          detail: `${code} at ${where}: ${detail}`,
        })),
      };
    const { acknowledgement } = reading;
    const { originalMessageId, status } = acknowledgement;
    const instruction = await findAcknowledged(transaction, bank, originalMessageId);
    if (instruction === undefined)
      return refusedBy(`the bank answers ${originalMessageId}, which it was not sent`);
    if (await isAcknowledged(transaction, bank, sha256)) return { kind: 'known' };
    const outcome = await this.apply(transaction, instruction, acknowledgement, at);
    const kept = { bank, sha256, originalMessageId, status, format: ANSWER_TO[format], bytes, outcome };
    await insertAcknowledgement(transaction, { ...kept, instructionId: instruction.instructionId, by }, at);
    // Of an instruction all is carried out, or nothing: part of it fits neither.
    if (outcome === 'contradicts' || status === 'partly_accepted')
      await this.openContradiction(transaction, bank, instruction, acknowledgement, at);
    return { kind: 'taken', status, outcome };
  }

  private apply(
    transaction: Transaction,
    { instructionId }: AcknowledgedInstruction,
    { status, reason, detail, messageId }: BankAcknowledgement,
    at: Date,
  ): Promise<InstructionOutcome> {
    const words = [reason, detail].filter((each) => each !== undefined).join(': ');
    if (status === 'accepted') return markAcknowledged(transaction, instructionId, at);
    if (status === 'rejected')
      return markRejected(transaction, instructionId, at, words === '' ? `rejected by ${messageId}` : words);
    // It has it, and will say later.
    return Promise.resolve('done');
  }

  /** It was paid, or is dead, and the bank says the other now: people look. */
  private async openContradiction(
    transaction: Transaction,
    bank: string,
    { currency, valueDate }: AcknowledgedInstruction,
    { originalMessageId, status, messageId }: BankAcknowledgement,
    at: Date,
  ): Promise<void> {
    const found = {
      type: 'STATUS_CONFLICT' as const,
      ...{ partner: bank, currency, day: valueDate, key: originalMessageId },
      detail: `the bank says ${status} by ${messageId}, against what is known of the instruction`,
    };
    await openDifferences(transaction, [found], [this.host.random.id(at.getTime())], at);
  }
}

const refusedBy = (detail: string): AcknowledgementTaken => ({
  kind: 'refused',
  faults: [{ code: 'account_differs', detail }],
});
