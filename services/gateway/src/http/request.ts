import type { z } from 'zod';
import type { FastifyRequest } from 'fastify';
import { WAIT_S_MAX } from '../payment/waiting-callers.js';
import { check } from './check.js';
import { problemOf, refused, served } from './refusal.js';

/** The JSON body by its schema; throws the problem of what is wrong with it. */
export function jsonBody<T>(schema: z.ZodType<T>, request: FastifyRequest): T {
  if (Buffer.isBuffer(request.body))
    throw problemOf(refused('unsupported_media_type', 'Send application/json here.'));
  return served(check(schema, request.body)).value;
}

/** Query or path parameters by their schema. */
export function parameters<T>(schema: z.ZodType<T>, value: unknown): T {
  return served(check(schema, value)).value;
}

/** Milliseconds that the caller is ready to wait (RFC 7240 `Prefer: wait=N`); 0 when it did not say, at most a minute. */
export function preferredWaitMs(request: FastifyRequest): number {
  const header = request.headers['prefer'];
  const text = Array.isArray(header) ? header.join(', ') : (header ?? '');
  const seconds = /(?:^|[,;])\s*wait\s*=\s*"?(\d{1,9})"?\s*(?:$|[,;])/i.exec(text)?.[1];
  return seconds === undefined ? 0 : Math.min(Number.parseInt(seconds, 10), WAIT_S_MAX) * 1000;
}

/** W3C trace context of the caller, when it sent one. */
export function traceparentOf(request: FastifyRequest): string | undefined {
  const header = request.headers['traceparent'];
  return typeof header === 'string' ? header : undefined;
}
