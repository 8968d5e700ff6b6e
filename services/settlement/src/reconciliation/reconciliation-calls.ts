import { breakCalls, refused, settlementCalls } from '@tonle/contracts';
import type { Directory } from '@tonle/directory';
import type { Database } from '@tonle/persistence';
import type { Clock, Service } from '@tonle/platform';
import type { BankComparisonJob } from './bank-comparison.job.js';
import type { BatchComparisonJob } from './batch-comparison.job.js';
import type { BreakHandlingJob } from './break-handling.job.js';
import type { BreakEscalationJob } from './break-escalation.job.js';
import type { BreakResolution } from './break-resolution.js';
import type { BreakService } from './break.service.js';
import { breakAgeing, findBreak, listBreaks, type PartnerClocks } from './break.view.js';
import { reconciliationTargets } from './reconciliation-targets.js';
import type { RuleSetProposal } from './rule-set-proposal.js';
import { listRuleSets, listRuns } from './run.view.js';

const ESCALATE_EVERY_MS = 60_000;
const HANDLE_EVERY_MS = 30_000;
const BANK_DAYS_EVERY_MS = 600_000;
const BATCHES_EVERY_MS = 600_000;

/** What settlement answers about breaks, runs and rules. */
export class ReconciliationCalls {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly directory: Directory,
    private readonly breaks: BreakService,
    private readonly resolution: BreakResolution,
    private readonly rules: RuleSetProposal,
    private readonly escalation: BreakEscalationJob,
    private readonly banks: BankComparisonJob,
    private readonly batches: BatchComparisonJob,
    private readonly handling: BreakHandlingJob,
  ) {}

  declareIn(service: Service): void {
    const { database, breaks, resolution, rules } = this;
    service.call(settlementCalls.breaks, async (filter) => ({
      breaks: await listBreaks(database, filter, this.clocks()),
    }));
    service.call(settlementCalls.decideBreak, (decision) => breaks.decide(decision));
    service.call(breakCalls.decideMany, (request) => breaks.decideMany(request));
    service.call(breakCalls.find, async ({ breakId }) => {
      const found = await findBreak(database, breakId, this.clocks());
      return found === undefined ? refused('not_found') : { kind: 'found' as const, ...found };
    });
    service.call(breakCalls.propose, (request) => resolution.propose(request));
    service.call(breakCalls.ageing, async () => ({ ageing: await breakAgeing(database, this.clocks()) }));
    service.call(breakCalls.runs, async (filter) => ({ runs: await listRuns(database, filter) }));
    service.call(breakCalls.rules, async () => ({ versions: await listRuleSets(database) }));
    service.call(breakCalls.proposeRules, (request) => rules.propose(request));
    service.job('handle-breaks', HANDLE_EVERY_MS, this.handling.run);
    service.job('escalate-breaks', ESCALATE_EVERY_MS, this.escalation.run);
    service.job('compare-bank-days', BANK_DAYS_EVERY_MS, this.banks.run);
    service.job('compare-batches', BATCHES_EVERY_MS, this.batches.run);
  }

  private clocks(): PartnerClocks {
    const targets = reconciliationTargets(this.directory);
    return {
      nowMs: this.clock.now(),
      offsets: new Map(targets.map(({ partner, calendar }) => [partner, calendar.utcOffsetMinutes])),
    };
  }
}
