import {
  amountFromJson,
  amountToJson,
  currency,
  findCurrencyByNumeric,
  formatPayable,
  parseBookedAmount,
  type Amount,
  type AmountJson,
} from '@tonle/money';
import type { Reply, WireReply, WireRequest } from '@tonle/network';
import { z } from 'zod';
import { beijingTime } from './message-id.js';

// QRC JSON: `msgInfo`, `trxInfo`, and in answers `msgResponse`. Amounts are decimal text in major units, never minor ones.

/** Names of the signed headers, and of the HTTP header that holds them (UPI server-based API). */
export const UPI_JWS = {
  header: 'upi-jws',
  id: 'UPI-UUID',
  time: 'UPI-TIMESTAMP',
  sender: 'UPI-APPID',
  path: 'UPI-REQPATH',
} as const;

const JSON_TYPE = 'application/json;charset=UTF-8';

/** Where each message goes. */
const PATHS = {
  QRC_INFO_INQUIRY: '/scis/switch/qrcinfoinquiry',
  MPQRC_PAYMENT_EMV: '/scis/switch/qremvpayment',
  MPQRC_PAYMENT_URL: '/scis/switch/qrurlpayment',
  TRX_RESULT_INQUIRY: '/scis/switch/trxresultinquiry',
  EXCHANGE_RATE_INQUIRY: '/scis/switch/exchangerateinquiry',
  QRC_GENERATION: '/scis/switch/qrcgeneration',
  ADDITIONAL_PROCESSING_RESULT: '/scis/switch/additionalprocessingresult',
  CANCELLATION: '/scis/switch/cancellation',
  REFUND: '/scis/switch/refund',
  KEY_EXCHANGE: '/uags/api/v1/exchange',
} as const;
export type QrcOperation = keyof typeof PATHS;

const text = z.string().max(2048);
/** No id has a control character, and no column takes a NUL. */
const id = text.regex(/^\P{Cc}*$/u);
const message = z.object({
  msgInfo: z.object({ versionNo: text, msgID: id.min(17), timeStamp: text, msgType: text, insID: id }),
  trxInfo: z.record(z.string(), z.unknown()).default({}),
  msgResponse: z.object({ responseCode: z.string().length(2), responseMsg: text.default('') }).optional(),
});
export type QrcMessage = z.infer<typeof message>;

/** The members of `trxInfo`; what is undefined is left out. */
export type QrcFields = Readonly<Record<string, unknown>>;

export interface QrcHead {
  readonly msgID: string;
  readonly msgType: string;
  readonly insID: string;
  /** Epoch ms. */
  readonly at: number;
}

/** The bytes of a message: the same head and fields give the same. */
export function writeQrc(
  { msgID, msgType, insID, at }: QrcHead,
  trxInfo: QrcFields,
  msgResponse?: QrcMessage['msgResponse'],
): Buffer {
  const msgInfo = { versionNo: '1.0.0', msgID, timeStamp: beijingTime(at), msgType, insID };
  return Buffer.from(JSON.stringify({ msgInfo, trxInfo, msgResponse }));
}

/** A message on its way to its path. */
export function qrcRequest(operation: QrcOperation, body: Uint8Array, timeoutMs?: number): WireRequest {
  return {
    wire: 'gateway',
    method: 'POST',
    path: PATHS[operation],
    contentType: JSON_TYPE,
    body,
    operation,
    ...(timeoutMs !== undefined && { timeoutMs }),
  };
}

/** A question on its way to its path. */
export function qrcQuestion(
  operation: QrcOperation,
  head: Omit<QrcHead, 'msgType'>,
  fields: QrcFields,
  timeoutMs?: number,
): WireRequest {
  return qrcRequest(operation, writeQrc({ ...head, msgType: operation }, fields), timeoutMs);
}

/** The answer to a message repeats its head; what could not be read has none. */
export function qrcReply(
  asked: QrcMessage | undefined,
  responseCode: string,
  responseMsg: string,
  trxInfo: QrcFields = {},
): Reply {
  const body = { msgInfo: asked?.msgInfo, trxInfo, msgResponse: { responseCode, responseMsg } };
  return { status: 200, contentType: JSON_TYPE, body: JSON.stringify(body) };
}

/** Undefined when the bytes are no QRC message. */
export function readQrc(bytes: Uint8Array): QrcMessage | undefined {
  try {
    return message.safeParse(JSON.parse(Buffer.from(bytes).toString('utf8'))).data;
  } catch {
    return undefined;
  }
}

/** A readable answer with a response code; else what came instead of one. */
export function readQrcAnswer(
  reply: WireReply,
): (QrcMessage & { readonly msgResponse: object }) | Exclude<WireReply, { kind: 'answered' }> {
  if (reply.kind !== 'answered') return reply;
  const read = reply.status === 200 ? readQrc(reply.bytes) : undefined;
  return read?.msgResponse === undefined
    ? { kind: 'ambiguous', because: `HTTP ${reply.status}, no answer of QRC` }
    : { ...read, msgResponse: read.msgResponse };
}

/** A member that is text; undefined for any other, and for what no column takes. */
export function textOf(fields: QrcFields, name: string): string | undefined {
  const value = fields[name];
  return typeof value === 'string' && value !== '' && !value.includes('\0') ? value : undefined;
}

/** A member that is an object; empty for any other. */
export function partOf(fields: QrcFields, name: string): QrcFields {
  const value = fields[name];
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as QrcFields) : {};
}

/** The text of an amount: riel, kip and yen without decimals, as their payers write them. */
export function writeQrcAmount(value: Amount): { readonly amount: string; readonly numeric: string } {
  return { amount: formatPayable(value), numeric: currency(value.currency).numeric };
}

/** As `writeQrcAmount` of an amount that may be absent, under its two names. */
export function amountFields(name: 'trx' | 'sett' | 'origTrx', value: AmountJson | undefined): QrcFields {
  if (value === undefined) return {};
  const { amount, numeric } = writeQrcAmount(amountFromJson(value));
  return { [`${name}Amt`]: amount, [`${name}Currency`]: numeric };
}

/** An amount with its numeric currency; undefined for what is none. */
export function readQrcAmount(
  amount: string | undefined,
  numeric: string | undefined,
): AmountJson | undefined {
  const code = numeric === undefined ? undefined : findCurrencyByNumeric(numeric)?.code;
  const read = code === undefined ? undefined : parseBookedAmount(code, amount ?? '');
  return read?.kind === 'ok' ? amountToJson(read.amount) : undefined;
}

/** `trxAmt` with `trxCurrency`, `settAmt` with `settCurrency`. */
export function amountIn(fields: QrcFields, name: 'trx' | 'sett' | 'bill'): AmountJson | undefined {
  return readQrcAmount(textOf(fields, `${name}Amt`), textOf(fields, `${name}Currency`));
}
