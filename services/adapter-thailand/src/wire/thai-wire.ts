import { readFileSync } from 'node:fs';
import type { KeyObject } from 'node:crypto';
import { join } from 'node:path';
import { createSecureContext } from 'node:tls';
import { Pool } from 'undici';
import type { Clock, Random } from '@tonle/platform';
import {
  exchange,
  nonceOfMessage,
  signInside,
  verifyInside,
  type Evidence,
  type WireReply,
  type SignedMessage,
} from '@tonle/network';
import {
  loadPrivateKey,
  signRequest,
  signResponse,
  verifyRequest,
  verifyResponse,
  type ReceivedRequest,
  type Verification,
} from '@tonle/security';
import type { ThaiSettings } from '../settings.js';
import type { KeyRegister } from './key-register.js';

const NONCE_BYTES = 12;
const NOTHING = new Uint8Array(0);
export const XML = 'application/xml';
export const JSON_TYPE = 'application/json';

export interface ThaiRequest {
  readonly method: 'GET' | 'POST';
  /** Path with query. */
  readonly path: string;
  readonly contentType?: string;
  readonly body?: Uint8Array;
  readonly timeoutMs: number;
  readonly mayStart?: () => boolean;
  readonly maxBytes?: number;
  /** What the evidence is filed under. */
  readonly subject: string;
  readonly operation: string;
}

export interface ThaiReply {
  /** `answered` only when the answer carries a good signature that is bound to our request. */
  readonly exchange: WireReply;
  readonly evidence: readonly Evidence[];
}

export type DoorCheck =
  | { readonly kind: 'verified'; readonly keyId: string; readonly nonce: string; readonly inside: boolean }
  | Extract<Verification | SignedMessage, { kind: 'refused' }>;

/** HTTPS with mutual TLS and signatures, both ways: over the bytes, or inside of XML (decisions 26). */
export class ThaiWire {
  private readonly pool: Pool;
  private readonly privateKey: KeyObject;

  constructor(
    private readonly settings: ThaiSettings,
    private readonly register: KeyRegister,
    private readonly clock: Clock,
    private readonly random: Random,
  ) {
    this.privateKey = loadPrivateKey(settings.keyPath);
    this.pool = new Pool(settings.url.origin, {
      connections: settings.connections,
      pipelining: 1,
      headersTimeout: 0,
      bodyTimeout: 0,
      // One context for all connections: reading keys and certificates again for each costs milliseconds.
      connect: {
        timeout: 3_000,
        secureContext: createSecureContext({
          ca: readFileSync(join(settings.pkiDir, 'ca.crt')),
          key: readFileSync(join(settings.pkiDir, 'tonle-client.key')),
          cert: readFileSync(join(settings.pkiDir, 'tonle-client.crt')),
        }),
      },
    });
  }

  /** Sends a signed request once. An answer without a good signature is ambiguous, never an answer. */
  async ask(request: ThaiRequest): Promise<ThaiReply> {
    const { method, path, timeoutMs, mayStart, maxBytes, subject, operation } = request;
    const { headers, body, nonce, inside } = this.signRequest(request);
    const at = this.clock.now();
    const answered = await exchange(this.pool, {
      method,
      path,
      headers,
      body,
      timeoutMs,
      mayStart,
      maxBytes,
    });
    const evidence: Evidence[] = [];
    if (answered.kind !== 'not_sent' && body !== undefined) {
      const signed = signatureHeaders(headers);
      evidence.push({ subject, direction: 'out', at, operation, headers: signed, bytes: body });
    }
    if (answered.kind !== 'answered') return { exchange: answered, evidence };
    const { status, bytes } = answered;
    evidence.push({
      subject,
      direction: 'in',
      at: this.clock.now(),
      operation,
      status,
      headers: signatureHeaders(answered.headers),
      bytes,
    });
    const wrong = this.whyNot(answered, nonce, inside);
    if (wrong === undefined) return { exchange: answered, evidence };
    return { exchange: { kind: 'ambiguous', because: `HTTP ${status}, ${wrong}` }, evidence };
  }

  /** Who signed a request at our door: the nonce that its answer repeats, or why it is refused. */
  checkRequest(request: ReceivedRequest & { readonly rawBody?: Uint8Array }): DoorCheck {
    const { rawBody = NOTHING, headers } = request;
    const now = this.clock.now();
    if (!this.isInside(headers['content-type'], rawBody)) {
      const verdict = verifyRequest(request, this.register.find, now);
      return verdict.kind === 'refused' ? verdict : { ...verdict, inside: false };
    }
    const verdict = verifyInside(rawBody, this.register.find, now);
    if (verdict.kind === 'refused') return verdict;
    return { kind: 'verified', keyId: verdict.keyId, nonce: nonceOfMessage(rawBody), inside: true };
  }

  /** Signs an answer of our door, as its request was signed: inside, or over HTTP with the request's nonce. */
  signAnswer(
    status: number,
    contentType: string,
    body: Uint8Array | string,
    request: { readonly nonce: string; readonly inside: boolean },
  ): { headers: Record<string, string>; body: Uint8Array | string } {
    const bytes = Buffer.from(body);
    if (request.inside && this.isInside(contentType, bytes))
      return { headers: {}, body: signInside(bytes, this.settings.keyId, this.privateKey) };
    return { headers: this.signOverHttp(status, contentType, body, request.nonce), body };
  }

  private signRequest({ method, path, contentType, body }: ThaiRequest) {
    const { keyId } = this.settings;
    const { privateKey } = this;
    const headers: Record<string, string> = contentType === undefined ? {} : { 'content-type': contentType };
    if (body !== undefined && this.isInside(contentType, body)) {
      const signed = signInside(body, keyId, privateKey);
      return { headers, body: signed, nonce: nonceOfMessage(signed), inside: true };
    }
    const nonce = Buffer.from(this.random.bytes(NONCE_BYTES)).toString('base64url');
    const created = this.seconds();
    const signature = signRequest({ method, url: path, headers, body, keyId, privateKey, created, nonce });
    return { headers: { ...headers, ...signature }, body, nonce, inside: false };
  }

  /** Why an answer may not be trusted; undefined when it may. */
  private whyNot(
    { status, headers, bytes }: Extract<WireReply, { kind: 'answered' }>,
    nonce: string,
    inside: boolean,
  ): string | undefined {
    const now = this.clock.now();
    if (!inside || !this.isInside(headers['content-type'], bytes)) {
      const verdict = verifyResponse({ status, headers, rawBody: bytes }, this.register.find, now, { nonce });
      return verdict.kind === 'refused' ? `${verdict.reason}: ${verdict.detail}` : undefined;
    }
    const verdict = verifyInside(bytes, this.register.find, now);
    if (verdict.kind === 'refused') return `${verdict.reason}: ${verdict.detail}`;
    // It names no message that it refuses, and nothing else binds it to ours.
    return verdict.version.startsWith('admi.002') ? 'a refusal that is not bound to its request' : undefined;
  }

  private isInside(contentType: string | readonly string[] | undefined, body: Uint8Array): boolean {
    return this.settings.signature === 'xml' && body.length > 0 && String(contentType).startsWith(XML);
  }

  private signOverHttp(
    status: number,
    contentType: string,
    body: Uint8Array | string,
    nonce: string,
  ): Record<string, string> {
    const { keyId } = this.settings;
    const headers = { 'content-type': contentType };
    return signResponse({
      status,
      headers,
      body,
      keyId,
      privateKey: this.privateKey,
      created: this.seconds(),
      nonce,
    });
  }

  close(): Promise<void> {
    return this.pool.destroy();
  }

  private seconds(): number {
    return Math.floor(this.clock.now() / 1000);
  }
}

/** Only what proves who sent it. */
export function signatureHeaders(
  headers: Readonly<Record<string, string | readonly string[] | undefined>>,
): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const name of ['signature-input', 'signature', 'content-digest']) {
    const value = headers[name];
    if (typeof value === 'string') kept[name] = value;
  }
  return kept;
}
