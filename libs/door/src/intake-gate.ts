import { refused, routingCalls, type PaymentSubmit, type Refusal } from '@tonle/contracts';
import type { Directory } from '@tonle/directory';
import { ServiceUnavailable, type OutboxLane } from '@tonle/messaging';
import { deadlinesOf } from '@tonle/payment';
import type { Platform } from '@tonle/platform';
import { ageOf, isShut, wouldComeLate, type QueueAges } from './intake-gate.decide.js';
import { TakenSamples } from './taken-samples.js';

export const LOOK_AT_QUEUE_MS = 500;
const LIMIT_MS = 5_000;
const ANSWER_MS_MAX = 1_000;
/** What routing does not have so long after it was published is lost, not late: it is published again, and audited (I3). */
const LOST_AFTER_MS = 30_000;
const STAGES = ['commit', 'outbox', 'routing'] as const;

export interface IntakeGateParts {
  readonly lane: Pick<OutboxLane, 'unsentMs'>;
  /** How long the oldest instruction has waited to be written, ms. */
  readonly committingMs: () => number;
  /** Timers of corridors, by which a payment's time ends; without it by its sender's deadline alone. */
  readonly directory?: Pick<Directory, 'corridor'>;
}

/**
 * Refuses new payments early, when what was taken before waits too long (503 `overloaded`): a payment that is taken is in
 * routing's hands before its time ends. The age is measured: of what waits to be written, of what waits for the broker, and by
 * asking routing for some of what was taken. Refunds are not asked about here, nor is what concerns a payment that was taken.
 */
export class IntakeGate {
  private readonly samples = new TakenSamples();
  private readonly limitMs: number;
  private readonly oldest;
  private readonly refusals;
  private shut = false;

  constructor(
    private readonly host: Pick<Platform, 'calls' | 'clock' | 'telemetry' | 'settings'>,
    private readonly parts: IntakeGateParts,
  ) {
    this.limitMs = limitOf(host.settings);
    this.oldest = host.telemetry.gauge(
      'tonle_queue_oldest_seconds',
      'How long the oldest payment that was taken has waited to be written, for the broker, or for routing',
      ['stage'],
    );
    for (const stage of STAGES) this.oldest.set({ stage }, 0);
    this.refusals = host.telemetry.counter(
      'tonle_intake_refused_total',
      'Payments that were not taken: the queue was too old, or too old for their deadline',
      ['why'],
      [{ why: 'queue' }, { why: 'deadline' }],
    );
  }

  /** Is nothing taken now? */
  get isShut(): boolean {
    return this.shut;
  }

  /** How long the oldest of what was taken waits, in milliseconds. */
  get oldestMs(): number {
    return ageOf(this.ages());
  }

  /** A payment was taken. */
  taken(paymentId: string): void {
    this.samples.taken(paymentId, performance.now());
  }

  /** Why this one is not taken now; undefined: it may be. */
  refusalOf(submit: PaymentSubmit): Refusal | undefined {
    const ageMs = this.look(this.ages());
    const late = wouldComeLate(ageMs, this.leftMs(submit));
    if (!this.shut && !late) return undefined;
    this.refusals.inc({ why: this.shut ? 'queue' : 'deadline' });
    return { ...refused('overloaded'), retryAfterS: Math.ceil(this.limitMs / 2_000) };
  }

  /** One round: asks routing for what was taken. */
  async measure(): Promise<void> {
    const paymentIds = this.samples.paymentIds;
    if (paymentIds.length > 0) {
      const known = await this.knownOf(paymentIds);
      if (known !== undefined) this.samples.arrived(known);
      this.samples.asked(paymentIds);
      if (known !== undefined && this.parts.lane.unsentMs() < this.limitMs)
        this.samples.forgetBefore(performance.now() - LOST_AFTER_MS);
    }
    const ages = this.ages();
    for (const stage of STAGES) this.oldest.set({ stage }, ages[stage] / 1_000);
    this.look(ages);
  }

  /** Undefined while routing does not answer. */
  private async knownOf(paymentIds: string[]): Promise<ReadonlySet<string> | undefined> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<undefined>((done) => {
      timer = setTimeout(() => done(undefined), ANSWER_MS_MAX);
    });
    const answered = this.host.calls.call(routingCalls.known, { paymentIds, uetrs: [] }).then(
      ({ payments }) => new Set(payments.map(({ paymentId }) => paymentId)),
      (error: unknown) => {
        if (error instanceof ServiceUnavailable) return undefined;
        throw error;
      },
    );
    try {
      return await Promise.race([answered, late]);
    } finally {
      clearTimeout(timer);
    }
  }

  private look(ages: QueueAges): number {
    const ageMs = ageOf(ages);
    const shut = isShut(this.shut, ageMs, this.limitMs);
    if (shut !== this.shut) this.host.telemetry.log.warn({ ...ages }, shut ? SHUTS : OPENS);
    this.shut = shut;
    return ageMs;
  }

  private ages(): QueueAges {
    const { committingMs, lane } = this.parts;
    return {
      commit: committingMs(),
      outbox: lane.unsentMs(),
      routing: this.samples.waitedMs(performance.now()),
    };
  }

  /** How long until routing would not start its credit any more, ms. */
  private leftMs({ corridor, acceptedAt, receivedAt, deadline }: PaymentSubmit): number {
    const senderDeadlineMs = deadline === undefined ? undefined : Date.parse(deadline);
    const timers = this.parts.directory?.corridor(corridor)?.timers;
    const acceptedAtMs = Math.min(Date.parse(acceptedAt), Date.parse(receivedAt));
    const endMs =
      timers === undefined
        ? senderDeadlineMs
        : deadlinesOf({ acceptedAtMs, senderDeadlineMs }, timers).creditGuardMs;
    return endMs === undefined ? Number.POSITIVE_INFINITY : endMs - this.host.clock.now();
  }
}

const SHUTS = 'payments are refused: what was taken waits too long';
const OPENS = 'payments are taken again';

/** TONLE_QUEUE_AGE_MAX_MS: how long what was taken may wait before nothing more is. */
function limitOf(settings: Platform['settings']): number {
  const text = settings['TONLE_QUEUE_AGE_MAX_MS'];
  if (text === undefined || text === '') return LIMIT_MS;
  if (!/^[1-9]\d{2,5}$/.test(text))
    throw new Error(
      `TONLE_QUEUE_AGE_MAX_MS must be a number of milliseconds from 100 to 999999, not ${text}`,
    );
  return Number(text);
}
