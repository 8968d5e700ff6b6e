import type {
  Agent,
  CanonicalMessage,
  CustomerPayment,
  ProxyRequest,
  Return,
  Status,
  StatusRequest,
} from '@tonle/iso20022';
import { ISO_STATUS, plainText, REASONS, reasonWords, type Refusal, type TimeField } from '@tonle/contracts';
import type { PayeeFound } from '../dialect.js';
import { hasEnded, newestOf, type Taken } from '../door.js';
import type { PaymentNews } from '../payment-news.js';
import type { IsoUsage } from './iso-usage.js';

// A refusal and a payment as ISO 20022 writes them; fields that are undefined are left out.

const INFORMATION_MAX = 105;
const MESSAGE_ID_MAX = 35;
/** What is answered where a payment did not come as a message. */
export const PAYMENT_VERSION = 'pacs.008.001.08';
/** Where a message says it. */
const ELEMENT: Readonly<Partial<Record<TimeField, string>>> = {
  acceptedAt: 'AccptncDtTm',
  deadline: 'XpryDtTm',
};

/** What goes into every answer beside its content. */
export interface IsoStamp {
  readonly messageId: string;
  /** ISO 8601. */
  readonly at: string;
  /** Named in a status when there are any. */
  readonly agents?: { readonly instructing: Agent; readonly instructed: Agent };
}

function statusWith(stamp: IsoStamp, fields: Omit<Status, 'kind' | 'messageId' | 'createdAt'>): Status {
  const { agents } = stamp;
  return {
    kind: 'status',
    messageId: stamp.messageId,
    createdAt: stamp.at,
    ...fields,
    ...(agents === undefined
      ? {}
      : { instructingAgent: agents.instructing, instructedAgent: agents.instructed }),
  };
}

/** pacs.002 for a payment as it stands. */
export function paymentStatus<N extends PaymentNews>(
  taken: Taken<N>,
  usage: IsoUsage<never, N>,
  stamp: IsoStamp,
  told: readonly string[] = [],
): Status {
  const { request } = taken;
  const { submit } = request;
  const known = newestOf(taken);
  const news = usage.open.status === undefined || hasEnded(taken) ? known : undefined;
  const reason = news === undefined ? undefined : (news as { reason?: string }).reason;
  return statusWith(stamp, {
    ...originalMessage(submit.messageId, request.messageVersion),
    originalEndToEndId: submit.endToEndId,
    originalTransactionId: submit.transactionId,
    originalUetr: request.uetr,
    status: news?.isoStatus ?? usage.open.status ?? ISO_STATUS.RECEIVED,
    reason: news?.isoReason,
    reasonText: together(news === undefined ? undefined : usage.texts(reason, newsWords(news)), told),
    acceptedAt: submit.acceptedAt,
    clearingReference: usage.reference(taken),
  });
}

/** Neither is named when the payment did not come as a message, under a key that no message id holds. */
function originalMessage(
  messageId: string,
  version: string | null,
): Pick<Status, 'originalMessageId' | 'originalMessageName'> {
  if (messageId.length > MESSAGE_ID_MAX) return {};
  return { originalMessageId: messageId, originalMessageName: version ?? PAYMENT_VERSION };
}

type Originals = Pick<
  Status,
  | 'originalMessageId'
  | 'originalMessageName'
  | 'originalInstructionId'
  | 'originalEndToEndId'
  | 'originalTransactionId'
  | 'originalUetr'
>;

/** What an answer repeats of a message; of a return the UETR that it gives back, and its own id as the transaction's. */
export function originalsOf(message: CustomerPayment | Return, version: string): Originals {
  const { messageId: originalMessageId } = message;
  const named = { originalMessageId, originalMessageName: version };
  if (message.kind === 'return') {
    const { returnId, originalEndToEndId, originalUetr } = message;
    return { ...named, originalEndToEndId, originalTransactionId: returnId, originalUetr };
  }
  const { instructionId, endToEndId, transactionId, uetr } = message;
  return {
    ...named,
    originalInstructionId: instructionId,
    originalEndToEndId: endToEndId,
    originalTransactionId: transactionId,
    originalUetr: uetr,
  };
}

/** What the answer to a question about a return repeats of it; nothing of another one. */
export function returnAsked(question: StatusRequest): Originals {
  if (!isAboutReturn(question)) return {};
  const { originalMessageId, originalMessageName, originalTransactionId, originalUetr } = question;
  return { originalMessageId, originalMessageName, originalTransactionId, originalUetr };
}

/** What is told of a return whose message is not at hand: as its answer, the UETR of the payment that it gives back, and no other. */
export function returnTold({ messageVersion, submit }: Taken['request']): Originals {
  const { refundOf } = submit;
  if (messageVersion?.startsWith('pacs.004.') !== true || refundOf === undefined) return {};
  return { originalEndToEndId: undefined, originalUetr: refundOf.uetr };
}

/** Does a pacs.028 ask about a return? */
export function isAboutReturn({ originalMessageName = '' }: StatusRequest): boolean {
  return originalMessageName.startsWith('pacs.004');
}

/** pacs.002 RJCT for what was not taken. */
export function rejectedStatus<N extends PaymentNews>(
  originals: Originals,
  refusal: Refusal,
  usage: Pick<IsoUsage<never, N>, 'texts'>,
  stamp: IsoStamp,
  told: readonly string[],
): Status {
  return statusWith(stamp, {
    ...originals,
    status: 'RJCT',
    reason: REASONS[refusal.reason].iso,
    reasonText: together(usage.texts(refusal.reason, wordsOf(refusal)), told),
  });
}

/** What routing said of it. */
function newsWords(news: PaymentNews): readonly string[] {
  const words = reasonWords(news);
  return words === undefined ? [] : [atElement(news.reasonField, words)];
}

function wordsOf({ detail, errors = [], reasonField }: Refusal): readonly string[] {
  if (detail === undefined) return errors.map(({ path, message }) => `${path}: ${message}`);
  return [atElement(reasonField, detail)];
}

function atElement(field: TimeField | undefined, words: string): string {
  const element = field === undefined ? undefined : ELEMENT[field];
  return element === undefined ? words : `${element}: ${words}`;
}

function together(
  texts: readonly string[] | undefined,
  told: readonly string[],
): readonly string[] | undefined {
  const all = [...(texts ?? []), ...told].flatMap(informationLines);
  return all.length === 0 ? undefined : all;
}

/** A finding as occurrences of AddtlInf: none is longer than the schema takes, and words are not cut. */
function informationLines(text: string): string[] {
  const lines: string[] = [];
  let line: readonly string[] = [];
  for (const word of oneLine(text)
    .split(' ')
    .map((each) => [...each])) {
    const longer = line.length === 0 ? word : [...line, ' ', ...word];
    if (longer.length <= INFORMATION_MAX) {
      line = longer;
      continue;
    }
    if (line.length > 0) lines.push(line.join(''));
    let rest = word;
    for (; rest.length > INFORMATION_MAX; rest = rest.slice(INFORMATION_MAX))
      lines.push(rest.slice(0, INFORMATION_MAX).join(''));
    line = rest;
  }
  return line.length === 0 ? lines : [...lines, line.join('')];
}

/** pacs.002 for a question about a payment that is not the asker's, or to somebody else: no status, and a reason. */
export function unknownStatus<N extends PaymentNews>(
  question: StatusRequest,
  refusal: Refusal | undefined,
  usage: IsoUsage<never, N>,
  stamp: IsoStamp,
  told: readonly string[],
): Status {
  const { reasonText, ...unknown } = usage.unknown(question);
  const why = refusal === undefined ? reasonText : usage.texts(refusal.reason, wordsOf(refusal));
  return statusWith(stamp, {
    ...unknown,
    reasonText: together(why, told),
    originalEndToEndId: question.originalEndToEndId,
    originalUetr: question.originalUetr,
    reason: REASONS[refusal?.reason ?? 'not_found'].iso,
  });
}

/** acmt.024: found, with the name as it may be shown; or not, with the reason. */
export function proxyReply(
  question: ProxyRequest,
  answer: PayeeFound | Refusal,
  self: Agent,
  stamp: IsoStamp,
): CanonicalMessage {
  const { account } = question;
  return {
    kind: 'proxy_reply',
    messageId: stamp.messageId,
    createdAt: stamp.at,
    originalMessageId: question.messageId,
    originalVerificationId: question.verificationId,
    assigner: self,
    assignee: question.assigner,
    verified: answer.kind === 'payee',
    ...(answer.kind === 'payee'
      ? { party: { name: answer.displayName } }
      : { reason: REASONS[answer.reason].iso }),
    ...(account === undefined ? {} : { account }),
  };
}

/** In one line, without doubled blanks; empty when nothing is left. */
export function oneLine(text: string): string {
  return plainText(text, text.length).replaceAll(/\s+/g, ' ').trim();
}
