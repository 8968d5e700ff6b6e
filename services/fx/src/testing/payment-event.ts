import type { Quote } from '@tonle/contracts';
import { TOPICS, type OutboundRecord } from '@tonle/messaging';
import type { Platform } from '@tonle/platform';

let payments = 0;

/** The event of a new payment that came to `state` with a quote. */
export function paymentEventOf(
  { clock, random }: Pick<Platform, 'clock' | 'random'>,
  quote: Quote,
  state: string,
  version = 3,
  reserved = true,
): OutboundRecord {
  const at = new Date(clock.now()).toISOString();
  payments += 1;
  const paymentId = random.id(clock.now() + payments);
  const window = (partner: string, currency: string) => ({
    windowId: `${partner}-${currency}-2026-11-20`,
    partner,
    currency,
    settlementMode: 'DEFERRED_NET',
    day: '2026-11-20',
    calendarVersion: 1,
  });
  const body = JSON.stringify({
    paymentId,
    uetr: quote.quoteId,
    version,
    state,
    isoStatus: 'ACCC',
    direction: 'outbound',
    corridor: 'KH-TH',
    sender: 'KHMEKONG',
    messageId: 'm',
    endToEndId: 'e',
    debtorAgent: 'KHMEKONG',
    creditorAgent: 'THSWITCH',
    fxProvider: quote.provider,
    quoteId: quote.quoteId,
    rate: quote.rate,
    source: quote.source,
    target: quote.target,
    fees: [],
    partnerRefs: {},
    acceptedAt: at,
    at,
    completedAt: at,
    windows: [window('BAKONG', 'KHR'), window('THSWITCH', 'THB')],
    obligations: [],
    lane: 'main',
    replyTo: { service: 'gateway', instance: 'gateway-1' },
    history: reserved ? [{ from: 'VALIDATED', event: 'reserved', to: 'RESERVED', at }] : [],
  });
  return {
    topic: TOPICS.paymentEvent,
    key: paymentId,
    type: 'payment.event',
    messageId: `${paymentId}:${version}`,
    body,
  };
}
