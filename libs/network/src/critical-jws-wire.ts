import type { KeyObject } from 'node:crypto';
import {
  FAILING,
  loadRsaPrivateKey,
  SIGNATURE_AGE_MAX_MS,
  SIGNATURE_SKEW_MAX_MS,
  signDetached,
  verifyDetached,
  type HeaderValues,
  type ReceivedRequest,
  type SignatureAttempts,
  type SignatureRefusal,
} from '@tonle/security';
import type { DoorSignature } from './listener.js';
import { SIGNATURE_HEADERS, type RequestCheck, type RequestSigner } from './signature.js';
import type { WireContext, WirePart } from './wire.js';

const NOTHING = new Uint8Array(0);
const ID_BYTES = 16;
const SECONDS = /^\d{9,11}$/;

/** How both sides sign by a detached JWS whose own headers are critical, and what these are called. */
export interface CriticalJwsSignature {
  readonly names: {
    /** The HTTP header, in lower case. */
    readonly header: string;
    readonly id: string;
    /** Epoch seconds. */
    readonly time: string;
    readonly sender: string;
    /** Of requests; an answer may leave it out. */
    readonly path: string;
  };
  /** Names us to the network. */
  readonly sender: string;
  /** PEM file of our RSA key, and the id of its certificate as the network has it. */
  readonly keyPath: string;
  readonly keyId: string;
  /** The network's keys stand in the directory as `<this>-<key id>`; several hold while they rotate. */
  readonly networkKeys: string;
}

/** What an answer repeats of its request. */
interface SeenJws {
  readonly id: string;
}

type Checked =
  | { readonly kind: 'verified'; readonly keyId: string; readonly id: string }
  | { readonly kind: 'refused'; readonly reason: SignatureRefusal; readonly detail: string };

/** Signs each request over its raw bytes, and takes no answer that is not signed so: that is ambiguous. */
export function criticalJwsSigned(signature: CriticalJwsSignature): WirePart {
  return (context) => {
    const signer = new CriticalJwsSigner(signature, context);
    return (next) => async (request) => {
      const { path, body = NOTHING } = request;
      const id = Buffer.from(context.random.bytes(ID_BYTES)).toString('hex');
      const headers = { ...request.headers, ...signer.sign(body, id, path) };
      const carried = await next({ ...request, headers, keptHeaders: SIGNATURE_HEADERS });
      const { reply } = carried;
      if (reply.kind !== 'answered') return carried;
      const verdict = signer.check(reply.headers, reply.bytes, { path, isDemanded: false });
      if (verdict.kind === 'verified') return carried;
      const because = `HTTP ${reply.status}, ${verdict.reason}: ${verdict.detail}`;
      return { reply: { kind: 'ambiguous', because }, evidence: carried.evidence };
    };
  };
}

/** The same at the door: a repeat is told by what it asks for, and answered as one. */
export function criticalJwsDoor(signature: CriticalJwsSignature): DoorSignature {
  return (context) => new CriticalJwsSigner(signature, context);
}

/** Our key and the network's: signatures of requests and answers, in either direction. */
class CriticalJwsSigner implements RequestSigner<SeenJws> {
  private readonly privateKey: KeyObject;

  /** Throws when the key cannot be read, or is no RSA key of 2048 bits. */
  constructor(
    private readonly signature: CriticalJwsSignature,
    private readonly context: WireContext,
  ) {
    this.privateKey = loadRsaPrivateKey(signature.keyPath);
  }

  /** The header that signs it. */
  sign(body: Uint8Array, id: string, path?: string): Record<string, string> {
    const { names, sender, keyId } = this.signature;
    const seconds = Math.floor(this.context.clock.now() / 1000).toString();
    const headers = {
      [names.id]: id,
      [names.time]: seconds,
      [names.sender]: sender,
      ...(path !== undefined && { [names.path]: path }),
    };
    return { [names.header]: signDetached(body, keyId, headers, this.privateKey) };
  }

  /**
   * In this order: is there a signature, is its key registered, valid and not failing, does it fit the bytes, is it for
   * this path, is it fresh. Never throws on what a stranger sent.
   */
  check(
    headers: HeaderValues,
    body: Uint8Array,
    { path, isDemanded }: { readonly path: string; readonly isDemanded: boolean },
    attempts?: SignatureAttempts,
  ): Checked {
    const { names } = this.signature;
    const given = headers[names.header];
    if (typeof given !== 'string') return refused('signature_missing', `${names.header} is missing.`);
    const tried: { keyId?: string; isFailing?: boolean } = {};
    const required = [names.id, names.time, names.sender, ...(isDemanded ? [names.path] : [])];
    const verdict = verifyDetached(given, body, {
      understood: [names.id, names.time, names.sender, names.path],
      required,
      findKey: (keyId) => this.keyNow(keyId, tried, attempts),
    });
    if (tried.isFailing === true) return refused('signatures_failing', FAILING);
    if (verdict.kind === 'refused') return this.wrong(verdict.reason, tried.keyId, attempts);
    const id = verdict.headers[names.id]!;
    const [time = '', meant = path] = [verdict.headers[names.time], verdict.headers[names.path]];
    if (meant !== path) return refused('signature_misdirected', `${names.path} is ${meant.slice(0, 80)}.`);
    const age = SECONDS.test(time) ? this.context.clock.now() - Number(time) * 1000 : Number.NaN;
    if (!(age <= SIGNATURE_AGE_MAX_MS + 999 && age >= -SIGNATURE_SKEW_MAX_MS))
      return refused('signature_expired', `${names.time} is not current: ${time.slice(0, 40)}`);
    return { kind: 'verified', keyId: tried.keyId!, id };
  }

  checkRequest(
    { url, headers, rawBody = NOTHING }: ReceivedRequest & { readonly rawBody?: Uint8Array },
    attempts: SignatureAttempts,
  ): RequestCheck<SeenJws> {
    const verdict = this.check(headers, rawBody, { path: url, isDemanded: true }, attempts);
    if (verdict.kind === 'refused') return verdict;
    return { kind: 'verified', keyId: verdict.keyId, seen: { id: verdict.id } };
  }

  signAnswer(_status: number, _contentType: string, body: Uint8Array | string, { id }: SeenJws) {
    return { headers: this.sign(Buffer.from(body), id), body };
  }

  private keyNow(
    given: string,
    tried: { keyId?: string; isFailing?: boolean },
    attempts?: SignatureAttempts,
  ): KeyObject | undefined {
    const keyId = `${this.signature.networkKeys}-${given}`;
    const [key, now] = [this.context.findKey(keyId), this.context.clock.now()];
    if (key?.algorithm !== 'rsa-v1_5-sha256' || now < key.validFrom || now >= key.validTo) return undefined;
    tried.isFailing = attempts?.mayTry(keyId) === false;
    if (tried.isFailing) return undefined;
    tried.keyId = keyId;
    return key.publicKey;
  }

  private wrong(because: string, keyId: string | undefined, attempts?: SignatureAttempts): Checked {
    if (keyId !== undefined) attempts?.failed(keyId);
    return because === 'key_unknown'
      ? refused('key_unknown', 'No key of this id is registered, or it does not hold now.')
      : refused('signature_invalid', `The ${this.signature.names.header} header: ${because}.`);
  }
}

function refused(reason: SignatureRefusal, detail: string): Checked & { kind: 'refused' } {
  return { kind: 'refused', reason, detail };
}
