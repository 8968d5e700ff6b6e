import { sign, verify, type KeyObject } from 'node:crypto';
import { loadRsaPrivateKey, loadRsaPublicKey } from '@tonle/security';
import { asRecord, DecimalText, parseKeepingNumbers } from './json.js';
import type { WirePart } from './wire.js';

// Networks that sign their JSON inside of it: a member holds the RSA signature (SHA-256, PKCS #1 v1.5) over the values of
// all others in the order of their names, without anything between them. So it does not tell where one value ends, and
// whoever reads what was signed has to be strict about each.

const SIGNATURE = 'Signature';
/** Both alphabets occur, with padding and without. */
const BASE64 = /^[\w+/-]{40,2000}={0,2}$/;
const UNAUTHORIZED = 401;

export interface BodySignature {
  /** PEM file of our RSA private key. */
  readonly keyPath: string;
  /** PEM files of the network's public keys: while one takes over from another, both. */
  readonly theirKeyPaths: readonly string[];
}

/**
 * Signs the JSON body of each request, and takes no answer without a good signature in it: that is ambiguous. Only a 401
 * passes without one, since it says nothing but that a token does not hold.
 */
export function bodySigned({ keyPath, theirKeyPaths }: BodySignature): WirePart {
  return () => {
    const privateKey = loadRsaPrivateKey(keyPath);
    const theirKeys = theirKeyPaths.map(loadRsaPublicKey);
    return (next) => async (request) => {
      const body = request.body && signBody(request.body, privateKey);
      const carried = await next({ ...request, body });
      const { reply } = carried;
      if (reply.kind !== 'answered' || reply.status === UNAUTHORIZED) return carried;
      const trouble = bodyTrouble(reply.bytes, theirKeys);
      if (trouble === undefined) return carried;
      return { ...carried, reply: { kind: 'ambiguous', because: `HTTP ${reply.status}, ${trouble}` } };
    };
  };
}

/** The JSON object with its signature as the last member. Throws when the body is none. */
export function signBody(body: Uint8Array, privateKey: KeyObject): Uint8Array {
  const text = Buffer.from(body).toString('utf8').trim();
  const signed = sign('sha256', signedBytes(objectOf(text)), privateKey).toString('base64url');
  const open = text.slice(0, -1).trimEnd();
  return Buffer.from(`${open}${open.endsWith('{') ? '' : ','}"${SIGNATURE}":"${signed}"}`);
}

/** Why a signed body may not be believed; undefined when one of the keys has signed it. Total. */
export function bodyTrouble(body: Uint8Array, keys: readonly KeyObject[]): string | undefined {
  const read = asRecord(parseKeepingNumbers(Buffer.from(body).toString('utf8')));
  if (read === undefined) return 'no JSON object';
  const signature = read[SIGNATURE];
  if (signature === undefined) return 'the signature is missing';
  if (typeof signature !== 'string' || !BASE64.test(signature)) return 'the signature is malformed';
  // Node reads either alphabet.
  const [bytes, text] = [Buffer.from(signature, 'base64'), signedBytes(read)];
  return keys.some((key) => verify('sha256', text, key, bytes)) ? undefined : 'the signature is wrong';
}

/**
 * What is signed of an object: values in the order of their names (by code unit), those of inner objects and lists where
 * their own name stands; numbers as they are written, nothing for null.
 */
function signedBytes(object: Readonly<Record<string, unknown>>): Buffer {
  const { [SIGNATURE]: _, ...others } = object;
  return Buffer.from(valuesOf(others));
}

function valuesOf(value: unknown): string {
  if (value === null) return '';
  if (value instanceof DecimalText) return value.text;
  if (typeof value !== 'object') return String(value);
  if (Array.isArray(value)) return value.map(valuesOf).join('');
  const members = value as Record<string, unknown>;
  const names = Object.keys(members).sort();
  return names.map((name) => valuesOf(members[name])).join('');
}

function objectOf(text: string): Readonly<Record<string, unknown>> {
  const read = asRecord(parseKeepingNumbers(text));
  if (read === undefined) throw new RangeError('only a JSON object can be signed inside');
  return read;
}
