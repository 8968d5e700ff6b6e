import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { LatencyCount, seededUnit, shareOfRate } from '@tonle/sandbox';
import type { LoadAnswer, LoadClient } from './load-client.js';
import type { OutboundWish, OutboundWishes } from './payers.js';

const LOOKUP_AGE_MAX_MS = 300_000;
const COME_ALONG_MS = 2;
const COME_ALONG_MS_MAX = 100;
const POLL_MS = 250;
const RETRY_MS = 500;
const ATTEMPTS_MAX = 20;
const SAMPLES_MAX = 500;

export interface RunPlan {
  readonly rate: number;
  readonly seed: number;
  /** performance.now() at which arrivals begin, measuring begins, and arrivals end. */
  readonly startAt: number;
  readonly measureFrom: number;
  readonly endAt: number;
  /** Lookup and quote begin this long before a payment is due. */
  readonly leadMs: number;
  readonly drainMs: number;
  readonly freshLookups: boolean;
}

export interface AnsweredPayment {
  readonly paymentId: string;
  readonly state: string;
  readonly step: string;
  readonly source: { readonly currency: string; readonly amount: string };
  readonly target: { readonly currency: string; readonly amount: string };
  readonly problem?: { readonly code: string; readonly isoReason: string };
}

interface Quote {
  readonly quoteId: string;
  readonly source: AnsweredPayment['source'];
  readonly target: AnsweredPayment['target'];
}

interface Prepared {
  readonly wish: OutboundWish;
  readonly lookupId: string;
  readonly quote: Quote;
}

/** What a caller was told; to be compared with what the switch says afterwards. */
export interface ToldPayment {
  readonly participant: string;
  readonly paymentId: string;
  readonly state: string;
  readonly measured: boolean;
  readonly source: AnsweredPayment['source'];
  readonly target: AnsweredPayment['target'];
}

export interface RunTally {
  offered: number;
  unprepared: number;
  sent: number;
  accepted: number;
  refused: number;
  completed: number;
  rejected: number;
  measuredOffered: number;
  measuredAccepted: number;
  measuredCompleted: number;
  measuredRejected: number;
  completedInWindow: number;
}

/** An open-loop run of outbound payments through the public API. */
export class OutboundLoad {
  readonly tally: RunTally = {
    offered: 0,
    unprepared: 0,
    sent: 0,
    accepted: 0,
    refused: 0,
    completed: 0,
    rejected: 0,
    measuredOffered: 0,
    measuredAccepted: 0,
    measuredCompleted: 0,
    measuredRejected: 0,
    completedInWindow: 0,
  };
  readonly latencies = new LatencyCount();
  readonly lateness = new LatencyCount();
  readonly reasons: Record<string, number> = {};
  readonly told: ToldPayment[] = [];
  private readonly lookups = new Map<string, { at: number; id: Promise<string> }>();
  private readonly inFlight = new Set<Promise<void>>();
  private stopped = false;
  private deadline = Number.POSITIVE_INFINITY;

  constructor(
    private readonly client: LoadClient,
    private readonly wishes: OutboundWishes,
    private readonly plan: RunPlan,
  ) {}

  get inFlightCount(): number {
    return this.inFlight.size;
  }

  stop(): void {
    this.stopped = true;
  }

  /** Runs to the end of the plan and waits for what is in flight, at most the drain time. */
  async run(): Promise<void> {
    const { startAt, measureFrom, endAt, leadMs, drainMs, rate, seed } = this.plan;
    const unit = seededUnit(seed + 1);
    const warmupMs = measureFrom - startAt;
    this.deadline = endAt + drainMs;
    let due = startAt;
    while (!this.stopped && performance.now() < endAt) {
      while (due - leadMs <= performance.now() && due < endAt) {
        this.launch(due);
        due += (-Math.log(1 - unit()) * 1000) / (rate * shareOfRate(due - startAt, warmupMs));
      }
      await pause(Math.min(Math.max(due - leadMs - performance.now(), COME_ALONG_MS), COME_ALONG_MS_MAX));
    }
    await Promise.race([
      Promise.all(this.inFlight),
      pause(this.stopped ? 0 : drainMs, undefined, { ref: false }),
    ]);
  }

  private launch(due: number): void {
    const work = this.one(due).catch((error: unknown) => this.count(`failed: ${messageOf(error)}`));
    this.inFlight.add(work);
    void work.finally(() => this.inFlight.delete(work));
  }

  private async one(due: number): Promise<void> {
    const measured = due >= this.plan.measureFrom;
    this.tally.offered += 1;
    if (measured) this.tally.measuredOffered += 1;
    const prepared = await this.prepare(this.wishes.next());
    if (prepared === undefined) {
      this.tally.unprepared += 1;
      return;
    }
    const early = due - performance.now();
    if (early > 1) await pause(early);
    else if (measured) this.lateness.add(Math.max(0, -early));
    await this.pay(prepared, measured);
  }

  /** What a bank's app does before its customer says yes. */
  private async prepare(wish: OutboundWish): Promise<Prepared | undefined> {
    try {
      const lookupId = await this.lookup(wish);
      const { status, body } = await this.client.post<Quote & { code?: string }>(
        wish.participant,
        '/v1/quotes',
        {
          lookupId,
          sourceCurrency: wish.sourceCurrency,
          amount: wish.amount,
        },
      );
      if (status === 200) return { wish, lookupId, quote: body };
      this.count(`quote: ${status} ${body.code ?? ''}`);
    } catch (error) {
      this.count(`unprepared: ${messageOf(error)}`);
    }
    return undefined;
  }

  private async lookup({ participant, payee, freshLookup }: OutboundWish): Promise<string> {
    if (this.plan.freshLookups || freshLookup) return this.ask(participant, payee);
    const key = `${participant} ${JSON.stringify(payee)}`;
    const known = this.lookups.get(key);
    const now = performance.now();
    if (known !== undefined && now - known.at < LOOKUP_AGE_MAX_MS) return known.id;
    const id = this.ask(participant, payee);
    this.lookups.set(key, { at: now, id });
    id.catch(() => this.lookups.delete(key));
    return id;
  }

  private async ask(participant: string, payee: OutboundWish['payee']): Promise<string> {
    const { status, body } = await this.client.post<{ lookupId: string; code?: string }>(
      participant,
      '/v1/lookups',
      payee,
    );
    if (status !== 200) throw new Error(`lookup: ${status} ${body.code ?? ''}`);
    return body.lookupId;
  }

  private async pay(prepared: Prepared, measured: boolean): Promise<void> {
    const { wish, lookupId, quote } = prepared;
    const body = { lookupId, quoteId: quote.quoteId, debtor: wish.debtor };
    const key = randomUUID();
    this.tally.sent += 1;
    const started = performance.now();
    const answer = await this.post(wish.participant, body, key);
    if (answer === undefined) return;
    if (answer.status >= 300) {
      this.tally.refused += 1;
      this.count(`refused: ${answer.status} ${(answer.body as { code?: string }).code ?? ''}`);
      return;
    }
    this.tally.accepted += 1;
    if (measured) this.tally.measuredAccepted += 1;
    const payment =
      answer.body.state === 'processing' ? await this.follow(wish.participant, answer.body) : answer.body;
    const now = performance.now();
    this.tell(wish.participant, payment, quote, measured);
    if (payment.state !== 'processing') this.end(payment, now - started, now, measured);
  }

  /** Sends with one key until something is answered: a caller whose line broke asks again, it never pays twice. */
  private async post(
    participant: string,
    body: unknown,
    key: string,
  ): Promise<LoadAnswer<AnsweredPayment> | undefined> {
    for (let attempt = 1; attempt <= ATTEMPTS_MAX && performance.now() < this.deadline; attempt += 1) {
      try {
        return await this.client.post<AnsweredPayment>(participant, '/v1/payments', body, {
          'idempotency-key': key,
          prefer: 'wait=20',
        });
      } catch (error) {
        this.count(`sent again: ${messageOf(error)}`);
        await pause(RETRY_MS);
      }
    }
    this.count('never answered');
    return undefined;
  }

  private async follow(participant: string, first: AnsweredPayment): Promise<AnsweredPayment> {
    let payment = first;
    this.count('answered while open');
    while (payment.state === 'processing' && performance.now() < this.deadline) {
      await pause(POLL_MS);
      const answer = await this.client
        .get<AnsweredPayment>(participant, `/v1/payments/${payment.paymentId}`)
        .catch(() => undefined);
      if (answer?.status === 200) payment = answer.body;
    }
    return payment;
  }

  private end(payment: AnsweredPayment, latencyMs: number, now: number, measured: boolean): void {
    const completed = payment.state === 'completed';
    if (completed) this.tally.completed += 1;
    else this.tally.rejected += 1;
    if (!completed)
      this.count(`rejected: ${payment.problem?.code ?? payment.state} ${payment.problem?.isoReason ?? ''}`);
    if (completed && now >= this.plan.measureFrom && now < this.plan.endAt) this.tally.completedInWindow += 1;
    if (!measured) return;
    this.latencies.add(latencyMs);
    if (completed) this.tally.measuredCompleted += 1;
    else this.tally.measuredRejected += 1;
  }

  /** Keeps an even sample of what callers were told, and everything that is still open. */
  private tell(
    participant: string,
    { paymentId, state }: AnsweredPayment,
    { source, target }: Quote,
    measured: boolean,
  ): void {
    const seen = this.tally.accepted;
    const told = { participant, paymentId, state, measured, source, target };
    if (this.told.length < SAMPLES_MAX || state === 'processing') this.told.push(told);
    else if (seen % 7 === 0) this.told[seen % SAMPLES_MAX] = told;
  }

  /** A payment that was open when its caller gave up has ended since: it counts, without a latency. */
  endedLate(state: string, measured: boolean): void {
    const ended = state === 'completed' ? 'completed' : 'rejected';
    this.tally[ended] += 1;
    if (measured) this.tally[ended === 'completed' ? 'measuredCompleted' : 'measuredRejected'] += 1;
    this.count(`ended after its caller gave up: ${state}`);
  }

  private count(reason: string): void {
    this.reasons[reason] = (this.reasons[reason] ?? 0) + 1;
  }
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code } = error as { code?: string };
  return code === undefined ? error.message : `${code} ${error.message}`;
}
