export * from './calendar-text.js';
export * from './identifiers.js';
export * from './statement-batch.js';
export * from './statement-line.js';
export * from './statement-proof.js';
export * from './unknowns.js';
export * from './states.js';
export { amountJson, isOneCurrency } from './amount.js';
export * from './partner-terms.js';
export * from './refund.js';
export * from './messages.js';
export * from './settlement-messages.js';
export { TRANSFERS_MAX, type TransferColumns, type TransferProof } from './calls-transfers.js';
export { ENTRIES_MAX, ledgerEntry, type LedgerEntryAnswer, type LedgerEntry } from './ledger-entry.js';
export * from './calls-fx.js';
export * from './calls-adapter.js';
export * from './calls-routing.js';
export * from './calls-settlement.js';
export * from './calls-finance.js';
export * from './calls-windows.js';
export * from './calls-reports.js';
export * from './calls-ledger.js';
export * from './calls-facts.js';
export * from './fact-sources.js';
export * from './calls-breaks.js';
export * from './calls-audit.js';
export * from './audit-log.js';
export {
  auditSpan,
  endFaults,
  linkFaults,
  spanLine,
  verifyExport,
  type AuditSpan,
  type ExportLine,
} from './audit-verify.js';
export * from './calls-service-state.js';
export { RETRIES, type ReasonEntry, type Retry } from './reason-entry.js';
export * from './reasons.js';
export { lateBy, REASON_TEXT_MAX, reasonFields, reasonWords } from './reason-text.js';
export * from './refusal.js';
export * from './text.js';
export * from './codes.js';
export * from './break-codes.js';
export * from './settlement-codes.js';
export * from './bank-codes.js';
export * from './reconciliation-rules.js';
export * from './decode.js';
export * from './producers.js';
export * from './invariants.js';
export * from './networks.js';
export * from './review.js';
export * from './payment-search.js';
export * from './calls-dead-letters.js';
export * from './calls-approvals.js';
export * from './calls-liquidity.js';
export * from './calls-keys.js';
export * from './calls-banks.js';
export * from './switches.js';
export * from './partner-health.js';
export * from './calls-story.js';
export * from './recall.js';
export * from './calls-recalls.js';
