import type { KeyObject } from 'node:crypto';
import {
  loadPrivateKey,
  signRequest,
  signResponse,
  verifyRequest,
  verifyResponse,
  type ReceivedRequest,
  type SignatureAttempts,
  type SignatureRefusal,
} from '@tonle/security';
import type { WireReply } from './exchange.js';
import { nonceOfMessage, signInside, verifyInside } from './signed-message.js';
import type { Outgoing, WireContext, WirePart } from './wire.js';

const NONCE_BYTES = 12;
const NOTHING = new Uint8Array(0);
const XML = 'application/xml';
/** Only what proves who sent it, in whichever scheme. */
export const SIGNATURE_HEADERS = [
  'signature-input',
  'signature',
  'content-digest',
  'client-id',
  'request-time',
  'response-time',
  'upi-jws',
  'fspiop-signature',
  'fspiop-source',
] as const;

/** How both sides sign towards each other. */
export interface Signature {
  readonly keyId: string;
  /** PEM file of our private key. */
  readonly keyPath: string;
  /**
   * True: ISO 20022 messages are signed inside, in their header. What is no XML, and requests without a body, are
   * signed over HTTP (RFC 9421) in any case.
   */
  readonly insideXml: boolean;
}

/** How an answer is bound to its request: it repeats the nonce, and is signed in the same place. */
interface SeenSignature {
  readonly nonce: string;
  readonly inside: boolean;
}

export type RequestCheck<Seen> =
  | {
      readonly kind: 'verified';
      readonly keyId: string;
      /** Good for one request; without it a request that comes again is its sender's repeat, and answered as one. */
      readonly once?: string;
      readonly seen: Seen;
    }
  | {
      readonly kind: 'refused';
      readonly reason: SignatureRefusal;
      readonly detail: string;
      /** Where answers are signed that say what is wrong with a signature. */
      readonly seen?: Seen;
    };

/** Checks a network's requests to us and signs our answers. `Seen` is what the answer is bound to. */
export interface RequestSigner<Seen = unknown> {
  checkRequest(
    request: ReceivedRequest & { readonly rawBody?: Uint8Array },
    attempts: SignatureAttempts,
  ): RequestCheck<Seen>;
  signAnswer(
    status: number,
    contentType: string,
    body: Uint8Array | string,
    seen: Seen,
  ): { headers: Record<string, string>; body: Uint8Array | string };
}

/** Signs each request, and takes no answer without a good signature that is bound to it: that is ambiguous. */
export function signed(signature: Signature): WirePart {
  return (context) => {
    const signer = new MessageSigner(signature, context);
    return (next) => async (request) => {
      const { headers, body, nonce, inside } = signer.signRequest(request);
      const carried = await next({ ...request, headers, body, keptHeaders: SIGNATURE_HEADERS });
      if (carried.reply.kind !== 'answered') return carried;
      const wrong = signer.whyNot(carried.reply, nonce, inside);
      if (wrong === undefined) return carried;
      const because = `HTTP ${carried.reply.status}, ${wrong}`;
      return { reply: { kind: 'ambiguous', because }, evidence: carried.evidence };
    };
  };
}

/** Our key and the network's: signatures of requests and answers, in either direction (decisions 26). */
export class MessageSigner implements RequestSigner<SeenSignature> {
  private readonly privateKey: KeyObject;

  /** Throws when the key cannot be read. */
  constructor(
    private readonly signature: Signature,
    private readonly context: WireContext,
  ) {
    this.privateKey = loadPrivateKey(signature.keyPath);
  }

  /** Signed inside its XML where the network wants so, else by headers. The nonce is what its answer has to repeat. */
  signRequest(request: Pick<Outgoing, 'method' | 'path' | 'headers' | 'body'>) {
    const { method, path, headers, body } = request;
    const { keyId } = this.signature;
    const { privateKey } = this;
    if (body !== undefined && this.isInside(headers['content-type'], body)) {
      const signedBody = signInside(body, keyId, privateKey);
      return { headers, body: signedBody, nonce: nonceOfMessage(signedBody), inside: true };
    }
    const nonce = Buffer.from(this.context.random.bytes(NONCE_BYTES)).toString('base64url');
    const created = this.seconds();
    const own = signRequest({ method, url: path, headers, body, keyId, privateKey, created, nonce });
    return { headers: { ...headers, ...own }, body, nonce, inside: false };
  }

  /** Why an answer may not be trusted; undefined when it may. */
  whyNot(
    { status, headers, bytes }: Extract<WireReply, { kind: 'answered' }>,
    nonce: string,
    inside: boolean,
  ): string | undefined {
    const { clock, findKey } = this.context;
    const now = clock.now();
    if (!inside || !this.isInside(headers['content-type'], bytes)) {
      const verdict = verifyResponse({ status, headers, rawBody: bytes }, findKey, now, { nonce });
      return verdict.kind === 'refused' ? `${verdict.reason}: ${verdict.detail}` : undefined;
    }
    const verdict = verifyInside(bytes, findKey, now);
    if (verdict.kind === 'refused') return `${verdict.reason}: ${verdict.detail}`;
    // It names no message that it refuses, and nothing else binds it to ours.
    return verdict.version.startsWith('admi.002') ? 'a refusal that is not bound to its request' : undefined;
  }

  /** Who signed a request to us: the nonce that its answer repeats, or why it is refused. */
  checkRequest(
    request: ReceivedRequest & { readonly rawBody?: Uint8Array },
    attempts: SignatureAttempts,
  ): RequestCheck<SeenSignature> {
    const { rawBody = NOTHING, headers } = request;
    const { clock, findKey } = this.context;
    const now = clock.now();
    if (!this.isInside(headers['content-type'], rawBody)) {
      const verdict = verifyRequest(request, findKey, now, { attempts });
      if (verdict.kind === 'refused') return verdict;
      const { keyId, nonce } = verdict;
      return { kind: 'verified', keyId, once: nonce, seen: { nonce, inside: false } };
    }
    const verdict = verifyInside(rawBody, findKey, now, attempts);
    if (verdict.kind === 'refused') return verdict;
    // What is signed inside its message comes again when its sender repeats it.
    return { kind: 'verified', keyId: verdict.keyId, seen: { nonce: nonceOfMessage(rawBody), inside: true } };
  }

  /** Signs our answer as its request was signed: inside, or over HTTP with the request's nonce. */
  signAnswer(
    status: number,
    contentType: string,
    body: Uint8Array | string,
    request: SeenSignature,
  ): { headers: Record<string, string>; body: Uint8Array | string } {
    const { keyId } = this.signature;
    const { privateKey } = this;
    const bytes = Buffer.from(body);
    if (request.inside && this.isInside(contentType, bytes))
      return { headers: {}, body: signInside(bytes, keyId, privateKey) };
    const [headers, created, { nonce }] = [{ 'content-type': contentType }, this.seconds(), request];
    return { headers: signResponse({ status, headers, body, keyId, privateKey, created, nonce }), body };
  }

  private isInside(contentType: string | readonly string[] | undefined, body: Uint8Array): boolean {
    return this.signature.insideXml && body.length > 0 && String(contentType).startsWith(XML);
  }

  private seconds(): number {
    return Math.floor(this.context.clock.now() / 1000);
  }
}
