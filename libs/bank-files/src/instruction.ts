import type { BankFileRefusal } from './reading.js';

/** In which form a settlement bank takes instructions. */
export type InstructionFormat = 'pacs.009' | 'pain.001' | 'csv';

/** An account at the settlement bank and whose it is. */
export interface SettlementAccount {
  readonly name: string;
  readonly account: string;
  readonly bic?: string;
}

/** What a transfer is for: a window, or money that goes back, by the bank's own name of the line by which it came. */
export type TransferSubject = { readonly windowId: string } | { readonly returnOf: string };

/** One transfer between an account of a participant, or of whoever had sent money, and the scheme's account. */
export type SettlementTransfer = TransferSubject & {
  /** At most 35 characters; comes back in the bank's statement. */
  readonly endToEndId: string;
  readonly uetr?: string;
  /** `pay_in`: from the participant to the scheme; `pay_out`: from the scheme to the participant. */
  readonly direction: 'pay_in' | 'pay_out';
  /** More than zero. */
  readonly amountMinor: bigint;
  readonly participant: SettlementAccount;
};

/** What the bank is told to do on one day in one currency. */
export interface SettlementInstruction {
  /** At most 35 characters; ends in the sequence number (`instructionMessageId`). */
  readonly messageId: string;
  /** An instant, ISO 8601 in UTC. */
  readonly createdAt: string;
  /** Gapless for the bank and currency, from 1. */
  readonly sequence: number;
  readonly currency: string;
  /** YYYY-MM-DD: when the bank books it. */
  readonly valueDate: string;
  readonly bank: { readonly name: string; readonly bic?: string };
  /** The scheme's own account at the bank. */
  readonly scheme: SettlementAccount;
  /** At least one. */
  readonly transfers: readonly SettlementTransfer[];
}

export type InstructionReading =
  { readonly kind: 'read'; readonly instruction: SettlementInstruction } | BankFileRefusal;

const [WINDOW, RETURN] = ['/WINDOW/', '/RETURN/'];

/** What the remittance of a transfer says: `/WINDOW/<id>`, `/RETURN/<the bank's name of a line>`. */
export function transferRemittance(subject: TransferSubject): string {
  return 'windowId' in subject ? `${WINDOW}${subject.windowId}` : `${RETURN}${subject.returnOf}`;
}

/** What a transfer is for, by its remittance; undefined for one that does not say so. */
export function transferSubject(remittance: string): TransferSubject | undefined {
  if (remittance.startsWith(WINDOW)) return { windowId: remittance.slice(WINDOW.length) };
  if (remittance.startsWith(RETURN)) return { returnOf: remittance.slice(RETURN.length) };
  return undefined;
}

const DIGITS = 6;

/** The id of an instruction: `TONLE-THB-000007`. The bank finds its sequence number there, in every format. */
export function instructionMessageId(sender: string, currency: string, sequence: number): string {
  return `${sender}-${currency}-${sequence.toString().padStart(DIGITS, '0')}`;
}

/** The sequence number that an instruction's id ends in; undefined when there is none. */
export function instructionSequence(messageId: string): number | undefined {
  const [, digits] = /-(\d{6,9})$/.exec(messageId) ?? [];
  const sequence = digits === undefined ? 0 : parseInt(digits, 10);
  return sequence > 0 ? sequence : undefined;
}
