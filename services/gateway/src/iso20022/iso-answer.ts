import {
  writeIso,
  type Agent,
  type BusinessHeader,
  type CanonicalMessage,
  type IsoError,
  type IsoReading,
  type Payment,
  type ProxyRequest,
  type Status,
} from '@tonle/iso20022';
import { ISO_STATUS, REASONS, type PaymentEventMessage } from '@tonle/contracts';
import type { Refusal } from '../http/refusal.js';
import { optional } from '../payment/order.decide.js';
import type { StoredRequest } from '../payment/payment.js';

/** A read message: what a request of ours always is. */
export type Received = Extract<IsoReading, { kind: 'read' }>;

/** What goes into every answer beside its content. */
export interface Envelope {
  readonly messageId: string;
  /** ISO 8601. */
  readonly at: string;
  /** Who we are in business headers. */
  readonly self: Agent;
}

// Asked in one family, answered in the same (decisions 25).
const STATUS_VERSION: Readonly<Record<string, string>> = {
  'pacs.008.001.08': 'pacs.002.001.10',
  'pacs.008.001.12': 'pacs.002.001.14',
  'pacs.008.001.13': 'pacs.002.001.15',
  'pacs.028.001.03': 'pacs.002.001.10',
  'pacs.028.001.05': 'pacs.002.001.14',
  'pacs.028.001.06': 'pacs.002.001.15',
};
const PROXY_VERSION: Readonly<Record<string, string>> = {
  'acmt.023.001.02': 'acmt.024.001.02',
  'acmt.023.001.03': 'acmt.024.001.03',
  'acmt.023.001.04': 'acmt.024.001.04',
};
export const REJECTION_VERSION = 'admi.002.001.01';

const TEXT_MAX = 105;
const DESCRIPTION_MAX = 350;

/** Versions that are read at a door, and in which version each is answered. */
export function answerVersion(version: string): string | undefined {
  return STATUS_VERSION[version] ?? PROXY_VERSION[version];
}

/** Writes an answer as the question came: bare, or in the envelope with a business header. */
export function writeAnswer(
  received: Received,
  message: CanonicalMessage,
  version: string,
  envelope: Envelope,
): string {
  if (received.header === undefined) return writeIso(message, version);
  const header: BusinessHeader = {
    from: envelope.self,
    to: received.header.from,
    businessMessageId: envelope.messageId,
    messageDefinition: version,
    createdAt: envelope.at,
  };
  return writeIso(message, version, header, { envelope: 'tonle' });
}

/** pacs.002 for a payment as it stands. */
export function statusOf(
  request: StoredRequest,
  event: PaymentEventMessage | undefined,
  envelope: Envelope,
): Status {
  const { submit } = request;
  return {
    kind: 'status',
    messageId: envelope.messageId,
    createdAt: envelope.at,
    originalMessageId: request.messageId,
    originalMessageName: request.messageVersion ?? 'pacs.008.001.08',
    originalEndToEndId: submit.endToEndId,
    ...optional('originalTransactionId', submit.transactionId),
    originalUetr: request.uetr,
    status: event?.isoStatus ?? ISO_STATUS.RECEIVED,
    ...optional('reason', event?.isoReason),
    ...optional('reasonText', event === undefined ? undefined : texts(event.reason, event.reasonText)),
    acceptedAt: submit.acceptedAt,
    clearingReference: request.paymentId.replaceAll('-', ''),
  };
}

/** pacs.002 RJCT for a payment that was not taken. */
export function rejectedStatus(
  payment: Payment,
  version: string,
  refusal: Refusal,
  envelope: Envelope,
): Status {
  const detail =
    refusal.detail ?? refusal.errors?.map(({ path, message }) => `${path}: ${message}`).join('; ');
  return {
    kind: 'status',
    messageId: envelope.messageId,
    createdAt: envelope.at,
    originalMessageId: payment.messageId,
    originalMessageName: version,
    ...optional('originalInstructionId', payment.instructionId),
    originalEndToEndId: payment.endToEndId,
    ...optional('originalTransactionId', payment.transactionId),
    ...optional('originalUetr', payment.uetr),
    status: 'RJCT',
    reason: REASONS[refusal.reason].iso,
    ...optional('reasonText', texts(refusal.reason, detail)),
  };
}

/** pacs.002 for a question about a payment that is not the asker's: no status, and a reason. */
export function unknownStatus(
  question: {
    readonly originalMessageId?: string;
    readonly originalEndToEndId?: string;
    readonly originalUetr?: string;
  },
  envelope: Envelope,
): Status {
  return {
    kind: 'status',
    messageId: envelope.messageId,
    createdAt: envelope.at,
    ...optional('originalMessageId', question.originalMessageId),
    ...optional('originalMessageName', question.originalMessageId === undefined ? undefined : 'pacs.008'),
    ...optional('originalEndToEndId', question.originalEndToEndId),
    ...optional('originalUetr', question.originalUetr),
    reason: REASONS.not_found.iso,
    ...optional('reasonText', texts('not_found', 'there is no such payment of yours')),
  };
}

/** acmt.024: found, with the name as it may be shown; or not, with the reason. */
export function proxyReply(
  question: ProxyRequest,
  result: { readonly displayName: string } | Refusal,
  envelope: Envelope,
): CanonicalMessage {
  const found = 'displayName' in result;
  return {
    kind: 'proxy_reply',
    messageId: envelope.messageId,
    createdAt: envelope.at,
    originalMessageId: question.messageId,
    originalVerificationId: question.verificationId,
    assigner: envelope.self,
    assignee: question.assigner,
    verified: found,
    ...(found ? { party: { name: result.displayName } } : { reason: REASONS[result.reason].iso }),
    ...optional('account', question.account),
  };
}

/** admi.002 for bytes that cannot be taken as a message at all: the first error in its fields, all in the text. */
export function unreadable(
  reason: string,
  errors: readonly IsoError[],
  reference: string,
  at: string,
): string {
  const said = errors
    .map(({ code, path, line, detail }) => `${code} ${path} (line ${line}): ${detail}`)
    .join('; ');
  return writeIso(
    {
      kind: 'rejection',
      relatedReference: reference,
      reason,
      rejectedAt: at,
      ...optional('location', cut(errors[0]?.path ?? '', DESCRIPTION_MAX)),
      ...optional('description', cut(said, DESCRIPTION_MAX)),
    },
    REJECTION_VERSION,
  );
}

function texts(code: string | undefined, detail: string | undefined): string[] | undefined {
  const parts = [code, detail].flatMap((text) => cut(text ?? '', TEXT_MAX) ?? []);
  return parts.length === 0 ? undefined : parts;
}

/** Printable, not longer than the schema takes; undefined when nothing is left. */
function cut(text: string, max: number): string | undefined {
  const clean = [
    ...text
      .replaceAll(/[^\P{C}\n]/gu, '?')
      .replaceAll(/\s+/g, ' ')
      .trim(),
  ]
    .slice(0, max)
    .join('')
    .trim();
  return clean === '' ? undefined : clean;
}
