import { REASON_TEXT_MAX, shortenedText } from '@tonle/contracts';
import type { AmountJson } from '@tonle/money';
import {
  absent,
  idOfWire,
  meaningOfCode,
  minorOfWire,
  readJson,
  wireText,
  type CodeMeaning,
  type Reply,
  type WireReply,
  type WireRequest,
} from '@tonle/network';
import { z } from 'zod';
import { CODES, isLater } from './codes.js';

// JSON as the aggregator and we speak it, both ways alike: a payment stands in `payment`, what was not done in `error`.

const JSON_TYPE = 'application/json; charset=UTF-8';
const BASE = '/jpqr/v1';

/** A payment as it stands with whoever was sent it. */
export const standingPayment = z.object({
  /** Its sender's id. */
  requestId: idOfWire,
  /** Its receiver's. */
  paymentId: absent(idOfWire),
  status: wireText,
  amount: absent(minorOfWire),
  reason: absent(wireText),
});
export type StandingPayment = z.infer<typeof standingPayment>;

export const writeMoney = ({ currency, minor }: AmountJson) => ({ currency, value: minor });

/** A question or an order to the aggregator. */
export function call(operation: string, path: string, body?: object | Uint8Array): WireRequest {
  const request = { wire: 'api', path: `${BASE}${path}`, operation };
  if (body === undefined) return { ...request, method: 'GET' };
  const bytes = body instanceof Uint8Array ? body : Buffer.from(JSON.stringify(body));
  return { ...request, method: 'POST', contentType: JSON_TYPE, body: bytes };
}

export function answer(body: object, status = 200): Reply {
  return { status, contentType: JSON_TYPE, body: JSON.stringify(body) };
}

/** An error by its code, and words. */
export function errorAnswer(code: string, message: string): Reply {
  return answer({ error: { code, message } }, isLater(code) ? 503 : 422);
}

type ErrorMeaning = CodeMeaning<(typeof CODES.errors)[string]['means']>;
type Answer =
  | { readonly kind: 'data'; readonly body: Readonly<Record<string, unknown>> }
  | ({ readonly kind: 'error'; readonly words: string } & ErrorMeaning)
  /** It said nothing that counts. */
  | { readonly kind: 'open'; readonly because: string; readonly unmapped?: string }
  | Exclude<WireReply, { kind: 'answered' }>;

const errorBody = z.object({ code: wireText.max(64), message: absent(wireText) });

/** What was answered: data, an error of the table, or nothing that may be trusted. Total. */
export function readAnswer(reply: WireReply): Answer {
  if (reply.kind !== 'answered') return reply;
  const body = readJson(reply.bytes);
  const error = errorBody.safeParse(body?.['error']).data;
  if (body === undefined || (error === undefined && reply.status !== 200))
    return { kind: 'open', because: `HTTP ${reply.status}` };
  if (error === undefined) return { kind: 'data', body };
  const meaning = meaningOfCode(CODES.errors, error.code);
  const because = `error ${shown(error.code)}`;
  if (meaning === undefined) return { kind: 'open', because, unmapped: because };
  if (reply.status >= 500 && meaning.means !== 'later') return { kind: 'open', because };
  const words = shortenedText(`${error.code}: ${error.message ?? ''}`, REASON_TEXT_MAX);
  return { ...meaning, kind: 'error', words };
}

/** A code may be shown; what is none may name people. */
export const shown = (code: string): string => (/^[A-Z_]{1,64}$/.test(code) ? code : 'in words');
