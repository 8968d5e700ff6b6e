import { isKnownCode } from '@tonle/iso20022';
import {
  asRecord,
  codeTable,
  meaningOfCode,
  parseKeepingNumbers,
  DecimalText,
  type IssuedToken,
  type WireReply,
  type WireRequest,
} from '@tonle/network';
import { z } from 'zod';

// Networks whose questions are asked in JSON, with a token and a signature in the body (OAuth2 and NAPAS Core, as its
// public pages show them), while money moves in ISO 20022. Each question repeats a reference that its answer must have:
// nothing else binds the two.

/** The wire of the questions, beside that of the money. */
export const API_WIRE = 'api';
const JSON_TYPE = 'application/json';
const UNAUTHORIZED = 401;
const SUCCESS = 'SUCCESS';
const REFERENCE_CHARACTERS = 16;

const path = z.string().startsWith('/').max(200);

/** What can be asked in JSON: who a payee is, what became of a payment. */
export const jsonQuestion = z.enum(['payees', 'statuses']);
export type JsonQuestion = z.infer<typeof jsonQuestion>;

/** What a profile says of the questions in JSON. */
export const jsonQuestions = z.strictObject({
  paths: z
    .strictObject({
      token: path.default('/api/core/v1/oauth/token'),
      account: path.default('/api/core/v1/account/lookup'),
      code: path.default('/api/core/v1/vietqr/resolve'),
      status: path.default('/api/core/v1/payment/status'),
    })
    .prefault({}),
  /** Which questions are asked here, when no setting says otherwise; the others in ISO 20022. */
  asks: z.array(jsonQuestion),
  /** Error codes of the answers, each with the ISO reason that it stands for. What is not here is no answer. */
  errors: codeTable('refused', 'not_found').refine(areKnownReasons, {
    error: 'an ISO reason that no edition has',
  }),
  /** Life of a token that does not say it. */
  tokenMs: z.number().int().min(1_000).max(86_400_000).default(300_000),
  /** Longest wait for a token. */
  tokenAnswerMs: z.number().int().min(1).max(60_000).default(2_000),
});
export type JsonQuestions = z.output<typeof jsonQuestions>;

export type JsonAnswer =
  | { readonly kind: 'data'; readonly data: Readonly<Record<string, unknown>> }
  /** An error code of the table. */
  | ({ readonly kind: 'error'; readonly code: string } & JsonQuestions['errors'][string])
  /** Nothing that may be believed, or an error that no table has. */
  | { readonly kind: 'unreadable'; readonly because: string; readonly unmapped?: string };

/** A question under our reference: the last 16 hexadecimal digits of an id, so that each asking has the same bytes. */
export function apiRequest(
  operation: string,
  path: string,
  id: string,
  members: Readonly<Record<string, string | undefined>>,
): WireRequest {
  const body = Buffer.from(JSON.stringify({ RequestId: referenceOf(id), ...members }));
  return { wire: API_WIRE, method: 'POST', path, contentType: JSON_TYPE, body, operation };
}

/** Reads the answer to the question about this id. Total. Its numbers are text. */
export function readApi(reply: WireReply, id: string, errors: JsonQuestions['errors']): JsonAnswer {
  if (reply.kind !== 'answered') return { kind: 'unreadable', because: reply.because };
  const because = `HTTP ${reply.status}`;
  const body = asRecord(parseKeepingNumbers(Buffer.from(reply.bytes).toString('utf8')));
  if (body === undefined || reply.status >= 500) return { kind: 'unreadable', because };
  if (body['RequestId'] !== referenceOf(id))
    return { kind: 'unreadable', because: `${because}, an answer to another question` };
  const info = asRecord(body['ResponseInfo']) ?? asRecord(body['ResponseInf']) ?? {};
  if (info['Status'] === SUCCESS && reply.status < 300) return { kind: 'data', data: textOnly(body) };
  const code = info['ErrCode'];
  if (typeof code !== 'string') return { kind: 'unreadable', because };
  const meaning = meaningOfCode(errors, code);
  if (meaning === undefined) return { kind: 'unreadable', because, unmapped: `code ${code}` };
  return { kind: 'error', code, ...meaning };
}

/** The token in the answer to the password grant. */
export function tokenOf(
  reply: WireReply,
  { tokenMs }: Pick<JsonQuestions, 'tokenMs'>,
): IssuedToken | undefined {
  if (reply.kind !== 'answered' || reply.status >= 300) return undefined;
  const body = asRecord(parseKeepingNumbers(Buffer.from(reply.bytes).toString('utf8')));
  const { access_token: text, expires_in: life } = textOnly(body ?? {});
  if (typeof text !== 'string') return undefined;
  const seconds = typeof life === 'string' && /^[1-9]\d{0,6}$/.test(life) ? Number(life) : undefined;
  return { text, lifeMs: seconds === undefined ? tokenMs : seconds * 1000 };
}

/** A 401 is all that is said of a token that does not hold. */
export function isTokenRefused(reply: WireReply): boolean {
  return reply.kind === 'answered' && reply.status === UNAUTHORIZED;
}

function areKnownReasons(table: Readonly<Record<string, { readonly iso?: string }>>): boolean {
  const codes = Object.values(table).flatMap(({ iso }) => iso ?? []);
  return codes.every((code) => isKnownCode('ExternalStatusReason1Code', code) === true);
}

function referenceOf(id: string): string {
  return id.replace(/[^0-9a-zA-Z]/g, '').slice(-REFERENCE_CHARACTERS);
}

function textOnly(body: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const members = Object.entries(body);
  return Object.fromEntries(
    members.map(([name, value]) => [name, value instanceof DecimalText ? value.text : value]),
  );
}
