import { paymentEvent } from '@tonle/contracts';
import type { InboundRecord } from '@tonle/messaging';
import type { Clock } from '@tonle/platform';
import type { Database } from '@tonle/persistence';
import { endQuotes, lockExposures, type QuoteEnd } from './exposure.store.js';

// Of a payment's event the few fields that move exposure.
const ended = paymentEvent.pick({
  paymentId: true,
  state: true,
  quoteId: true,
  source: true,
  target: true,
  windows: true,
  at: true,
  completedAt: true,
  history: true,
});

const END_OF_STATE: Readonly<Record<string, QuoteEnd['to'] | undefined>> = {
  COMPLETED: 'used',
  BLOCKED: 'used',
  REJECTED: 'released',
  EXPIRED: 'released',
};

/** Corrects exposure by what became of the payments: batches of `payment.event`, twice or out of order. */
export class ExposureHandler {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  async handle(records: readonly InboundRecord[]): Promise<void> {
    const ends = new Map<string, QuoteEnd>();
    for (const record of records) {
      if (record.type !== 'payment.event') continue;
      const end = endOf(record);
      // A quote is used by one payment; of an event that came twice in a batch one is enough.
      if (end !== undefined) ends.set(end.quoteId, end);
    }
    if (ends.size === 0) return;
    await this.database.transaction(async (transaction) => {
      await lockExposures(transaction, this.clock.now());
      await endQuotes(transaction, [...ends.values()]);
    });
  }
}

function endOf(record: InboundRecord): QuoteEnd | undefined {
  const event = ended.parse(JSON.parse(record.body));
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
