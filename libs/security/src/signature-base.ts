import { hash } from 'node:crypto';
import { fieldValue, type Claim, type HeaderValues } from './signature-claim.js';
import { parseDictionary, quoted } from './structured-field.js';

// What a signature is over: components of a message and the digest of its body, as RFC 9421 and RFC 9530 write them.

const FIELD_NAME = /^[a-z0-9!#$%&'*+\-.^_|~]+$/;
/** Ports that an authority does not name (RFC 9421 2.2.3); which scheme a proxy in front ended is not known here. */
const DEFAULT_PORT = /:(?:80|443)$/;
/** An absent query is signed as a lone question mark (RFC 9421 2.2.7). */
export const NO_QUERY = '?';
const DIGESTS = ['sha-256', 'sha-512'] as const;

/** `sha-256=:...:` of the bytes. */
export function contentDigest(body: Uint8Array | string): string {
  return `sha-256=:${hash('sha256', body, 'base64')}:`;
}

/** Every digest that is understood must fit, and one must be there (RFC 9530). */
export function digestTrouble(headers: HeaderValues, body: Uint8Array): string | undefined {
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

/** The value of one covered component; undefined when it is absent or not understood. */
export function componentValue(
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

/** A host as @authority has it: in lower case, without a default port (RFC 9421 2.2.3). */
export function authorityOf<Host extends string | undefined>(host: Host): Host {
  return host?.toLowerCase().replace(DEFAULT_PORT, '') as Host;
}

/** The parts of a request's target, and the host of an absolute one. */
export function splitTarget(url: string): { path: string; query: string | undefined; authority?: string } {
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
