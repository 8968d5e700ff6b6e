import {
  plainText,
  REASON_TEXT_MAX,
  refundFaultOf,
  refused,
  shortenedText,
  type InboundOutcome,
  type LegCommand,
} from '@tonle/contracts';
import type { IsoReturned, IsoUsage } from '@tonle/door';
import { instantOf, type Return } from '@tonle/iso20022';
import { amountText, amountToJson } from '@tonle/money';
import {
  refundContentHash,
  refundInstruction,
  type AskedRefund,
  type InboundFound,
  type LegAnswer,
  type RefundMessage,
} from '@tonle/network';
import { messageIdOf } from './message.js';

const REMITTANCE_MAX = 140;
const SKEW_MS_MAX = 30_000;

/**
 * A pacs.004 about a leg that has not been accepted, or of a network whose profile has no returns: evidence. It contradicts an
 * acceptance, before or after it: a payment that is final stays so, and people see what came back and why. Pure and total.
 */
export function readReturn(told: Return, command: Pick<LegCommand, 'legKey' | 'uetr'>): LegAnswer {
  const { originalUetr, originalMessageId, returnedAmount, reason, reasonText = [] } = told;
  if (originalUetr !== undefined && originalUetr !== command.uetr)
    return { kind: 'ambiguous', because: 'a return of another payment' };
  if (originalMessageId !== messageIdOf(command.legKey))
    return { kind: 'ambiguous', because: 'a return of another message' };
  const what = `returned ${amountText(returnedAmount)}`;
  const why = whyOf({ reason, reasonText });
  return {
    kind: 'conflicting',
    reasonText: shortenedText(why === '' ? what : `${what}: ${why}`, REASON_TEXT_MAX),
  };
}

/** A pacs.004 about a leg that was accepted: what it gives back. */
export function refundIn({
  originalMessageId,
  originalTransactionId,
  returnedAmount,
  reason,
}: Return): AskedRefund {
  return {
    externalRef: originalMessageId ?? originalTransactionId ?? '',
    amount: amountToJson(returnedAmount),
    fault: refundFaultOf(reason),
  };
}

/** How returns are taken as refunds: each once by its own id. */
export function inboundReturns(
  acceptanceMs: number,
): NonNullable<IsoUsage<InboundFound, InboundOutcome>['returns']> {
  return {
    key: (message) => ({
      messageId: idOf(message),
      contentHash: refundContentHash({ messageId: idOf(message), refund: refundIn(message) }),
    }),
    instruct: (asked, found, stamp) => {
      const { originalUetr } = asked.message;
      if (
        originalUetr !== undefined &&
        found.refund !== undefined &&
        found.refund.original.uetr !== originalUetr
      )
        return refused('original_unknown', 'The UETR is that of another payment.');
      const made = refundInstruction(refundMessage(asked, acceptanceMs, stamp.nowMs), found, stamp);
      return made.kind === 'refused'
        ? made
        : { kind: 'ok', instruction: { ...made.instruction, messageVersion: asked.version } };
    },
  };
}

function refundMessage(asked: IsoReturned, acceptanceMs: number, nowMs: number): RefundMessage {
  const { message } = asked;
  const sentMs = instantOf(message.createdAt, 0);
  // One from the future has a clock that is wrong: it says nothing of when it was sent.
  const isKnown = sentMs !== undefined && sentMs <= nowMs + SKEW_MS_MAX;
  const why = whyOf(message);
  return {
    dialect: 'iso20022',
    messageId: idOf(message),
    endToEndId: message.originalEndToEndId ?? 'NOTPROVIDED',
    transactionId: idOf(message),
    refund: refundIn(message),
    ...(why !== '' && { remittance: plainText(why, REMITTANCE_MAX) }),
    ...(isKnown && { sentMs, acceptanceMs }),
    message: asked,
  };
}

function idOf({ returnId, messageId }: Return): string {
  return returnId ?? messageId;
}

/** The reason, and its words. */
function whyOf({ reason, reasonText = [] }: Pick<Return, 'reason' | 'reasonText'>): string {
  return [reason, ...reasonText].filter((text) => text !== undefined && text !== '').join(' ');
}
