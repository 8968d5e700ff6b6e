import { REASON_TEXT_MAX, shortenedText } from '@tonle/contracts';
import {
  asRecord,
  meaningOfCode,
  parseKeepingAmounts,
  type CodeMeaning,
  type IssuedToken,
  type WireReply,
  type WireRequest,
} from '@tonle/network';
import { CODES } from './codes.js';

const ANSWER_BYTES_MAX = 8 * 1024 * 1024;
const AMOUNT_NAMES: ReadonlySet<string> = new Set(['amount', 'total', 'opening', 'closing']);

type ApiMeaning = (typeof CODES.api)[string]['means'];

/** What the Open API answered: data, an error code of the table, or nothing that may be trusted. */
export type BakongApiAnswer =
  | { readonly kind: 'data'; readonly data: unknown }
  | ({ readonly kind: ApiMeaning; readonly responseMessage: string } & Omit<CodeMeaning, 'means'>)
  | { readonly kind: 'unreadable'; readonly because: string; readonly unmapped?: string };

/** A question to `/v1/<operation>`. */
export function apiRequest(operation: string, body: unknown): WireRequest {
  return {
    wire: 'api',
    method: 'POST',
    path: `/v1/${operation}`,
    contentType: 'application/json',
    body: Buffer.from(JSON.stringify(body)),
    operation,
    maxBytes: ANSWER_BYTES_MAX,
  };
}

/** Reads a reply; one that did not come is unreadable. */
export function readApi(reply: WireReply): BakongApiAnswer {
  return reply.kind === 'answered'
    ? readEnvelope(reply.status, reply.bytes)
    : { kind: 'unreadable', because: reply.because };
}

/** Reads the envelope. Total. */
export function readEnvelope(status: number, bytes: Uint8Array): BakongApiAnswer {
  if (status === 401) return { kind: 'renew_token', responseMessage: 'HTTP 401' };
  const body = asRecord(parseKeepingAmounts(Buffer.from(bytes).toString('utf8'), AMOUNT_NAMES));
  if (body === undefined || status >= 500) return { kind: 'unreadable', because: `HTTP ${status}` };
  const { responseCode, errorCode, responseMessage } = body;
  if (responseCode === 0) return { kind: 'data', data: body['data'] };
  const because = `code ${String(errorCode)}`;
  if (responseCode !== 1 || typeof errorCode !== 'number') return { kind: 'unreadable', because };
  const meaning = meaningOfCode(CODES.api, errorCode);
  if (meaning === undefined) return { kind: 'unreadable', because, unmapped: because };
  const said = typeof responseMessage === 'string' ? shortenedText(responseMessage, REASON_TEXT_MAX) : '';
  return { ...meaning, kind: meaning.means, responseMessage: said };
}

/** The token in the answer to `renew_token`. */
export function readToken(reply: WireReply): IssuedToken | undefined {
  const answer = readApi(reply);
  const token = answer.kind === 'data' ? asRecord(answer.data)?.['token'] : undefined;
  return typeof token === 'string' ? { text: token } : undefined;
}
