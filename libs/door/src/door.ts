import { publicState, refused, TERMINAL_STATES, type PaymentSubmit, type Refusal } from '@tonle/contracts';
import type { Directory } from '@tonle/directory';
import type { OutboxLane } from '@tonle/messaging';
import type { Platform, Service } from '@tonle/platform';
import type { AnswerStamp, Dialect, PaymentAsked, Reading, Stamp } from './dialect.js';
import {
  isFinal,
  storedRequestOf,
  submitFaults,
  type Instruction,
  type StoredRequest,
} from './instruction.js';
import { Holders, keyOf, type Holder, type RequestKey } from './intake.decide.js';
import { IntakeGate, LOOK_AT_QUEUE_MS } from './intake-gate.js';
import { Intake, type InstructionClaim } from './intake.js';
import { holdForRefusal } from './message-lock.js';
import { News, type NewsWriter } from './news.handler.js';
import { newest, type NewsForm, type PaymentNews } from './payment-news.js';
import { RepublicationJob } from './republication.job.js';
import { listRequests, requestsById, type RequestFilter } from './request-list.store.js';
import { findHolders } from './request.store.js';
import { RefusedMessages } from './refused-messages.js';
import { RoutingPayments } from './routing-payments.js';
import { WaitingCallers } from './waiting-callers.js';

/** A request without an answer is asked for and published again after this, then ever later. */
const ANSWER_WITHIN_MS = 15_000;
const CALLERS_MAX = 20_000;
const ASK_AGAIN_EVERY_MS = 1_000;
const LOOK_EVERY_MS = 1_000;
const FORGET_EVERY_MS = 60_000;

/** A payment as far as it is known now. */
export interface Taken<N extends PaymentNews = PaymentNews> {
  readonly kind: 'taken';
  readonly request: StoredRequest<N>;
  /** Newer than the row: what routing says, or the end that was waited for. */
  readonly news: N | undefined;
  /** It was here before. */
  readonly repeated: boolean;
}

export interface DoorOptions<N extends PaymentNews> {
  /** The lane must have been opened with `requestOutbox` as its source. */
  readonly lane: OutboxLane;
  readonly form: NewsForm<N>;
  /** Whose timers say how long a payment may wait; without it its sender's deadline alone does. */
  readonly directory?: Pick<Directory, 'corridor'>;
  readonly answerWithinMs?: number;
  /** Callers that are held at once; more get their payment as it is. */
  readonly callersMax?: number;
  /** Is told of payments that completed, once of each. */
  readonly completed?: (news: readonly N[]) => void;
  /** Wraps what a sender's caller waits for an end; by default nothing does. */
  readonly aside?: <T>(sender: string, wait: () => Promise<T>) => Promise<T>;
  /** Writes what else news mean, in the transaction that takes them in. */
  readonly alongside?: NewsWriter<N>;
  /** Takes what instructions use up. */
  readonly claim?: InstructionClaim;
  /** Says why an instruction may not be taken now; what it stops is kept nowhere. */
  readonly admit?: (submit: PaymentSubmit) => Promise<Refusal | undefined>;
  /** A payment that is like one without an outcome has to be confirmed (domain 6.12). */
  readonly warnsOfDuplicates?: boolean;
  /** Senders are told of the ends of their payments, this long after them, ms; absent: they ask. */
  readonly noticeAfterMs?: number;
}

/**
 * The way in, for every dialect: takes instructions once and durably, holds their callers until the payment's end, takes
 * in what is told of payments, and asks again for what nobody has answered.
 */
export class Door<N extends PaymentNews> {
  readonly news: News<N>;
  readonly refused: RefusedMessages;
  readonly republication: RepublicationJob<N>;
  private readonly waiting: WaitingCallers<N>;
  private readonly intake: Intake;
  private readonly gate: IntakeGate;
  private readonly routing: RoutingPayments<N>;
  private readonly aside: NonNullable<DoorOptions<N>['aside']>;

  constructor(
    private readonly platform: Platform,
    private readonly options: DoorOptions<N>,
  ) {
    const { lane, form, directory, answerWithinMs = ANSWER_WITHIN_MS, callersMax = CALLERS_MAX } = options;
    this.refused = new RefusedMessages(platform.database);
    this.waiting = new WaitingCallers(callersMax);
    this.intake = new Intake(lane, platform.clock, answerWithinMs, options.claim, options.warnsOfDuplicates);
    this.gate = new IntakeGate(platform, { lane, directory, committingMs: () => this.intake.waitedMs() });
    this.routing = new RoutingPayments(platform.calls, form);
    this.aside = options.aside ?? ((_sender, wait) => wait());
    const { noticeAfterMs, completed, alongside } = options;
    const noticeAt = () =>
      noticeAfterMs === undefined ? undefined : new Date(platform.clock.now() + noticeAfterMs);
    this.news = new News(platform, form, this.waiting, completed, noticeAt, alongside);
    this.republication = new RepublicationJob(platform, this.routing, this.news, answerWithinMs);
  }

  /**
   * Pays what was read: looks up what it names, makes it an instruction, takes it. What `find` or the dialect refuses is refused
   * only where it is no repeat.
   */
  async pay<Asked, Found>(
    dialect: Pick<Dialect<Asked, Found, N>, 'instruct'>,
    { asked, key }: Pick<Extract<Reading<Asked>, { kind: 'instruction' }>, 'asked' | 'key'>,
    by: {
      readonly sender: string;
      readonly waitMs: number;
      readonly traceparent?: string;
      /** What it names is dear to look up: a repeat is answered before that. */
      readonly repeatFirst?: boolean;
      find(asked: Asked): Promise<{ readonly kind: 'ok'; readonly found: Found } | Refusal>;
    },
  ): Promise<Taken<N> | Refusal> {
    const owned = { ...key, sender: by.sender };
    const held = by.repeatFirst === true ? await this.held(owned, by.waitMs) : undefined;
    if (held !== undefined) return held;
    const named = await by.find(asked);
    const made =
      named.kind === 'refused' ? named : dialect.instruct(asked, named.found, this.stamp(by.traceparent));
    return made.kind === 'ok'
      ? this.take(made.instruction, by.waitMs)
      : this.repeatOr(made, owned, by.waitMs);
  }

  /**
   * Makes an instruction durable, once, and holds its caller up to `waitMs`. A repeat gets its payment as it is now, or at
   * its end (decisions 24). Refuses what routing could not read, what may not be taken now, what would wait too long (`overloaded`;
   * no refund is), and what Intake refuses; then nothing was kept.
   */
  async take(instruction: Instruction, waitMs: number): Promise<Taken<N> | Refusal> {
    const { paymentId } = instruction.submit;
    const unfit = submitFaults(instruction.submit);
    if (unfit.length > 0) return refused('schema_invalid', undefined, unfit);
    const stopped = await this.options.admit?.(instruction.submit);
    if (stopped !== undefined) return this.repeatOr(stopped, keyOf(instruction), waitMs);
    const shut = instruction.submit.refundOf === undefined && this.gate.refusalOf(instruction.submit);
    if (shut) return (await this.held(keyOf(instruction), waitMs)) ?? shut;
    // Waits before it is taken: the end may be faster than the answer to our own commit.
    const caller = waitMs > 0 ? this.waiting.enter(paymentId) : undefined;
    try {
      const answer = await this.intake.take(instruction);
      if (answer.kind === 'refused') return answer;
      if (answer.kind === 'repeat') {
        caller?.leave();
        return await this.standing(answer.paymentId, waitMs);
      }
      this.gate.taken(paymentId);
      const request = storedRequestOf<N>(instruction);
      const end = caller && (await this.aside(request.sender, () => caller.within(waitMs)));
      const news = end ?? (waitMs > 0 ? await this.askRouting(request) : undefined);
      return { kind: 'taken', request, news, repeated: false };
    } finally {
      caller?.leave();
    }
  }

  /**
   * For what is refused before it is taken: a repeat gets its payment even so, whatever has expired since, and if it is being taken
   * at this moment.
   */
  async repeatOr(refusal: Refusal, key: RequestKey, waitMs: number): Promise<Taken<N> | Refusal> {
    const holders = await this.platform.database.transaction(async (transaction) => {
      const [, found] = await Promise.all([
        holdForRefusal(transaction, key),
        findHolders(transaction.last, [key]),
      ]);
      return found;
    });
    return (await this.answerOf(holders, key, waitMs)) ?? refusal;
  }

  /** A payment that was taken here, as it is now, or at its end when that comes within `waitMs`. */
  async standing(paymentId: string, waitMs: number): Promise<Taken<N>> {
    const caller = waitMs > 0 ? this.waiting.enter(paymentId) : undefined;
    try {
      // Read after entering: it may end, or have ended, at any time.
      const [request] = await requestsById<N>(this.platform.database, [paymentId]);
      if (request === undefined) throw new Error('a request that was taken has vanished');
      if (isFinal(request)) return { kind: 'taken', request, news: undefined, repeated: true };
      const end = caller && (await this.aside(request.sender, () => caller.within(waitMs)));
      return { kind: 'taken', request, news: end ?? (await this.askRouting(request)), repeated: true };
    } finally {
      caller?.leave();
    }
  }

  /** A sender's own payment, as it is now. Refuses `not_found`. */
  async show(sender: string, paymentId: string): Promise<Taken<N> | Refusal> {
    const [request] = await requestsById<N>(this.platform.database, [paymentId]);
    if (request === undefined || request.sender !== sender) return refused('not_found');
    return { kind: 'taken', request, news: await this.askRouting(request), repeated: true };
  }

  /** A sender's own payment by the strongest key of a question. Undefined when there is none. */
  async find(sender: string, { uetr, messageId, endToEndId }: PaymentAsked): Promise<Taken<N> | undefined> {
    const by = uetr !== undefined ? { uetr } : messageId !== undefined ? { messageId } : { endToEndId };
    if (Object.values(by).every((value) => value === undefined)) return undefined;
    return (await this.list({ sender, ...by, limit: 1 }))[0];
  }

  /** A sender's own payments, newest first, as they are now. */
  async list(filter: RequestFilter): Promise<Taken<N>[]> {
    const requests = await listRequests<N>(this.platform.database, filter);
    const open = requests.flatMap((request) => (isFinal(request) ? [] : request.paymentId));
    const known = await this.routing.ask(open);
    return requests.map((request) => ({
      kind: 'taken',
      request,
      news: known.get(request.paymentId),
      repeated: true,
    }));
  }

  /** Ids and time of an instruction. */
  stamp(traceparent?: string): Stamp {
    const { clock, random, service, instance } = this.platform;
    const nowMs = clock.now();
    return {
      paymentId: random.id(nowMs),
      uetr: random.uuid(),
      nowMs,
      service,
      instance,
      ...(traceparent === undefined ? {} : { traceparent }),
    };
  }

  /** Id and time of an answer. */
  answerStamp(): AnswerStamp {
    const nowMs = this.platform.clock.now();
    return { messageId: this.platform.random.id(nowMs).replaceAll('-', ''), nowMs };
  }

  /** Declares what runs for the door, but for the topic that its news come from. */
  async declare(
    service: Service,
    times: { readonly lookMs?: number; readonly askAgainMs?: number } = {},
  ): Promise<void> {
    const { lookMs = LOOK_EVERY_MS, askAgainMs = ASK_AGAIN_EVERY_MS } = times;
    service.leaving(() => this.letGo());
    service.mayLack(
      'intake',
      () => !this.gate.isShut,
      'new payments are refused: what was taken waits too long',
    );
    service.queue(() => this.gate.oldestMs);
    service.job('measure-queue', LOOK_AT_QUEUE_MS, () => this.gate.measure());
    service.resource('pokes of other instances', await this.news.listen());
    service.job('forget-refused-messages', FORGET_EVERY_MS, () => this.refused.forget());
    service.job('republish-requests', askAgainMs, () => this.republication.run());
    service.job('wake-callers', lookMs, () => this.news.look());
  }

  /** The process ends: callers get their payments as they are. */
  letGo(): void {
    this.waiting.letGo();
  }

  /** What this key's payment is answered with; undefined while nobody holds it. */
  private async held(key: RequestKey, waitMs: number): Promise<Taken<N> | Refusal | undefined> {
    return this.answerOf(await findHolders(this.platform.database, [key]), key, waitMs);
  }

  /** The payment under this key, or why it is another's; undefined while nobody holds it. */
  private async answerOf(
    holders: readonly Holder[],
    key: RequestKey,
    waitMs: number,
  ): Promise<Taken<N> | Refusal | undefined> {
    const answer = new Holders(holders).answer(key);
    if (answer?.kind === 'repeat') return this.standing(answer.paymentId, waitMs);
    return answer?.kind === 'refused' ? answer : undefined;
  }

  private async askRouting(request: StoredRequest<N>): Promise<N | undefined> {
    if (isFinal(request)) return undefined;
    return (await this.routing.ask([request.paymentId])).get(request.paymentId);
  }
}

/** The newest that is known of a taken payment. */
export function newestOf<N extends PaymentNews>({ request, news }: Taken<N>): N | undefined {
  return newest(request.news, news);
}

/** What became of a request for a payment, as counts and spans tell it: `refused`, `accepted` or its public state. */
export function outcomeOf(answer: Taken | Refusal): string {
  if (answer.kind === 'refused') return 'refused';
  const news = newestOf(answer);
  return news === undefined ? 'accepted' : publicState(news.state);
}

/** Has the payment ended, as far as anybody here knows? */
export function hasEnded(taken: Taken): boolean {
  const news = newestOf(taken);
  return news !== undefined && TERMINAL_STATES.has(news.state);
}
