import type { NetworkRecall, NetworkRecallReply } from '@tonle/contracts';
import {
  isoRejection,
  readRecall,
  readRecallReply,
  recallAnswerIn,
  recallOutcome,
  writeRecallReply,
  type IsoRecallUsage,
} from '@tonle/door';
import { readIso, type Recall, type RecallReply } from '@tonle/iso20022';
import { amountFromJson } from '@tonle/money';
import type { InboundRoute, Recalls, WireReply } from '@tonle/network';
import { agentOf, messageIdOf, ownAgent, WIRE, writeMessage, XML, type Speaker } from './message.js';
import type { IsoProfile } from './profile.js';

// A payment is called back by camt.056 and answered by camt.029: at once, or later at our door. Our id of the recall is the id of
// its message and of its case, so that an answer says which one it is about.

type RecallProfile = NonNullable<IsoProfile['recalls']>;

const RECALL = 'camt.056';
const ANSWER = 'camt.029';
const LINE_MAX = 105;
const RECALL_ID = /^([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})$/;

/** Recalls towards a network that has them in its profile. */
export function isoRecalls(speaker: Speaker, recalls: RecallProfile): Recalls {
  const post = { wire: WIRE, method: 'POST', contentType: XML } as const;
  return {
    ask: (recall, participant) => {
      const network = agentOf(participant, speaker);
      if (network === undefined) return undefined;
      const own = ownAgent(speaker);
      const message = recallMessage(recall, { assigner: own, assignee: network }, speaker.profile);
      const ends = { from: own, to: network };
      const body = writeMessage(message, recalls.version, ends, message.createdAt, speaker.profile);
      return { ...post, path: recalls.path, body, operation: RECALL };
    },
    read: readReply,
    tell: (end, participant) => {
      const network = agentOf(participant, speaker);
      if (network === undefined) return undefined;
      const own = ownAgent(speaker);
      const { recallId, caseId, endedAt, originalMessageId, originalEndToEndId, uetr } = end;
      const message: RecallReply = {
        kind: 'recall_reply',
        messageId: `${idOf(recallId)}E`,
        createdAt: endedAt,
        assigner: own,
        assignee: network,
        ...(caseId === undefined ? {} : { caseId, caseCreator: network }),
        ...recallOutcome(end),
        ...{ originalMessageId, originalEndToEndId, originalUetr: uetr },
        originalMessageName: speaker.profile.versions.payment,
      };
      const body = writeMessage(
        message,
        recalls.answer,
        { from: own, to: network },
        endedAt,
        speaker.profile,
      );
      return { ...post, path: recalls.answerPath, body, operation: ANSWER };
    },
    isTold: (reply) => reply.kind === 'answered' && reply.status < 300,
  };
}

function recallMessage(
  { recallId, legKey, uetr, endToEndId, amount, isoReason, text = '', askedAt }: NetworkRecall,
  ends: Pick<Recall, 'assigner' | 'assignee'>,
  { versions }: IsoProfile,
): Recall {
  const id = idOf(recallId);
  const original = messageIdOf(legKey);
  return {
    kind: 'recall',
    messageId: id,
    createdAt: askedAt,
    ...ends,
    caseId: id,
    caseCreator: ends.assigner,
    cancellationId: id,
    originalMessageId: original,
    originalMessageName: versions.payment,
    originalEndToEndId: endToEndId,
    originalTransactionId: original,
    originalUetr: uetr,
    originalSettlementAmount: amountFromJson(amount),
    reason: isoReason,
    ...(text === '' ? {} : { reasonText: [[...text].slice(0, LINE_MAX).join('')] }),
  };
}

/** A camt.029 in the answer, or nothing beside its receipt. Whatever else is said, it is asked again. */
function readReply(reply: WireReply, recall: NetworkRecall): ReturnType<Recalls['read']> {
  if (reply.kind !== 'answered') return silent(reply.because);
  if (reply.status >= 300) return silent(`HTTP ${reply.status}`);
  if (reply.bytes.length === 0) return { kind: 'taken' };
  const reading = readIso(reply.bytes);
  if (reading.kind === 'refused' || reading.message.kind !== 'recall_reply')
    return silent(`HTTP ${reply.status} without a camt.029`);
  const { caseId, originalUetr, outcome, transactionStatus } = reading.message;
  if (caseId !== undefined && recallIdOf(caseId) !== recall.recallId)
    return silent('an answer about another case');
  if (originalUetr !== undefined && originalUetr !== recall.uetr)
    return silent('an answer about another payment');
  const answer = recallAnswerIn(reading.message);
  const said = transactionStatus ?? outcome;
  return answer === undefined
    ? { ...silent(`an answer with the unknown status ${said}`), unmapped: said }
    : { kind: 'answered', answer };
}

const silent = (because: string): Extract<NetworkRecallReply, { kind: 'silent' }> => ({
  kind: 'silent',
  because,
});

const idOf = (recallId: string): string => recallId.replaceAll('-', '');

function recallIdOf(text: string): string | undefined {
  const match = RECALL_ID.exec(text);
  return match === null ? undefined : match.slice(1, 6).join('-');
}

/** The network's recalls at our door, and its answers to ours. */
export function recallRoutes(
  usage: Omit<IsoRecallUsage, 'answers'>,
  { answer }: RecallProfile,
  spoken: readonly string[],
): Readonly<Record<string, InboundRoute>> {
  const answers = Object.fromEntries(spoken.map((version) => [version, answer]));
  const read = { ...usage, answers };
  return {
    '/iso20022/camt.056': {
      kind: 'recalls',
      operation: RECALL,
      answeredBy: ANSWER,
      read: (message, stamp) => {
        const asked = readRecall(message, read);
        return asked.kind === 'unreadable'
          ? { kind: 'unreadable', instead: isoRejection(asked, read, stamp) }
          : { kind: 'ok', about: asked.names, request: asked.request };
      },
      write: (said, message, stamp) => {
        const asked = readRecall(message, read);
        if (asked.kind === 'unreadable') throw new Error('what was read cannot be read any more');
        return writeRecallReply(said, asked, read, stamp);
      },
    },
    '/iso20022/camt.029': {
      kind: 'recall_answers',
      operation: ANSWER,
      read: (message, stamp) => {
        const said = readRecallReply(message, read);
        if (said.kind === 'unreadable')
          return { kind: 'unreadable', instead: isoRejection(said, read, stamp) };
        const { caseId, originalUetr: uetr, outcome, transactionStatus } = said.reply;
        return {
          kind: 'ok',
          recallId: recallIdOf(caseId ?? ''),
          uetr,
          answer: recallAnswerIn(said.reply),
          said: transactionStatus ?? outcome,
        };
      },
    },
  };
}
