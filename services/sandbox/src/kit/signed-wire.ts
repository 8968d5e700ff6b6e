import type { KeyObject } from 'node:crypto';
import { exchange, nonceOfMessage, signInside, verifyInside, type WireReply } from '@tonle/network';
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
import type { Pool } from 'undici';
import type { RandomBytes } from '@tonle/contracts';
import type { Clock } from '@tonle/platform';
import { doorPool, type DoorPlace } from './door-pool.js';
import type { HttpCall, HttpReply } from './listener.js';

const REPLAY_WINDOW_MS = 330_000;
const NONCE_BYTES = 12;
/** Before a nonce: its request was signed inside. */
const INSIDE = 'inside ';

export interface SignedWireSettings extends DoorPlace {
  /** Signs with `<participant>.key.pem`. */
  readonly participant: string;
  readonly keysDir: string;
  /** Where ISO 20022 messages are signed, both ways; JSON and what has no body is signed over HTTP in any case. */
  readonly signature: 'http' | 'xml';
}

/** An answer whose signature verified, or what happened instead. */
export type DoorAnswer =
  | {
      readonly kind: 'answered';
      readonly status: number;
      readonly contentType: string;
      readonly bytes: Uint8Array;
    }
  | Exclude<WireReply, { kind: 'answered' }>;

/** Keys, certificates and signatures of one network: checks what comes, signs what goes. */
export class SignedWire {
  private readonly keyId: string;
  private readonly privateKey: KeyObject;
  private readonly register: Readonly<Record<string, RegisteredKey>>;
  private readonly pool: Pool;
  private nonces: [Set<string>, Set<string>] = [new Set(), new Set()];
  private noncesFrom = 0;

  constructor(
    private readonly settings: SignedWireSettings,
    private readonly clock: Clock,
    private readonly randomBytes: RandomBytes,
  ) {
    this.keyId = sandboxKeyId(settings.participant);
    this.privateKey = loadPrivateKey(`${settings.keysDir}/${settings.participant}.key.pem`);
    const publicKey = loadPublicKey(`${settings.keysDir}/TONLE.pub.pem`);
    this.register = {
      [sandboxKeyId('TONLE')]: {
        publicKey,
        algorithm: algorithmOf(publicKey),
        validFrom: 0,
        validTo: Number.MAX_SAFE_INTEGER,
      },
    };
    this.pool = doorPool(settings);
  }

  /** Who signed the request: its nonce, or why it is refused. */
  check(
    call: HttpCall,
  ):
    | { readonly kind: 'verified'; readonly nonce: string }
    | { readonly kind: 'refused'; readonly reason: string } {
    const now = this.clock.now();
    if (this.isInside(call.headers['content-type'], call.body)) {
      const inside = verifyInside(call.body, this.findKey, now);
      if (inside.kind === 'refused') return { kind: 'refused', reason: `${inside.reason}: ${inside.detail}` };
      return { kind: 'verified', nonce: `${INSIDE}${nonceOfMessage(call.body)}` };
    }
    const request = { method: call.method, url: call.target, headers: call.headers, rawBody: call.body };
    const verdict = verifyRequest(request, this.findKey, now);
    if (verdict.kind === 'refused')
      return { kind: 'refused', reason: `${verdict.reason}: ${verdict.detail}` };
    if (this.seen(verdict.nonce, now)) return { kind: 'refused', reason: 'signature_replayed' };
    return { kind: 'verified', nonce: verdict.nonce };
  }

  /** Signs an answer as its request was signed: inside, or over HTTP with the request's nonce. */
  sign(reply: HttpReply, given: string): HttpReply {
    const inside = given.startsWith(INSIDE);
    const nonce = inside ? given.slice(INSIDE.length) : given;
    const bytes = Buffer.from(reply.body);
    if (inside && this.isInside(reply.headers['content-type'], bytes))
      return { ...reply, body: signInside(bytes, this.keyId, this.privateKey) };
    const signature = signResponse({
      status: reply.status,
      headers: reply.headers,
      body: reply.body,
      keyId: this.keyId,
      privateKey: this.privateKey,
      created: this.seconds(),
      nonce,
    });
    return { ...reply, headers: { ...reply.headers, ...signature } };
  }

  /** Sends a signed request to Tonle. An answer that is not signed by Tonle is no answer. */
  async post(path: string, contentType: string, body: string, timeoutMs: number): Promise<DoorAnswer> {
    const { bytes, headers, nonce, inside } = this.signRequest(path, contentType, Buffer.from(body));
    const outcome = await exchange(this.pool, { method: 'POST', path, headers, body: bytes, timeoutMs });
    if (outcome.kind !== 'answered') return outcome;
    const received = { status: outcome.status, headers: outcome.headers, rawBody: outcome.bytes };
    const now = this.clock.now();
    const verdict =
      inside && this.isInside(outcome.headers['content-type'], outcome.bytes)
        ? verifyInside(outcome.bytes, this.findKey, now)
        : verifyResponse(received, this.findKey, now, { nonce });
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

  private readonly findKey = (keyId: string): RegisteredKey | undefined =>
    Object.hasOwn(this.register, keyId) ? this.register[keyId] : undefined;

  private signRequest(url: string, contentType: string, body: Buffer) {
    const { keyId, privateKey } = this;
    const headers: Record<string, string> = { 'content-type': contentType };
    if (this.isInside(contentType, body)) {
      const bytes = signInside(body, keyId, privateKey);
      return { bytes, headers, nonce: nonceOfMessage(bytes), inside: true };
    }
    const nonce = Buffer.from(this.randomBytes(NONCE_BYTES)).toString('base64url');
    const created = this.seconds();
    const request = { method: 'POST', url, headers, body, keyId, privateKey, created, nonce };
    return { bytes: body, headers: { ...headers, ...signRequest(request) }, nonce, inside: false };
  }

  private isInside(contentType: string | readonly string[] | undefined, body: Uint8Array): boolean {
    return (
      this.settings.signature === 'xml' &&
      body.length > 0 &&
      String(contentType).startsWith('application/xml')
    );
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
  const inside = /<SignatureValue>([^<]*)</.exec(reply.body.toString())?.[1];
  if (inside !== undefined)
    return { ...reply, body: reply.body.toString().replace(inside, () => turned(inside)) };
  const { signature = '' } = reply.headers;
  return { ...reply, headers: { ...reply.headers, signature: turned(signature) } };
}

/** Another text of the same form. */
export function turned(signature: string): string {
  const middle = Math.floor(signature.length / 2);
  return `${signature.slice(0, middle)}${signature[middle] === 'A' ? 'B' : 'A'}${signature.slice(middle + 1)}`;
}
