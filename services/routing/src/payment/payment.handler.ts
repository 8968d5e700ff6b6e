import type { BatchHandler, InboundRecord, ServiceCalls } from '@tonle/messaging';
import {
  fundsMoved,
  fxCalls,
  legResult,
  paymentSubmit,
  positionClear,
  type LegResult,
  type PaymentEventMessage,
  type PaymentSubmit,
  type Quote,
} from '@tonle/contracts';
import { paymentFields, type Span, type Telemetry } from '@tonle/telemetry';
import { clearMove, fundsMove, type ProvenMove } from '../reservation/funds.js';
import type { PaymentBatch } from './payment.batch.js';
import type { PaymentCommit } from './payment.commit.js';
import type { PaymentMetrics } from './payment.metrics.js';
import type { PaymentStore } from './payment.store.js';

type Message =
  | { readonly type: 'submit'; readonly submit: PaymentSubmit }
  | { readonly type: 'result'; readonly result: LegResult }
  | { readonly type: 'proven'; readonly move: ProvenMove };

interface Received {
  readonly message: Message;
  readonly span: Span;
}

/** The inbox topic: everything that waits, in one transaction of a handful of statements. */
export class PaymentHandler {
  constructor(
    private readonly commit: PaymentCommit,
    private readonly payments: PaymentStore,
    private readonly calls: ServiceCalls,
    private readonly telemetry: Telemetry,
    private readonly metrics: PaymentMetrics,
  ) {}

  readonly handle: BatchHandler = async (records) => {
    const messages = records.map(readMessage);
    const spans = records.map((record) =>
      this.telemetry.span(`routing ${record.type}`, record.traceparent, { 'tonle.payment_id': record.key }),
    );
    try {
      const received = messages.map((message, index) => ({ message, span: spans[index]! }));
      const batch = await this.#take(received);
      this.metrics.committed(batch, records.length);
      this.#tell(batch);
    } catch (error) {
      for (const span of spans) span.fail(error);
      throw error;
    } finally {
      for (const span of spans) span.end();
    }
  };

  /** One line a payment that ended or waits, for who reads along at level info. */
  #tell(batch: PaymentBatch): void {
    const { log } = this.telemetry;
    if (!log.isLevelEnabled('info')) return;
    for (const { type, key, traceparent, body } of batch.records) {
      if (type !== 'payment.event') continue;
      const { uetr, state, reason } = JSON.parse(body) as PaymentEventMessage;
      log.info({ ...paymentFields(key, traceparent), uetr, state, reason }, 'payment');
    }
  }

  async #take(received: readonly Received[]): Promise<PaymentBatch> {
    let quotes: ReadonlyMap<string, Quote>;
    try {
      quotes = await this.#quotes(received);
    } catch (error) {
      // Money that has moved does not wait for a price: what else came is known when the batch comes again.
      const others = received.filter(({ message }) => message.type !== 'submit');
      if (others.length > 0) this.metrics.committed(await this.#decide(others, new Map()), others.length);
      throw error;
    }
    return this.#decide(received, quotes);
  }

  async #decide(received: readonly Received[], quotes: ReadonlyMap<string, Quote>): Promise<PaymentBatch> {
    const submits = received.flatMap(({ message }) => (message.type === 'submit' ? [message.submit] : []));
    const results = received.flatMap(({ message }) => (message.type === 'result' ? [message.result] : []));
    const proven = received.flatMap(({ message }) => (message.type === 'proven' ? [message.move] : []));
    const ids = [...new Set([...submits, ...results].map(({ paymentId }) => paymentId))];
    return this.commit.run(
      (transaction) => this.payments.lock(transaction, ids),
      { submits, quotes, results, proven },
      (batch) => {
        for (const { message, span } of received) {
          if (message.type === 'submit')
            batch.submit(message.submit, quotes.get(message.submit.quoteId), span.traceparent);
          if (message.type === 'result') batch.result(message.result, span.traceparent);
        }
        return batch;
      },
    );
  }

  /** Before the transaction (decisions 9). Throws ServiceUnavailable: later, never "no". */
  async #quotes(received: readonly Received[]): Promise<ReadonlyMap<string, Quote>> {
    const asked = received.flatMap(({ message }) =>
      message.type === 'submit' ? [message.submit.quoteId] : [],
    );
    if (asked.length === 0) return new Map();
    const quoteIds = [...new Set(asked)];
    const { quotes } = await this.calls.call(fxCalls.quotesById, { quoteIds });
    return new Map(quotes.map((quote) => [quote.quoteId, quote]));
  }
}

/** Partners' words may hold what PostgreSQL's text and JSON do not: half a surrogate pair, control characters. */
function storable(result: LegResult): LegResult {
  const plain = (text: string) => text.toWellFormed().replace(/\p{Cc}/gu, ' ');
  const { reasonText, partnerRef } = result;
  return {
    ...result,
    ...(reasonText === undefined ? {} : { reasonText: plain(reasonText) }),
    ...(partnerRef === undefined ? {} : { partnerRef: plain(partnerRef) }),
  };
}

/** Throws for what is no message of ours: it goes to the dead letters, alone. */
export function readMessage(record: Pick<InboundRecord, 'type' | 'body'>): Message {
  const body: unknown = JSON.parse(record.body);
  switch (record.type) {
    case 'payment.submit':
      return { type: 'submit', submit: paymentSubmit.parse(body) };
    case 'leg.result':
      return { type: 'result', result: storable(legResult.parse(body)) };
    case 'position.clear':
      return { type: 'proven', move: clearMove(positionClear.parse(body)) };
    case 'funds.moved':
      return { type: 'proven', move: fundsMove(fundsMoved.parse(body)) };
    default:
      throw new Error(`routing has no message ${record.type}`);
  }
}
