import { plainText, type LegCommand } from '@tonle/contracts';
import type {
  AgreedTerms,
  AskedLeg,
  LegAnswer,
  PreparedLeg,
  Rail,
  WireReply,
  WireRequest,
} from '@tonle/network';
import {
  correlationIdOf,
  idPath,
  keyOfPath,
  question,
  quotesPut,
  readFspiop,
  readIlpPacket,
  readTransferAnswer,
  saidBy,
  writeMoney,
  type Said,
} from '@tonle/network-fspiop';
import { lookup, partyIdOf, partySaid } from './payees.js';
import type { RwandaSettings } from './settings.js';

const WRONG_AMOUNT = 'AM09';
const NO_REASON = 'MS03';
const NOTE_MAX = 128;

type Unsent = Extract<LegAnswer, { kind: 'rejected' | 'not_sent' }>;

/** Pays by quote and transfer. What comes after its expiry the switch refuses, so that its not-found is final. */
export function rwandaRail({ sendMs, quoteMs, hub, signature: { fspId } }: RwandaSettings): Rail {
  return {
    legs: ['credit'],
    notFoundIsFinal: true,
    refusesRepeats: false,
    sendMs,
    terms: {
      askMs: quoteMs,
      ask: ({ command }) => lookup(command.creditor),
      read: (reply, leg, earlier) =>
        earlier.length === 0 ? quoteOf(reply, leg, fspId) : termsOf(reply, leg, earlier[0]!, hub),
    },
    // All that the command says of it: the quote, without whom the scheme finds for it.
    prepare: (command) => ({
      command,
      externalRef: correlationIdOf(command.paymentId, 'transfer'),
      bytes: Buffer.from(JSON.stringify(quoteBody(command, fspId))),
    }),
    send: (leg) => transfer(leg, fspId),
    enquire: ({ externalRef, terms }) =>
      terms === undefined
        ? // Terms stand before the first byte: nothing was sent.
          { kind: 'not_found' }
        : question({ ...transferQuestion(externalRef), method: 'GET', destination: terms['fsp'] }),
    read: (reply, leg, asked) => readTransferAnswer(saidBy(reply, [hub, leg.terms?.['fsp']]), leg, asked),
  };
}

/** A quote, as far as the command says it. */
function quoteBody(command: LegCommand, fspId: string, payeeFsp?: string): object {
  const { paymentId, creditor, debtor, amount, sendBefore, remittance } = command;
  return {
    quoteId: correlationIdOf(paymentId, 'quote'),
    transactionId: correlationIdOf(paymentId, 'transaction'),
    payee: {
      partyIdInfo: { ...partyIdOf(creditor), ...(payeeFsp !== undefined && { fspId: payeeFsp }) },
      name: plainText(creditor.name, NOTE_MAX),
    },
    payer: {
      partyIdInfo: { partyIdType: 'ALIAS', partyIdentifier: debtor.account, fspId },
      name: plainText(debtor.name, NOTE_MAX),
    },
    amountType: 'RECEIVE',
    amount: writeMoney(amount),
    transactionType: {
      scenario: creditor.accountType === 'BUSINESS' ? 'PAYMENT' : 'TRANSFER',
      initiator: 'PAYER',
      initiatorType: 'CONSUMER',
    },
    ...(remittance !== undefined && { note: plainText(remittance, NOTE_MAX) }),
    expiration: sendBefore,
  };
}

/** Numbers move between FSPs: the payee is found anew, and quoted by whoever has it now. */
function quoteOf(reply: WireReply, { command }: AskedLeg, fspId: string): WireRequest | Unsent {
  const said = partySaid(reply, command.creditor);
  if (said.kind !== 'party') return unsent(said, 'parties');
  const quoteId = correlationIdOf(command.paymentId, 'quote');
  return question({
    method: 'POST',
    resource: 'quotes',
    path: '/quotes',
    destination: said.fsp,
    body: quoteBody(command, fspId, said.fsp),
    answeredAt: keyOfPath(idPath('quotes', quoteId)),
  });
}

/** Total. Terms that move or pay another amount than commanded are refused by name. */
function termsOf(
  reply: WireReply,
  { command }: AskedLeg,
  party: WireReply,
  hub: string,
): AgreedTerms | Unsent {
  const found = partySaid(party, command.creditor);
  if (found.kind !== 'party') return unsent(found, 'parties');
  const said = saidBy(reply, [hub, found.fsp]);
  if (said.kind !== 'body') return unsent(said, 'quotes');
  const read = readFspiop(quotesPut, said.bytes);
  if (read.kind !== 'ok') return { kind: 'not_sent', because: `quotes: ${read.detail}` };
  const { transferAmount, payeeReceiveAmount = transferAmount, ilpPacket, condition } = read.body;
  const packet = readIlpPacket(ilpPacket);
  if (packet.kind !== 'ok') return { kind: 'not_sent', because: `quotes: ilpPacket: ${packet.detail}` };
  const { amount } = command;
  const others = [transferAmount, payeeReceiveAmount].filter(
    ({ currency, minor }) => currency !== amount.currency || BigInt(minor) !== BigInt(amount.minor),
  );
  if (others.length > 0 || packet.packet.amount !== BigInt(amount.minor))
    return refusedTerms('the quote is for another amount than the payment: a fee, or another currency');
  if (packet.packet.form === 'prepare' && packet.packet.condition !== condition)
    return refusedTerms('the quote has one condition, its packet another');
  return { kind: 'agreed', terms: { fsp: found.fsp, ilpPacket, condition } };
}

function refusedTerms(reasonText: string): Unsent {
  return { kind: 'rejected', reason: WRONG_AMOUNT, reasonText };
}

/** Nothing was sent: what is refused is so for good, all else is asked again while there is time. */
function unsent(said: Exclude<Said, { kind: 'body' }>, what: string): Unsent {
  if (said.kind !== 'error') return { kind: 'not_sent', because: `${what}: ${said.because}` };
  const { code, meaning } = said;
  if (meaning === undefined || meaning.means === 'ambiguous')
    return { kind: 'not_sent', because: `${what}: error ${code}` };
  return { kind: 'rejected', reason: meaning.iso ?? NO_REASON, reasonText: `${what}: error ${code}` };
}

function transferQuestion(externalRef: string) {
  const path = idPath('transfers', externalRef);
  return { resource: 'transfers', path, answeredAt: keyOfPath(path) } as const;
}

/** What is agreed, moved until the time by which it has to leave: later the switch aborts it. */
function transfer({ command, externalRef, terms = {} }: PreparedLeg, fspId: string): WireRequest {
  const { amount, sendBefore } = command;
  const { fsp, ilpPacket, condition } = terms;
  return question({
    ...transferQuestion(externalRef),
    method: 'POST',
    path: '/transfers',
    destination: fsp,
    body: {
      transferId: externalRef,
      payeeFsp: fsp,
      payerFsp: fspId,
      amount: writeMoney(amount),
      ilpPacket,
      condition,
      expiration: sendBefore,
    },
  });
}
