import {
  authorityOf,
  componentValue,
  digestTrouble,
  NO_QUERY,
  signatureBase,
  splitTarget,
} from './signature-base.js';
import { fieldValue, readClaims, type Claim, type HeaderValues } from './signature-claim.js';
import { verifyBytes, type RegisteredKey } from './signing-key.js';

// HTTP Message Signatures (RFC 9421), verified: what must be covered, by whom, for whom, and when.

export type SignatureRefusal =
  | 'signature_missing'
  | 'signature_invalid'
  | 'signature_expired'
  | 'signature_misdirected'
  | 'signatures_failing'
  | 'key_unknown';

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

/** Whom a request must be meant for: who has a signer's request for another switch cannot hand it on to us. */
export interface Audience {
  /** Hosts that are ours, as `authorityOf` writes them. */
  readonly authorities: readonly string[];
  /** Must `@authority` be covered? Else it is compared when it is. */
  readonly demanded: boolean;
}

/** What is said to whoever sent too many bad ones. */
export const FAILING =
  'Too many signatures of this key from this address were wrong or had been used before. No more are checked for a moment.';

export type FindKey = (keyId: string) => RegisteredKey | undefined;

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
  /** Responses: the nonce of the request that this must answer. */
  readonly nonce?: string;
  /** Requests: the hosts that are ours; without them a request for any host is taken. */
  readonly audience?: Audience;
  /** Bad signatures are counted here, and no more are looked at than it allows. */
  readonly attempts?: SignatureAttempts;
}

export const SIGNATURE_AGE_MAX_MS = 300_000;
export const SIGNATURE_SKEW_MAX_MS = 30_000;
const NO_BODY = new Uint8Array(0);
const SIGNATURE_BYTES = 64;
const HOST_SHOWN_MAX = 255;
const DER_SEQUENCE = 0x30;

/**
 * Verifies a request over its raw bytes. In this order: is there a signature, can it be read, is the key registered, did
 * not too many of it fail, is it valid now, is it fresh, does it cover what it must, is it for a host of ours, does the
 * digest fit the body, does the signature verify.
 * One good signature is enough, whatever stands before it: keys overlap while they rotate. When none is, the refusal is
 * of the first whose key is registered. Never throws on what a stranger sent.
 */
export function verifyRequest(
  request: ReceivedRequest,
  findKey: FindKey,
  nowMs: number,
  options: VerifyOptions = {},
): Verification {
  const {
    path,
    query,
    authority = authorityOf(fieldValue(request.headers, 'host')),
  } = splitTarget(request.url);
  const required = ['@method', '@path'];
  if (query !== undefined) required.push('@query');
  if (request.headers['idempotency-key'] !== undefined) required.push('idempotency-key');
  const derived = {
    '@method': request.method,
    '@path': path,
    '@query': query ?? NO_QUERY,
    '@authority': authority,
  };
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
  required: readonly string[],
  findKey: FindKey,
  nowMs: number,
  options: VerifyOptions,
): Verification {
  const claims = readClaims(message.headers);
  if ('reason' in claims) return claims;
  const body = message.rawBody ?? NO_BODY;
  const demanded = body.length > 0 ? [...required, 'content-digest', 'content-type'] : required;
  let refusal: Verification | undefined;
  for (const claim of claims) {
    const key = findKey(claim.keyId);
    if (key === undefined) continue;
    const early =
      whyNot(claim, key, demanded, nowMs, options) ??
      audienceRefusal(claim, derived['@authority'], options.audience);
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

/** Why a request is not for us. */
function audienceRefusal(
  { components }: Claim,
  authority = '',
  audience?: Audience,
): Verification | undefined {
  if (audience === undefined) return undefined;
  const host = authority.slice(0, HOST_SHOWN_MAX);
  if (!components.includes('@authority')) {
    const uncovered = `The signature does not cover @authority, the host that the request is sent to (Host: ${host}).`;
    return audience.demanded ? refused('signature_invalid', uncovered) : undefined;
  }
  if (audience.authorities.includes(authority)) return undefined;
  return refused(
    'signature_misdirected',
    `The request is for the host ${host} (Host, @authority), and this switch is reached as ` +
      `${audience.authorities.join(' or ')}. Send it there and sign it for that host; a proxy in between must leave Host as it is.`,
  );
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
  if (base === undefined) {
    const absent = claim.components.find(
      (name) => componentValue(name, derived, message.headers) === undefined,
    );
    return refused('signature_invalid', `The covered component ${absent} is absent or not supported.`);
  }
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
