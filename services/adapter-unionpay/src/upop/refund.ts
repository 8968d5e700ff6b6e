import type { LegCommand } from '@tonle/contracts';
import { type AmountJson, currency, minorText } from '@tonle/money';
import {
  meaningOfCode,
  readForm,
  type AskedLeg,
  type FollowUp,
  type LegAnswer,
  type LegRefusal,
  type PreparedLeg,
  type Rail,
  type WireReply,
} from '@tonle/network';
import { beijingTime } from '@tonle/network-upi';
import type { AcpGateway } from './acp-settings.js';
import { CODES } from './codes.js';
import {
  backFields,
  backRequest,
  isOfSettlementDay,
  moneyIn,
  QUERY,
  QUERY_ID,
  queryRequest,
  readAnswer,
  statusOf,
  unsure,
  type OrderKey,
  type UpopFields,
} from './message.js';

// Refunds of payments by UPOP: a cancellation (31) of all on the day that it is settled, else a refund (04). A respcode 00 only
// says that the request was taken: a query (00) tells what became of it.

const QUERY_WAITS_MS = [0, 1_000, 2_000];
/** Waits, and the answers of the queries. */
const FOLLOW_UP_MS = 18_000;

/** The rail of both dialects: payments that came by UPOP are given back by it, all else goes over the other. */
export function withUpopRefunds(other: Rail, acp: AcpGateway): Rail {
  return {
    ...other,
    refunds: true,
    followUpMs: Math.max(other.followUpMs ?? 0, FOLLOW_UP_MS),
    // An order that was lost is sent again under its key, which UnionPay knows (12).
    takesLate: (command) => isUpop(command) || other.takesLate?.(command) === true,
    prepare: (command, parties) =>
      isUpop(command) ? prepareRefund(command, acp) : other.prepare(command, parties),
    send: (leg) =>
      isUpop(leg.command)
        ? backRequest(readForm(Buffer.from(leg.bytes).toString('utf8')) ?? {}, acp)
        : other.send(leg),
    enquire: (leg, at) =>
      isUpop(leg.command) ? queryRequest(keyOf(leg.command), acp) : other.enquire(leg, at),
    read: (reply, leg, asked) => {
      if (!isUpop(leg.command)) return other.read(reply, leg, asked);
      return asked === QUERY ? readQuery(reply, leg) : readTaken(reply, leg, acp);
    },
  };
}

/** Does the leg give back a payment that came by UPOP? */
function isUpop({ refundOf }: Pick<LegCommand, 'refundOf'>): boolean {
  return refundOf !== undefined && QUERY_ID.test(refundOf.messageId);
}

/** The order that gives it back. Its id is the payment's in other letters: a notification tells which leg it is about. */
function keyOf({ paymentId, acceptedAt }: LegCommand): OrderKey {
  return { orderId: paymentId.replaceAll('-', ''), txnTime: beijingTime(Date.parse(acceptedAt)) };
}

function prepareRefund(command: LegCommand, acp: AcpGateway): PreparedLeg | LegRefusal {
  const { amount, refundOf, acceptedAt, uetr } = command;
  const { messageId: origQryId, source } = refundOf!;
  if (amount.currency !== source.currency)
    return { kind: 'refused', reason: 'AM03', reasonText: `the payment was settled in ${source.currency}` };
  const { minor: txnAmt } = ofOrder(command);
  if (BigInt(txnAmt) === 0n)
    return { kind: 'refused', reason: 'AM12', reasonText: 'it is nothing of the order' };
  const isAll = BigInt(amount.minor) === BigInt(source.minor);
  const isOfDay = isOfSettlementDay(origQryId, Date.parse(acceptedAt));
  const txnType = isAll && isOfDay ? '31' : '04';
  const key = keyOf(command);
  const fields = backFields({ ...key, txnType, origQryId, txnAmt, uetr }, acp);
  const sorted = new URLSearchParams(fields);
  sorted.sort();
  return { command, bytes: Buffer.from(sorted.toString()), externalRef: key.orderId };
}

/**
 * What is given back in the currency of the order: the same part of it as of what was settled, rounded down, so that parts are never
 * more than all.
 */
function ofOrder({ amount, refundOf }: LegCommand): AmountJson {
  const { source, partnerTerms } = refundOf!;
  const order = partnerTerms?.orderAmount ?? source;
  const minor = (BigInt(order.minor) * BigInt(amount.minor)) / BigInt(source.minor);
  const minorPayable = minor - (minor % currency(order.currency).payableStep);
  return { currency: order.currency, minor: minorPayable.toString() };
}

function readTaken(reply: WireReply, { command }: AskedLeg, acp: AcpGateway): LegAnswer | FollowUp {
  const key = keyOf(command);
  const answer = readAnswer(reply, key);
  if (answer.kind !== 'read') return answer;
  const { respCode = '', respMsg, queryId } = answer.fields;
  const meaning = meaningOfCode(CODES, respCode);
  switch (meaning?.means) {
    case 'approved': {
      const question = queryRequest(key, acp);
      const meanwhile: LegAnswer = { kind: 'in_progress', partnerRef: queryId };
      return { kind: 'follow_up', question, partnerRef: queryId, waitsMs: QUERY_WAITS_MS, meanwhile };
    }
    // Of what it is to give back, UnionPay knows nothing.
    case 'not_found':
    case 'rejected':
      return { kind: 'rejected', reason: meaning.iso ?? 'MS03', reasonText: respMsg ?? respCode };
    case 'open':
    case 'repeat':
      return { kind: 'in_progress' };
    case undefined:
      return unsure(respCode, false);
  }
}

function readQuery(reply: WireReply, leg: AskedLeg): LegAnswer {
  const answer = readAnswer(reply, keyOf(leg.command));
  if (answer.kind !== 'read') return answer;
  const status = statusOf(answer.fields);
  return status.kind === 'approved' ? acceptedOf(answer.fields, leg) : status;
}

/** What was settled for it is told as it is: routing compares. Without that another part of the order than was asked for is none of ours. */
function acceptedOf(fields: UpopFields, { command, externalRef }: AskedLeg): LegAnswer {
  const partnerRef = fields['queryId'] ?? externalRef;
  const [given, asked] = [moneyIn(fields, 'txn'), ofOrder(command)];
  const amount = [moneyIn(fields, 'settle'), given].find(
    (each) => each?.currency === command.amount.currency,
  );
  const isOther =
    given !== undefined && (amount === undefined ? !isSame(given, asked) : given.currency !== asked.currency);
  if (isOther)
    return {
      kind: 'conflicting',
      reasonText: `gave back ${minorText(BigInt(given.minor), given.currency)}`,
      partnerRef,
    };
  return { kind: 'accepted', partnerRef, ...(amount !== undefined && { amount }) };
}

function isSame(one: AmountJson, other: AmountJson): boolean {
  return one.currency === other.currency && one.minor === other.minor;
}
