import { refused, type breakCalls, type Refusal, type settlementCalls } from '@tonle/contracts';
import type { Database, Transaction } from '@tonle/persistence';
import { recordDeeds, type Clock, type Random } from '@tonle/platform';
import type { z } from 'zod';
import { decideLife, decideTogether, type KnownBreak } from './break-life.decide.js';
import { lockBreaks, noteDeed, setState } from './break-life.store.js';

type Decision = z.infer<typeof settlementCalls.decideBreak.request>;
type Answer = z.infer<typeof settlementCalls.decideBreak.response>;
type ManyRequest = z.infer<typeof breakCalls.decideMany.request>;
type ManyAnswer = z.infer<typeof breakCalls.decideMany.response>;

/** What one person does with breaks: each deed is kept, with who did it and why, in the commit that changes the break. */
export class BreakService {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly random: Random,
  ) {}

  /** Refuses `not_found`, and what `decideLife` names. */
  decide({ breakId, ...decision }: Decision): Promise<Answer> {
    return this.database.transaction(async (transaction): Promise<Answer> => {
      const [found] = await lockBreaks(transaction, [breakId]);
      if (found === undefined) return refused('not_found');
      return (await this.apply(transaction, found, decision)) ?? { kind: 'done' };
    });
  }

  /** All of them or none: of one type, each below the limit. Refuses `not_found`, and what `decideTogether` and `decideLife` name. */
  async decideMany({ type, breakIds, ...decision }: ManyRequest): Promise<ManyAnswer> {
    const wanted = new Set(breakIds.map((id) => id.toLowerCase()));
    return this.database.transaction(async (transaction): Promise<ManyAnswer> => {
      const found = await lockBreaks(transaction, [...wanted]);
      if (found.length < wanted.size) return refused('not_found');
      const fault =
        decideTogether(found, type) ??
        found.map((each) => decideLife(each, decision.decision)).find(isRefusal);
      if (fault !== undefined) return fault;
      for (const each of found) await this.apply(transaction, each, decision);
      return { kind: 'done', decided: found.length };
    });
  }

  private async apply(
    transaction: Transaction,
    found: KnownBreak,
    { decision, owner, operator, participant, reason }: Omit<Decision, 'breakId'>,
  ): Promise<Refusal | undefined> {
    const next = decideLife(found, decision);
    if (isRefusal(next)) return next;
    const nowMs = this.clock.now();
    const at = new Date(nowMs);
    const given = decision === 'assign' ? (owner ?? operator) : null;
    if (decision !== 'note')
      await setState(transaction, [found.breakId], {
        ...{ state: next.state, owner: given, at },
        isReopened: decision === 'reopen',
      });
    const deed = { deed: decision, operator, reason, owner: given, at };
    await noteDeed(transaction, [found.breakId], deed, [this.random.id(nowMs)]);
    await recordDeeds(transaction, 'settlement', [
      {
        atMs: nowMs,
        actor: { kind: 'operator', name: operator, participant },
        action: `break.${decision}`,
        object: found.breakId,
        before: { state: found.state, owner: found.owner },
        after: { state: next.state, owner: given ?? found.owner },
        reason,
      },
    ]);
    return undefined;
  }
}

function isRefusal(answer: object): answer is Refusal {
  return 'kind' in answer && answer.kind === 'refused';
}
