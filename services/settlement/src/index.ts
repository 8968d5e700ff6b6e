export { startSettlement, SETTLEMENT_DATABASE } from './settlement.service.js';
export { ProofFeed } from './reconciliation/proof-feed.js';
export { ReconciliationJob, type ReconciliationResult } from './reconciliation/reconciliation.job.js';
export type { ReconciliationTarget } from './reconciliation/reconciliation-targets.js';
