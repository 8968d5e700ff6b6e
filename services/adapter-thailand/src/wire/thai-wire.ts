import { readFileSync } from 'node:fs';
import type { KeyObject } from 'node:crypto';
import { join } from 'node:path';
import { createSecureContext } from 'node:tls';
import { Pool } from 'undici';
import type { Clock, Random } from '@tonle/nest';
import { exchange, type Evidence, type PartnerExchange } from '@tonle/partner';
import { loadPrivateKey, signRequest, signResponse, verifyResponse } from '@tonle/security';
import type { ThaiSettings } from '../settings.js';
import type { KeyRegister } from './key-register.js';

const NONCE_BYTES = 12;
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
  readonly exchange: PartnerExchange;
  readonly evidence: readonly Evidence[];
}

/** HTTPS with mutual TLS and signatures over the bytes, both ways (decisions 26). */
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
    const { method, path, body, contentType, timeoutMs, mayStart, maxBytes, subject, operation } = request;
    const nonce = Buffer.from(this.random.bytes(NONCE_BYTES)).toString('base64url');
    const headers: Record<string, string> = contentType === undefined ? {} : { 'content-type': contentType };
    const { keyId } = this.settings;
    const signature = signRequest({
      method,
      url: path,
      headers,
      body,
      keyId,
      privateKey: this.privateKey,
      created: this.seconds(),
      nonce,
    });
    const at = this.clock.now();
    const answered = await exchange(this.pool, {
      method,
      path,
      headers: { ...headers, ...signature },
      body,
      timeoutMs,
      mayStart,
      maxBytes,
    });
    const evidence: Evidence[] = [];
    if (answered.kind !== 'not_sent' && body !== undefined)
      evidence.push({ subject, direction: 'out', at, operation, headers: signature, bytes: body });
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
    const verdict = verifyResponse(
      { status, headers: answered.headers, rawBody: bytes },
      this.register.find,
      this.clock.now(),
      { nonce },
    );
    if (verdict.kind === 'verified') return { exchange: answered, evidence };
    return {
      exchange: { kind: 'ambiguous', because: `HTTP ${status}, ${verdict.reason}: ${verdict.detail}` },
      evidence,
    };
  }

  /** The signature headers of an answer of our door; it repeats the request's nonce. */
  signAnswer(
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
