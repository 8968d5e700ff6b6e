import { bodiesOf, type PaymentEventMessage, type PaymentState, type WindowRef } from '@tonle/contracts';
import type { InboundRecord } from '@tonle/messaging';
import type { Database } from '@tonle/persistence';
import { endQuotes, lockExposures, type QuoteEnd } from './exposure.store.js';
import { addUsed } from './used-window.store.js';

/** What becomes of a payment's quote; undefined: nothing yet. */
const END_OF_STATE: Readonly<Record<PaymentState, QuoteEnd['to'] | undefined>> = {
  RECEIVED: undefined,
  VALIDATED: undefined,
  SCREENING_HOLD: undefined,
  RESERVED: undefined,
  DEBIT_SENT: undefined,
  DEBIT_UNKNOWN: undefined,
  DEBIT_SECURED: undefined,
  CREDIT_SENT: undefined,
  CREDIT_UNKNOWN: undefined,
  MANUAL_REVIEW: undefined,
  UNWINDING: undefined,
  COMPLETED: 'used',
  BLOCKED: 'used',
  REJECTED: 'released',
  EXPIRED: 'released',
};

/** Corrects exposure by what became of the payments: batches of `payment.event`, twice or out of order. */
export class ExposureHandler {
  constructor(private readonly database: Database) {}

  async handle(records: readonly InboundRecord[]): Promise<void> {
    await this.take(bodiesOf(records, 'payment.event'));
  }

  /** Events from wherever; one transaction. */
  async take(events: readonly PaymentEventMessage[]): Promise<void> {
    const ends = new Map<string, QuoteEnd>();
    const windows = new Map<string, readonly WindowRef[]>();
    for (const event of events) {
      const end = endOf(event);
      // A quote is used by one payment; of an event that came twice in a batch one is enough.
      if (end === undefined) continue;
      ends.set(end.quoteId, end);
      windows.set(end.quoteId, end.to === 'used' ? event.windows : []);
    }
    if (ends.size === 0) return;
    await this.database.transaction(async (transaction) => {
      const [, ended] = await Promise.all([
        lockExposures(transaction),
        endQuotes(transaction, [...ends.values()]),
      ]);
      const used = [...ended].flatMap((quoteId) => windows.get(quoteId) ?? []);
      await addUsed(
        transaction.last,
        used.map(({ windowId }) => windowId),
      );
    });
  }
}

function endOf(event: PaymentEventMessage): QuoteEnd | undefined {
  const to = END_OF_STATE[event.state];
  if (to === undefined) return undefined;
  // A payment that was refused before it reserved never had the quote: another's payment may be using it.
  if (to === 'released' && !event.history.some((step) => step.to === 'RESERVED')) return undefined;
  const fallback = (event.completedAt ?? event.at).slice(0, 10);
  const dayOf = (currency: string) =>
    event.windows.find((window) => window.currency === currency)?.day ?? fallback;
  return {
    quoteId: event.quoteId,
    paymentId: event.paymentId,
    to,
    sourceDay: dayOf(event.source.currency),
    targetDay: dayOf(event.target.currency),
  };
}
