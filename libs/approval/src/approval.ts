import type { ApprovalState, ApprovalWarning, AuditFacts, Refusal, WrittenPolicy } from '@tonle/contracts';
import type { OutboundRecord } from '@tonle/messaging';
import type { Amount } from '@tonle/money';
import type { Transaction } from '@tonle/persistence';
import type { z } from 'zod';

/** Who proposes or decides. */
export interface ApprovalActor {
  /** Id of the key that signed. */
  readonly operator: string;
  /** Whose key it is: people are told apart by it, since one may hold two keys. */
  readonly participant: string;
}

/** What one operator wants done, and what those who decide have to see. */
export interface Proposal<Payload> extends ApprovalActor {
  readonly payload: Payload;
  /** What it is done to: of one kind and target one proposal is open at a time. */
  readonly target: string;
  /** How many have to approve hangs on it. */
  readonly amount?: Amount;
  /** What would change, as it is and as it would be: people decide by both, with amounts in words. */
  readonly before: AuditFacts;
  readonly after: AuditFacts;
  /** Each has to be acknowledged by whoever approves. */
  readonly warnings?: readonly ApprovalWarning[];
  /** Where it can be seen that it is right: the hash of a file, ids of messages. */
  readonly evidence?: string;
  /** From when on it is to hold; done at the last approval when absent. */
  readonly effectiveAtMs?: number;
  readonly reason: string;
}

/** A verdict on a request. */
export interface ApprovalVote extends ApprovalActor {
  readonly verdict: 'approve' | 'reject' | 'withdraw';
  readonly reason: string;
  /** Codes of the warnings that were looked at. */
  readonly acknowledged: readonly string[];
  readonly at: Date;
}

/** A proposal as it is kept. */
export interface ApprovalRequest<Payload = unknown> extends Omit<
  Proposal<Payload>,
  'effectiveAtMs' | 'before' | 'after'
> {
  /** Absent for some of before they had to be said. */
  readonly before?: AuditFacts;
  readonly after?: AuditFacts;
  readonly approvalId: string;
  readonly kind: string;
  readonly targetVersion: string;
  readonly policyVersion: number;
  /** What the policy said when it was proposed; absent for requests of before it was kept. */
  readonly policy?: WrittenPolicy;
  readonly approvalsRequired: number;
  readonly state: ApprovalState;
  readonly warnings: readonly ApprovalWarning[];
  readonly proposedAt: Date;
  readonly expiresAt: Date;
  readonly effectiveAt?: Date;
  readonly endedAt?: Date;
  readonly detail?: string;
  readonly outcome?: AuditFacts;
  readonly votes: readonly ApprovalVote[];
}

/** What the execution of an approved request came to. Refused: everything that it did is undone, and the request has failed. */
export type ApprovalExecution =
  | {
      readonly kind: 'executed';
      readonly outcome?: AuditFacts;
      /** Leave by the outbox of the service, when it has one. */
      readonly records?: readonly OutboundRecord[];
    }
  | Refusal;

/** States in which a request ends without having changed anything. */
export type EndedUndone = Exclude<ApprovalState, 'pending' | 'approved' | 'executed'>;

/** A kind of deed that needs more than one operator; what it does belongs to the service that owns the tables. */
export interface ApprovalKind<Payload> {
  /** As the table of policies names it. */
  readonly kind: string;
  readonly payload: z.ZodType<Payload>;
  /**
   * What the target is now, as text; undefined when there is none any more. Asked when it is proposed and again at each approval:
   * something else makes the request stale. Locks the target's row, so that nothing changes until the commit.
   */
  targetVersion(transaction: Transaction, payload: Payload): Promise<string | undefined>;
  /** Does it, in the transaction of the last approval, which is the last of its votes. Throws when it cannot be done now: then nothing has happened. */
  execute(
    transaction: Transaction,
    approved: ApprovalRequest<Payload>,
    nowMs: number,
  ): Promise<ApprovalExecution>;
  /**
   * What has to be done outside of the database before the last approval is written down, e.g. ask another service. Is done again
   * after a crash. Refused: the request stays as it is.
   */
  prepare?(approved: ApprovalRequest<Payload>): Promise<Refusal | undefined>;
  /** In the transaction in which a request ends undone. */
  ended?(transaction: Transaction, request: ApprovalRequest<Payload>, state: EndedUndone): Promise<void>;
  /** After the commit; when the process dies before, something else has to make up for it. */
  afterwards?(approved: ApprovalRequest<Payload>): Promise<unknown>;
}
