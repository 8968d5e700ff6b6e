import type { Amount } from '@tonle/money';
import type { Account, Agent, Party } from './model.parts.js';

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
