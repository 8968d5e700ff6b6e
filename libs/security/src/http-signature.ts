import { hash, type KeyObject } from 'node:crypto';
import { algorithmOf, signBytes, verifyBytes, type RegisteredKey } from './signing-key.js';
import { fieldValue, NONCE, readClaims, type Claim, type HeaderValues } from './signature-claim.js';
import { parseDictionary, quoted } from './structured-field.js';

// HTTP Message Signatures (RFC 9421) with Content-Digest (RFC 9530): what is covered, and what must be.

export type SignatureRefusal =
  'signature_missing' | 'signature_invalid' | 'signature_expired' | 'signatures_failing' | 'key_unknown';

export type Verification =
  /** `created` is epoch seconds. The caller refuses a nonce that was seen before (per key id). */
  | { readonly kind: 'verified'; readonly keyId: string; readonly nonce: string; readonly created: number }
  /** `detail` says what is wrong in words for the signer; it never carries key material. */
  | { readonly kind: 'refused'; readonly reason: SignatureRefusal; readonly detail: string };

/** How often the signatures of a registered key may be bad before no more of them are looked at. */
export interface SignatureAttempts {
  /** Asked before anything is spent on a signature. */
  mayTry(keyId: string): boolean;
  /** A signature of this key was wrong, or has been used before. */
  failed(keyId: string): void;
}

/** What is said to whoever sent too many bad ones. */
export const FAILING =
  'Too many signatures of this key from this address were wrong or had been used before. No more are checked for a moment.';

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
  /** Bad signatures are counted here, and no more are looked at than it allows. */
  readonly attempts?: SignatureAttempts;
}

export const SIGNATURE_AGE_MAX_MS = 300_000;
export const SIGNATURE_SKEW_MAX_MS = 30_000;
const LABEL = 'sig1';
const FIELD_NAME = /^[a-z0-9!#$%&'*+\-.^_|~]+$/;
const NO_BODY = new Uint8Array(0);
/** An absent query is signed as a lone question mark (RFC 9421 2.2.7). */
const NO_QUERY = '?';
/** Ports that an authority does not name (RFC 9421 2.2.3); which scheme a proxy in front ended is not known here. */
const DEFAULT_PORT = /:(?:80|443)$/;
const SIGNATURE_BYTES = 64;
const DER_SEQUENCE = 0x30;
const DIGESTS = ['sha-256', 'sha-512'] as const;

/** `sha-256=:...:` of the bytes. */
export function contentDigest(body: Uint8Array | string): string {
  return `sha-256=:${hash('sha256', body, 'base64')}:`;
}

/**
 * Signs a request: returns the headers to add. Covers @method, @path, @query when there is one, content-digest and
 * content-type of a body, idempotency-key when present. A Content-Digest that is given is used, else one is made. What is
 * signed here `verifyRequest` accepts; what it would not is a RangeError (absent component, short nonce, wrong digest ...).
 */
export function signRequest(request: RequestToSign): Record<string, string> {
  const { path, query, authority } = splitTarget(request.url);
  const components = ['@method', '@path'];
  if (query !== undefined) components.push('@query');
  const derived = { '@method': request.method, '@path': path, '@query': query ?? NO_QUERY };
  const host = authority === undefined ? {} : { '@authority': authority };
  return signMessage(request, components, { ...derived, ...host });
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
  if (!NONCE.test(message.nonce)) throw new RangeError('a nonce has 8 to 128 visible ASCII characters');
  const added: Record<string, string> = {};
  const headers: Record<string, string | readonly string[] | undefined> = {};
  for (const [name, value] of Object.entries(message.headers ?? {})) headers[name.toLowerCase()] = value;
  if (message.body !== undefined && message.body.length > 0) {
    if (headers['content-type'] === undefined) throw new RangeError('a body needs a content-type');
    if (headers['content-digest'] === undefined)
      added['content-digest'] = headers['content-digest'] = contentDigest(message.body);
    const wrong = digestTrouble(headers, Buffer.from(message.body));
    if (wrong !== undefined) throw new RangeError(wrong);
    components.push('content-type', 'content-digest');
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
 * Verifies a request over its raw bytes. In this order: is there a signature, can it be read, is the key registered, did
 * not too many of it fail, is it valid now, is it fresh, does it cover what it must, does the digest fit the body, does the
 * signature verify.
 * One good signature is enough, whatever stands before it: keys overlap while they rotate. When none is, the refusal is
 * of the first whose key is registered. Never throws on what a stranger sent.
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
  const derived = { '@method': request.method, '@path': path, '@query': query ?? NO_QUERY };
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
  const body = message.rawBody ?? NO_BODY;
  const demanded = [...required, ...(options.required ?? [])];
  if (body.length > 0) demanded.push('content-digest', 'content-type');
  let refusal: Verification | undefined;
  for (const claim of claims) {
    const key = findKey(claim.keyId);
    if (key === undefined) continue;
    const early = whyNot(claim, key, demanded, nowMs, options);
    const wrong = early ?? contentRefusal(claim, key, message, derived);
    if (wrong === undefined)
      return { kind: 'verified', keyId: claim.keyId, nonce: claim.nonce, created: claim.created };
    if (early === undefined) options.attempts?.failed(claim.keyId);
    refusal ??= wrong;
  }
  return refusal ?? refused('key_unknown', 'No key with this id is registered.');
}

/** What is wrong with a claim before its bytes are looked at. */
function whyNot(
  claim: Claim,
  key: RegisteredKey,
  demanded: readonly string[],
  nowMs: number,
  options: VerifyOptions,
): Verification | undefined {
  if (options.attempts?.mayTry(claim.keyId) === false) return refused('signatures_failing', FAILING);
  if (nowMs < key.validFrom || nowMs >= key.validTo)
    return refused('key_unknown', 'The key is not currently valid.');
  if (claim.algorithm !== undefined && claim.algorithm !== key.algorithm)
    return refused('signature_invalid', `The key is registered for ${key.algorithm}.`);
  const stale = staleness(claim, nowMs, options);
  if (stale !== undefined) return refused('signature_expired', stale);
  if (options.nonce !== undefined && claim.nonce !== options.nonce)
    return refused('signature_invalid', 'This is the answer to another request.');
  const uncovered = demanded.find((name) => !claim.components.includes(name));
  return uncovered === undefined
    ? undefined
    : refused('signature_invalid', `The signature does not cover ${uncovered}.`);
}

/** What is wrong with the bytes that a claim covers. */
function contentRefusal(
  claim: Claim,
  key: RegisteredKey,
  message: { readonly headers: HeaderValues; readonly rawBody?: Uint8Array },
  derived: Readonly<Record<string, string | undefined>>,
): Verification | undefined {
  if (claim.components.includes('content-digest')) {
    const wrong = digestTrouble(message.headers, message.rawBody ?? NO_BODY);
    if (wrong !== undefined) return refused('signature_invalid', wrong);
  }
  const base = signatureBase(claim, derived, message.headers);
  if (base === undefined)
    return refused('signature_invalid', 'A covered component is absent or not supported.');
  return verifyBytes(key, base, claim.signature)
    ? undefined
    : refused(
        'signature_invalid',
        formTrouble(claim.signature) ?? 'The signature does not match the request.',
      );
}

/** Both algorithms here have signatures of one length; libraries like to give ECDSA as DER. */
function formTrouble(signature: Buffer): string | undefined {
  if (signature.length === SIGNATURE_BYTES) return undefined;
  const form = signature[0] === DER_SEQUENCE ? ', and this looks like DER' : '';
  return `A signature is ${SIGNATURE_BYTES} bytes (ECDSA: r and s, 32 each), not ${signature.length}${form}.`;
}

function refused(reason: SignatureRefusal, detail: string): Verification & { kind: 'refused' } {
  return { kind: 'refused', reason, detail };
}

function staleness(claim: Claim, nowMs: number, options: VerifyOptions): string | undefined {
  const createdMs = claim.created * 1000;
  const ageMax = options.ageMaxMs ?? SIGNATURE_AGE_MAX_MS;
  const skewMax = options.skewMaxMs ?? SIGNATURE_SKEW_MAX_MS;
  const clock = `our clock says ${new Date(nowMs).toISOString()}.`;
  const seconds = (ms: number): number => Math.round(ms / 1000);
  // One second more: `created` has whole seconds.
  if (nowMs - createdMs > ageMax + 999)
    return `The signature was created ${seconds(nowMs - createdMs)} s ago, ${seconds(ageMax)} s are allowed; ${clock}`;
  if (createdMs - nowMs > skewMax)
    return `The signature was created ${seconds(createdMs - nowMs)} s in the future, ${seconds(skewMax)} s are allowed; ${clock}`;
  if (claim.expires !== undefined && claim.expires * 1000 <= nowMs)
    return `The time in expires has passed; ${clock}`;
  return undefined;
}

/** Every digest that is understood must fit, and one must be there (RFC 9530). */
function digestTrouble(headers: HeaderValues, body: Uint8Array): string | undefined {
  const digests = parseDictionary(fieldValue(headers, 'content-digest') ?? '');
  if (digests === undefined) return 'Content-Digest cannot be read.';
  const given = DIGESTS.filter((algorithm) => digests.has(algorithm));
  if (given.length === 0) return `Content-Digest must give ${DIGESTS.join(' or ')}.`;
  const wrong = given.find((algorithm) => {
    const member = digests.get(algorithm);
    if (member?.kind !== 'item' || member.item.bare.kind !== 'bytes') return true;
    return !member.item.bare.value.equals(hash(algorithm.replace('-', ''), body, 'buffer'));
  });
  return wrong === undefined ? undefined : `The ${wrong} of Content-Digest does not match the body.`;
}

/** The bytes that a signature is over (RFC 9421 2.5); undefined when a covered component is absent or not understood. */
export function signatureBase(
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
    if (Object.hasOwn(derived, name)) return derived[name];
    return name === '@authority' ? authorityOf(fieldValue(headers, 'host')) : undefined;
  }
  return FIELD_NAME.test(name) ? fieldValue(headers, name) : undefined;
}

/** Lower case, without a default port (RFC 9421 2.2.3). */
function authorityOf(host: string | undefined): string | undefined {
  return host?.toLowerCase().replace(DEFAULT_PORT, '');
}

function splitTarget(url: string): { path: string; query: string | undefined; authority?: string } {
  const parsed = url.startsWith('/') ? null : URL.parse(url);
  const target =
    parsed === null ? url : parsed.href.slice(parsed.origin.length, -parsed.hash.length || undefined);
  const authority = parsed === null ? undefined : authorityOf(parsed.host);
  const mark = target.indexOf('?');
  const path = mark < 0 ? target : target.slice(0, mark);
  // A lone question mark is as good as no query.
  const query = mark < 0 || mark === target.length - 1 ? undefined : target.slice(mark);
  return { path: path || '/', query, ...(authority === undefined ? {} : { authority }) };
}
