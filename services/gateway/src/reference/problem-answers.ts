import { REASONS, RETRIES, type Reason } from '@tonle/contracts';
import type { DeclaredRoute } from '@tonle/http';
import { z } from 'zod';
import { needOf, partIn } from '../access/access.js';
import { quoteCandidate } from '../quote/quote.schema.js';

const ANY_REQUEST: readonly Reason[] = [
  'malformed_request',
  'headers_too_large',
  'request_too_slow',
  'signature_missing',
  'signature_invalid',
  'signature_expired',
  'signature_misdirected',
  'signature_replayed',
  'signatures_failing',
  'key_unknown',
  'not_permitted',
  // A query parameter that the endpoint does not know.
  'schema_invalid',
  'rate_limited',
  'overloaded',
  'unavailable',
  'internal_error',
];
/** A body is read where the method has one, whether the endpoint wants it or not. */
const WITH_BODY: readonly Reason[] = ['malformed_json', 'body_too_large', 'unsupported_media_type'];

export const problemSchema = z
  .object({
    type: z.string().meta({ examples: ['urn:tonle:problem:quote_expired'] }),
    title: z.string(),
    status: z.int(),
    code: z.string().meta({ description: 'Stable; match on this. All codes: /errors' }),
    detail: z.string().optional(),
    errors: z
      .array(z.object({ path: z.string(), message: z.string() }))
      .optional()
      .meta({ description: 'JSON pointer or element path of every invalid field' }),
    remedy: z.string().meta({ description: 'Suggested remedy' }),
    retry: z.enum(RETRIES),
    traceId: z.string().optional(),
    candidates: z.array(quoteCandidate).optional().meta({
      description: 'When no provider quotes: every provider considered, and why it was not chosen',
    }),
    duplicateOf: z.object({ paymentId: z.string(), uetr: z.string() }).optional().meta({
      description: 'Of `duplicate_suspected`: the payment without an outcome that this one is like',
    }),
  })
  .meta({ id: 'Problem' });

/** The codes that a route may refuse with, by status. */
export function refusalsOf(route: DeclaredRoute): ReadonlyMap<number, readonly Reason[]> {
  const part = partIn(needOf(route.handler, route.controller)!, route.method, route.handler);
  const codes = new Set<Reason>([
    ...route.headers.flatMap(({ missing }) => missing ?? []),
    ...(route.endpoint?.refusals ?? []),
    ...(part === undefined ? [] : (['participant_paused'] as const)),
    ...ANY_REQUEST,
    ...(route.method.toUpperCase() === 'GET' ? [] : WITH_BODY),
  ]);
  const byStatus = new Map<number, Reason[]>();
  for (const code of codes) {
    const status = REASONS[code].http;
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  return byStatus;
}

export function describeCodes(codes: readonly Reason[]): string {
  return codes.map((code) => `\`${code}\`: ${REASONS[code].title}`).join('\n\n');
}
