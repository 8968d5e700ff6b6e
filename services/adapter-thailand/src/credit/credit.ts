import type { Account, Payment, StatusRequest } from '@tonle/iso20022';
import { amountFromJson } from '@tonle/money';
import type { LegRefusal, OpenLeg, PreparedLeg } from '@tonle/network';
import type { Customer, LegCommand } from '@tonle/contracts';
import type { ParticipantBody } from '@tonle/directory';
import { PACS_008, PACS_028, writeToThai } from '../wire/messages.js';
import { messageIdOf } from './message-id.js';

const LOCAL_OFFSET_MS = 7 * 3_600_000;
/** Account types that are proxies of the Thai any-id platform. */
const PROXY_TYPES: ReadonlySet<string> = new Set(['MBNO', 'BIID', 'NIDN', 'EWLT']);

export interface Directory {
  participant(id: string): ParticipantBody | undefined;
}

/**
 * Makes the pacs.008 of a credit leg. Everything in it comes from the command, so every attempt has the same bytes
 * (I11). Only credits go this way: what the Thai side collects it secures itself. Pure.
 */
export function prepareCredit(
  command: LegCommand,
  directory: Directory,
  bic: string,
): PreparedLeg | LegRefusal {
  if (command.leg !== 'credit')
    return { kind: 'refused', reason: 'AG03', reasonText: `no ${command.leg} leg on this network` };
  const payer = directory.participant(command.debtorAgent)?.bic;
  const network = directory.participant(command.creditorAgent)?.bic;
  if (payer === undefined || network === undefined)
    return { kind: 'refused', reason: 'RC04', reasonText: 'an agent is not in the directory' };
  const message = creditTransfer(command, { payer, network, own: bic });
  const ends = { from: { bic }, to: { bic: network } };
  return {
    command,
    externalRef: message.messageId,
    bytes: writeToThai(message, PACS_008, ends, message.createdAt),
  };
}

function creditTransfer(
  command: LegCommand,
  agents: { payer: string; network: string; own: string },
): Payment {
  const messageId = messageIdOf(command.legKey);
  return {
    kind: 'payment',
    messageId,
    createdAt: utc(command.acceptedAt),
    instructionId: messageId,
    endToEndId: command.endToEndId,
    transactionId: messageId,
    uetr: command.uetr,
    settlementMethod: 'CLRG',
    settlementAmount: amountFromJson(command.amount),
    settlementDate: new Date(Date.parse(command.acceptedAt) + LOCAL_OFFSET_MS).toISOString().slice(0, 10),
    acceptedAt: utc(command.acceptedAt),
    instructedAmount: amountFromJson(command.otherAmount),
    exchangeRate: command.rate,
    chargeBearer: 'SLEV',
    instructingAgent: { bic: agents.own },
    instructedAgent: { bic: agents.network },
    debtor: partyOf(command.debtor),
    debtorAccount: { id: command.debtor.account },
    debtorAgent: { bic: agents.payer },
    creditorAgent: { bic: agents.network },
    creditor: partyOf(command.creditor),
    creditorAccount: accountOf(command.creditor),
    purpose: command.purpose,
    remittance: command.remittance,
  };
}

/** Asks for the status of a credit that was sent, or may have been. */
export function enquiryOf(leg: OpenLeg, network: string, bic: string, now: number): Buffer {
  const { command } = leg;
  const messageId = messageIdOf(leg.legKey);
  const createdAt = new Date(now).toISOString();
  const message: StatusRequest = {
    kind: 'status_request',
    messageId: `${messageId.slice(0, 28)}Q${leg.enquiries % 100_000}`,
    createdAt,
    originalMessageId: messageId,
    originalMessageName: PACS_008,
    originalEndToEndId: command.endToEndId,
    originalTransactionId: messageId,
    originalUetr: command.uetr,
    instructingAgent: { bic },
    instructedAgent: { bic: network },
  };
  return writeToThai(message, PACS_028, { from: { bic }, to: { bic: network } }, createdAt);
}

/** An account as the wire carries it: a proxy with its type, or a number. */
export function accountOf(customer: Pick<Customer, 'account' | 'accountType'>): Account {
  const { account, accountType } = customer;
  return PROXY_TYPES.has(accountType)
    ? { proxy: { type: accountType, id: account } }
    : { id: account, scheme: accountType };
}

function partyOf(customer: Customer): Payment['debtor'] {
  const { name, country, town } = customer;
  return country === undefined && town === undefined ? { name } : { name, address: { country, town } };
}

function utc(instant: string): string {
  return new Date(instant).toISOString();
}
