import type { Amount } from '@tonle/money';

// The canonical model: what the switch means, whatever message version says it (pacs.008.001.13 level).

export interface Agent {
  readonly bic?: string;
  readonly name?: string;
  /** Clearing system member id, with its system code when given. */
  readonly memberId?: string;
  readonly clearingSystem?: string;
}

export interface PartyAddress {
  readonly country?: string;
  readonly town?: string;
  readonly lines?: readonly string[];
}

export interface Party {
  readonly name?: string;
  readonly address?: PartyAddress;
}

export interface Account {
  /** IBAN, or the other identification. */
  readonly id?: string;
  readonly isIban?: boolean;
  /** Scheme name of the other identification, proprietary text. */
  readonly scheme?: string;
  readonly currency?: string;
  readonly proxy?: { readonly type?: string; readonly id: string };
}

export interface Charge {
  readonly amount: Amount;
  readonly agent: Agent;
}

/** pacs.008: one credit transfer. */
export interface Payment {
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

/** acmt.023: asks who stands behind an account or proxy. */
export interface ProxyRequest {
  readonly kind: 'proxy_request';
  readonly messageId: string;
  readonly createdAt: string;
  readonly verificationId: string;
  readonly assigner: Agent;
  readonly assignee: Agent;
  readonly party?: Party;
  readonly account?: Account;
  readonly agent?: Agent;
}

/** acmt.024: the answer to it. */
export interface ProxyReply {
  readonly kind: 'proxy_reply';
  readonly messageId: string;
  readonly createdAt: string;
  readonly originalMessageId: string;
  readonly originalVerificationId: string;
  readonly assigner: Agent;
  readonly assignee: Agent;
  readonly verified: boolean;
  readonly reason?: string;
  readonly party?: Party;
  readonly account?: Account;
  readonly agent?: Agent;
}

export interface StatementEntry {
  readonly reference?: string;
  readonly amount: Amount;
  readonly credit: boolean;
  readonly status: string;
  readonly bookedAt?: string;
  readonly valueDate?: string;
  readonly servicerReference?: string;
  readonly transactions: readonly {
    readonly endToEndId?: string;
    readonly transactionId?: string;
    readonly uetr?: string;
    readonly instructionId?: string;
    readonly amount?: Amount;
    readonly remittance?: string;
  }[];
}

/** camt.053: a day's statement of one account. Signed balances: negative means debit. */
export interface Statement {
  readonly kind: 'statement';
  readonly messageId: string;
  readonly createdAt: string;
  readonly statementId: string;
  readonly sequence?: string;
  readonly account: Account;
  readonly from?: string;
  readonly to?: string;
  readonly balances: readonly {
    readonly type: string;
    readonly amount: Amount;
    readonly credit: boolean;
    readonly date: string;
  }[];
  readonly entryCount?: number;
  readonly entries: readonly StatementEntry[];
}

/** camt.052: entries of one account during the day. */
export interface AccountReport extends Omit<Statement, 'kind' | 'statementId' | 'balances'> {
  readonly kind: 'account_report';
  readonly reportId: string;
  readonly balances?: Statement['balances'];
}

/** camt.054: one or more entries of one account were made. */
export interface Notification extends Omit<Statement, 'kind' | 'statementId' | 'balances'> {
  readonly kind: 'notification';
  readonly notificationId: string;
}

/** Which earlier message and transaction is meant. */
export interface OriginalTransaction {
  readonly originalMessageId?: string;
  readonly originalMessageName?: string;
  readonly originalInstructionId?: string;
  readonly originalEndToEndId?: string;
  readonly originalTransactionId?: string;
  readonly originalUetr?: string;
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

/** admi.004: something happened in a system: a session opens, a cut-off comes, is it alive. */
export interface SystemEvent {
  readonly kind: 'system_event';
  readonly event: string;
  readonly parameters?: readonly string[];
  readonly description?: string;
  readonly at?: string;
}

/** admi.011: the event was taken note of. */
export interface SystemEventReply {
  readonly kind: 'system_event_reply';
  readonly messageId: string;
  readonly originatorReference?: string;
  readonly session?: string;
  readonly event?: string;
  readonly parameters?: readonly string[];
  readonly description?: string;
  readonly at?: string;
}

/** admi.002: what was sent could not be read or used at all. */
export interface Rejection {
  readonly kind: 'rejection';
  readonly relatedReference: string;
  readonly reason: string;
  readonly rejectedAt?: string;
  readonly location?: string;
  readonly description?: string;
}

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

export type CanonicalMessage =
  | Payment
  | Status
  | StatusRequest
  | ProxyRequest
  | ProxyReply
  | Statement
  | AccountReport
  | Notification
  | Return
  | InstitutionPayment
  | Recall
  | RecallReply
  | SystemEvent
  | SystemEventReply
  | Rejection
  | CustomerTransfer
  | CustomerStatus
  | CustomerReversal;

/** head.001 around a message. */
export interface BusinessHeader {
  readonly from: Agent;
  readonly to: Agent;
  readonly businessMessageId: string;
  readonly messageDefinition: string;
  readonly businessService?: string;
  readonly createdAt: string;
  readonly copyDuplicate?: string;
  readonly possibleDuplicate?: boolean;
}

/** One thing that is wrong with a message: where, and in words a person can act on. */
export interface IsoError {
  /** e.g. `not_well_formed`, `doctype`, `unknown_message`, `missing_element`, `unexpected_element`, `pattern`, `max_length`, `amount_scale` ... */
  readonly code: string;
  readonly path: string;
  readonly line: number;
  readonly offset: number;
  readonly detail: string;
}

export type IsoReading =
  | {
      readonly kind: 'read';
      /** e.g. `pacs.008.001.08`. */
      readonly version: string;
      readonly header?: BusinessHeader;
      readonly message: CanonicalMessage;
    }
  | { readonly kind: 'refused'; readonly version?: string; readonly errors: readonly IsoError[] };
