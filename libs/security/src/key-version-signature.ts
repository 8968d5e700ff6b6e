import { sign, verify, type KeyObject } from 'node:crypto';

// One header that says algorithm and version of its key: `algorithm=RSA256,keyVersion=1,signature=<base64>`, over method,
// path, client, time and the raw bytes of the body (Alipay+ API reference, "Request" and "Response").

const ALGORITHM = 'RSA256';
const KEY_VERSION = /^\d{1,9}$/;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const HEADER_MAX = 4_096;

/** What is signed beside the body. An answer has the method and path of its request, and its own time. */
export interface KeyVersionSubject {
  readonly method: string;
  /** With the query, as it is sent. */
  readonly path: string;
  /** Names us to the other side, and is the same both ways. */
  readonly clientId: string;
  /** Request-Time or Response-Time as the header has it. */
  readonly time: string;
}

export interface KeyVersionClaim {
  readonly keyVersion: string;
  readonly signature: Buffer;
}

/** The bytes that are signed: the body stays as it is, never written again from what was read. */
export function keyVersionText(subject: KeyVersionSubject, body: Uint8Array): Buffer {
  const { method, path, clientId, time } = subject;
  return Buffer.concat([Buffer.from(`${method} ${path}\n${clientId}.${time}.`), body]);
}

/** The value of the `Signature` header. */
export function signKeyVersion(
  subject: KeyVersionSubject,
  body: Uint8Array,
  key: { readonly privateKey: KeyObject; readonly keyVersion: string },
): string {
  const signature = sign('sha256', keyVersionText(subject, body), key.privateKey).toString('base64');
  return `algorithm=${ALGORITHM},keyVersion=${key.keyVersion},signature=${encodeURIComponent(signature)}`;
}

/**
 * Reads a `Signature` header: parts in any order, names in any case, blanks around them, the base64 percent-encoded or
 * plain. Undefined for anything else: another algorithm, a part that is absent or comes twice, bytes that are no base64.
 */
export function readKeyVersion(header: string): KeyVersionClaim | undefined {
  if (header.length > HEADER_MAX) return undefined;
  const parts = new Map<string, string>();
  for (const part of header.split(',')) {
    // Padding of plain base64 is `=` too: only the first one parts name and value.
    const mark = part.indexOf('=');
    const name = part.slice(0, Math.max(mark, 0)).trim().toLowerCase();
    if (name === '' || parts.has(name)) return undefined;
    parts.set(name, part.slice(mark + 1).trim());
  }
  const [algorithm, keyVersion, text] = [
    parts.get('algorithm'),
    parts.get('keyversion'),
    parts.get('signature'),
  ];
  if (algorithm?.toUpperCase() !== ALGORITHM || keyVersion === undefined || text === undefined)
    return undefined;
  const base64 = percentDecoded(text);
  if (!KEY_VERSION.test(keyVersion) || base64 === '' || !BASE64.test(base64)) return undefined;
  return { keyVersion, signature: Buffer.from(base64, 'base64') };
}

/** SHA256withRSA, PKCS #1 v1.5. False for a signature of any other length or form; never throws. */
export function verifyKeyVersion(
  subject: KeyVersionSubject,
  body: Uint8Array,
  publicKey: KeyObject,
  signature: Uint8Array,
): boolean {
  try {
    return verify('sha256', keyVersionText(subject, body), publicKey, signature);
  } catch {
    return false;
  }
}

/** Empty for what is no percent-encoding. */
function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return '';
  }
}
