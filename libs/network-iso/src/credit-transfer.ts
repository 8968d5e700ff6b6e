import type { Customer, LegCommand } from '@tonle/contracts';
import type { Agent, CustomerPayment } from '@tonle/iso20022';
import { amountFromJson } from '@tonle/money';
import type { LegRefusal, Parties, PreparedLeg } from '@tonle/network';
import { onWire } from './account.js';
import { agentOf, messageIdOf, ownAgent, writeMessage, type Speaker } from './message.js';

const MINUTE_MS = 60_000;
/** An agent that nobody can name. */
export const AGENT_REFUSED: LegRefusal = {
  kind: 'refused',
  reason: 'RC04',
  reasonText: 'an agent is not in the directory',
};

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
  if (payer === undefined || network === undefined) return AGENT_REFUSED;
  const own = ownAgent(speaker);
  const message = creditTransfer(command, { payer, network, own }, speaker.profile);
  const { versions } = speaker.profile;
  const ends = { from: own, to: network };
  return {
    command,
    externalRef: message.messageId,
    bytes: writeMessage(message, versions.payment, ends, message.createdAt, speaker.profile),
  };
}

function creditTransfer(
  command: LegCommand,
  agents: { readonly payer: Agent; readonly network: Agent; readonly own: Agent },
  profile: Speaker['profile'],
): CustomerPayment {
  const messageId = messageIdOf(command.legKey);
  const acceptedAt = new Date(command.acceptedAt).toISOString();
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
    settlementDate: localDayOf(acceptedAt, profile),
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

/** The day there on which a payment was accepted. */
export function localDayOf(acceptedAt: string, { utcOffsetMinutes }: Speaker['profile']): string {
  return new Date(Date.parse(acceptedAt) + utcOffsetMinutes * MINUTE_MS).toISOString().slice(0, 10);
}

function partyOf(customer: Customer): CustomerPayment['debtor'] {
  const { name, country, town } = customer;
  return country === undefined && town === undefined ? { name } : { name, address: { country, town } };
}
