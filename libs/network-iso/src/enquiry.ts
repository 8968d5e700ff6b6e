import type { LegAnswer, EnquiredLeg } from '@tonle/network';
import type { StatusRequest } from '@tonle/iso20022';
import { agentOf, namesOf, ownAgent, writeMessage, type Speaker } from './message.js';

/**
 * The pacs.028 about a credit or a return that was sent, or may have been; an answer when the network cannot be named any more. Pure.
 */
export function enquiryOf(leg: EnquiredLeg, at: number, speaker: Speaker): Buffer | LegAnswer {
  const { command } = leg;
  const network = agentOf(leg.parties.creditorAgent, speaker);
  if (network === undefined) return { kind: 'ambiguous', because: 'the network is not in the directory' };
  const own = ownAgent(speaker);
  const { versions, returns } = speaker.profile;
  const { messageId, uetr, endToEndId, isReturn } = namesOf(command);
  const createdAt = new Date(at).toISOString();
  const message: StatusRequest = {
    kind: 'status_request',
    messageId: `${messageId.slice(0, 28)}Q${leg.enquiries % 100_000}`,
    createdAt,
    originalMessageId: messageId,
    originalMessageName: (isReturn ? returns?.version : undefined) ?? versions.payment,
    originalEndToEndId: endToEndId,
    originalTransactionId: messageId,
    originalUetr: uetr,
    instructingAgent: own,
    instructedAgent: network,
  };
  return writeMessage(message, versions.enquiry, { from: own, to: network }, createdAt, speaker.profile);
}
