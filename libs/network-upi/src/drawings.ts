import {
  plainText,
  refused,
  TERMINAL_STATES,
  type InboundOutcome,
  type LegCommand,
  type Refusal,
} from '@tonle/contracts';
import type { AmountJson } from '@tonle/money';
import {
  meaningOfCode,
  type CodeTable,
  type Drawing,
  type InboundDrawings,
  type InboundLegs,
  type InboundNotice,
  type RawMessage,
  type StandingLeg,
  type StoredRequest,
  type WireRequest,
} from '@tonle/network';
import type { QrcAnswers } from './answers.js';
import { beijingTime, digitsOf, fromBeijingTime } from './message-id.js';
import { CODE_MS } from './payer-codes.js';
import {
  amountFields,
  amountIn,
  partOf,
  qrcQuestion,
  readQrc,
  readQrcAnswer,
  textOf,
  type QrcFields,
  type QrcMessage,
} from './qrc-message.js';
import { NOT_PROVIDED } from './refund-message.js';
import { SETTLEMENT, termsOf } from './terms.js';

// A till abroad scans the code of our payer: ADDITIONAL_PROCESSING has us take the payer's money, ADDITIONAL_PROCESSING_RESULT
// tells that we have it (CONTINUING) or do not (REJECTED), DEBIT_TRANSACTION takes it from us.

const NAME_MAX = 140;
const ID_DIGITS = 23;
/** The account of whoever is paid so: the message that asked for it. */
const DRAWN = 'ORDER';
const NOTICE_WAITS_MS = [0, 2_000, 5_000, 15_000, 30_000];

/** Is it the payment of what was drawn on a code? */
export function isDrawn({ creditor, refundOf }: Pick<LegCommand, 'creditor' | 'refundOf'>): boolean {
  return refundOf === undefined && creditor.accountType === DRAWN;
}

/** Paths at which UnionPay has codes of our payers paid: what each takes. */
export function drawingRoutes(answers: QrcAnswers) {
  const additionalProcessing: InboundDrawings = {
    kind: 'drawings',
    operation: 'ADDITIONAL_PROCESSING',
    endsLater: true,
    read: (message) => readDrawing(message),
    write: (drawn, _drawing, message) => answers.standing(readQrc(message.bytes)!, answers.ofDrawn(drawn)),
    refuse: (refusal, { bytes }) => answers.refusal(readQrc(bytes), refusal),
  };
  const debitTransaction: InboundLegs = {
    kind: 'legs',
    operation: 'DEBIT_TRANSACTION',
    read: (message) => originalOf(message, 'DEBIT_TRANSACTION'),
    says: (leg, message) => debitOf(leg, message),
    write: (leg, _ref, message) => answerDebit(answers, leg, readQrc(message.bytes)!),
    refuse: (refusal, { bytes }) => answers.refusal(readQrc(bytes), refusal),
  };
  const resultInquiry: InboundLegs = {
    kind: 'legs',
    operation: 'TRX_RESULT_INQUIRY',
    read: (message) => originalOf(message, 'TRX_RESULT_INQUIRY'),
    write: (leg, _ref, { bytes }) => {
      const asked = readQrc(bytes)!;
      return leg === undefined ? answers.unknown(asked) : answers.standing(asked, answers.ofLeg(leg));
    },
    writeDrawn: (drawn, _ref, { bytes }) => answers.standing(readQrc(bytes)!, answers.ofDrawn(drawn)),
  };
  return { additionalProcessing, debitTransaction, resultInquiry };
}

function readOf({ bytes }: RawMessage, msgType: string): QrcMessage | Refusal {
  const asked = readQrc(bytes);
  return asked?.msgInfo.msgType === msgType ? asked : refused('schema_invalid');
}

/** Of a debit, which has an id of its own, the voucher tells what it took; of a refund that never came it would tell the original. */
function originalOf(message: RawMessage, msgType: string) {
  const asked = readOf(message, msgType);
  if ('kind' in asked) return asked;
  const { trxInfo } = asked;
  const isDebit = textOf(trxInfo, 'origMsgType') === 'DEBIT_TRANSACTION';
  const partnerRef = isDebit ? textOf(trxInfo, 'qrcVoucherNo') : undefined;
  return { kind: 'ok', externalRef: textOf(trxInfo, 'origMsgID') ?? '', partnerRef } as const;
}

/** Whose code, for which merchant, what it wants, and what UnionPay settles for it. */
function readDrawing(message: RawMessage): { readonly kind: 'ok'; readonly drawing: Drawing } | Refusal {
  const asked = readOf(message, 'ADDITIONAL_PROCESSING');
  if ('kind' in asked) return asked;
  const { msgInfo, trxInfo } = asked;
  const code = textOf(trxInfo, 'emvCpqrcPayload') ?? textOf(trxInfo, 'barcodeCpqrcPayload');
  const [wanted, amount] = [amountIn(trxInfo, 'trx'), settledIn(trxInfo)];
  const sentMs = fromBeijingTime(msgInfo.timeStamp);
  if (code === undefined || Number.isNaN(sentMs)) return refused('schema_invalid');
  if (wanted === undefined || amount === undefined)
    return refused('element_missing', 'trxInfo has no trxAmt, or not what is settled for it.');
  const merchant = partOf(trxInfo, 'merchantInfo');
  const name = plainText(textOf(merchant, 'merchantName') ?? '', NAME_MAX).trim();
  const country = textOf(merchant, 'merchantCountry');
  const drawing: Drawing = {
    drawingId: msgInfo.msgID,
    code,
    amount,
    payee: {
      name: name === '' ? msgInfo.msgID : name,
      account: msgInfo.msgID,
      accountType: DRAWN,
      ...(country !== undefined && /^[A-Z]{2}$/.test(country) && { country }),
    },
    endToEndId: textOf(trxInfo, 'retrivlRefNum') ?? NOT_PROVIDED,
    partnerTerms: termsOf(trxInfo),
    sentMs,
    acceptanceMs: CODE_MS,
    expiresMs: sentMs + CODE_MS,
  };
  return { kind: 'ok', drawing };
}

function settledIn(fields: QrcFields): AmountJson | undefined {
  const settled = amountIn(fields, 'sett');
  if (settled !== undefined || textOf(fields, 'settAmt') !== undefined) return settled;
  const wanted = amountIn(fields, 'trx');
  return wanted?.currency === SETTLEMENT ? wanted : undefined;
}

/** That we have the payer's money for the message that asked for it. */
export function resultFields({ creditor, amount, partnerTerms }: LegCommand): QrcFields {
  return {
    origMsgID: creditor.account,
    paymentStatus: 'CONTINUING',
    ...amountFields('trx', partnerTerms?.orderAmount ?? amount),
    ...amountFields('sett', amount),
  };
}

/**
 * A debit of exactly what we have said that we have. Anything else it takes for nothing, as what was refused or given up: the payer
 * has the money back, or will.
 */
function debitOf(leg: StandingLeg, { bytes }: RawMessage): ReturnType<NonNullable<InboundLegs['says']>> {
  const asked = readQrc(bytes)!;
  if (!isDebitable(leg) || !isOf(leg, asked)) return undefined;
  const partnerRef = textOf(asked.trxInfo, 'qrcVoucherNo') ?? asked.msgInfo.msgID;
  return { kind: 'accepted', partnerRef, partnerTerms: termsOf(asked.trxInfo) };
}

function isDebitable({ command, outcome, isGivenUp }: StandingLeg): boolean {
  return isDrawn(command) && outcome !== 'rejected' && isGivenUp !== true;
}

function isOf({ command }: StandingLeg, { trxInfo }: QrcMessage): boolean {
  const { amount, partnerTerms } = command;
  return (
    isSame(amountIn(trxInfo, 'trx'), partnerTerms?.orderAmount ?? amount) &&
    isSame(settledIn(trxInfo), amount)
  );
}

function isSame(one: AmountJson | undefined, other: AmountJson): boolean {
  return one?.currency === other.currency && BigInt(one.minor) === BigInt(other.minor);
}

function answerDebit(answers: QrcAnswers, leg: StandingLeg | undefined, asked: QrcMessage) {
  if (leg === undefined || !isDrawn(leg.command)) return answers.unknown(asked);
  if (!isDebitable(leg)) return answers.refusal(asked, refused('original_not_paid'));
  return isOf(leg, asked)
    ? answers.standing(asked, answers.ofLeg(leg))
    : answers.refusal(asked, refused('amount_mismatch'));
}

/** Of a payment that was drawn its credit leg has told the good end; the other one is told here, while a till may still wait. */
export function drawnNotice(answers: QrcAnswers, responses: CodeTable, institution: string): InboundNotice {
  return {
    waitsMs: NOTICE_WAITS_MS,
    write: (request) => rejectedResult(answers, institution, request),
    // Whatever it says of it, it has heard that nothing is paid.
    isTaken: (reply) => {
      const answer = readQrcAnswer(reply);
      if ('kind' in answer) return false;
      return (meaningOfCode(responses, answer.msgResponse.responseCode)?.means ?? 'open') !== 'open';
    },
  };
}

function rejectedResult(
  answers: QrcAnswers,
  institution: string,
  { paymentId, uetr, submit, news }: StoredRequest<InboundOutcome>,
): WireRequest | undefined {
  const isFailed = news !== null && news.state !== 'COMPLETED' && TERMINAL_STATES.has(news.state);
  if (submit.paymentCodeId === undefined || !isFailed) return undefined;
  const at = Date.parse(news.at);
  const msgID = `A${institution}${beijingTime(at, 17)}${digitsOf(`${paymentId} rejected`, ID_DIGITS)}`;
  return qrcQuestion(
    'ADDITIONAL_PROCESSING_RESULT',
    { msgID, insID: institution, at },
    {
      origMsgID: submit.creditor.account,
      paymentStatus: 'REJECTED',
      rejectionReason: answers.codeOf(news.isoReason),
      referNo: uetr.replaceAll('-', ''),
    },
  );
}
