import type { Clock } from '@tonle/nest';
import type { Database } from '@tonle/persistence';
import type { Telemetry } from '@tonle/telemetry';
import type { CircuitBreaker } from './breaker.js';
import type { EnquiryBudget } from './budget.js';
import { noteHealth } from './leg.handler.js';
import type { AnswerWithEvidence, OpenLeg, PartnerPort } from './leg.js';
import type { LegReporter } from './leg.reporter.js';
import type { EnquiryStore } from './enquiry.store.js';

export const ENQUIRIES_BATCH_MAX = 50;
const BATCHES_IN_FLIGHT_MAX = 4;
/** A taken leg comes back after this when its enquirer died. */
const LEASE_MS = 60_000;
/** Intents may be committed a little after their time; the sweep looks back this far again. */
const SWEEP_OVERLAP_MS = 60_000;

export interface EnquiryJobOptions {
  readonly port: PartnerPort;
  readonly database: Database;
  readonly enquiries: EnquiryStore;
  readonly reporter: LegReporter;
  readonly breaker: CircuitBreaker;
  readonly budget: EnquiryBudget;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
  /** An intent without answer is taken for orphaned after this. */
  readonly orphanAfterMs: number;
  readonly tickMs: number;
  readonly sweepMs: number;
}

/** Asks partners about open legs: by schedule, within the budget, one probe while the breaker is open (domain 6.12). */
export class EnquiryJob {
  private timer: NodeJS.Timeout | undefined;
  private ticking: Promise<void> | undefined;
  private readonly inFlight = new Set<Promise<void>>();
  private sweptTo = 0;
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

  start(): void {
    this.timer = setInterval(() => this.turn(), this.options.tickMs);
    this.timer.unref();
  }

  async close(): Promise<void> {
    this.closed = true;
    clearInterval(this.timer);
    await this.ticking;
    await Promise.allSettled(this.inFlight);
  }

  private turn(): void {
    this.ticking ??= this.tick()
      .catch((error: unknown) =>
        this.options.telemetry.log.warn({ err: error }, 'the enquiry job will try again'),
      )
      .finally(() => {
        this.ticking = undefined;
      });
  }

  /** One round: adopts orphans when it is time, takes what is due and may be asked now. */
  async tick(): Promise<void> {
    await this.sweep();
    if (this.closed || this.inFlight.size >= BATCHES_IN_FLIGHT_MAX) return;
    const { database, enquiries, breaker, budget, clock } = this.options;
    const due = await enquiries.countDue(database, clock.now(), ENQUIRIES_BATCH_MAX);
    if (due === 0 || !breaker.admit()) return;
    const granted = await budget.take(breaker.healthy ? due : 1);
    if (granted === 0) return;
    const now = clock.now();
    const legs = await enquiries.takeDue(database, now, granted, now + LEASE_MS);
    if (legs.length === 0) return;
    const work: Promise<void> = this.enquire(legs)
      .catch((error: unknown) => this.options.telemetry.log.error({ err: error }, 'enquiries broke'))
      .finally(() => this.inFlight.delete(work));
    this.inFlight.add(work);
  }

  private async enquire(legs: readonly OpenLeg[]): Promise<void> {
    const { port, reporter, breaker, budget } = this.options;
    const answers = await port.enquire(legs);
    await Promise.all(
      legs.map((leg, index) => {
        const answered: AnswerWithEvidence = answers[index] ?? {
          answer: { kind: 'ambiguous', because: 'no answer' },
          evidence: [],
        };
        const { kind } = answered.answer;
        this.asked.inc({ partner: port.partner, outcome: kind });
        noteHealth(breaker, answered.answer);
        if (kind === 'ambiguous' || kind === 'not_sent') budget.failure();
        const { intentAt, enquiries, notFounds, lastNotFoundAt, partnerRef } = leg;
        // The stored command may be of an earlier attempt's wording; the attempt asked about is the row's.
        const command = { ...leg.command, attempt: leg.attempt };
        return reporter.add({
          ...answered,
          command,
          intentAt,
          enquiries,
          notFounds,
          lastNotFoundAt,
          partnerRef,
          fresh: false,
        });
      }),
    );
  }

  private async measure(now: number): Promise<void> {
    const { database, enquiries, breaker, port } = this.options;
    const { open, oldestAt } = await enquiries.openLegs(database);
    const { partner } = port;
    this.open.set({ partner }, open);
    this.oldest.set({ partner }, oldestAt === undefined ? 0 : (now - oldestAt) / 1000);
    this.breakerOpen.set({ partner }, breaker.healthy ? 0 : 1);
  }

  private async sweep(): Promise<void> {
    const { database, enquiries, clock, orphanAfterMs, sweepMs, telemetry } = this.options;
    const now = clock.now();
    if (now < this.nextSweepAt) return;
    const to = now - orphanAfterMs;
    const adopted = await enquiries.adoptOrphans(database, this.sweptTo, to, now);
    this.sweptTo = Math.max(0, to - SWEEP_OVERLAP_MS);
    this.nextSweepAt = now + sweepMs;
    await this.measure(now);
    if (adopted > 0) telemetry.log.warn({ legs: adopted }, 'legs without an answer will be asked about');
  }
}
