import type { LegCommand, RefundedPayment } from '@tonle/contracts';
import type { Return } from '@tonle/iso20022';
import { amountFromJson } from '@tonle/money';
import type { LegRefusal, Parties, PreparedLeg } from '@tonle/network';
import { AGENT_REFUSED, localDayOf } from './credit-transfer.js';
import { agentOf, namesOf, ownAgent, writeMessage, type Speaker } from './message.js';
import type { IsoProfile } from './profile.js';

/** Of AddtlInf. */
const INFORMATION_MAX = 105;

/**
 * Makes the pacs.004 of a credit leg that gives a payer there its money back, in whole or in part. Everything in it comes from
 * the command, so every attempt has the same bytes (I11). Pure.
 */
export function prepareReturn(
  command: LegCommand,
  original: RefundedPayment,
  parties: Parties,
  speaker: Speaker,
  returns: NonNullable<IsoProfile['returns']>,
): PreparedLeg | LegRefusal {
  const network = agentOf(parties.creditorAgent, speaker);
  if (network === undefined) return AGENT_REFUSED;
  const { profile } = speaker;
  const own = ownAgent(speaker);
  const { messageId, uetr, endToEndId } = namesOf(command);
  const createdAt = new Date(command.acceptedAt).toISOString();
  const message: Return = {
    kind: 'return',
    messageId,
    createdAt,
    returnId: messageId,
    settlementMethod: profile.transfer.settlementMethod,
    originalMessageId: original.messageId,
    originalMessageName: profile.versions.payment,
    originalEndToEndId: endToEndId,
    originalUetr: uetr,
    originalSettlementAmount: amountFromJson(original.source),
    returnedAmount: amountFromJson(command.amount),
    settlementDate: localDayOf(createdAt, profile),
    chargeBearer: profile.transfer.chargeBearer,
    instructingAgent: own,
    instructedAgent: network,
    reason: returns.reason,
    reasonText: informationOf(command.remittance),
  };
  const bytes = writeMessage(message, returns.version, { from: own, to: network }, createdAt, profile);
  return { command, externalRef: messageId, bytes };
}

/** In as many lines as it takes. */
function informationOf(text = ''): readonly string[] {
  const characters = [...text];
  const count = Math.ceil(characters.length / INFORMATION_MAX);
  return Array.from({ length: count }, (_, index) =>
    characters.slice(index * INFORMATION_MAX, (index + 1) * INFORMATION_MAX).join(''),
  );
}
