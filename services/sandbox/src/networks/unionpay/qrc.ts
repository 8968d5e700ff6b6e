import {
  amount,
  currency,
  findCurrencyByNumeric,
  formatPayable,
  parseBookedAmount,
  type Amount,
} from '@tonle/money';
import { z } from 'zod';
import type { HttpReply } from '../../kit/listener.js';

// QRC messages as this simulator reads and writes them: its own reading of the wire.

/** Its id in the sandbox. */
export const NETWORK = 'unionpay';

const fields = z.record(z.string(), z.unknown());
const head = z.object({
  versionNo: z.literal('1.0.0'),
  msgID: z.string().min(17).max(49),
  timeStamp: z.string().regex(/^\d{14}$/),
  msgType: z.string(),
  insID: z.string().regex(/^\d{8}$/),
});
const message = z.object({
  msgInfo: head,
  trxInfo: fields.default({}),
  msgResponse: z.object({ responseCode: z.string(), responseMsg: z.string().optional() }).optional(),
});
export type Qrc = z.infer<typeof message>;

export function readQrcBody(bytes: Uint8Array): Qrc | undefined {
  try {
    return message.safeParse(JSON.parse(Buffer.from(bytes).toString('utf8'))).data;
  } catch {
    return undefined;
  }
}

const WORDS: Readonly<Record<string, string>> = { '00': 'Approved', '04': 'Pending' };

/** An answer repeats the head of what it answers. */
export function answerTo(asked: Qrc | undefined, code: string, trxInfo: object = {}): HttpReply {
  const msgResponse = { responseCode: code, responseMsg: WORDS[code] ?? 'Declined' };
  const body = { msgInfo: asked?.msgInfo, trxInfo, msgResponse };
  return {
    status: 200,
    headers: { 'content-type': 'application/json;charset=UTF-8' },
    body: JSON.stringify(body),
  };
}

export function writeMessage(
  msgID: string,
  msgType: string,
  insID: string,
  at: number,
  trxInfo: object,
): string {
  const timeStamp = beijing(at).slice(0, 14);
  return JSON.stringify({ msgInfo: { versionNo: '1.0.0', msgID, timeStamp, msgType, insID }, trxInfo });
}

/** Digits of the time in Beijing, down to the millisecond. */
export function beijing(at: number): string {
  return new Date(at + 8 * 3_600_000).toISOString().replace(/\D/g, '');
}

export const text = (trxInfo: Readonly<Record<string, unknown>>, name: string): string | undefined =>
  typeof trxInfo[name] === 'string' ? trxInfo[name] : undefined;

/** An amount with its numeric currency: decimal text in major units. */
export function readMoney(value: string | undefined, numeric: string | undefined): Amount | undefined {
  const code = findCurrencyByNumeric(numeric ?? '')?.code;
  const read = code === undefined ? undefined : parseBookedAmount(code, value ?? '');
  return read?.kind === 'ok' ? read.amount : undefined;
}

/** `trxAmt` with `trxCurrency`, `settAmt` with `settCurrency`. */
export function moneyIn({ trxInfo }: Qrc, name: 'trx' | 'sett'): Amount | undefined {
  return readMoney(text(trxInfo, `${name}Amt`), text(trxInfo, `${name}Currency`));
}

export function money(value: Amount): { readonly text: string; readonly numeric: string } {
  return {
    text: formatPayable(amount(value.currency, value.minor)),
    numeric: currency(value.currency).numeric,
  };
}
