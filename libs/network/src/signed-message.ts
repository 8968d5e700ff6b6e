import { hash, type KeyObject } from 'node:crypto';
import { readMessage, signMessage, verifyMessage } from '@tonle/iso20022';
import {
  FAILING,
  SIGNATURE_AGE_MAX_MS,
  SIGNATURE_SKEW_MAX_MS,
  type FindKey,
  type RegisteredKey,
  type SignatureAttempts,
  type SignatureRefusal,
} from '@tonle/security';

// Networks that sign their ISO 20022 messages inside, in the header, and not the HTTP bytes around them.

export type SignedMessage =
  | {
      readonly kind: 'verified';
      readonly keyId: string;
      /** E.g. `pacs.008.001.08`. */ readonly version: string;
    }
  | {
      readonly kind: 'refused';
      readonly reason: SignatureRefusal;
      readonly detail: string;
    };

type XmlRefusal = Extract<ReturnType<typeof verifyMessage>, { kind: 'refused' }>['reason'];

const DETAIL_OF: Readonly<Record<XmlRefusal, string>> = {
  not_a_message: 'This is not an ISO 20022 message.',
  signature_missing: 'The message has no signature.',
  several_signatures: 'The message has more than one signature.',
  signature_place: 'The signature is not in the header.',
  signature_form: 'The signature is malformed.',
  unknown_key: 'No valid key with this name is registered.',
  digest_mismatch: 'The digest does not match the message.',
  signature_wrong: 'The signature does not match the message.',
};

/** The same message with our signature in its header. Throws when the bytes are no message with a header. */
export function signInside(bytes: Uint8Array, keyId: string, privateKey: KeyObject): Buffer {
  const reading = readMessage(bytes);
  if (reading.kind === 'refused') throw new RangeError('only an ISO 20022 message can be signed inside');
  return Buffer.from(signMessage(reading.message, { keyId, privateKey }));
}

/**
 * Verifies the one signature inside a message by a key of the register that holds now, and that its header is as
 * fresh as a signature over HTTP must be. Refuses, never throws, whatever the bytes hold. With `attempts` bad ones are
 * counted, and a key of which too many were bad is not used.
 */
export function verifyInside(
  bytes: Uint8Array,
  findKey: FindKey,
  now: number,
  attempts?: SignatureAttempts,
): SignedMessage {
  let [used, isFailing]: [string | undefined, boolean] = [undefined, false];
  const verdict = verifyMessage(bytes, (keyId) => {
    const key = keyNow(findKey(keyId), now);
    isFailing = key !== undefined && attempts?.mayTry(keyId) === false;
    if (key === undefined || isFailing) return undefined;
    used = keyId;
    return key;
  });
  if (isFailing) return { kind: 'refused', reason: 'signatures_failing', detail: FAILING };
  if (verdict.kind === 'refused') {
    if (used !== undefined) attempts?.failed(used);
    const detail = DETAIL_OF[verdict.reason];
    if (verdict.reason === 'signature_missing') return { kind: 'refused', reason: verdict.reason, detail };
    const reason = verdict.reason === 'unknown_key' ? 'key_unknown' : 'signature_invalid';
    return { kind: 'refused', reason, detail };
  }
  const reading = readMessage(bytes);
  const header = reading.kind === 'read' ? reading.message.header : undefined;
  const created = header?.tree['CreDt'];
  const age = now - instantOf(typeof created === 'string' ? created : '');
  if (reading.kind !== 'read' || !(age <= SIGNATURE_AGE_MAX_MS && age >= -SIGNATURE_SKEW_MAX_MS))
    return { kind: 'refused', reason: 'signature_expired', detail: 'AppHdr/CreDt is not current.' };
  return { kind: 'verified', keyId: verdict.keyId, version: reading.message.document.version };
}

/** Epoch milliseconds. A time without a zone is UTC, wherever this process runs; NaN for what is none. */
function instantOf(text: string): number {
  return Date.parse(/(?:Z|[+-]\d{2}:\d{2})$/.test(text) ? text : `${text}Z`);
}

/** What an answer over HTTP repeats when its request was signed inside: the digest of the request. */
export function nonceOfMessage(body: Uint8Array): string {
  return hash('sha256', body, 'hex');
}

function keyNow(key: RegisteredKey | undefined, now: number): KeyObject | undefined {
  return key !== undefined && now >= key.validFrom && now < key.validTo ? key.publicKey : undefined;
}
