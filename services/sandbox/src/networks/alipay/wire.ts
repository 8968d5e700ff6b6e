import { readFileSync, type PathLike } from 'node:fs';
import type { KeyObject } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import { exchange, type WireReply } from '@tonle/network';
import {
  loadRsaPrivateKey,
  loadRsaPublicKey,
  readKeyVersion,
  signKeyVersion,
  verifyKeyVersion,
  type HeaderValues,
} from '@tonle/security';
import { Pool } from 'undici';
import type { Clock } from '@tonle/platform';
import type { HttpCall, HttpReply } from '../../kit/listener.js';
import type { AlipayScheme } from './scheme.js';

const JSON_TYPE = 'application/json; charset=UTF-8';
const CONNECTIONS_MAX = 128;
const AGE_MAX_MS = 300_000;
/** A version that no key has. */
export const UNKNOWN_VERSION = '999';

type Answered =
  | { readonly kind: 'answered'; readonly status: number; readonly body: Readonly<Record<string, unknown>> }
  | Exclude<WireReply, { kind: 'answered' }>;

/** Keys and signatures of Alipay+: checks what Tonle sends, signs what it gets. */
export class AlipayWire {
  private readonly privateKey: KeyObject;
  private readonly tonleKey: KeyObject;
  private readonly pool: Pool;

  constructor(
    private readonly scheme: AlipayScheme,
    folders: { readonly keysDir: string; readonly pkiDir: string },
    private readonly clock: Clock,
  ) {
    this.privateKey = loadRsaPrivateKey(`${folders.keysDir}/${scheme.key}.key.pem`);
    this.tonleKey = loadRsaPublicKey(`${folders.keysDir}/${scheme.tonleKey}.pub.pem`);
    const authority: PathLike = `${folders.pkiDir}/ca.crt`;
    this.pool = new Pool(scheme.doorUrl, {
      connections: CONNECTIONS_MAX,
      keepAliveTimeout: 60_000,
      connect: { secureContext: createSecureContext({ ca: readFileSync(authority) }) },
    });
  }

  /** The result code that a request of Tonle's is refused with; undefined: it is signed by Tonle. */
  whyNot(call: HttpCall): string | undefined {
    if (call.method !== 'POST') return 'METHOD_NOT_SUPPORTED';
    if (call.headers['client-id'] !== this.scheme.clientId) return 'INVALID_CLIENT';
    return this.checked(call.target, call.headers, call.body, 'request-time');
  }

  /** Signs an answer for the path of its request. */
  sign(reply: HttpReply, path: string): HttpReply {
    const headers = this.headersOf(path, Buffer.from(reply.body), 'response-time');
    return { ...reply, headers: { ...reply.headers, ...headers } };
  }

  /** Sends a signed request to Tonle. An answer that is not signed by Tonle is no answer. */
  async post(
    path: string,
    body: object,
    timeoutMs: number,
    { keyVersion }: { readonly keyVersion?: string } = {},
  ): Promise<Answered> {
    const bytes = Buffer.from(JSON.stringify(body));
    const headers = { 'content-type': JSON_TYPE, ...this.headersOf(path, bytes, 'request-time', keyVersion) };
    const reply = await exchange(this.pool, { method: 'POST', path, headers, body: bytes, timeoutMs });
    if (reply.kind !== 'answered') return reply;
    const wrong = this.checked(path, reply.headers, reply.bytes, 'response-time');
    if (wrong !== undefined)
      return {
        kind: 'ambiguous',
        because: `HTTP ${reply.status} with ${wrong}: ${Buffer.from(reply.bytes).toString().slice(0, 200)}`,
      };
    try {
      const read = JSON.parse(Buffer.from(reply.bytes).toString('utf8')) as Readonly<Record<string, unknown>>;
      return { kind: 'answered', status: reply.status, body: read };
    } catch {
      return { kind: 'ambiguous', because: `HTTP ${reply.status} without JSON` };
    }
  }

  close(): Promise<void> {
    return this.pool.destroy();
  }

  private headersOf(
    path: string,
    body: Uint8Array,
    timeHeader: string,
    keyVersion = this.scheme.keyVersion,
  ): Record<string, string> {
    const { clientId } = this.scheme;
    // In local time, as the documented examples are.
    const time = `${new Date(this.clock.now() + 8 * 3_600_000).toISOString().slice(0, 19)}+08:00`;
    const subject = { method: 'POST', path, clientId, time };
    const signature = signKeyVersion(subject, body, { privateKey: this.privateKey, keyVersion });
    return { 'client-id': clientId, [timeHeader]: time, signature: signature.replaceAll(',', ', ') };
  }

  private checked(
    path: string,
    headers: HeaderValues,
    body: Uint8Array,
    timeHeader: string,
  ): string | undefined {
    const { clientId, tonleKeyVersion } = this.scheme;
    const [given, time] = [headers['signature'], headers[timeHeader]];
    const claim = typeof given === 'string' ? readKeyVersion(given) : undefined;
    if (claim === undefined || typeof time !== 'string') return 'INVALID_SIGNATURE';
    if (claim.keyVersion !== tonleKeyVersion) return 'KEY_NOT_FOUND';
    if (!(Math.abs(this.clock.now() - Date.parse(time)) <= AGE_MAX_MS)) return 'INVALID_SIGNATURE';
    const subject = { method: 'POST', path, clientId, time };
    return verifyKeyVersion(subject, body, this.tonleKey, claim.signature) ? undefined : 'INVALID_SIGNATURE';
  }
}

/** An answer before it is signed: HTTP status 200 whatever it says. */
export function told(body: object): HttpReply {
  return { status: 200, headers: { 'content-type': JSON_TYPE }, body: JSON.stringify(body) };
}

/** Well-formed, and wrong. */
export function spoiled(reply: HttpReply): HttpReply {
  const { signature = '' } = reply.headers;
  const middle = Math.floor(signature.length / 2);
  const turned = signature[middle] === 'A' ? 'B' : 'A';
  return {
    ...reply,
    headers: {
      ...reply.headers,
      signature: `${signature.slice(0, middle)}${turned}${signature.slice(middle + 1)}`,
    },
  };
}

/** Signed well, with a key that nobody has heard of. */
export function misnamed(reply: HttpReply): HttpReply {
  const signature = reply.headers['signature']?.replace(/keyVersion=\d+/, `keyVersion=${UNKNOWN_VERSION}`);
  return { ...reply, headers: { ...reply.headers, ...(signature !== undefined && { signature }) } };
}
