import { legKeyOf, refused } from '@tonle/contracts';
import { maskCard } from '@tonle/emvqr';
import type { AmountJson } from '@tonle/money';
import {
  inboundMessages,
  inboundResult,
  meaningOfCode,
  quotedInstruction,
  readForm,
  type InboundFound,
  type InboundRoute,
  type RawMessage,
  type Reading,
  type Reply,
  type WireReply,
  type WireRequest,
} from '@tonle/network';
import { fromBeijingTime } from '@tonle/network-upi';
import { hash } from 'node:crypto';
import { z } from 'zod';
import type { AcpGateway } from './acp-settings.js';
import { CODES } from './codes.js';
import {
  backFields,
  backRequest,
  isOfSettlementDay,
  moneyIn,
  QUERY_ID,
  queryRequest,
  readAnswer,
  statusOf,
  uetrOf,
  type OrderKey,
  type UpopFields,
} from './message.js';

// Online payments: a card holder has paid an order at UnionPay's page, and UnionPay tells us. Its notification is a hint:
// what counts is the answer to our query. It comes again until it is answered with HTTP 200.

export const NOTIFY_PATH = '/unionpay/acp/notify';
const NAME = 'unionpay-upop';
const OPERATION = 'UPOP_NOTIFICATION';
const PAYER = 'UnionPay card holder';
/** What is told of later than this is given back: what was refused is remembered for longer. */
const TOLD_WITHIN_MS = 24 * 3_600_000;
const ACCEPTANCE_MS = 60_000;
const END_TO_END_MAX = 35;
const REFUND_ORDER = /^([0-9a-f]{8})([0-9a-f]{4})(7[0-9a-f]{3})([0-9a-f]{4})([0-9a-f]{12})$/;

const digits = (least: number, most = least) => z.string().regex(new RegExp(`^\\d{${least},${most}}$`));
const notification = z.looseObject({
  txnType: digits(2),
  respCode: z.string().length(2),
  merId: digits(15),
  orderId: z.string().regex(/^[0-9A-Za-z]{8,40}$/),
  txnTime: digits(14),
  queryId: z.string().regex(QUERY_ID),
  txnAmt: digits(1, 12),
  currencyCode: digits(3),
  settleAmt: digits(1, 12).optional(),
  settleCurrencyCode: digits(3).optional(),
  reqReserved: z.string().max(1024).optional(),
});
/** What makes it the payment that it is: a repeat has the same, and the answer to our query too. */
const OWN = [
  'orderId',
  'txnTime',
  'queryId',
  'txnAmt',
  'currencyCode',
  'settleAmt',
  'settleCurrencyCode',
  'reqReserved',
];

interface Asked {
  readonly fields: UpopFields;
  readonly raw: RawMessage;
}

/** What UnionPay tells of orders. */
export function notifications(acp: AcpGateway): InboundRoute {
  return inboundMessages<Asked>({
    dialect: {
      name: NAME,
      read: (message) => read(message, acp),
      instruct,
      write: (said) => {
        // While it is open UnionPay is to come again: then it is told the end, and the payer has the money or it is back.
        if (said.kind === 'taken' && inboundResult(said).state === 'open') return plain(503, 'pending');
        return plain(200, 'ok');
      },
      writeUnreadable: () => plain(400, 'fail'),
    },
    operation: OPERATION,
    subjectOf: ({ fields }) => fields['queryId']!,
    quoteIdOf: () => undefined,
    scannedOf: ({ fields }) => ({
      qrText: codeOf(fields),
      amount: settledOf(fields)!,
      partnerTerms: termsOf(fields),
    }),
    confirmation: {
      ask: ({ fields }) => queryRequest(keyOf(fields), acp),
      read: (reply, { fields }) => {
        const answer = readAnswer(reply, keyOf(fields));
        if (answer.kind !== 'read') return { kind: 'ambiguous', because: answer.because };
        const status = statusOf(answer.fields);
        if (status.kind === 'ambiguous') return status;
        if (status.kind !== 'approved') return { kind: 'ambiguous', because: `a query said ${status.kind}` };
        const other = OWN.find((name) => (answer.fields[name] ?? '') !== (fields[name] ?? ''));
        return other === undefined
          ? { kind: 'confirmed' }
          : { kind: 'ambiguous', because: `a query said another ${other} than its notification` };
      },
      giveBack: ({ fields }, at) => giveBack(fields, at, acp),
      isBack: (reply, { fields }) => isBack(reply, fields),
    },
    legKeyOf: ({ fields }) => {
      const parts = REFUND_ORDER.exec(fields['orderId']!);
      return parts === null ? undefined : legKeyOf(parts.slice(1).join('-'), 'credit');
    },
    // A hint again: the leg's own query tells.
    readLeg: () => ({ kind: 'in_progress' }),
  });
}

function read(raw: RawMessage, { merchant }: AcpGateway): Reading<Asked> {
  const given = notification.safeParse(readForm(Buffer.from(raw.bytes).toString('utf8')));
  if (!given.success || moneyIn(given.data as UpopFields, 'txn') === undefined)
    return { kind: 'unreadable', reason: 'schema_invalid', errors: [] };
  const fields = given.data as UpopFields;
  if (fields['merId'] !== merchant) return { kind: 'unreadable', reason: 'wrong_recipient', errors: [] };
  const asked = { fields, raw };
  const messageId = given.data.queryId;
  if (given.data.txnType === '01' && meaningOfCode(CODES, given.data.respCode)?.means === 'approved')
    return { kind: 'instruction', asked, key: { messageId, contentHash: contentHashOf(fields) } };
  return REFUND_ORDER.test(given.data.orderId) && given.data.txnType !== '01'
    ? { kind: 'call_back', asked }
    : { kind: 'question', asked, about: { messageId } };
}

function instruct(
  { fields, raw }: Asked,
  found: InboundFound,
  stamp: Parameters<typeof quotedInstruction>[3],
) {
  const { queryId = '', orderId = '', txnTime = '', traceNo = '', traceTime = '', accNo = '' } = fields;
  if (!(stamp.nowMs - fromBeijingTime(txnTime) < TOLD_WITHIN_MS))
    return refused('deadline_passed', `It was ordered at ${txnTime} in Beijing.`);
  if (found.refusal !== undefined) return found.refusal;
  const payment = {
    dialect: NAME,
    messageId: queryId,
    contentHash: contentHashOf(fields),
    endToEndId: orderId.length > END_TO_END_MAX ? queryId : orderId,
    // As the files have it.
    ...(traceNo !== '' && { transactionId: `${traceNo}${traceTime}`.slice(0, END_TO_END_MAX) }),
    source: settledOf(fields),
    debtor: {
      name: PAYER,
      account: accNo === '' ? queryId : maskCard(accNo),
      accountType: 'CARD',
      country: found.corridor.partner.countries[0]!,
    },
    // From now on it is ours: how long the payer took at the page counts against nobody.
    acceptedMs: stamp.nowMs,
    partnerTerms: termsOf(fields),
  };
  return quotedInstruction(payment, raw, found, { ...stamp, uetr: uetrOf(queryId) }, ACCEPTANCE_MS);
}

/** The code that the order pays, as the shop has given it with the order. */
function codeOf({ reqReserved = '' }: UpopFields): string {
  return Buffer.from(reqReserved, 'base64').toString('utf8').slice(0, 512);
}

function settledOf(fields: UpopFields): AmountJson | undefined {
  return moneyIn(fields, 'settle') ?? moneyIn(fields, 'txn');
}

function termsOf(fields: UpopFields) {
  return { orderAmount: moneyIn(fields, 'txn'), settlementAmount: moneyIn(fields, 'settle') };
}

function keyOf({ orderId = '', txnTime = '' }: UpopFields): OrderKey {
  return { orderId, txnTime };
}

/** Cancelled on its settlement day; later refunded, unless a query says that it was cancelled. */
function giveBack(fields: UpopFields, at: number, acp: AcpGateway): WireRequest[][] {
  const { queryId: origQryId = '', txnAmt = '' } = fields;
  const uetr = uetrOf(origQryId);
  const order = (txnType: '31' | '04') => {
    const key = backKeyOf(fields, txnType);
    return [
      backRequest(backFields({ ...key, txnType, origQryId, txnAmt, uetr }, acp), acp),
      queryRequest(key, acp),
    ];
  };
  return isOfSettlementDay(origQryId, at)
    ? [order('31')]
    : [[queryRequest(backKeyOf(fields, '31'), acp)], order('04')];
}

/** Has the card holder the money back, by an answer about either order? */
function isBack(reply: WireReply, fields: UpopFields): 'back' | 'not_back' | 'unknown' {
  for (const txnType of ['31', '04'] as const) {
    const answer = readAnswer(reply, backKeyOf(fields, txnType));
    if (answer.kind !== 'read') continue;
    const { kind } = statusOf(answer.fields);
    if (kind === 'approved') return 'back';
    return kind === 'rejected' || kind === 'not_found' ? 'not_back' : 'unknown';
  }
  return 'unknown';
}

/** What gives back a payment that cannot be passed on: one order for each way, however often it is asked for. */
function backKeyOf({ queryId = '', txnTime = '' }: UpopFields, txnType: '31' | '04'): OrderKey {
  return { orderId: `${txnType === '31' ? 'V' : 'R'}${queryId}`, txnTime };
}

function contentHashOf(fields: UpopFields): Buffer {
  return hash('sha256', JSON.stringify(OWN.map((name) => fields[name] ?? '')), 'buffer');
}

function plain(status: number, body: string): Reply {
  return { status, contentType: 'text/plain;charset=UTF-8', body };
}
