import type { Clock } from '@tonle/platform';
import type { Database } from '@tonle/persistence';
import { paymentFields, type Span, type Telemetry } from '@tonle/telemetry';
import type { CircuitBreaker } from './breaker.js';
import type { EnquiryBudget } from './budget.js';
import { noteHealth, type LegHandler } from './leg.handler.js';
import type { AnswerWithEvidence, OpenLeg, LegCarrier } from './leg.js';
import type { LegReporter } from './leg-reporter.js';
import type { EnquiryStore, OrphanSlice } from './enquiry.store.js';

const ENQUIRIES_BATCH_MAX = 50;
const BATCHES_IN_FLIGHT_MAX = 4;
/** A taken leg comes back after this when its enquirer died. */
const LEASE_MS = 60_000;
/** At a start this much of the past is looked at first, and older legs then, newest first. */
const SWEEP_RECENT_MS = 3_600_000;
/** Legs that one look for orphans passes over. */
const SWEEP_LEGS_MAX = 20_000;
/** Intents may be committed a little after their time; the sweep looks back this far again. */
const SWEEP_OVERLAP_MS = 60_000;

export interface EnquiryJobOptions {
  readonly carrier: LegCarrier;
  readonly database: Database;
  readonly enquiries: EnquiryStore;
  readonly reporter: LegReporter;
  readonly handler: Pick<LegHandler, 'holds' | 'sendAgain'>;
  readonly breaker: CircuitBreaker;
  /** For the metric only. */
  readonly sendsBreaker: CircuitBreaker;
  readonly budget: EnquiryBudget;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
  /** False while it is not known who the partners are. */
  readonly ready: () => boolean;
  /** An intent without answer is taken for orphaned after this. */
  readonly orphanAfterMs: number;
  readonly sweepMs: number;
}

/** Asks partners about open legs: by schedule, within the budget, one probe while the breaker is open (domain 6.12). */
export class EnquiryJob {
  private readonly inFlight = new Set<Promise<void>>();
  private readonly sendingAgain = new Set<Promise<void>>();
  private sweptTo: number | undefined;
  /** Legs with an older intent have not been looked at since the start; 0 when all have. */
  private historyFrom: number | undefined;
  private nextSweepAt = 0;
  private closed = false;
  private readonly asked;
  private readonly open;
  private readonly oldest;
  private readonly breakerOpen;

  constructor(private readonly options: EnquiryJobOptions) {
    this.asked = options.telemetry.counter('tonle_partner_enquiries_total', 'Enquiries about open legs', [
      'partner',
      'outcome',
    ]);
    const { telemetry } = options;
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
    await Promise.allSettled(this.sendingAgain);
  }

  /** One round: adopts orphans when it is time, takes what is due and may be asked now. */
  async round(): Promise<void> {
    if (!this.options.ready()) return;
    await this.sweep().catch((error: unknown) =>
      // A look that fails keeps nobody from asking about what is open.
      this.options.telemetry.log.warn({ err: error }, 'the sweep for orphaned legs will try again'),
    );
    if (this.closed || this.inFlight.size >= BATCHES_IN_FLIGHT_MAX) return;
    const { database, enquiries, breaker, budget, clock } = this.options;
    const due = await enquiries.countDue(database, clock.now(), ENQUIRIES_BATCH_MAX);
    if (due === 0 || !breaker.admit()) return;
    const granted = await budget.take(breaker.healthy ? due : 1);
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
  }

  private async enquire(legs: readonly OpenLeg[]): Promise<void> {
    const { carrier, breaker, budget } = this.options;
    const spans = legs.map((leg) => this.spanOf(leg));
    const answers = await carrier.enquire(legs);
    await Promise.all(
      legs.map((leg, index) => {
        const answered: AnswerWithEvidence = answers[index] ?? {
          answer: { kind: 'ambiguous', because: 'no answer' },
          evidence: [],
        };
        const { kind } = answered.answer;
        spans[index]?.set('tonle.leg_outcome', kind);
        spans[index]?.end();
        this.asked.inc({ partner: carrier.network, outcome: kind });
        noteHealth(breaker, answered.answer);
        if (kind === 'ambiguous' || kind === 'not_sent') budget.failure();
        if (kind !== 'not_found' || carrier.notFoundIsFinal)
          return this.report(leg, answered, spans[index]?.traceparent);
        this.sendAgain(leg, answered);
        return Promise.resolve();
      }),
    );
  }

  /** Behind the batch: sending takes longer than asking. The leg's lease keeps others from it meanwhile. */
  private sendAgain(leg: OpenLeg, asked: AnswerWithEvidence): void {
    const { handler, telemetry } = this.options;
    const fields = { ...paymentFields(leg.command.paymentId, leg.traceparent), legKey: leg.legKey };
    const work: Promise<void> = handler
      .sendAgain(leg, asked.evidence)
      .catch((error: unknown) => {
        telemetry.log.error({ err: error, ...fields }, 'an open leg could not be sent again');
        return undefined;
      })
      .then((sent) => this.report(leg, sent ?? asked))
      .catch((error: unknown) => telemetry.log.error({ err: error, ...fields }, 'an enquiry broke'))
      .finally(() => this.sendingAgain.delete(work));
    this.sendingAgain.add(work);
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
    return this.options.reporter.add({ ...answered, command, ...known, firstAnswer: false, traceparent });
  }

  private async measure(now: number): Promise<void> {
    const { database, enquiries, breaker, sendsBreaker, carrier } = this.options;
    const { open, oldestAt } = await enquiries.openLegs(database);
    const partner = carrier.network;
    this.open.set({ partner }, open);
    this.oldest.set({ partner }, oldestAt === undefined ? 0 : (now - oldestAt) / 1000);
    this.breakerOpen.set({ partner }, breaker.healthy && sendsBreaker.healthy ? 0 : 1);
  }

  /** Looks at the newest legs every `sweepMs`, and at a slice of the older ones until all were seen once. */
  private async sweep(): Promise<void> {
    const { clock, orphanAfterMs, sweepMs } = this.options;
    const now = clock.now();
    const to = now - orphanAfterMs;
    if (now >= this.nextSweepAt) {
      const from = this.sweptTo ?? Math.max(0, to - SWEEP_RECENT_MS);
      this.historyFrom ??= from;
      const slice = await this.adopt(from, to, false);
      this.sweptTo = slice.whole ? Math.max(0, to - SWEEP_OVERLAP_MS) : slice.to;
      if (!slice.whole) return;
      this.nextSweepAt = now + sweepMs;
      await this.measure(now);
    } else if (this.historyFrom !== 0) {
      const slice = await this.adopt(0, this.historyFrom ?? to, true);
      // Legs of one batch have the same instant.
      this.historyFrom = slice.whole ? 0 : slice.from + 1;
    }
  }

  private async adopt(from: number, to: number, newestFirst: boolean): Promise<OrphanSlice> {
    const { database, enquiries, clock, telemetry } = this.options;
    const range = { from, to, newestFirst, limit: SWEEP_LEGS_MAX };
    const slice = await enquiries.adoptOrphans(database, range, clock.now());
    if (slice.adopted > 0)
      telemetry.log.warn({ legs: slice.adopted }, 'legs without an answer will be asked about');
    return slice;
  }
}
