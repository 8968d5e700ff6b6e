import type { KeyObject } from 'node:crypto';
import { componentValue, contentDigest, digestTrouble, NO_QUERY, splitTarget } from './signature-base.js';
import { NONCE, type HeaderValues } from './signature-claim.js';
import { algorithmOf, signBytes } from './signing-key.js';
import { quoted } from './structured-field.js';

// Signs HTTP messages (RFC 9421): what we cover. What must be covered `http-signature.ts` says.

const LABEL = 'sig1';

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

interface Signed {
  /** To add to the request. */
  readonly headers: Record<string, string>;
  readonly base: string;
}

/**
 * Signs a request: returns the headers to add. Covers @method, @path, @query when there is one, @authority of an absolute
 * URL, content-digest and content-type of a body, idempotency-key when present. A Content-Digest that is given is used, else one is made. What is
 * signed here `verifyRequest` accepts; what it would not is a RangeError (absent component, short nonce, wrong digest ...).
 */
export function signRequest(request: RequestToSign): Record<string, string> {
  return explainRequest(request).headers;
}

/** As `signRequest`, with the signature base: the text that is signed, a line for each component. */
export function explainRequest(request: RequestToSign): Signed {
  const { path, query, authority } = splitTarget(request.url);
  const components = ['@method', '@path'];
  if (query !== undefined) components.push('@query');
  const derived = { '@method': request.method, '@path': path, '@query': query ?? NO_QUERY };
  if (authority === undefined) return signMessage(request, components, derived);
  components.push('@authority');
  return signMessage(request, components, { ...derived, '@authority': authority });
}

/** Signs a response: returns the headers to add. Covers @status, content-type and content-digest. */
export function signResponse(response: ResponseToSign): Record<string, string> {
  return signMessage(response, ['@status'], { '@status': response.status.toString() }).headers;
}

function signMessage(
  message: RequestToSign | ResponseToSign,
  components: string[],
  derived: Readonly<Record<string, string | undefined>>,
): Signed {
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
  return { headers: added, base: base.toString('latin1') };
}
