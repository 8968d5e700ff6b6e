import { readFileSync } from 'node:fs';
import type { KeyObject } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import { exchange, type PartnerExchange } from '@tonle/partner';
import {
  algorithmOf,
  loadPrivateKey,
  loadPublicKey,
  sandboxKeyId,
  signRequest,
  signResponse,
  verifyRequest,
  verifyResponse,
  type RegisteredKey,
} from '@tonle/security';
import { Pool } from 'undici';
import type { Clock, RandomBytes } from '../clock.js';
import type { HttpCall, HttpReply } from '../http/listener.js';

const CONNECTIONS_MAX = 256;
const REPLAY_WINDOW_MS = 330_000;
const NONCE_BYTES = 12;

export interface ThaiWireSettings {
  readonly keysDir: string;
  readonly pkiDir: string;
  readonly doorUrl: string;
}

/** An answer whose signature verified, or what happened instead. */
export type DoorAnswer =
  | {
      readonly kind: 'answered';
      readonly status: number;
      readonly contentType: string;
      readonly bytes: Uint8Array;
    }
  | Exclude<PartnerExchange, { kind: 'answered' }>;

/** Keys, certificates and signatures of the Thai side: checks what comes, signs what goes. */
export class ThaiWire {
  private readonly privateKey: KeyObject;
  private readonly register: Readonly<Record<string, RegisteredKey>>;
  private readonly pool: Pool;
  private nonces: [Set<string>, Set<string>] = [new Set(), new Set()];
  private noncesFrom = 0;

  constructor(
    settings: ThaiWireSettings,
    private readonly clock: Clock,
    private readonly randomBytes: RandomBytes,
  ) {
    this.privateKey = loadPrivateKey(`${settings.keysDir}/THSWITCH.key.pem`);
    const publicKey = loadPublicKey(`${settings.keysDir}/TONLE.pub.pem`);
    this.register = {
      [sandboxKeyId('TONLE')]: {
        publicKey,
        algorithm: algorithmOf(publicKey),
        validFrom: 0,
        validTo: Number.MAX_SAFE_INTEGER,
      },
    };
    this.pool = new Pool(settings.doorUrl, {
      connections: CONNECTIONS_MAX,
      keepAliveTimeout: 60_000,
      // One context for all connections: reading keys and certificates again for each costs milliseconds.
      connect: {
        secureContext: createSecureContext({
          ca: readFileSync(`${settings.pkiDir}/ca.crt`),
          key: readFileSync(`${settings.pkiDir}/thai-switch.key`),
          cert: readFileSync(`${settings.pkiDir}/thai-switch.crt`),
        }),
      },
    });
  }

  /** Who signed the request: its nonce, or why it is refused. */
  check(
    call: HttpCall,
  ):
    | { readonly kind: 'verified'; readonly nonce: string }
    | { readonly kind: 'refused'; readonly reason: string } {
    const now = this.clock.now();
    const request = { method: call.method, url: call.target, headers: call.headers, rawBody: call.body };
    const verdict = verifyRequest(
      request,
      (keyId) => (Object.hasOwn(this.register, keyId) ? this.register[keyId] : undefined),
      now,
    );
    if (verdict.kind === 'refused')
      return { kind: 'refused', reason: `${verdict.reason}: ${verdict.detail}` };
    if (this.seen(verdict.nonce, now)) return { kind: 'refused', reason: 'signature_replayed' };
    return { kind: 'verified', nonce: verdict.nonce };
  }

  /** Adds the signature headers to an answer; it repeats the request's nonce. */
  sign(reply: HttpReply, nonce: string): HttpReply {
    const signature = signResponse({
      status: reply.status,
      headers: reply.headers,
      body: reply.body,
      keyId: sandboxKeyId('THSWITCH'),
      privateKey: this.privateKey,
      created: this.seconds(),
      nonce,
    });
    return { ...reply, headers: { ...reply.headers, ...signature } };
  }

  /** Sends a signed request to Tonle's door. An answer that is not signed by Tonle is no answer. */
  async post(path: string, contentType: string, body: string, timeoutMs: number): Promise<DoorAnswer> {
    const bytes = Buffer.from(body);
    const nonce = Buffer.from(this.randomBytes(NONCE_BYTES)).toString('base64url');
    const headers = { 'content-type': contentType };
    const signature = signRequest({
      method: 'POST',
      url: path,
      headers,
      body: bytes,
      keyId: sandboxKeyId('THSWITCH'),
      privateKey: this.privateKey,
      created: this.seconds(),
      nonce,
    });
    const outcome = await exchange(this.pool, {
      method: 'POST',
      path,
      headers: { ...headers, ...signature },
      body: bytes,
      timeoutMs,
    });
    if (outcome.kind !== 'answered') return outcome;
    const received = { status: outcome.status, headers: outcome.headers, rawBody: outcome.bytes };
    const verdict = verifyResponse(
      received,
      (keyId) => (Object.hasOwn(this.register, keyId) ? this.register[keyId] : undefined),
      this.clock.now(),
      { nonce },
    );
    if (verdict.kind === 'refused')
      return {
        kind: 'ambiguous',
        because: `HTTP ${outcome.status} with ${verdict.reason}: ${verdict.detail}`,
      };
    return {
      kind: 'answered',
      status: outcome.status,
      contentType: outcome.headers['content-type'] ?? '',
      bytes: outcome.bytes,
    };
  }

  close(): Promise<void> {
    return this.pool.destroy();
  }

  private seconds(): number {
    return Math.floor(this.clock.now() / 1000);
  }

  /** Nonces are remembered for one to two windows, in two sets that take turns. */
  private seen(nonce: string, now: number): boolean {
    if (now - this.noncesFrom > REPLAY_WINDOW_MS) {
      this.nonces = [new Set(), this.nonces[0]];
      this.noncesFrom = now;
    }
    if (this.nonces[0].has(nonce) || this.nonces[1].has(nonce)) return true;
    this.nonces[0].add(nonce);
    return false;
  }
}

/** Turns the middle of a signature around: well-formed, and wrong. */
export function spoilSignature(reply: HttpReply): HttpReply {
  const signature = reply.headers['signature'] ?? '';
  const middle = Math.floor(signature.length / 2);
  const turned = signature[middle] === 'A' ? 'B' : 'A';
  return {
    ...reply,
    headers: {
      ...reply.headers,
      signature: signature.slice(0, middle) + turned + signature.slice(middle + 1),
    },
  };
}
