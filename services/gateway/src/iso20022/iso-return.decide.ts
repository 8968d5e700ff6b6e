import { plainText, refused, refusedField, type InboundSearch, type Refusal } from '@tonle/contracts';
import type { ParticipantBody } from '@tonle/directory';
import {
  contentHashOf,
  type Instruction,
  type IsoReturned,
  type PricedRefund,
  type Stamp,
} from '@tonle/door';
import type { Agent, Return } from '@tonle/iso20022';
import { amountToJson } from '@tonle/money';
import { outboundSubmit } from '../payment/instruction.decide.js';

const TX = '/PmtRtr/TxInf';
const REMITTANCE_MAX = 140;

/** What makes a return the same as another, whatever its bytes and what is left by now (decisions 24). */
export function isoReturnKey(message: Return): { readonly messageId: string; readonly contentHash: Buffer } {
  const { messageId, returnId, originalUetr, originalMessageId, returnedAmount, reason } = message;
  const amount = amountToJson(returnedAmount);
  const contentHash = contentHashOf(['return', returnId, originalUetr, originalMessageId, amount, reason]);
  return { messageId, contentHash };
}

/** Names of a payment that came in, one of them. */
export type ReceivedNames = Pick<InboundSearch, 'uetr' | 'messageId' | 'endToEndId'>;

/** How a return names the payment that it gives back: as the network that sent that had named it, or we have shown it. */
export function returnedNames({
  originalUetr,
  originalMessageId,
  originalEndToEndId,
}: Return): ReceivedNames {
  if (originalUetr !== undefined) return { uetr: originalUetr };
  return originalMessageId === undefined
    ? { endToEndId: originalEndToEndId }
    : { messageId: originalMessageId };
}

/**
 * What every pacs.004 to us must have beyond its schema. Refuses `element_missing`, `participant_unknown`, `not_permitted`. Pure.
 */
export function isoReturnRefusal(
  message: Return,
  participant: ParticipantBody,
  participantOf: (agent: Agent) => ParticipantBody | undefined,
): Refusal | undefined {
  const { originalUetr, originalMessageId, originalEndToEndId, instructingAgent } = message;
  if ([originalUetr, originalMessageId, originalEndToEndId].every((name) => name === undefined)) {
    const path = `${TX}/OrgnlUETR`;
    return refused('element_missing', `Missing: ${path}.`, [{ path, message: 'This element is required.' }]);
  }
  if (instructingAgent === undefined) return undefined;
  const path = `${TX}/InstgAgt`;
  const named = participantOf(instructingAgent);
  const shown = instructingAgent.bic ?? instructingAgent.memberId ?? 'The agent';
  if (named === undefined) return refusedField('participant_unknown', path, `${shown} is not a participant.`);
  return named.participantId === participant.participantId
    ? undefined
    : refusedField('not_permitted', path, 'The message is signed by another participant.');
}

/** The instruction of a pacs.004 whose payment was found and priced: a refund as any other. Pure. */
export function isoReturnInstruction(
  { message, version, bytes }: IsoReturned,
  { participant, refund }: { readonly participant: ParticipantBody; readonly refund?: PricedRefund },
  stamp: Stamp,
): { readonly kind: 'ok'; readonly instruction: Instruction } | Refusal {
  if (refund === undefined) return refused('original_unknown');
  const { original, debtor, creditor, creditorAgent, quote, cause } = refund;
  const { contentHash, messageId } = isoReturnKey(message);
  const remittance = wordsOf(message);
  return {
    kind: 'ok',
    instruction: {
      dialect: 'iso20022',
      messageVersion: version,
      contentHash,
      raw: bytes,
      creditorShown: creditor.name,
      ...(stamp.traceparent === undefined ? {} : { traceparent: stamp.traceparent }),
      submit: outboundSubmit(participant, messageId, stamp, {
        uetr: stamp.uetr,
        corridor: quote.corridor,
        endToEndId: message.originalEndToEndId ?? 'NOTPROVIDED',
        ...(message.returnId === undefined ? {} : { transactionId: message.returnId }),
        quoteId: quote.quoteId,
        source: quote.source,
        target: quote.target,
        debtor,
        creditor,
        creditorAgent,
        ...(remittance === '' ? {} : { remittance }),
        refundOf: original,
        refundCause: cause,
        acceptedAt: new Date(stamp.nowMs).toISOString(),
      }),
    },
  };
}

/** Why, for the payer: the reason and its words. */
function wordsOf({ reason, reasonText = [] }: Return): string {
  const words = [reason, ...reasonText].filter((text) => text !== undefined).join(' ');
  return plainText(words, REMITTANCE_MAX).trim();
}
