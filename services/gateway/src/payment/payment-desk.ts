import { GathererFull, ServiceUnavailable, type ServiceCalls } from '@tonle/messaging';
import type { Clock, Random } from '@tonle/platform';
import {
  publicState,
  PAYMENT_STATES,
  routingCalls,
  uuidV4,
  uuidV7,
  type PaymentEventMessage,
} from '@tonle/contracts';
import type { Database } from '@tonle/persistence';
import type { Caller } from '../access/access.js';
import type { Directory } from '../directory/directory.js';
import { refused, type Refusal } from '../http/refusal.js';
import type { LookupDesk } from '../lookup/lookup-desk.js';
import type { QuoteDesk } from '../quote/quote-desk.js';
import type { Intake } from './intake.js';
import {
  debtorRefusal,
  outboundRefusal,
  payableRefusal,
  restContentHash,
  restOrder,
  type Stamp,
} from './order.decide.js';
import { isFinal, type Order, type StoredRequest } from './payment.js';
import type { PaymentNews } from './payment.handler.js';
import type { CreatePayment, ListPayments } from './payment.schema.js';
import { findHolders, listRequests, requestsById } from './payment.store.js';
import { newest } from './payment.view.js';
import type { WaitingCallers } from './waiting-callers.js';

/** A payment as far as it is known now. */
export interface Taken {
  readonly kind: 'taken';
  readonly request: StoredRequest;
  /** Newer than the row: what routing says, or the end that was waited for. */
  readonly news: PaymentEventMessage | undefined;
  readonly repeated: boolean;
}

export interface PaymentDeskParts {
  readonly directory: Directory;
  readonly lookups: LookupDesk;
  readonly quotes: QuoteDesk;
  readonly intake: Intake;
  readonly waiting: WaitingCallers;
  readonly news: PaymentNews;
  readonly database: Database;
  readonly calls: ServiceCalls;
  readonly clock: Clock;
  readonly random: Random;
  readonly instance: string;
}

/** Takes payments in, holds their callers, and tells how they stand. */
export class PaymentDesk {
  constructor(private readonly parts: PaymentDeskParts) {}

  /** What the gateway adds to a request: ids and time. */
  stamp(traceparent?: string): Stamp {
    const { clock, random, instance } = this.parts;
    const bytes = (size: number): Uint8Array => random.bytes(size);
    const nowMs = clock.now();
    const ids = { paymentId: uuidV7(nowMs, bytes), uetr: uuidV4(bytes) };
    return { ...ids, nowMs, instance, ...(traceparent === undefined ? {} : { traceparent }) };
  }

  /** REST: a payment to a looked-up payee with a quote. A refusal leaves nothing behind. */
  async pay(
    caller: Caller,
    key: string,
    body: CreatePayment,
    raw: Uint8Array,
    waitMs: number,
    traceparent?: string,
  ): Promise<Taken | Refusal> {
    const { participant } = caller;
    const foreign = debtorRefusal(participant, body.debtor.account, '/debtor/account');
    if (foreign !== undefined) return foreign;
    const [finding, quote] = await Promise.all([
      this.parts.lookups.byId(participant.participantId, body.lookupId),
      this.parts.quotes.byId(body.quoteId),
    ]);
    const corridor = quote === undefined ? undefined : this.parts.directory.corridor(quote.corridor);
    const refusal =
      payableRefusal(finding, quote, corridor, this.parts.clock.now()) ?? outboundRefusal(quote!, corridor!);
    if (refusal !== undefined) {
      return this.repeatOr(refusal, participant.participantId, key, restContentHash(body), waitMs);
    }
    const known = { finding: finding!, quote: quote!, corridor: corridor! };
    return this.take(restOrder(participant, key, body, raw, known, this.stamp(traceparent)), waitMs);
  }

  /** Makes an order durable and holds its caller. Repeats answer from the payment as it is (decisions 24). */
  async take(order: Order, waitMs: number): Promise<Taken | Refusal> {
    const answer = await this.parts.intake.submit(order).catch((error: unknown) => {
      if (error instanceof GathererFull) return refused('overloaded');
      throw error;
    });
    if (answer.kind === 'refused') return answer;
    if (answer.kind === 'repeat') return this.#repeated(answer.paymentId, waitMs);
    const event = await this.#hold(answer.paymentId, waitMs);
    const request: StoredRequest = {
      ...order,
      paymentId: answer.paymentId,
      messageVersion: order.messageVersion ?? null,
      uetr: order.submit.uetr,
      receivedAt: new Date(order.submit.receivedAt),
      event: null,
    };
    const news = event ?? (waitMs > 0 ? await this.#askRouting(request) : undefined);
    return { kind: 'taken', request, news, repeated: false };
  }

  /** A repeat of a payment gets that payment, even when what it needed has expired since. */
  async repeatOr(
    refusal: Refusal,
    participant: string,
    messageId: string,
    contentHash: Buffer,
    waitMs: number,
  ): Promise<Taken | Refusal> {
    const [known] = await findHolders(this.parts.database, [{ participant, messageId }]);
    if (known === undefined) return refusal;
    if (!known.contentHash.equals(contentHash)) return refused('key_reused');
    return this.#repeated(known.paymentId, waitMs);
  }

  /** A participant's own payment, as it is now. */
  async show(participant: string, paymentId: string): Promise<Taken | Refusal> {
    const [request] = await requestsById(this.parts.database, [paymentId]);
    if (request === undefined || request.participant !== participant) return refused('not_found');
    return { kind: 'taken', request, news: await this.#askRouting(request), repeated: false };
  }

  /** A participant's own payments, newest first, and the cursor of the next page. */
  async list(
    participant: string,
    query: ListPayments,
  ): Promise<{ items: Taken[]; next: string | undefined }> {
    const { state, cursor, limit, ...filter } = query;
    const states = state === undefined ? undefined : statesOf(state);
    const found = await listRequests(this.parts.database, {
      ...filter,
      participant,
      states,
      before: cursor,
      limit: limit + 1,
    });
    const page = found.slice(0, limit);
    const news = await this.#askRoutingForAll(page);
    return {
      items: page.map((request) => ({
        kind: 'taken',
        request,
        news: news.get(request.paymentId),
        repeated: false,
      })),
      next: found.length > limit ? page.at(-1)!.paymentId : undefined,
    };
  }

  async #repeated(paymentId: string, waitMs: number): Promise<Taken> {
    const held = this.#hold(paymentId, waitMs);
    // It may have ended before anybody waited.
    if (waitMs > 0) await this.parts.news.look([paymentId]);
    const event = await held;
    const [request] = await requestsById(this.parts.database, [paymentId]);
    if (request === undefined) throw new Error('a repeated request has vanished');
    return { kind: 'taken', request, news: event ?? (await this.#askRouting(request)), repeated: true };
  }

  async #hold(paymentId: string, waitMs: number): Promise<PaymentEventMessage | undefined> {
    const { waiting } = this.parts;
    return waitMs <= 0 || waiting.full ? undefined : waiting.wait(paymentId, waitMs);
  }

  async #askRouting(request: StoredRequest): Promise<PaymentEventMessage | undefined> {
    return (await this.#askRoutingForAll([request])).get(request.paymentId);
  }

  /** Open payments live at routing; while it is away, what is known here must do. */
  async #askRoutingForAll(
    requests: readonly StoredRequest[],
  ): Promise<ReadonlyMap<string, PaymentEventMessage>> {
    const open = requests.filter((request) => !isFinal(request));
    if (open.length === 0) return new Map();
    try {
      const paymentIds = open.map((request) => request.paymentId);
      const { payments } = await this.parts.calls.call(routingCalls.payments, { paymentIds });
      return new Map(payments.map((payment) => [payment.paymentId, payment]));
    } catch (error) {
      if (!(error instanceof ServiceUnavailable)) throw error;
      return new Map();
    }
  }
}

/** The newest that is known of a taken payment. */
export function newestOf(taken: Taken): PaymentEventMessage | undefined {
  return newest(taken.request.event, taken.news);
}

/** Has the payment ended, as far as anybody here knows? */
export function hasEnded(taken: Taken): boolean {
  const event = newestOf(taken);
  return event !== undefined && publicState(event.state) !== 'processing';
}

function statesOf(state: NonNullable<ListPayments['state']>): (string | null)[] {
  const states: (string | null)[] = PAYMENT_STATES.filter((each) => publicState(each) === state);
  return state === 'processing' ? [...states, null] : states;
}
