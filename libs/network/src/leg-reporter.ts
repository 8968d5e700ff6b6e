import { reasonFields, type LegCommand, type LegResult } from '@tonle/contracts';
import { Gatherer, LaneFenced, TOPICS, type OutboundRecord, type OutboxLane } from '@tonle/messaging';
import type { Clock, Random } from '@tonle/platform';
import { isTransient, type Transaction } from '@tonle/persistence';
import type { Telemetry } from '@tonle/telemetry';
import { insertEvidence } from '@tonle/door';
import type { EnquiryStore, PlannedEnquiry } from './enquiry.store.js';
import { decideAnswer, type LegDecision, type LegState, type LegTimers } from './leg.decide.js';
import {
  reportKey,
  toldBy,
  type AnswerWithEvidence,
  type KnownLeg,
  type LegReport,
  type LegAnswer,
} from './leg.js';
import { attemptKey, type LegStore } from './leg.store.js';

const RETRY_MS = 200;
const RETRY_MS_MAX = 5_000;
/** So often the database may refuse one answer before the leg is said to be unknown, and again before it is let go. */
const REFUSALS_MAX = 3;
const REPORTS_BATCH_MAX = 500;
/** While the directory lacks a corridor: asked seldom, believed late. */
const TIMERS_UNKNOWN: LegTimers = {
  enquiryMs: [30_000],
  notFoundFinalAfterMs: 900_000,
  reviewAfterMs: 1_800_000,
};
/** Longest wait for company while answers follow closely (architecture 4). */
const GATHER_MS = 10;

/** An answer on its way to the tables and to routing. */
export interface AnsweredLeg extends AnswerWithEvidence {
  readonly command: LegCommand;
  readonly intentMs: number;
  readonly enquiries: number;
  readonly notFounds: number;
  readonly lastNotFoundMs?: number;
  readonly partnerRef?: string;
  /** True for the first answer of an attempt that only this process can know: nothing can be stored about it. */
  readonly firstAnswer: boolean;
  /** It answers a question about the leg. */
  readonly enquired?: boolean;
  readonly traceparent?: string;
}

export interface ReporterOptions {
  readonly lane: OutboxLane;
  readonly store: LegStore;
  readonly enquiries: EnquiryStore;
  readonly clock: Clock;
  readonly random: Random;
  readonly telemetry: Telemetry;
  readonly network: string;
  readonly notFoundIsFinal: (command: LegCommand) => boolean;
  /** Figures of a corridor; undefined when this copy of the directory does not have it. */
  readonly timersOf: (corridor: string) => LegTimers | undefined;
  readonly healthy: () => boolean;
}

/**
 * Commits what partners answered: everything that waits in one transaction (architecture 4), with the results
 * for routing in its outbox. An answer whose commit fails is tried again; if this process dies before, the
 * leg is an intent without answer and is asked about.
 */
export class LegReporter {
  private readonly gatherer: Gatherer<AnsweredLeg, void>;
  private readonly pending = new Set<Promise<void>>();
  private closed = false;
  private readonly outcomes;

  constructor(private readonly options: ReporterOptions) {
    this.outcomes = options.telemetry.counter(
      'tonle_leg_outcomes_total',
      'Leg outcomes reported to routing',
      ['partner', 'leg', 'outcome'],
    );
    this.gatherer = new Gatherer((batch) => this.commitUntilDone(batch), {
      batchMax: REPORTS_BATCH_MAX,
      lingerMs: GATHER_MS,
    });
  }

  /** Resolves when the answer is durable. */
  async add(leg: AnsweredLeg): Promise<void> {
    const added = this.gatherer.add(leg);
    this.pending.add(added);
    await added.finally(() => this.pending.delete(added));
  }

  /** Resolves when everything added so far is durable, or has been given up. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.pending);
  }

  /** Gives up what cannot be committed now: it will be asked about. */
  close(): void {
    this.closed = true;
  }

  /** Tells routing again what it was told before. */
  async repeat(reports: readonly LegReport[]): Promise<void> {
    if (reports.length === 0) return;
    await this.options.lane.commit(() =>
      Promise.resolve({ result: undefined, records: reports.map((each) => resultRecord(each)) }),
    );
  }

  /** Waits for a database that is away or slow; what it refuses is taken apart, so that one answer blocks no other. */
  private async commitUntilDone(batch: readonly AnsweredLeg[]): Promise<void[]> {
    let legs = batch;
    let refusals = 0;
    for (let pause = RETRY_MS; ; pause = Math.min(pause * 2, RETRY_MS_MAX)) {
      try {
        await this.commit(legs);
        return batch.map(() => undefined);
      } catch (error) {
        // Another process has this lane: what we know will be asked for again there.
        if (error instanceof LaneFenced || this.closed) throw error;
        const { log } = this.options.telemetry;
        log.error({ err: error, legs: legs.length }, 'answers of a partner could not be stored yet');
        if (!isTransient(error)) {
          if (legs.length > 1) return this.commitHalves(legs);
          refusals += 1;
          const leg = legs[0]!;
          const { legKey } = leg.command;
          if (refusals >= 2 * REFUSALS_MAX) {
            // An intent without an end: the sweep, or the lease of its enquiry, brings it back.
            log.fatal({ err: error, legKey }, 'an answer of a partner cannot be stored at all');
            return [undefined];
          }
          if (refusals === REFUSALS_MAX) {
            // What the partner said may name people: its evidence tells those who may read it.
            log.fatal(
              { err: error, legKey, answer: leg.answer.kind },
              'an answer of a partner cannot be stored',
            );
            legs = [{ ...leg, answer: UNSTORABLE, evidence: [], firstAnswer: false }];
          }
        }
        await new Promise((next) => setTimeout(next, pause));
      }
    }
  }

  private async commitHalves(legs: readonly AnsweredLeg[]): Promise<void[]> {
    const middle = legs.length >> 1;
    const first = await this.commitUntilDone(legs.slice(0, middle));
    return [...first, ...(await this.commitUntilDone(legs.slice(middle)))];
  }

  private async commit(batch: readonly AnsweredLeg[]): Promise<void> {
    const timers = new Map<string, LegTimers>();
    for (const { command } of batch) {
      if (!timers.has(command.corridor))
        timers.set(command.corridor, this.options.timersOf(command.corridor) ?? TIMERS_UNKNOWN);
    }
    const { lane } = this.options;
    const told = await lane.commit(async (transaction) => {
      const reports = await this.write(transaction, batch, timers);
      const traces = new Map(
        batch.map((leg) => [attemptKey(leg.command.legKey, leg.command.attempt), leg.traceparent]),
      );
      const records = reports.map((each) =>
        resultRecord(each, traces.get(attemptKey(each.legKey, each.attempt))),
      );
      return { result: reports, records };
    });
    for (const { leg, outcome } of told) this.outcomes.inc({ partner: this.options.network, leg, outcome });
  }

  private async write(
    transaction: Transaction,
    batch: readonly AnsweredLeg[],
    timers: ReadonlyMap<string, LegTimers>,
  ): Promise<LegReport[]> {
    const { store, enquiries } = this.options;
    const asked = batch.filter(({ firstAnswer }) => !firstAnswer).map(({ command }) => command.legKey);
    let known = await this.known(transaction, asked);
    let decided = this.decideAll(batch, known, timers);
    const [inserted] = await Promise.all([
      store.insertAnswers(transaction, reportsOf(decided)),
      insertEvidence(
        transaction,
        batch.flatMap(({ evidence }) => evidence),
      ),
    ]);
    const surprised = decided.filter(
      ({ decision }) => decision.report !== undefined && !inserted.includes(decision.report),
    );
    if (surprised.length > 0) {
      // Another answer, of this batch or of another instance, was first: decide again, now with what is stored.
      const again = surprised.map(({ leg }) => ({ ...leg, firstAnswer: false }));
      known = await this.known(
        transaction,
        again.map(({ command }) => command.legKey),
      );
      const redecided = this.decideAll(again, known, timers);
      inserted.push(...(await store.insertAnswers(transaction, reportsOf(redecided))));
      decided = [...decided.filter((each) => !surprised.includes(each)), ...redecided];
    }
    await enquiries.planEnquiries(transaction, plansOf(decided));
    await enquiries.closeEnquiries(
      transaction,
      decided
        .filter(({ leg, decision }) => decision.enquiry === undefined && !leg.firstAnswer)
        .map(({ leg }) => ({ ...attemptOf(leg), answered: isAnswered(leg) })),
    );
    return inserted;
  }

  private known(transaction: Transaction, legKeys: readonly string[]): Promise<Map<string, KnownLeg>> {
    return legKeys.length === 0 ? Promise.resolve(new Map()) : this.options.store.known(transaction, legKeys);
  }

  private decideAll(
    batch: readonly AnsweredLeg[],
    known: ReadonlyMap<string, KnownLeg>,
    timers: ReadonlyMap<string, LegTimers>,
  ): Decided[] {
    return batch.map((leg) => {
      const answers = known.get(leg.command.legKey)?.answers ?? [];
      return { leg, decision: this.decide(leg, answers, timers.get(leg.command.corridor)!) };
    });
  }

  private decide(leg: AnsweredLeg, answers: readonly LegReport[], timers: LegTimers): LegDecision {
    const { clock, random, healthy } = this.options;
    const notFoundIsFinal = this.options.notFoundIsFinal(leg.command);
    const own = answers.filter(({ attempt }) => attempt === leg.command.attempt);
    const reported = new Set(own.map(({ outcome }) => outcome));
    const acceptedAmount = own.find(({ outcome }) => outcome === 'accepted')?.amount;
    const conflicts = new Set(own.filter(({ outcome }) => outcome === 'conflicting').map(toldBy));
    const state: LegState = { ...leg, notFoundIsFinal, reported, acceptedAmount, conflicts };
    return decideAnswer(state, leg.answer, timers, clock.now(), random.unit(), healthy());
  }
}

const UNSTORABLE: LegAnswer = { kind: 'ambiguous', because: 'the answer could not be stored' };

interface Decided {
  readonly leg: AnsweredLeg;
  readonly decision: LegDecision;
}

function reportsOf(decided: readonly Decided[]): LegReport[] {
  return decided.flatMap(({ decision }) => (decision.report === undefined ? [] : [decision.report]));
}

/** One plan a leg: the last one about its highest attempt. */
function plansOf(decided: readonly Decided[]): PlannedEnquiry[] {
  const plans = new Map<string, PlannedEnquiry>();
  for (const { leg, decision } of decided) {
    const { legKey, attempt } = leg.command;
    if (decision.enquiry === undefined || (plans.get(legKey)?.attempt ?? 0) > attempt) continue;
    plans.set(legKey, { ...attemptOf(leg), plan: decision.enquiry, answered: isAnswered(leg) });
  }
  return [...plans.values()];
}

function attemptOf({
  command: { legKey, attempt },
}: AnsweredLeg): Pick<PlannedEnquiry, 'legKey' | 'attempt'> {
  return { legKey, attempt };
}

/** Has the network answered a question about it? Silence and what never left are none. */
function isAnswered({ enquired, answer }: AnsweredLeg): boolean {
  return enquired === true && answer.kind !== 'ambiguous' && answer.kind !== 'not_sent';
}

/** The record for routing; its message id is the same however often it is told. */
function resultRecord(report: LegReport, traceparent?: string): OutboundRecord {
  const { legKey, paymentId, leg, attempt, outcome, partnerRef, reason, reasonText, amount, partnerTerms } =
    report;
  const at = new Date(report.at).toISOString();
  const body: LegResult = {
    legKey,
    paymentId,
    leg,
    attempt,
    outcome,
    partnerRef,
    reason,
    ...reasonFields(reasonText),
    amount,
    partnerTerms,
    at,
  };
  return {
    topic: TOPICS.routing,
    key: paymentId,
    type: 'leg.result',
    messageId: reportKey(report),
    body: JSON.stringify(body),
    traceparent,
  };
}
