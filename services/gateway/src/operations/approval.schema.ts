import {
  APPROVAL_KINDS,
  APPROVAL_STATES,
  APPROVAL_VERDICTS,
  listedApproval,
  wholeApproval,
} from '@tonle/contracts';
import { z } from 'zod';
import { publicAmount } from '../http/public-amount.js';
import { instant, pageLimit, printable, uuid } from '../payment/payment.schema.js';
import { reason } from './operations.schema.js';

const PAGE_MAX = 1000;

/** `<service>.<uuid>`: the service that does it. */
export const approvalName = z
  .string()
  .max(120)
  .regex(
    /^[a-z0-9-]+\.[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
    'Must be an id as the list of approvals has it.',
  )
  .meta({ description: 'As the list names it' });

export const listApprovalsQuery = z.strictObject({
  state: z.enum(APPROVAL_STATES).optional(),
  kind: z.enum(APPROVAL_KINDS).optional(),
  cursor: uuid.optional(),
  limit: pageLimit(PAGE_MAX),
});
export type ListApprovals = z.infer<typeof listApprovalsQuery>;

export const decideApprovalBody = z
  .strictObject({
    verdict: z.enum(APPROVAL_VERDICTS).meta({
      description: '`withdraw` is for whoever proposed it, the others are for everybody else',
    }),
    acknowledged: z
      .array(printable(100))
      .max(100)
      .default([])
      .meta({ description: 'Codes of the warnings that were looked at: to approve, all of them' }),
    reason,
  })
  .meta({ id: 'DecideApproval' });
export type DecideApproval = z.infer<typeof decideApprovalBody>;

const shown = { approvalId: approvalName, amount: publicAmount.optional() };

export const publicApprovals = z
  .object({
    approvals: z.array(listedApproval.omit({ amount: true }).extend(shown)),
    next: z.string().optional(),
    silentServices: z
      .array(z.string())
      .meta({ description: 'Services that did not answer: theirs are not listed' }),
  })
  .meta({ id: 'Approvals' });
export type PublicApprovals = z.infer<typeof publicApprovals>;

export const publicApproval = wholeApproval.omit({ amount: true }).extend(shown).meta({ id: 'Approval' });
export type PublicApproval = z.infer<typeof publicApproval>;

export const decidedApproval = z
  .object({
    state: z.enum(APPROVAL_STATES),
    approvals: z.int(),
    approvalsRequired: z.int(),
    outcome: z.record(z.string(), z.unknown()).optional(),
  })
  .meta({ id: 'DecidedApproval' });
export type DecidedApproval = z.infer<typeof decidedApproval>;

export const proposedApproval = z
  .object({ approvalId: approvalName, approvalsRequired: z.int(), expiresAt: instant })
  .meta({ id: 'ProposedApproval' });
export type PublicProposedApproval = z.infer<typeof proposedApproval>;

/** What takes less holds at once, and what takes more when others have approved it. */
export const doneOrProposed = z
  .object({
    done: z.boolean().meta({ description: 'It holds now; otherwise when others have approved' }),
    ...proposedApproval.partial().shape,
  })
  .meta({ id: 'DoneOrProposed' });
export type DoneOrProposed = z.infer<typeof doneOrProposed>;
