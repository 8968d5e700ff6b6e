import { describe, expect, it } from '@jest/globals';
import type { PaymentEventMessage, PaymentSubmit } from '@tonle/contracts';
import { IsoDialect, type StoredRequest, type Taken } from '@tonle/door';
import { readIso } from '@tonle/iso20022';
import { eventOf } from '../testing/payment-event.js';
import { participantUsage } from './iso-usage.js';

const NOW = Date.UTC(2026, 0, 5, 3);
const STAMP = { messageId: 'N'.repeat(32), nowMs: NOW };
const dialect = new IsoDialect(participantUsage({ bic: 'TONLKHPPXXX', name: 'Tonle' }), 'pacs.008');
const MEKONG = { bic: 'MEKOKHPPXXX' };

const SUBMIT = {
  paymentId: '019b8c1e-6f0a-7c6e-9d3b-2f1a0e9c8b7d',
  uetr: '0b5d3c1e-6f0a-4c6e-9d3b-2f1a0e9c8b7d',
  sender: 'KHMEKONG',
  messageId: 'M1',
  endToEndId: 'E1',
  acceptedAt: '2026-01-05T02:59:00Z',
  direction: 'outbound',
} as PaymentSubmit;

function taken(messageVersion: string | null, state: 'COMPLETED' | 'REJECTED'): Taken<PaymentEventMessage> {
  const news = eventOf(SUBMIT, state, NOW, state === 'REJECTED' ? { reason: 'account_unknown' } : {});
  const { paymentId, uetr, messageId } = SUBMIT;
  const request = { paymentId, uetr, messageId, messageVersion, submit: SUBMIT, news };
  return {
    kind: 'taken',
    request: request as StoredRequest<PaymentEventMessage>,
    news: undefined,
    repeated: false,
  };
}

describe('what a sender is told of its payment without asking', () => {
  it.each([
    ['pacs.008.001.08', 'pacs.002.001.10'],
    ['pacs.008.001.12', 'pacs.002.001.14'],
    ['pacs.008.001.13', 'pacs.002.001.15'],
    [null, 'pacs.002.001.10'],
  ])('is the answer to %s: %s, to its bank', (asked, version) => {
    const { text, contentType } = dialect.tell(taken(asked, 'COMPLETED'), MEKONG, STAMP);
    expect(contentType).toBe('application/xml; charset=utf-8');
    expect(readIso(Buffer.from(text))).toMatchObject({
      version,
      header: { from: { bic: 'TONLKHPPXXX' }, to: MEKONG, businessMessageId: STAMP.messageId },
      message: {
        kind: 'status',
        status: 'ACCC',
        originalMessageId: 'M1',
        originalMessageName: asked ?? 'pacs.008.001.08',
        originalUetr: SUBMIT.uetr,
        clearingReference: SUBMIT.paymentId.replaceAll('-', ''),
      },
    });
  });

  it.each([
    ['pacs.004.001.09', 'pacs.002.001.10'],
    ['pacs.004.001.13', 'pacs.002.001.14'],
    ['pacs.004.001.14', 'pacs.002.001.15'],
  ])('is the answer to %s, %s, and names the payment that it gives back', (asked, version) => {
    const { request, ...answer } = taken(asked, 'COMPLETED');
    const refundOf = { uetr: '3f0a2b5e-8f0f-4c0e-9a55-0d1c2b3a4f5e' } as PaymentSubmit['refundOf'] & object;
    const told = { ...answer, request: { ...request, submit: { ...SUBMIT, refundOf } } };
    const reading = readIso(Buffer.from(dialect.tell(told, MEKONG, STAMP).text));
    const message = { originalMessageName: asked, originalUetr: refundOf.uetr };
    expect(reading).toMatchObject({ version, message });
    expect(reading).not.toHaveProperty('message.originalEndToEndId');
  });

  it('is the same bytes for the same end, with the code of the registry when it failed', () => {
    const told = () => dialect.tell(taken('pacs.008.001.08', 'REJECTED'), MEKONG, STAMP).text;
    expect(told()).toBe(told());
    expect(readIso(Buffer.from(told()))).toMatchObject({ message: { status: 'RJCT', reason: 'AC01' } });
  });

  it('has no header for a bank whose BIC nobody knows', () => {
    const reading = readIso(Buffer.from(dialect.tell(taken(null, 'COMPLETED'), undefined, STAMP).text));
    expect(reading).toMatchObject({ kind: 'read', message: { status: 'ACCC' } });
    expect(reading).not.toHaveProperty('header.to');
  });
});
