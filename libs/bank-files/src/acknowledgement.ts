import type { BankFileRefusal } from './reading.js';

/** In which form a settlement bank answers: pacs.002 to pacs.009, pain.002 to pain.001, CSV to CSV. */
export type AcknowledgementFormat = 'pacs.002' | 'pain.002' | 'csv';

/** `accepted`: will be booked on its day (ACTC, ACCP, ACSP, ACSC ...); `rejected`: never; `pending`: the bank says so later. */
export type AcknowledgedStatus = 'accepted' | 'rejected' | 'pending';

/** What the bank says to one transfer of an instruction. */
export interface AcknowledgedTransfer {
  readonly endToEndId: string;
  readonly status: AcknowledgedStatus;
  /** An ISO reason. */
  readonly reason?: string;
  readonly detail?: string;
}

/** The bank's answer to an instruction. */
export interface BankAcknowledgement {
  readonly messageId: string;
  readonly createdAt: string;
  /** The instruction's message id. */
  readonly originalMessageId: string;
  /** Of the instruction as a whole. A bank should take all transfers of one or none; one that has taken some says so. */
  readonly status: AcknowledgedStatus | 'partly_accepted';
  readonly reason?: string;
  readonly detail?: string;
  /** Where the bank says something of single transfers. */
  readonly transfers: readonly AcknowledgedTransfer[];
}

export type AcknowledgementReading =
  { readonly kind: 'read'; readonly acknowledgement: BankAcknowledgement } | BankFileRefusal;

/** The form in which an instruction is answered. */
export const ANSWER_TO: Readonly<Record<'pacs.009' | 'pain.001' | 'csv', AcknowledgementFormat>> = {
  'pacs.009': 'pacs.002',
  'pain.001': 'pain.002',
  csv: 'csv',
};
