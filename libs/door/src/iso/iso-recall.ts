import {
  RECALL_REFUSALS,
  recallReasonOf,
  recallRefusalOf,
  REASONS,
  shortenedText,
  type Reason,
  type RecallAnswer,
  type RecallRequest,
  type RecallState,
  type RecallView,
  type Refusal,
} from '@tonle/contracts';
import type { Recall, RecallReply } from '@tonle/iso20022';
import type { AnswerStamp, RawMessage, Reply, Unreadable } from '../dialect.js';
import { contentHashOf } from '../instruction.js';
import { askerOf, enveloped } from './iso-envelope.js';
import { readFamily } from './iso-reading.js';
import type { IsoAsked, IsoUsage } from './iso-usage.js';

// Recalls of payments at a door: camt.056 asks, camt.029 answers.

const TEXT_MAX = 500;
const LINE_MAX = 105;
const LINES_MAX = 4;

/** What of the usage of a door recalls need; `answers` has the version of camt.029 for each of camt.056, and of camt.029 itself. */
export type IsoRecallUsage = Pick<
  IsoUsage<never, never>,
  'answers' | 'self' | 'peer' | 'contentType' | 'amounts' | 'rejection'
>;

/** A camt.056 that was read: how it names the payment, and what it asks for. */
export interface IsoRecallAsked extends IsoAsked {
  readonly kind: 'recall';
  readonly recall: Recall;
  readonly names: { readonly uetr?: string; readonly messageId?: string; readonly endToEndId?: string };
  readonly request: Omit<RecallRequest, 'recallId' | 'paymentId' | 'asker'>;
}

/** A camt.029 that was read. */
export interface IsoRecallAnswered extends IsoAsked {
  readonly kind: 'answer';
  readonly reply: RecallReply;
}

/** How a recall stands, as a camt.029 says it. */
const CONFIRMED: Readonly<Record<RecallState, { readonly outcome: string; readonly status: string }>> = {
  RECEIVED: { outcome: 'PDCR', status: 'PDCR' },
  PENDING: { outcome: 'PDCR', status: 'PDCR' },
  ACCEPTED: { outcome: 'CNCL', status: 'ACCR' },
  REFUSED: { outcome: 'RJCR', status: 'RJCR' },
  EXPIRED: { outcome: 'RJCR', status: 'RJCR' },
};
/** What a recall is refused for at the door, in codes of a camt.029; all else is said in words. */
const NOT_TAKEN: Readonly<Partial<Record<Reason, string>>> = {
  original_unknown: RECALL_REFUSALS.no_original,
  original_not_paid: RECALL_REFUSALS.no_original,
  already_refunded: RECALL_REFUSALS.already_returned,
};

/** Reads a camt.056 in a version that is spoken. */
export function readRecall(message: RawMessage, { answers }: IsoRecallUsage): IsoRecallAsked | Unreadable {
  const asked = readFamily(message, 'camt.056', (version) => Object.hasOwn(answers, version));
  if ('kind' in asked) return asked;
  const recall = asked.message;
  if (recall.kind !== 'recall') throw new Error('a camt.056 was read as something else');
  const { messageId, caseId, cancellationId, reason, reasonText = [] } = recall;
  const { originalUetr: uetr, originalMessageId, originalEndToEndId: endToEndId } = recall;
  const text = shortenedText(reasonText.join(' '), TEXT_MAX);
  return {
    ...asked,
    kind: 'recall',
    recall,
    names: { uetr, messageId: originalMessageId, endToEndId },
    request: {
      messageId,
      contentHash: contentHashOf(['recall', uetr, originalMessageId, endToEndId, reason]).toString('hex'),
      ...(caseId === undefined ? {} : { caseId }),
      ...(cancellationId === undefined ? {} : { cancellationId }),
      reason: recallReasonOf(reason),
      isoReason: reason ?? 'CUST',
      ...(text === '' ? {} : { text }),
    },
  };
}

/** Reads a camt.029 in a version that is spoken. */
export function readRecallReply(
  message: RawMessage,
  { answers }: IsoRecallUsage,
): IsoRecallAnswered | Unreadable {
  const asked = readFamily(message, 'camt.029', (version) => Object.hasOwn(answers, version));
  if ('kind' in asked) return asked;
  const reply = asked.message;
  if (reply.kind !== 'recall_reply') throw new Error('a camt.029 was read as something else');
  return { ...asked, kind: 'answer', reply };
}

/** What a camt.029 says; undefined when its status is none that is known. */
export function recallAnswerIn({
  outcome,
  transactionStatus,
  reason,
  reasonText = [],
}: RecallReply): RecallAnswer | undefined {
  const state = STATE_OF[transactionStatus ?? outcome];
  if (state === undefined) return undefined;
  const text = shortenedText(reasonText.join(' '), TEXT_MAX);
  return {
    state,
    ...(state === 'REFUSED' ? { refusal: recallRefusalOf(reason) } : {}),
    ...(reason === undefined ? {} : { isoRefusal: reason }),
    ...(text === '' ? {} : { text }),
  };
}

const STATE_OF: Readonly<Record<string, RecallAnswer['state']>> = {
  ACCR: 'ACCEPTED',
  CNCL: 'ACCEPTED',
  RJCR: 'REFUSED',
  PDCR: 'PENDING',
};

/** The camt.029 for a camt.056: how its recall stands, or why there is none. */
export function writeRecallReply(
  answer: RecallView | Refusal,
  { recall: asked, version, ...rest }: IsoRecallAsked,
  usage: IsoRecallUsage,
  stamp: AnswerStamp,
): Reply {
  const { caseId, caseCreator, originalMessageId, originalMessageName } = asked;
  const { originalEndToEndId, originalTransactionId, originalUetr } = asked;
  const message: RecallReply = {
    kind: 'recall_reply',
    messageId: stamp.messageId,
    createdAt: new Date(stamp.nowMs).toISOString(),
    assigner: usage.self,
    assignee: asked.assigner,
    ...(caseId === undefined ? {} : { caseId, caseCreator: caseCreator ?? asked.assigner }),
    ...recallOutcome(answer),
    ...{ originalMessageId, originalMessageName, originalEndToEndId, originalTransactionId, originalUetr },
  };
  const body = enveloped(message, usage.answers[version]!, askerOf(rest), usage, stamp);
  return { status: 200, contentType: usage.contentType, body };
}

/** What a camt.029 says of a recall, beside whom it is about. */
export function recallOutcome(
  answer: Pick<RecallView, 'recallId' | 'state' | 'answer'> | Refusal,
): Pick<RecallReply, 'outcome' | 'transactionStatus' | 'cancellationStatusId' | 'reason' | 'reasonText'> {
  if ('kind' in answer) {
    const { outcome, status } = CONFIRMED.REFUSED;
    const words = answer.detail ?? REASONS[answer.reason].title;
    const reason = NOT_TAKEN[answer.reason] ?? RECALL_REFUSALS.other;
    return { outcome, transactionStatus: status, reason, reasonText: linesOf(`${answer.reason}: ${words}`) };
  }
  const { recallId, state, answer: said } = answer;
  const { outcome, status } = CONFIRMED[state];
  const refusal = said?.refusal === undefined ? undefined : RECALL_REFUSALS[said.refusal];
  const reason = state === 'EXPIRED' ? RECALL_REFUSALS.no_answer : state === 'REFUSED' ? refusal : undefined;
  const text = state === 'EXPIRED' ? 'Nobody answered before the deadline.' : said?.text;
  return {
    outcome,
    transactionStatus: status,
    cancellationStatusId: recallId.replaceAll('-', ''),
    ...(reason === undefined ? {} : { reason: said?.isoRefusal ?? reason }),
    ...(text === undefined ? {} : { reasonText: linesOf(text) }),
  };
}

function linesOf(text: string): readonly string[] {
  const characters = [...text];
  const count = Math.min(LINES_MAX, Math.ceil(characters.length / LINE_MAX));
  return Array.from({ length: count }, (_, index) =>
    characters.slice(index * LINE_MAX, (index + 1) * LINE_MAX).join(''),
  );
}
