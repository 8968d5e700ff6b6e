import { sign, verify, type KeyObject } from 'node:crypto';
import type { HeaderValues } from './signature-claim.js';
import { fromBase64Url, readJoseHeader } from './jose-header.js';

// Mojaloop's FSPIOP-Signature (Signature v1.1): a JWS by RS256 over the whole body of a request, as a JSON object of its
// protected header and its signature. The protected header repeats headers of the request. Answers are never signed. A
// request without a body is signed over no bytes.

/** What a signature is bound to beside the body. */
export interface FspiopSubject {
  readonly method: string;
  /** Path and query. */
  readonly uri: string;
  /** The FSP that sends. */
  readonly source: string;
  /** Absent only where the sender does not know it: `GET /parties`. */
  readonly destination?: string;
  /** As it stands in the header `Date`. */
  readonly date: string;
}

export type FspiopRefusal =
  'missing' | 'malformed' | 'wrong_algorithm' | 'header_differs' | 'key_unknown' | 'signature_wrong';

export type FspiopVerdict =
  | ({ readonly kind: 'verified' } & Pick<FspiopSubject, 'source' | 'destination' | 'date'>)
  /** `detail` names the header or the member. */
  | { readonly kind: 'refused'; readonly reason: FspiopRefusal; readonly detail: string };

interface SignedRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: HeaderValues;
  readonly body: Uint8Array;
}

const ALGORITHM = 'RS256';
const HEADER = 'fspiop-signature';
/** Members of the protected header: each repeats the header of the request with its name. */
const NAMES = ['FSPIOP-URI', 'FSPIOP-HTTP-Method', 'FSPIOP-Source', 'FSPIOP-Destination', 'Date'];
/** Members that are about the signature itself (RFC 7515 4.1); any other repeats a header of the request too. */
const OF_JOSE: ReadonlySet<string> = new Set([
  'alg',
  'kid',
  'typ',
  'cty',
  'jku',
  'jwk',
  'x5u',
  'x5c',
  'x5t',
  'x5t#S256',
]);
const HEADER_LENGTH_MAX = 40_000;

/** The headers that sign a request. Throws for a key that is not RSA. */
export function signFspiop(
  { method, uri, source, destination, date }: FspiopSubject,
  body: Uint8Array,
  privateKey: KeyObject,
): Readonly<Record<string, string>> {
  if (privateKey.asymmetricKeyType !== 'rsa') throw new RangeError('RS256 is signed by an RSA key');
  const repeated = {
    'FSPIOP-URI': uri,
    'FSPIOP-HTTP-Method': method,
    'FSPIOP-Source': source,
    ...(destination !== undefined && { 'FSPIOP-Destination': destination }),
    Date: date,
  };
  const protectedHeader = base64Url(Buffer.from(JSON.stringify({ alg: ALGORITHM, ...repeated })));
  const signature = base64Url(sign('sha256', signingInput(protectedHeader, body), privateKey));
  const headers = Object.entries(repeated).map(([name, value]) => [name.toLowerCase(), value] as const);
  return { ...Object.fromEntries(headers), [HEADER]: JSON.stringify({ signature, protectedHeader }) };
}

/**
 * Is a request signed by the FSP that it names as its source, over these bytes and to this URL? In this order: is there a
 * signature, can it be read, does its header repeat the request, is the key known, does it fit. Never throws.
 */
export function verifyFspiop(
  { method, url, headers, body }: SignedRequest,
  findKey: (source: string) => KeyObject | undefined,
): FspiopVerdict {
  const given = headers[HEADER];
  if (typeof given !== 'string') return refused('missing', 'FSPIOP-Signature is missing.');
  const read = readSignature(given);
  if (typeof read === 'string') return refused('malformed', read);
  const { protectedHeader, signature, members } = read;
  if (members['alg'] !== ALGORITHM)
    return refused('wrong_algorithm', `alg of FSPIOP-Signature is not ${ALGORITHM}.`);
  if (members['crit'] !== undefined || members['b64'] !== undefined)
    return refused('malformed', 'FSPIOP-Signature has crit or b64 in its protected header.');
  const differs = differingHeader(members, headers, { method, url });
  if (differs !== undefined) return refused('header_differs', differs);
  const source = members['FSPIOP-Source'] as string;
  const key = findKey(source);
  if (key === undefined)
    return refused('key_unknown', 'No key of this FSPIOP-Source is known, or none holds now.');
  if (!verify('sha256', signingInput(protectedHeader, body), key, signature))
    return refused('signature_wrong', 'FSPIOP-Signature does not fit the body and its protected header.');
  const destination = members['FSPIOP-Destination'] as string | undefined;
  return { kind: 'verified', source, destination, date: members['Date'] as string };
}

interface ReadSignature {
  readonly protectedHeader: string;
  readonly signature: Buffer;
  readonly members: Readonly<Record<string, unknown>>;
}

/** Or what cannot be read of it. */
function readSignature(text: string): ReadSignature | string {
  if (text.length > HEADER_LENGTH_MAX) return 'FSPIOP-Signature is too long.';
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return 'FSPIOP-Signature is no JSON.';
  }
  const { protectedHeader, signature } = (value ?? {}) as { protectedHeader?: unknown; signature?: unknown };
  if (typeof protectedHeader !== 'string' || typeof signature !== 'string')
    return 'FSPIOP-Signature needs protectedHeader and signature.';
  const [members, bytes] = [readJoseHeader(protectedHeader), fromBase64Url(signature)];
  if (members === undefined) return 'protectedHeader of FSPIOP-Signature is no JSON object in base64url.';
  if (bytes === undefined) return 'signature of FSPIOP-Signature is no base64url.';
  return { protectedHeader, signature: bytes, members };
}

/** What the protected header says otherwise than the request; undefined when they agree. */
function differingHeader(
  members: Readonly<Record<string, unknown>>,
  headers: HeaderValues,
  { method, url }: { readonly method: string; readonly url: string },
): string | undefined {
  if (members['FSPIOP-URI'] !== url)
    return 'FSPIOP-URI of the protected header is not the URI of the request.';
  if (members['FSPIOP-HTTP-Method'] !== method)
    return 'FSPIOP-HTTP-Method of the protected header is not the method of the request.';
  const others = Object.keys(members).filter((name) => !OF_JOSE.has(name));
  for (const name of new Set([...NAMES, ...others])) {
    const [inside, outside] = [members[name], headers[name.toLowerCase()]];
    if (typeof inside === 'string' && inside === outside) continue;
    // Who looks for a party does not know where it is: whoever hands the question on may add that.
    const isOpen = name === 'FSPIOP-Destination' && isLookup(method, url);
    if (inside === undefined && (isOpen || (name === 'FSPIOP-Destination' && outside === undefined)))
      continue;
    if (inside === undefined) return `${name} is not in the protected header.`;
    return outside === undefined
      ? `The header ${name} is missing.`
      : `The header ${name} is not what the protected header says.`;
  }
  return undefined;
}

function isLookup(method: string, url: string): boolean {
  return method === 'GET' && url.startsWith('/parties/');
}

function signingInput(protectedHeader: string, body: Uint8Array): Buffer {
  return Buffer.from(`${protectedHeader}.${base64Url(body)}`);
}

function base64Url(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64url');
}

function refused(reason: FspiopRefusal, detail: string): FspiopVerdict {
  return { kind: 'refused', reason, detail };
}
