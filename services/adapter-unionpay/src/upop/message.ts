import { hash } from 'node:crypto';
import { findCurrencyByNumeric, type AmountJson } from '@tonle/money';
import {
  meaningOfCode,
  readParameters,
  type LegAnswer,
  type WireReply,
  type WireRequest,
} from '@tonle/network';
import { fromBeijingTime } from '@tonle/network-upi';
import type { AcpGateway } from './acp-settings.js';
import { CODES } from './codes.js';

// UPOP / ACP 5.1.0: named values in a form. Amounts are digits in the smallest unit, currencies numeric. A payment is known
// by merId, orderId and txnTime; the key of UnionPay is its queryId.

export type UpopFields = Readonly<Record<string, string>>;

export const QUERY = 'UPOP_QUERY';
/** 21 digits, ten of which no other id here begins with: a payment by UPOP has it for its message id. */
export const QUERY_ID = /^\d{21}$/;
const COMMON = {
  version: '5.1.0',
  encoding: 'UTF-8',
  bizType: '000201',
  channelType: '07',
  accessType: '0',
};

/** Names an order to UnionPay. */
export interface OrderKey {
  readonly orderId: string;
  /** Beijing, `yyyyMMddHHmmss`. */
  readonly txnTime: string;
}

/** What gives money back: all of a payment of the day, or any part of an older one. */
export interface BackOrder extends OrderKey {
  readonly txnType: '31' | '04';
  readonly origQryId: string;
  /** Smallest units of the payment's own currency. */
  readonly txnAmt: string;
  /** Comes back in the files. */
  readonly uetr: string;
}

export function backFields({ uetr, ...order }: BackOrder, { merchant, backUrl }: AcpGateway): UpopFields {
  return {
    ...COMMON,
    txnSubType: '00',
    merId: merchant,
    ...order,
    backUrl: backUrl.href,
    reqReserved: uetr.replaceAll('-', ''),
  };
}

export function backRequest(fields: UpopFields, acp: AcpGateway): WireRequest {
  return request(`UPOP_${fields['txnType']}`, 'backTransReq.do', fields, acp);
}

/** txnType 00: what became of an order. */
export function queryRequest(key: OrderKey, acp: AcpGateway): WireRequest {
  const fields = { ...COMMON, txnType: '00', txnSubType: '00', merId: acp.merchant, ...key };
  return request(QUERY, 'queryTrans.do', fields, acp);
}

function request(
  operation: string,
  page: string,
  parameters: UpopFields,
  { gateway }: AcpGateway,
): WireRequest {
  const path = `${gateway.pathname.replace(/\/$/, '')}/${page}`;
  return { wire: 'upop', method: 'POST', path, operation, parameters };
}

/** The values of an answer about an order; else what its silence means. */
export function readAnswer(
  reply: WireReply,
  { orderId, txnTime }: OrderKey,
): { readonly kind: 'read'; readonly fields: UpopFields } | Extract<LegAnswer, { because: string }> {
  if (reply.kind !== 'answered') return reply;
  const fields = readParameters(Buffer.from(reply.bytes).toString('utf8')) ?? {};
  if (reply.status !== 200 || fields['respCode'] === undefined)
    return { kind: 'ambiguous', because: `HTTP ${reply.status} without a respcode` };
  return fields['orderId'] === orderId && fields['txnTime'] === txnTime
    ? { kind: 'read', fields }
    : { kind: 'ambiguous', because: 'an answer about another order' };
}

/** What a query says of its order. Its own respcode is about the question. */
export function statusOf(
  fields: UpopFields,
):
  | { readonly kind: 'approved' }
  | Extract<LegAnswer, { kind: 'rejected' | 'not_found' | 'in_progress' | 'ambiguous' }> {
  const { respCode = '', origRespCode = '', origRespMsg } = fields;
  const asked = meaningOfCode(CODES, respCode);
  if (asked?.means === 'not_found') return { kind: 'not_found' };
  if (asked?.means !== 'approved') return unsure(respCode, asked !== undefined);
  const meaning = meaningOfCode(CODES, origRespCode);
  switch (meaning?.means) {
    case 'approved':
      return { kind: 'approved' };
    case 'rejected':
      return { kind: 'rejected', reason: meaning.iso ?? 'MS03', reasonText: origRespMsg ?? origRespCode };
    case 'open':
      return { kind: 'in_progress' };
    default:
      return unsure(`${respCode}, of the order ${origRespCode}`, meaning !== undefined);
  }
}

/** A code that the table does not have is named, so that it is counted. */
export function unsure(code: string, isKnown: boolean): Extract<LegAnswer, { kind: 'ambiguous' }> {
  const because = `respcode ${code}`;
  return { kind: 'ambiguous', because, ...(!isKnown && { unmapped: because.slice(0, 60) }) };
}

/** `txnAmt` with `currencyCode`, or `settleAmt` with `settleCurrencyCode`; undefined where there is none. */
export function moneyIn(fields: UpopFields, of: 'txn' | 'settle'): AmountJson | undefined {
  const minor = fields[`${of}Amt`] ?? '';
  const numeric = fields[of === 'txn' ? 'currencyCode' : 'settleCurrencyCode'] ?? '';
  const known = findCurrencyByNumeric(numeric);
  if (known === undefined || !/^\d{1,12}$/.test(minor)) return undefined;
  return { currency: known.code, minor: BigInt(minor).toString() };
}

/** Is a payment settled on the day of this instant? A queryId begins with the time of its order. */
export function isOfSettlementDay(queryId: string, epochMs: number): boolean {
  return settlementDay(fromBeijingTime(queryId.slice(0, 14))) === settlementDay(epochMs);
}

/** It ends at 23:00 in Beijing. */
function settlementDay(epochMs: number): number {
  return Math.floor((epochMs + 9 * 3_600_000) / 86_400_000);
}

/** The UETR of a payment by UPOP, which cannot be told one: it follows from its queryId, so that the files find it. */
export function uetrOf(queryId: string): string {
  const hex = hash('sha256', `upop ${queryId}`, 'hex');
  const parts = [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(12, 15)}`, `8${hex.slice(15, 18)}`];
  return [...parts, hex.slice(18, 30)].join('-');
}
