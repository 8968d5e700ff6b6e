import fc from 'fast-check';
import type { Agent, Account } from '../model-parts.js';
import type {
  CustomerPayment,
  Status,
  StatusRequest,
  Return,
  InstitutionPayment,
  Recall,
  RecallReply,
} from '../model-interbank.js';
import type { CustomerTransfer, CustomerStatus, CustomerReversal } from '../model-customer.js';
import type { SystemEvent, SystemEventReply, Rejection, CanonicalMessage, BusinessHeader } from '../model.js';
import { accountReport, notification, proxyReply, proxyRequest, statement } from './model-account.testing.js';
import {
  name,
  id,
  code,
  uuid,
  bic,
  dateTime,
  date,
  rate,
  money,
  some,
  agent,
  party,
  account,
  plainAccount,
  texts,
  head,
} from './parts.testing.js';

// Arbitrary messages of every canonical model.

const payment = some<CustomerPayment>(
  {
    kind: fc.constant('payment' as const),
    ...head,
    endToEndId: id,
    settlementMethod: fc.constantFrom('CLRG', 'INDA'),
    settlementAmount: money,
    chargeBearer: fc.constantFrom('SLEV', 'SHAR'),
    debtor: party,
    debtorAgent: agent,
    creditorAgent: agent,
    creditor: party,
  },
  {
    instructionId: id,
    transactionId: id,
    uetr: uuid,
    settlementDate: date,
    acceptedAt: dateTime,
    instructedAmount: money,
    exchangeRate: rate,
    quoteId: fc.oneof(uuid, fc.constant('Q-1')),
    priority: fc.constantFrom('HIGH', 'NORM'),
    charges: fc.array(fc.record({ amount: money, agent }), { minLength: 1, maxLength: 2 }),
    instructingAgent: agent,
    instructedAgent: agent,
    intermediaryAgents: fc.array(some<{ agent: Agent; account?: Account }>({ agent }, { account }), {
      minLength: 1,
      maxLength: 3,
    }),
    debtorAccount: account,
    creditorAccount: account,
    purpose: code,
    categoryPurpose: code,
    remittance: name,
    creditorReference: id,
  },
);
const status = some<Status>(
  {
    kind: fc.constant('status' as const),
    ...head,
    originalMessageId: id,
    originalMessageName: fc.constant('pacs.008.001.08'),
  },
  {
    originalInstructionId: id,
    originalEndToEndId: id,
    originalTransactionId: id,
    originalUetr: uuid,
    status: fc.constantFrom('ACSP', 'RJCT'),
    groupStatus: fc.constantFrom('ACTC', 'RJCT'),
    reason: code,
    reasonText: texts,
    acceptedAt: dateTime,
    clearingReference: id,
    originalAmount: money,
    instructingAgent: agent,
    instructedAgent: agent,
  },
);
export const statusRequest = some<StatusRequest>(
  { kind: fc.constant('status_request' as const), ...head },
  {
    originalEndToEndId: id,
    originalTransactionId: id,
    originalUetr: uuid,
    instructingAgent: agent,
    instructedAgent: agent,
  },
);
const original = {
  originalInstructionId: id,
  originalEndToEndId: id,
  originalTransactionId: id,
  originalUetr: uuid,
};
const originalMessage = { originalMessageId: id, originalMessageName: fc.constant('pacs.008.001.08') };
const returned = some<Return>(
  {
    kind: fc.constant('return' as const),
    ...head,
    settlementMethod: fc.constant('CLRG'),
    returnedAmount: money,
    ...originalMessage,
  },
  {
    ...original,
    returnId: id,
    originalSettlementAmount: money,
    settlementDate: date,
    instructedAmount: money,
    exchangeRate: rate,
    chargeBearer: fc.constant('SLEV'),
    clearingReference: id,
    instructingAgent: agent,
    instructedAgent: agent,
    reason: code,
    reasonText: texts,
    charges: fc.array(fc.record({ amount: money, agent }), { minLength: 1, maxLength: 2 }),
  },
);
const institutionPayment = some<InstitutionPayment>(
  {
    kind: fc.constant('institution_payment' as const),
    ...head,
    endToEndId: id,
    settlementMethod: fc.constant('CLRG'),
    settlementAmount: money,
    debtor: agent,
    creditor: agent,
  },
  {
    instructionId: id,
    transactionId: id,
    uetr: uuid,
    settlementDate: date,
    priority: fc.constant('HIGH'),
    instructingAgent: agent,
    instructedAgent: agent,
    debtorAccount: account,
    debtorAgent: agent,
    creditorAgent: agent,
    creditorAccount: account,
    purpose: code,
    remittance: name,
  },
);
const recall = some<Recall>(
  {
    kind: fc.constant('recall' as const),
    ...head,
    assigner: agent,
    assignee: agent,
    caseId: id,
    caseCreator: agent,
    ...originalMessage,
  },
  {
    ...original,
    cancellationId: id,
    originalSettlementAmount: money,
    originalSettlementDate: date,
    reason: code,
    reasonText: texts,
  },
);
const recallReply = some<RecallReply>(
  {
    kind: fc.constant('recall_reply' as const),
    ...head,
    assigner: agent,
    assignee: agent,
    caseId: id,
    caseCreator: agent,
    outcome: fc.constantFrom('CNCL', 'RJCR', 'PDCR'),
    ...originalMessage,
  },
  {
    ...original,
    cancellationStatusId: id,
    transactionStatus: fc.constantFrom('ACCR', 'RJCR', 'PDCR'),
    originalSettlementAmount: money,
    originalSettlementDate: date,
    reason: code,
    reasonText: texts,
  },
);
const event = { parameters: fc.array(id, { minLength: 1, maxLength: 2 }), description: name, at: dateTime };
const systemEvent = some<SystemEvent>(
  { kind: fc.constant('system_event' as const), event: fc.constant('PING') },
  event,
);
const systemEventReply = some<SystemEventReply>(
  { kind: fc.constant('system_event_reply' as const), messageId: id, event: fc.constant('PING') },
  { ...event, originatorReference: id, session: fc.constant('AM01') },
);
const rejection = some<Rejection>(
  { kind: fc.constant('rejection' as const), relatedReference: id, reason: id },
  { rejectedAt: dateTime, location: name, description: name, findings: name },
);
const customerTransfer = some<CustomerTransfer>(
  {
    kind: fc.constant('customer_transfer' as const),
    ...head,
    initiatingParty: party,
    paymentInformationId: id,
    executionDate: date,
    debtor: party,
    debtorAccount: plainAccount,
    debtorAgent: agent,
    endToEndId: id,
    amount: money,
    creditor: party,
    creditorAccount: plainAccount,
    creditorAgent: agent,
  },
  {
    instructionId: id,
    chargeBearer: fc.constant('CRED'),
    purpose: fc.constantFrom('GDDS', 'REFU'),
    remittance: name,
    creditorReference: id,
  },
);
const customerStatus = some<CustomerStatus>(
  {
    kind: fc.constant('customer_status' as const),
    ...head,
    originalMessageId: id,
    originalMessageName: fc.constant('pain.001.001.05'),
    originalPaymentInformationId: id,
    status: fc.constantFrom('ACSP', 'RJCT'),
  },
  {
    originalEndToEndId: id,
    originalInstructionId: id,
    reason: code,
    reasonText: texts,
    ledgerHash: fc.constant('ab'.repeat(32)),
  },
);
const customerReversal = some<CustomerReversal>(
  {
    kind: fc.constant('customer_reversal' as const),
    ...head,
    initiatingParty: party,
    originalMessageId: id,
    originalMessageName: id,
    reversalPaymentInformationId: id,
    originalPaymentInformationId: id,
    originalEndToEndId: id,
    reversedAmount: money,
  },
  {
    reversalId: id,
    originalInstructionId: id,
    originalAmount: money,
    reason: code,
    reasonText: texts,
    originalLedgerHash: fc.constant('cd'.repeat(32)),
  },
);

export const MODELS: { readonly [K in CanonicalMessage['kind']]: fc.Arbitrary<CanonicalMessage> } = {
  payment,
  status,
  status_request: statusRequest,
  proxy_request: proxyRequest,
  proxy_reply: proxyReply,
  statement,
  rejection,
  account_report: accountReport,
  notification,
  return: returned,
  institution_payment: institutionPayment,
  recall,
  recall_reply: recallReply,
  system_event: systemEvent,
  system_event_reply: systemEventReply,
  customer_transfer: customerTransfer,
  customer_status: customerStatus,
  customer_reversal: customerReversal,
};

export const header = some<BusinessHeader>(
  {
    from: some<Agent>({ bic }),
    to: some<Agent>({ memberId: id }),
    businessMessageId: id,
    createdAt: dateTime,
  },
  { businessService: id, copyDuplicate: fc.constantFrom('CODU', 'COPY'), possibleDuplicate: fc.boolean() },
);
