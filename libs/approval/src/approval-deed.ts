import type { AuditActor, AuditFacts, Deed } from '@tonle/contracts';
import { amountText } from '@tonle/money';
import type { ApprovalActor, ApprovalRequest } from './approval.js';

type Step = 'propose' | 'approve' | 'reject' | 'withdraw' | 'expire' | 'stale' | 'execute' | 'fail';
type Told = Pick<
  ApprovalRequest,
  'approvalId' | 'kind' | 'target' | 'targetVersion' | 'amount' | 'operator' | 'participant' | 'reason'
> &
  Pick<ApprovalRequest, 'before' | 'after' | 'evidence'>;

/** What the clock or the switch itself does about a request. */
export const SYSTEM: AuditActor = { kind: 'system', name: 'approvals' };

/** Whoever signed, as the audit log names them. */
export function actorOf({ operator, participant }: ApprovalActor): AuditActor {
  return { kind: 'operator', name: operator, participant };
}

/** The proposal, with what it would change. */
export function proposalDeed(request: Told, atMs: number): Deed {
  const { before, evidence, reason } = request;
  return {
    ...entry(request, 'propose', atMs, actorOf(request), request.after),
    reason,
    ...(before === undefined ? {} : { before }),
    ...(evidence === undefined ? {} : { evidence }),
  };
}

/** A later step in the life of a request. */
export function stepDeed(
  request: Told,
  step: Exclude<Step, 'propose'>,
  by: { readonly actor: AuditActor; readonly reason?: string; readonly facts?: AuditFacts },
  atMs: number,
): Deed {
  return {
    ...entry(request, step, atMs, by.actor, by.facts),
    ...(by.reason === undefined ? {} : { reason: by.reason }),
    decides: { proposal: request.approvalId, by: request.operator },
  };
}

function entry(
  { approvalId, kind, target, targetVersion, amount }: Told,
  step: Step,
  atMs: number,
  actor: AuditActor,
  facts: AuditFacts | undefined,
): Deed {
  const sum = amount === undefined ? {} : { amount: amountText(amount) };
  return {
    ...{ atMs, actor, action: `approval.${step}`, object: approvalId },
    after: { kind, target, targetVersion, ...sum, ...facts },
  };
}
