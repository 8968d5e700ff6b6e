import { TERMINAL_STATES, type InboundOutcome } from '@tonle/contracts';
import {
  IsoDialect,
  isAboutReturn,
  newestOf,
  rejectionTexts,
  type IsoAsked,
  type IsoFamily,
  type IsoUsage,
  type Unreadable,
} from '@tonle/door';
import { processedMessages, type Return, type Status } from '@tonle/iso20022';
import {
  inboundMessages,
  type Inbound,
  type InboundFound,
  type InboundListener,
  type InboundRoute,
} from '@tonle/network';
import { accountRoute, quoteRoute, resolveRoute } from './inbound-codes.js';
import { inboundContentHash, inboundInstruction } from './inbound-payment.decide.js';
import { agentOf, legKeyOfMessageId, ownAgent, ownNames, XML, type Speaker } from './message.js';
import type { IsoProfile } from './profile.js';
import { notificationRoute } from './notifications.js';
import { recallRoutes } from './recalls.js';
import { inboundReturns, readReturn, refundIn } from './return.js';
import { readStatus } from './status-answer.js';

/** AcctSvcrRef holds 35 characters; half of a ledger hash is as unique as a UUID. */
const REFERENCE_MAX = 32;

const RECALLS = processedMessages().filter((version) => /^camt\.0(56|29)\./.test(version));

type InboundProfile = NonNullable<IsoProfile['inbound']>;

/** Payments of a network of plain ISO 20022, questions about them, call-backs about ours, and our codes in JSON. */
export function isoInbound(speaker: Speaker, inbound: InboundProfile, listener: InboundListener): Inbound {
  const usage = inboundUsage(speaker, inbound);
  const of = (family: IsoFamily): InboundRoute => messagesOf(usage, family, speaker.profile);
  return {
    listener,
    routes: {
      '/qr/resolve': resolveRoute,
      '/accounts/resolve': accountRoute,
      '/quotes': quoteRoute,
      '/iso20022/pacs.008': of('pacs.008'),
      '/iso20022/pacs.028': of('pacs.028'),
      '/iso20022/pacs.002': of('pacs.002'),
      '/iso20022/pacs.004': of('pacs.004'),
      ...(speaker.profile.recalls !== undefined && recallRoutes(usage, speaker.profile.recalls, RECALLS)),
      ...(speaker.profile.statement.kind === 'camt.054' && {
        '/iso20022/camt.054': notificationRoute(speaker.profile),
      }),
    },
  };
}

function messagesOf(
  usage: IsoUsage<InboundFound, InboundOutcome>,
  family: IsoFamily,
  { answers }: IsoProfile,
): InboundRoute {
  return inboundMessages<IsoAsked>({
    dialect: new IsoDialect(usage, family),
    operation: family,
    answeredBy: 'pacs.002',
    subjectOf: ({ message }) =>
      (message.kind === 'payment' ? message.uetr : undefined) ??
      (message.kind === 'status_request' ? message.originalUetr : undefined) ??
      ('messageId' in message ? message.messageId : family),
    quoteIdOf: ({ message }) => (message.kind === 'payment' ? message.quoteId : undefined),
    legKeyOf: ({ message }) => legKeyOfMessageId(callBackIn(message)?.originalMessageId ?? ''),
    refundOf: ({ message }) =>
      message.kind === 'return' && usage.returns !== undefined ? refundIn(message) : undefined,
    readLeg: ({ message }, command) => {
      const told = callBackIn(message)!;
      return told.kind === 'return'
        ? readReturn(told, command)
        : readStatus(told, command, 'payment', answers);
    },
  });
}

function callBackIn(message: IsoAsked['message']): Status | Return | undefined {
  return message.kind === 'status' || message.kind === 'return' ? message : undefined;
}

/** As the network is answered: always in one version, in an envelope, both sides named. */
function inboundUsage(
  speaker: Speaker,
  { acceptanceMs }: InboundProfile,
): IsoUsage<InboundFound, InboundOutcome> {
  const { versions, returns } = speaker.profile;
  const read = processedMessages().filter((version) => /^pacs\.(008|028|002|004)\./.test(version));
  return {
    answers: Object.fromEntries(read.map((version) => [version, versions.status])),
    self: ownAgent(speaker),
    names: ownNames(speaker),
    peer: (sender) => agentOf(sender, speaker) ?? {},
    open: { http: 200, status: 'ACSP' },
    contentType: XML,
    amounts: speaker.profile.amounts,
    key: (payment) => ({
      messageId: payment.messageId,
      uetr: payment.uetr,
      contentHash: inboundContentHash(payment),
    }),
    instruct: (asked, found, stamp) => inboundInstruction(asked, found, stamp, acceptanceMs),
    ...(returns !== undefined && { returns: inboundReturns(acceptanceMs) }),
    about: (question) => {
      const { originalUetr, originalTransactionId, originalMessageId } = question;
      return isAboutReturn(question)
        ? { messageId: originalTransactionId ?? originalMessageId }
        : { uetr: originalUetr };
    },
    // A return was looked for by its own id.
    isAbout: (question, { request }) =>
      isAboutReturn(question) ||
      question.originalMessageId === undefined ||
      question.originalMessageId === request.submit.messageId,
    reference: (taken) => {
      const outcome = newestOf(taken);
      const ended = outcome !== undefined && TERMINAL_STATES.has(outcome.state);
      return ended && outcome.isoStatus !== 'RJCT' ? outcome.partnerRef?.slice(0, REFERENCE_MAX) : undefined;
    },
    texts: (_code, words) => words,
    unknown: ({ originalMessageId }) => ({
      originalMessageId: originalMessageId ?? 'NOTPROVIDED',
      originalMessageName: versions.payment,
    }),
    rejection,
  };
}

function rejection({ version, errors }: Unreadable): ReturnType<IsoUsage<never, never>['rejection']> {
  const notSpoken = version === undefined ? [] : [{ path: '/', text: `${version} is not supported.` }];
  const found = errors.map(({ path, detail }) => ({ path, text: `${path === '' ? '/' : path}: ${detail}` }));
  const findings = found.length > 0 ? found : notSpoken;
  return { relatedReference: 'NOTREAD', reason: 'FF01', ...rejectionTexts(findings) };
}
