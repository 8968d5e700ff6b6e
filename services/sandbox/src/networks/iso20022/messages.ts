import {
  writeIso,
  type Agent,
  type BusinessHeader,
  type CanonicalMessage,
  type Payment,
  type Status,
} from '@tonle/iso20022';
import { amount } from '@tonle/money';
import type { CreditRecord, StatementLine } from './books.js';

// What the Thai side writes. Versions are the ones this corridor speaks (decisions 25).

export const THAI_AGENT: Agent = { bic: 'THSWTHBKXXX' };
export const TONLE_AGENT: Agent = { bic: 'TONLKHPPXXX' };
export const PACS_008 = 'pacs.008.001.08';
export const PACS_002 = 'pacs.002.001.10';
export const PACS_028 = 'pacs.028.001.03';
export const XML = 'application/xml';

/** Times on this wire are UTC with milliseconds. */
export function isoTime(epochMs: number): string {
  return new Date(epochMs).toISOString();
}

function businessId(message: CanonicalMessage): string {
  if (message.kind === 'rejection') return message.relatedReference;
  return message.kind === 'system_event' ? message.event : message.messageId;
}

/** Writes a message in the switch's envelope, from the Thai switch to Tonle. */
export function writeThai(message: CanonicalMessage, version: string, at: number): string {
  const header: BusinessHeader = {
    from: THAI_AGENT,
    to: TONLE_AGENT,
    businessMessageId: businessId(message),
    messageDefinition: version,
    createdAt: isoTime(at),
  };
  return writeIso(message, version, header, { envelope: 'tonle' });
}

/** The status of a payment that is in the books. */
export function statusOf(record: CreditRecord, messageId: string, at: number): Status {
  const { entry, final } = record;
  const status = final?.status ?? 'PDNG';
  return {
    kind: 'status',
    messageId,
    createdAt: isoTime(at),
    originalMessageId: entry.messageId,
    originalMessageName: PACS_008,
    originalEndToEndId: entry.endToEndId,
    originalTransactionId: entry.transactionId,
    originalUetr: entry.uetr,
    status,
    ...(final?.reason === undefined ? {} : { reason: final.reason }),
    acceptedAt: isoTime(entry.acceptedAt),
    ...(status === 'RJCT' ? {} : { clearingReference: entry.reference }),
    originalAmount: amount(entry.currency, BigInt(entry.minor)),
    instructingAgent: TONLE_AGENT,
    instructedAgent: THAI_AGENT,
  };
}

/** A refusal of a payment that is not in the books under these keys. */
export function rejectionOf(payment: Payment, reason: string, messageId: string, at: number): Status {
  return {
    kind: 'status',
    messageId,
    createdAt: isoTime(at),
    originalMessageId: payment.messageId,
    originalMessageName: PACS_008,
    originalEndToEndId: payment.endToEndId,
    originalTransactionId: payment.transactionId,
    originalUetr: payment.uetr,
    status: 'RJCT',
    reason,
    instructingAgent: TONLE_AGENT,
    instructedAgent: THAI_AGENT,
  };
}

/** The day's statement of Tonle's account at the switch: DBIT is what was paid out for it, CRDT what was collected. */
export function writeStatement(day: string, lines: readonly StatementLine[], at: number): string {
  const from = `${day}T00:00:00.000+07:00`;
  const to = `${day}T23:59:59.999+07:00`;
  const net = lines.reduce((sum, line) => sum + (line.credit ? line.minor : -line.minor), 0n);
  const closing = {
    type: 'CLBD',
    amount: amount('THB', net < 0n ? -net : net),
    credit: net >= 0n,
    date: day,
  };
  const opening = { type: 'OPBD', amount: amount('THB', 0n), credit: true, date: day };
  return writeThai(
    {
      kind: 'statement',
      messageId: `STM${day.replaceAll('-', '')}${at}`,
      createdAt: isoTime(at),
      statementId: `TONLE-THB-${day}`,
      account: { id: 'TONLE-THB', currency: 'THB' },
      from,
      to,
      balances: [opening, closing],
      entryCount: lines.length,
      entries: lines.map((line) => ({
        reference: line.reference,
        amount: amount(line.currency, line.minor),
        credit: line.credit,
        status: 'BOOK',
        bookedAt: isoTime(line.at),
        valueDate: day,
        servicerReference: line.reference,
        transactions: [
          {
            endToEndId: line.endToEndId,
            transactionId: line.transactionId,
            uetr: line.uetr,
            instructionId: line.messageId,
            amount: amount(line.currency, line.minor),
          },
        ],
      })),
    },
    'camt.053.001.08',
    at,
  );
}
