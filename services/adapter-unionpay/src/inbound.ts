import { hash } from 'node:crypto';
import { refused } from '@tonle/contracts';
import { maskCard, readQr } from '@tonle/emvqr';
import { amountFromJson, formatRate, rateBetween, type AmountJson } from '@tonle/money';
import {
  inboundMessages,
  quotedInstruction,
  refundContentHash,
  refundInstruction,
  type Inbound,
  type InboundCodes,
  type InboundFound,
  type InboundLegs,
  type InboundRoute,
  type ReadSealed,
} from '@tonle/network';
import {
  amountIn,
  DONE,
  drawingRoutes,
  drawnNotice,
  fromBeijingTime,
  legKeyOfMessageId,
  NOT_PROVIDED,
  partOf,
  type QrcMessage,
  qrcReply,
  readQrc,
  readRefund,
  SETTLEMENT,
  termsOf,
  textOf,
  unclearRefund,
  writeQrcAmount,
} from '@tonle/network-upi';
import { ANSWERS, CODES } from './codes.js';
import { readPaymentStatus } from './rail.js';
import type { UnionPaySettings } from './settings.js';

// What UnionPay sends us: questions about our codes, payments of its card holders, what its merchants draw on our payers' codes and
// what they give back, questions about these, and what became of ours. Answers repeat the head of their message.

const NAME = 'unionpay-qrc';
/** A payment that was accepted longer ago is refused, so that a "not found" stays true. */
const ACCEPTANCE_MS = 60_000;
const CARD_HOLDER = 'UnionPay card holder';
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** A message with the bytes that it came in. */
type QrcAsked = QrcMessage & { readonly raw: Parameters<InboundCodes['read']>[0] };

/** Reads what names the payer, where it is encrypted for us. */
interface Reader {
  readonly institution: string;
  readonly readSealed: ReadSealed;
}

/** The paths at which UnionPay finds us. */
export function unionPayInbound(
  { institution, listener }: Pick<UnionPaySettings, 'institution' | 'listener'>,
  readSealed: ReadSealed,
): Inbound {
  const reader = { institution, readSealed };
  const { additionalProcessing, debitTransaction, resultInquiry } = drawingRoutes(ANSWERS);
  return {
    listener,
    routes: {
      '/unionpay/orderverify': orderVerify,
      '/unionpay/credittransaction': messages('CREDIT_TRANSACTION', reader),
      '/unionpay/additionalprocessing': additionalProcessing,
      '/unionpay/debittransaction': debitTransaction,
      '/unionpay/cancellation': messages('CANCELLATION', reader),
      '/unionpay/refund': messages('REFUND', reader),
      '/unionpay/trxresultinquiry': messages('TRX_RESULT_INQUIRY', reader, resultInquiry),
      '/unionpay/trxresultnotification': messages('TRX_RESULT_NOTIFICATION', reader),
    },
    notice: drawnNotice(ANSWERS, CODES.responses, institution),
  };
}

/** ORDER_VERIFY: who is behind a code of ours, and what its amount is in the currency that is settled. */
const orderVerify: InboundCodes = {
  kind: 'codes',
  operation: 'ORDER_VERIFY',
  read: ({ bytes }) => {
    const read = readQrc(bytes);
    const qrText = read === undefined ? undefined : textOf(read.trxInfo, 'mpqrcPayload');
    if (read === undefined || qrText === undefined || qrText.length > 512)
      return refused('schema_invalid', 'trxInfo.mpqrcPayload is missing.');
    const amount = amountIn(read.trxInfo, 'trx');
    if (amount === undefined && textOf(read.trxInfo, 'trxAmt') !== undefined)
      return refused('schema_invalid', 'trxInfo.trxAmt is no amount of trxCurrency.');
    if (!isForUnionPay(qrText))
      return refused('qr_not_served', 'The code has no account of UnionPay (tag 15).');
    const billingAmount = amountIn(read.trxInfo, 'bill');
    return { kind: 'ok', qrText, amount, partnerTerms: billingAmount && { billingAmount } };
  },
  write: ({ payee, quote }, { bytes }) => {
    const { amount: trxAmt, numeric: trxCurrency } =
      quote === undefined ? { amount: undefined, numeric: undefined } : written(quote.target);
    const settled = quote === undefined ? undefined : written(quote.source);
    return qrcReply(readQrc(bytes)!, DONE, 'Approved', {
      txnID: quote?.quoteId,
      merchantName: payee.displayName,
      trxAmt,
      trxCurrency: trxCurrency ?? written({ currency: payee.currency, minor: '100' }).numeric,
      settAmt: settled?.amount,
      settCurrency: settled?.numeric,
      settConvRate: quote === undefined ? undefined : rateText(quote.target, quote.source),
    });
  },
  refuse: (refusal, { bytes }) => ANSWERS.refusal(readQrc(bytes), refusal),
};

/** Codes in dollars can have no tag 15 (KHQR): that UnionPay asks about one says enough. What is unreadable is refused later. */
function isForUnionPay(qrText: string): boolean {
  const code = readQr(qrText, 0);
  if (code.kind !== 'read' || code.currency === SETTLEMENT) return true;
  return code.accounts.some(({ scheme }) => scheme === 'UNIONPAY');
}

function messages(msgType: string, reader: Reader, elsewhere?: InboundLegs): InboundRoute {
  return inboundMessages<QrcAsked>({
    dialect: {
      name: NAME,
      read: (raw) => {
        const read = readQrc(raw.bytes);
        if (read?.msgInfo.msgType !== msgType)
          return { kind: 'unreadable', reason: 'schema_invalid', errors: [] };
        return understood({ ...read, raw }, reader);
      },
      instruct: (asked, found, stamp) => {
        const refund = refundIn(asked, reader);
        return refund === undefined
          ? quotedInstruction(paymentOf(asked, found, reader), asked.raw, found, stamp, ACCEPTANCE_MS)
          : refundInstruction(refund, found, stamp);
      },
      write: (said, asked) => {
        switch (said.kind) {
          case 'taken':
            return ANSWERS.standing(asked, ANSWERS.ofTaken(said));
          case 'refused':
            return ANSWERS.refundRefusal(asked, said, refundIn(asked, reader)?.refund.callsOff === true);
          case 'unknown':
            return ANSWERS.unknown(asked);
          default:
            return ANSWERS.received(asked);
        }
      },
      writeUnreadable: () => ANSWERS.unreadable(),
    },
    operation: msgType,
    elsewhere,
    subjectOf: ({ msgInfo, trxInfo }) =>
      (msgType.startsWith('TRX_RESULT') ? textOf(trxInfo, 'origMsgID') : undefined) ?? msgInfo.msgID,
    refundOf: (asked) => refundIn(asked, reader)?.refund,
    quoteIdOf: ({ trxInfo }) => {
      const quoteId = textOf(trxInfo, 'txnID') ?? '';
      return UUID.test(quoteId) ? quoteId : undefined;
    },
    // What is given back says nothing of the leg that it names: it is a refund, or comes again.
    legKeyOf: ({ msgInfo, trxInfo }) =>
      msgInfo.msgType === 'TRX_RESULT_NOTIFICATION'
        ? legKeyOfMessageId(reader.institution, textOf(trxInfo, 'origMsgID') ?? '')
        : undefined,
    readLeg: ({ trxInfo }, command) =>
      readPaymentStatus(trxInfo, command, textOf(trxInfo, 'origMsgID') ?? ''),
  });
}

/** An instruction is the same when all of its fields are; when it was sent again is not among them. */
function understood(asked: QrcAsked, reader: Reader) {
  const { msgInfo, trxInfo } = asked;
  const messageId = msgInfo.msgID;
  switch (msgInfo.msgType) {
    case 'TRX_RESULT_INQUIRY':
      return { kind: 'question', asked, about: { messageId: textOf(trxInfo, 'origMsgID') ?? '' } } as const;
    case 'TRX_RESULT_NOTIFICATION':
      return { kind: 'call_back', asked } as const;
    default: {
      const refund = refundIn(asked, reader);
      const contentHash = refund === undefined ? contentHashOf(asked) : refundContentHash(refund);
      const refusal = refund && unclearRefund(asked, refund);
      return { kind: 'instruction', asked, key: { messageId, contentHash }, refusal } as const;
    }
  }
}

function refundIn(asked: QrcAsked, { institution }: Reader) {
  return readRefund(asked, asked.raw, { dialect: NAME, acceptanceMs: ACCEPTANCE_MS, institution });
}

function contentHashOf({ msgInfo, trxInfo }: QrcMessage): Buffer {
  return Buffer.from(hash('sha256', JSON.stringify([msgInfo.msgType, trxInfo]), 'hex'), 'hex');
}

function paymentOf(asked: QrcAsked, { corridor }: InboundFound, { readSealed }: Reader) {
  const { msgInfo, trxInfo } = asked;
  const sealed = textOf(trxInfo, 'debitAccountInfo');
  const holder = parsed(sealed === undefined ? undefined : readSealed(sealed));
  const key = partOf(trxInfo, 'settlementKey');
  const account = textOf(trxInfo, 'token') ?? maskCard(textOf(holder, 'pan') ?? 'unknown');
  return {
    dialect: NAME,
    messageId: msgInfo.msgID,
    contentHash: contentHashOf(asked),
    endToEndId: textOf(trxInfo, 'retrivlRefNum') ?? NOT_PROVIDED,
    transactionId: textOf(key, 'systemTraceAuditNumber'),
    source: amountIn(trxInfo, 'sett'),
    target: amountIn(trxInfo, 'trx'),
    debtor: {
      // Who is screened: a blank is nobody.
      name: textOf(holder, 'name')?.trim() || CARD_HOLDER,
      account,
      accountType: 'TOKEN',
      country: textOf(holder, 'country') ?? corridor.partner.countries[0]!,
    },
    acceptedMs: fromBeijingTime(msgInfo.timeStamp),
    partnerTerms: termsOf(trxInfo),
  };
}

function parsed(text: string | undefined): Readonly<Record<string, unknown>> {
  try {
    return (JSON.parse(text ?? '{}') as Record<string, unknown> | null) ?? {};
  } catch {
    return {};
  }
}

function written(value: AmountJson) {
  return writeQrcAmount(amountFromJson(value));
}

/** What is settled for one unit of the payee's currency. */
function rateText(from: AmountJson, to: AmountJson): string {
  return formatRate(rateBetween(amountFromJson(from), amountFromJson(to), 10));
}
