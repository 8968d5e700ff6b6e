import { hash, type KeyObject } from 'node:crypto';
import { algorithmOf, signBytes, verifyBytes, type RegisteredKey } from './signing-key.js';
import { fieldValue, readClaims, type Claim, type HeaderValues } from './signature-claim.js';
import { parseDictionary, quoted } from './structured-field.js';

// HTTP Message Signatures (RFC 9421) with Content-Digest (RFC 9530): what is covered, and what must be.

export type SignatureRefusal =
  'signature_missing' | 'signature_invalid' | 'signature_expired' | 'key_unknown';

export type Verification =
  /** `created` is epoch seconds. The caller refuses a nonce that was seen before (per key id). */
  | { readonly kind: 'verified'; readonly keyId: string; readonly nonce: string; readonly created: number }
  /** `detail` says what is wrong in words for the signer; it never carries key material. */
  | { readonly kind: 'refused'; readonly reason: SignatureRefusal; readonly detail: string };

export type FindKey = (keyId: string) => RegisteredKey | undefined;

interface Signer {
  readonly keyId: string;
  readonly privateKey: KeyObject;
  /** Epoch seconds. */
  readonly created: number;
  /** Fresh for every request; a response repeats its request's nonce and is bound to it by that. */
  readonly nonce: string;
}

export interface RequestToSign extends Signer {
  readonly method: string;
  /** Absolute URL, or path with query. */
  readonly url: string;
  readonly headers?: HeaderValues;
  readonly body?: Uint8Array | string;
  /** Further header names to cover, beside those that are always covered. */
  readonly extraComponents?: readonly string[];
}

export interface ResponseToSign extends Signer {
  readonly status: number;
  readonly headers?: HeaderValues;
  readonly body?: Uint8Array | string;
  readonly extraComponents?: readonly string[];
}

export interface ReceivedRequest {
  readonly method: string;
  /** Request target as received: path with query. */
  readonly url: string;
  readonly headers: HeaderValues;
  readonly rawBody?: Uint8Array;
}

export interface ReceivedResponse {
  readonly status: number;
  readonly headers: HeaderValues;
  readonly rawBody?: Uint8Array;
}

export interface VerifyOptions {
  /** Older than this is refused; default 300 s. A nonce must be remembered for this long and the skew. */
  readonly ageMaxMs?: number;
  /** How far a clock may be ahead of ours; default 30 s. */
  readonly skewMaxMs?: number;
  /** Components that this door demands beside the usual ones. */
  readonly required?: readonly string[];
  /** Responses: the nonce of the request that this must answer. */
  readonly nonce?: string;
}

export const SIGNATURE_AGE_MAX_MS = 300_000;
export const SIGNATURE_SKEW_MAX_MS = 30_000;
const LABEL = 'sig1';
const FIELD_NAME = /^[a-z0-9!#$%&'*+\-.^_|~]+$/;
const NO_BODY = new Uint8Array(0);

/** `sha-256=:...:` of the bytes. */
export function contentDigest(body: Uint8Array | string): string {
  return `sha-256=:${hash('sha256', body, 'base64')}:`;
}

/**
 * Signs a request: returns the headers to add. Covers @method, @path, @query when there is one, content-digest and
 * content-type of a body, idempotency-key when present. Throws RangeError when a header to cover is absent.
 */
export function signRequest(request: RequestToSign): Record<string, string> {
  const { path, query } = splitTarget(request.url);
  const components = ['@method', '@path'];
  if (query !== undefined) components.push('@query');
  return signMessage(request, components, { '@method': request.method, '@path': path, '@query': query });
}

/** Signs a response: returns the headers to add. Covers @status, content-type and content-digest. */
export function signResponse(response: ResponseToSign): Record<string, string> {
  return signMessage(response, ['@status'], { '@status': response.status.toString() });
}

function signMessage(
  message: RequestToSign | ResponseToSign,
  components: string[],
  derived: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  if (!Number.isSafeInteger(message.created) || message.created > 1e11)
    throw new RangeError('created is epoch seconds');
  const added: Record<string, string> = {};
  const headers: Record<string, string | readonly string[] | undefined> = {};
  for (const [name, value] of Object.entries(message.headers ?? {})) headers[name.toLowerCase()] = value;
  if (message.body !== undefined && message.body.length > 0) {
    if (headers['content-type'] !== undefined) components.push('content-type');
    added['content-digest'] = headers['content-digest'] = contentDigest(message.body);
    components.push('content-digest');
  }
  if (headers['idempotency-key'] !== undefined) components.push('idempotency-key');
  for (const extra of message.extraComponents ?? []) {
    if (!components.includes(extra)) components.push(extra);
  }
  const algorithm = algorithmOf(message.privateKey);
  const signatureParams =
    `(${components.map((name) => `"${name}"`).join(' ')});created=${message.created};keyid=${quoted(message.keyId)}` +
    `;alg="${algorithm}";nonce=${quoted(message.nonce)}`;
  const lines = components.map((name) => {
    const value = componentValue(name, derived, headers);
    if (value === undefined) throw new RangeError(`there is no ${name} to sign`);
    return `"${name}": ${value}\n`;
  });
  const base = Buffer.from(`${lines.join('')}"@signature-params": ${signatureParams}`, 'latin1');
  added['signature-input'] = `${LABEL}=${signatureParams}`;
  added['signature'] = `${LABEL}=:${signBytes(message.privateKey, algorithm, base).toString('base64')}:`;
  return added;
}

/**
 * Verifies a request over its raw bytes. In this order: is there a signature, can it be read, is the key registered and
 * valid now, is it fresh, does it cover what it must, does the digest fit the body, does the signature verify.
 * Never throws on what a stranger sent.
 */
export function verifyRequest(
  request: ReceivedRequest,
  findKey: FindKey,
  nowMs: number,
  options: VerifyOptions = {},
): Verification {
  const { path, query } = splitTarget(request.url);
  const required = ['@method', '@path'];
  if (query !== undefined) required.push('@query');
  if (request.headers['idempotency-key'] !== undefined) required.push('idempotency-key');
  const derived = { '@method': request.method, '@path': path, '@query': query };
  return verifyMessage(request, derived, required, findKey, nowMs, options);
}

/** Verifies a response as `verifyRequest` does; with `options.nonce` it must answer that very request. */
export function verifyResponse(
  response: ReceivedResponse,
  findKey: FindKey,
  nowMs: number,
  options: VerifyOptions = {},
): Verification {
  return verifyMessage(
    response,
    { '@status': response.status.toString() },
    ['@status'],
    findKey,
    nowMs,
    options,
  );
}

function verifyMessage(
  message: { readonly headers: HeaderValues; readonly rawBody?: Uint8Array },
  derived: Readonly<Record<string, string | undefined>>,
  required: string[],
  findKey: FindKey,
  nowMs: number,
  options: VerifyOptions,
): Verification {
  const claims = readClaims(message.headers);
  if ('reason' in claims) return claims;
  const claim = claims.find((each) => findKey(each.keyId) !== undefined);
  const key = claim && findKey(claim.keyId);
  if (claim === undefined || key === undefined) return refused('key_unknown', 'no such key is registered');
  if (nowMs < key.validFrom || nowMs >= key.validTo)
    return refused('key_unknown', 'the key is not valid now');
  if (claim.algorithm !== undefined && claim.algorithm !== key.algorithm) {
    return refused('signature_invalid', `the key is registered for ${key.algorithm}`);
  }
  const stale = staleness(claim, nowMs, options);
  if (stale !== undefined) return refused('signature_expired', stale);
  if (options.nonce !== undefined && claim.nonce !== options.nonce) {
    return refused('signature_invalid', 'this answers another request');
  }
  const body = message.rawBody ?? NO_BODY;
  if (body.length > 0) required.push('content-digest', 'content-type');
  const uncovered = [...required, ...(options.required ?? [])].find(
    (name) => !claim.components.includes(name),
  );
  if (uncovered !== undefined)
    return refused('signature_invalid', `the signature does not cover ${uncovered}`);
  if (claim.components.includes('content-digest') && !digestFits(message.headers, body)) {
    return refused('signature_invalid', 'Content-Digest does not fit the body');
  }
  const base = signatureBase(claim, derived, message.headers);
  if (base === undefined)
    return refused('signature_invalid', 'a covered component is absent or not understood');
  if (!verifyBytes(key, base, claim.signature))
    return refused('signature_invalid', 'the signature does not verify');
  return { kind: 'verified', keyId: claim.keyId, nonce: claim.nonce, created: claim.created };
}

function refused(reason: SignatureRefusal, detail: string): Verification & { kind: 'refused' } {
  return { kind: 'refused', reason, detail };
}

function staleness(claim: Claim, nowMs: number, options: VerifyOptions): string | undefined {
  const createdMs = claim.created * 1000;
  // One second more: `created` has whole seconds.
  if (nowMs - createdMs > (options.ageMaxMs ?? SIGNATURE_AGE_MAX_MS) + 999) return 'created is too long ago';
  if (createdMs - nowMs > (options.skewMaxMs ?? SIGNATURE_SKEW_MAX_MS)) return 'created lies in the future';
  if (claim.expires !== undefined && claim.expires * 1000 <= nowMs) return 'expires has passed';
  return undefined;
}

function digestFits(headers: HeaderValues, body: Uint8Array): boolean {
  const digests = parseDictionary(fieldValue(headers, 'content-digest') ?? '');
  const member = digests?.get('sha-256');
  if (member?.kind !== 'item' || member.item.bare.kind !== 'bytes') return false;
  return member.item.bare.value.equals(hash('sha256', body, 'buffer'));
}

function signatureBase(
  claim: Claim,
  derived: Readonly<Record<string, string | undefined>>,
  headers: HeaderValues,
): Buffer | undefined {
  let text = '';
  for (const name of claim.components) {
    const value = componentValue(name, derived, headers);
    if (value === undefined) return undefined;
    text += `${quoted(name)}: ${value}\n`;
  }
  return Buffer.from(`${text}"@signature-params": ${claim.signatureParams}`, 'latin1');
}

function componentValue(
  name: string,
  derived: Readonly<Record<string, string | undefined>>,
  headers: HeaderValues,
): string | undefined {
  if (name.startsWith('@')) {
    if (name === '@authority') return fieldValue(headers, 'host')?.toLowerCase();
    return Object.hasOwn(derived, name) ? derived[name] : undefined;
  }
  return FIELD_NAME.test(name) ? fieldValue(headers, name) : undefined;
}

function splitTarget(url: string): { path: string; query: string | undefined } {
  let target = url;
  if (!url.startsWith('/')) {
    const parsed = URL.parse(url);
    target = parsed === null ? url : parsed.pathname + parsed.search;
  }
  const mark = target.indexOf('?');
  if (mark < 0) return { path: target === '' ? '/' : target, query: undefined };
  return { path: target.slice(0, mark) || '/', query: target.slice(mark) };
}
