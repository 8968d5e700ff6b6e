import { adapterCalls, refused, type Deed, type Refusal, type settlementCalls } from '@tonle/contracts';
import type { Directory } from '@tonle/directory';
import type { ServiceCalls } from '@tonle/messaging';
import { recordDeeds, type Platform } from '@tonle/platform';
import type { z } from 'zod';
import type { JobRunner } from '../job/job-runner.js';
import { endCorrection, insertCorrection, openCorrection, type Correction } from './correction.store.js';
import type { MissingStatements } from './missing-statements.js';
import { reconciliationTargets, type ReconciliationTarget } from './reconciliation-targets.js';
import type { StatementName } from './statement.store.js';

type ProposeRequest = z.infer<typeof settlementCalls.proposeCorrection.request>;
type ProposeAnswer = z.infer<typeof settlementCalls.proposeCorrection.response>;
type VerdictRequest = z.infer<typeof settlementCalls.decideCorrection.request>;
type VerdictAnswer = z.infer<typeof settlementCalls.decideCorrection.response>;
type StatementAnswer = z.infer<ReturnType<typeof adapterCalls>['statement']['response']>;

/** Of a day whose statement there is, of what came first. */
const DIFFERS = 'content_differs: what came first stands until two operators take the other';

/** Files of a network that say something else than was taken of them: one operator proposes to read them, another decides. */
export class CorrectionService {
  constructor(
    private readonly platform: Pick<Platform, 'database' | 'clock' | 'random'>,
    private readonly calls: ServiceCalls,
    private readonly directory: Directory,
    private readonly missing: MissingStatements,
    private readonly jobs: Pick<JobRunner, 'request'>,
  ) {}

  /**
   * Refuses `schema_invalid` for no network of ours, `nothing_differs`, and `proposal_open`. Throws ServiceUnavailable while the
   * adapter is away.
   */
  async propose({ partner, currency, day, ...by }: ProposeRequest): Promise<ProposeAnswer> {
    const { database, clock, random } = this.platform;
    const target = this.targetOf({ partner, currency });
    if (target === undefined)
      return refused('schema_invalid', `${partner} gives no statement in ${currency}.`);
    const { differing = [], missing: cause } = await this.ask(target, day);
    if (differing.length === 0) return refused('nothing_differs', cause);
    const nowMs = clock.now();
    const correctionId = random.id(nowMs);
    const correction = { correctionId, partner, currency, day, contents: differing, ...by };
    const isKept = await database.transaction(async (transaction) => {
      if (!(await insertCorrection(transaction, correction, new Date(nowMs)))) return false;
      await recordDeeds(transaction, 'settlement', [proposalDeed(correction, nowMs)]);
      return true;
    });
    if (!isKept) return refused('proposal_open');
    // It is missing until it is read: people see it, and it is asked for by the hour.
    await this.missing.note({ target, day }, cause ?? DIFFERS);
    return { kind: 'proposed', proposalId: correctionId };
  }

  /**
   * Approved, the contents that were proposed are read, whole or not, and the day is compared anew. Refuses `proposal_unknown`,
   * `second_operator_needed`, and `file_not_whole` when they cannot be read: then what was taken stands, and the proposal too.
   * Throws ServiceUnavailable while the adapter is away.
   */
  async decide({
    proposalId,
    verdict,
    operator,
    participant,
    reason,
  }: VerdictRequest): Promise<VerdictAnswer> {
    const { database, clock, random } = this.platform;
    const correction = await openCorrection(database, proposalId);
    if (correction === undefined) return refused('proposal_unknown');
    if (correction.participant === participant) return refused('second_operator_needed');
    const fault = verdict === 'approve' ? await this.read(correction) : undefined;
    if (fault !== undefined) return fault;
    const nowMs = clock.now();
    const end = { verdict, verdictId: random.id(nowMs), operator, reason };
    const isEnded = await database.transaction(async (transaction) => {
      if (!(await endCorrection(transaction, proposalId, end, new Date(nowMs)))) return false;
      await recordDeeds(transaction, 'settlement', [verdictDeed(correction, { ...end, participant }, nowMs)]);
      return true;
    });
    if (!isEnded) return refused('proposal_unknown');
    const { partner, day } = correction;
    // Where another job is at work, the one of the hour reads it.
    if (verdict === 'approve')
      await this.jobs.request({ job: 'reconcile', partner, day, operator, participant, reason });
    // What was taken is the statement of the day: it is not missing.
    else await this.missing.came({ target: correction, day });
    return { kind: 'done' };
  }

  /** Done a second time it changes nothing. */
  private async read({ partner, currency, day, contents }: Correction): Promise<Refusal | undefined> {
    const target = this.targetOf({ partner, currency });
    if (target === undefined)
      return refused('file_not_whole', `${partner} gives no statement in ${currency}.`);
    const hashes = contents.map(({ sha256 }) => sha256);
    const { missing } = await this.ask(target, day, hashes);
    return missing === undefined ? undefined : refused('file_not_whole', missing);
  }

  private async ask(
    { adapter, currency }: ReconciliationTarget,
    day: string,
    agreed?: string[],
  ): Promise<StatementAnswer> {
    const asked = { day, currency, pageMax: 1, ...(agreed === undefined ? {} : { agreed }) };
    return this.calls.call(adapterCalls(adapter).statement, asked);
  }

  private targetOf({ partner, currency }: Omit<StatementName, 'day'>): ReconciliationTarget | undefined {
    return reconciliationTargets(this.directory).find(
      (target) => target.partner === partner && target.currency === currency,
    );
  }
}

function proposalDeed(
  { correctionId, operator, participant, reason, ...what }: Correction,
  atMs: number,
): Deed {
  const actor = { kind: 'operator', name: operator, participant } as const;
  return { atMs, actor, action: 'statement.propose', object: correctionId, after: { ...what }, reason };
}

function verdictDeed(
  { correctionId, operator: by, partner, currency, day, contents }: Correction,
  end: Pick<VerdictRequest, 'verdict' | 'operator' | 'participant' | 'reason'>,
  atMs: number,
): Deed {
  return {
    atMs,
    actor: { kind: 'operator', name: end.operator, participant: end.participant },
    action: `statement.${end.verdict}`,
    object: correctionId,
    after: { partner, currency, day, contents },
    reason: end.reason,
    decides: { proposal: correctionId, by },
  };
}
