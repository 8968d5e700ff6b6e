import { refused, type ApprovalDecision, type Refusal } from '@tonle/contracts';
import type { ApprovalRequest } from './approval.js';
import type { ApprovalPolicy } from './approval-policy.js';

/** What becomes of a request by a verdict. */
export type ApprovalStep =
  | Refusal
  /** Said before: as it stands. */
  | { readonly kind: 'repeated' }
  | { readonly kind: 'ended'; readonly state: 'rejected' | 'withdrawn' | 'expired' | 'stale' }
  /** Others have to approve too. */
  | { readonly kind: 'counted' }
  /** It waits for its instant. */
  | { readonly kind: 'approved' }
  | { readonly kind: 'execute' };

type Verdict = Pick<ApprovalDecision, 'verdict' | 'participant' | 'acknowledged'>;
type Decided = Pick<
  ApprovalRequest,
  'state' | 'participant' | 'targetVersion' | 'warnings' | 'approvalsRequired' | 'votes'
> & { readonly expiresAt: Date; readonly effectiveAt?: Date; readonly detail?: string };

/**
 * What a verdict leads to. `current` is the target's version now, undefined when it is gone. In this order: `approval_ended`, expired,
 * `not_the_maker`, `second_operator_needed`, `not_an_approver`, stale, `warnings_unacknowledged`.
 */
export function decideVerdict(
  request: Decided,
  { verdict, participant, acknowledged }: Verdict,
  policy: ApprovalPolicy,
  current: string | undefined,
  nowMs: number,
): ApprovalStep {
  const saidBefore = request.votes.some(
    (vote) => vote.participant === participant && vote.verdict === verdict,
  );
  if (saidBefore) return { kind: 'repeated' };
  if (!isOpen(request)) return refused('approval_ended', request.detail ?? `It is ${request.state}.`);
  if (isOverdue(request, nowMs)) return { kind: 'ended', state: 'expired' };
  const isMaker = request.participant === participant;
  if (verdict === 'withdraw')
    return isMaker ? { kind: 'ended', state: 'withdrawn' } : refused('not_the_maker');
  if (isMaker) return refused('second_operator_needed');
  if (!mayAct(policy.checkers, participant))
    return refused('not_an_approver', `Of this kind decide ${policy.checkers!.join(', ')}.`);
  if (verdict === 'reject') return { kind: 'ended', state: 'rejected' };
  if (current !== request.targetVersion) return { kind: 'ended', state: 'stale' };
  const missed = request.warnings.filter(({ code }) => !acknowledged.includes(code));
  if (missed.length > 0)
    return refused(
      'warnings_unacknowledged',
      undefined,
      missed.map(({ code, text }) => ({ path: '/acknowledged', message: `${code}: ${text}` })),
    );
  if (approvalsOf(request) + 1 < request.approvalsRequired) return { kind: 'counted' };
  return isEffective(request, nowMs) ? { kind: 'execute' } : { kind: 'approved' };
}

/** What becomes of a request that has its approvals when its instant has come. */
export function decideEffective(
  request: Pick<Decided, 'state' | 'targetVersion' | 'effectiveAt'>,
  current: string | undefined,
  nowMs: number,
): ApprovalStep {
  if (request.state !== 'approved' || !isEffective(request, nowMs)) return { kind: 'repeated' };
  return current === request.targetVersion ? { kind: 'execute' } : { kind: 'ended', state: 'stale' };
}

/** How many have approved. */
export function approvalsOf({ votes }: Pick<Decided, 'votes'>): number {
  return new Set(votes.filter(({ verdict }) => verdict === 'approve').map(({ participant }) => participant))
    .size;
}

/** May this participant, of those that a policy names? */
export function mayAct(named: readonly string[] | undefined, participant: string): boolean {
  return named === undefined || named.includes(participant);
}

const isOpen = ({ state }: Pick<Decided, 'state'>): boolean => state === 'pending' || state === 'approved';

const isOverdue = ({ state, expiresAt }: Pick<Decided, 'state' | 'expiresAt'>, nowMs: number): boolean =>
  state === 'pending' && expiresAt.getTime() <= nowMs;

const isEffective = ({ effectiveAt }: Pick<Decided, 'effectiveAt'>, nowMs: number): boolean =>
  effectiveAt === undefined || effectiveAt.getTime() <= nowMs;
