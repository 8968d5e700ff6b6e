import type { Amount } from '@tonle/money';
import type { Account, Agent, Party } from './model-parts.js';

// The canonical model of a customer's orders (pain), as the Bakong participant interface uses them.

/** pain.001 as the Bakong participant interface uses it: one transfer. */
export interface CustomerTransfer {
  readonly kind: 'customer_transfer';
  readonly messageId: string;
  readonly createdAt: string;
  readonly initiatingParty: Party;
  /** `SENDERBIC/RECEIVERBIC/reference`, unique. */
  readonly paymentInformationId: string;
  readonly executionDate: string;
  readonly debtor: Party;
  readonly debtorAccount: Account;
  readonly debtorAgent: Agent;
  readonly instructionId?: string;
  readonly endToEndId: string;
  readonly amount: Amount;
  readonly chargeBearer?: string;
  readonly creditor: Party;
  readonly creditorAccount: Account;
  readonly creditorAgent: Agent;
  readonly purpose?: string;
  readonly remittance?: string;
  /** The payee's own reference, for its books. */
  readonly creditorReference?: string;
}

/** pain.002: the answer to pain.001 or pain.007. */
export interface CustomerStatus {
  readonly kind: 'customer_status';
  readonly messageId: string;
  readonly createdAt: string;
  readonly originalMessageId: string;
  readonly originalMessageName: string;
  readonly originalPaymentInformationId?: string;
  readonly originalEndToEndId?: string;
  readonly originalInstructionId?: string;
  readonly status: string;
  readonly reason?: string;
  readonly reasonText?: readonly string[];
  /** The Bakong ledger hash rides in the original transaction's remittance information. */
  readonly ledgerHash?: string;
}

/** pain.007: reverses one transfer of an earlier pain.001. */
export interface CustomerReversal {
  readonly kind: 'customer_reversal';
  readonly messageId: string;
  readonly createdAt: string;
  readonly initiatingParty: Party;
  readonly originalMessageId: string;
  readonly originalMessageName: string;
  readonly reversalPaymentInformationId: string;
  readonly originalPaymentInformationId: string;
  readonly reversalId?: string;
  readonly originalInstructionId?: string;
  readonly originalEndToEndId: string;
  readonly originalAmount?: Amount;
  readonly reversedAmount: Amount;
  readonly reason?: string;
  readonly reasonText?: readonly string[];
  readonly originalLedgerHash?: string;
}
