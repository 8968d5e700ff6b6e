import { readIso, type Status } from '@tonle/iso20022';
import { amountToJson } from '@tonle/money';
import { plainText, type LegAnswer, type WireReply } from '@tonle/network';
import type { LegCommand } from '@tonle/contracts';
import { messageIdOf } from './message-id.js';

// What an ISO status means for a leg (domain 6.6), as data. A status that is not here is ambiguous.
const ACCEPTED: ReadonlySet<string> = new Set(['ACCC', 'ACSC']);
const IN_PROGRESS: ReadonlySet<string> = new Set([
  'ACSP',
  'ACWP',
  'ACTC',
  'ACCP',
  'ACWC',
  'ACFC',
  'RCVD',
  'PDNG',
]);
/** Rejections that may speak of our own first try: asked about, never taken for a refusal. */
const PERHAPS_OURS: ReadonlySet<string> = new Set(['DUPL', 'AM05', 'DU01', 'DU03']);
const NOT_FOUND = 'AG09';
const TEXT_MAX = 200;

/** Classifies the signed answer to a payment or an enquiry. Pure and total. */
export function readThaiAnswer(
  exchange: WireReply,
  command: LegCommand,
  asked: 'payment' | 'enquiry',
): LegAnswer {
  if (exchange.kind === 'not_sent') return { kind: 'not_sent', because: exchange.because };
  if (exchange.kind === 'ambiguous') return { kind: 'ambiguous', because: exchange.because };
  if (exchange.status >= 500) return { kind: 'ambiguous', because: `HTTP ${exchange.status}` };
  const reading = readIso(exchange.bytes);
  if (reading.kind === 'refused')
    return { kind: 'ambiguous', because: `HTTP ${exchange.status}, unreadable` };
  const { message } = reading;
  // admi.002: it could not be read, so it was not done. Final for a payment only.
  if (message.kind === 'rejection') {
    if (asked === 'enquiry') return { kind: 'ambiguous', because: 'the enquiry was refused' };
    return {
      kind: 'rejected',
      reason: 'FF01',
      reasonText: plainText(message.description ?? message.reason, TEXT_MAX),
    };
  }
  if (message.kind !== 'status') return { kind: 'ambiguous', because: `an answer of kind ${message.kind}` };
  return readStatus(message, command, asked);
}

/** A status that came by itself or as an answer. */
export function readStatus(status: Status, command: LegCommand, asked: 'payment' | 'enquiry'): LegAnswer {
  if (status.originalUetr !== command.uetr)
    return { kind: 'ambiguous', because: 'an answer to another payment' };
  if (status.originalMessageId !== undefined && status.originalMessageId !== messageIdOf(command.legKey)) {
    return { kind: 'conflicting', reasonText: 'the UETR stands for another message there' };
  }
  const { reason, clearingReference: partnerRef } = status;
  const reasonText =
    status.reasonText === undefined ? undefined : plainText(status.reasonText.join(' '), TEXT_MAX);
  const code = status.status;
  if (code === undefined) {
    const unknown = reason === NOT_FOUND && asked === 'enquiry';
    return unknown ? { kind: 'not_found' } : { kind: 'ambiguous', because: 'no status' };
  }
  if (ACCEPTED.has(code)) {
    if (partnerRef === undefined) return { kind: 'ambiguous', because: 'accepted without a reference' };
    const { originalAmount } = status;
    return {
      kind: 'accepted',
      partnerRef,
      ...(originalAmount !== undefined && { amount: amountToJson(originalAmount) }),
    };
  }
  if (code === 'RJCT') {
    if (reason !== undefined && PERHAPS_OURS.has(reason))
      return { kind: 'ambiguous', because: `rejected as ${reason}` };
    return { kind: 'rejected', reason: reason ?? 'MS03', reasonText, partnerRef };
  }
  if (code === 'BLCK') return { kind: 'blocked', reason, reasonText, partnerRef };
  if (IN_PROGRESS.has(code)) return { kind: 'in_progress', partnerRef };
  return { kind: 'ambiguous', because: `status ${code}` };
}
