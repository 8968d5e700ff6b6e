import type { Clock } from '@tonle/platform';
import { processTimeMs, type Database } from '@tonle/persistence';
import { paymentFields, type Span, type Telemetry } from '@tonle/telemetry';
import type { CircuitBreaker } from './breaker.js';
import type { CallCounter } from './call-counter.js';
import type { ComebackProbe } from './comeback-probe.js';
import type { EnquiryBudget } from './budget.js';
import { countEnquiries } from './enquiry-minute.store.js';
import type { LegHandler } from './leg.handler.js';
import { statementsFrom, type LegTimers } from './leg.decide.js';
import type { AnswerWithEvidence, Evidence, OpenLeg, LegCarrier } from './leg.js';
import type { LegReporter } from './leg-reporter.js';
import { noteHealth, notTried, type LegSender } from './leg-sender.js';
import type { EnquiryStore } from './enquiry.store.js';
import type { OrphanSweep } from './orphan-sweep.js';
import type { StatementSearch } from './statement-search.js';

const ENQUIRIES_BATCH_MAX = 50;
const BATCHES_IN_FLIGHT_MAX = 4;
/** More than this waiting is as much as this. */
const BACKLOG_MAX = 1_000;
/** A taken leg comes back after this when its enquirer died. */
const LEASE_MS = 60_000;

export interface EnquiryJobOptions {
  readonly carrier: LegCarrier;
  readonly database: Database;
  readonly enquiries: EnquiryStore;
  readonly reporter: LegReporter;
  readonly handler: Pick<LegHandler, 'holds'>;
  readonly sender: Pick<LegSender, 'sendAgain'>;
  readonly sweep: Pick<OrphanSweep, 'round'>;
  /** Undefined: the network gives no statements. */
  readonly statements?: Pick<StatementSearch, 'lacks'>;
  /** Figures of a corridor; undefined when this copy of the directory does not have it. */
  readonly timersOf: (corridor: string) => LegTimers | undefined;
  readonly breaker: CircuitBreaker;
  /** Hopes again when the partner answers questions. */
  readonly sendsBreaker: CircuitBreaker;
  readonly calls: CallCounter;
  readonly comeback: Pick<ComebackProbe, 'round'>;
  readonly budget: EnquiryBudget;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
  /** False while it is not known who the partners are. */
  readonly ready: () => boolean;
  /** Between two measurements of what is open. */
  readonly measureMs: number;
}

/**
 * Asks partners about open legs: by schedule, within the budget, one probe while the breaker is open (domain 6.12). After
 * a start, and when a partner is back, everything that is open is due.
 */
export class EnquiryJob {
  private readonly inFlight = new Set<Promise<void>>();
  private readonly followingUp = new Set<Promise<void>>();
  /** Legs whose answer is on its way. */
  private readonly asking = new Set<string>();
  private wasHealthy = false;
  private measureAt = 0;
  private closed = false;
  private readonly asked;
  private readonly failures;
  private readonly open;
  private readonly oldest;
  private readonly breakerOpen;

  constructor(private readonly options: EnquiryJobOptions) {
    this.asked = options.telemetry.counter('tonle_partner_enquiries_total', 'Enquiries about open legs', [
      'partner',
      'outcome',
    ]);
    const { telemetry } = options;
    this.failures = telemetry.counter('tonle_job_failures_total', 'Rounds of a job that failed', ['job']);
    this.open = telemetry.gauge('tonle_legs_open', 'Legs whose outcome is not known', ['partner']);
    this.oldest = telemetry.gauge('tonle_legs_open_oldest_seconds', 'Age of the oldest open leg', [
      'partner',
    ]);
    this.breakerOpen = telemetry.gauge('tonle_partner_breaker_open', '1 while the breaker is not closed', [
      'partner',
    ]);
  }

  /** After the last round: waits for what was asked. */
  async close(): Promise<void> {
    this.closed = true;
    await Promise.allSettled(this.inFlight);
    await Promise.allSettled(this.followingUp);
  }

  /** One round: adopts orphans when it is time, takes what is due and may be asked now. */
  async round(): Promise<void> {
    const { database, enquiries, breaker, budget, clock, ready, sweep, telemetry } = this.options;
    if (!ready()) return;
    await sweep.round().catch((error: unknown) => {
      // A look that fails keeps nobody from asking about what is open.
      this.failures.inc({ job: 'sweep-legs' });
      telemetry.log.warn({ err: error }, 'the sweep for orphaned legs will try again');
    });
    await this.measure();
    await this.hastenWhenBack();
    this.options.comeback.round();
    if (this.closed || this.inFlight.size >= BATCHES_IN_FLIGHT_MAX) return;
    const backlog = await enquiries.countDue(database, clock.now(), BACKLOG_MAX);
    if (backlog === 0 || !breaker.admit()) return;
    const { healthy } = breaker;
    const granted = await budget.take(healthy ? Math.min(backlog, ENQUIRIES_BATCH_MAX) : 1, backlog, healthy);
    if (granted === 0) return;
    const now = clock.now();
    const taken = await enquiries.takeDue(database, now, granted, now + LEASE_MS);
    // One that waits for a slot may look orphaned; its answer comes from here.
    const legs = taken.filter((leg) => !this.options.handler.holds(leg));
    if (legs.length === 0) return;
    const work: Promise<void> = this.enquire(legs)
      .catch((error: unknown) => this.options.telemetry.log.error({ err: error }, 'enquiries broke'))
      .finally(() => this.inFlight.delete(work));
    this.inFlight.add(work);
    await countEnquiries(database, now, { asked: legs.length, allowed: budget.allowed() });
  }

  /** At the start, and when the partner answers again: who would wait for its turn has waited long enough. */
  private async hastenWhenBack(): Promise<void> {
    const { database, enquiries, breaker, clock } = this.options;
    if (breaker.healthy && !this.wasHealthy) await enquiries.hasten(database, clock.now(), [...this.asking]);
    this.wasHealthy = breaker.healthy;
  }

  private async enquire(legs: readonly OpenLeg[]): Promise<void> {
    const { carrier, breaker, sendsBreaker, budget, calls } = this.options;
    const spans = legs.map((leg) => this.spanOf(leg));
    const askedAt = performance.now();
    const answers = await carrier.enquire(legs);
    const tookMs = performance.now() - askedAt;
    await Promise.all(
      legs.map((leg, index) => {
        const answered = answers[index] ?? notTried({ kind: 'ambiguous', because: 'no answer' });
        const { kind } = answered.answer;
        spans[index]?.set('tonle.leg_outcome', kind);
        spans[index]?.end();
        this.asked.inc({ partner: carrier.network, outcome: kind });
        if (noteHealth(breaker, answered.answer)) {
          calls.answered(tookMs);
          sendsBreaker.hope();
        } else calls.failed();
        if (kind === 'ambiguous' || kind === 'not_sent') budget.failure();
        if (kind !== 'not_found' || carrier.notFoundIsFinal(leg.command) || leg.contradicted === true)
          return this.report(leg, answered, spans[index]?.traceparent);
        this.followUp(leg, answered);
        return Promise.resolve();
      }),
    );
  }

  /** Behind the batch: it takes longer than asking. The leg's lease keeps others from it meanwhile. */
  private followUp(leg: OpenLeg, asked: AnswerWithEvidence): void {
    const { telemetry } = this.options;
    const fields = { ...paymentFields(leg.command.paymentId, leg.traceparent), legKey: leg.legKey };
    this.asking.add(leg.legKey);
    const work: Promise<void> = this.afterNotFound(leg, asked)
      .catch((error: unknown) => {
        telemetry.log.error({ err: error, ...fields }, 'an open leg could not be sent again');
        return asked;
      })
      .then((answered) => this.report(leg, answered))
      .catch((error: unknown) => telemetry.log.error({ err: error, ...fields }, 'an enquiry broke'))
      .finally(() => {
        this.asking.delete(leg.legKey);
        this.followingUp.delete(work);
      });
    this.followingUp.add(work);
  }

  /**
   * A partner that takes what arrives late: its not-found leads to the same bytes again while there is time, and then to
   * its statements (domain 6.7).
   */
  private async afterNotFound(leg: OpenLeg, asked: AnswerWithEvidence): Promise<AnswerWithEvidence> {
    const { sender, statements, timersOf, clock } = this.options;
    const sent = await sender.sendAgain(leg, asked.evidence);
    if (sent !== undefined) return sent;
    const timers = timersOf(leg.command.corridor);
    if (timers === undefined || clock.now() < statementsFrom(leg, timers)) return asked;
    if ((await statements?.lacks(leg)) !== true) return asked;
    const evidence = [...asked.evidence, absenceOf(leg, clock.now())];
    return { answer: { kind: 'not_found', noStatementHasIt: true }, evidence };
  }

  /** Only sampled payments keep their trace. */
  private spanOf(leg: OpenLeg): Span | undefined {
    if (leg.traceparent === undefined) return undefined;
    const { command, attempt, enquiries } = leg;
    return this.options.telemetry.span('leg.enquire', leg.traceparent, {
      'tonle.payment_id': command.paymentId,
      'tonle.leg': command.leg,
      'tonle.partner': this.options.carrier.network,
      'tonle.attempt': attempt,
      'tonle.enquiry': enquiries,
    });
  }

  private report(leg: OpenLeg, answered: AnswerWithEvidence, traceparent = leg.traceparent): Promise<void> {
    const { intentMs, enquiries, notFounds, lastNotFoundMs, partnerRef } = leg;
    // The stored command may be of an earlier attempt's wording; the attempt asked about is the row's.
    const command = { ...leg.command, attempt: leg.attempt };
    const known = { intentMs, enquiries, notFounds, lastNotFoundMs, partnerRef };
    return this.options.reporter.add({
      ...answered,
      command,
      ...known,
      firstAnswer: false,
      enquired: true,
      traceparent,
    });
  }

  private async measure(): Promise<void> {
    const { database, enquiries, breaker, sendsBreaker, carrier, clock, measureMs } = this.options;
    if (processTimeMs() < this.measureAt) return;
    this.measureAt = processTimeMs() + measureMs;
    const { open, oldestAt } = await enquiries.openLegs(database);
    const partner = carrier.network;
    this.open.set({ partner }, open);
    this.oldest.set({ partner }, oldestAt === undefined ? 0 : (clock.now() - oldestAt) / 1000);
    this.breakerOpen.set({ partner }, breaker.healthy && sendsBreaker.healthy ? 0 : 1);
  }
}

/** That complete statements lack a leg, filed with what the network said by itself; their pages are kept as statements. */
function absenceOf({ legKey, externalRef, intentMs }: OpenLeg, nowMs: number): Evidence {
  const [since, until] = [intentMs, nowMs].map((ms) => new Date(ms).toISOString());
  const searched = { legKey, reference: externalRef, says: 'absent', since, until };
  const bytes = Buffer.from(JSON.stringify(searched));
  return { subject: legKey, direction: 'in', operation: 'absence in statements', at: nowMs, bytes };
}
