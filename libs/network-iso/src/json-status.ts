import { parseAmount } from '@tonle/money';
import type { AskedLeg, LegAnswer, WireReply, WireRequest } from '@tonle/network';
import { z } from 'zod';
import { apiRequest, readApi, type JsonQuestions } from './json-api.js';
import { namesOf } from './message.js';
import type { IsoProfile } from './profile.js';
import { readStatus, type ToldStatus } from './status-answer.js';

/** What is asked about an open payment in JSON. */
export const STATUS_QUESTION = 'payment.status';

const answered = z.object({
  MessageId: z.string(),
  Uetr: z.string(),
  /** As in pacs.002. */
  TransactionStatus: z.string(),
  ReasonCode: z.string().optional(),
  ReasonText: z.string().optional(),
  Reference: z.string().optional(),
  Amount: z.string().optional(),
  Currency: z.string().optional(),
});

/** The question about a payment that was sent in ISO 20022, or may have been. */
export function statusRequest(
  { command }: AskedLeg,
  { timeouts }: IsoProfile,
  api: JsonQuestions,
): WireRequest {
  const { messageId, uetr, endToEndId } = namesOf(command);
  const members = { MessageId: messageId, Uetr: uetr, EndToEndId: endToEndId };
  const request = apiRequest(STATUS_QUESTION, api.paths.status, command.legKey, members);
  return { ...request, timeoutMs: timeouts.enquiryMs };
}

/** Its answer, which means what a pacs.002 would. Total. */
export function readStatusAnswer(
  reply: WireReply,
  { command }: AskedLeg,
  { answers }: IsoProfile,
  { errors }: JsonQuestions,
): LegAnswer {
  if (reply.kind !== 'answered') return { kind: reply.kind, because: reply.because };
  const answer = readApi(reply, command.legKey, errors);
  if (answer.kind === 'unreadable') return { ...answer, kind: 'ambiguous' };
  // What is refused is the question, not the payment.
  if (answer.kind === 'error')
    return answer.means === 'not_found'
      ? { kind: 'not_found' }
      : { kind: 'ambiguous', because: `error ${answer.code}` };
  const read = answered.safeParse(answer.data);
  if (!read.success) return { kind: 'ambiguous', because: `HTTP ${reply.status}, unreadable` };
  const { Amount, Currency = command.amount.currency } = read.data;
  const amount = Amount === undefined ? undefined : parseAmount(Currency, Amount);
  if (amount?.kind === 'refused') return { kind: 'ambiguous', because: `an amount that is ${amount.reason}` };
  return readStatus(statusOf(read.data, amount?.amount), command, 'enquiry', answers);
}

function statusOf(said: z.infer<typeof answered>, originalAmount: ToldStatus['originalAmount']): ToldStatus {
  const { MessageId, Uetr, TransactionStatus, ReasonCode, ReasonText, Reference } = said;
  return {
    originalMessageId: MessageId,
    originalUetr: Uetr,
    status: TransactionStatus,
    ...(ReasonCode !== undefined && { reason: ReasonCode }),
    ...(ReasonText !== undefined && { reasonText: [ReasonText] }),
    ...(Reference !== undefined && { clearingReference: Reference }),
    ...(originalAmount !== undefined && { originalAmount }),
  };
}
