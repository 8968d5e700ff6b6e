import { REASON_TEXT_MAX, shortenedText } from '@tonle/contracts';
import { readIso } from '@tonle/iso20022';
import { meaningOfText, readSoapAnswer, type LegAnswer, type WireReply } from '@tonle/network';
import { CODES } from './codes.js';

/** What the core said: a verdict, or something that has to be asked about first. */
export type CoreVerdict =
  | LegAnswer
  /** Booked under this ledger hash, to be confirmed by it (ACSP is not final by itself). */
  | { readonly kind: 'booked'; readonly ledgerHash: string }
  /** The reference exists already: ask for it. */
  | { readonly kind: 'existed' };

export const LEDGER_HASH = /^[0-9a-f]{64}$/;
const REJECTED_AT_CORE = /REJECTED AT CORE DUE TO: \[([^\]]*)\]/i;

/** Classifies the answer to a transfer or a reversal (domain 6.6). Pure and total. */
export function readCoreAnswer(reply: WireReply, operation: string, externalRef: string): CoreVerdict {
  if (reply.kind === 'not_sent') return { kind: 'not_sent', because: reply.because };
  if (reply.kind === 'ambiguous') return { kind: 'ambiguous', because: reply.because };
  const soap = readSoapAnswer(reply.bytes, operation);
  if (soap.kind === 'unreadable') return { kind: 'ambiguous', because: `HTTP ${reply.status}, unreadable` };
  if (soap.kind === 'fault') return readFault(soap.text);
  if (reply.status !== 200) return { kind: 'ambiguous', because: `HTTP ${reply.status}` };
  return readStatus(soap.text, externalRef);
}

function readFault(text: string): LegAnswer {
  const said = shortenedText(text, REASON_TEXT_MAX);
  const final = meaningOfText(CODES.faults, text);
  if (final?.iso === undefined)
    return { kind: 'ambiguous', because: `fault: ${said}`, unmapped: 'fault in words' };
  return { kind: 'rejected', reason: final.iso, reasonText: said };
}

function readStatus(text: string, externalRef: string): CoreVerdict {
  const reading = readIso(Buffer.from(text));
  if (reading.kind === 'refused' || reading.message.kind !== 'customer_status') {
    return { kind: 'ambiguous', because: 'the answer is no pain.002' };
  }
  const { message } = reading;
  if (message.originalPaymentInformationId !== externalRef)
    return { kind: 'ambiguous', because: 'an answer to another transfer' };
  const said = (message.reasonText ?? []).join(' ');
  if (message.status === 'RJCT') return readRejection(said, message.reason);
  const accepted = message.status === 'ACSP' || message.status === 'ACSC' || message.status === 'ACCC';
  if (accepted && message.ledgerHash !== undefined && LEDGER_HASH.test(message.ledgerHash)) {
    return { kind: 'booked', ledgerHash: message.ledgerHash };
  }
  return { kind: 'in_progress' };
}

function readRejection(said: string, code: string | undefined): CoreVerdict {
  const core = REJECTED_AT_CORE.exec(said)?.[1];
  const reasonText = shortenedText(said, REASON_TEXT_MAX);
  // A rejection in ISO's own words needs no table.
  if (core === undefined && code !== undefined && code !== 'NARR')
    return { kind: 'rejected', reason: code, reasonText };
  const text = core ?? said;
  const meaning = meaningOfText(CODES.core, text);
  if (meaning?.means === 'exists') return { kind: 'existed' };
  if (meaning?.means === 'conflicting') return { kind: 'conflicting', reasonText };
  const reason = meaning?.iso ?? CODES.coreOther.iso;
  return {
    kind: 'rejected',
    reason,
    reasonText,
    ...(meaning === undefined && { unmapped: 'rejection in words' }),
  };
}
