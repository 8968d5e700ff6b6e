import type { KeyObject } from 'node:crypto';
import {
  FAILING,
  loadRsaPrivateKey,
  readKeyVersion,
  SIGNATURE_AGE_MAX_MS,
  SIGNATURE_SKEW_MAX_MS,
  signKeyVersion,
  verifyKeyVersion,
  type HeaderValues,
  type KeyVersionSubject,
  type ReceivedRequest,
  type SignatureAttempts,
  type SignatureRefusal,
} from '@tonle/security';
import type { DoorSignature } from './listener.js';
import { SIGNATURE_HEADERS, type RequestCheck, type RequestSigner } from './signature.js';
import type { WireContext, WirePart } from './wire.js';

const NOTHING = new Uint8Array(0);
/** Who does not sign at all, or keeps failing, gets no signature of ours. */
const UNSIGNED: ReadonlySet<SignatureRefusal> = new Set(['signature_missing', 'signatures_failing']);
/** ISO 8601 to the second or finer, with the zone: what stands in no zone is no instant. */
const ZONED = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:?\d\d)$/;

/** How both sides sign with keys that have versions, and what we are called. */
export interface KeyVersionSignature {
  /** Names us to the network, in what it sends us too. */
  readonly clientId: string;
  /** PEM file of our RSA key, and its version as the network has it. */
  readonly keyPath: string;
  readonly keyVersion: string;
  /** The network's keys stand in the directory as `<this>-<version>`; several hold while they rotate. */
  readonly networkKeys: string;
}

type Checked =
  | { readonly kind: 'verified'; readonly keyId: string }
  | { readonly kind: 'refused'; readonly reason: SignatureRefusal; readonly detail: string };

/** Signs each request over its raw bytes, and takes no answer that is not signed so to the same path: that is ambiguous. */
export function keyVersionSigned(signature: KeyVersionSignature): WirePart {
  return (context) => {
    const signer = new KeyVersionSigner(signature, context);
    return (next) => async (request) => {
      const { method, path, body = NOTHING } = request;
      const headers = { ...request.headers, ...signer.sign({ method, path }, body, 'request-time') };
      const carried = await next({ ...request, headers, keptHeaders: SIGNATURE_HEADERS });
      const { reply } = carried;
      if (reply.kind !== 'answered') return carried;
      const verdict = signer.check({ method, path }, reply.headers, reply.bytes, 'response-time');
      if (verdict.kind === 'verified') return carried;
      const because = `HTTP ${reply.status}, ${verdict.reason}: ${verdict.detail}`;
      return { reply: { kind: 'ambiguous', because }, evidence: carried.evidence };
    };
  };
}

/** The same at the door: a repeat is told by what it asks for, and answered as one. */
export function keyVersionDoor(signature: KeyVersionSignature): DoorSignature {
  return (context) => new KeyVersionSigner(signature, context);
}

type Line = Pick<KeyVersionSubject, 'method' | 'path'>;
type TimeHeader = 'request-time' | 'response-time';

/** Our key and the network's: signatures of requests and answers, in either direction. */
class KeyVersionSigner implements RequestSigner<Line> {
  private readonly privateKey: KeyObject;

  /** Throws when the key cannot be read, or is no RSA key of 2048 bits. */
  constructor(
    private readonly signature: KeyVersionSignature,
    private readonly context: WireContext,
  ) {
    this.privateKey = loadRsaPrivateKey(signature.keyPath);
  }

  /** The headers that sign it. */
  sign(line: Line, body: Uint8Array, timeHeader: TimeHeader): Record<string, string> {
    const { clientId, keyVersion } = this.signature;
    const { privateKey } = this;
    const time = `${new Date(this.context.clock.now()).toISOString().slice(0, 19)}Z`;
    const signature = signKeyVersion({ ...line, clientId, time }, body, { privateKey, keyVersion });
    return { 'client-id': clientId, [timeHeader]: time, signature };
  }

  /**
   * In this order: is there a signature, can it be read, is it for us, is the key registered and valid, did not too many
   * of it fail, is it fresh, does it fit the bytes. Never throws on what a stranger sent.
   */
  check(
    line: Line,
    headers: HeaderValues,
    body: Uint8Array,
    timeHeader: TimeHeader,
    attempts?: SignatureAttempts,
  ): Checked {
    const [given, time] = [headers['signature'], headers[timeHeader]];
    if (typeof given !== 'string' || typeof time !== 'string')
      return refused('signature_missing', `Signature or ${timeHeader} is missing.`);
    const claim = readKeyVersion(given);
    if (claim === undefined) return refused('signature_invalid', 'The Signature header cannot be read.');
    const { clientId, networkKeys } = this.signature;
    if (headers['client-id'] !== clientId)
      return refused('signature_misdirected', 'This Client-Id is not ours.');
    const keyId = `${networkKeys}-${claim.keyVersion}`;
    const [key, now] = [this.context.findKey(keyId), this.context.clock.now()];
    if (key?.algorithm !== 'rsa-v1_5-sha256' || now < key.validFrom || now >= key.validTo)
      return refused(
        'key_unknown',
        `Key version ${claim.keyVersion} is not registered, or does not hold now.`,
      );
    if (attempts?.mayTry(keyId) === false) return refused('signatures_failing', FAILING);
    const age = ZONED.test(time) ? now - Date.parse(time) : Number.NaN;
    if (!(age <= SIGNATURE_AGE_MAX_MS + 999 && age >= -SIGNATURE_SKEW_MAX_MS))
      return refused('signature_expired', `${timeHeader} is not current: ${time.slice(0, 40)}`);
    if (verifyKeyVersion({ ...line, clientId, time }, body, key.publicKey, claim.signature))
      return { kind: 'verified', keyId };
    attempts?.failed(keyId);
    return refused('signature_invalid', 'The signature does not match.');
  }

  checkRequest(
    { method, url, headers, rawBody = NOTHING }: ReceivedRequest & { readonly rawBody?: Uint8Array },
    attempts: SignatureAttempts,
  ): RequestCheck<Line> {
    const seen = { method, path: url };
    let counted = false;
    const counting: SignatureAttempts = {
      mayTry: (keyId) => attempts.mayTry(keyId),
      failed: (keyId) => {
        counted = true;
        attempts.failed(keyId);
      },
    };
    const verdict = this.check(seen, headers, rawBody, 'request-time', counting);
    if (verdict.kind === 'verified' || counted) return { ...verdict, seen };
    // What is wrong is said under our signature, or the network could not believe it. That costs us more than a look at a
    // stranger's: each address gets as many as it may send bad ones of a key.
    const { networkKeys } = this.signature;
    if (UNSIGNED.has(verdict.reason) || !attempts.mayTry(networkKeys)) return verdict;
    attempts.failed(networkKeys);
    return { ...verdict, seen };
  }

  signAnswer(_status: number, _contentType: string, body: Uint8Array | string, seen: Line) {
    return { headers: this.sign(seen, Buffer.from(body), 'response-time'), body };
  }
}

function refused(reason: SignatureRefusal, detail: string): Checked & { kind: 'refused' } {
  return { kind: 'refused', reason, detail };
}
