import type { ListedApproval } from '@tonle/contracts';
import { showAmount, type PublicAmount } from '../http/public-amount.js';
import type { PublicProposedApproval } from './approval.schema.js';

/** A proposal under the name that it has for everybody. */
export function showApproval<A extends ListedApproval>({
  approvalId,
  amount,
  ...approval
}: A): Omit<A, 'approvalId' | 'amount'> & { id: string; amount?: PublicAmount } {
  return {
    id: nameOf(approval.service, approvalId),
    ...approval,
    ...(amount === undefined ? {} : { amount: showAmount(amount) }),
  };
}

/** What a service has kept as a proposal. */
export function showProposed(
  service: string,
  {
    approvalId,
    approvalsRequired,
    expiresAt,
  }: { readonly approvalId: string; readonly approvalsRequired: number; readonly expiresAt: string },
): PublicProposedApproval {
  return { id: nameOf(service, approvalId), approvalsRequired, expiresAt };
}

const nameOf = (service: string, approvalId: string): string => `${service}.${approvalId}`;
