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
import type { HttpCall, HttpReply } from './listener.js';

const JSON_TYPE = 'application/json; charset=UTF-8';
const CONNECTIONS_MAX = 128;
const AGE_MAX_MS = 300_000;
/** A version that no key has. */
export const UNKNOWN_VERSION = '999';

/** Who signs with which version, and how both sides name Tonle. */
export interface KeyVersionWireSettings {
  /** Signs with `<key>.key.pem`, under this version. */
  readonly key: string;
  readonly keyVersion: string;
  /** Tonle signs with `<tonleKey>.pub.pem`, under this version. */
  readonly tonleKey: string;
  readonly tonleKeyVersion: string;
  readonly clientId: string;
  /** Tonle's endpoint for this network. */
  readonly doorUrl: string;
  /** Times are in local time, as in the documented examples. */
  readonly utcOffsetMinutes: number;
}

/** What is wrong with a signature: whom it names, its key, or itself. */
export type KeyVersionFault = 'client' | 'key' | 'signature';

type Line = { readonly method: string; readonly path: string };

export type SignedAnswer =
  | { readonly kind: 'answered'; readonly status: number; readonly body: Readonly<Record<string, unknown>> }
  | Exclude<WireReply, { kind: 'answered' }>;

/** Keys and signatures of a network that signs with versions of RSA keys: checks what Tonle sends, signs what it gets. */
export class KeyVersionWire {
  private readonly privateKey: KeyObject;
  private readonly tonleKey: KeyObject;
  private readonly pool: Pool;

  constructor(
    private readonly settings: KeyVersionWireSettings,
    folders: { readonly keysDir: string; readonly pkiDir: string },
    private readonly clock: Clock,
  ) {
    this.privateKey = loadRsaPrivateKey(`${folders.keysDir}/${settings.key}.key.pem`);
    this.tonleKey = loadRsaPublicKey(`${folders.keysDir}/${settings.tonleKey}.pub.pem`);
    const authority: PathLike = `${folders.pkiDir}/ca.crt`;
    this.pool = new Pool(settings.doorUrl, {
      connections: CONNECTIONS_MAX,
      keepAliveTimeout: 60_000,
      connect: { secureContext: createSecureContext({ ca: readFileSync(authority) }) },
    });
  }

  /** What is wrong with a request; undefined: it is signed by Tonle. */
  check({ method, target, headers, body }: HttpCall): KeyVersionFault | undefined {
    if (headers['client-id'] !== this.settings.clientId) return 'client';
    return this.checked({ method, path: target }, headers, body, 'request-time');
  }

  /** Signs an answer for the first line of its request. */
  sign(reply: HttpReply, { method, target }: Pick<HttpCall, 'method' | 'target'>): HttpReply {
    const headers = this.headersOf({ method, path: target }, Buffer.from(reply.body), 'response-time');
    return { ...reply, headers: { ...reply.headers, ...headers } };
  }

  /** Sends a signed request to Tonle. An answer that is not signed by Tonle is no answer. */
  async post(
    path: string,
    body: object,
    timeoutMs: number,
    { keyVersion }: { readonly keyVersion?: string } = {},
  ): Promise<SignedAnswer> {
    const bytes = Buffer.from(JSON.stringify(body));
    const line = { method: 'POST', path } as const;
    const headers = { 'content-type': JSON_TYPE, ...this.headersOf(line, bytes, 'request-time', keyVersion) };
    const reply = await exchange(this.pool, { ...line, headers, body: bytes, timeoutMs });
    if (reply.kind !== 'answered') return reply;
    const wrong = this.checked(line, reply.headers, reply.bytes, 'response-time');
    if (wrong !== undefined)
      return {
        kind: 'ambiguous',
        because: `HTTP ${reply.status}, wrong ${wrong}: ${Buffer.from(reply.bytes).toString().slice(0, 200)}`,
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
    line: Line,
    body: Uint8Array,
    timeHeader: string,
    keyVersion = this.settings.keyVersion,
  ): Record<string, string> {
    const { clientId, utcOffsetMinutes } = this.settings;
    const time = localTime(this.clock.now(), utcOffsetMinutes);
    const subject = { ...line, clientId, time };
    const signature = signKeyVersion(subject, body, { privateKey: this.privateKey, keyVersion });
    return { 'client-id': clientId, [timeHeader]: time, signature: signature.replaceAll(',', ', ') };
  }

  private checked(
    line: Line,
    headers: HeaderValues,
    body: Uint8Array,
    timeHeader: string,
  ): KeyVersionFault | undefined {
    const { clientId, tonleKeyVersion } = this.settings;
    const [given, time] = [headers['signature'], headers[timeHeader]];
    const claim = typeof given === 'string' ? readKeyVersion(given) : undefined;
    if (claim === undefined || typeof time !== 'string') return 'signature';
    if (claim.keyVersion !== tonleKeyVersion) return 'key';
    if (!(Math.abs(this.clock.now() - Date.parse(time)) <= AGE_MAX_MS)) return 'signature';
    const subject = { ...line, clientId, time };
    return verifyKeyVersion(subject, body, this.tonleKey, claim.signature) ? undefined : 'signature';
  }
}

/** ISO 8601 to the second, with its zone of whole hours. */
function localTime(ms: number, utcOffsetMinutes: number): string {
  const hours = String(utcOffsetMinutes / 60).padStart(2, '0');
  return `${new Date(ms + utcOffsetMinutes * 60_000).toISOString().slice(0, 19)}+${hours}:00`;
}

/** An answer before it is signed. */
export function told(body: object, status = 200): HttpReply {
  return { status, headers: { 'content-type': JSON_TYPE }, body: JSON.stringify(body) };
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
