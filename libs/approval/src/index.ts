export type { ApprovalExecution, ApprovalKind, ApprovalRequest, EndedUndone, Proposal } from './approval.js';
export { Approvals } from './approvals.js';
export type { ApprovalOptions } from './approvals.js';
export type { ProposedApproval } from './approval-register.js';
export { declareApprovals } from './declare-approvals.js';
export { Approvals1774006000000 } from './migrations/1774006000000-approvals.js';
export { pendingOf } from './approval.store.js';
export { readApprovalPolicies } from './approval-policies.settings.js';
export { approvalFinding } from './approval-deed.store.js';
