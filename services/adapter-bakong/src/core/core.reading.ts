import { readIso } from '@tonle/iso20022';
import { plainText, type LegAnswer, type WireReply } from '@tonle/network';
import { coreMeaning, FINAL_FAULTS } from './core.table.js';
import { readSoapAnswer, type SoapOperation } from './soap.js';

/** What the core said: a verdict, or something that has to be asked about first. */
export type CoreVerdict =
  | LegAnswer
  /** Booked under this ledger hash, to be confirmed by it (ACSP is not final by itself). */
  | { readonly kind: 'booked'; readonly ledgerHash: string }
  /** The reference exists already: ask for it. */
  | { readonly kind: 'existed' };

const TEXT_MAX = 200;
export const LEDGER_HASH = /^[0-9a-f]{64}$/;
const REJECTED_AT_CORE = /REJECTED AT CORE DUE TO: \[([^\]]*)\]/i;

/** Classifies the answer to a transfer or a reversal (domain 6.6). Pure and total. */
export function readCoreAnswer(
  exchange: WireReply,
  operation: SoapOperation,
  externalRef: string,
): CoreVerdict {
  if (exchange.kind === 'not_sent') return { kind: 'not_sent', because: exchange.because };
  if (exchange.kind === 'ambiguous') return { kind: 'ambiguous', because: exchange.because };
  const soap = readSoapAnswer(exchange.bytes, operation);
  if (soap.kind === 'unreadable')
    return { kind: 'ambiguous', because: `HTTP ${exchange.status}, unreadable` };
  if (soap.kind === 'fault') return readFault(soap.text);
  if (exchange.status !== 200) return { kind: 'ambiguous', because: `HTTP ${exchange.status}` };
  return readStatus(soap.text, externalRef);
}

function readFault(text: string): LegAnswer {
  const final = FINAL_FAULTS.find((row) => text.toLowerCase().includes(row.text));
  if (final === undefined) return { kind: 'ambiguous', because: plainText(`fault: ${text}`, TEXT_MAX) };
  return { kind: 'rejected', reason: final.reason, reasonText: plainText(text, TEXT_MAX) };
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
  // A rejection in ISO's own words needs no table.
  if (core === undefined && code !== undefined && code !== 'NARR')
    return { kind: 'rejected', reason: code, reasonText: plainText(said, TEXT_MAX) };
  const meaning = coreMeaning(core ?? said);
  if (meaning.kind === 'ask') return { kind: 'existed' };
  if (meaning.kind === 'conflicting') return { kind: 'conflicting', reasonText: plainText(said, TEXT_MAX) };
  return { kind: 'rejected', reason: meaning.reason, reasonText: plainText(said, TEXT_MAX) };
}
