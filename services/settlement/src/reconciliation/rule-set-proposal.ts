import type { ApprovalKind, ApprovalRequest, Approvals } from '@tonle/approval';
import { reconciliationRules, refused, type breakCalls, type Refusal } from '@tonle/contracts';
import type { Transaction } from '@tonle/persistence';
import type { Platform } from '@tonle/platform';
import { z } from 'zod';
import { insertRuleSet, latestRuleSet } from './rule-set.store.js';
import { shownRules } from './rule-set-words.decide.js';

const payload = z.object({ effectiveFrom: z.iso.date(), rules: reconciliationRules });
type NewRules = z.infer<typeof payload>;
type ProposeRequest = z.infer<typeof breakCalls.proposeRules.request>;
type ProposeAnswer = z.infer<typeof breakCalls.proposeRules.response>;

/** Beyond every clock on earth. */
const AHEAD_MS = 14 * 3_600_000;

/** Rules of reconciliation for days to come: one proposes them, another approves; days that have begun keep theirs. */
export class RuleSetProposal implements ApprovalKind<NewRules> {
  readonly kind = 'reconciliation.rules';
  readonly payload = payload;

  constructor(
    private readonly platform: Pick<Platform, 'database' | 'clock'>,
    private readonly approvals: Approvals,
  ) {
    approvals.add(this);
  }

  /** Refuses `rules_retroactive`, and what approvals refuse. */
  async propose({ effectiveFrom, rules, ...by }: ProposeRequest): Promise<ProposeAnswer> {
    const early = this.tooEarly(effectiveFrom, this.platform.clock.now());
    if (early !== undefined) return early;
    return this.platform.database.transaction(async (transaction): Promise<ProposeAnswer> => {
      const latest = await latestRuleSet(transaction);
      const { before, after } = shownRules(latest.rules, rules);
      const proposed = await this.approvals.propose(transaction, this, {
        ...{ ...by, payload: { effectiveFrom, rules }, target: 'reconciliation' },
        before: { version: latest.version, from: latest.effectiveFrom, ...before },
        after: { version: latest.version + 1, from: effectiveFrom, ...after },
      });
      return proposed.kind === 'refused' ? proposed : { kind: 'proposed', approvalId: proposed.approvalId };
    });
  }

  async targetVersion(transaction: Transaction): Promise<string> {
    return (await latestRuleSet(transaction)).version.toString();
  }

  async execute(
    transaction: Transaction,
    { approvalId, participant, payload: { effectiveFrom, rules } }: ApprovalRequest<NewRules>,
    nowMs: number,
  ): Promise<{ kind: 'executed'; outcome: { version: number } } | Refusal> {
    const early = this.tooEarly(effectiveFrom, nowMs);
    if (early !== undefined) return early;
    const version = (await latestRuleSet(transaction)).version + 1;
    await insertRuleSet(transaction, {
      ...{ version, effectiveFrom, rules, approvalId, madeBy: participant, at: new Date(nowMs) },
    });
    return { kind: 'executed', outcome: { version } };
  }

  private tooEarly(effectiveFrom: string, nowMs: number): Refusal | undefined {
    const today = new Date(nowMs + AHEAD_MS).toISOString().slice(0, 10);
    return effectiveFrom > today ? undefined : refused('rules_retroactive', `Today is ${today}.`);
  }
}
