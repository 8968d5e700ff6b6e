import type { ApprovalExecution, ApprovalKind, ApprovalRequest, EndedUndone } from '@tonle/approval';
import { adapterCalls, refused, type DifferingFile, type Refusal } from '@tonle/contracts';
import type { Directory } from '@tonle/directory';
import type { ServiceCalls } from '@tonle/messaging';
import type { Transaction } from '@tonle/persistence';
import { z } from 'zod';
import type { JobRunner } from '../job/job-runner.js';
import type { MissingStatements } from './missing-statements.js';
import { reconciliationTargets, type ReconciliationTarget } from './reconciliation-targets.js';
import type { StatementName } from './statement.store.js';

type StatementAnswer = z.infer<ReturnType<typeof adapterCalls>['statement']['response']>;

const correction = z.object({
  partner: z.string(),
  currency: z.string(),
  day: z.iso.date(),
  contents: z.array(z.object({ name: z.string(), sha256: z.string() })),
});
/** What is to be read in place of files that were taken. */
export type CorrectedDay = z.infer<typeof correction>;

/** Of one day of one statement one correction is open at a time. */
export const correctionTarget = ({ partner, currency, day }: StatementName): string =>
  `${partner} ${currency} ${day}`;

/** Files of a network that say something else than was taken of them are read in their place, and the day is compared anew. */
export class StatementCorrection implements ApprovalKind<CorrectedDay> {
  readonly kind = 'statement.correction';
  readonly payload = correction;

  constructor(
    private readonly calls: ServiceCalls,
    private readonly directory: Directory,
    private readonly missing: MissingStatements,
    private readonly jobs: Pick<JobRunner, 'request'>,
  ) {}

  /**
   * The files by their contents: what is read is what was proposed, whatever the network has laid down since. Of one day no two
   * corrections are open, so nothing else takes their place meanwhile.
   */
  targetVersion(_transaction: Transaction, { contents, ...of }: CorrectedDay): Promise<string | undefined> {
    const version = contents.map(({ sha256 }) => sha256).join(' ');
    return Promise.resolve(this.targetOf(of) === undefined ? undefined : version);
  }

  /** Read by the adapter, whole or not; done a second time it changes nothing. Throws ServiceUnavailable while the adapter is away. */
  async prepare({ payload }: ApprovalRequest<CorrectedDay>): Promise<Refusal | undefined> {
    const target = this.targetOf(payload);
    if (target === undefined) return refused('file_not_whole', `${payload.partner} gives no such statement.`);
    const hashes = payload.contents.map(({ sha256 }) => sha256);
    const { missing } = await this.ask(target, payload.day, hashes);
    return missing === undefined ? undefined : refused('file_not_whole', missing);
  }

  execute(_transaction: Transaction, { payload }: ApprovalRequest<CorrectedDay>): Promise<ApprovalExecution> {
    return Promise.resolve({ kind: 'executed', outcome: { read: fileWords(payload.contents) } });
  }

  /** Rejected, what was taken is the statement of the day: it is not missing. Else it is, until somebody decides. */
  async ended(
    transaction: Transaction,
    { payload: { day, ...target } }: ApprovalRequest<CorrectedDay>,
    state: EndedUndone,
  ): Promise<void> {
    if (state === 'rejected') await this.missing.came({ target, day }, transaction);
  }

  /** Where another job is at work, the one of the hour reads it. */
  afterwards({
    payload: { partner, day },
    votes,
    approvalId,
  }: ApprovalRequest<CorrectedDay>): Promise<unknown> {
    const { operator, participant } = votes.at(-1)!;
    const reason = `approval ${approvalId}`;
    return this.jobs.request({ job: 'reconcile', partner, day, operator, participant, reason });
  }

  /** What the network has of a day; with hashes, files of these contents are read in place of what was taken. */
  ask({ adapter, currency }: ReconciliationTarget, day: string, agreed?: string[]): Promise<StatementAnswer> {
    const asked = { day, currency, pageMax: 1, ...(agreed === undefined ? {} : { agreed }) };
    return this.calls.call(adapterCalls(adapter).statement, asked);
  }

  /** The network that gives this statement. */
  targetOf({ partner, currency }: Omit<StatementName, 'day'>): ReconciliationTarget | undefined {
    return reconciliationTargets(this.directory).find(
      (target) => target.partner === partner && target.currency === currency,
    );
  }
}

/** As people compare them with what the network has told. */
export const fileWords = (files: readonly DifferingFile[]): string[] =>
  files.map(({ name, sha256 }) => `${name} sha256 ${sha256}`);
