import { randomUUID } from 'node:crypto';
import type { PaymentEventMessage } from '@tonle/contracts';

export const NOON = Date.parse('2026-11-20T05:00:00Z');
export const DAY = '2026-11-20';
export const THAI = {
  windowId: `THSWITCH-THB-${DAY}`,
  partner: 'THSWITCH',
  currency: 'THB',
  settlementMode: 'DEFERRED_NET' as const,
  day: DAY,
  calendarVersion: 1,
};
export const HOME = {
  windowId: `BAKONG-KHR-${DAY}`,
  partner: 'BAKONG',
  currency: 'KHR',
  settlementMode: 'GROSS_RT' as const,
  day: DAY,
  calendarVersion: 1,
};

/** A payment that completed into the two windows of a day. */
export function completed(more: Partial<PaymentEventMessage> = {}): PaymentEventMessage {
  const at = new Date(NOON).toISOString();
  const source = { currency: 'KHR', minor: '10024000' };
  const target = { currency: 'THB', minor: '82000' };
  return {
    paymentId: randomUUID(),
    uetr: randomUUID(),
    version: 5,
    state: 'COMPLETED',
    isoStatus: 'ACCC',
    direction: 'outbound',
    corridor: 'KH-TH',
    sender: 'KHMEKONG',
    messageId: 'M1',
    endToEndId: 'E1',
    debtorAgent: 'KHMEKONG',
    creditorAgent: 'THSWITCH',
    fxProvider: 'FXNAGA',
    quoteId: randomUUID(),
    rate: '0.00818040',
    source,
    target,
    fees: [],
    partnerRefs: { debit: randomUUID(), credit: randomUUID() },
    acceptedAt: at,
    at,
    completedAt: at,
    windows: [HOME, THAI],
    obligations: [
      {
        windowId: HOME.windowId,
        debtorParticipant: 'KHMEKONG',
        creditorParticipant: 'FXNAGA',
        amount: source,
      },
      {
        windowId: THAI.windowId,
        debtorParticipant: 'FXNAGA',
        creditorParticipant: 'THSWITCH',
        amount: target,
      },
    ],
    lane: 'lane-1',
    replyTo: { service: 'gateway', instance: 'gateway-1' },
    history: [],
    ...more,
  };
}
