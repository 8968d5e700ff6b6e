import type { Customer, LegCommand } from '@tonle/contracts';
import type { Agent, CustomerPayment } from '@tonle/iso20022';
import { amountFromJson } from '@tonle/money';
import type { LegRefusal, Parties, PreparedLeg } from '@tonle/network';
import { onWire } from './account.js';
import { agentOf, messageIdOf, ownAgent, writeMessage, type Speaker } from './message.js';

const MINUTE_MS = 60_000;
/** An agent that nobody can name. */
const AGENT_UNKNOWN = 'RC04';

/**
 * Makes the pacs.008 of a credit leg. Everything in it comes from the command, so every attempt has the same bytes (I11).
 * Pure.
 */
export function prepareCredit(
  command: LegCommand,
  parties: Parties,
  speaker: Speaker,
): PreparedLeg | LegRefusal {
  const payer = agentOf(parties.debtorAgent, speaker);
  const network = agentOf(parties.creditorAgent, speaker);
  if (payer === undefined || network === undefined)
    return { kind: 'refused', reason: AGENT_UNKNOWN, reasonText: 'an agent is not in the directory' };
  const own = ownAgent(speaker);
  const message = creditTransfer(command, { payer, network, own }, speaker.profile);
  const { versions } = speaker.profile;
  const ends = { from: own, to: network };
  return {
    command,
    externalRef: message.messageId,
    bytes: writeMessage(message, versions.payment, ends, message.createdAt),
  };
}

function creditTransfer(
  command: LegCommand,
  agents: { readonly payer: Agent; readonly network: Agent; readonly own: Agent },
  profile: Speaker['profile'],
): CustomerPayment {
  const messageId = messageIdOf(command.legKey);
  const acceptedMs = Date.parse(command.acceptedAt);
  const acceptedAt = new Date(acceptedMs).toISOString();
  const localTime = new Date(acceptedMs + profile.utcOffsetMinutes * MINUTE_MS).toISOString();
  const { settlementMethod, chargeBearer } = profile.transfer;
  const payee = onWire(command.creditor, profile);
  return {
    kind: 'payment',
    messageId,
    createdAt: acceptedAt,
    instructionId: messageId,
    endToEndId: command.endToEndId,
    transactionId: messageId,
    uetr: command.uetr,
    settlementMethod,
    settlementAmount: amountFromJson(command.amount),
    settlementDate: localTime.slice(0, 10),
    acceptedAt,
    instructedAmount: amountFromJson(command.otherAmount),
    exchangeRate: command.rate,
    chargeBearer,
    instructingAgent: agents.own,
    instructedAgent: agents.network,
    debtor: partyOf(command.debtor),
    debtorAccount: { id: command.debtor.account },
    debtorAgent: agents.payer,
    creditorAgent: payee.bank ?? agents.network,
    creditor: partyOf(command.creditor),
    creditorAccount: payee.account,
    purpose: command.purpose,
    remittance: command.remittance,
  };
}

function partyOf(customer: Customer): CustomerPayment['debtor'] {
  const { name, country, town } = customer;
  return country === undefined && town === undefined ? { name } : { name, address: { country, town } };
}
