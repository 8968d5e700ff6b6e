import type { Amount } from '@tonle/money';
import type { Account, Agent, Charge, OriginalTransaction, Party } from './model-parts.js';

// The canonical model of what institutions tell each other: pacs, and recalls of camt.056 and camt.029.

/** pacs.008: one credit transfer. */
export interface CustomerPayment {
  readonly kind: 'payment';
  readonly messageId: string;
  readonly createdAt: string;
  readonly instructionId?: string;
  readonly endToEndId: string;
  readonly transactionId?: string;
  readonly uetr?: string;
  readonly settlementMethod: string;
  readonly settlementAmount: Amount;
  readonly settlementDate?: string;
  readonly acceptedAt?: string;
  readonly expiresAt?: string;
  readonly instructedAmount?: Amount;
  /** Target units for one unit of the instructed currency, at most 11 digits. */
  readonly exchangeRate?: string;
  /** Agreed rate's quote id in .13; before it `/QUOT/<id>` in the instruction for the next agent. */
  readonly quoteId?: string;
  /** A payment like this one, beside which it is meant: `/DUPL/<UETR>` in the instruction for the next agent. */
  readonly duplicateOf?: string;
  readonly priority?: string;
  readonly chargeBearer: string;
  readonly charges?: readonly Charge[];
  readonly instructingAgent?: Agent;
  readonly instructedAgent?: Agent;
  readonly intermediaryAgents?: readonly { readonly agent: Agent; readonly account?: Account }[];
  readonly debtor: Party;
  readonly debtorAccount?: Account;
  readonly debtorAgent: Agent;
  readonly creditorAgent: Agent;
  readonly creditor: Party;
  readonly creditorAccount?: Account;
  readonly purpose?: string;
  readonly categoryPurpose?: string;
  readonly remittance?: string;
  /** The payee's own reference, for its books. */
  readonly creditorReference?: string;
}

/** pacs.002: the status of one transaction. */
export interface Status {
  readonly kind: 'status';
  readonly messageId: string;
  readonly createdAt: string;
  readonly originalMessageId?: string;
  readonly originalMessageName?: string;
  readonly originalInstructionId?: string;
  readonly originalEndToEndId?: string;
  readonly originalTransactionId?: string;
  readonly originalUetr?: string;
  /** ACCC, ACSP, RJCT, BLCK, PDNG ...; absent in a bare group answer. */
  readonly status?: string;
  readonly groupStatus?: string;
  readonly reason?: string;
  readonly reasonText?: readonly string[];
  readonly acceptedAt?: string;
  readonly clearingReference?: string;
  readonly originalAmount?: Amount;
  readonly instructingAgent?: Agent;
  readonly instructedAgent?: Agent;
}

/** pacs.028: asks for the status of one transaction. */
export interface StatusRequest {
  readonly kind: 'status_request';
  readonly messageId: string;
  readonly createdAt: string;
  readonly originalMessageId?: string;
  readonly originalMessageName?: string;
  readonly originalEndToEndId?: string;
  readonly originalTransactionId?: string;
  readonly originalUetr?: string;
  readonly instructingAgent?: Agent;
  readonly instructedAgent?: Agent;
}

/** pacs.004: the money of an earlier payment comes back. */
export interface Return extends OriginalTransaction {
  readonly kind: 'return';
  readonly messageId: string;
  readonly createdAt: string;
  readonly returnId?: string;
  readonly settlementMethod?: string;
  readonly originalSettlementAmount?: Amount;
  readonly returnedAmount: Amount;
  readonly settlementDate?: string;
  readonly instructedAmount?: Amount;
  readonly exchangeRate?: string;
  readonly chargeBearer?: string;
  readonly charges?: readonly Charge[];
  readonly clearingReference?: string;
  readonly instructingAgent?: Agent;
  readonly instructedAgent?: Agent;
  readonly reason?: string;
  readonly reasonText?: readonly string[];
}

/** pacs.009: a transfer between institutions for themselves. */
export interface InstitutionPayment {
  readonly kind: 'institution_payment';
  readonly messageId: string;
  readonly createdAt: string;
  readonly instructionId?: string;
  readonly endToEndId: string;
  readonly transactionId?: string;
  readonly uetr?: string;
  readonly settlementMethod: string;
  readonly settlementAmount: Amount;
  readonly settlementDate?: string;
  readonly priority?: string;
  readonly instructingAgent?: Agent;
  readonly instructedAgent?: Agent;
  readonly debtor: Agent;
  readonly debtorAccount?: Account;
  readonly debtorAgent?: Agent;
  readonly creditorAgent?: Agent;
  readonly creditor: Agent;
  readonly creditorAccount?: Account;
  readonly purpose?: string;
  readonly remittance?: string;
}

/** camt.056: asks for an earlier payment to be cancelled, or its money back. */
export interface Recall extends OriginalTransaction {
  readonly kind: 'recall';
  /** The assignment's id. */
  readonly messageId: string;
  readonly createdAt: string;
  readonly assigner: Agent;
  readonly assignee: Agent;
  readonly caseId?: string;
  readonly caseCreator?: Agent;
  readonly cancellationId?: string;
  readonly originalSettlementAmount?: Amount;
  readonly originalSettlementDate?: string;
  readonly reason?: string;
  readonly reasonText?: readonly string[];
}

/** camt.029: the answer to a recall. */
export interface RecallReply extends OriginalTransaction {
  readonly kind: 'recall_reply';
  /** The assignment's id. */
  readonly messageId: string;
  readonly createdAt: string;
  readonly assigner: Agent;
  readonly assignee: Agent;
  readonly caseId?: string;
  readonly caseCreator?: Agent;
  /** CNCL cancelled, RJCR rejected, PDCR pending. */
  readonly outcome: string;
  readonly cancellationStatusId?: string;
  /** ACCR, RJCR or PDCR of the transaction itself. */
  readonly transactionStatus?: string;
  readonly originalSettlementAmount?: Amount;
  readonly originalSettlementDate?: string;
  readonly reason?: string;
  readonly reasonText?: readonly string[];
}
