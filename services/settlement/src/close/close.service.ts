import { GENESIS, refused, type Deed, type Refusal } from '@tonle/contracts';
import type { Transaction } from '@tonle/persistence';
import { recordDeeds, type Platform } from '@tonle/platform';
import type { FxPositionService } from '../fx-position/fx-position.service.js';
import { keepPositions } from '../fx-position/fx-position.store.js';
import { periodKind } from './accounting-day.js';
import { closeReport, decideClosing, notOver } from './close.decide.js';
import type { CheckedStep, PeriodRow } from './close.js';
import type { CloseEvidence } from './close-evidence.service.js';
import {
  insertNote,
  keepReport,
  lockPeriods,
  periodsAround,
  previousSha256,
  readReport,
} from './close.store.js';

interface ByPerson {
  readonly operator: string;
  readonly participant: string;
  readonly reason: string;
}

/** What a step was seen to find; another finding needs another look. */
interface SignRequest extends ByPerson {
  readonly period: string;
  readonly step: string;
  readonly findingSha256: string;
}

export interface Checklist {
  readonly period: string;
  readonly row: PeriodRow | undefined;
  readonly steps: readonly CheckedStep[];
}

/** Closes days and months of the books: by a checklist that checks itself, with a report that is kept. */
export class CloseService {
  constructor(
    private readonly platform: Pick<Platform, 'database' | 'clock' | 'random'>,
    private readonly evidence: CloseEvidence,
    private readonly positions: FxPositionService,
  ) {}

  /** As it stands, or, of a period that is closed, as it stood then. Throws ServiceUnavailable while a service that it asks is away. */
  async checklist(period: string): Promise<Checklist> {
    const { database } = this.platform;
    const { own } = await periodsAround(database, period);
    if (own?.state === 'closed') {
      const { report } = (await readReport(database, period, own.version))!;
      return { period, row: own, steps: (JSON.parse(report) as { steps: CheckedStep[] }).steps };
    }
    await this.positions.takeRates();
    return {
      period,
      row: own,
      steps: await this.evidence.checklist(database, period, await this.evidence.ask()),
    };
  }

  /**
   * A person says of a step why what it has found may be carried, or that they have looked. Refuses `not_found` for no step of this
   * period, `period_closed`, `period_not_over`, `finding_changed`.
   */
  async sign({ period, step, findingSha256, ...by }: SignRequest): Promise<Refusal | undefined> {
    const { database, clock, random } = this.platform;
    const { row, steps } = await this.checklist(period);
    const found = steps.find((each) => each.step === step);
    if (found === undefined) return refused('not_found', `${step} is no step of ${period}.`);
    if (row?.state === 'closed') return refused('period_closed', `${period} is closed.`);
    const early = notOver(period, clock.now());
    if (early !== undefined) return early;
    if (found.findingSha256 !== findingSha256) return refused('finding_changed');
    const nowMs = clock.now();
    const { operator, participant, reason } = by;
    const at = new Date(nowMs).toISOString();
    const note = { step, findingSha256, note: reason, operator, participant, at };
    await database.transaction(async (transaction) => {
      await insertNote(transaction, random.id(nowMs), period, note);
      const { facts, problems, found: count } = found;
      const after = { step, findingSha256, facts, problems, found: count };
      await recordDeeds(transaction, 'settlement', [deedOf('close.sign', period, by, after, nowMs)]);
    });
    return undefined;
  }

  /**
   * Closes a period: keeps its report and, of a day, its FX positions. Refuses what `decideClosing` names. What it looks at is looked
   * at under the lock of all periods, in one snapshot. Throws ServiceUnavailable while a service that it asks is away.
   */
  async close({ period, ...by }: ByPerson & { readonly period: string }) {
    const { database, clock } = this.platform;
    await this.positions.takeRates();
    const asked = await this.evidence.ask();
    const nowMs = clock.now();
    return database.transaction(
      async (transaction) => {
        await lockPeriods(transaction);
        const around = await periodsAround(transaction, period);
        const early = decideClosing(period, around, [], nowMs);
        if (early !== undefined) return early;
        const steps = await this.evidence.checklist(transaction, period, asked);
        const refusal = decideClosing(period, around, steps, nowMs);
        if (refusal !== undefined) return refusal;
        return this.keep(transaction, period, (around.own?.version ?? 0) + 1, steps, by, nowMs);
      },
      { isolation: 'repeatable read' },
    );
  }

  private async keep(
    transaction: Transaction,
    period: string,
    version: number,
    steps: readonly CheckedStep[],
    by: ByPerson,
    nowMs: number,
  ) {
    const previous = (await previousSha256(transaction, period)) ?? GENESIS;
    const tables = await this.evidence.tables(transaction, period);
    const { text, sha256 } = closeReport(period, version, steps, previous, tables);
    const { operator, participant, reason } = by;
    const closedAt = new Date(nowMs);
    await keepReport(transaction, {
      ...{ period, version, report: text, sha256, closedAt, operator, participant, reason },
    });
    if (periodKind(period) === 'day') {
      const positions = await this.positions.positions(transaction, period);
      await keepPositions(
        transaction,
        period,
        positions.map(({ closing, ...name }) => ({ ...name, state: closing })),
      );
    }
    const carried = steps.filter(({ state }) => state === 'carried').map(({ step }) => step);
    const after = { version, sha256, carried };
    await recordDeeds(transaction, 'settlement', [deedOf('close.period', period, by, after, nowMs)]);
    return { kind: 'closed', version, sha256 } as const;
  }
}

function deedOf(
  action: string,
  period: string,
  { operator, participant, reason }: ByPerson,
  after: Readonly<Record<string, unknown>>,
  atMs: number,
): Deed {
  return {
    atMs,
    actor: { kind: 'operator', name: operator, participant },
    action,
    object: period,
    after,
    reason,
  };
}
