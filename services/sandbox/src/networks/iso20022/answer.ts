import { readIso, type Status } from '@tonle/iso20022';
import { z } from 'zod';
import type { DoorAnswer } from '../../kit/signed-wire.js';
import type { DebitEntry } from './books.js';

// What Tonle's answers say to the payer's side.

const amountJson = z.object({ currency: z.string(), minor: z.string().regex(/^\d{1,18}$/) });
export const quoteJson = z.object({
  quoteId: z.string(),
  source: amountJson,
  target: amountJson,
  rate: z.string(),
  expiresAt: z.string(),
});
export const resolveJson = z.object({
  name: z.string().optional(),
  displayName: z.string().optional(),
  account: z.string(),
  accountType: z.string().optional(),
  currency: z.string(),
  amount: amountJson.optional(),
  quote: quoteJson.optional(),
});

type AskedDebit = Pick<DebitEntry, 'uetr' | 'messageId' | 'refundOf'>;

export type PaymentAnswer =
  | { kind: 'final'; status: 'ACCC' | 'RJCT'; reason?: string; reference?: string }
  | { kind: 'unknown' }
  | { kind: 'not_found' };

/** A pacs.002 for this debit ends it only with ACCC or RJCT; everything else leaves it open. */
export function readAnswer(answer: DoorAnswer, debit: AskedDebit): PaymentAnswer {
  if (answer.kind !== 'answered' || answer.status >= 500) return { kind: 'unknown' };
  const reading = readIso(answer.bytes);
  if (reading.kind !== 'read' || reading.message.kind !== 'status') return { kind: 'unknown' };
  const status: Status = reading.message;
  if (!isAbout(status, debit)) return { kind: 'unknown' };
  const { reason, clearingReference: reference } = status;
  const told = {
    ...(reason === undefined ? {} : { reason }),
    ...(reference === undefined ? {} : { reference }),
  };
  if (status.status === 'ACCC' || status.status === 'ACSC') return { kind: 'final', status: 'ACCC', ...told };
  if (status.status === 'RJCT') return { kind: 'final', status: 'RJCT', ...told };
  return status.status === undefined && reason === 'AG09' ? { kind: 'not_found' } : { kind: 'unknown' };
}

/** Returns of one payment have its UETR in common. */
function isAbout(
  { originalUetr, originalMessageId }: Status,
  { uetr, messageId, refundOf }: AskedDebit,
): boolean {
  if (refundOf !== undefined) return originalMessageId === messageId;
  return originalUetr === undefined || originalUetr === uetr;
}

export function describeAnswer(answer: DoorAnswer, read: PaymentAnswer): string {
  if (answer.kind !== 'answered') return `${answer.kind}: ${answer.because}`;
  return read.kind === 'final'
    ? [read.status, read.reason].filter(Boolean).join(' ')
    : `HTTP ${answer.status} ${read.kind}`;
}
