import { amount } from '@tonle/money';
import { writeKhqr } from '@tonle/emvqr';
import { z } from 'zod';
import type { Clock } from '@tonle/platform';
import { seededUnit } from '../../kit/clock.js';
import { BANK_DOMAINS, findBakongAccount } from '../bakong/accounts.js';
import type { PayeeRules } from './payees.js';
import type { Pause } from '../../kit/faulty.js';
import { LatencyCount } from '../../kit/latency.js';
import { shareOfRate } from '../../kit/ramp.js';
import type { PayerSide, PayOrder, PreparedPayment } from './payer.js';

const whole = (min: number, max: number) => z.number().int().min(min).max(max);

/** What `POST /control/<network>/run` takes. */
export const runRequest = z
  .strictObject({
    /** Payments a second. */
    rate: z.number().positive().max(5000),
    /** Measured time. */
    seconds: whole(1, 86_400),
    /** Comes first, rising to the full rate; counted in the totals, not in the latencies. */
    warmupSeconds: whole(0, 3600).default(0),
    /** Share of the payees that bank with the first domain. */
    skew: z.number().min(0).max(1).default(0.7),
    seed: z.number().int().default(1),
    domains: z
      .array(z.enum(BANK_DOMAINS))
      .min(1)
      .default([...BANK_DOMAINS]),
    /** How many payees and payers take part. */
    payees: whole(1, 100_000).default(1000),
    payers: whole(1, 1_000_000).default(20_000),
    minRiel: whole(100, 1_000_000).default(1000),
    maxRiel: whole(100, 10_000_000).default(80_000),
    /** Codes are resolved and quoted this long before their payment is due. */
    leadMs: whole(0, 60_000).default(2000),
    /** How long payments that are open at the end are waited for. */
    drainSeconds: whole(0, 600).default(60),
  })
  .refine(({ minRiel, maxRiel }) => minRiel <= maxRiel, { message: 'more than maxRiel', path: ['minRiel'] });
export type RunRequest = z.infer<typeof runRequest>;

const COME_ALONG_MS = 2;
const TELL_MS = 100;
const SAMPLES_MAX = 500;

interface Tally {
  offered: number;
  unprepared: number;
  sent: number;
  completed: number;
  rejected: number;
  open: number;
  measured: number;
  measuredCompleted: number;
  measuredRejected: number;
  measuredSent: number;
  /** Completed while the measured time ran, whenever they were sent. */
  completedInWindow: number;
}

/** An open-loop run of inbound payments: arrivals do not wait for answers. */
export class InboundRun {
  private readonly tally: Tally = {
    offered: 0,
    unprepared: 0,
    sent: 0,
    completed: 0,
    rejected: 0,
    open: 0,
    measured: 0,
    measuredSent: 0,
    measuredCompleted: 0,
    measuredRejected: 0,
    completedInWindow: 0,
  };
  private window = { from: 0, to: 0 };
  private readonly latencies = new LatencyCount();
  private readonly lateness = new LatencyCount();
  private readonly reasons: Record<string, number> = {};
  private readonly uetrs: string[] = [];
  private readonly openUetrs = new Set<string>();
  private readonly inFlight = new Set<Promise<void>>();
  private readonly unit: () => number;
  private readonly qrTexts: string[][];
  private stopped = false;

  constructor(
    private readonly request: RunRequest,
    private readonly payer: Pick<PayerSide, 'prepare' | 'pay'>,
    private readonly payees: Pick<PayeeRules, 'payer'> & {
      /** What codes of a shop have in tag 15, where the network's payers need it. */
      unionPayAccount?(shop: number): string;
    },
    private readonly clock: Clock,
    private readonly pause: Pause,
  ) {
    this.unit = seededUnit(request.seed);
    const { domains } = request;
    const each = Math.max(1, Math.ceil(request.payees / domains.length));
    this.qrTexts = domains.map((domain) =>
      Array.from({ length: each }, (_, index) => shopCode(index, domain, payees.unionPayAccount?.(index))),
    );
  }

  /** Ends the arrivals early; what is in flight is still followed. */
  stop(): void {
    this.stopped = true;
  }

  /** Runs to the end; `tell` gets an object each second and the summary at last. */
  async run(tell: (line: unknown) => void): Promise<void> {
    const { rate, seconds, warmupSeconds, leadMs, drainSeconds } = this.request;
    const started = performance.now();
    const measureFrom = started + leadMs + warmupSeconds * 1000;
    const endAt = measureFrom + seconds * 1000;
    const warmupMs = warmupSeconds * 1000;
    this.window = { from: measureFrom, to: endAt };
    let due = started + leadMs;
    let told = started;
    while (!this.stopped) {
      const now = performance.now();
      while (due - leadMs <= now && due < endAt) {
        this.launch(due, due >= measureFrom);
        due += (-Math.log(1 - this.unit()) * 1000) / (rate * shareOfRate(due - started - leadMs, warmupMs));
      }
      if (now - told >= 1000) {
        told += 1000;
        tell({
          type: 'progress',
          second: Math.round((told - started) / 1000),
          ...this.tally,
          inFlight: this.inFlight.size,
        });
      }
      if (now >= endAt) break;
      // Until the next one is due; waking more often only costs.
      await this.pause(Math.min(Math.max(due - leadMs - now, COME_ALONG_MS), TELL_MS));
    }
    await Promise.race([Promise.all(this.inFlight), this.pause(drainSeconds * 1000)]);
    tell(this.summary());
  }

  private launch(due: number, measured: boolean): void {
    const order = this.order();
    const work = this.one(order, due, measured);
    this.inFlight.add(work);
    void work.finally(() => this.inFlight.delete(work));
  }

  private async one(order: PayOrder, due: number, measured: boolean): Promise<void> {
    this.tally.offered += 1;
    if (measured) this.tally.measured += 1;
    const prepared = await this.prepare(order);
    if (prepared === undefined) return;
    const early = due - performance.now();
    if (early > 1) await this.pause(early);
    else if (measured) this.lateness.add(Math.max(0, -early));
    this.tally.sent += 1;
    this.tally.open += 1;
    if (measured) this.tally.measuredSent += 1;
    try {
      await this.pay(prepared, measured);
    } catch (error) {
      this.count(`failed: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  private async prepare(order: PayOrder): Promise<PreparedPayment | undefined> {
    try {
      const preparation = await this.payer.prepare(order);
      if (preparation.kind === 'prepared') return preparation.payment;
      this.count(`unprepared: ${JSON.stringify(preparation.body).slice(0, 200)}`);
    } catch (error) {
      this.count(`unprepared: ${error instanceof Error ? error.message : String(error)}`);
    }
    this.tally.unprepared += 1;
    return undefined;
  }

  private async pay(prepared: PreparedPayment, measured: boolean): Promise<void> {
    this.openUetrs.add(prepared.uetr);
    const outcome = await this.payer.pay(prepared);
    if (outcome.state === 'open') return;
    this.openUetrs.delete(prepared.uetr);
    if (this.uetrs.length < SAMPLES_MAX) this.uetrs.push(outcome.uetr);
    this.tally.open -= 1;
    this.tally[outcome.state] += 1;
    if (outcome.state === 'rejected') this.count(`rejected: ${outcome.reason ?? 'without reason'}`);
    const now = performance.now();
    if (outcome.state === 'completed' && now >= this.window.from && now < this.window.to)
      this.tally.completedInWindow += 1;
    if (outcome.enquiries > 0) this.count('answered after enquiry');
    if (!measured) return;
    this.latencies.add(outcome.latencyMs);
    if (outcome.state === 'completed') this.tally.measuredCompleted += 1;
    else this.tally.measuredRejected += 1;
  }

  private order(): PayOrder {
    const { skew, minRiel, maxRiel, payers } = this.request;
    const others = this.qrTexts.length - 1;
    const domain = others === 0 || this.unit() < skew ? 0 : 1 + Math.floor(this.unit() * others);
    const codes = this.qrTexts[domain]!;
    const riel = BigInt(minRiel + Math.floor(this.unit() * (maxRiel - minRiel + 1)));
    return {
      qrText: codes[Math.floor(this.unit() * codes.length)]!,
      amount: amount('KHR', riel * 100n),
      payer: this.payees.payer(Math.floor(this.unit() * payers)),
    };
  }

  private summary(): unknown {
    return {
      type: 'summary',
      ...this.tally,
      p50Ms: this.latencies.percentile(0.5),
      p95Ms: this.latencies.percentile(0.95),
      p99Ms: this.latencies.percentile(0.99),
      latencies: this.latencies.sorted(),
      startedLateP99Ms: this.lateness.percentile(0.99),
      reasons: this.reasons,
      uetrs: this.uetrs,
      openUetrs: [...this.openUetrs].slice(0, SAMPLES_MAX),
    };
  }

  private count(reason: string): void {
    this.reasons[reason] = (this.reasons[reason] ?? 0) + 1;
  }
}

function shopCode(index: number, domain: string, unionPayAccount?: string): string {
  const bakongAccountId = `shop${String(index).padStart(5, '0')}@${domain}`;
  const payeeName = (findBakongAccount(bakongAccountId)?.name ?? bakongAccountId).slice(0, 25);
  const written = writeKhqr({
    currency: 'KHR',
    bakongAccountId,
    ...(unionPayAccount === undefined ? {} : { unionPayAccount }),
    payeeName,
    payeeCity: 'Phnom Penh',
    merchantCategory: '5999',
  });
  if (written.kind === 'refused') throw new Error(`${written.outcome}: ${written.detail}`);
  return written.text;
}
