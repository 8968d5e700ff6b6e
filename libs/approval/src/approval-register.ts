import { canonicalJson, refused, type ApprovalDecision, type Deed, type Refusal } from '@tonle/contracts';
import type { CalendarBody } from '@tonle/directory';
import type { Transaction } from '@tonle/persistence';
import { recordDeeds, type Platform } from '@tonle/platform';
import type { ApprovalKind, ApprovalRequest, EndedUndone, Proposal } from './approval.js';
import { mayAct } from './approval.decide.js';
import { actorOf, proposalDeed, stepDeed, SYSTEM } from './approval-deed.js';
import { approvalsRequired, expiryOf, writtenPolicyOf, type ApprovalPolicy } from './approval-policy.js';
import {
  insertApproval,
  insertVote,
  lockOpen,
  lockOverdue,
  openApproval,
  setApprovalState,
} from './approval.store.js';

/** What approvals need of a platform. */
export type ApprovalHost = Pick<Platform, 'service' | 'database' | 'clock' | 'random' | 'telemetry'>;

/** The proposal is kept. */
export interface ProposedApproval {
  readonly kind: 'proposed';
  readonly approvalId: string;
  readonly approvalsRequired: number;
  readonly expiresAt: string;
}

/** A verdict, or for the clock none: the instant of an approved request has come. */
export type ApprovalCause = ApprovalDecision | { readonly approvalId: string; readonly verdict?: undefined };

/** So many requests are ended by the clock in one transaction. */
export const ROUND_MAX = 100;

/** How it ended, of what has changed meanwhile. */
export const staleWords = ({ target }: Pick<ApprovalRequest, 'target'>): string =>
  `${target} is not any more what it was`;

/** How it ended, of what nobody decided. */
export const EXPIRED = 'nobody decided it in time';

/** Proposals as they are kept, voted on and ended; what they do is done by `Approvals`. */
export class ApprovalRegister {
  private readonly kinds = new Map<string, ApprovalKind<unknown>>();

  constructor(
    readonly host: ApprovalHost,
    private readonly calendar: () => CalendarBody | undefined,
    private readonly policies: Readonly<Record<string, ApprovalPolicy>>,
  ) {}

  add<Payload>(kind: ApprovalKind<Payload>): void {
    this.policyOf(kind.kind);
    this.kinds.set(kind.kind, kind as ApprovalKind<unknown>);
  }

  /**
   * Keeps a proposal, in the caller's transaction; the same one again of the same participant is the one that is open. Refuses
   * `not_an_approver`, `not_found` when there is no such target, `proposal_open` with its id.
   */
  async propose<Payload>(
    transaction: Transaction,
    kind: ApprovalKind<Payload>,
    { effectiveAtMs, ...proposal }: Proposal<Payload>,
  ): Promise<ProposedApproval | Refusal> {
    const { clock, random, service } = this.host;
    const policy = this.policyOf(kind.kind);
    if (!mayAct(policy.makers, proposal.participant))
      return refused('not_an_approver', `Of this kind propose ${policy.makers!.join(', ')}.`);
    // In the order of a decision: the request, then its target.
    await lockOpen(transaction, kind.kind, proposal.target);
    const targetVersion = await kind.targetVersion(transaction, proposal.payload);
    if (targetVersion === undefined) return refused('not_found');
    const nowMs = clock.now();
    await this.makeRoom(transaction, nowMs, { kind: kind.kind, target: proposal.target, targetVersion });
    const request = {
      ...{ ...proposal, approvalId: random.id(nowMs), kind: kind.kind, targetVersion },
      warnings: proposal.warnings ?? [],
      policyVersion: policy.version,
      policy: writtenPolicyOf(policy),
      approvalsRequired: approvalsRequired(policy, proposal.amount),
      proposedAt: new Date(nowMs),
      expiresAt: new Date(expiryOf(policy, nowMs, this.calendar())),
      ...(effectiveAtMs === undefined ? {} : { effectiveAt: new Date(effectiveAtMs) }),
    };
    if (!(await insertApproval(transaction, request)))
      return sameOrOpen(await openApproval(transaction, kind.kind, proposal.target), request);
    await recordDeeds(transaction, service, [proposalDeed(request, nowMs)]);
    return proposedOf(request);
  }

  /** What nobody has decided in time, or what has been overtaken, does not keep others from proposing. */
  private async makeRoom(
    transaction: Transaction,
    nowMs: number,
    of: { readonly kind: string; readonly target: string; readonly targetVersion: string },
  ): Promise<void> {
    await this.endOverdue(transaction, nowMs, of);
    const open = await openApproval(transaction, of.kind, of.target);
    if (open !== undefined && open.targetVersion !== of.targetVersion)
      await this.close(transaction, open, { state: 'stale', detail: staleWords(open), nowMs }, []);
  }

  /** Ends a request undone. */
  async close(
    transaction: Transaction,
    request: ApprovalRequest,
    { state, detail, nowMs }: { state: EndedUndone; detail: string; nowMs: number },
    deeds: Deed[],
  ): Promise<void> {
    await setApprovalState(transaction, request.approvalId, state, { endedAt: new Date(nowMs), detail });
    await this.kindOf(request)?.ended?.(transaction, request, state);
    const step = ({ expired: 'expire', stale: 'stale', failed: 'fail' } as const)[state as 'expired'];
    const told = { actor: SYSTEM, facts: { state, detail } };
    const own = step === undefined ? [] : [stepDeed(request, step, told, nowMs)];
    await recordDeeds(transaction, this.host.service, [...deeds, ...own]);
  }

  /** Ends what is overdue, of one kind and target when it is named; says how many there were. */
  async endOverdue(
    transaction: Transaction,
    nowMs: number,
    of?: { readonly kind: string; readonly target: string },
  ): Promise<number> {
    const overdue = await lockOverdue(transaction, new Date(nowMs), ROUND_MAX, of);
    for (const request of overdue)
      await this.close(transaction, request, { state: 'expired', detail: EXPIRED, nowMs }, []);
    return overdue.length;
  }

  /** Writes down who said what; the clock says nothing. */
  async vote(
    transaction: Transaction,
    request: ApprovalRequest,
    cause: ApprovalCause,
    nowMs: number,
  ): Promise<Deed[]> {
    if (cause.verdict === undefined) return [];
    const { verdict, reason, acknowledged } = cause;
    await insertVote(transaction, this.host.random.id(nowMs), request, { ...cause, at: new Date(nowMs) });
    const facts = acknowledged.length === 0 ? {} : { facts: { acknowledged } };
    return [stepDeed(request, verdict, { actor: actorOf(cause), reason, ...facts }, nowMs)];
  }

  kindOf({ kind }: Pick<ApprovalRequest, 'kind'>): ApprovalKind<unknown> | undefined {
    return this.kinds.get(kind);
  }

  policyOf(kind: string): ApprovalPolicy {
    const policy = this.policies[kind];
    if (policy === undefined) throw new Error(`no policy says who approves ${kind}`);
    return policy;
  }
}

type Kept = Pick<
  ApprovalRequest,
  'approvalId' | 'approvalsRequired' | 'expiresAt' | 'participant' | 'payload'
>;

function proposedOf({ approvalId, approvalsRequired: required, expiresAt }: Kept): ProposedApproval {
  return { kind: 'proposed', approvalId, approvalsRequired: required, expiresAt: expiresAt.toISOString() };
}

/** The same of the same participant is a repeat. */
function sameOrOpen(open: ApprovalRequest | undefined, asked: Kept): ProposedApproval | Refusal {
  if (open === undefined) return refused('proposal_open');
  const isSame =
    open.participant === asked.participant &&
    canonicalJson(open.payload) === canonicalJson(JSON.parse(JSON.stringify(asked.payload)));
  return isSame ? proposedOf(open) : refused('proposal_open', `It is approval ${open.approvalId}.`);
}
