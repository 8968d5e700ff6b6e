import {
  byHalves,
  type BatchHandler,
  type InboundRecord,
  type OutboundRecord,
  type ServiceCalls,
} from '@tonle/messaging';
import {
  decode,
  fxCalls,
  plainText,
  reasonWords,
  type LegResult,
  type PaymentEventMessage,
  type PaymentSubmit,
  type Quote,
} from '@tonle/contracts';
import type { Rehearsal } from '@tonle/platform';
import { paymentFields, type Span, type Telemetry } from '@tonle/telemetry';
import type { PaymentBatch } from './payment-batch.js';
import type { PaymentCommit } from './payment-commit.js';
import type { PaymentMetrics } from './payment-metrics.js';
import type { PaymentStore } from './payment.store.js';
import { rehearsalInWords } from './rehearsal.view.js';

type RoutingMessage =
  | { readonly type: 'submit'; readonly submit: PaymentSubmit }
  | { readonly type: 'result'; readonly result: LegResult };

interface Received {
  readonly message: RoutingMessage;
  readonly messageId: string;
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
      const received = messages.map((message, index) => ({
        message,
        messageId: records[index]!.messageId,
        span: spans[index]!,
      }));
      await this.takeOrEnd(received);
    } catch (error) {
      for (const span of spans) span.fail(error);
      throw error;
    } finally {
      for (const span of spans) span.end();
    }
  };

  /** What a record would bring about now, in words: decided on what stands in the tables, and undone. */
  readonly rehearse: Rehearsal = async (record) => {
    const message = readMessage(record);
    const span = this.telemetry.span('routing rehearsal', undefined);
    const received = [{ message, messageId: record.messageId, span }];
    const quotes = await this.quotes(received);
    const batch = await this.decide(received, quotes, (...asked) => this.commit.rehearse(...asked));
    return rehearsalInWords(batch);
  };

  /** One line a payment that ended or waits, for who reads along at level info. */
  private tell(batch: PaymentBatch): void {
    const { log } = this.telemetry;
    if (!log.isLevelEnabled('info')) return;
    for (const { type, key, traceparent, body } of batch.writes.records) {
      if (type !== 'payment.event') continue;
      const { uetr, state, reason } = JSON.parse(body) as PaymentEventMessage;
      log.info({ ...paymentFields(key, traceparent), uetr, state, reason }, 'payment');
    }
  }

  private async takeOrEnd(received: readonly Received[]): Promise<void> {
    const done = (batch: PaymentBatch) => {
      this.metrics.committed(batch, received.length);
      this.tell(batch);
    };
    const take = async () => done(await this.take(received));
    const [only] = received.map(({ message }) => message);
    if (received.length > 1 || only?.type !== 'submit') return take();
    // A submission that breaks alone, and twice, is refused: its sender must not wait for an end that never comes.
    const end = async (_one: Received, cause: unknown) => done(await this.giveUp(only.submit, cause));
    await byHalves(received, take, () => byHalves(received, take, end));
  }

  /** Nothing was reserved or sent for it. When even that breaks, it goes to the dead letters. */
  private async giveUp(submit: PaymentSubmit, cause: unknown): Promise<PaymentBatch> {
    const { paymentId } = submit;
    this.telemetry.log.error(
      { err: cause, ...paymentFields(paymentId, undefined) },
      'a payment cannot be taken',
    );
    this.metrics.undecided();
    return this.commit.run(
      (transaction) => this.payments.lock(transaction, [paymentId]),
      {},
      (batch) => {
        batch.giveUp(submit);
        return batch;
      },
    );
  }

  private async take(received: readonly Received[]): Promise<PaymentBatch> {
    let quotes: ReadonlyMap<string, Quote>;
    try {
      quotes = await this.quotes(received);
    } catch (error) {
      // Money that has moved does not wait for a price: what else came is known when the batch comes again.
      const others = received.filter(({ message }) => message.type !== 'submit');
      if (others.length > 0) this.metrics.committed(await this.decide(others, new Map()), others.length);
      throw error;
    }
    return this.decide(received, quotes);
  }

  private async decide(
    received: readonly Received[],
    quotes: ReadonlyMap<string, Quote>,
    run: PaymentCommit['rehearse'] = (...asked) => this.commit.run(...asked),
  ): Promise<PaymentBatch> {
    const submits = received.flatMap(({ message }) => (message.type === 'submit' ? [message.submit] : []));
    const results = received.flatMap(({ message }) => (message.type === 'result' ? [message.result] : []));
    const ids = [...new Set([...submits, ...results].map(({ paymentId }) => paymentId))];
    return run(
      (transaction) => this.payments.lock(transaction, ids),
      { submits, quotes, results },
      (batch) => {
        for (const { message, messageId, span } of received) {
          const told = batch.writes.records.length;
          takeMessage(batch, message, messageId);
          joinTrace(batch.writes.records, told, span.traceparent);
        }
        return batch;
      },
    );
  }

  /** Before the transaction (decisions 9). Throws ServiceUnavailable: later, never "no". */
  private async quotes(received: readonly Received[]): Promise<ReadonlyMap<string, Quote>> {
    const asked = received.flatMap(({ message }) =>
      message.type === 'submit' ? [message.submit.quoteId] : [],
    );
    if (asked.length === 0) return new Map();
    const quoteIds = [...new Set(asked)];
    const { quotes } = await this.calls.call(fxCalls.quotesById, { quoteIds });
    return new Map(quotes.map((quote) => [quote.quoteId, quote]));
  }
}

function takeMessage(batch: PaymentBatch, message: RoutingMessage, messageId: string): void {
  const { paymentId } = message.type === 'submit' ? message.submit : message.result;
  batch.broughtBy(paymentId, messageId, () => {
    if (message.type === 'submit') batch.submit(paymentId);
    else batch.result(message.result);
  });
}

/**
 * With the partner's words whole in `reasonText`. Adapters of earlier versions told them as they were: what no table holds
 * would stop a batch.
 */
function storable(result: LegResult): LegResult {
  const plain = (text: string) => plainText(text, text.length);
  const { reasonMore: _more, ...told } = result;
  const { partnerRef } = result;
  const reasonText = reasonWords(result);
  return {
    ...told,
    ...(reasonText === undefined ? {} : { reasonText: plain(reasonText) }),
    ...(partnerRef === undefined ? {} : { partnerRef: plain(partnerRef) }),
  };
}

/** What a message brought about, from record `from` on, goes on in its trace. */
function joinTrace(records: OutboundRecord[], from: number, traceparent: string | undefined): void {
  if (traceparent === undefined) return;
  for (let index = from; index < records.length; index += 1)
    records[index] = { ...records[index]!, traceparent };
}

/** Throws for what is no message of ours: it goes to the dead letters, alone. */
function readMessage(record: Pick<InboundRecord, 'type' | 'body'>): RoutingMessage {
  const message = decode(record);
  switch (message?.type) {
    case 'payment.submit':
      return { type: 'submit', submit: message.body };
    case 'leg.result':
      return { type: 'result', result: storable(message.body) };
    default:
      throw new Error(`routing has no message ${record.type}`);
  }
}
