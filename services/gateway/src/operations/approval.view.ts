import type { ListedApproval } from '@tonle/contracts';
import { showAmount, type PublicAmount } from '../http/public-amount.js';
import type { DoneOrProposed, PublicProposedApproval } from './approval.schema.js';

/** A proposal under the name that it has for everybody. */
export function showApproval<A extends ListedApproval>({
  approvalId,
  amount,
  ...approval
}: A): Omit<A, 'approvalId' | 'amount'> & { approvalId: string; amount?: PublicAmount } {
  return {
    approvalId: nameOf(approval.service, approvalId),
    ...approval,
    ...(amount === undefined ? {} : { amount: showAmount(amount) }),
  };
}

interface KeptProposal {
  readonly approvalId: string;
  readonly approvalsRequired: number;
  readonly expiresAt: string;
}

/** What a service has done, or kept as a proposal. */
export function showDoneOrProposed(
  service: string,
  answer: { readonly kind: 'done' } | ({ readonly kind: 'proposed' } & KeptProposal),
): DoneOrProposed {
  return answer.kind === 'done' ? { done: true } : { done: false, ...showProposed(service, answer) };
}

/** What a service has kept as a proposal. */
export function showProposed(
  service: string,
  { approvalId, approvalsRequired, expiresAt }: KeptProposal,
): PublicProposedApproval {
  return { approvalId: nameOf(service, approvalId), approvalsRequired, expiresAt };
}

/** Approvals are named by the service that does what they are about. */
const nameOf = (service: string, approvalId: string): string => `${service}.${approvalId}`;
