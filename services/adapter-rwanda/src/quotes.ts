import type { InboundCodes, RawMessage } from '@tonle/network';
import {
  conditionOf,
  errorReply,
  fulfilmentOf,
  quotesPost,
  readFspiop,
  readIlpPacket,
  readPath,
  refusalReply,
  reply,
  textOfExtensions,
  transaction,
  writeIlpPacket,
  writeMoney,
  type FspiopParty,
} from '@tonle/network-fspiop';
import type { RwandaSettings } from './settings.js';

// What we are asked as the FSP of payees: who they are, and at what price they are paid. Our convention: a payee is an account of
// Bakong, and a KHQR code goes with the quote, in extensions.

/** Under which a quote has the text of the scanned code: `khqr-1`, `khqr-2` and so on. */
const CODE = 'khqr';
/** Under which a packet has the id of our quote. */
const QUOTE = 'tonleQuote';

/** `GET /parties/{Type}/{ID}`: the account of a payee of ours, by whichever type. */
export function partiesRoute(fspId: string): InboundCodes {
  return {
    kind: 'codes',
    operation: 'GET parties',
    unpriced: true,
    read: (message) => ({ kind: 'ok', account: partyOf(message).partyIdentifier }),
    write: ({ payee }, message) =>
      reply({ party: { partyIdInfo: { ...partyOf(message), fspId }, name: payee.displayName } }),
    refuse: refusalReply,
  };
}

/** `POST /quotes`: what we take for it, and the condition under which. */
export function quotesRoute({ signature: { fspId, keysOfFsps }, secret }: RwandaSettings): InboundCodes {
  return {
    kind: 'codes',
    operation: 'POST quotes',
    read: (message) => {
      const { amount, payee, extensionList } = quoteIn(message);
      const qrText = textOfExtensions(CODE, extensionList);
      return {
        kind: 'ok',
        amount,
        ...(qrText === undefined ? { account: payee.partyIdInfo.partyIdentifier } : { qrText }),
      };
    },
    write: ({ quote, payee: found }, message) => {
      if (quote === undefined) throw new Error('a quote names its amount, so it has a price');
      const { quoteId, source, target, expiresAt } = quote;
      const asked = quoteIn(message);
      const payee = { ...asked.payee, name: found.displayName };
      const condition = conditionOf(fulfilmentOf(quoteId, secret));
      const content = {
        transactionId: asked.transactionId,
        quoteId: asked.quoteId,
        payee,
        payer: asked.payer,
        amount: writeMoney(source),
        transactionType: asked.transactionType,
        note: asked.note,
        extensionList: { extension: [{ key: QUOTE, value: quoteId }] },
      };
      const packet = {
        amount: BigInt(source.minor),
        destination: `g.${keysOfFsps}.${fspId}`.toLowerCase(),
        transaction: JSON.stringify(content),
      };
      return reply({
        transferAmount: writeMoney(source),
        payeeReceiveAmount: writeMoney(target),
        expiration: new Date(expiresAt).toISOString(),
        ilpPacket: writeIlpPacket(packet, { expiresAt: Date.parse(expiresAt), condition }),
        condition,
      });
    },
    refuse: refusalReply,
  };
}

/** `GET /quotes/{ID}` of one that was never given, or is long over. */
export const lostQuotesRoute: InboundCodes = {
  kind: 'codes',
  operation: 'GET quotes',
  read: () => ({ kind: 'refused', reason: 'quote_unknown' }),
  write: () => errorReply('3205'),
  refuse: () => errorReply('3205'),
};

/** What a packet of ours says of its quote; undefined for one that we have not made under this condition. */
export function quoteOfPacket(
  ilpPacket: string,
  condition: string,
  secret: Uint8Array,
): { readonly quoteId: string; readonly payer: FspiopParty; readonly note?: string } | undefined {
  const read = readIlpPacket(ilpPacket);
  if (read.kind !== 'ok') return undefined;
  const content = readFspiop(transaction, Buffer.from(read.packet.transaction));
  if (content.kind !== 'ok') return undefined;
  const { extensionList, payer, note } = content.body;
  const quoteId = extensionList?.extension.find(({ key }) => key === QUOTE)?.value;
  if (quoteId === undefined || conditionOf(fulfilmentOf(quoteId, secret)) !== condition) return undefined;
  return { quoteId, payer, ...(note !== undefined && { note }) };
}

function quoteIn({ bytes }: RawMessage) {
  const read = readFspiop(quotesPost, bytes);
  // What cannot be read has got no receipt.
  if (read.kind !== 'ok') throw new Error('a quote is read before its receipt');
  return read.body;
}

function partyOf({ path = '' }: RawMessage): {
  readonly partyIdType: string;
  readonly partyIdentifier: string;
} {
  const [partyIdType = '', partyIdentifier = ''] = readPath(path)?.parts ?? [];
  return { partyIdType, partyIdentifier };
}
