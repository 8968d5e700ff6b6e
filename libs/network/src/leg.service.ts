import type { InboundRecord, OutboxLane } from '@tonle/messaging';
import type { Platform, Rehearsal } from '@tonle/platform';
import type {
  BreakerReport,
  BreakerState,
  CallCounts,
  LegExchange,
  LegFinding,
  LegKind,
  LegOutcome,
  LegWord,
  OpenLegShown,
} from '@tonle/contracts';
import type { Directory } from '@tonle/directory';
import { CircuitBreaker } from './breaker.js';
import { CallCounter } from './call-counter.js';
import { ComebackProbe } from './comeback-probe.js';
import { EnquiryBudget } from './budget.js';
import { EnquiryJob } from './enquiry.job.js';
import { EnquiryStore } from './enquiry.store.js';
import type { LegTimers } from './leg.decide.js';
import { exchangesOf } from './leg-history.store.js';
import { legFindings } from './leg-decision.store.js';
import type { StandingLeg } from './inbound.js';
import { LegHandler } from './leg.handler.js';
import { LegSender } from './leg-sender.js';
import type { AnswerWithEvidence, LegCarrier, LegReport, OpenLeg } from './leg.js';
import { LegReporter } from './leg-reporter.js';
import type { LegStore } from './leg.store.js';
import { OrphanSweep } from './orphan-sweep.js';
import { Slots } from './slots.js';
import { askAgain, openLegsIn, StatementEvidence } from './statement-evidence.js';
import type { StatementSearch } from './statement-search.js';

/** Sends in flight towards one partner. */
const SENDS_IN_FLIGHT_MAX = 256;

/** An answer is stored within this, or its leg is asked about. */
const REPORT_MS_MAX = 5_000;
const SWEEP_MS = 5_000;
/** How long closing waits for partners. */
const CLOSE_WAIT_MS = 5_000;

/** What tests shrink; the defaults are those of production. */
export interface NetworkTuning {
  readonly sendsInFlightMax?: number;
  /** An intent without answer is orphaned after this; longer than any send may take. */
  readonly orphanAfterMs?: number;
  readonly enquiryTickMs?: number;
  readonly sweepMs?: number;
  readonly enquiriesPerSecondMin?: number;
  /** Inbound endpoint: when and how often a request without outcome is submitted again. */
  readonly republishAfterMs?: number;
  readonly republishEveryMs?: number;
  /** Inbound endpoint: how long after it came a hint is looked at by us, and how often we look for some. */
  readonly hintAfterMs?: number;
  readonly hintsMs?: number;
  /** From the start to the first exchange of keys. */
  readonly keysFirstMs?: number;
}

export interface LegServiceOptions {
  readonly platform: Platform;
  readonly carrier: LegCarrier;
  readonly lane: OutboxLane;
  readonly directory: Directory;
  readonly store: LegStore;
  readonly statements?: StatementSearch;
  readonly tuning?: NetworkTuning;
}

/** A leg as the adapter's call shows it. */
export interface LegShown {
  readonly legKey: string;
  readonly paymentId: string;
  readonly leg: LegKind;
  readonly outcome: LegOutcome | null;
  readonly partnerRef: string | null;
  readonly attempts: number;
  readonly enquiries: number;
  readonly nextEnquiryAt: string | null;
  readonly decided: LegFinding | null;
  readonly answered: number;
  readonly answers: LegWord[];
  readonly exchanges: LegExchange[];
}

/** All that is done with legs, whatever the network: takes commands, sends, reports, enquires. */
export class LegService {
  private readonly enquiries = new EnquiryStore();
  /** What statements prove of the legs. */
  readonly statementEvidence: StatementEvidence;
  private readonly reporter: LegReporter;
  private readonly handler: LegHandler;
  private readonly job: EnquiryJob;
  private readonly slots: Slots;
  private readonly breakers: { readonly sends: CircuitBreaker; readonly asks: CircuitBreaker };
  private readonly calls: { readonly sends: CallCounter; readonly asks: CallCounter };
  private readonly inHand = new Set<Promise<void>>();

  constructor(private readonly options: LegServiceOptions) {
    const { platform, carrier, lane, directory, store, statements, tuning = {} } = options;
    const { clock, random, telemetry, database } = platform;
    const now = () => clock.now();
    // Two: sending and asking may be served by different machines of a partner.
    const sends = new CircuitBreaker(now);
    const asks = new CircuitBreaker(now);
    this.breakers = { sends, asks };
    const calls = (this.calls = { sends: new CallCounter(now), asks: new CallCounter(now) });
    const budget = new EnquiryBudget(platform.shared, carrier.network, now, tuning.enquiriesPerSecondMin);
    const { enquiries } = this;
    const slots = (this.slots = new Slots(tuning.sendsInFlightMax ?? SENDS_IN_FLIGHT_MAX));
    const timersOf = (corridor: string): LegTimers | undefined =>
      directory.corridorIncludingEnded(corridor)?.timers;
    const reporter = (this.reporter = new LegReporter({
      lane,
      store,
      enquiries,
      clock,
      random,
      telemetry,
      network: carrier.network,
      notFoundIsFinal: (command) => carrier.notFoundIsFinal(command),
      timersOf,
      healthy: () => asks.healthy,
    }));
    this.statementEvidence = new StatementEvidence({ database, enquiries, store, reporter, clock });
    const common = { carrier, database, store, enquiries, slots, clock, telemetry };
    const sender = new LegSender({ ...common, breaker: sends, calls: calls.sends, budget });
    const handler = (this.handler = new LegHandler({ ...common, sender, reporter }));
    const sweepMs = tuning.sweepMs ?? SWEEP_MS;
    const orphanAfterMs = tuning.orphanAfterMs ?? carrier.sendMsMax + REPORT_MS_MAX;
    this.job = new EnquiryJob({
      carrier,
      database,
      enquiries,
      reporter,
      handler,
      sender,
      sweep: new OrphanSweep({
        ...{ database, store, enquiries, reporter, clock, telemetry },
        ...{ orphanAfterMs, sweepMs },
      }),
      statements,
      timersOf,
      breaker: asks,
      sendsBreaker: sends,
      calls: calls.asks,
      comeback: new ComebackProbe({
        ...{ carrier, database, sends, asks, clock, telemetry },
        unanswered: () => sender.lastUnanswered,
        find: (legKey) => this.find(legKey),
      }),
      budget,
      clock,
      telemetry,
      ready: () => directory.isLoaded,
      measureMs: sweepMs,
    });
  }

  /** Whether the network is sent to and asked, for people. */
  get health(): { readonly sends: BreakerState; readonly enquiries: BreakerState } {
    const { sends, asks } = this.breakers;
    return { sends: sends.state, enquiries: asks.state };
  }

  /** For whoever decides elsewhere what is let through. */
  get report(): {
    readonly breakers: Readonly<Record<'sends' | 'enquiries', BreakerReport>>;
    readonly calls: Readonly<Record<'sends' | 'enquiries', CallCounts>>;
  } {
    const { breakers, calls } = this;
    return {
      breakers: { sends: breakers.sends.report, enquiries: breakers.asks.report },
      calls: { sends: calls.sends.counts, enquiries: calls.asks.counts },
    };
  }

  /** One round of the job that asks about open legs. */
  enquire(): Promise<void> {
    return this.job.round();
  }

  /** A batch of `leg.command` records. */
  async handle(records: readonly InboundRecord[]): Promise<void> {
    this.options.directory.assertLoaded();
    const work = this.handler.handle(records);
    this.inHand.add(work);
    await work.finally(() => this.inHand.delete(work));
  }

  /** What a `leg.command` would bring about now, in words. */
  readonly rehearse: Rehearsal = (record) => this.handler.rehearse(record);

  /** The newest attempt of a leg that was sent from here, open or not. */
  find(legKey: string): Promise<OpenLeg | undefined> {
    return this.enquiries.latest(this.options.platform.database, legKey);
  }

  /** The newest attempt of the leg with this reference; of several the one that was accepted. */
  async byReference(externalRef: string): Promise<OpenLeg | undefined> {
    const { store, platform } = this.options;
    const leg = (await store.byExternalRef(platform.database, [externalRef])).get(externalRef);
    return leg === undefined ? undefined : this.find(leg.legKey);
  }

  /**
   * The leg with this reference as it stands; of several the one that was accepted, else one that is open. Where there is none, that
   * which the network has accepted under a reference of its own.
   */
  async standing(externalRef: string, partnerRef?: string): Promise<StandingLeg | undefined> {
    const { store, platform } = this.options;
    const { database } = platform;
    const leg = await store.standing(database, externalRef);
    return leg === undefined && partnerRef !== undefined ? store.acceptedAs(database, partnerRef) : leg;
  }

  /**
   * Evidence that came by itself: a call-back, a file line (domain 6.12). Resolves when it is durable; false when
   * the leg is not ours.
   */
  async learn(legKey: string, answered: AnswerWithEvidence): Promise<boolean> {
    const leg = await this.find(legKey);
    if (leg === undefined) return false;
    await this.reporter.add({ ...leg, ...answered, firstAnswer: false });
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

  /** Asks about legs once more, whatever is known of them. Returns those that are ours. */
  askAgain(legKeys: readonly string[]): Promise<string[]> {
    const { database, clock } = this.options.platform;
    return askAgain({ database, enquiries: this.enquiries, nowMs: clock.now() }, legKeys);
  }

  /** Legs in a currency whose outcome is not known, the oldest first. */
  openLegs(asked: { readonly currency: string; readonly limit: number }): Promise<OpenLegShown[]> {
    return openLegsIn(this.options.platform.database, asked);
  }

  /** What became of the legs of payments, for people who look into one. */
  async legsOf(paymentIds: readonly string[]): Promise<LegShown[]> {
    const { store, platform } = this.options;
    const { database } = platform;
    const rows = await store.ofPayments(database, paymentIds);
    const legKeys = rows.map((row) => row.leg_key);
    const known = await store.known(database, legKeys);
    const decided = await legFindings(database, legKeys);
    const exchanges = await exchangesOf(database, legKeys);
    return rows.map((row) => {
      const answers = known.get(row.leg_key)?.answers ?? [];
      const last = answers.find(({ outcome }) => outcome === 'accepted') ?? answers.at(-1);
      return {
        legKey: row.leg_key,
        paymentId: row.payment_id,
        leg: row.leg,
        outcome: last?.outcome ?? null,
        partnerRef: last?.partnerRef ?? null,
        attempts: row.attempts,
        enquiries: row.enquiries,
        nextEnquiryAt: row.next_enquiry_at?.toISOString() ?? null,
        decided: decided.get(row.leg_key) ?? null,
        answered: row.answered,
        answers: answers.map(wordOf),
        exchanges: exchanges.get(row.leg_key) ?? [],
      };
    });
  }
}

function wordOf({ attempt, outcome, partnerRef, reason, amount, at }: LegReport): LegWord {
  return { attempt, outcome, partnerRef, reason, amount, at: new Date(at).toISOString() };
}
