import type { Amount } from '@tonle/money';
import type { Account, Agent, Party } from './model-parts.js';

// The canonical model of accounts: who stands behind one (acmt), what was booked on one (camt).

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
  /** It undoes an earlier entry of the other direction; absent is no. */
  readonly reversal?: boolean;
  readonly status: string;
  readonly bookedAt?: string;
  readonly valueDate?: string;
  readonly servicerReference?: string;
  readonly additionalInformation?: string;
  readonly transactions: readonly StatementTransaction[];
  readonly batches?: readonly EntryBatch[];
}

/** What the bank says of transactions that it booked together: of those that it shows, and of those that it does not. */
export interface EntryBatch {
  readonly count?: number;
  readonly total?: Amount;
  readonly credit?: boolean;
  /** Its part of the entry's transactions: none where the bank gives no more than these figures. */
  readonly from: number;
  readonly shown: number;
}

/** One of the transactions that an entry stands for. What it leaves out is its entry's. */
export interface StatementTransaction {
  readonly endToEndId?: string;
  readonly transactionId?: string;
  readonly uetr?: string;
  readonly instructionId?: string;
  readonly servicerReference?: string;
  readonly amount?: Amount;
  readonly credit?: boolean;
  /** ISO reason of a return; MS03 when the bank gives none. */
  readonly returnReason?: string;
  readonly remittance?: string;
  /** Structured creditor reference, such as RF18539007547034. */
  readonly creditorReference?: string;
  /** Whose money it was, and whose it became, where the bank names them. */
  readonly debtorName?: string;
  readonly creditorName?: string;
}

/** One page of several; absent is the whole. */
export interface Page {
  readonly number: string;
  readonly last: boolean;
}

/** camt.053: a day's statement of one account. Signed balances: negative means debit. */
export interface Statement {
  readonly kind: 'statement';
  readonly messageId: string;
  readonly createdAt: string;
  readonly statementId: string;
  readonly sequence?: string;
  /** Not the original: COPY to somebody else, DUPL sent once more, CODU both. */
  readonly copy?: string;
  readonly account: Account;
  readonly from?: string;
  readonly to?: string;
  readonly balances: readonly {
    readonly type: string;
    readonly amount: Amount;
    readonly credit: boolean;
    readonly date: string;
  }[];
  /** Totals as the servicer gives them: a number of entries, and sums as decimals without a currency. */
  readonly entryCount?: number;
  readonly entrySum?: string;
  readonly creditCount?: number;
  readonly creditSum?: string;
  readonly debitCount?: number;
  readonly debitSum?: string;
  /** Credits less debits; the sum has no sign. */
  readonly netSum?: string;
  readonly netCredit?: boolean;
  readonly page?: Page;
  /** What the servicer says of the whole in words. */
  readonly information?: string;
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
