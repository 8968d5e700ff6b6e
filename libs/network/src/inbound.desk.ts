import { Gatherer, TOPICS, type InboundRecord, type OutboundRecord, type OutboxLane } from '@tonle/messaging';
import type { Platform } from '@tonle/platform';
import { inboundOutcome, TERMINAL_STATES, type InboundOutcome, type PaymentSubmit } from '@tonle/contracts';
import type { Transaction } from '@tonle/persistence';
import type { InboundRequest, Intake, StoredRequest } from './inbound.js';
import { InboundStore } from './inbound.store.js';

const INTAKE_BATCH_MAX = 500;
const INTAKE_WAITING_MAX = 5_000;
const GATHER_MS = 10;
const LOOK_MS = 1_000;
const REPUBLISH_EVERY_MS = 10_000;
const REPUBLISH_AFTER_MS = 20_000;
const REPUBLISH_BATCH_MAX = 500;
/** Requests that one statement passes over, looking for those without outcome. */
const SLICE = 20_000;

export interface InboundDeskOptions {
  readonly platform: Platform;
  readonly lane: OutboxLane;
  /** A request without outcome is told to routing again after this (decisions 5). */
  readonly republishAfterMs?: number;
  readonly republishEveryMs?: number;
  /** For tests: how many are published at a time. */
  readonly republishBatchMax?: number;
}

/** A caller that waits for a payment's end. */
export interface Waiting {
  /** The final outcome, or undefined when there is none within `ms`. */
  within(ms: number): Promise<InboundOutcome | undefined>;
  end(): void;
}

/**
 * What every inbound door shares (decisions 13, 14): requests become durable in groups and leave by the outbox of
 * the same commit; callers that wait are poked by the outcome, and a slow look into our own table covers a lost poke.
 */
export class InboundDesk {
  private readonly store = new InboundStore();
  private readonly intakes: Gatherer<InboundRequest, Intake>;
  private readonly waiting = new Map<string, Set<(outcome: InboundOutcome) => void>>();
  private readonly timers: NodeJS.Timeout[] = [];
  private stopListening: (() => Promise<void>) | undefined;
  /** How far the look for requests without outcome has come, and the oldest that it has found on its way. */
  private lookedTo = 0;
  private oldestOpen: number | undefined;

  constructor(private readonly options: InboundDeskOptions) {
    this.intakes = new Gatherer((batch) => this.takeAll(batch), {
      batchMax: INTAKE_BATCH_MAX,
      lingerMs: GATHER_MS,
      waitingMax: INTAKE_WAITING_MAX,
    });
  }

  async start(): Promise<void> {
    const { shared, instance } = this.options.platform;
    const poked = (message: string): void => {
      for (const outcome of JSON.parse(message) as InboundOutcome[]) this.wake(outcome);
    };
    // Without pokes the slow look finds what callers wait for.
    this.stopListening = await shared.listen(pokeChannel(instance), poked).catch((error: unknown) => {
      this.options.platform.telemetry.log.warn(
        { err: error },
        'no pokes: callers are answered a little later',
      );
      return undefined;
    });
    this.every(LOOK_MS, () => this.look());
    this.every(this.options.republishEveryMs ?? REPUBLISH_EVERY_MS, () => this.republish());
  }

  async close(): Promise<void> {
    for (const timer of this.timers) clearInterval(timer);
    await this.stopListening?.();
  }

  /** Makes the request durable, once. Rejects with GathererFull when the door is full: nothing was kept. */
  take(request: InboundRequest): Promise<Intake> {
    return this.intakes.add(request);
  }

  async find(uetr: string): Promise<StoredRequest | undefined> {
    return (await this.store.byUetr(this.options.platform.database, [uetr])).get(uetr);
  }

  /** Starts to wait for the final outcome of a payment; `end` it in any case. */
  await(paymentId: string): Waiting {
    let tell: (outcome: InboundOutcome) => void = () => undefined;
    const outcome = new Promise<InboundOutcome>((done) => {
      tell = done;
    });
    const waiters = this.waiting.get(paymentId) ?? new Set();
    this.waiting.set(paymentId, waiters.add(tell));
    let timer: NodeJS.Timeout | undefined;
    return {
      within: (ms) =>
        Promise.race([
          outcome,
          new Promise<undefined>((done) => (timer = setTimeout(() => done(undefined), ms))),
        ]),
      end: () => {
        clearTimeout(timer);
        waiters.delete(tell);
        if (waiters.size === 0) this.waiting.delete(paymentId);
      },
    };
  }

  /** A batch of `payment.outcome` records: stored, then the callers that wait for them are told. */
  async handleOutcomes(records: readonly InboundRecord[]): Promise<void> {
    const { platform } = this.options;
    const newest = new Map<string, InboundOutcome>();
    for (const record of records) {
      const outcome = inboundOutcome.parse(JSON.parse(record.body));
      if ((newest.get(outcome.paymentId)?.version ?? -1) < outcome.version)
        newest.set(outcome.paymentId, outcome);
    }
    const outcomes = [...newest.values()];
    if (outcomes.length === 0) return;
    await this.store.saveOutcomes(platform.database, outcomes);
    const elsewhere = new Map<string, InboundOutcome[]>();
    for (const outcome of outcomes) {
      const { instance } = outcome.replyTo;
      if (instance === platform.instance || this.waiting.has(outcome.paymentId)) this.wake(outcome);
      else elsewhere.set(instance, [...(elsewhere.get(instance) ?? []), outcome]);
    }
    for (const [instance, list] of elsewhere) {
      // A poke that is lost costs time, not truth.
      await platform.shared.publish(pokeChannel(instance), JSON.stringify(list)).catch(() => undefined);
    }
  }

  private wake(outcome: InboundOutcome): void {
    if (!TERMINAL_STATES.has(outcome.state)) return;
    for (const done of this.waiting.get(outcome.paymentId) ?? []) done(outcome);
  }

  private takeAll(batch: readonly InboundRequest[]): Promise<Intake[]> {
    return this.options.lane.commit(async (transaction) => {
      const intakes = await this.write(transaction, batch);
      const records = batch.flatMap((request, index) => {
        const intake = intakes[index]!;
        const isNew =
          intake.kind === 'taken' && !intake.repeated && intake.paymentId === request.submit.paymentId;
        return isNew ? [submitRecord(request.submit, request.traceparent)] : [];
      });
      return { result: intakes, records };
    });
  }

  private async write(transaction: Transaction, batch: readonly InboundRequest[]): Promise<Intake[]> {
    const now = this.options.platform.clock.now();
    const firsts = new Map<string, InboundRequest>();
    for (const request of batch) {
      if (now < request.takeBefore && !firsts.has(request.submit.uetr))
        firsts.set(request.submit.uetr, request);
    }
    const inserted =
      firsts.size === 0 ? new Set<string>() : await this.store.insert(transaction, [...firsts.values()]);
    const others = batch
      .filter(({ submit }) => !inserted.has(submit.paymentId))
      .map(({ submit }) => submit.uetr);
    const known =
      others.length === 0 ? new Map<string, StoredRequest>() : await this.store.byUetr(transaction, others);
    return batch.map((request): Intake => {
      const { paymentId, uetr, messageId } = request.submit;
      if (inserted.has(paymentId))
        return { kind: 'taken', paymentId, submit: request.submit, repeated: false };
      const found = known.get(uetr);
      if (found === undefined) return now < request.takeBefore ? { kind: 'in_use' } : { kind: 'too_late' };
      if (found.messageId !== messageId || found.contentHash !== request.contentHash)
        return { kind: 'in_use' };
      return {
        kind: 'taken',
        paymentId: found.paymentId,
        submit: found.submit,
        repeated: true,
        outcome: found.outcome,
      };
    });
  }

  private every(ms: number, work: () => Promise<void>): void {
    let busy = false;
    const timer = setInterval(() => {
      if (busy) return;
      busy = true;
      work()
        .catch((error: unknown) =>
          this.options.platform.telemetry.log.warn({ err: error }, 'the inbound desk will try again'),
        )
        .finally(() => {
          busy = false;
        });
    }, ms);
    timer.unref();
    this.timers.push(timer);
  }

  private async look(): Promise<void> {
    if (this.waiting.size === 0) return;
    for (const outcome of await this.store.outcomes(this.options.platform.database, [...this.waiting.keys()]))
      this.wake(outcome);
  }

  /** Requests that have waited long are submitted again under the same message id, in turns, the oldest first. */
  private async republish(): Promise<void> {
    const { platform, republishAfterMs = REPUBLISH_AFTER_MS } = this.options;
    const { republishBatchMax = REPUBLISH_BATCH_MAX } = this.options;
    const to = platform.clock.now() - republishAfterMs;
    while (this.lookedTo < to) {
      const end = await this.store.endOfSlice(platform.database, this.lookedTo, to, SLICE);
      const open = await this.store.unanswered(platform.database, this.lookedTo, end, republishBatchMax);
      if (open.length > 0) await platform.transport.publish(open.map(({ submit }) => submitRecord(submit)));
      this.oldestOpen ??= receivedAt(open[0]);
      if (open.length === republishBatchMax) {
        // The others have their turn next time.
        this.lookedTo = receivedAt(open.at(-1))! + 1;
        return;
      }
      this.lookedTo = end;
    }
    this.lookedTo = this.oldestOpen ?? Math.max(0, to - REPUBLISH_EVERY_MS);
    this.oldestOpen = undefined;
  }
}

function receivedAt(request: StoredRequest | undefined): number | undefined {
  return request === undefined ? undefined : Date.parse(request.submit.receivedAt);
}

/** The record for routing; message id = payment id. */
export function submitRecord(submit: PaymentSubmit, traceparent?: string): OutboundRecord {
  const { paymentId } = submit;
  return {
    topic: TOPICS.routing,
    key: paymentId,
    type: 'payment.submit',
    messageId: paymentId,
    body: JSON.stringify(submit),
    traceparent,
  };
}

function pokeChannel(instance: string): string {
  return `outcome:${instance}`;
}
