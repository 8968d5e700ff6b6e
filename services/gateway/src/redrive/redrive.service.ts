import type { Approvals, ProposedApproval } from '@tonle/approval';
import {
  deadLetterCalls,
  refused,
  REDRIVEN_ALONE_MAX,
  type ApprovalWarning,
  type AuditFacts,
  type LetterRedriveAnswer,
  type Refusal,
} from '@tonle/contracts';
import type { ServiceCalls } from '@tonle/messaging';
import type { Database } from '@tonle/persistence';
import type { GroupRedriveKind } from './group-redrive.kind.js';

/** So many letters of a group are tried for those who decide. */
const TRIED_MAX = 10;
const GROUPS_MAX = 500;

/** What an operator asks for. */
interface AskedRedrive {
  readonly service: string;
  readonly groupId: string;
  readonly perSecond: number;
  readonly stopOnFailure: boolean;
  readonly operator: string;
  readonly participant: string;
  readonly reason: string;
}

type RedriveAnswer =
  | Extract<LetterRedriveAnswer, { kind: 'started' }>
  | (ProposedApproval & { readonly total: number })
  | Refusal;

/** Redrives of groups of dead letters: a few by one operator, many when another has approved it. */
export class RedriveService {
  constructor(
    private readonly calls: ServiceCalls,
    private readonly database: Database,
    private readonly approvals: Approvals,
    private readonly kind: GroupRedriveKind,
  ) {}

  /** Refuses `not_found`, `redrive_running`, and what proposing refuses. Whoever has the letters counts them. */
  async redrive({ service, ...asked }: AskedRedrive): Promise<RedriveAnswer> {
    const { redrive, groups } = deadLetterCalls(service);
    const answer = await this.calls.call(redrive, { ...asked, most: REDRIVEN_ALONE_MAX });
    if (answer.kind === 'started' || answer.reason !== 'redrive_larger') return answer;
    const found = await this.calls.call(groups, { limit: GROUPS_MAX });
    const group = found.groups.find(({ groupId }) => groupId === asked.groupId);
    if (group === undefined) return refused('not_found');
    const { groupId, perSecond, stopOnFailure, ...by } = asked;
    const { count: total, type, topic, cause } = group;
    const tried = await this.tried(service, groupId);
    const proposed = await this.database.transaction((transaction) =>
      this.approvals.propose(transaction, this.kind, {
        ...by,
        payload: { service, groupId, total, perSecond, stopOnFailure },
        target: `${service}.${groupId}`,
        before: { letters: `${total} open`, type, topic, cause },
        after: { letters: `${total} replayed, ${perSecond} a second at most`, ...tried.facts },
        warnings: tried.warnings,
      }),
    );
    return proposed.kind === 'refused' ? proposed : { ...proposed, total };
  }

  /** What a replay of the latest of them would do now: nothing is done. */
  private async tried(
    service: string,
    groupId: string,
  ): Promise<{ readonly facts: AuditFacts; readonly warnings: readonly ApprovalWarning[] }> {
    const { list, rehearse } = deadLetterCalls(service);
    const { letters } = await this.calls.call(list, { limit: TRIED_MAX, groupId });
    const results = await Promise.all(
      letters.map(async ({ letterId, key }) => {
        const answer = await this.calls.call(rehearse, { letterId });
        if (answer.kind === 'refused') return { key, would: 'it is not there any more' };
        const { failure, would } = answer;
        return { key, would: failure === undefined ? would.join('; ') : `fail again: ${failure}`, failure };
      }),
    );
    const failing = results.flatMap(({ failure }) => failure ?? []);
    const text = `${failing.length} of ${results.length} that were tried would fail again: ${failing[0]}`;
    return {
      facts: { tried: results.map(({ key, would }) => `${key}: ${would}`) },
      warnings: failing.length === 0 ? [] : [{ code: 'would_fail', text }],
    };
  }
}
