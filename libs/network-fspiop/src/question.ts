import type { RawMessage, WireReply, WireRequest } from '@tonle/network';
import { errorBody, readFspiop } from './bodies.js';
import { meaningOfError, type FspiopMeaning } from './errors.js';
import { requestHeaders, type FspiopResource } from './headers.js';
import { readPath } from './paths.js';

// Questions to the scheme, and what their answers by call-back say.

const OK = 200;

interface FspiopQuestion {
  readonly method: 'GET' | 'POST';
  readonly resource: FspiopResource;
  readonly path: string;
  /** Of a look-up nobody knows it. */
  readonly destination?: string;
  readonly body?: object;
  /** Under which the call-back is found: that of a question by GET is its own path. */
  readonly answeredAt: string | undefined;
}

/** A question that is answered by call-back. */
export function question({
  method,
  resource,
  path,
  destination,
  body,
  answeredAt,
}: FspiopQuestion): WireRequest {
  return {
    wire: 'api',
    method,
    path,
    headers: requestHeaders(resource, { isAnswer: false, ...(destination !== undefined && { destination }) }),
    ...(body !== undefined && { body: Buffer.from(JSON.stringify(body)) }),
    operation: `${method} ${resource}`,
    ...(answeredAt !== undefined && { answeredAt }),
  };
}

/** What a call-back is found by: its resource and id, of an error too. Undefined for another path. */
export function keyOfPath(path: string): string | undefined {
  const read = readPath(path);
  return read === undefined || read.parts.length === 0 ? undefined : [read.resource, ...read.parts].join('/');
}

export type Said =
  | { readonly kind: 'body'; readonly bytes: Uint8Array }
  | {
      readonly kind: 'error';
      readonly code: string;
      /** Undefined for a code that the API does not have. */
      readonly meaning: FspiopMeaning | undefined;
    }
  /** Proof that nothing was sent. */
  | { readonly kind: 'not_sent'; readonly because: string }
  | { readonly kind: 'silent'; readonly because: string };

/**
 * What a reply says: a body, an error of the API, or nothing. Total. Whoever has a key in the scheme may sign a call-back: what
 * another one than `speakers` says, where they are known, is nothing.
 */
export function saidBy(reply: WireReply, speakers?: readonly (string | undefined)[]): Said {
  if (reply.kind === 'not_sent') return reply;
  if (reply.kind === 'ambiguous') return { kind: 'silent', because: reply.because };
  const stranger = strangerOf(reply.headers, speakers);
  if (stranger !== undefined) return stranger;
  const error = errorOf(reply.bytes);
  if (error !== undefined) return error;
  return reply.status === OK
    ? { kind: 'body', bytes: reply.bytes }
    : { kind: 'silent', because: `HTTP ${reply.status}` };
}

/** The same of a call-back that nobody waited for. */
export function saidIn({ bytes, headers }: RawMessage, speakers: readonly (string | undefined)[]): Said {
  return strangerOf(headers, speakers) ?? errorOf(bytes) ?? { kind: 'body', bytes };
}

function strangerOf(
  headers: RawMessage['headers'],
  speakers?: readonly (string | undefined)[],
): Said | undefined {
  const source = headers['fspiop-source'];
  if (typeof source !== 'string' || speakers === undefined || speakers.includes(source)) return undefined;
  return { kind: 'silent', because: `said by ${source.slice(0, 32)}, who has no part in it` };
}

function errorOf(bytes: Uint8Array): Extract<Said, { kind: 'error' }> | undefined {
  const read = readFspiop(errorBody, bytes);
  if (read.kind !== 'ok') return undefined;
  const { errorCode: code } = read.body.errorInformation;
  return { kind: 'error', code, meaning: meaningOfError(code) };
}
