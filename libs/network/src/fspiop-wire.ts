import type { KeyObject } from 'node:crypto';
import {
  FAILING,
  loadRsaPrivateKey,
  SIGNATURE_AGE_MAX_MS,
  SIGNATURE_SKEW_MAX_MS,
  signFspiop,
  verifyFspiop,
  type FspiopRefusal,
  type ReceivedRequest,
  type SignatureRefusal,
} from '@tonle/security';
import type { DoorSignature } from './listener.js';
import { SIGNATURE_HEADERS, type RequestCheck, type RequestSigner } from './signature.js';
import type { WirePart } from './wire.js';

const NOTHING = new Uint8Array(0);
/** Printable ASCII without blanks: an FSP's id becomes a part of the id of its key. */
const FSP_ID = /^[\x21-\x7e]{1,32}$/;
const REASONS: Readonly<Record<FspiopRefusal, SignatureRefusal>> = {
  missing: 'signature_missing',
  malformed: 'signature_invalid',
  wrong_algorithm: 'signature_invalid',
  header_differs: 'signature_invalid',
  key_unknown: 'key_unknown',
  signature_wrong: 'signature_invalid',
};

/** How the FSPs of a Mojaloop scheme sign towards each other. */
export interface FspiopSignature {
  /** Ours. */
  readonly fspId: string;
  /** PEM file of our RSA key. */
  readonly keyPath: string;
  /** Keys of FSPs and of the switch stand in the directory as `<this>-<FSP id>`. */
  readonly keysOfFsps: string;
}

/**
 * Signs each request in the name of our FSP. The header `fspiop-destination` of the request names whom it is for. Answers
 * are not signed in this protocol: they say no more than that a request was taken, or why it was not.
 */
export function fspiopSigned({ fspId, keyPath }: FspiopSignature): WirePart {
  return ({ clock }) => {
    const privateKey = loadRsaPrivateKey(keyPath);
    return (next) => (request) => {
      const { method, path, headers, body = NOTHING } = request;
      const destination = headers['fspiop-destination'];
      const date = new Date(clock.now()).toUTCString();
      const subject = { method, uri: path, source: fspId, destination, date };
      const signed = { ...headers, ...signFspiop(subject, body, privateKey) };
      return next({ ...request, headers: signed, keptHeaders: SIGNATURE_HEADERS });
    };
  };
}

/**
 * The same at the door: whoever is the source has signed, and to us. A repeat is told by the id that it is about. A look-up
 * may be for whoever knows the party.
 */
export function fspiopDoor(signature: FspiopSignature): DoorSignature {
  return ({ clock, findKey }): RequestSigner<undefined> => {
    const { fspId, keysOfFsps } = signature;
    const keyNow = (keyId: string, now: number): KeyObject | undefined => {
      const key = findKey(keyId);
      return key?.algorithm === 'rsa-v1_5-sha256' && now >= key.validFrom && now < key.validTo
        ? key.publicKey
        : undefined;
    };
    return {
      checkRequest: ({ method, url, headers, rawBody: body = NOTHING }: Received, attempts) => {
        const now = clock.now();
        let tried: string | undefined;
        let isFailing = false;
        const verdict = verifyFspiop({ method, url, headers, body }, (source) => {
          const keyId = `${keysOfFsps}-${source}`;
          const key = FSP_ID.test(source) ? keyNow(keyId, now) : undefined;
          if (key === undefined) return undefined;
          tried = keyId;
          isFailing = !attempts.mayTry(keyId);
          return isFailing ? undefined : key;
        });
        if (isFailing) return refused('signatures_failing', FAILING);
        if (verdict.kind === 'refused') {
          if (tried !== undefined) attempts.failed(tried);
          return refused(REASONS[verdict.reason], verdict.detail);
        }
        const { destination = fspId, date } = verdict;
        if (destination !== fspId)
          return refused('signature_misdirected', 'FSPIOP-Destination is another FSP.');
        const age = now - Date.parse(date);
        if (!(age <= SIGNATURE_AGE_MAX_MS + 999 && age >= -SIGNATURE_SKEW_MAX_MS))
          return refused('signature_expired', `Date is not current: ${date.slice(0, 40)}`);
        return { kind: 'verified', keyId: tried!, seen: undefined };
      },
      signAnswer: (_status, _contentType, body) => ({ headers: {}, body }),
    };
  };
}

type Received = ReceivedRequest & { readonly rawBody?: Uint8Array };

function refused(reason: SignatureRefusal, detail: string): RequestCheck<undefined> {
  return { kind: 'refused', reason, detail };
}
