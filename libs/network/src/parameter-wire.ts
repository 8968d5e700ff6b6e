import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import {
  FAILING,
  loadRsaPrivateKey,
  readForm,
  readParameters,
  signParameters,
  trustedCertificate,
  verifyParameters,
  type CertificateTrust,
  type ParameterSigner,
  type SignedParameters,
} from '@tonle/security';
import type { DoorSignature } from './listener.js';
import type { RequestCheck } from './signature.js';
import type { WirePart } from './wire.js';

const FORM = 'application/x-www-form-urlencoded;charset=UTF-8';
const CERTIFICATE = 'signPubKeyCert';
/** What wrong signatures at the door are counted under: whoever signs there, it is the network. */
const THEIR_KEY = 'parameters';

/** How both sides sign parameters: each by its RSA key, or both by a secret that they share. */
export type ParameterWireSignature =
  | {
      readonly method: '01';
      /** PEM file of our RSA key, and the serial number of its certificate in decimal. */
      readonly keyPath: string;
      readonly certificateId: string;
      /** PEM files of the root and of what stands between; answers bring the certificate that signed them. */
      readonly rootPath: string;
      readonly intermediatePaths: readonly string[];
      /** Is this common name the network's? */
      readonly isPartner: (commonName: string) => boolean;
    }
  | { readonly method: '11' | '12'; readonly secret: string };

/**
 * Sends the parameters of a request as a form, signed, and takes no answer that the network has not signed so: that is
 * ambiguous. Values of answers are not encoded, and may hold brackets (`readParameters`).
 */
export function parametersSigned(signature: ParameterWireSignature): WirePart {
  return ({ clock }) => {
    const signer = signerOf(signature);
    const trust = trustOf(signature);
    return (next) => async (request) => {
      const { method } = signature;
      const parameters: SignedParameters = {
        ...request.parameters,
        signMethod: method,
        ...(signature.method === '01' && { certId: signature.certificateId }),
      };
      const form = new URLSearchParams({ ...parameters, signature: signParameters(parameters, signer) });
      const headers = { ...request.headers, 'content-type': FORM };
      const carried = await next({ ...request, headers, body: Buffer.from(form.toString()) });
      const { reply } = carried;
      if (reply.kind !== 'answered') return carried;
      const answer = readParameters(Buffer.from(reply.bytes).toString('utf8'));
      if (answer !== undefined && isSignedBy(answer, signer, trust, clock.now())) return carried;
      const because = `HTTP ${reply.status} without a good signature`;
      return { reply: { kind: 'ambiguous', because }, evidence: carried.evidence };
    };
  };
}

/** The same at the door, for forms. Answers there are not signed: they say no more than that a form was taken. */
export function parametersDoor(signature: ParameterWireSignature): DoorSignature {
  return ({ clock }) => {
    const signer = signerOf(signature);
    const trust = trustOf(signature);
    return {
      checkRequest: ({ rawBody }, attempts): RequestCheck<undefined> => {
        const form = readForm(Buffer.from(rawBody ?? []).toString('utf8'));
        if (form?.['signature'] === undefined)
          return {
            kind: 'refused',
            reason: 'signature_missing',
            detail: 'There is no form with a signature.',
          };
        if (!attempts.mayTry(THEIR_KEY))
          return { kind: 'refused', reason: 'signatures_failing', detail: FAILING };
        if (isSignedBy(form, signer, trust, clock.now()))
          return { kind: 'verified', keyId: THEIR_KEY, seen: undefined };
        attempts.failed(THEIR_KEY);
        return { kind: 'refused', reason: 'signature_invalid', detail: 'The signature does not match.' };
      },
      signAnswer: (_status, _contentType, body) => ({ headers: {}, body }),
    };
  };
}

function signerOf(signature: ParameterWireSignature): ParameterSigner {
  return signature.method === '01'
    ? { method: '01', privateKey: loadRsaPrivateKey(signature.keyPath) }
    : { method: signature.method, secret: signature.secret };
}

function trustOf(signature: ParameterWireSignature): CertificateTrust | undefined {
  if (signature.method !== '01') return undefined;
  const { rootPath, intermediatePaths, isPartner } = signature;
  const read = (path: string) => new X509Certificate(readFileSync(path));
  return { root: read(rootPath), intermediates: intermediatePaths.map(read), isPartner };
}

function isSignedBy(
  answer: SignedParameters,
  signer: ParameterSigner,
  trust: CertificateTrust | undefined,
  now: number,
): boolean {
  if (signer.method !== '01') return verifyParameters(answer, signer);
  const certificate = trust && trustedCertificate(answer[CERTIFICATE] ?? '', trust, now);
  return (
    certificate !== undefined && verifyParameters(answer, { method: '01', publicKey: certificate.publicKey })
  );
}
