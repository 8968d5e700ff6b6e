import type { ListedApproval, WholeApproval } from '@tonle/contracts';
import { amountToJson } from '@tonle/money';
import { approvalsOf } from './approval.decide.js';
import type { ApprovalRequest } from './approval.js';
import { shownPayload } from './shown-payload.view.js';

/** A request in a list. */
export function listedApprovalOf(service: string, request: ApprovalRequest): ListedApproval {
  const { approvalId, kind, target, state, amount, participant, reason, approvalsRequired, detail } = request;
  const { proposedAt, expiresAt, effectiveAt, endedAt } = request;
  return {
    ...{ approvalId, service, kind, target, state, reason, approvalsRequired },
    approvals: approvalsOf(request),
    proposedBy: participant,
    proposedAt: proposedAt.toISOString(),
    expiresAt: expiresAt.toISOString(),
    ...(amount !== undefined && { amount: amountToJson(amount) }),
    ...(effectiveAt !== undefined && { effectiveAt: effectiveAt.toISOString() }),
    ...(endedAt !== undefined && { endedAt: endedAt.toISOString() }),
    ...(detail !== undefined && { detail }),
  };
}

/** All of a request. */
export function wholeApprovalOf(service: string, request: ApprovalRequest): WholeApproval {
  const {
    operator,
    policyVersion,
    policy,
    targetVersion,
    payload,
    before,
    after,
    warnings,
    evidence,
    outcome,
  } = request;
  return {
    ...listedApprovalOf(service, request),
    ...{ operator, policyVersion, targetVersion, warnings: [...warnings] },
    payload: shownPayload(payload as Record<string, unknown>, request.amount?.currency),
    verdicts: request.votes.map(({ at, acknowledged, ...vote }) => ({
      ...vote,
      acknowledged: [...acknowledged],
      at: at.toISOString(),
    })),
    ...(policy !== undefined && { policy }),
    ...(before !== undefined && { before }),
    ...(after !== undefined && { after }),
    ...(evidence !== undefined && { evidence }),
    ...(outcome !== undefined && { outcome }),
  };
}
