import { readFileSync } from 'node:fs';
import {
  loadRsaPrivateKey,
  loadRsaPublicKey,
  readForm,
  readParameters,
  signParameters,
  verifyParameters,
  type ParameterSigner,
  type ParameterVerifier,
  type SignedParameters,
} from '@tonle/security';
import type { HttpReply } from '../../kit/listener.js';
import { turned } from '../../kit/signed-wire.js';

/** How both sides sign at the ACP gateway: by a secret, or each by its RSA key, ours with its certificate. */
export type AcpSigning =
  | { readonly method: '11' | '12'; readonly secret: string }
  | {
      readonly method: '01';
      readonly keyPath: string;
      readonly certificatePath: string;
      /** Of the same key, in another name: what a fault signs with. */
      readonly otherCertificatePath: string;
      /** Tonle's public key. */
      readonly partnerKeyPath: string;
    };

export interface AcpSettings {
  readonly merchant: string;
  readonly signing: AcpSigning;
}

/** Reads and writes signed parameters as the ACP gateway does: forms come in, values that are not encoded go out. */
export class AcpWire {
  private readonly signer: ParameterSigner;
  private readonly verifier: ParameterVerifier;
  private readonly certificates: readonly string[];

  constructor({ signing }: AcpSettings) {
    if (signing.method === '01') {
      const { keyPath, certificatePath, otherCertificatePath, partnerKeyPath } = signing;
      this.signer = { method: '01', privateKey: loadRsaPrivateKey(keyPath) };
      this.verifier = { method: '01', publicKey: loadRsaPublicKey(partnerKeyPath) };
      this.certificates = [certificatePath, otherCertificatePath].map((path) => readFileSync(path, 'utf8'));
    } else {
      this.signer = this.verifier = signing;
      this.certificates = [];
    }
  }

  /** A form that Tonle has signed. */
  read(body: Buffer): SignedParameters | undefined {
    const form = readForm(body.toString('utf8'));
    return form !== undefined && verifyParameters(form, this.verifier) ? form : undefined;
  }

  sign(fields: SignedParameters, certificate = 0): SignedParameters {
    const { signature: _ours, certId: _certificate, ...rest } = fields;
    const own = this.certificates[certificate];
    const all = {
      ...rest,
      signMethod: this.signer.method,
      ...(own !== undefined && { signPubKeyCert: own }),
    };
    return { ...all, signature: signParameters(all, this.signer) };
  }

  reply(fields: SignedParameters, certificate = 0): HttpReply {
    const text = Object.entries(this.sign(fields, certificate)).map(([name, value]) => `${name}=${value}`);
    const headers = { 'content-type': 'text/plain;charset=UTF-8' };
    return { status: 200, headers, body: text.join('&') };
  }

  /** The signature is well-formed, and wrong. */
  spoiled(fields: SignedParameters): SignedParameters {
    return { ...fields, signature: turned(fields['signature'] ?? '') };
  }

  spoil(reply: HttpReply): HttpReply {
    const { signature = '' } = readParameters(reply.body.toString()) ?? {};
    return { ...reply, body: reply.body.toString().replace(signature, () => turned(signature)) };
  }

  /** Signed in another name; by a secret there is none. */
  otherwise(reply: HttpReply): HttpReply {
    return this.reply(readParameters(reply.body.toString()) ?? {}, 1);
  }
}
