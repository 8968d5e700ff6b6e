import { plainText, refused, type Customer, type InboundOutcome } from '@tonle/contracts';
import {
  contentHashOf,
  inboundResult,
  newestOf,
  paysNothing,
  quotedInstruction,
  type InboundFound,
  type MessageDialect,
  type PaymentByQuote,
  type RawMessage,
  type Reading,
  type Reply,
  type Taken,
} from '@tonle/network';
import {
  errorCodeOf,
  errorReply,
  fulfilmentOf,
  readFspiop,
  readPath,
  refusalReply,
  reply,
  transfersPost,
} from '@tonle/network-fspiop';
import { quoteOfPacket } from './quotes.js';
import type { RwandaSettings } from './settings.js';

// Transfers to our payees: the switch holds the payer's money until the transfer expires, and moves it for our fulfilment.

const NAME = 'fspiop';
const ANSWER_UNDER_WAY: Reply = { status: 202, contentType: 'application/json', body: '' };
const NAME_MAX = 140;
const ACCOUNT_MAX = 99;
const NO_REASON = 'MS03';
const NO_QUOTE = 'No quote of ours has this packet and condition.';

export interface AskedTransfer extends PaymentByQuote {
  readonly quoteId: string | undefined;
  readonly message: RawMessage;
}

type Dialect<Asked> = MessageDialect<Asked, InboundFound, InboundOutcome>;

/** How a payment stands, as its payer's side is told; while it is open there is nothing to tell. */
export function standing(taken: Taken<InboundOutcome>, secret: Uint8Array): Reply {
  const { state, isoReason = NO_REASON } = inboundResult(taken);
  if (state === 'open') return ANSWER_UNDER_WAY;
  if (state === 'refused') return errorReply(errorCodeOf(isoReason));
  const fulfilment = fulfilmentOf(taken.request.submit.quoteId, secret);
  const completedTimestamp = newestOf(taken)?.at;
  return reply({ fulfilment, completedTimestamp, transferState: 'COMMITTED' });
}

/** `POST /transfers` */
export function transferDialect({ secret }: RwandaSettings): Dialect<AskedTransfer> {
  return {
    ...answers(secret),
    read: (message) => readTransfer(message, secret),
    instruct: (asked, found, stamp) =>
      quotedInstruction(asked, asked.message, found, stamp, (asked.expiresMs ?? 0) - asked.acceptedMs),
  };
}

/** `GET /transfers/{ID}` */
export function enquiryDialect({ secret }: RwandaSettings): Dialect<{ readonly messageId: string }> {
  return {
    ...answers(secret),
    read: ({ path = '' }) => {
      const messageId = readPath(path)?.parts[0] ?? '';
      return { kind: 'question', asked: { messageId }, about: { messageId } };
    },
    instruct: paysNothing,
  };
}

function answers(secret: Uint8Array): Pick<Dialect<unknown>, 'name' | 'write' | 'writeUnreadable'> {
  return {
    name: NAME,
    write: (said) => {
      switch (said.kind) {
        case 'taken':
          return standing(said, secret);
        case 'unknown':
          return errorReply('3208');
        case 'refused':
          return refusalReply(said);
        default:
          throw new Error(`${said.kind} is no answer of ${NAME}`);
      }
    },
    writeUnreadable: refusalReply,
  };
}

function readTransfer(message: RawMessage, secret: Uint8Array): Reading<AskedTransfer> {
  const read = readFspiop(transfersPost, message.bytes);
  if (read.kind !== 'ok') return { kind: 'unreadable', reason: 'schema_invalid', errors: [] };
  const { transferId, payerFsp, amount, ilpPacket, condition, expiration } = read.body;
  const quote = quoteOfPacket(ilpPacket, condition, secret);
  const contentHash = contentHashOf([transferId, payerFsp, amount, ilpPacket, condition, expiration]);
  const asked: AskedTransfer = {
    dialect: NAME,
    message,
    messageId: transferId,
    contentHash,
    endToEndId: transferId.replaceAll('-', ''),
    // Whom its end is told.
    transactionId: payerFsp,
    quoteId: quote?.quoteId,
    source: amount,
    debtor: payerOf(quote?.payer, payerFsp),
    ...(quote?.note !== undefined && { remittance: plainText(quote.note, NAME_MAX) }),
    acceptedMs: Date.parse(String(message.headers['date'])),
    expiresMs: Date.parse(expiration),
  };
  const key = { messageId: transferId, contentHash };
  const refusal = quote === undefined ? refused('quote_unknown', NO_QUOTE) : undefined;
  return { kind: 'instruction', asked, key, ...(refusal !== undefined && { refusal }) };
}

function payerOf(
  payer: NonNullable<ReturnType<typeof quoteOfPacket>>['payer'] | undefined,
  payerFsp: string,
): Customer {
  const { partyIdType = 'FSP', partyIdentifier = payerFsp } = payer?.partyIdInfo ?? {};
  const account = plainText(partyIdentifier, ACCOUNT_MAX).trim() || payerFsp;
  return {
    // Who is screened: a blank is nobody.
    name: plainText(payer?.name ?? '', NAME_MAX).trim() || account,
    account,
    accountType: partyIdType === 'MSISDN' ? 'MBNO' : partyIdType,
  };
}
