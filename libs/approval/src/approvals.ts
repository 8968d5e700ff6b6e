import { refused, type ApprovalAnswer, type ApprovalDecision, type Refusal } from '@tonle/contracts';
import type { CalendarBody } from '@tonle/directory';
import type { OutboundRecord } from '@tonle/messaging';
import type { Transaction } from '@tonle/persistence';
import { recordDeeds } from '@tonle/platform';
import type { ApprovalKind, ApprovalRequest, Proposal } from './approval.js';
import { approvalsOf, decideEffective, decideVerdict, type ApprovalStep } from './approval.decide.js';
import { actorOf, stepDeed, SYSTEM } from './approval-deed.js';
import { APPROVAL_POLICIES } from './approval-policies.table.js';
import type { ApprovalPolicy } from './approval-policy.js';
import {
  ApprovalRegister,
  EXPIRED,
  ROUND_MAX,
  staleWords,
  type ApprovalCause,
  type ApprovalHost,
  type ProposedApproval,
} from './approval-register.js';
import { effectiveApprovals, lockApproval, lockOpen, setApprovalState } from './approval.store.js';

/** Rolls back what an execution did before it refused. */
class Undone extends Error {
  constructor(readonly refusal: Refusal) {
    super(refusal.reason);
  }
}

/** A commit in which a verdict is taken, with the records that leave by it. */
type ApprovalCommit = <T>(
  work: (transaction: Transaction) => Promise<{ result: T; records: readonly OutboundRecord[] }>,
) => Promise<T>;

/** What approvals of a service go by. */
export interface ApprovalOptions {
  /** Whose banking days count for policies that expire by them. */
  readonly calendar?: () => CalendarBody | undefined;
  readonly policies?: Readonly<Record<string, ApprovalPolicy>>;
  /** The outbox of a service whose deeds are told to others; without it nothing may be told. */
  readonly commit?: ApprovalCommit;
}

function withoutOutbox({ database, service }: ApprovalHost): ApprovalCommit {
  return (work) =>
    database.transaction(async (transaction) => {
      const { result, records } = await work(transaction);
      if (records.length > 0) throw new Error(`${service} has no outbox for what its approvals tell`);
      return result;
    });
}

/** To be prepared outside of the transaction before it can be done. */
interface Unprepared {
  readonly kind: 'unprepared';
  readonly request: ApprovalRequest;
}

/**
 * What one operator proposes and others decide. A request is executed once, in the transaction of its last approval, when its target is
 * still what it was proposed for. Each step is a deed in the audit log.
 */
export class Approvals {
  private readonly register: ApprovalRegister;
  private readonly commit: ApprovalCommit;

  constructor(
    readonly host: ApprovalHost,
    { calendar = () => undefined, policies = APPROVAL_POLICIES, commit }: ApprovalOptions = {},
  ) {
    this.register = new ApprovalRegister(host, calendar, policies);
    this.commit = commit ?? withoutOutbox(host);
  }

  /** Makes a kind known; its policy has to be in the table. */
  add<Payload>(kind: ApprovalKind<Payload>): void {
    this.register.add(kind);
  }

  /**
   * Keeps a proposal, in the caller's transaction; the same one again of the same participant is the one that is open. Refuses
   * `not_an_approver`, `not_found` when there is no such target, `proposal_open` with its id.
   */
  propose<Payload>(
    transaction: Transaction,
    kind: ApprovalKind<Payload>,
    proposal: Proposal<Payload>,
  ): Promise<ProposedApproval | Refusal> {
    return this.register.propose(transaction, kind, proposal);
  }

  /**
   * Locks what is open of a kind and target. First of all in a transaction that locks the target itself before it proposes: a decision
   * locks in this order, and each would wait for the other.
   */
  lockOpen(
    transaction: Transaction,
    { kind }: Pick<ApprovalKind<never>, 'kind'>,
    target: string,
  ): Promise<void> {
    return lockOpen(transaction, kind, target);
  }

  /**
   * Counts a verdict; with the last approval it is done. Refuses `approval_unknown` and what `decideVerdict` names, `approval_stale` and
   * `approval_failed` with what the kind refused, and what preparing it refused: then the request stays open.
   */
  decide(decision: ApprovalDecision): Promise<ApprovalAnswer> {
    return this.take(decision);
  }

  /** Does what was approved for an instant that has come. */
  readonly effect = async (): Promise<void> => {
    const { database, clock, telemetry } = this.host;
    for (const approvalId of await effectiveApprovals(database, new Date(clock.now()), ROUND_MAX)) {
      try {
        await this.take({ approvalId });
      } catch (err) {
        // The next round tries it again, and the others do not wait for it.
        telemetry.log.warn({ err, approvalId }, 'what was approved cannot be done now');
      }
    }
  };

  /** Ends what nobody has decided in time. */
  readonly expire = async (): Promise<void> => {
    const { database, clock } = this.host;
    let ended: number;
    do {
      ended = await database.transaction((transaction) => this.register.endOverdue(transaction, clock.now()));
    } while (ended === ROUND_MAX);
  };

  private async take(cause: ApprovalCause): Promise<ApprovalAnswer> {
    const first = await this.attempt(cause, false);
    if (first.kind !== 'unprepared') return first;
    const refusal = await this.register.kindOf(first.request)!.prepare!(first.request);
    if (refusal !== undefined) return refusal;
    const then = await this.attempt(cause, true);
    if (then.kind === 'unprepared') throw new Error('it was prepared');
    return then;
  }

  private async attempt(cause: ApprovalCause, isPrepared: boolean): Promise<ApprovalAnswer | Unprepared> {
    const { telemetry } = this.host;
    try {
      let done: ApprovalRequest | undefined;
      const answer = await this.commit<ApprovalAnswer | Unprepared>(async (transaction) => {
        done = undefined;
        const { step, request, nowMs } = await this.look(transaction, cause);
        if (request === undefined || step.kind === 'refused') return untold(step as Refusal);
        if (step.kind === 'repeated') return untold(answerOf(request));
        if (step.kind !== 'execute')
          return untold(await this.write(transaction, request, cause, step, nowMs));
        if (!isPrepared && this.register.kindOf(request)!.prepare !== undefined)
          return untold({ kind: 'unprepared', request });
        done = withVote(request, cause, nowMs);
        return this.execute(transaction, done, cause, nowMs);
      });
      if (done !== undefined)
        // It is done, whatever this comes to.
        await this.register
          .kindOf(done)!
          .afterwards?.(done)
          .catch((err: unknown) => telemetry.log.warn({ err }, 'an approved deed is not followed up yet'));
      return answer;
    } catch (error) {
      if (error instanceof Undone) return this.fail(cause, error.refusal);
      throw error;
    }
  }

  /** What a verdict, or the clock, leads to now; the request and its target are locked. */
  private async look(
    transaction: Transaction,
    cause: ApprovalCause,
  ): Promise<{ step: ApprovalStep; request?: ApprovalRequest; nowMs: number }> {
    const kept = await lockApproval(transaction, cause.approvalId);
    const nowMs = this.host.clock.now();
    if (kept === undefined) return { step: refused('approval_unknown'), nowMs };
    const isToBeDone = cause.verdict === undefined || cause.verdict === 'approve';
    const kind = this.register.kindOf(kept);
    if (isToBeDone && kind === undefined)
      return { step: refused('approval_unknown', `This version does not do ${kept.kind}.`), nowMs };
    const request = isToBeDone ? { ...kept, payload: kind!.payload.parse(kept.payload) } : kept;
    const current = isToBeDone ? await kind!.targetVersion(transaction, request.payload) : undefined;
    const step =
      cause.verdict === undefined
        ? decideEffective(request, current, nowMs)
        : decideVerdict(request, cause, this.register.policyOf(request.kind), current, nowMs);
    return { step, request, nowMs };
  }

  private async execute(
    transaction: Transaction,
    request: ApprovalRequest,
    cause: ApprovalCause,
    nowMs: number,
  ): Promise<{ result: ApprovalAnswer; records: readonly OutboundRecord[] }> {
    const deeds = await this.register.vote(transaction, request, cause, nowMs);
    const result = await this.register.kindOf(request)!.execute(transaction, request, nowMs);
    if (result.kind === 'refused') throw new Undone(result);
    const { outcome, records = [] } = result;
    const end = { endedAt: new Date(nowMs), ...(outcome === undefined ? {} : { outcome }) };
    await setApprovalState(transaction, request.approvalId, 'executed', end);
    const facts = outcome === undefined ? {} : { facts: outcome };
    const by = cause.verdict === undefined ? SYSTEM : actorOf(cause);
    deeds.push(stepDeed(request, 'execute', { actor: by, ...facts }, nowMs));
    await recordDeeds(transaction, this.host.service, deeds);
    const answer = { ...answerOf(request), state: 'executed' as const };
    return { result: outcome === undefined ? answer : { ...answer, outcome }, records };
  }

  /** Everything but execution. */
  private async write(
    transaction: Transaction,
    request: ApprovalRequest,
    cause: ApprovalCause,
    step: Extract<ApprovalStep, { kind: 'ended' | 'counted' | 'approved' }>,
    nowMs: number,
  ): Promise<ApprovalAnswer> {
    const { service } = this.host;
    if (step.kind === 'ended') return this.end(transaction, request, cause, step.state, nowMs);
    const deeds = await this.register.vote(transaction, request, cause, nowMs);
    if (step.kind === 'approved') await setApprovalState(transaction, request.approvalId, 'approved', {});
    await recordDeeds(transaction, service, deeds);
    return { ...answerOf(request, cause), state: step.kind === 'approved' ? 'approved' : request.state };
  }

  private async end(
    transaction: Transaction,
    request: ApprovalRequest,
    cause: ApprovalCause,
    state: 'rejected' | 'withdrawn' | 'expired' | 'stale',
    nowMs: number,
  ): Promise<ApprovalAnswer> {
    const bySomebody = state === 'rejected' || state === 'withdrawn';
    const deeds = bySomebody ? await this.register.vote(transaction, request, cause, nowMs) : [];
    const detail = detailOf(request, cause, state);
    await this.register.close(transaction, request, { state, detail, nowMs }, deeds);
    if (state === 'stale') return refused('approval_stale');
    if (state === 'expired') return refused('approval_ended', detail);
    return { ...answerOf(request), state };
  }

  /** The execution refused, and is undone: the request has failed, unless another has decided it meanwhile. */
  private fail(cause: ApprovalCause, refusal: Refusal): Promise<ApprovalAnswer> {
    return this.host.database.transaction(async (transaction) => {
      const { step, request, nowMs } = await this.look(transaction, cause);
      if (request === undefined || step.kind !== 'execute')
        return step.kind === 'refused' ? step : refused('approval_stale');
      const deeds = await this.register.vote(transaction, request, cause, nowMs);
      const detail = refusal.detail === undefined ? refusal.reason : `${refusal.reason}: ${refusal.detail}`;
      await this.register.close(transaction, request, { state: 'failed', detail, nowMs }, deeds);
      return refused('approval_failed', detail, refusal.errors);
    });
  }
}

const untold = <T>(result: T) => ({ result, records: [] });

/** With the approval that is being given: whoever executes it knows all who have approved. */
function withVote(request: ApprovalRequest, cause: ApprovalCause, nowMs: number): ApprovalRequest {
  if (cause.verdict === undefined) return request;
  const { verdict, operator, participant, reason, acknowledged } = cause;
  const vote = { verdict, operator, participant, reason, acknowledged, at: new Date(nowMs) };
  return { ...request, votes: [...request.votes, vote] };
}

function detailOf(request: ApprovalRequest, cause: ApprovalCause, state: string): string {
  if (state === 'expired') return EXPIRED;
  if (state === 'stale') return staleWords(request);
  const { participant = '', reason = '' } = cause as Partial<ApprovalDecision>;
  return `${state} by ${participant}: ${reason}`;
}

/** As it stands, with the approval that is being written down. */
function answerOf(
  request: ApprovalRequest,
  cause?: ApprovalCause,
): Extract<ApprovalAnswer, { kind: 'decided' }> {
  const { state, approvalsRequired: required, outcome } = request;
  return {
    kind: 'decided',
    state,
    approvals: approvalsOf(request) + (cause?.verdict === 'approve' ? 1 : 0),
    approvalsRequired: required,
    ...(outcome === undefined ? {} : { outcome }),
  };
}
