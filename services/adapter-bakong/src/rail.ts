import { asRecord, type AskedLeg, type BulkQuestion, type EnquiredLeg, type FollowUp } from '@tonle/network';
import type { LegAnswer, PreparedLeg, Rail, WireReply, WireRequest } from '@tonle/network';
import { LEDGER_HASH, readCoreAnswer } from './core-answer.js';
import { apiRequest, readApi, type BakongApiAnswer } from './open-api.js';
import { railParties } from './parties.js';
import type { BakongSettings } from './settings.js';
import { compareWithLeg, readTransaction, type RailTransaction } from './transaction.js';
import { operationOf, prepareLeg } from './transfer.js';

/** The ledger shows a transfer a moment after the core has answered: how long to look again before enquiring. */
const CONFIRM_WAITS_MS = [0, 25, 75, 200, 500];
/** A look that is slower makes the leg unknown. */
const CONFIRM_MS_MAX = 5_000;
/** The interface confirms so many ledger hashes in one call (decisions 19). */
const HASHES_MAX = 50;
const BY_REFERENCE = 'check_transaction_by_external_ref';

/** Moves money by SOAP; what the core books counts when the Open API finds its hash in the ledger. */
export function bakongRail({ sendMs, soapUrl }: BakongSettings): Rail {
  return {
    legs: ['debit', 'credit', 'reversal'],
    // The core books whatever arrives, however late; it knows a repeat by its reference, and says so.
    notFoundIsFinal: false,
    refusesRepeats: true,
    // What comes back to a payer of ours is a credit like any other.
    refunds: true,
    sendMs,
    followUpMs: CONFIRM_WAITS_MS.reduce((sum, wait) => sum + wait, CONFIRM_MS_MAX),
    bulk: { hash: byHash },
    prepare: prepareLeg,
    send: (leg) => transferRequest(leg, soapUrl.pathname),
    enquire: enquiryOf,
    read: readReply,
  };
}

function transferRequest({ command, externalRef, bytes }: PreparedLeg, path: string): WireRequest {
  // The reference goes with transfers only.
  const parameters: Record<string, string> = command.leg === 'reversal' ? {} : { ext_ref: externalRef };
  return { wire: 'core', method: 'POST', path, operation: operationOf(command), body: bytes, parameters };
}

function enquiryOf({ externalRef, partnerRef }: EnquiredLeg): WireRequest | { bulk: string; key: string } {
  return partnerRef !== undefined && LEDGER_HASH.test(partnerRef)
    ? { bulk: 'hash', key: partnerRef }
    : byReference(externalRef);
}

function byReference(externalRef: string): WireRequest {
  return apiRequest(BY_REFERENCE, { externalRef });
}

function readReply(reply: WireReply, leg: AskedLeg, asked: string): LegAnswer | FollowUp {
  if (asked === BY_REFERENCE) return readByReference(reply, leg);
  const { externalRef } = leg;
  const verdict = readCoreAnswer(reply, asked, externalRef);
  switch (verdict.kind) {
    // ACSP is final only with the hash in the ledger; until then the leg is in progress and known by its hash.
    case 'booked':
      return followUp(verdict.ledgerHash, { bulk: 'hash', key: verdict.ledgerHash }, CONFIRM_WAITS_MS);
    case 'existed':
      return followUp(externalRef, byReference(externalRef), [0]);
    default:
      return verdict;
  }
}

function followUp(partnerRef: string, question: FollowUp['question'], waitsMs: readonly number[]): FollowUp {
  const meanwhile = { kind: 'in_progress' as const, partnerRef };
  return { kind: 'follow_up', question, partnerRef, waitsMs, meanwhile };
}

/**
 * No not-found is believed against the core's word that the reference exists: the leg stays in progress, and our own
 * reference in the partner's place keeps it in mind.
 */
function readByReference(reply: WireReply, leg: AskedLeg): LegAnswer {
  const answer = answerOf(readApi(reply), leg);
  const open = answer.kind === 'not_found' || answer.kind === 'ambiguous';
  return open && leg.partnerRef !== undefined ? { kind: 'in_progress', partnerRef: leg.externalRef } : answer;
}

function answerOf(answer: BakongApiAnswer, leg: AskedLeg): LegAnswer {
  switch (answer.kind) {
    case 'data': {
      const found = readTransaction(answer.data);
      return found === undefined
        ? { kind: 'ambiguous', because: 'unreadable transaction' }
        : compare(found, leg);
    }
    case 'not_found':
      return { kind: 'not_found' };
    case 'failed':
      return { kind: 'rejected', reason: answer.iso ?? 'MS03', reasonText: answer.responseMessage };
    case 'unreadable':
      return { kind: 'ambiguous', because: answer.because, unmapped: answer.unmapped };
    case 'renew_token':
    case 'account':
    case 'in_words':
    case 'later':
      return { kind: 'ambiguous', because: answer.responseMessage };
  }
}

/** Ledger hashes, many in one call. */
const byHash: BulkQuestion = {
  keysMax: HASHES_MAX,
  ask: (hashes) => apiRequest('check_transaction_by_hash_list', hashes),
  read: (reply, hashes) => {
    const answer = readApi(reply);
    if (answer.kind !== 'data') {
      const because = answer.kind === 'unreadable' ? answer.because : answer.kind;
      return hashes.map((partnerRef) => () => ({ kind: 'ambiguous', because, partnerRef }));
    }
    const rows = new Map(
      (Array.isArray(answer.data) ? answer.data : []).map((row) => [asRecord(row)?.['hash'], row]),
    );
    return hashes.map((hash) => (leg) => readRow(asRecord(rows.get(hash)), hash, leg));
  },
};

function readRow(row: ReturnType<typeof asRecord>, hash: string, leg: AskedLeg): LegAnswer {
  const partnerRef = hash;
  if (row === undefined) return { kind: 'ambiguous', because: 'the hash is not in the answer', partnerRef };
  if (row['status'] === 'NOT_FOUND') return { kind: 'not_found' };
  if (row['status'] === 'FAILED')
    return { kind: 'rejected', reason: 'MS03', reasonText: 'failed at the ledger', partnerRef };
  const found = row['status'] === 'SUCCESS' ? readTransaction(row['data']) : undefined;
  if (found?.hash !== hash) return { kind: 'ambiguous', because: 'unreadable transaction', partnerRef };
  return compare(found, leg);
}

function compare(found: RailTransaction, { command, parties }: AskedLeg): LegAnswer {
  const sides = railParties(command, parties);
  if ('kind' in sides) return { kind: 'ambiguous', because: sides.reasonText };
  return compareWithLeg(command, sides, found);
}
