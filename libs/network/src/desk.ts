import type { InboundRecord, OutboxLane } from '@tonle/messaging';
import type { Platform } from '@tonle/platform';
import { adapterCalls, auditCall } from '@tonle/contracts';
import { CircuitBreaker } from './breaker.js';
import { EnquiryBudget } from './budget.js';
import type { DirectoryCopy } from './directory.js';
import { EnquiryJob } from './enquiry.job.js';
import { EnquiryStore } from './enquiry.store.js';
import { auditLegs } from './leg.audit.js';
import type { LegTimers } from './leg.decide.js';
import { LegHandler } from './leg.handler.js';
import type { AnswerWithEvidence, PartnerPort, StatementPage } from './leg.js';
import { LegReporter } from './leg.reporter.js';
import { LegStore } from './leg.store.js';
import { Slots } from './slots.js';

/** Sends in flight towards one partner. */
export const SENDS_IN_FLIGHT_MAX = 256;

/** An answer is stored within this, or its leg is asked about. */
const REPORT_MS_MAX = 5_000;
/** How long closing waits for partners. */
const CLOSE_WAIT_MS = 5_000;

/** What tests shrink; the defaults are those of production. */
export interface DeskTuning {
  readonly sendsInFlightMax?: number;
  /** An intent without answer is orphaned after this; longer than any send may take. */
  readonly orphanAfterMs?: number;
  readonly enquiryTickMs?: number;
  readonly sweepMs?: number;
  readonly enquiriesPerSecondMin?: number;
  /** Inbound door: when and how often a request without outcome is submitted again. */
  readonly republishAfterMs?: number;
  readonly republishEveryMs?: number;
}

export interface DeskOptions {
  readonly platform: Platform;
  readonly port: PartnerPort;
  readonly lane: OutboxLane;
  readonly directory: DirectoryCopy;
  readonly tuning?: DeskTuning;
}

/** All that an adapter does with legs, whatever its network: takes commands, sends, reports, enquires, answers calls. */
export class PartnerDesk {
  readonly store = new LegStore();
  readonly enquiries = new EnquiryStore();
  /** Two: sending and asking may be served by different machines of a partner. */
  private readonly sends: CircuitBreaker;
  private readonly asks: CircuitBreaker;
  private readonly reporter: LegReporter;
  private readonly handler: LegHandler;
  private readonly job: EnquiryJob;
  private readonly slots: Slots;
  private readonly inHand = new Set<Promise<void>>();

  constructor(private readonly options: DeskOptions) {
    const { platform, port, lane, directory, tuning = {} } = options;
    const { clock, random, telemetry, database } = platform;
    const now = () => clock.now();
    this.sends = new CircuitBreaker(now);
    this.asks = new CircuitBreaker(now);
    this.slots = new Slots(tuning.sendsInFlightMax ?? SENDS_IN_FLIGHT_MAX);
    const budget = new EnquiryBudget(platform.shared, port.partner, now, tuning.enquiriesPerSecondMin);
    const { store, enquiries, slots, sends, asks } = this;
    const timersOf = (corridor: string): LegTimers | undefined => directory.findCorridor(corridor)?.timers;
    const healthy = () => asks.healthy;
    const reporter = (this.reporter = new LegReporter({
      lane,
      store,
      enquiries,
      clock,
      random,
      telemetry,
      partner: port.partner,
      notFoundIsFinal: port.notFoundIsFinal,
      timersOf,
      healthy,
    }));
    this.handler = new LegHandler({
      port,
      database,
      store,
      reporter,
      breaker: sends,
      budget,
      slots,
      clock,
      telemetry,
    });
    this.job = new EnquiryJob({
      port,
      database,
      enquiries,
      reporter,
      handler: this.handler,
      breaker: asks,
      sendsBreaker: sends,
      budget,
      clock,
      telemetry,
      ready: () => directory.isLoaded,
      orphanAfterMs: tuning.orphanAfterMs ?? port.sendMsMax + REPORT_MS_MAX,
      tickMs: tuning.enquiryTickMs ?? 250,
      sweepMs: tuning.sweepMs ?? 5_000,
    });
  }

  /** Starts enquiring and serves the adapter's calls. */
  start(): void {
    this.job.start();
    this.serve();
  }

  /** A batch of `leg.command` records. */
  async handle(records: readonly InboundRecord[]): Promise<void> {
    this.options.directory.assertLoaded();
    const work = this.handler.handle(records);
    this.inHand.add(work);
    await work.finally(() => this.inHand.delete(work));
  }

  /**
   * Evidence that came by itself: a call-back, a file line (domain 6.12). Resolves when it is durable; false when
   * the leg is not ours.
   */
  async learn(legKey: string, answered: AnswerWithEvidence): Promise<boolean> {
    const leg = await this.enquiries.latest(this.options.platform.database, legKey);
    if (leg === undefined) return false;
    await this.reporter.add({ ...leg, ...answered, fresh: false });
    return true;
  }

  /**
   * Takes no more and waits a little for what is in flight and its report. What is still open then is an intent
   * without answer: whoever starts next asks about it.
   */
  async close(): Promise<void> {
    await Promise.allSettled(this.inHand);
    const idle = Promise.all([this.slots.drained(), this.job.close()]).then(() => this.reporter.settled());
    await Promise.race([idle, new Promise((done) => setTimeout(done, CLOSE_WAIT_MS).unref())]);
    this.reporter.close();
  }

  private serve(): void {
    const { platform, port } = this.options;
    const calls = adapterCalls(platform.service);
    platform.calls.serve(calls.lookup, async ({ items }) => ({
      items: await Promise.all(items.map((item) => port.lookup(item))),
    }));
    platform.calls.serve(calls.statement, (request) => this.statement(request));
    platform.calls.serve(calls.legs, ({ paymentIds }) => this.legs(paymentIds));
    platform.calls.serve(auditCall(platform.service), () =>
      auditLegs(platform.database, platform.service, platform.clock.now()),
    );
  }

  /** The partner's lines, joined with our leg keys by the reference that we gave (decisions 16). */
  private async statement(request: Parameters<PartnerPort['statement']>[0]): Promise<StatementPage> {
    const { platform, port } = this.options;
    const page = await port.statement(request);
    const refs = page.lines.flatMap(({ externalRef }) => (externalRef === undefined ? [] : [externalRef]));
    if (refs.length === 0) return page;
    const legs = await this.store.byExternalRef(platform.database, refs);
    const lines = page.lines.map((line) => {
      const found = legs.get(line.externalRef ?? '');
      return found === undefined ? line : { ...line, legKey: found.legKey, leg: found.leg };
    });
    return { ...page, lines };
  }

  private async legs(paymentIds: readonly string[]) {
    const { database } = this.options.platform;
    const rows = await this.store.ofPayments(database, paymentIds);
    const known = await this.store.known(
      database,
      rows.map((row) => row.leg_key),
    );
    return {
      legs: rows.map((row) => {
        const answers = known.get(row.leg_key)?.answers ?? [];
        const last = answers.find(({ outcome }) => outcome === 'accepted') ?? answers.at(-1);
        return {
          legKey: row.leg_key,
          paymentId: row.payment_id,
          leg: row.leg,
          outcome: last?.outcome ?? null,
          partnerRef: last?.partnerRef ?? null,
          attempts: row.attempts,
          enquiries: row.enquiries ?? 0,
          nextEnquiryAt: row.next_enquiry_at?.toISOString() ?? null,
        };
      }),
    };
  }
}
