import type { Refusal } from '@tonle/contracts';
import {
  contentHashOf,
  type InboundAnswers,
  type KeptAnswer,
  type RawMessage,
  type Reply,
  type WireReply,
  type WireRequest,
} from '@tonle/network';
import {
  errorBody,
  quotesPost,
  readFspiop,
  transfersPost,
  type QuotesPost,
  type TransfersPost,
} from './bodies.js';
import { errorCodeOfRefusal, meaningOfError, statusOfError, writeError } from './errors.js';
import { negotiate, requestHeaders, type FspiopResource, type FspiopVersion } from './headers.js';
import { isCorrelationId } from './ids.js';
import { idPath, readPath } from './paths.js';
import { keyOfPath, saidIn } from './question.js';
import { readTransferAnswer } from './transfer-answer.js';

// Answers by call-back, both ways: what we answer to the scheme, and what it answers to us.

const JSON_TYPE = 'application/json';

/** The body of a call-back. */
export function reply(body: object, status = 200): Reply {
  return { status, contentType: JSON_TYPE, body: JSON.stringify(body) };
}

/** The body of a call-back that refuses. */
export function errorReply(code: string, detail?: string): Reply {
  return reply(writeError(code, detail), statusOfError(code));
}

/** What no payment was made by, or nobody knows. */
export function refusalReply({ reason, detail }: Pick<Refusal, 'reason' | 'detail'>): Reply {
  return errorReply(errorCodeOfRefusal({ reason }), detail);
}

/**
 * Answers to us, by the switch or the FSP that was asked. What is said of a transfer that we did not send is about one of theirs,
 * and is kept.
 */
export function answerRoutes(hub: string): Readonly<Record<string, InboundAnswers>> {
  const asked = (resource: FspiopResource): InboundAnswers => ({
    kind: 'answers',
    operation: `PUT ${resource}`,
    keyOf: ({ path = '' }) => keyOfPath(path),
  });
  const transfers: InboundAnswers = {
    ...asked('transfers'),
    leg: {
      externalRefOf: ({ path = '' }) => readPath(path)?.parts[0],
      read: (message, leg) =>
        readTransferAnswer(saidIn(message, [hub, leg.terms?.['fsp']]), leg, 'PUT transfers'),
    },
  };
  return {
    'PUT /parties/:type/:id': asked('parties'),
    'PUT /parties/:type/:id/error': asked('parties'),
    'PUT /quotes/:id': asked('quotes'),
    'PUT /quotes/:id/error': asked('quotes'),
    'PUT /transfers/:id': transfers,
    'PUT /transfers/:id/error': transfers,
    'PATCH /transfers/:id': { ...transfers, operation: 'PATCH transfers' },
  };
}

/** Told at once: what cannot be answered in the version that is written here, a body or an id that cannot be read. */
export function unanswerable(route: string, message: RawMessage, written?: FspiopVersion): Reply | undefined {
  const { path = '', headers } = message;
  const about = readPath(path);
  if (about === undefined) return errorReply('3002');
  const { resource, parts } = about;
  const [version, body] = [negotiate(resource, headers, false, written), bodyOf(route, message)];
  if (version.kind !== 'ok') return errorReply(version.code, version.detail);
  if (body !== undefined && body.kind !== 'ok') return errorReply(body.code, body.detail);
  const stranger = body === undefined ? undefined : strangerIn(body.body, headers);
  if (stranger !== undefined) return errorReply('3100', stranger);
  const [id] = parts;
  const isWrong = resource !== 'parties' && id !== undefined && !isCorrelationId(id);
  return isWrong ? errorReply('3101', 'the id is no UUID') : undefined;
}

/** A quote is given once: who asks for it again, or has lost it, has the same. */
export function keptQuote(route: string, message: RawMessage): KeptAnswer | undefined {
  const [id] = readPath(message.path ?? '')?.parts ?? [];
  if (route === 'GET /quotes/:id' && id !== undefined) return { name: `quotes/${id}` };
  const read = route === 'POST /quotes' ? readFspiop(quotesPost, message.bytes) : undefined;
  if (read?.kind !== 'ok') return undefined;
  return { name: `quotes/${read.body.quoteId}`, contentHash: contentHashOf([read.body]) };
}

/** A transfer is of the FSP that signs it, and for the one that it is sent to: its end is told to those. */
function strangerIn(body: QuotesPost | TransfersPost, headers: RawMessage['headers']): string | undefined {
  if (!('transferId' in body)) return undefined;
  if (body.payerFsp !== headers['fspiop-source']) return 'payerFsp is not FSPIOP-Source';
  return body.payeeFsp === headers['fspiop-destination'] ? undefined : 'payeeFsp is not FSPIOP-Destination';
}

function bodyOf(route: string, { bytes }: RawMessage) {
  if (route === 'POST /quotes') return readFspiop(quotesPost, bytes);
  return route === 'POST /transfers' ? readFspiop(transfersPost, bytes) : undefined;
}

/** By call-back it would say of the transfer which has the id that it has failed. */
export function isAboutAnother({ body }: Reply): boolean {
  const read = readFspiop(errorBody, Buffer.from(body));
  return (
    read.kind === 'ok' && meaningOfError(read.body.errorInformation.errorCode)?.means === 'other_content'
  );
}

/** What is answered, as `PUT` of the resource that was asked about, to who asked. */
export function callBack(reply: Reply, route: string, message: RawMessage): WireRequest | undefined {
  if (reply.body === '') return undefined;
  const { path = '', headers } = message;
  const { resource } = readPath(path) ?? { resource: 'parties' };
  const about = pathOf(route, message) ?? path;
  return put(resource, about, String(headers['fspiop-source']), reply);
}

/** What evidence of a call-back is filed under: the id that its question is, so that it is found with a transfer's. */
export function callBackSubject(route: string, message: RawMessage): string {
  const { path = '' } = message;
  const about = pathOf(route, message) ?? path;
  const read = readPath(about);
  return read === undefined || read.resource === 'parties' ? about : (read.parts[0] ?? about);
}

function pathOf(route: string, message: RawMessage): string | undefined {
  const read = bodyOf(route, message);
  if (read?.kind !== 'ok') return undefined;
  return 'quoteId' in read.body
    ? idPath('quotes', read.body.quoteId)
    : idPath('transfers', read.body.transferId);
}

/** A call-back: `.../error` of what refuses. */
export function put(resource: FspiopResource, path: string, destination: string, reply: Reply): WireRequest {
  const isError = reply.status >= 400;
  return {
    wire: 'api',
    method: 'PUT',
    path: isError ? `${path}/error` : path,
    headers: requestHeaders(resource, { isAnswer: true, destination }),
    body: Buffer.from(reply.body),
    operation: `PUT ${resource}`,
  };
}

/** Has a call-back been taken? Total. */
export function isTaken(reply: WireReply): boolean {
  return reply.kind === 'answered' && reply.status >= 200 && reply.status < 300;
}
