import { REASON_TEXT_MAX, shortenedText } from '@tonle/contracts';
import { isKnownCode, readIso, type Rejection, type Status } from '@tonle/iso20022';
import { amountToJson } from '@tonle/money';
import type { LegAnswer, WireReply } from '@tonle/network';
import { namesOf, type NamedLeg } from './message.js';
import type { IsoProfile } from './profile.js';

type Answers = IsoProfile['answers'];

/** An enquiry may be told that there is no such payment, a payment that it could not be read. */
export type Asked = 'payment' | 'enquiry';

/** What a status has to say; a pacs.002 has more. */
export type ToldStatus = Pick<
  Status,
  | 'originalMessageId'
  | 'originalUetr'
  | 'status'
  | 'reason'
  | 'reasonText'
  | 'clearingReference'
  | 'originalAmount'
>;

const NO_REASON = 'MS03';
const UNREADABLE = 'FF01';
/** What a code looks like; a proprietary reason may be anything that people write. */
const CODE = /^[A-Z0-9]{1,4}$/;

/** Classifies the signed answer to a payment or an enquiry. Pure and total. */
export function readAnswer(reply: WireReply, command: NamedLeg, asked: Asked, answers: Answers): LegAnswer {
  if (reply.kind !== 'answered') return { kind: reply.kind, because: reply.because };
  if (reply.status >= 500) return { kind: 'ambiguous', because: `HTTP ${reply.status}` };
  const reading = readIso(reply.bytes);
  if (reading.kind === 'refused') return { kind: 'ambiguous', because: `HTTP ${reply.status}, unreadable` };
  const { message } = reading;
  // admi.002: it could not be read, so it was not done. Final for a payment only.
  if (message.kind === 'rejection') {
    if (asked === 'enquiry') return { kind: 'ambiguous', because: 'the enquiry was refused' };
    return { kind: 'rejected', reason: UNREADABLE, reasonText: rejectionWords(message) };
  }
  if (message.kind !== 'status') return { kind: 'ambiguous', because: `an answer of kind ${message.kind}` };
  return readStatus(message, command, asked, answers);
}

/** Its description, and its additional data where that says more. */
function rejectionWords({ reason, description, findings }: Rejection): string {
  const said = [description, findings].filter((text) => text !== undefined && text !== '');
  return shortenedText(said.length === 0 ? reason : said.join(' '), REASON_TEXT_MAX);
}

/** A status that came by itself or as an answer. Pure and total. */
export function readStatus(status: ToldStatus, command: NamedLeg, asked: Asked, answers: Answers): LegAnswer {
  const { originalMessageId, originalUetr } = status;
  const { messageId, uetr, isReturn } = namesOf(command);
  if (originalUetr !== uetr) return { kind: 'ambiguous', because: 'an answer to another payment' };
  // Returns have the UETR of their payment in common.
  if (isReturn && originalMessageId !== messageId)
    return { kind: 'ambiguous', because: 'an answer to another message' };
  if (originalMessageId !== undefined && originalMessageId !== messageId)
    return { kind: 'conflicting', reasonText: 'the UETR stands for another message there' };
  const code = status.status;
  if (code === undefined) {
    const unknown = status.reason === answers.notFound && asked === 'enquiry';
    return unknown ? { kind: 'not_found' } : { kind: 'ambiguous', because: 'no status' };
  }
  return meaningOf(code, status, answers);
}

/** What the schema takes as a code, blanks too, goes on to the payer's bank: one that nobody can see says no reason. */
function codeOf(reason: string | undefined): string | undefined {
  return reason === undefined || /^[!-~]+$/.test(reason) ? reason : NO_REASON;
}

function meaningOf(code: string, status: ToldStatus, { statuses, duplicates }: Answers): LegAnswer {
  const { clearingReference: partnerRef, originalAmount } = status;
  const reason = codeOf(status.reason);
  const reasonText =
    status.reasonText === undefined ? undefined : shortenedText(status.reasonText.join(' '), REASON_TEXT_MAX);
  switch (Object.hasOwn(statuses, code) ? statuses[code] : undefined) {
    case 'accepted':
      if (partnerRef === undefined) return { kind: 'ambiguous', because: 'accepted without a reference' };
      return {
        kind: 'accepted',
        partnerRef,
        ...(originalAmount !== undefined && { amount: amountToJson(originalAmount) }),
      };
    case 'rejected':
      if (reason !== undefined && duplicates.includes(reason))
        return { kind: 'ambiguous', because: `rejected as ${reason}` };
      return {
        kind: 'rejected',
        reason: reason ?? NO_REASON,
        reasonText,
        partnerRef,
        unmapped: unmappedOf(reason),
      };
    case 'blocked':
      return { kind: 'blocked', reason, reasonText, partnerRef };
    case 'in_progress':
      return { kind: 'in_progress', partnerRef };
    case undefined:
      return { kind: 'ambiguous', because: `status ${code}`, unmapped: `status ${code}` };
  }
}

/** A reason that stands in no code set: the rejection holds, but somebody should know. */
function unmappedOf(reason: string | undefined): string | undefined {
  return reason === undefined || isKnownCode('ExternalStatusReason1Code', reason) === true
    ? undefined
    : `reason ${CODE.test(reason) ? reason : 'in words'}`;
}
